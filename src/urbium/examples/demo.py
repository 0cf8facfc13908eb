"""The demo programme: 286 Chinese cities, real yearbook figures, and the whole loop run once over them.

The tables under ``data/demo`` are compiled facts with their sources; what is not known is not there. The
plan's years, budget and the assumptions it rests on are an example, and are called so on every page.
"""

import csv
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from urbium.catalogue import DATA
from urbium.catalogue.ready_made import ready_made
from urbium.errors import ConflictError, NotFoundError
from urbium.examples.demo_platform import ADDRESS, list_resources, replay_examples, report_examples
from urbium.examples.demo_work import (
    FUNDING,
    TARGETED,
    begin_contracts,
    begin_work,
    decide_call,
    open_data_room,
    open_mandates,
    yearly_report,
)
from urbium.model import NATION, City, Pilot
from urbium.model.dossiers import Dossier
from urbium.nations import nation
from urbium.pilot.calls.rounds import DeclaredTotal, Round
from urbium.pilot.contracts.agreements import Agreement, Commitment, Party, Signature
from urbium.programme import Programme, new, open_programme
from urbium.programme.base.own_words import keep_words
from urbium.programme.cases.desk import called_example
from urbium.programme.cases.source_files import keep_file
from urbium.programme.people.invitations import FOUNDER
from urbium.programme.results.plan_checks import NONE
from urbium.result import Result
from urbium.store.database import MEMORY
from urbium.text import Text, coded, named, text
from urbium.text.naming import by_language

DEMO = DATA / "demo"
"""The folder of the demo tables."""

SEARCH_WORK, GUARD = 60.0, 3600.0
"""Work of the plan's search, and seconds after which a guard ends it."""

_KIND, _MARK = "programme", "demo"
"""By what kept document the demo is told from other programmes."""

_BY, _REASON = "urbium demo", "demo programme"

OnStep = Callable[[Text, int, int], None]

_WITHOUT_LOANS = "Budgets alone"
"""What the plan is called that needs no loans, partners or foreign money."""

_WITHOUT_LOANS_WORK = 240.0
"""Work of its search: after 60 it keeps 85% of the improvement (gap 5.3%), after 240 97% (gap 0.8%)."""

_STEPS = 11
_FIGURES = 37_537
"""Rows of ``observations.csv``."""


def open_demo(
    url: str | Path,
    *,
    on_step: OnStep = lambda _name, _done, _total: None,
    with_plan: bool = True,
    address: str = ADDRESS,
) -> Programme:
    """Open the demo programme at ``url``, building what there is not yet.

    Parameters
    ----------
    url : a file, or the URL of a database
    on_step : called with the name of each step, how many are done and how many there are
    with_plan : whether the plan and what comes after it are made; without, the programme is there sooner
    address : where it is served, as its list of resources says

    A build that is stopped before the cities are scored and projected leaves no file behind; one that is
    stopped later leaves a demo that lacks something, and the next call makes it. Raises ConflictError when
    ``url`` holds another programme.
    """
    programme = open_existing(
        url,
        lambda there: there.store.kept(_KIND, _MARK) is not None,
        coded("demo.another_programme", "this is a different programme"),
        text("choose another file for the demo"),
    ) or build_whole(url, lambda draft: _build(draft, on_step))
    try:
        if with_plan:
            _finish(programme, on_step, address)
    except BaseException:
        programme.close()
        raise
    on_step(coded("demo.ready", "ready"), _STEPS, _STEPS)
    return programme


def open_existing(
    url: str | Path, is_asked: Callable[[Programme], bool], message: Text, remedy: Text
) -> Programme | None:
    """Open the programme that is there if it is the one asked for; None when there is nothing."""
    if "://" not in str(url) and not Path(url).exists():
        return None
    try:
        programme = open_programme(url)
    except NotFoundError:
        return None
    if is_asked(programme):
        return programme
    programme.close()
    raise ConflictError(message, place=programme.store.place, remedy=remedy)


def build_whole(url: str | Path, build: Callable[[str | Path], Programme]) -> Programme:
    """Build a programme and open it; a file appears only when it is complete."""
    if "://" in str(url) or str(url) == MEMORY:
        return build(url)
    target = Path(url)
    with tempfile.TemporaryDirectory(prefix=".urbium-demo-", dir=target.parent) as folder:
        draft = Path(folder) / "demo.db"
        build(draft).close()
        with suppress(FileExistsError):  # another build was faster: its programme is as good
            target.hardlink_to(draft)
    return open_programme(target)


def _build(url: str | Path, on_step: OnStep) -> Programme:
    this = about()
    names = {"en": this["name_en"], "zh": this["name_zh"]}
    programme = new(url, set=this["set"], name=names, licence=this["licence"])
    steps: list[tuple[Text, Callable[[], object]]] = [
        (text("registering cities and pilots"), lambda: _register(programme)),
        (text("inviting people"), lambda: _invite(programme)),
        (text("loading national series"), lambda: _load(programme, "national.csv")),
        (
            text("loading the nation's population by age"),
            lambda: programme.load_ages(DEMO / "cohorts.csv", by=_BY, reason=_REASON),
        ),
        (
            text("loading and checking {count:,} city figures", count=_FIGURES),
            lambda: _load(programme, "observations.csv"),
        ),
        (
            text("scoring the cities, {period}", period=this["period"]),
            lambda: _adopt(programme, programme.measure(this["index"], period=int(this["period"]))),
        ),
        (
            text("projecting to {year}", year=this["horizon"]),
            lambda: _adopt(programme, programme.forecast(to=int(this["horizon"]))),
        ),
        (text("publishing an example call"), lambda: _work(programme)),
        (text("marking the programme as the demonstration"), lambda: _mark(programme)),
    ]
    try:
        for done, (name, step) in enumerate(steps):
            on_step(name, done, _STEPS)
            step()
    except BaseException:
        programme.close()
        raise
    return programme


def _finish(programme: Programme, on_step: OnStep, address: str) -> None:
    """Make what comes after the cities: examples, plan, contracts, a publication; what is there stays."""
    programme.claims.keep(DEMO / "claims.csv", by=_BY, reason=_REASON)
    feeds = list(_rows("feeds.csv"))
    if programme.store.dossiers.one("feed", feeds[0]["feed"]) is None:
        on_step(coded("demo.platform", "sending example sensor values"), _STEPS - 2, _STEPS)
        with programme.store.together():  # all of the examples or none
            list_resources(programme, DEMO / "resources.csv", feeds[0]["city"], address)
            replay_examples(programme, feeds, list(_rows("sensors.csv")), list(_rows("requests.csv")))
            report_examples(programme, _rows("reports.csv"), feeds[0]["city"])
    if not programme.workspace.is_adopted("plan"):
        _plan(programme, on_step)
    if programme.store.dossiers.one("agreement", FUNDING) is None:
        with programme.store.together():
            begin_contracts(programme)
            open_data_room(programme)
            programme.live.watch()
    if not programme.open_data.listed():
        on_step(coded("demo.publish", "publishing open data"), _STEPS - 1, _STEPS)
        programme.publish(by=_BY, reason=_REASON)


def _plan(programme: Programme, on_step: OnStep) -> None:
    years, budget = about()["years"], about()["budget"]
    on_step(
        coded("demo.plan", "planning {years} with a budget of {budget}", years=years, budget=budget),
        _STEPS - 1,
        _STEPS,
    )
    _adopt(programme, programme.plan(years=years, budget=budget, work_limit=SEARCH_WORK, time_limit=GUARD))


def ask_for_plan_without_loans(programme: Programme) -> None:
    """Let the office ask for the plan that needs no money from outside, which the risks are held against."""
    years, budget = about()["years"], about()["budget"]
    funds = programme.catalogue.funds.values()
    request = {
        "years": years, "budget": budget, "name": _WITHOUT_LOANS, "begin": NONE,
        "work_limit": _WITHOUT_LOANS_WORK,
        "funds": {fund.id: 0.0 for fund in funds if fund.scope == "outside"}, "reason": _REASON,
    }  # fmt: skip
    programme.jobs.begin(programme.people.named("office"), "plan", request)


def _register(programme: Programme) -> None:
    programme.register(cities=[*demo_cities()], pilots=list(_pilots()), by=_BY, reason=_REASON)
    programme.pilots_register.record_past(_rounds(), by=_BY, reason=_REASON)


def _invite(programme: Programme) -> None:
    for row in _rows("accounts.csv"):
        roles = ([*part.split(":"), "all", ""][:3] for part in row["role"].split("|"))
        programme.people.invite(
            FOUNDER,
            row["account"],
            {
                "display": row["display"],
                "email": f"{row['account']}@demo.example",  # a domain that nobody has (RFC 2606)
                "grants": [{"role": role, "scope": scope, "code": code} for role, scope, code in roles],
                "body": row["body"],
                "expertise": row["expertise"].split(),
            },
            reason=_REASON,
        )
        programme.people.take_up(row["account"])
    _sign(programme)


def _sign(programme: Programme) -> None:
    """Enter the agreements that were signed before the programme was kept in urbium."""
    promised = list(_rows("commitments.csv"))
    signed = [
        Dossier(kind="agreement", code=row["agreement"], state="signed", content=_agreement(row, promised))
        for row in _rows("agreements.csv")
    ]
    programme.store.dossiers.record(signed, by=_BY, what="agreement: record", reason=_REASON)


def _agreement(row: dict[str, str], promised: list[dict[str, str]]) -> dict[str, Any]:
    parties = [Party(*part.split(":")) for part in row["parties"].split("|")]
    agreement = Agreement(
        title=row["title"],
        signed_on=row["signed_on"],
        parties=parties,
        signatures=[Signature(party.code, row["signed_on"]) for party in parties],
        commitments=[
            Commitment(
                code=one["code"],
                article=one["article"],
                promise=one["promise"],
                state=one["state"],
                evidence=one["evidence"],
                tied_to=[tie for tie in one["tied_to"].split("|") if tie],
            )
            for one in promised
            if one["agreement"] == row["agreement"]
        ],
        source=row["source"],
        text=row["note"],
    )
    return dict(msgspec.to_builtins(agreement))


def _work(programme: Programme) -> None:
    places = {row["city"]: row["application"] for row in _rows("work.csv")}
    begin_work(programme, rules=about()["set"], places=places)
    decide_call(programme, rules=about()["set"])
    open_mandates(programme, _rows("mandates.csv"))


def _load(programme: Programme, table: str) -> None:
    programme.load(DEMO / table, by=_BY, reason=_REASON)
    keep_file(programme.store, table, (DEMO / table).read_bytes(), by=_BY, reason=_REASON)


def _adopt(programme: Programme, result: Result) -> None:
    programme.adopt(result, by=_BY, reason=_REASON, accept_unproven=True)  # a busy machine may prove little


def _mark(programme: Programme) -> None:
    programme.store.keep(_KIND, _MARK, {"figures": _FIGURES}, by=_BY, reason=_REASON)
    keep_words(programme.workspace, _worded(programme), by=_BY, reason=_REASON)


def _worded(programme: Programme) -> Iterator[Text]:
    """Yield what the examples are called and say, as it is worded in the languages of ``words.csv``."""
    first, last = about()["years"].split("-")
    yield from (named(by_language(row, "words")) for row in _rows("words.csv"))
    yield from (yearly_report(year) for year in range(int(first), int(last) + 1))
    yield from (called_example(named(city.name)) for city in _cities())
    yield from (called_example(one.name) for one in programme.catalogue.solutions.values())
    yield called_example(named(programme.catalogue.variables[TARGETED].name))


def about() -> dict[str, str]:
    """Return what the demo is called, its settings, and what is measured, projected and planned in it."""
    (row,) = _rows("programme.csv")
    return row


def _rows(table: str) -> Iterator[dict[str, str]]:
    with (DEMO / table).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def demo_cities() -> Iterator[City]:
    """Yield the nation and the 286 cities of the demo."""
    yield _nation()
    yield from _cities()


def _nation() -> City:
    named = nation(ready_made(about()["set"]).nation)
    return City(named.code, named.name, NATION)


def _cities() -> Iterator[City]:
    parent = _nation().code
    for row in _rows("cities.csv"):
        yield City(
            code=row["code"],
            name={"en": row["name_en"], "zh": row["name_zh"]},
            level=row["level"],
            province={"en": row["province_en"], "zh": row["province_zh"]},
            latitude=float(row["lat"]),
            longitude=float(row["lon"]),
            parent=parent,
            note=" ".join(part for part in (row["geo_note"], row["code_note"]) if part),
            valid_to=row["valid_to"],
        )


_COUNTED = {
    "new": "new", "widened": "widened", "special project": "special",
    "special project organisation": "organisation",
}  # fmt: skip
"""What the table of rounds counts, as the register calls it."""


def _rounds() -> dict[str, Round]:
    """Return the rounds of before with the totals that their notices declare."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in _rows("rounds.csv"):
        rows.setdefault(row["round"], []).append(row)
    return {
        code: Round(
            title=parts[0]["title"],
            rules=parts[0]["rules"],
            decided_on=parts[0]["date"],
            declared=[
                DeclaredTotal(_COUNTED[part["kind"]], int(part["count"]), part["source"]) for part in parts
            ],
            source=parts[0]["source"],
        )
        for code, parts in rows.items()
    }


def _pilots() -> Iterator[Pilot]:
    for row in _rows("pilots.csv"):
        yield Pilot(
            programme="MOHURD national smart city pilots",
            round=row["round"],
            kind=row["kind"],
            name={"en": row["name_en"], "zh": row["name_zh"]},
            province=row["province"],
            level=row["level"],
            year=int(row["year"]),
            source=" ".join(part for part in (row["source"], row["remark"]) if part),
            city=row["city"],
            status=row["status"],
        )
