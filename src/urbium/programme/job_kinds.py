"""Kinds of jobs: every kind of long work is one row: what it asks for, and what makes it.

A kind first prepares: it computes, and changes nothing. What it returns then stores the result, in the same
change that ends the job; so a job that was lost in between has left nothing, and is simply begun again.
"""

import base64
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from urbium.access import Actor
from urbium.errors import Fault, InputError, NotFoundError, UrbiumError
from urbium.files import write_whole
from urbium.money import Money
from urbium.periods import year_range
from urbium.plan_rules import PLAN_RULES
from urbium.programme.base.stages import PARTS
from urbium.programme.cases.figures import check_cities, check_name, receipt_record, submission_record
from urbium.programme.job_requests import (
    DocumentsAsked,
    ExportAsked,
    ForecastAsked,
    HarvestAsked,
    ImportAsked,
    MeasureAsked,
    PlanAsked,
    ProjectChosen,
    PublishAsked,
    ReplanAsked,
    read_request,
)
from urbium.programme.results.plan_checks import ADOPTED, NONE, check_span, domains_of, plan_name
from urbium.programme.results.plan_tables import PlanTables
from urbium.programme.search_trace import SearchTrace
from urbium.text import ENGLISH, Text, coded, language, languages, named, sentences, text

UNSEARCHED: Final = text(
    "the search was stopped before it had tried anything: this is the plan it started from, or as much "
    "of it as the limits allow"
)
Nouns = Any
"""The programme, whose nouns do the work; it stands above this room."""
Report = Callable[[Mapping[str, Any]], bool]
"""Notes how far the work is; a true answer asks it to end with what it has."""
Finish = Callable[[], Mapping[str, Any]]
"""Stores the result and returns what is answered."""
Checks = Iterator[tuple[str, Callable[[], object]]]
"""For each field that can be wrong, what raises where it is."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work.

    Parameters
    ----------
    name, title : what it is called in addresses, and on pages
    request : the class of what is asked
    prepare : computes, given the programme, for whom, what is asked, and what notes how far it is
    checks : what is asked that can be known to be wrong before the work begins
    is_search : whether it can end early and keep the best that it has
    """

    name: str
    title: Text
    request: type[msgspec.Struct]
    prepare: Callable[[Nouns, Actor, Any, Report], Finish]
    checks: Callable[[Nouns, Any], Checks] | None = None
    is_search: bool = False


def _plan(programme: Nouns, actor: Actor, asked: PlanAsked, report: Report) -> Finish:
    trace, first = SearchTrace(), programme.plans.to_begin_with(asked.begin)
    plan = programme.plan(
        years=asked.years,
        budget=asked.budget,
        work_limit=asked.work_limit,
        time_limit=asked.time_limit,
        without=asked.without,
        choices=asked.choices,
        seed=asked.seed,
        gap=asked.gap,
        first=first,
        on_progress=_telling(report, trace, asked.work_limit),
    )
    name = asked.name or f"plan {asked.years}"

    def finish() -> Mapping[str, Any]:
        reason = asked.reason or repr(plan)
        if is_unsearched := _is_unsearched(plan, first):
            reason = sentences([reason, UNSEARCHED]).render()
        answer = _kept(programme, actor, plan, trace, name=name, reason=reason)
        answer |= {"is_unsearched": is_unsearched}
        if not asked.propose:
            return answer
        return answer | _proposed(
            programme, actor, plan, title=name, note=asked.reason, accept_unproven=asked.accept_unproven
        )

    return finish


def _is_unsearched(plan: Any, first: Any) -> bool:  # noqa: ANN401 - urbium.plan.Plan, loaded late
    """Say whether a search was stopped before it began, or still had nothing but what it began with."""
    if plan.settings.get("ended_by") != "stop" or plan.has_useful_bound:
        return False
    chosen = [one.table.select("project", "start").sort("project") for one in (plan, first or plan)]
    return not plan.settings.get("work") or (first is not None and bool(chosen[0].equals(chosen[1])))


def _plan_checks(programme: Nouns, asked: PlanAsked) -> Checks:
    yield "years", lambda: check_span(year_range(asked.years))
    yield "budget", lambda: _check_rate(programme, Money.parse(asked.budget))
    if asked.name:
        yield "name", lambda: plan_name(asked.name)
    if asked.begin:
        begins = [ADOPTED, NONE, *programme.plans()["name"]]
        yield "begin", lambda: _named(text("kept plan"), asked.begin, begins)
    for name in asked.without:
        yield "without", partial(_named, text("plan rule"), name, PLAN_RULES)
    catalogue = programme.catalogue
    domains = domains_of(catalogue)
    for domain in asked.weights:
        yield f"weights.{domain}", partial(_named, text("domain"), domain, domains)
    if sum(asked.weights.values()) > 1:
        yield "weights", lambda: _too_heavy(asked.weights)
    for fund in asked.funds:
        yield f"funds.{fund}", partial(_named, text("fund"), fund, catalogue.funds)
    for field in ("must", "must_not"):
        for number, chosen in enumerate(getattr(asked, field), start=1):
            yield from _project_checks(programme, f"{field}.{number}", chosen)


def _project_checks(programme: Nouns, place: str, chosen: ProjectChosen) -> Checks:
    solutions = programme.catalogue.solutions
    yield f"{place}.solution", lambda: _named(text("solution"), chosen.solution, solutions)
    if chosen.city:
        yield f"{place}.city", lambda: programme.city(chosen.city)


def _check_rate(programme: Nouns, budget: Money) -> None:
    """Raise InputError for a budget that cannot become the currency of the programme."""
    currency = programme.settings().currency
    if currency:
        programme.settings.exchange().factor(budget.currency, currency)


def _named(kind: Text, name: str, names: Any) -> None:  # noqa: ANN401 - a collection of names
    if name not in names:
        raise NotFoundError.named(kind, name, names)


def _too_heavy(weights: Mapping[str, float]) -> None:
    raise InputError(
        coded("programme.job.weights", "the weights add up to {total:.0%}", total=sum(weights.values())),
        remedy=text("make sure that they add up to at most 100%"),
    )


def _replan(programme: Nouns, actor: Actor, asked: ReplanAsked, report: Report) -> Finish:
    today = programme.track.first_open_year() if asked.today is None else asked.today
    trace = SearchTrace()
    result = programme.track.replan(
        today=today,
        work_limit=asked.work_limit,
        time_limit=asked.time_limit,
        on_progress=_telling(report, trace, asked.work_limit),
    )

    def finish() -> Mapping[str, Any]:
        name, reason = asked.name or f"replanned-{today}", asked.reason or repr(result)
        changes = result.table.select("project", "city", "change", "before", "start", "cause")
        answer = _kept(programme, actor, result.plan, trace, name=name, reason=reason)
        return {**answer, **_about(result), "changes": changes.to_dicts()}

    return finish


def _replan_checks(programme: Nouns, asked: ReplanAsked) -> Checks:
    if asked.name:
        yield "name", lambda: plan_name(asked.name)
    if asked.today is None:
        yield "today", programme.track.first_open_year


def _kept(
    programme: Nouns,
    actor: Actor,
    plan: Any,  # noqa: ANN401 - urbium.plan.Plan, loaded late
    trace: SearchTrace,
    *,
    name: str,
    reason: str,
) -> dict[str, Any]:
    """Keep a plan by name and return what is answered: its name, and how its search went."""
    called = plan_name(name)
    version = programme.keep_plan(plan, name=called, by=actor.account, reason=reason)
    most = plan.bound - plan.worth_of_nothing
    trace.add(plan.settings.get("seconds", 0.0), plan.gain, most)
    return {
        **_about(plan), "name": called, "version": version, "gain": plan.gain, "most": most,
        "gap": PlanTables.gap_to(most, plan.gain), "trace": trace.points,
    }  # fmt: skip


def _forecast(programme: Nouns, actor: Actor, asked: ForecastAsked, report: Report) -> Finish:
    report({"share": 0.0})
    return _proposing(programme, actor, programme.forecast(asked.what, to=asked.to), asked)


def _forecast_checks(programme: Nouns, asked: ForecastAsked) -> Checks:
    del programme
    yield "what", lambda: _named(text("part of a forecast"), asked.what, PARTS)


def _measure(programme: Nouns, actor: Actor, asked: MeasureAsked, report: Report) -> Finish:
    report({"share": 0.0})
    scores = programme.measure(
        asked.index, period=asked.period, availability=asked.availability, runs=asked.runs
    )
    return _proposing(programme, actor, scores, asked)


def _measure_checks(programme: Nouns, asked: MeasureAsked) -> Checks:
    yield "index", lambda: _named(text("index"), asked.index, programme.catalogue.indices)


def _proposing(
    programme: Nouns,
    actor: Actor,
    result: Any,  # noqa: ANN401 - the result of any stage
    asked: ForecastAsked | MeasureAsked,
) -> Finish:
    def finish() -> Mapping[str, Any]:
        if not asked.propose:
            return _about(result)
        return _about(result) | _proposed(programme, actor, result, note=asked.reason)

    return finish


def _proposed(programme: Nouns, actor: Actor, result: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Propose a result for adoption; one that cannot be adopted is no reason to lose what is kept of it."""
    try:
        return {"adoption": programme.adoptions.propose(actor, result, **more).dossier.code}
    except InputError as error:  # said before anything of the proposal is stored
        return {"unproposed": str(error.message)}


def _publish(programme: Nouns, actor: Actor, asked: PublishAsked, report: Report) -> Finish:
    report({"share": 0.0})
    draft = programme.open_data.draft(formats=asked.formats, licence=asked.licence)

    def finish() -> Mapping[str, Any]:
        publication = programme.open_data.keep(draft, by=actor.account, reason=asked.reason)
        return {"publication": publication.id, "is_new": draft.contents is not None}

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


def _telling(report: Report, trace: SearchTrace, work_limit: float) -> Callable[..., bool]:
    """Return what a search calls with its progress: seconds, what its plan gains, what any could gain.

    A true answer ends the search, as the limit of time does.
    """

    def tell(seconds: float, gain: float | None, most: float | None) -> bool:
        trace.add(seconds, gain, most)
        share = min(seconds / work_limit, 1.0)  # a unit is about a second
        gap = PlanTables.gap_to(most, gain)
        return report({"share": share, "seconds": seconds, "gap": gap, "trace": trace.points})

    return tell


def _about(result: Any) -> dict[str, Any]:  # noqa: ANN401 - the result of any stage
    about = {}
    for name in languages():  # by whom it will be read is not known
        with language(name):
            about[name] = repr(result)
    return {"stage": result.stage, "about": about[ENGLISH], "said": about}


def answer_words(answer: Mapping[str, Any]) -> Text:
    """Return what the result of a job is, in a sentence; empty where it has none."""
    return named(answer.get("said", {}), str(answer.get("about", "")))


_ROWS = (
    JobKind("measure", text("measurement"), MeasureAsked, _measure, _measure_checks),
    JobKind("forecast", text("outlook"), ForecastAsked, _forecast, _forecast_checks),
    JobKind("plan", text("plan"), PlanAsked, _plan, _plan_checks, is_search=True),
    JobKind("replan", text("plan from reports"), ReplanAsked, _replan, _replan_checks, is_search=True),
    JobKind("publish", text("publication"), PublishAsked, _publish),
    JobKind("import", text("import of a file"), ImportAsked, _import),
    JobKind("export", text("export"), ExportAsked, _export),
    JobKind("documents", text("documents of all cities"), DocumentsAsked, _documents),
    JobKind("harvest", text("harvest of catalogues"), HarvestAsked, _harvest),
)

JOB_KINDS: Final[Mapping[str, JobKind]] = {row.name: row for row in _ROWS}
"""Every kind of long work by name."""


def request_of(kind: JobKind, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the kind's class
    """Return what is asked as the kind's class; raise InputError for what is wrong or unknown."""
    asked, faults = read_request(kind.request, given)
    if faults:
        raise refusal(kind, faults)
    return asked


def faults_of(programme: Nouns, kind: JobKind, given: Mapping[str, Any]) -> list[Fault]:
    """Return a fault for each field of which it can be known that the work will come to nothing."""
    asked, faults = read_request(kind.request, given)
    marked = {fault.cell for fault in faults}
    for place, check in kind.checks(programme, asked) if kind.checks else ():
        try:
            check()
        except UrbiumError as error:
            if place not in marked:
                faults.append(Fault("error", error.message, error.remedy, "job", cell=place))
    return faults


def refusal(kind: JobKind, faults: Sequence[Fault]) -> InputError:
    """Return the refusal of work that is asked for with faults."""
    return InputError(
        coded("programme.job.refused", "this work cannot begin yet"),
        place=kind.name,
        remedy=text("correct what is listed"),
        faults=faults,
    )


def prepare(programme: Nouns, kind: str, actor: Actor, given: Mapping[str, Any], report: Report) -> Finish:
    """Compute what is asked and return what stores it.

    Raises ForbiddenError for somebody who may not (any more), and what the work itself refuses.
    """
    row = JOB_KINDS[kind]
    check_cities(actor, "job", kind, ())
    return row.prepare(programme, actor, request_of(row, given), report)
