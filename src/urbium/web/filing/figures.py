"""Figures: a file of figures is checked first, every finding by its cell, then stored, or submitted.

The figures of the programme office are stored; those of who reports for one city, and for no other, are
submitted to the office. What becomes of the suspect ones: ``suspects.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Annotated, Any, Final

import polars as pl
from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from urbium.access import Actor
from urbium.errors import Fault, ForbiddenError, InputError, NotFoundError, UrbiumError, code_of
from urbium.model import Status
from urbium.pilot.fields import field_words
from urbium.programme import Programme
from urbium.spelling import in_order
from urbium.text import coded, listed, say, text
from urbium.text.naming import names_by_code
from urbium.text.own_words import in_own_words as said
from urbium.web.desk.files import download
from urbium.web.desk.marks import marked
from urbium.web.desk.submissions import beside_known
from urbium.web.filing.findings import departures_of, findings_of
from urbium.web.rendering.parameters import FromActor, FromOffice, PageNumber, Segment, Word
from urbium.web.rendering.words import named_rows
from urbium.web.server.routes import Form, absent, page, reading, see, writing
from urbium.web.server.shelf import Kept

_TITLE = text("Import a file of figures")
_FIRST: Final = 20
"""How many of the figures of a file are shown beside what is known; more on request."""
_MOST: Final = 1000
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Sent:
    """What the form of a file sends."""

    file: UploadFile
    csrf: str = ""
    source: str = ""
    encoding: str = ""


SentForm = Annotated[Sent, Body(media_type=RequestEncodingType.MULTI_PART)]


def _cities(office: Programme, actor: Actor) -> frozenset[str] | None:
    """Return the cities whose figures an actor brings in; None for all. Raises NotFoundError for none."""
    try:
        return office.figures.cities(actor)
    except ForbiddenError:
        raise absent() from None


def figures_page(office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Show the form that sends a file."""
    return _form(office, actor)


def _form(
    office: Programme, actor: Actor, problem: UrbiumError | None = None, source: str = "", encoding: str = "",
    *, stored: str = "",
) -> Any:  # fmt: skip # noqa: ANN401
    cities = _cities(office, actor)
    names = office.register.names()
    return page(
        "figures.html",
        _TITLE,
        status=problem.status if problem else 200,
        cities=None if cities is None else listed(names.get(code, code) for code in sorted(cities)),
        is_submitted=not office.figures.count_at_once(actor),
        sent=_upload(office, actor, source, encoding),
        stored=stored,
        problem=marked(problem, {"encoding": "encoding", "source": "source"}, rest="file"),
    )


def _upload(office: Programme, actor: Actor, source: str = "", encoding: str = "") -> dict[str, Any]:
    """Return what the form that sends a file shows, with what was typed into it."""
    sources = (
        (code, text("{publisher}: {title}", publisher=said(one.publisher), title=said(one.title)))
        for code, one in office.sources().items()
    )
    return {
        "is_submitted": not office.figures.count_at_once(actor),
        "sources": sorted(sources, key=lambda pair: in_order(str(say(pair[1])))),
        "source": source,
        "encoding": encoding,
    }


def template_file(office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Send the workbook in which figures are reported: of the only city of its reader, or of all cities.

    It asks for the variables that are stored of them already, so that a city sees what it can report.
    """
    cities = _cities(office, actor)
    only = next(iter(cities)) if cities and len(cities) == 1 else ""
    kept = office.observations(cities=sorted(cities) if cities else None)
    variables = kept["variable"].unique().sort().to_list() or None
    with TemporaryDirectory() as folder:
        content = office.template(Path(folder) / "figures.xlsx", variables=variables, city=only).read_bytes()
    return Response(
        content,
        media_type=_XLSX,
        headers={"Content-Disposition": "attachment; filename=figures.xlsx", "Cache-Control": "no-store"},
    )


def check_file(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, data: SentForm) -> Any:  # noqa: ANN401
    """Check a file and lead to what was found; nothing is stored."""
    try:
        _cities(office, actor)
        content = data.file.file.read()
        if not content:
            raise InputError(
                coded("web.figures.empty", "no file was sent"),
                remedy=text("choose a file that contains figures"),
            )
        key = request.app.state.shelf.put(
            actor.account,
            data.file.filename,
            content,
            lambda path: _checked(office, actor, path, data),
        )
    except NotFoundError:
        raise
    except UrbiumError as error:
        return _form(office, actor, error, data.source, data.encoding)
    return see(f"/figures/{key}")


def _checked(office: Programme, actor: Actor, path: Path, data: Sent) -> Any:  # noqa: ANN401 - urbium.sources.Reading, not named here
    """Read a file; one that is seen to be Chinese in GBK is read so, and that is said."""
    encoding = data.encoding.strip()
    try:
        return office.figures.check(actor, path, source=data.source, encoding=encoding)
    except InputError as error:
        if encoding or code_of(error.message) != "sources.csv.maybe_gbk":
            raise
    read = office.figures.check(actor, path, source=data.source, encoding="gb18030")
    said = coded("web.figures.gbk", "the file is not UTF-8; it was read as Chinese in GBK (GB 18030)")
    remedy = text("no action is needed if the names are legible; otherwise enter the encoding of the file")
    return replace(read, faults=(Fault("note", said, remedy, "encoding"), *read.faults))


def _kept(request: Request[Any, Any, Any], actor: Actor, key: str) -> Kept:
    kept: Kept | None = request.app.state.shelf.get(actor.account, key)
    if kept is None:
        raise NotFoundError(
            coded("web.figures.gone", "this file does not exist, or no longer exists"),
            remedy=text("submit it again; a file is kept for an hour"),
        )
    return kept


def report_page(
    request: Request[Any, Any, Any],
    office: FromOffice,
    actor: FromActor,
    key: Segment,
    *,
    sheet: Word = "",
    cell: Word = "",
    order: Word = "",
    number: PageNumber = 1,
    figures: Word = "",
) -> Any:  # noqa: ANN401
    """Show what was found in a file, a cell with its neighbours, and the first figures or ``all``."""
    most = _MOST if figures == "all" else _FIRST
    return _report(request, office, actor, key, sheet=sheet, cell=cell, order=order, number=number, most=most)


def _report(
    request: Request[Any, Any, Any],
    office: Programme,
    actor: Actor,
    key: str,
    *,
    sheet: str = "",
    cell: str = "",
    order: str = "",
    number: int = 1,
    most: int = _FIRST,
    problem: UrbiumError | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Any:  # noqa: ANN401
    kept = _kept(request, actor, key)
    reading_of_file, variables = kept.reading, named_rows(office.catalogue.variables)
    is_refused = reading_of_file.is_refused
    try:
        office.figures.check_cities(actor, reading_of_file)
    except ForbiddenError as error:
        problem, is_refused = error, True
    return page(
        "figures_report.html",
        _TITLE,
        status=problem.status if problem else 200,
        key=key,
        name=reading_of_file.name,
        figures=reading_of_file.table.height,
        suspects=reading_of_file.table.filter(pl.col("status") == Status.SUSPECT).height,
        arrivals=None if reading_of_file.table.is_empty() else office.arrivals(reading_of_file),
        values=[] if is_refused else _beside_known(office, reading_of_file.table.head(most), variables),
        is_refused=is_refused,
        is_submitted=not office.figures.count_at_once(actor),
        sent=_upload(office, actor),
        table=findings_of(
            reading_of_file, _places(office), variables, f"/figures/{key}", order=order, page=number
        ),
        number=len(reading_of_file.faults),
        names_cells=any(one.cell for one in reading_of_file.faults),
        near=office.register.cells_around(reading_of_file, sheet, cell) if cell else None,
        here=[one for one in reading_of_file.faults if cell and (one.sheet or "", one.cell) == (sheet, cell)],
        departures=departures_of(reading_of_file, office.catalogue.rules, _places(office), variables),
        remark_title=field_words("submission", "remark").title,
        typed=typed,
        problem=marked(problem, {"reason": "why"}),
    )


def _beside_known(
    office: Programme, sent: pl.DataFrame, variables: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return figures of a file as they are called, each beside the one that counts now."""
    places = _places(office)
    return [
        row
        | {
            "name": variables.get(row["variable"], row["variable"]),
            "place": places.get(row["city"], row["city"]),
        }
        for row in beside_known(office, sent).to_dicts()
    ]


def _places(office: Programme) -> dict[str, str]:
    """Return what every place is called by its code, nations among them."""
    return {**names_by_code(office.register.places(), office.settings().languages), **office.register.names()}


def marked_file(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, key: Segment) -> Any:  # noqa: ANN401
    """Send a copy of a checked file with the cells in question coloured and commented."""
    reading_of_file = _kept(request, actor, key).reading
    office.figures.check_cities(actor, reading_of_file)
    with TemporaryDirectory() as folder:
        content = reading_of_file.mark(Path(folder) / "marked.xlsx").read_bytes()
    return download(f"{Path(reading_of_file.name).stem}-marked.xlsx", _XLSX, content)


def store_file(
    request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, key: Segment, data: Form
) -> Any:  # noqa: ANN401
    """Store a checked file whole, or submit it to the programme office."""
    kept = _kept(request, actor, key)
    reason = data.get("why", "").strip()
    try:
        if not reason:
            raise InputError(
                coded("web.figures.why", "a reason is needed for the record"),
                remedy=text("describe what these figures are"),
                field="reason",
            )
        if not office.figures.count_at_once(actor):
            sent = office.figures.submit(actor, kept.reading, kept.path.read_bytes(), reason=reason,
                                         remark=data.get("remark", "").strip())  # fmt: skip
            request.app.state.shelf.drop(key)
            return see(f"/desk/submissions/{sent.code}")
        content = kept.path.read_bytes() if data.get("keep_file") else b""
        receipt = office.figures.record(actor, kept.reading, reason=reason, content=content)
    except NotFoundError:
        raise
    except UrbiumError as error:
        return _report(request, office, actor, key, problem=error, typed=data)
    request.app.state.shelf.drop(key)
    said = text(
        "Figures stored: {stored:,} (new: {new:,}, changed: {changed:,}). Suspect: {suspects:,}; "
        "suspect figures are kept out of scores until someone accepts them. Already stored: "
        "{unchanged:,}.",
        stored=receipt.stored,
        new=receipt.new,
        changed=receipt.changed,
        suspects=receipt.suspects,
        unchanged=receipt.unchanged,
    )
    return _form(office, actor, stored=said)


FIGURE_PAGES = (
    reading("/figures")(figures_page),
    reading("/figures/template.xlsx")(template_file),
    writing("/figures/check", most=32_000_000)(check_file),
    reading("/figures/{key:str}")(report_page),
    reading("/figures/{key:str}/marked.xlsx")(marked_file),
    writing("/figures/{key:str}/store")(store_file),
)
"""The pages by which figures come in."""
