"""Market API: the pipeline, what suits a mandate, how all match, and the one page of a project or bundle."""

from functools import partial
from typing import Annotated, Any, Final, cast

from litestar import HttpMethod, Response, route
from litestar.params import QueryParameter

from urbium.errors import NotFoundError
from urbium.text import say, text
from urbium.web.api import market_answers
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word, Words
from urbium.web.server.kept_answers import KEPT, LARGE
from urbium.web.server.refusals import OPENS, refusals
from urbium.web.server.security import PUBLIC
from urbium.whole_numbers import whole_number

_noun = partial(
    route,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=PUBLIC | KEPT,
    sync_to_thread=True,
    responses=refusals(*OPENS, 409),
)
_SECONDS: Final = 5.0
_TYPES: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Millions = Annotated[float | None, QueryParameter(ge=0, le=1e12)]


@_noun("/api/market")
def pipeline(
    office: FromOffice,
    *,
    words: Words = "",
    least: Millions = None,
    most: Millions = None,
    payer: Word = "",
    model: Word = "",
    sector: Word = "",
    place: Word = "",
    readiness: Word = "",
    evidence: Word = "",
    order: Word = "sought",
) -> list[market_answers.ProspectRow]:
    """Return the projects of the adopted plan that seek money from outside; amounts in millions."""
    table = office.market.table(
        words=words, least=least, most=most, payer=payer, model=model, sector=sector, place=place,
        readiness=readiness, evidence=evidence, order=order,
    )  # fmt: skip
    return cast("list[market_answers.ProspectRow]", table.to_dicts())


@_noun("/api/market/mandates/{code:str}")
def suited(office: FromOffice, actor: FromActor, code: Segment) -> market_answers.SuitedAnswer:
    """Return what suits a mandate that the reader may see, what each rule removes, and its bundles."""
    return cast("market_answers.SuitedAnswer", _plain(office.market.suited_facts(code, actor)))


@_noun("/api/market/match", opt=PUBLIC | LARGE)
def matched(office: FromOffice) -> market_answers.MatchAnswer:
    """Return shortlists, amounts and what blocks them, of the mandates that are open to everybody."""
    return cast("market_answers.MatchAnswer", office.market.match_facts(seconds=_SECONDS))


@_noun("/api/market/foreign-capital")
def foreign_capital(office: FromOffice) -> list[market_answers.ForeignCapitalRow]:
    """Return capital from abroad by year and currency, in millions: sought, matched, agreed and paid."""
    names = ("year", "currency", "sought", "matched", "committed", "disbursed")
    rows = [{name: getattr(one, name) for name in names} for one in office.market.foreign_capital()]
    return cast("list[market_answers.ForeignCapitalRow]", rows)


@_noun("/downloads/sheets/{file:str}", opt=PUBLIC | LARGE, include_in_schema=False)
def sheet(office: FromOffice, file: Segment) -> Response[bytes]:
    """Return the one page of a project as PDF or workbook."""
    code, ending = _parts(file)
    return _file(office.market.sheet_file(office.market.sheet(code), ending), code, ending)


@_noun("/downloads/bundles/{file:str}", opt=PUBLIC | LARGE, include_in_schema=False)
def bundle(office: FromOffice, actor: FromActor, file: Segment) -> Response[bytes]:
    """Return the one page of a bundle of a mandate as PDF or workbook."""
    name, ending = _parts(file)
    code, _, number = name.rpartition(".")
    page = office.market.bundle_sheet(code, whole_number(number, 0), actor)
    return _file(office.market.sheet_file(page, ending), name, ending)


def _parts(file: str) -> tuple[str, str]:
    """Return name and ending of a file; NotFoundError for an ending that is none of ours."""
    name, _, ending = file.rpartition(".")
    if ending not in _TYPES:
        raise NotFoundError.named(text("kind of file"), ending, _TYPES)
    return name, ending


def _file(content: bytes, name: str, ending: str) -> Response[bytes]:
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}.{ending}"'}
    return Response(content, media_type=_TYPES[ending], headers=headers)


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: str(say(value)) if isinstance(value, str) else value for name, value in facts.items()}


MARKET = (pipeline, suited, matched, foreign_capital, sheet, bundle)
"""Every address of the market that programs ask."""
