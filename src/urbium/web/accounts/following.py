"""Following: a person chooses what its weekly letter is about, and ends it from there without signing in.

The secret stands in the address, where mail programs ask for it (RFC 8058): it ends letters, and no more.
"""

from typing import Any, Final

from litestar import HttpMethod, MediaType, Request, route
from litestar.response import Template

from urbium.errors import UrbiumError
from urbium.programme.people.following import PLAN, PROGRAMME
from urbium.text import text
from urbium.web.accounts.account import SEPARATORS, own_page
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.server.routes import Form, page, posting, see, writing
from urbium.web.server.security import PUBLIC

_TITLE: Final = text("Weekly letter")


def follow(office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Keep what somebody follows, and show it."""
    names = [one.strip() for one in SEPARATORS.split(data.get("cities", "")) if one.strip()]
    try:
        cities = [office.city(one).code for one in names]
        office.following.follow(actor, [*(one for one in (PROGRAMME, PLAN) if data.get(one)), *cities])
    except UrbiumError as error:
        return own_page(office, actor, problem=error, rest="cities", following=data)
    return see("/account#following")


@route(
    "/unfollow/{secret:str}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=PUBLIC,
    include_in_schema=False,
    media_type=MediaType.HTML,
    sync_to_thread=False,  # one in a thread fails beside another handler of the same address
)
def leaving_page(secret: Segment) -> Template:
    """Ask whether weekly letters are to end: programs that look at links in letters end nothing."""
    return page("unfollow.html", _TITLE, secret=secret, is_over=False)


@posting("/unfollow/{secret:str}")
def leave(request: Request[Any, Any, Any], office: FromOffice, secret: Segment) -> Template:
    """End the weekly letters of whoever the secret was written to; the answer is the same for any secret."""
    # providers of mail confirm for many people, from few addresses: not bounded as signing in is
    request.app.state.arrivals.count(request, "unfollow")
    office.following.leave(secret)
    return page("unfollow.html", _TITLE, secret="", is_over=True)


FOLLOWING_PAGES = (writing("/account/follow")(follow), leaving_page, leave)
"""What a person follows, and the page that a letter leads to."""
