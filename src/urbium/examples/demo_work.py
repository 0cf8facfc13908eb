"""Demo work: example calls, applications, task books, an agreement, mandates, an offer: everybody finds work.

All of it is made up to try the programme with, and every title says so. It is made by the same steps as real
work, so nothing in it would be refused.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
import polars as pl

from urbium.access import Actor, Grant, Role
from urbium.catalogue import DATA
from urbium.examples.one_line_pdf import one_line_pdf
from urbium.extras import is_installed
from urbium.market.readiness import DELIVERIES
from urbium.pilot.attachments import checked_attachment
from urbium.pilot.calls.rulesets import rule_set
from urbium.programme import Programme
from urbium.programme.cases.desk import called_example
from urbium.text import Text, language, languages, meant, text

CALL: Final = "example-call"
EARLIER: Final = "example-earlier-call"
FUNDING: Final = "example-funding"
OFFER: Final = "example-offer"
INTEREST: Final = "example-interest"
_SELECTED: Final = ("340200", "340500")
"""The cities that the earlier call selects; the people of the demo work for the first."""
_DOCUMENTS: Final = ("outline", "plan", "financing")
_NOTE: Final = one_line_pdf("A file of the demo, in the place of a document of the city (example)")
SAID: Final[Mapping[str, dict[str, Any]]] = tomllib.loads((DATA / "demo" / "work.toml").read_text("utf-8"))
"""What the dossiers of the demo say, by what they are."""
TARGETED: Final[str] = SAID["target"]["indicator"]
_FIRST, _SECOND = "office", "office-2"
_EXPERTS: Final = ("expert", "expert-2")


def begin_work(programme: Programme, *, rules: str, places: Mapping[str, str]) -> None:
    """Publish the example call and bring its applications as far as the demo shows them.

    Parameters
    ----------
    programme : the demo, with its people
    rules : the set of rules of the call
    places : the state of the application of each city, by code
    """
    cases = programme.casework
    first, second = (programme.people.named(code) for code in (_FIRST, _SECOND))
    this_year = programme.settings.today().year
    content = SAID["call"] | {
        "rules": rules,
        "closes": f"{this_year + 1}-12-31",
        "decision_by": f"{this_year + 2}-03-31",
    }
    cases.begin(first, "round", CALL, content)
    cases.act(second, "round", CALL, "publish", version=1)
    programme.store.dossiers.keep_attachment(
        _NOTE, "application/pdf", by="urbium demo", reason="in the place of a document"
    )
    for city, state in places.items():
        _bring(programme, city, state)
    for number, expert in enumerate(_EXPERTS, 1):
        for city in (city for city, state in places.items() if state == "admitted"):
            code = f"example-{city}.{number}"
            cases.begin(first, "review", code, {}, parent=f"example-{city}", owner=expert)


def open_mandates(programme: Programme, rows: Iterable[Mapping[str, str]]) -> None:
    """Publish example mandates, given as rows of text."""
    office = programme.people.named(_FIRST)
    for row in rows:
        content: dict[str, Any] = {
            name: row[name] for name in ("title", "country", "currency", "evidence", "source")
        }
        content |= {name: float(row[name]) for name in ("ticket_least", "ticket_most", "budget")}
        content |= {name: int(row[name]) for name in ("cities_least", "cities_most", "seats")}
        content |= {name: row[name].split() for name in ("sectors", "instruments")}
        begun = programme.casework.begin(office, "mandate", row["mandate"], content | {"is_example": True})
        programme.casework.act(office, "mandate", row["mandate"], "publish", version=begun.dossier.version)


def decide_call(programme: Programme, *, rules: str) -> None:
    """Take an earlier example call to its decision: its applications are reviewed, and both selected."""
    cases = programme.casework
    first, second, expert = (programme.people.named(code) for code in (_FIRST, _SECOND, _EXPERTS[0]))
    cases.begin(first, "round", EARLIER, SAID["earlier_call"] | {"rules": rules})
    cases.act(second, "round", EARLIER, "publish", version=1)
    for city in _SELECTED:
        _bring(programme, city, "admitted", call=EARLIER)
    take_step(programme, first, "round", EARLIER, "close")
    for city in _SELECTED:
        code = f"earlier-{city}"
        cases.begin(first, "review", code, {}, parent=_application(EARLIER, city), owner=expert.account)
        criteria = [one.code for one in rule_set(rules).criteria]
        for action, changes in (
            ("accept", {}),
            ("change", {"scores": dict.fromkeys(criteria, 80.0)}),
            ("hand_in", {}),
        ):
            take_step(programme, expert, "review", code, action, changes)
    take_step(programme, first, "round", EARLIER, "propose")
    take_step(programme, second, "round", EARLIER, "decide")


def begin_contracts(programme: Programme) -> None:
    """Begin what follows a selection and a plan: task books and an agreement that wait for somebody.

    The task book of the first city is in force, and its second report waits for the officer; that of the
    second waits for the office. The agreement gives money from outside to a project of the first city, and
    waits for both of its parties.
    """
    cases, office = programme.casework, programme.people.named(_FIRST)
    for city in _SELECTED:
        officer, signatory, reviewer = _people_of(programme, city)
        code = f"example-{city}"
        title = str(called_example(programme.city(city).name["en"]))
        book = cases.begin(
            officer, "taskbook", code, {"title": title}, parent=_application(EARLIER, city)
        ).dossier.content
        if not (book["tasks"] and book["targets"]):
            continue
        tasks = [
            {**task, "title": str(called_example(task["title"])), "body": "Bureau of works (example)"}
            for task in book["tasks"]
        ]
        targets = [*book["targets"], SAID["target"]]
        take_step(programme, officer, "taskbook", code, "change", {"tasks": tasks, "targets": targets})
        for who, action in ((officer, "submit"), (signatory, "sign"), (reviewer, "review")):
            take_step(programme, who, "taskbook", code, action)
        if city == _SELECTED[0]:
            take_step(programme, office, "taskbook", code, "put_in_force")
            _report(programme, code, officer, reviewer, min(task["starts"] for task in tasks))
    agreement = SAID["agreement"] | {"funding": _funding(programme, _SELECTED[0])}
    cases.begin(office, "agreement", FUNDING, agreement)
    take_step(programme, office, "agreement", FUNDING, "propose")


def _planned_debt(programme: Programme, project: Any) -> tuple[str, float | None]:  # noqa: ANN401 - a Prospect
    """Return how the plan borrows for a project and for how many years; nothing where it does not borrow."""
    debt = programme.finances.debt()
    service = debt.service.filter(project=project.code)
    if service.is_empty():
        return "", None
    kind = debt.offers.available[service["instrument"][0]].instrument.kind
    delivery = next((one for one in DELIVERIES if one in kind), "loan")  # as in "development_bank_loan"
    return delivery, float(service["year"].max() - project.finish)


def open_data_room(programme: Programme) -> None:
    """Put a project of the first city before investors, and let the partner of the demo into its data room.

    The project is, of those that earn something, the one that seeks most from outside; none is offered where
    none of the city's does. Its paper, made by the programme itself, is in the room in every language that is
    spoken.
    """
    city, cases = _SELECTED[0], programme.casework
    sought = (
        programme.market.table()
        .filter(city=city)
        .sort("is_cost_only", "sought", "project", descending=[False, True, False])
    )
    if sought.is_empty():
        return
    project = programme.market.prospect(sought["project"][0])
    officer, _, _ = _people_of(programme, city)
    draft = _application(CALL, city)
    names = {_paper(tongue): tongue for tongue in reversed(languages())}  # English stands in for a language
    papers = [
        _attach_paper(programme, officer, draft, project.code, name=name, tongue=tongue)
        for name, tongue in names.items()
    ]
    delivery, tenor = _planned_debt(programme, project)
    offer = {
        "title": str(called_example(programme.catalogue.solutions[project.solution].name)),
        "project": project.code,
        "delivery": delivery,
        "least": min(1.0, project.sought),
        "tenor": tenor,
        "documents": papers,
        "source": "made up to show an offer and its data room",
    }
    cases.begin(officer, "offer", OFFER, offer, city=city)
    office, partner = (programme.people.named(code) for code in (_FIRST, "partner"))
    take_step(programme, office, "offer", OFFER, "publish")
    interest = SAID["interest"] | {"amount": round(project.sought, 1), "currency": project.currency}
    cases.begin(partner, "interest", INTEREST, interest, parent=OFFER)
    take_step(programme, partner, "interest", INTEREST, "send")
    answer = {"answer": "The paper of the project is in the data room. (example)"}
    take_step(programme, office, "interest", INTEREST, "admit", answer)


def _paper(tongue: str) -> str:
    """Return what the file of a project's paper is called in a language."""
    word = meant("of a file", "paper")  # in no f-string: messages in one are not gathered
    return f"{word.render(tongue)}.{'pdf' if is_installed('documents') else 'xlsx'}"


def _attach_paper(
    programme: Programme, officer: Actor, draft: str, project: str, *, name: str, tongue: str
) -> dict[str, str]:
    """Attach the paper of a project in a language to an application; return it as a data room names it."""
    with language(tongue):
        content = programme.market.sheet_file(programme.market.sheet(project), name.rpartition(".")[2])
    version = programme.casework.opened(officer, "application", draft).dossier.version
    attached = programme.attachments.attach(
        officer, "application", draft, _DOCUMENTS[-1], name, content, version=version
    ).dossier.content["attachments"]
    file = next(one for one in attached if one["name"] == name)
    return {"sha256": file["sha256"], "application": draft, "name": name}


def _report(programme: Programme, book: str, officer: Actor, reviewer: Actor, year: int) -> None:
    """Report on the first year of a task book until that is accepted, and begin the report on the second."""
    first, begun = f"{book}-{year}", _begin_report(programme, officer, book, year)
    progress = [
        {**row, **{stage: round(row["planned"] * share, 2) for stage, share in SAID["of_planned"].items()}}
        for row in begun["progress"]
    ]
    content = {
        "progress": progress,
        "narrative": "Made up to show how a report is compared with its task book.",
    }
    take_step(programme, officer, "report", first, "change", content)
    office = programme.people.named(_FIRST)
    for who, action in ((officer, "submit"), (reviewer, "review"), (office, "accept")):
        take_step(programme, who, "report", first, action)
    _begin_report(programme, officer, book, year + 1)


def _begin_report(programme: Programme, officer: Actor, book: str, year: int) -> Mapping[str, Any]:
    content = {"title": str(yearly_report(year)), "year": year}
    return programme.casework.begin(officer, "report", f"{book}-{year}", content, parent=book).dossier.content


def yearly_report(year: int) -> Text:
    """Return what the example report of a year is called."""
    return called_example(text("Yearly report {year}", year=str(year)))


def _funding(programme: Programme, city: str) -> list[dict[str, Any]]:
    """Return all money from outside of the city's project that has most of it; none where none has any."""
    plan = programme.required("plan")
    outside = plan.roadmap.funds.filter(payer="outside")["fund"].to_list()
    sums = (
        plan.money.filter(pl.col("city") == city, pl.col("kind") == "capital", pl.col("fund").is_in(outside))
        .group_by("project", "fund")
        .agg(pl.col("amount").sum())
        .filter(pl.col("amount") > 0)
        .with_columns(whole=pl.col("amount").sum().over("project"))
        .sort("whole", "project", "fund", descending=[True, False, False])
    )
    rows = sums.filter(pl.col("project") == pl.col("project").first()) if sums.height else sums
    return [
        {"project": row["project"], "fund": row["fund"], "amount": math.ceil(row["amount"] * 10) / 10,
         "currency": plan.currency}
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


def take_step(  # noqa: PLR0917 - whose step with what
    programme: Programme,
    who: Actor,
    kind: str,
    code: str,
    action: str,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Take a step with a dossier as it is."""
    version = programme.casework.opened(who, kind, code).dossier.version
    programme.casework.act(who, kind, code, action, dict(changes or {}), version=version)


def _application(call: str, city: str) -> str:
    return f"example-{city}" if call == CALL else f"{call}-{city}"


def _people_of(programme: Programme, city: str) -> tuple[Actor, Actor, Actor]:
    """Return who fills in, signs and reviews for a city."""
    province = programme.city(city).province["en"]
    officer, signatory = (
        Actor(f"demo {role.value}", (Grant(role, "city", city),)) for role in (Role.OFFICER, Role.SIGNATORY)
    )
    return officer, signatory, Actor("demo province", (Grant(Role.PROVINCE, "province", province),))


def _bring(programme: Programme, city: str, state: str, *, call: str = CALL) -> None:
    """Bring the application of a city to a state, by somebody in each role on the way."""
    cases, code = programme.casework, _application(call, city)
    place = programme.city(city)
    officer, signatory, reviewer = _people_of(programme, city)
    files = [checked_attachment(f"{document}.pdf", _NOTE, document) for document in _DOCUMENTS]
    content = {
        "title": str(called_example(place.name["en"])),
        "answers": SAID["answers"],
        "projects": [SAID["project"]],
        "attachments": [msgspec.to_builtins(file) for file in files],
    }
    version = cases.begin(officer, "application", code, content, city=city, parent=call).dossier.version
    steps: tuple[tuple[Actor, str, str, dict[str, Any]], ...] = (
        (officer, "complete", "complete", {}),
        (signatory, "sign", "signed", {}),
        (reviewer, "recommend", "recommended", SAID["letter"]),
        (programme.people.named(_FIRST), "admit", "admitted", {}),
    )
    reached = "draft"
    for who, action, after, changes in steps:
        if reached == state:
            return
        version = cases.act(who, "application", code, action, changes, version=version).dossier.version
        reached = after
