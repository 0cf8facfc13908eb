"""Market API: what suits a mandate, how all match, and the one page of a project or bundle."""

from functools import partial
from typing import Any, Final

from litestar import Response

from urbium.errors import NotFoundError
from urbium.text import say, text
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.server.answers import noun
from urbium.web.server.kept_answers import KEPT, LARGE
from urbium.web.server.refusals import OPENS, refusals
from urbium.web.server.security import OPEN
from urbium.whole_numbers import whole_number

_noun = partial(noun, opt=OPEN | KEPT, responses=refusals(*OPENS, 409))
_SECONDS: Final = 5.0
_TYPES: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@_noun("/api/market/mandates/{code:str}", "SuitedAnswer")
def suited(office: FromOffice, actor: FromActor, code: Segment) -> object:
    """Return what suits a mandate that the reader may see, what each rule removes, and its bundles."""
    return _plain(office.market.suited_facts(code, actor))


@_noun("/api/market/match", "MatchAnswer", opt=OPEN | LARGE)
def matched(office: FromOffice) -> object:
    """Return shortlists, amounts and what blocks them, of the mandates that are open to everybody."""
    return office.market.match_facts(seconds=_SECONDS)


@_noun("/api/market/foreign-capital", "ForeignCapitalRow[]")
def foreign_capital(office: FromOffice) -> object:
    """Return capital from abroad by year and currency, in millions: sought, matched, agreed and paid."""
    names = ("year", "currency", "sought", "matched", "committed", "disbursed")
    return [{name: getattr(one, name) for name in names} for one in office.market.foreign_capital()]


@_noun("/downloads/sheets/{file:str}", opt=OPEN | LARGE, include_in_schema=False)
def sheet(office: FromOffice, file: Segment) -> Response[bytes]:
    """Return the one page of a project as PDF or workbook."""
    code, ending = _parts(file)
    return _file(office.market.sheet_file(office.market.sheet(code), ending), code, ending)


@_noun("/downloads/bundles/{file:str}", opt=OPEN | LARGE, include_in_schema=False)
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


MARKET = (suited, matched, foreign_capital, sheet, bundle)
"""Every address of the market that programs ask."""
