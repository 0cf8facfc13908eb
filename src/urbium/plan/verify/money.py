"""Who pays: each project's capital, each fund's shares and limits, budgets and what is kept of them."""

from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.verify.audit import Audit, models
from urbium.plan.verify.result import TOLERANCE, Check, measure


def money(audit: Audit) -> Iterator[Check]:
    """Yield the checks of who pays what."""
    yield from _by_project(audit)
    yield from _by_city(audit)
    yield _budgets(audit)
    yield _upkeep(audit)
    yield _repayments(audit)
    yield from _by_year(audit)


def _by_project(audit: Audit) -> Iterator[Check]:
    balance, eligible, share, foreign, aside, sign = [], [], [], [], [], []
    keys = set(audit.paid) | {(p, y) for p in audit.start for y in range(audit.start[p], audit.finish(p) + 1)}
    for project, year in sorted(keys):
        where, split = f"{project},{year}", audit.paid.get((project, year), {})
        needed = audit.owed(project, year)
        small = TOLERANCE * max(1.0, needed)
        balance.append((where, abs(sum(split.values()) - needed), small))
        taken = models(audit.projects[project]) if project in audit.projects else set()
        abroad = outside = 0.0
        for name, amount in split.items():
            fund = audit.funds.get(name)
            takes = fund is not None and bool(taken & models(fund))
            eligible.append((f"{where},{name}", 0.0 if takes or amount == 0 else max(abs(amount), 1.0), 0.0))
            sign.append((f"{where},{name}", -amount, small))
            if fund is not None:
                most = audit.own_share.get((project, name), fund["share_max"])
                share.append((f"{where},{name}", amount - most * needed, small))
                abroad += amount if fund["is_foreign"] else 0.0
                outside += amount if fund["payer"] == "outside" else 0.0
        if project in audit.projects:
            row = audit.projects[project]
            foreign.append((where, abroad - row["foreign_share_max"] * needed, small))
            aside.append((where, outside - row["outside_share_max"] * needed, small))
    yield measure("capital is paid", balance)
    yield measure("eligible fund", eligible)
    yield measure("no negative money", sign)
    yield measure("fund_share", share)
    yield measure("foreign_of_project", foreign)
    yield measure("outside_of_project", aside)
    if "kind" in audit.plan.money.columns:
        yield _operation(audit)


def _operation(audit: Audit) -> Check:
    stated: dict[tuple[str, int], float] = defaultdict(float)
    rows = audit.plan.money.filter(pl.col("kind").is_in(["operation", "renewal"]))
    for project, year, amount in rows.select("project", "year", "amount").iter_rows():
        stated[project, year] += amount
    real = {(project, year): amount for project, year, amount in audit.runs()}
    return measure(
        "operation is stated",
        [
            (
                f"{p},{y}",
                abs(stated.get((p, y), 0.0) - real.get((p, y), 0.0)),
                TOLERANCE * max(1.0, real.get((p, y), 0.0)),
            )
            for p, y in sorted(set(stated) | set(real))
        ],
    )


def _by_city(audit: Audit) -> Iterator[Check]:
    """A fund keeps its share of a city's capital of a year, and of the city's budgets of all years."""
    paid: dict[tuple[str, str, int], float] = defaultdict(float)
    capital: dict[tuple[str, int], float] = defaultdict(float)
    budgets: dict[str, float] = defaultdict(float)
    for place, amount in audit.road.budgets.select("place", "amount").iter_rows():
        budgets[place] += amount
    for (project, year), split in audit.paid.items():
        if project in audit.projects:
            city = audit.projects[project]["city"]
            capital[city, year] += audit.owed(project, year)
            for fund, amount in split.items():
                paid[city, fund, year] += amount
    yearly, whole = [], []
    over_years: dict[tuple[str, str], float] = defaultdict(float)
    for (city, fund, year), amount in paid.items():
        share = audit.funds[fund]["city_share_max"] if fund in audit.funds else 1.0
        needed = capital[city, year]
        yearly.append((f"{city},{fund},{year}", amount - share * needed, TOLERANCE * max(1.0, needed)))
        over_years[city, fund] += amount
    for (city, fund), amount in over_years.items():
        share = audit.funds[fund]["city_budgets_share_max"] if fund in audit.funds else None
        if share is not None:
            allowed = share * budgets[city]
            whole.append((f"{city},{fund}", amount - allowed, TOLERANCE * max(1.0, allowed)))
    yield measure("fund_share_of_city", yearly)
    yield measure("fund_share_of_budgets", whole)


def _budgets(audit: Audit) -> Check:
    """A place spends its budget of a year, and its share of what it kept of the year before."""
    used: dict[tuple[str, int], float] = defaultdict(float)
    for (project, year), split in audit.paid.items():
        for name, amount in split.items():
            payer = audit.funds[name]["payer"] if name in audit.funds else "outside"
            if payer != "outside" and project in audit.projects:
                city = audit.projects[project]["city"]
                used[NATIONWIDE if payer == "nation" else city, year] += amount
    for project, year, amount in audit.runs():
        used[audit.operator(project), year] += amount
    for key, amount in audit.repaid.items():
        used[key] += amount
    for (occupation, year), units in audit.training.items():
        used[NATIONWIDE, year] += units * audit.lessons[occupation]["cost"]
    excesses = []
    kept: dict[tuple[str, int], float] = {}
    for place, year, amount in audit.road.budgets.select("place", "year", "amount").sort("year").iter_rows():
        overrun = audit.overruns.get(("budget", place, year), 0.0)
        carried = audit.road.settings.carry_over * kept.get((place, year - 1), 0.0)
        allowed = amount + overrun + carried
        spent = used[place, year]
        excesses.append((f"{place},{year}", spent - allowed, TOLERANCE * max(1.0, allowed)))
        kept[place, year] = max(allowed - spent, 0.0) if overrun == 0 else 0.0
    return measure("budget", excesses)


def _upkeep(audit: Audit) -> Check:
    """In the years after the plan a place runs all that it has built, and has the money for it."""
    running: dict[str, float] = defaultdict(float)
    for project in audit.start:
        running[audit.operator(project)] += audit.yearly(project)
    excesses = []
    for place, since, amount in audit.road.upkeep.select("place", "since", "amount").iter_rows():
        allowed = amount + audit.overruns.get(("upkeep", place, since), 0.0)
        excesses.append((f"{place},{since}", running[place] - allowed, TOLERANCE * max(1.0, allowed)))
    return measure("upkeep", excesses)


def _repayments(audit: Audit) -> Check:
    """In each year after the plan a place runs what it built and repays what it drew, to the last year."""
    running: dict[str, float] = defaultdict(float)
    for project in audit.start:
        running[audit.operator(project)] += audit.yearly(project)
    excesses = []
    for (place, year), amount in audit.lasting.items():
        over = audit.overruns.get(("repayment", place, year), 0.0)
        due = running[place] + audit.repaid.get((place, year), 0.0)
        excesses.append((f"{place},{year}", due - amount - over, TOLERANCE * max(1.0, amount + over)))
    return measure("repayment", excesses)


def _by_year(audit: Audit) -> Iterator[Check]:
    """A fund keeps its limit of a year, and foreign funds their share of all capital of a year."""
    used: dict[tuple[str, int], float] = defaultdict(float)
    total: dict[int, float] = defaultdict(float)
    abroad: dict[int, float] = defaultdict(float)
    for (_, year), split in audit.paid.items():
        for name, amount in split.items():
            if name in audit.funds:
                used[name, year] += amount
                total[year] += amount
                abroad[year] += amount if audit.funds[name]["is_foreign"] else 0.0
    excesses = []
    for fund, year, amount in audit.road.fund_limits.iter_rows():
        allowed = amount + audit.overruns.get(("fund_limit", fund, year), 0.0)
        excesses.append((f"{fund},{year}", used[fund, year] - allowed, TOLERANCE * max(1.0, allowed)))
    yield measure("fund_limit", excesses)
    share = audit.road.settings.foreign_share_max
    yield measure(
        "foreign_in_all",
        [(str(y), abroad[y] - share * total[y], TOLERANCE * max(1.0, total[y])) for y in audit.road.years],
    )
