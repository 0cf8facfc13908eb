"""Who is needed is there: a city's own places, what it teaches, what the nation lends and trains."""

from collections import defaultdict
from collections.abc import Iterator

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.verify.audit import Audit
from urbium.plan.verify.result import TOLERANCE, Check, measure


def people(audit: Audit) -> Iterator[Check]:
    """Yield the checks of training and of pools."""
    yield _training(audit)
    yield _pools(audit)


def _training(audit: Audit) -> Check:
    """Training is of a known occupation and plan year, once each, in whole units within its most."""
    excesses, seen = [], set()
    table = audit.plan.training
    rows = [] if table is None else table.select("occupation", "year", "units").iter_rows()
    for occupation, year, units in rows:
        where, key = f"{occupation},{year}", (occupation, year)
        lesson = audit.lessons.get(occupation)
        if lesson is None or year not in audit.road.years or key in seen or units is None:
            excesses.append((where, 1.0, 0.0))
            continue
        seen.add(key)
        excesses.append((where, max(units - lesson["most"], -units, abs(units - round(units)), 0.0), 0.0))
    return measure(
        "training",
        [(where, float(excess), small) for where, excess, small in excesses],
    )


def _needed(audit: Audit) -> dict[tuple[str, str, int], float]:
    """Places needed less places taught, by city, occupation and year."""
    need: dict[tuple[str, str, int], float] = defaultdict(float)
    for project, occupation, building, running in audit.road.staff.iter_rows():
        if project in audit.start:
            city = audit.projects[project]["city"]
            for year in range(audit.start[project], audit.last + 1):
                places = building if year <= audit.finish(project) else running
                need[city, occupation, year] += places
    for project, occupation, places, lag in audit.road.teaching.iter_rows():
        if project in audit.start:
            city = audit.projects[project]["city"]
            for year in range(audit.finish(project) + 1 + lag, audit.last + 1):
                need[city, occupation, year] -= places
    return need


def _pools(audit: Audit) -> Check:
    """What cities lack of an occupation in a year is no more than the nation has and has trained."""
    lacking: dict[tuple[str, int], float] = defaultdict(float)
    for (city, occupation, year), places in _needed(audit).items():
        place = f"{city},{occupation}"
        held = audit.pools.get((place, year), 0.0) + audit.overruns.get(("people", place, year), 0.0)
        lacking[occupation, year] += max(places - held, 0.0)
    trained: dict[tuple[str, int], float] = defaultdict(float)
    for (occupation, bought), units in audit.training.items():
        lesson = audit.lessons[occupation]
        for year in range(bought + lesson["lag"], audit.last + 1):
            trained[occupation, year] += units * lesson["places"]
    excesses = []
    for (occupation, year), places in lacking.items():
        there = audit.pools.get((f"{NATIONWIDE},{occupation}", year), 0.0) + trained[occupation, year]
        excesses.append((f"{occupation},{year}", places - there, TOLERANCE * max(1.0, there)))
    return measure("people", excesses)
