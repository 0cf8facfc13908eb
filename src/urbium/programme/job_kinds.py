"""Kinds of jobs: every kind of long work is one row: what it asks for, and what makes it.

A kind first prepares: it computes, and changes nothing. What it returns then stores the result, in the same
change that ends the job; so a job that was lost in between has left nothing, and is simply begun again.
"""

import base64
import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from urbium.access import Actor
from urbium.errors import InputError
from urbium.files import write_whole
from urbium.plan_rules import SECONDS, WORK
from urbium.programme.cases.figures import check_cities, check_name, receipt_record, submission_record
from urbium.programme.results.plan_checks import plan_name
from urbium.programme.results.plan_tables import PlanTables
from urbium.text import Text, coded, text

Nouns = Any
"""The programme, whose nouns do the work; it stands above this room."""
Report = Callable[[Mapping[str, Any]], None]
"""Notes how far the work is."""
Finish = Callable[[], Mapping[str, Any]]
"""Stores the result and returns what is answered."""

_Short = Annotated[str, msgspec.Meta(max_length=200)]


class PlanAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A plan: years and yearly budget, limits of the search, rules to leave out; adopted, or kept by name.

    The search begins with the plan named by ``begin``: with the adopted one unless one is named or ``none``.
    """

    years: _Short
    budget: _Short
    work_limit: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = WORK
    time_limit: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = SECONDS
    without: list[_Short] = []
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    gap: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    begin: _Short = ""
    name: _Short = ""
    adopt: bool = False
    accept_unproven: bool = False
    reason: _Short = ""


class ReplanAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A plan from what accepted reports say: the first open year, limits of the search; kept by name."""

    today: Annotated[int, msgspec.Meta(ge=1900, le=2200)] | None = None
    work_limit: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = WORK
    time_limit: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = SECONDS
    name: _Short = ""
    reason: _Short = ""


class ForecastAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A forecast up to a year; that of the population can be adopted."""

    what: _Short = "population"
    to: Annotated[int, msgspec.Meta(ge=1900, le=2200)]
    adopt: bool = False
    reason: _Short = ""


class MeasureAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Scores by an index for a year; they can be adopted."""

    index: _Short
    period: Annotated[int, msgspec.Meta(ge=1900, le=2200)]
    availability: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    runs: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None = None
    adopt: bool = False
    reason: _Short = ""


class ImportAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A file of figures, its content in base64."""

    name: _Short
    content: bytes
    mapping: _Short = ""
    source: _Short = ""
    projected_from: _Short = ""
    reason: _Short = ""


class ExportAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Register, figures and adopted results as open files, packed into one."""


class DocumentsAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The documents of a kind of every city, packed into one; of designs, by an outline that comes along."""

    kind: _Short = "design"
    ending: _Short = "pdf"
    outline: _Short = ""


class HarvestAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Catalogues to harvest, by code; those that are due when none is named."""

    sources: list[_Short] = []


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work.

    Parameters
    ----------
    name, title : what it is called in addresses, and on pages
    request : the class of what is asked
    prepare : computes, given the programme, for whom, what is asked, and what notes how far it is
    """

    name: str
    title: Text
    request: type[msgspec.Struct]
    prepare: Callable[[Nouns, Actor, Any, Report], Finish]


def _plan(programme: Nouns, actor: Actor, asked: PlanAsked, report: Report) -> Finish:
    if asked.name:
        plan_name(asked.name)  # a wrong name is said before the search

    plan = programme.plan(
        years=asked.years,
        budget=asked.budget,
        work_limit=asked.work_limit,
        time_limit=asked.time_limit,
        without=asked.without,
        seed=asked.seed,
        gap=asked.gap,
        first=programme.plans.to_begin_with(asked.begin),
        on_progress=_telling(report, asked.work_limit),
    )

    def finish() -> Mapping[str, Any]:
        if asked.name:
            programme.keep_plan(plan, name=asked.name, by=actor.account, reason=asked.reason or repr(plan))
        if asked.adopt:
            programme.adopt(
                plan, by=actor.account, reason=asked.reason, accept_unproven=asked.accept_unproven
            )
        return _about(plan, asked.adopt)

    return finish


def _replan(programme: Nouns, actor: Actor, asked: ReplanAsked, report: Report) -> Finish:
    today = programme.track.first_open_year() if asked.today is None else asked.today
    name = plan_name(asked.name or f"replanned-{today}")

    result = programme.track.replan(
        today=today,
        work_limit=asked.work_limit,
        time_limit=asked.time_limit,
        on_progress=_telling(report, asked.work_limit),
    )

    def finish() -> Mapping[str, Any]:
        reason = asked.reason or repr(result)
        programme.keep_plan(result.plan, name=name, by=actor.account, reason=reason)
        changes = result.table.select("project", "city", "change", "before", "start", "cause")
        return {**_about(result, False), "name": name, "changes": changes.to_dicts()}

    return finish


def _forecast(programme: Nouns, actor: Actor, asked: ForecastAsked, report: Report) -> Finish:
    report({"share": 0.0})
    return _adopting(programme, actor, programme.forecast(asked.what, to=asked.to), asked)


def _measure(programme: Nouns, actor: Actor, asked: MeasureAsked, report: Report) -> Finish:
    report({"share": 0.0})
    scores = programme.measure(
        asked.index, period=asked.period, availability=asked.availability, runs=asked.runs
    )
    return _adopting(programme, actor, scores, asked)


def _adopting(
    programme: Nouns,
    actor: Actor,
    result: Any,  # noqa: ANN401 - the result of any stage
    asked: ForecastAsked | MeasureAsked,
) -> Finish:
    def finish() -> Mapping[str, Any]:
        if asked.adopt:
            programme.adopt(result, by=actor.account, reason=asked.reason)
        return _about(result, asked.adopt)

    return finish


def _import(programme: Nouns, actor: Actor, asked: ImportAsked, report: Report) -> Finish:
    report({"share": 0.0})
    with tempfile.TemporaryDirectory(prefix="urbium-") as folder:
        path = Path(folder) / check_name(asked.name)
        write_whole(path, asked.content)
        reading = programme.figures.check(
            actor, path, mapping=asked.mapping, source=asked.source, projected_from=asked.projected_from
        )
    programme.figures.check_cities(actor, reading)
    reading.raise_if_refused()
    report({"share": 0.5, "rows": reading.table.height})

    def finish() -> Mapping[str, Any]:
        if programme.figures.count_at_once(actor):
            return receipt_record(programme.figures.record(actor, reading, reason=asked.reason))
        submission = programme.figures.submit(
            actor, reading, asked.content,
            mapping=asked.mapping, projected_from=asked.projected_from, reason=asked.reason,
        )  # fmt: skip
        return submission_record(submission)

    return finish


def _export(programme: Nouns, actor: Actor, asked: ExportAsked, report: Report) -> Finish:
    del actor, asked
    report({"share": 0.0})
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="urbium-") as folder:
        target = Path(folder) / "urbium"
        programme.export(target)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(one for one in target.rglob("*") if one.is_file()):
                archive.write(path, path.relative_to(target.parent))
    return _packed("urbium.zip", packed.getvalue())


def _documents(programme: Nouns, actor: Actor, asked: DocumentsAsked, report: Report) -> Finish:
    del actor  # everybody is given what the public reads
    packed = programme.documents.of_every_city(asked.kind, asked.ending, outline=asked.outline, report=report)
    return _packed(f"{asked.kind}-{asked.ending}.zip", packed)


def _packed(name: str, content: bytes) -> Finish:
    """Return what answers with an archive."""
    about = {"name": name, "media_type": "application/zip", "bytes": len(content)}
    return lambda: {"file": about, "content": base64.b64encode(content).decode()}


def _harvest(programme: Nouns, actor: Actor, asked: HarvestAsked, report: Report) -> Finish:
    """Harvest page by page: each is stored on its own, so that a job begun again goes on where it was."""
    codes = asked.sources or programme.harvests.due()
    outcomes = [asdict(one) for one in programme.harvests.run_all(codes, by=actor.account, report=report)]
    return lambda: {"outcomes": outcomes}


def _telling(report: Report, work_limit: float) -> Callable[..., None]:
    """Return what a search calls with its progress: seconds, what its plan gains, what any could gain."""

    def tell(seconds: float, gain: float | None, most: float | None) -> None:
        share = min(seconds / work_limit, 1.0)  # a unit is about a second
        report({"share": share, "seconds": seconds, "gap": PlanTables.gap_to(most, gain)})

    return tell


def _about(result: Any, is_adopted: bool) -> Mapping[str, Any]:  # noqa: ANN401 - the result of any stage
    return {"stage": result.stage, "about": str(repr(result)), "is_adopted": is_adopted}


_ROWS = (
    JobKind("plan", text("plan"), PlanAsked, _plan),
    JobKind("replan", text("plan from reports"), ReplanAsked, _replan),
    JobKind("forecast", text("forecast"), ForecastAsked, _forecast),
    JobKind("measure", text("measurement"), MeasureAsked, _measure),
    JobKind("import", text("import of a file"), ImportAsked, _import),
    JobKind("export", text("export"), ExportAsked, _export),
    JobKind("documents", text("documents of all cities"), DocumentsAsked, _documents),
    JobKind("harvest", text("harvest of catalogues"), HarvestAsked, _harvest),
)

JOB_KINDS: Final[Mapping[str, JobKind]] = {row.name: row for row in _ROWS}
"""Every kind of long work by name."""


def request_of(kind: JobKind, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the kind's class
    """Return what is asked as the kind's class; raise InputError for what is wrong or unknown."""
    try:
        return msgspec.convert(dict(given), kind.request)
    except msgspec.ValidationError as error:
        raise InputError(
            coded("programme.job.request", "the query cannot be read: {error}", error=str(error)),
            place=kind.name,
            remedy=text("correct the field named"),
        ) from None


def prepare(programme: Nouns, kind: str, actor: Actor, given: Mapping[str, Any], report: Report) -> Finish:
    """Compute what is asked and return what stores it.

    Raises ForbiddenError for somebody who may not (any more), and what the work itself refuses.
    """
    row = JOB_KINDS[kind]
    check_cities(actor, "job", kind, ())
    return row.prepare(programme, actor, request_of(row, given), report)
