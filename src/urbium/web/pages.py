"""Pages: one handler an address; each gathers a view and fills a template."""

import re
from functools import partial

from litestar import HttpMethod, Response, route
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.response import Template

from urbium import charts
from urbium.web.parameters import FromDrawer, FromOffice, Given, OfCity, PageNumber, Segment, Word, Words
from urbium.web.security import PUBLIC
from urbium.web.views.ahead import nation
from urbium.web.views.city import check_explained, city
from urbium.web.views.data import FindingsQuery, assumptions, explained, findings, sources
from urbium.web.views.framework import IndexQuery, framework, indices
from urbium.web.views.home import home
from urbium.web.views.plan import PlanQuery, plan, why
from urbium.web.views.plan_compare import CompareQuery, comparison

__all__ = ["PAGES"]

_page = partial(
    route,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=PUBLIC,
    sync_to_thread=True,
    include_in_schema=False,
)
_YEARS = range(1900, 2201)
_FOREVER = "public, max-age=31536000, immutable"


@_page("/")
def home_page(
    office: FromOffice, drawer: FromDrawer, words: Words = "", province: Word = "", order: Word = "rank"
) -> Template:
    """Show the map and the ranking of all cities."""
    return Template("home.html", context=home(office, drawer, words=words, province=province, order=order))


@_page("/cities/{code:str}")
def city_page(office: FromOffice, drawer: FromDrawer, code: Segment) -> Template:
    """Show one city."""
    return Template("city.html", context=city(office, drawer, code))


@_page("/cities/{code:str}/explain/{what:str}")
def explain_page(
    office: FromOffice, code: Segment, what: Segment, *, name: Word = "", period: Word = "", area: Word = ""
) -> Template:
    """Show how a figure of a place came about: its score, a part of its outlook, or one stored figure."""
    check_explained(what)
    place = office.city(code)
    tree = office.explain(place.code, what, name, period=period, area=area)
    return Template("explain.html", context={"page": "home", "place": place, **explained(tree)})


@_page("/indices")
def indices_page(office: FromOffice) -> Template:
    """Show which indices are declared."""
    return Template("indices.html", context=indices(office))


@_page("/indices/{name:str}")
def index_page(
    office: FromOffice,
    drawer: FromDrawer,
    given: Given,
    name: Segment,
    *,
    show: Word = "top",
    code: OfCity = "",
) -> Template:
    """Show an index: ranking with intervals, what it is made of, how its parts move together, what-if."""
    return Template("index.html", context=framework(office, drawer, name, IndexQuery(show, code, given)))


@_page("/nation")
def nation_page(office: FromOffice, drawer: FromDrawer) -> Template:
    """Show the years ahead: people, ages, work, and what runs short."""
    return Template("nation.html", context=nation(office, drawer))


@_page("/plan")
def plan_page(
    office: FromOffice,
    drawer: FromDrawer,
    *,
    year: Word = "",
    words: Words = "",
    province: Word = "",
    solution: Word = "",
    start: Word = "",
    order: Word = "start",
    page: PageNumber = 1,
) -> Template:
    """Show the plan: proof, years, map of a year, money, people, projects."""
    query = PlanQuery(_year(year), words, province, solution, _year(start), order, page)
    return Template("plan.html", context=plan(office, drawer, query))


def _year(text: str) -> int | None:
    """Return the year that is asked for; None for what is none, such as the form's "any year"."""
    return int(text) if re.fullmatch("[0-9]{4}", text) and int(text) in _YEARS else None


@_page("/plan/compare")
def compare_page(office: FromOffice, drawer: FromDrawer, a: Word = "adopted", b: Word = "") -> Template:
    """Show two plans side by side."""
    return Template("compare.html", context=comparison(office, drawer, CompareQuery(a, b)))


@_page("/plan/why")
def why_page(office: FromOffice, code: OfCity, solution: Word) -> Template:
    """Show why a solution is, or is not, in the plan of a city."""
    return Template("why.html", context=why(office, code, solution))


@_page("/data")
def data_page(
    office: FromOffice, words: Words = "", severity: Word = "", rule: Word = "", page: PageNumber = 1
) -> Template:
    """Show what is wrong in what was loaded."""
    return Template("data.html", context=findings(office, FindingsQuery(words, severity, rule, page)))


@_page("/about/assumptions")
def assumptions_page(office: FromOffice) -> Template:
    """Show what was assumed."""
    return Template("assumptions.html", context=assumptions(office))


@_page("/about/sources")
def sources_page(office: FromOffice) -> Template:
    """Show where the figures come from."""
    return Template("sources.html", context=sources(office))


@_page("/notice")
def notice_page() -> Template:
    """Show whose programs the pages carry, and under which licences."""
    return Template("notice.html", context={"page": ""})


@_page("/vega/{name:str}")
def vega_module(drawer: FromDrawer, name: Segment) -> Response[bytes]:
    """Send the module that makes charts live."""
    if name != charts.bundle_name():
        raise NotFoundException(f"this version has no module {name!r}")
    module = drawer.module()
    if module is None:
        raise ServiceUnavailableException("the module could not be built just now; the pages work without it")
    return Response(module, media_type="text/javascript", headers={"Cache-Control": _FOREVER})


PAGES = (
    home_page,
    city_page,
    explain_page,
    indices_page,
    index_page,
    nation_page,
    plan_page,
    compare_page,
    why_page,
    data_page,
    assumptions_page,
    sources_page,
    notice_page,
    vega_module,
)
"""Every page of the app."""
