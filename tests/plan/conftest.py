"""Small random programmes, and an independent way to solve them: try all, split money by max-flow."""

import itertools
import random
from collections import defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.plan import NATIONWIDE, Roadmap, Settings
from urbium.plan.milp.model import checked_bound
from urbium.plan.milp.work import Work
from urbium.plan.search.decomposition import Decomposition
from urbium.plan.search.exchange import Exchange

MODELS = ("PUB", "PPP", "FDI")


def make_programme(seed: int, *, cities: int | None = None, most: int = 6, span: int = 3) -> Roadmap:
    """Return a random roadmap of one or two cities (or so many), at most six projects, three years."""
    rng = random.Random(seed)
    years = range(2016, 2016 + span)
    codes = [f"C{k}" for k in range(cities or rng.choice([1, 1, 2]))]
    names = [f"P{k}" for k in range(rng.randint(3, most))]
    indicators = ["water", "air"]
    projects, prerequisites, effects = [], [], []
    for k, name in enumerate(names):
        city = codes[k % len(codes)]
        status = rng.choice(["candidate"] * 8 + ["mandatory", "forbidden", "committed"])
        build = rng.choice([1, 1, 2])
        projects.append(
            {
                "project": name,
                "city": city,
                "solution": f"S{k}",
                "capital": rng.randint(1, 20) * build,
                "operation": rng.randint(0, 3),
                "renewal": [0.0, 1.0, 0.5][k % 3],
                "build_years": build,
                "finance_models": ";".join(
                    sorted(rng.sample(MODELS, 3 if k == 0 else rng.choice([1, 2, 2, 3])))
                ),
                "foreign_share_max": rng.choice([1.0, 0.5, 0.25]),
                "status": status,
                "start": rng.randint(2016, years[-1] - build + 1) if status == "committed" else None,
                "evidence": "assumption",
                "note": "",
            }
        )
        earlier = [p["project"] for p in projects[:-1] if p["city"] == city and p["status"] != "forbidden"]
        if earlier and rng.random() < 0.4:
            prerequisites.append((name, rng.choice(earlier), rng.choice([0, 0, 1])))
        effects += [
            (name, i, round(rng.uniform(0.1, 0.9), 3), rng.choice([0, 0, 1]))
            for i in indicators
            if rng.random() < 0.8
        ]
    exclusions = [("one of", p) for p in _group(rng, projects, 0.3)]
    alternatives = [("any of", p) for p in _group(rng, projects, 0.2)]
    budgets, limits = [], []
    forced = [p for p in projects if p["status"] == "committed"]
    for year in years:
        extra = sum(p["capital"] + yearly(p) for p in forced)
        budgets.append((NATIONWIDE, year, float(rng.randint(5, 30) + extra)))
        budgets += [(code, year, float(rng.randint(3, 20) + extra)) for code in codes if rng.random() < 0.8]
        limits += [
            (fund, year, float(rng.randint(2, 20) + extra))
            for fund in ("BANK", "ABROAD")
            if rng.random() < 0.5
        ]
    starts = [(NATIONWIDE, year, rng.randint(1, 3) + len(forced)) for year in years if rng.random() < 0.3]
    return Roadmap(
        years=years,
        cities=pl.DataFrame({"city": codes, "weight": [rng.uniform(0.5, 3) for _ in codes]}),
        indicators=pl.DataFrame({"indicator": indicators, "weight": [0.6, 0.4]}),
        projects=pl.DataFrame(projects, infer_schema_length=None),
        prerequisites=_table(prerequisites, ["project", "requires", "lag"]),
        exclusions=_table(exclusions, ["group", "project"]),
        alternatives=_table(alternatives, ["group", "project"]),
        effects=_table(effects, ["project", "indicator", "effect", "lag"]),
        gaps=_table([(c, i, rng.uniform(0.2, 1), rng.choice([1.0, 0.7])) for c in codes for i in indicators],
                    ["city", "indicator", "need", "ceiling"]),
        curve=pl.DataFrame({"segment": [1, 2], "width": [0.5, 0.5], "slope": [1.25, 0.75]}),
        funds=pl.DataFrame(
            {
                "fund": ["STATE", "TOWN", "BANK", "ABROAD"],
                "finance_models": ["PUB", "PUB;PPP", "PPP;PUB", "FDI"],
                "share_max": [0.5, rng.choice([1.0, 0.8]), 0.6, rng.choice([1.0, 0.5])],
                "payer": ["nation", "city", "outside", "outside"],
                "is_foreign": [False, False, False, True],
            }
        ),
        budgets=_table(budgets, ["place", "year", "amount"]),
        fund_limits=_table(limits, ["fund", "year", "amount"]),
        start_limits=_table(starts, ["place", "year", "most"]),
        settings=Settings(
            discount_rate=0.05, spending_price=0.0005, foreign_share_max=rng.choice([1.0, 0.3]),
            operation_by=rng.choice(["city", "nation"]),
        ),
    )  # fmt: skip


def _group(rng: random.Random, projects: list[dict], chance: float) -> list[str]:
    same = [p["project"] for p in projects if p["city"] == projects[0]["city"]]
    return rng.sample(same, 2) if len(same) > 1 and rng.random() < chance else []


def _table(rows: list[tuple], columns: list[str]) -> pl.DataFrame:
    return (
        pl.DataFrame(rows, schema=columns, orient="row") if rows else pl.DataFrame({c: [] for c in columns})
    )


def best_by_trying(road: Roadmap) -> tuple[float, dict[str, int]] | None:
    """Return the best worth and starts among all choices that keep every limit; None when there is none."""
    rows = road.projects.to_dicts()
    options = []
    for row in rows:
        begin = list(road.years)[: len(road.years) - road.settings.ends_after]
        years = [y for y in begin if y + row["build_years"] - 1 <= road.years[-1]]
        options.append(
            {"forbidden": [None], "committed": [row["start"]], "mandatory": years}.get(
                row["status"], [None, *years]
            )
        )
    found, tables = [], _Read(road)
    for choice in itertools.product(*options):
        starts = {row["project"]: s for row, s in zip(rows, choice, strict=True) if s is not None}
        if _is_ordered(tables, starts):
            found.append((worth(road, starts, tables), tuple(choice)))
    for value, choice in sorted(found, key=lambda item: -item[0]):
        starts = {row["project"]: s for row, s in zip(rows, choice, strict=True) if s is not None}
        if all(_is_payable(road, starts, year) for year in road.years):
            return value, starts
    return None


class _Read:
    """The rows of a roadmap's tables, read once for all choices."""

    def __init__(self, road: Roadmap) -> None:
        self.rows = {r["project"]: r for r in road.projects.to_dicts()}
        self.prerequisites = road.prerequisites.select("project", "requires", "lag").rows()
        self.groups = [
            (table.filter(group=group)["project"].to_list(), least, most)
            for table, least, most in ((road.exclusions, 0, 1), (road.alternatives, 1, 99))
            for group in table["group"].unique()
        ]
        self.start_limits = road.start_limits.rows()
        self.weight = dict(road.indicators.select("indicator", "weight").iter_rows())
        self.size = dict(road.cities.select("city", "weight").iter_rows())
        self.gaps = road.gaps.to_dicts()
        self.effects = road.effects.select("project", "indicator", "effect", "lag").rows()


def _is_ordered(tables: _Read, starts: dict[str, int]) -> bool:
    rows = tables.rows
    for p, q, lag in tables.prerequisites:
        if p in starts and (q not in starts or starts[p] < starts[q] + rows[q]["build_years"] + lag):
            return False
    for projects, least, most in tables.groups:
        if not least <= sum(p in starts for p in projects) <= most:
            return False
    for place, year, most in tables.start_limits:
        if sum(s == year and place in (NATIONWIDE, rows[p]["city"]) for p, s in starts.items()) > most:
            return False
    return True


def worth(road: Roadmap, starts: dict[str, int], tables: _Read) -> float:
    """Return the objective of some starts, added up by hand."""
    rows, weight, size = tables.rows, tables.weight, tables.size
    total = 0.0
    for year in road.years:
        factor = 1 / (1 + road.settings.discount_rate) ** (year - road.years[0])
        after = road.settings.years_after if year == road.years[-1] else 0
        stands = {year + k: 1 / (1 + road.settings.discount_rate) ** k for k in range(after + 1)}
        for gap in tables.gaps:
            reached = 0.0
            for p, i, effect, lag in tables.effects:
                row = rows[p]
                is_here = i == gap["indicator"] and row["city"] == gap["city"] and p in starts
                if is_here:
                    ready = starts[p] + row["build_years"] + lag
                    reached += effect * sum(w for y, w in stands.items() if y >= ready) / sum(stands.values())
            reached = min(reached, gap["ceiling"])
            closed = 1.25 * min(reached, 0.5) + 0.75 * max(reached - 0.5, 0.0)
            total += (
                factor
                * sum(stands.values())
                * size[gap["city"]]
                * weight[gap["indicator"]]
                * gap["need"]
                * closed
            )
        for p, s in starts.items():
            row = rows[p]
            if s <= year < s + row["build_years"]:
                total -= factor * road.settings.spending_price * row["capital"] / row["build_years"]
            elif year >= s + row["build_years"]:
                total -= factor * road.settings.spending_price * yearly(row)
    return total


def yearly(row: dict) -> float:
    """Return what a project costs a year once it runs: operation, and what is set aside for renewal."""
    return row["operation"] + (row["renewal"] or 0.0)


def _is_payable(road: Roadmap, starts: dict[str, int], year: int) -> bool:  # noqa: C901 - one network
    """Say whether one year's capital can be split over the funds, by maximum flow."""
    rows = {r["project"]: r for r in road.projects.to_dicts()}
    left = {(place, y): a for place, y, a in road.budgets.select("place", "year", "amount").iter_rows()}
    room = {key: a for key, a in left.items() if key[1] == year}
    for p, s in starts.items():
        if year >= s + rows[p]["build_years"]:
            place = NATIONWIDE if road.settings.operation_by == "nation" else rows[p]["city"]
            if (place, year) in room:
                room[place, year] -= yearly(rows[p])
    if any(amount < -1e-9 for amount in room.values()):
        return False
    limit = {f: a for f, y, a in road.fund_limits.iter_rows() if y == year}
    edges: dict[tuple, float] = {}
    total = 0.0
    for p, s in starts.items():
        row = rows[p]
        if not s <= year < s + row["build_years"]:
            continue
        spent = row["capital"] / row["build_years"]
        total += spent
        edges["source", p] = spent
        edges[p, (p, "abroad")] = row["foreign_share_max"] * spent
        for fund in road.funds.to_dicts():
            if set(fund["finance_models"].split(";")) & set(row["finance_models"].split(";")):
                origin = (p, "abroad") if fund["is_foreign"] else p
                target = (fund["fund"], row["city"]) if fund["payer"] == "city" else fund["fund"]
                edges[origin, target] = fund["share_max"] * spent
                if fund["payer"] == "city":
                    edges[target, fund["fund"]] = room.get((row["city"], year), 1e9)
    for fund in road.funds.to_dicts():
        cap = limit.get(fund["fund"], 1e9)
        if fund["payer"] == "nation":
            cap = min(cap, room.get((NATIONWIDE, year), 1e9))
        edges[fund["fund"], "foreign" if fund["is_foreign"] else "sink"] = cap
    edges["foreign", "sink"] = road.settings.foreign_share_max * total
    return _flow(edges) >= total - 1e-7


def _flow(edges: dict[tuple, float]) -> float:
    """Maximum flow from source to sink (Edmonds and Karp)."""
    left: dict = defaultdict(lambda: defaultdict(float))
    for (a, b), capacity in edges.items():
        left[a][b] += capacity
        left[b][a] += 0.0
    total = 0.0
    while True:
        parent = {"source": None}
        queue = deque(["source"])
        while queue and "sink" not in parent:
            node = queue.popleft()
            for other, capacity in left[node].items():
                if other not in parent and capacity > 1e-10:
                    parent[other] = node
                    queue.append(other)
        if "sink" not in parent:
            return total
        path, node = [], "sink"
        while parent[node] is not None:
            path.append((parent[node], node))
            node = parent[node]
        amount = min(left[a][b] for a, b in path)
        for a, b in path:
            left[a][b] -= amount
            left[b][a] += amount
        total += amount


def make_scarce(road: Roadmap, seed: int) -> Roadmap:
    """Return the programme with less money, a town that may pay for all, and nothing forbidden."""
    share = random.Random(seed).choice([0.3, 0.5, 0.8])
    less = (pl.col("amount") * share).round(2)
    is_town = pl.col("fund") == "TOWN"
    return road.replace(
        projects=road.projects.with_columns(pl.col("status").replace("forbidden", "candidate")),
        budgets=road.budgets.with_columns(less),
        fund_limits=road.fund_limits.with_columns(less),
        funds=road.funds.with_columns(
            share_max=pl.when(is_town).then(1.0).otherwise("share_max"),
            finance_models=pl.when(is_town).then(pl.lit("PUB;PPP;FDI")).otherwise("finance_models"),
        ),
    )


def make_few_people(road: Roadmap, rng: random.Random) -> Roadmap:
    """Return the programme with few engineers in the cities, and fewer that the nation lends."""
    places = [*road.cities["city"], NATIONWIDE]
    pools = [(place, "engineer", year, rng.randint(0, 2)) for place in places for year in road.years]
    names = road.projects["project"].to_list()
    staff = [(name, "engineer", float(rng.randint(1, 4)), float(rng.randint(0, 2))) for name in names]
    return road.replace(
        occupations=pl.DataFrame({"occupation": ["engineer"]}),
        pools=pl.DataFrame(pools, schema=["place", "occupation", "year", "places"], orient="row"),
        staff=pl.DataFrame(staff, schema=["project", "occupation", "building", "running"], orient="row"),
    )


@pytest.fixture(scope="session")
def programme():
    """Make a random programme of a seed."""
    return make_programme


@pytest.fixture(scope="session")
def by_trying():
    """Solve a small programme by trying everything."""
    return best_by_trying


@pytest.fixture(scope="session")
def ending():
    """Let nothing start in so many of a programme's last years, in which it may be completed."""

    def ended(road, years):
        last = road.years[-1] - years
        early = pl.col("start").clip(upper_bound=last)
        return road.replace(
            projects=road.projects.with_columns(early), settings=replace(road.settings, ends_after=years)
        )

    return ended


@pytest.fixture(scope="session")
def scarce():
    """Make the money of a programme scarce."""
    return make_scarce


@pytest.fixture(scope="session")
def few_people():
    """Make the people of a programme scarce."""
    return make_few_people


@pytest.fixture(scope="session")
def exchange_of():
    """Make what the members of a search share, of a programme's variables and matrix."""

    def made(lay, model, *, work=60.0, gap=1e-4):
        return Exchange(lay, model, Work(work), gap)

    return made


@pytest.fixture(scope="session")
def by_decomposition(exchange_of):
    """Search by the decomposition alone; return the worth of the plan and the bound, infinite without."""

    def searched(lay, model):
        exchange = exchange_of(lay, model)
        with ThreadPoolExecutor(2) as threads:
            for _ in Decomposition(exchange, seed=0, executor=threads).steps():
                if exchange.is_over:
                    break
        bound = -np.inf if exchange.is_infeasible else exchange.bound
        return exchange.value, checked_bound(bound, exchange.value)

    return searched
