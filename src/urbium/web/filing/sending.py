"""Figures over HTTP: a file of them sent with its fault report; suspect ones accepted or rejected."""

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import HttpMethod, Request, Response
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter

from urbium.errors import Fault, InputError, by_kind, code_of, fault_kind
from urbium.files import write_whole
from urbium.programme.cases.figures import check_name, receipt_record
from urbium.text import say
from urbium.web.rendering.parameters import FromActor, FromOffice, Word
from urbium.web.server.answers import answer, noun
from urbium.web.server.once import Key, once
from urbium.web.server.refusals import CHANGES, LISTS, PROBLEM, refusals
from urbium.web.server.security import BY_POLICY

_MOST_BYTES: Final = 101_000_000
"""Bytes of a request with a file: the largest file that is read (``MAX_PACKED_BYTES``), and its form."""
_LISTED: Final = 200
"""Faults that are listed singly; their kinds are told whole."""
_PLACES: Final = 20

PageSize = Annotated[int, QueryParameter(ge=1, le=1000)]
After = Annotated[str, QueryParameter(max_length=400)]


@dataclass
class FileSent:
    """A file of figures, how to read it, and whether it is kept for whoever may have it."""

    file: UploadFile
    mapping: str = ""
    source: str = ""
    projected_from: str = ""
    reason: str = ""
    dry_run: bool = False
    keep_file: bool = False


class FaultGroup(msgspec.Struct):
    """Faults of one kind: how many, how grave, where the first of them stand, and what to do."""

    count: int
    severity: str
    rule: str
    sheet: str
    cells: list[str]
    message: str
    remedy: str
    code: str


class LoadAnswer(msgspec.Struct, kw_only=True):
    """What became of a file: rows stored, new, changed and unchanged, and what was doubted in it.

    ``load`` is the number of its entry in the audit log; 0 for a dry run, which stores nothing, and for
    figures that are submitted: ``submission`` is the code under which the programme office looks at them.
    """

    file: str
    sha256: str
    is_stored: bool
    load: int
    stored: int
    new: int
    changed: int
    unchanged: int
    suspects: int
    recorded_at: str
    groups: list[FaultGroup]
    submission: str = ""


class FigureJudged(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A suspect figure, and why it is right or wrong; area and source where several have one."""

    city: str
    variable: str
    period: str
    reason: str
    area: str = ""
    source: str = ""


def grouped(faults: Sequence[Fault]) -> list[FaultGroup]:
    """Return faults by kind, each with how many there are and where the first ones stand."""
    groups = by_kind(faults, fault_kind)
    return [
        FaultGroup(
            count=len(group),
            severity=group[0].severity,
            rule=group[0].rule,
            sheet=group[0].sheet,
            cells=[fault.cell for fault in group[:_PLACES] if fault.cell],
            message=str(say(group[0].message)),
            remedy=str(say(group[0].remedy)),
            code=code_of(group[0].message),
        )
        for group in groups
    ]


_write = partial(noun, http_method=HttpMethod.POST, opt=BY_POLICY, tags=["figures"], status_code=200)


@_write("/api/figures/load", responses=refusals(*CHANGES, 413), request_max_body_size=_MOST_BYTES)
def load(
    request: Request[Any, Any, Any],
    office: FromOffice,
    actor: FromActor,
    data: Annotated[FileSent, Body(media_type=RequestEncodingType.MULTI_PART)],
    *,
    key: Key = "",
) -> Response[LoadAnswer]:
    """Store a file of figures whole, or refuse it with every fault; a dry run only says what would be.

    What a city sends is submitted, and stored once the programme office accepts it; a file with another
    city's figures is refused whole.
    """
    content = data.file.file.read()
    digest = hashlib.sha256(content).hexdigest()
    said = [data.file.filename, digest, data.mapping, data.source, data.projected_from, data.reason]

    def bring() -> tuple[object, dict[str, str]]:
        with tempfile.TemporaryDirectory(prefix="urbium-") as folder:
            path = Path(folder) / check_name(data.file.filename)
            write_whole(path, content)
            how = {"mapping": data.mapping, "projected_from": data.projected_from}
            reading = office.figures.check(actor, path, source=data.source, **how)
        office.figures.check_cities(actor, reading)
        about: dict[str, Any] = {
            "file": reading.name,
            "sha256": reading.sha256,
            "groups": grouped(reading.faults),
        }
        is_submitted = not office.figures.count_at_once(actor)
        if data.dry_run or is_submitted:
            reading.raise_if_refused()
            arrivals = office.arrivals(reading)
            counts = {name: getattr(arrivals, name) for name in ("new", "changed", "unchanged")}
            doubted = reading.table.filter(status="suspect").height
            rest: dict[str, Any] = {"load": 0, "stored": 0, "suspects": doubted, "recorded_at": ""}
            code = (
                office.figures.submit(actor, reading, content, reason=data.reason, **how).code
                if is_submitted and not data.dry_run
                else ""
            )
            return LoadAnswer(**about, **counts, **rest, is_stored=False, submission=code), {}
        kept = content if data.keep_file else b""
        receipt = office.figures.record(actor, reading, reason=data.reason, content=kept)
        return LoadAnswer(**about, **receipt_record(receipt), is_stored=True), {}

    try:
        return once(request, office, key, [*said, data.dry_run, data.keep_file], bring)
    except InputError as error:
        problem = error.problem()
        problem["faults"] = [fault.record() for fault in error.faults[:_LISTED]]
        problem["groups"] = grouped(error.faults)
        problem["place"] = problem["place"] or request.url.path
        refusal: Response[Any] = Response(problem, status_code=error.status, media_type=PROBLEM)
        return refusal


@noun(
    "/api/figures/suspects",
    "SuspectPage",
    opt=BY_POLICY,
    tags=["figures"],
    responses=refusals(*LISTS, 403),
)
def suspects(
    office: FromOffice, actor: FromActor, *, city: Word = "", after: After = "", most: PageSize = 100
) -> object:
    """Return the suspect figures of the cities whose figures the reader may bring in or accept."""
    rows = office.figures.suspects(actor, city=city, after=after, most=most + 1).to_dicts()
    items = [{name: row[name] for name in answer("SuspectFigure").__annotations__} for row in rows[:most]]
    where = {"city": city} if city else {}
    query = urlencode({**where, "after": items[-1]["key"], "most": most}) if len(rows) > most else ""
    return {"items": items, "next": f"/api/figures/suspects?{query}" if query else ""}


@_write("/api/figures/accept", "Judged", responses=refusals(*CHANGES))
def accept(
    request: Request[Any, Any, Any],
    office: FromOffice,
    actor: FromActor,
    data: Annotated[FigureJudged, Body()],
    *,
    key: Key = "",
) -> Response[Any]:
    """Accept a suspect figure, with a reason; from then on it enters scores."""
    judge = partial(office.figures.accept, actor)
    return _judged(request, office, data, key, judge=judge, verdict="accepted")


@_write("/api/figures/reject", "Judged", responses=refusals(*CHANGES))
def reject(
    request: Request[Any, Any, Any],
    office: FromOffice,
    actor: FromActor,
    data: Annotated[FigureJudged, Body()],
    *,
    key: Key = "",
) -> Response[Any]:
    """Reject a suspect figure, with a reason; it stays in the store, is never used, and waits no longer."""
    judge = partial(office.figures.reject, actor)
    return _judged(request, office, data, key, judge=judge, verdict="rejected")


def _judged(
    request: Request[Any, Any, Any],
    office: FromOffice,
    data: FigureJudged,
    key: str,
    *,
    judge: Callable[..., None],
    verdict: str,
) -> Response[Any]:
    """Judge a suspect figure once, however often the same request comes."""
    fields = msgspec.structs.asdict(data)

    def take() -> tuple[object, dict[str, str]]:
        judge(**fields)
        judged = {name: fields[name] for name in ("city", "variable", "period")}
        return judged | {"status": verdict}, {}

    return once(request, office, key, fields, take, status=HTTPStatus.OK)


FIGURES = (load, suspects, accept, reject)
"""Figures that people bring in."""
