"""The whole life of a pilot as one story, told through the API, by commands, or at the desk.

A programme of two towns has an adopted plan; other towns of the same county apply beside them. Who tells the
story is a teller: it begins dossiers and takes steps, and answers with the content as its reader sees it.
"""

from pathlib import Path
from typing import Any, Protocol

import polars as pl

from copies import copied
from rounds_of import CRITERIA, PROJECT, complete_file
from urbium.model import City
from urbium.plan import Settings
from urbium.programme import Programme, new
from urbium.programme.people.invitations import FOUNDER
from urbium.store.database import MEMORY

PEOPLE = {
    "olga": ("office", "all", ""),
    "oscar": ("office", "all", ""),
    "carl": ("officer", "city", "A"),
    "sven": ("signatory", "city", "A"),
    "pia": ("province", "province", "Avon"),
    "eva": ("expert", "all", ""),
}
YEARS = (2020, 2021, 2022)
CORE = ("mohurd_1_3_1", "mohurd_1_3_2")
"""What no pilot of the reference programme has a star without: base database and platform in service."""
KEY_PROJECT = PROJECT | {
    "cost": 10.0, "sources": {"CITY": 10.0}, "private": 0.0, "starts": 2020, "ends": 2021,
}  # fmt: skip
STAGES = ("tendered", "contracted", "done", "spent")


class Teller(Protocol):
    """Begins dossiers and takes steps as somebody; returns the content afterwards."""

    def begin(self, who: str, plural: str, code: str, content: dict[str, Any], **place: str) -> Any: ...
    def act(self, who: str, plural: str, code: str, action: str, **changes: Any) -> Any: ...


def with_plan(towns, url: str | Path = MEMORY, *, others: int = 0) -> Programme:
    """Return a programme of two towns with an adopted plan whose figures the targets are made of.

    Parameters
    ----------
    towns : the plan that is made by hand
    url : where its store is
    others : how many further towns there are, ``T000`` and on; Carl and Sven work for them, too
    """
    return copied(f"with a plan and {others} others", lambda at: _made(towns, at, others), url)


def _made(towns, url: str | Path, others: int) -> Programme:
    programme = new(url, nation="GBR", currency="GBP", name="Trial")
    names = {"A": "Aston", "B": "Bourne", **{town(at): f"Town {at}" for at in range(others)}}
    programme.register(
        cities=[
            City(code, {"en": name}, "municipality", province={"en": "Avon"}) for code, name in names.items()
        ],
        by="test",
        reason="towns",
    )
    figures = towns.rows(
        "city figure name value unit period none_at all_at need",
        ("A", "households", "Households", 100.0, "count", "2019", 200.0, 0.0, 0.5),
    )
    road = towns.towns_roadmap(with_people=False)
    measured = pl.when(pl.col("city") == "A").then(pl.lit("households")).otherwise(pl.lit(""))
    road = road.replace(
        figures=figures,
        gaps=road.gaps.with_columns(figures=measured),
        settings=Settings(price_year="2020", currency="GBP"),
    )
    plan = towns.towns_plan(with_people=False, roadmap=road)
    programme.adopt(plan, by="test", reason="a plan", accept_unproven=True)
    for code, (role, scope, where) in PEOPLE.items():
        places = [where, *(town(at) for at in range(others))] if scope == "city" else [where]
        grants = [{"role": role, "scope": scope, "code": place} for place in places]
        programme.people.invite(FOUNDER, code, {"display": code.title(), "grants": grants})
        programme.people.take_place(code)
    return programme


def town(at: int) -> str:
    return f"T{at:03}"


def live(teller: Teller, programme: Programme, *, others: int, places: int) -> None:
    """Tell the life of Aston as a pilot, from the call to its grade; the other towns apply, too."""
    apply(teller, programme, others=others, places=places)
    judge(teller, others=others)
    contract(teller)
    for year in YEARS:
        report(teller, year)
    teller.begin("olga", "grades", "g1", {"title": "Aston"}, parent="t1")
    teller.act("oscar", "grades", "g1", "publish")


def apply(teller: Teller, programme: Programme, *, others: int, places: int) -> None:
    quotas = [{"kind": "new", "most": places}]
    teller.begin("olga", "rounds", "r1", {"title": "First call", "rules": "china-2012", "quotas": quotas})
    teller.act("oscar", "rounds", "r1", "publish")
    for code, city, title in applicants(others):
        content = complete_file(programme, title, projects=[KEY_PROJECT])
        teller.begin("carl", "applications", code, content, city=city, parent="r1")
        teller.act("carl", "applications", code, "complete")
        teller.act("sven", "applications", code, "sign")
        teller.act("pia", "applications", code, "recommend", recommendation="yes", province_report="checked")
        teller.act("olga", "applications", code, "admit")


def applicants(others: int) -> list[tuple[str, str, str]]:
    """Return code, city and title of every application; Aston's is the first."""
    return [("a1", "A", "Aston"), *((f"b{at:03}", town(at), f"Town {at}") for at in range(others))]


def judge(teller: Teller, *, others: int) -> None:
    """Let Eva review all applications, those of the first towns with the fewest points, and decide."""
    teller.act("olga", "rounds", "r1", "close")
    for at, (code, _, _) in enumerate(applicants(others)):
        score = 80.0 if code == "a1" else 40.0 + at / 4
        teller.begin("olga", "reviews", f"v-{code}", {}, parent=code, owner="eva")
        teller.act("eva", "reviews", f"v-{code}", "accept")
        teller.act("eva", "reviews", f"v-{code}", "change", scores=dict.fromkeys(CRITERIA, score))
        teller.act("eva", "reviews", f"v-{code}", "hand_in")
    teller.act("olga", "rounds", "r1", "propose")
    teller.act("oscar", "rounds", "r1", "decide")


def contract(teller: Teller) -> None:
    book = teller.begin("carl", "taskbooks", "t1", {"title": "Aston"}, parent="a1")
    tasks = [task | {"body": "City works"} for task in book["tasks"]]
    teller.act("carl", "taskbooks", "t1", "change", tasks=tasks)
    for who, action in (("carl", "submit"), ("sven", "sign"), ("pia", "review"), ("olga", "put_in_force")):
        teller.act(who, "taskbooks", "t1", action)


def report(teller: Teller, year: int) -> None:
    """Tell a year in which everything went as planned."""
    code = f"y{year}"
    begun = teller.begin("carl", "reports", code, {"title": str(year), "year": year}, parent="t1")
    progress = [row | dict.fromkeys(STAGES, row["planned"]) for row in begun["progress"]]
    reached = [
        {"indicator": name, "value": value, "unit": unit, "source": "survey"}
        for name, value, unit in (("households", 170.0, "count"), *((name, 80.0, "score") for name in CORE))
    ]
    teller.act("carl", "reports", code, "change", narrative="as planned", progress=progress, reached=reached)
    for who, action in (("carl", "submit"), ("pia", "review"), ("olga", "accept")):
        teller.act(who, "reports", code, action)


def states(seen: Any) -> dict[str, list[tuple[str, str]]]:
    """Return what the public is told at the end; ``seen`` lists code and state of a kind."""
    kinds = ("rounds", "applications", "reviews", "taskbooks", "reports", "grades")
    return {plural: seen(plural) for plural in kinds}


def at_the_end(*, others: int, places: int) -> dict[str, list[tuple[str, str]]]:
    """Return what the public is to be told at the end: those with the fewest points are not selected."""
    codes = [code for code, _, _ in applicants(others)]
    selected = ["a1", *codes[len(codes) - places + 1 :]]
    return {
        "rounds": [("r1", "decided")],
        "applications": [(code, "selected") for code in selected],
        "reviews": [],
        "taskbooks": [("t1", "in_force")],
        "reports": [(f"y{year}", "accepted") for year in YEARS],
        "grades": [("g1", "published")],
    }


STEPS = {
    "round: create": 1, "round: publish": 1, "round: close": 1, "round: propose": 1, "round: decide": 1,
    "taskbook: create": 1, "taskbook: change": 1, "taskbook: submit": 1, "taskbook: sign": 1,
    "taskbook: review": 1, "taskbook: put_in_force": 1, "report: create": 3, "report: change": 3,
    "report: submit": 3, "report: review": 3, "report: accept": 3, "grade: create": 1, "grade: publish": 1,
}  # fmt: skip
"""How often each step of the pilot stands in the log."""
OF_EACH = (
    "application: create", "application: complete", "application: sign", "application: recommend",
    "application: admit", "review: create", "review: accept", "review: change", "review: hand_in",
)  # fmt: skip
"""The steps that stand in the log once for each application."""


def in_the_log(steps: list[str], *, others: int) -> None:
    """Assert that the log holds every step of the story, as often as it was taken."""
    assert {step: steps.count(step) for step in STEPS} == STEPS
    assert {step: steps.count(step) for step in OF_EACH} == dict.fromkeys(OF_EACH, others + 1)
