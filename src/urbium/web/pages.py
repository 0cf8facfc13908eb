"""Pages: every page of the app is one row: its name, address, title, and the view that fills its template.

The pages stand behind six doors, which the head of every page shows; the pages of one door show each other.
See ADR 0124.
"""

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial, wraps
from http import HTTPStatus
from inspect import Parameter, signature
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from anyio import to_thread
from litestar import MediaType, Request, Response
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from urbium import charts
from urbium.extensions import Extended
from urbium.text import ENGLISH, Text, language, languages, text
from urbium.web.rendering.embedded import chart_code, note_page
from urbium.web.rendering.parameters import FromDrawer, FromOffice, Segment, Words
from urbium.web.rendering.parts import made_of_parts
from urbium.web.server.answers import noun
from urbium.web.server.guests import sent_to_a_guest
from urbium.web.server.kept_answers import KEPT, MOMENTS
from urbium.web.server.prefix import origin
from urbium.web.server.routes import steady_page
from urbium.web.server.security import FRAMED, FRAMED_POLICY, PUBLIC
from urbium.web.views.about import (
    assumptions_page,
    data_page,
    explain_page,
    notice_page,
    pilots_page,
    sources_page,
)
from urbium.web.views.cities.city import city
from urbium.web.views.cities.city_citizens import city_citizens
from urbium.web.views.cities.city_figures import city_figures
from urbium.web.views.cities.city_people import city_people
from urbium.web.views.cities.city_plan import city_plan
from urbium.web.views.cities.city_progress import city_progress
from urbium.web.views.cities.city_services import city_services
from urbium.web.views.cities.comparison import city_comparison
from urbium.web.views.cities.map import city_map
from urbium.web.views.cities.ranking import ranking
from urbium.web.views.claims import claims
from urbium.web.views.finding import address_of
from urbium.web.views.framework import framework, indices
from urbium.web.views.lessons import lessons
from urbium.web.views.licences import source_of_charts
from urbium.web.views.market import market
from urbium.web.views.operations import operations
from urbium.web.views.outlook import outlook
from urbium.web.views.overview import overview
from urbium.web.views.plans.plan import (
    plan,
    plan_after,
    plan_money,
    plan_places,
    plan_projects,
    plan_proof,
    plan_risks,
    plan_staff,
    why,
)
from urbium.web.views.plans.plan_compare import comparison
from urbium.web.views.plans.project import project
from urbium.web.views.programme import programme_case, programme_page
from urbium.web.views.publications import publication_page, publications_page
from urbium.web.views.reports import report_page
from urbium.web.views.resources import resource_page, resources_page
from urbium.web.views.solutions import solution_page, solutions_page
from urbium.web.views.track import track
from urbium.web.views.truth import truth_page

View = Callable[..., Mapping[str, Any]]
"""What gathers a page as plain values; its parameters are those of the address, as a handler has them."""

_route = partial(noun, opt=PUBLIC, include_in_schema=False)
_Request = Request[Any, Any, Any]
_CHART_KINDS = {
    "svg": "image/svg+xml", "json": "application/json", "png": "image/png",
    "csv": "text/csv",
}  # fmt: skip
_FOREVER = CacheControlHeader(public=True, max_age=31_536_000, immutable=True)
_TODAY = CacheControlHeader(private=True, no_cache=True)
"""What is written in the reader's language and bears the day."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the app.

    Parameters
    ----------
    name, address, title : what it is called, where it stands, what its head says
    view : gathers what it shows; its parameters are those of the address, and what it must read apart is a
        part (:func:`urbium.web.rendering.parts.made_of_parts`)
    door : behind which it stands
    is_listed : whether the pages of its door lead to it
    is_of_now : whether it shows what happens at this moment, rather than what is stored
    template : that is filled, where it is not that of its name
    """

    name: str
    address: str
    title: Text
    view: View
    door: str
    is_listed: bool = False
    is_of_now: bool = False
    template: str = ""

    def handler(self) -> HTTPRouteHandler:
        """Return what answers at the address: the template, filled by the view."""
        context = {"page": self.name, "door": self.door, "page_title": self.title}
        view = signature(self.view)
        asks = Parameter("request", Parameter.KEYWORD_ONLY, annotation=_Request)

        @wraps(self.view)
        def answer(*, request: _Request, **named: Any) -> Template:  # noqa: ANN401 - as the view has them
            note_page(f"{request.url.path}?{request.url.query}".rstrip("?"), origin(request))
            shown = made_of_parts(self.view(**named))
            return Template(self.template or f"{self.name}.html", context=context | shown | context)

        answer.__signature__ = view.replace(  # type: ignore[attr-defined]
            parameters=[*view.parameters.values(), asks], return_annotation=Response[str]
        )
        answer.__annotations__ = self.view.__annotations__ | {"request": _Request, "return": Response[str]}
        opt = PUBLIC | (MOMENTS if self.is_of_now else KEPT)
        return _route(self.address, opt=opt, media_type=MediaType.HTML)(steady_page(answer))


DOORS: Mapping[str, tuple[str, Text]] = {
    "overview": ("/", text("Overview")),
    "cities": ("/cities", text("Cities")),
    "plan": ("/plan", text("Plan and money")),
    "progress": ("/track", text("Progress")),
    "data": ("/data", text("Data and methods")),
    "part": ("/programme", text("Take part")),
}
"""The doors: where each leads to, and what it is called."""

_OWN = (
    Page("home", "/", text("Overview"), overview, "overview", template="overview.html"),
    Page("cities", "/cities", text("Ranking"), ranking, "cities", is_listed=True),
    Page("city_map", "/cities/map", text("Map"), city_map, "cities", is_listed=True),
    Page(
        "city_comparison",
        "/cities/compare",
        text("Compare cities"),
        city_comparison,
        "cities",
        is_listed=True,
    ),
    Page("city", "/cities/{code:str}", text("City"), city, "cities"),
    Page("city_plan", "/cities/{code:str}/plan", text("Plan"), city_plan, "cities"),
    Page("city_citizens", "/cities/{code:str}/citizens", text("For citizens"), city_citizens, "cities"),
    Page("city_people", "/cities/{code:str}/people", text("People"), city_people, "cities"),
    Page("city_services", "/cities/{code:str}/services", text("Services"), city_services, "cities"),
    Page("city_figures", "/cities/{code:str}/figures", text("Figures"), city_figures, "cities"),
    Page("city_progress", "/cities/{code:str}/progress", text("Progress"), city_progress, "cities"),
    Page(
        "explain", "/cities/{code:str}/explain/{what:str}", text("Origin of a figure"), explain_page, "cities"
    ),
    Page(
        "operations", "/operations", text("Operations"), operations, "cities", is_listed=True, is_of_now=True
    ),
    Page("resources", "/resources", text("Resources"), resources_page, "cities", is_listed=True),
    Page("resource", "/resources/{code:str}", text("Resource"), resource_page, "cities"),
    Page("pilots", "/about/pilots", text("Pilots"), pilots_page, "cities", is_listed=True),
    Page("plan", "/plan", text("Summary"), plan, "plan", is_listed=True),
    Page("plan_money", "/plan/money", text("Money"), plan_money, "plan", is_listed=True),
    Page("plan_after", "/plan/afterwards", text("After the plan"), plan_after, "plan", is_listed=True),
    Page("plan_places", "/plan/where-and-when", text("Where and when"), plan_places, "plan", is_listed=True),
    Page("plan_staff", "/plan/staff", text("Staff"), plan_staff, "plan", is_listed=True),
    Page("plan_risks", "/plan/risks", text("Risks"), plan_risks, "plan", is_listed=True),
    Page("plan_projects", "/plan/projects", text("Projects"), plan_projects, "plan", is_listed=True),
    Page("project", "/plan/projects/{code:str}/{solution:str}", text("Project"), project, "plan"),
    Page("plan_proof", "/plan/proof", text("Proof"), plan_proof, "plan", is_listed=True),
    Page("compare", "/plan/compare", text("Other plans"), comparison, "plan", is_listed=True),
    Page("why", "/plan/why", text("Why or why not"), why, "plan"),
    Page("track", "/track", text("Progress"), track, "progress", is_listed=True),
    Page("lessons", "/track/lessons", text("Lessons"), lessons, "progress", is_listed=True),
    Page("data", "/data", text("Data quality"), data_page, "data", is_listed=True),
    Page("index", "/indices", text("Indices"), indices, "data", is_listed=True, template="indices.html"),
    Page("framework", "/indices/{name:str}", text("Index"), framework, "data", template="index.html"),
    Page("nation", "/nation", text("Outlook"), outlook, "data", is_listed=True),
    Page("truth", "/about/how-good", text("How good are we"), truth_page, "data", is_listed=True),
    Page("assumptions", "/about/assumptions", text("Assumptions"), assumptions_page, "data", is_listed=True),
    Page("solutions", "/about/solutions", text("Solutions"), solutions_page, "data", is_listed=True),
    Page("solution", "/about/solutions/{code:str}", text("Solution"), solution_page, "data"),
    Page("sources", "/about/sources", text("Sources"), sources_page, "data", is_listed=True),
    Page("claims", "/about/claims", text("What others say"), claims, "data", is_listed=True),
    Page("publications", "/publications", text("Open data"), publications_page, "data", is_listed=True),
    Page("publication", "/publications/{code:str}", text("Publication"), publication_page, "data"),
    Page("programme", "/programme", text("Programme"), programme_page, "part", is_listed=True),
    Page("programme_case", "/programme/{kind:str}/{code:str}", text("Programme"), programme_case, "part"),
    Page("report", "/report", text("Report a problem"), report_page, "part", is_listed=True),
    Page("market", "/market", text("Market"), market, "part", is_listed=True),
    Page("notice", "/notice", text("Notices and licences"), notice_page, ""),
)

ROWS: Final = Extended("pages", Page, {page.name: page for page in _OWN})
"""Every page by name; a new one is a row here, its view and its template."""


_CHARTS_OF_PAGE = re.compile(r'data-chart="[^"]*/charts/([0-9a-f]{40})"')


@cache
def _public_page() -> re.Pattern[str]:
    """Return the pattern of the paths of all pages."""
    return re.compile("|".join(re.sub(r"\{[^}]*\}", "[^/]+", page.address) for page in ROWS.values()))


def pages_behind(door: str) -> list[Page]:
    """Return the pages of a door that lead to each other, in their order."""
    return [page for page in ROWS.values() if page.door == door and page.is_listed]


@_route("/vega/{name:str}", cache_control=_FOREVER)
def vega_module(drawer: FromDrawer, name: Segment) -> Response[bytes]:
    """Send the module that makes charts live."""
    if name != charts.bundle_name():
        raise NotFoundException(text("this version has no module {name!r}", name=name))
    module = drawer.module()
    if module is None:
        raise ServiceUnavailableException(
            text("the module cannot be built at the moment; the pages work without it")
        )
    return Response(module, media_type="text/javascript")


@_route("/charts/{name:str}", cache_control=_FOREVER)
async def chart(request: _Request, office: FromOffice, drawer: FromDrawer, name: Segment) -> Response[bytes]:
    """Send a chart: its picture for a width, the specification by which a script makes it live, or a file."""
    headers = {}
    try:
        if "-" in name.removesuffix("-metadata.json"):
            content = await drawer.drawn(name)
            content = None if content is None else zlib.decompress(content)
        else:
            drawn = drawer.sources(name.rpartition(".")[0].removesuffix("-metadata"))
            source = await to_thread.run_sync(source_of_charts, office, origin(request), drawn)
            content = await drawer.file(name, source)
            headers["Cache-Control"] = _TODAY.to_header()
            if name.endswith(".csv"):
                about = name.replace(".csv", "-metadata.json")
                headers["Link"] = f'</charts/{about}>; rel="describedby"; type="application/csvm+json"'
    except KeyError:
        raise NotFoundException(text("this chart is no longer stored; reload its page")) from None
    if content is None:
        raise ServiceUnavailableException(
            text("the chart cannot be drawn at the moment; reload its page later")
        )
    return Response(content, media_type=_CHART_KINDS[name.rpartition(".")[2]], headers=headers)


@_route("/embed", opt=PUBLIC | FRAMED, media_type=MediaType.HTML)
async def embedded_chart(
    request: _Request,
    office: FromOffice,
    drawer: FromDrawer,
    *,
    address: Annotated[str, QueryParameter(name="page", max_length=500)],
    code: Annotated[str, QueryParameter(name="chart", max_length=8)],
    tongue: Annotated[str, QueryParameter(name="language", max_length=20)] = ENGLISH,
) -> Response[str]:
    """Send a chart of a public page alone, for the frames of the sites that the programme allows.

    The page is asked for as a guest would ask, whoever sends the request: nothing of a signed-in view can be
    framed, and the chart has the newest figures, as its page has.
    """
    settings, parts = await to_thread.run_sync(office.settings), urlsplit(address)
    if not settings.embed_hosts:
        raise NotFoundException(text("this programme does not let other sites show its charts"))
    if parts.scheme or parts.netloc or not _public_page().fullmatch(parts.path):
        raise NotFoundException(text("this is not the address of a public page"))
    spoken = tongue if tongue in languages() else ENGLISH
    status, page = await sent_to_a_guest(request, parts, spoken)
    with language(spoken):
        captions = {key: drawer.caption(key, "") for key in _CHARTS_OF_PAGE.findall(page)}
        key = next((key for key, one in captions.items() if chart_code(one.subject) == code), None)
        if status != HTTPStatus.OK or key is None:
            raise NotFoundException(
                text("this page no longer has this chart; go to the page and copy the code again")
            )
        template = request.app.template_engine.get_template("embed.html")  # type: ignore[union-attr]
        source = await to_thread.run_sync(source_of_charts, office, origin(request), drawer.sources(key))
        words = template.render(
            key=key,
            caption=drawer.caption(key, source),
            page=f"{settings.address or origin(request)}{address}",
        )
    policy = f"{FRAMED_POLICY}; frame-ancestors {' '.join(settings.embed_hosts)}"
    return Response(words, media_type=MediaType.HTML, headers={"Content-Security-Policy": policy})


@_route("/cities/find", media_type=MediaType.HTML)
def find_city(office: FromOffice, words: Words = "") -> Redirect:
    """Lead who looks for a city to it, or to all that match."""
    return Redirect(address_of(office, words))


PAGES = (*(page.handler() for page in ROWS.values()), vega_module, chart, embedded_chart, find_city)
"""Everything that is answered for people."""
