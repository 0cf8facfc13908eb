"""Small random programmes with every rule at once, and an independent program that tries all choices.

The program knows nothing of the planner: every choice of starts and training is valued by hand, and the best
one whose money can be split is taken. Whether it can is one linear programme with a variable for each
project, fund and year.
"""

import itertools
import random
from collections import defaultdict
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from urbium.catalogue.debt import DEBT_KINDS, Terms, schedule
from urbium.plan import NATIONWIDE

KEYS = ("city", "build_years", "capital", "operation", "renewal", "foreign_share_max", "outside_share_max")


def yearly(row):
    """Return what a project costs a year once it runs: operation, and what is set aside for renewal."""
    return row["operation"] + (row["renewal"] or 0.0)


@pytest.fixture(scope="session")
def ruled(programme):
    """Make a random programme of a seed with windows, people, standards, fairness and more."""
    return lambda seed, **size: add_rules(programme(seed, **({"most": 5} | size)), random.Random(seed))


@pytest.fixture(scope="session")
def repaying(ruled):
    """Make a random programme with every rule, in which some funds are repaid."""
    return lambda seed, **size: add_repayments(ruled(seed, **size), random.Random(f"repaid {seed}"))


@pytest.fixture(scope="session")
def by_trying():
    """Solve a small programme by trying everything: worth, starts and training; None when there is none."""
    return lambda road: Trying(road).best()


def add_rules(road, rng):
    """Return the programme with every rule that may be there, at random."""
    projects = road.projects.to_dicts()
    for row in projects:
        row["outside_share_max"] = rng.choice([1.0, 0.5, 0.2, 0.0])
        if row["status"] != "committed" and rng.random() < 0.3:
            row["earliest"] = rng.choice([2015, 2016, 2017])
            row["latest"] = rng.choice([None, row["earliest"] + rng.choice([0, 1, 2])])
    mates = [
        (p["project"], q["project"]) for q, p in itertools.combinations(projects, 2) if p["city"] == q["city"]
    ]
    hard = set(road.prerequisites.select("project", "requires").iter_rows())
    soft = [pair for pair in mates if pair not in hard and rng.random() < 0.2]
    soft = pl.DataFrame(
        [(*pair, rng.choice([0, 0, 1]), "soft", rng.uniform(0.01, 0.3)) for pair in soft],
        schema=road.prerequisites.schema, orient="row",
    )  # fmt: skip
    rollout = pl.Series([rng.choice([1, 1, 2]) for _ in range(road.effects.height)], dtype=pl.Int64)
    regions = ["east", "west"][: road.cities.height] + ["west"] * (road.cities.height - 2)
    return road.replace(
        cities=road.cities.with_columns(region=pl.Series(regions)),
        projects=pl.DataFrame(projects, schema=road.projects.schema),
        prerequisites=pl.concat([road.prerequisites, soft]),
        effects=road.effects.with_columns(rollout=rollout),
        **_money(road, rng),
        **_people(road, rng),
        **_promises(road, rng),
        settings=replace(
            road.settings,
            shortfall_price=rng.choice([0.05, 0.5, 5.0]),
            carry_over=rng.choice([0.0, 0.5, 0.5, 1.0]),
        ),
    )


def _money(road, rng):
    share = rng.choice([None, 0.2, 0.05])
    funds = road.funds.with_columns(
        city_share_max=pl.Series([rng.choice([1.0, 0.3, 0.1]), 1.0, rng.choice([1.0, 0.2]), 1.0]),
        city_budgets_share_max=pl.Series([None, None, share, None], dtype=pl.Float64),
    )
    committed = road.projects.filter(pl.col("status") == "committed")
    kept = committed["capital"].sum() + committed["operation"].sum() + committed["renewal"].sum()
    scarce = rng.choice([1.0, 0.5, 0.25])
    budgets = road.budgets.with_columns(amount=kept + (pl.col("amount") - kept) * scarce)
    if share is not None:  # then every city needs a budget of every year
        known = set(budgets.select("place", "year").iter_rows())
        forced = sum(road.projects.filter(pl.col("status") == "committed")["capital"].to_list()) * 2.0
        more = [(c, y, 6.0 + forced, "", "") for c in road.cities["city"] for y in road.years]
        more = [row for row in more if row[:2] not in known]
        budgets = pl.concat([budgets, pl.DataFrame(more, schema=budgets.schema, orient="row")])
    pairs = [(p, f) for p in road.projects["project"] for f in ("STATE", "BANK") if rng.random() < 0.15]
    models = dict(road.projects.select("project", "finance_models").iter_rows())
    pairs = [(p, f) for p, f in pairs if "PUB" in models[p]]
    own = [(p, f, rng.choice([0.0, 0.3, 0.8])) for p, f in pairs]
    chance = random.Random(repr(pairs))  # of its own: what is drawn after stays as it is
    places = [NATIONWIDE] if road.settings.operation_by == "nation" else road.cities["city"].to_list()
    run = road.projects["operation"].sum() + road.projects["renewal"].sum()
    upkeep = [
        (p, road.years[-1] + 1, chance.uniform(0.1, 0.6) * run) for p in places if chance.random() < 0.6
    ]
    return {
        "upkeep": _table(upkeep, ["place", "since", "amount"]),
        "funds": funds,
        "budgets": budgets,
        "fund_shares": pl.DataFrame(own, schema=road.fund_shares.schema, orient="row"),
    }


def add_repayments(road, rng):
    """Return the programme with funds that are repaid, and limits wide enough for what is committed."""
    rows = []
    for fund in road.funds["fund"]:
        rate, years, grace = rng.choice([0.0, 0.05, 0.12]), rng.randint(1, 6), rng.choice([0, 0, 1])
        terms = Terms(rate, years + grace, grace, rng.choice([0.0, 0.1]), rng.choice(DEBT_KINDS))
        payer, own = rng.choice(["city", "city", "nation"]), rng.choice([0.0, 0.5, 1.0])
        shares = [(after, share) for after, share in enumerate(schedule(terms).payments) if share > 0]
        rows += [(fund, payer, after, own * share) for after, share in shares]
        rows += [(fund, "users", after, (1 - own) * share) for after, share in shares]
    committed = road.projects.filter(pl.col("status") == "committed")
    most = 5.0 * committed["capital"].sum()
    run = committed["operation"].sum() + committed["renewal"].sum()
    places = [NATIONWIDE, *road.cities["city"]]
    capital = road.projects["capital"].sum()
    later = [
        (place, road.years[-1] + rng.choice([1, 1, 1, 3]), rng.uniform(0.02, 0.4) * capital + most + run)
        for place in places
        if rng.random() < 0.8
    ]
    more = pl.DataFrame(later, schema=["place", "since", "amount"], orient="row")
    known = road.upkeep.with_columns(amount=pl.col("amount") + most + run).select("place", "since", "amount")
    return road.replace(
        repayments=pl.DataFrame(rows, schema=["fund", "payer", "after", "share"], orient="row"),
        budgets=road.budgets.with_columns(amount=pl.col("amount") + most),
        upkeep=pl.concat([known, more]).unique(["place", "since"], keep="first", maintain_order=True),
    )


def _people(road, rng):
    rows = road.projects.to_dicts()
    staff = [
        (r["project"], "planner", rng.randint(1, 4), rng.randint(0, 2)) for r in rows if rng.random() < 0.7
    ]
    forced = {r["project"] for r in rows if r["status"] == "committed"}
    least = sum(max(b, r) for p, _, b, r in staff if p in forced)
    pools = [(NATIONWIDE, "planner", y, rng.randint(0, 3) + least) for y in road.years]
    pools += [(c, "planner", y, rng.randint(0, 3)) for c in road.cities["city"] for y in road.years]
    pools = [row for row in pools if row[0] == NATIONWIDE or rng.random() < 0.7]
    teaching = [
        (r["project"], "planner", rng.randint(2, 4), rng.choice([0, 0, 1]))
        for r in rows
        if rng.random() < 0.4
    ]
    training = [
        ("planner", rng.choice([0.0, 1.0, 4.0]), rng.randint(1, 3), rng.choice([1, 2]), rng.choice([0, 1]))
    ]
    return {
        "occupations": pl.DataFrame({"occupation": ["planner"]}),
        "staff": _table(staff, ["project", "occupation", "building", "running"]),
        "pools": _table(pools, ["place", "occupation", "year", "places"]),
        "teaching": _table(teaching, ["project", "occupation", "places", "lag"]),
        "training": _table(
            training[: rng.choice([0, 1, 1])], ["occupation", "cost", "places", "most", "lag"]
        ),
    }


def _promises(road, rng):
    standards, covers, fairness = [], [], []
    for city in road.cities["city"]:
        own = road.projects.filter(pl.col("city") == city)["project"].to_list()
        if own and rng.random() < 0.5:
            standards.append((f"open {city}", city, rng.choice(list(road.years))))
            covers += [(f"open {city}", p) for p in rng.sample(own, min(len(own), 2))]
        if rng.random() < 0.4:
            fairness.append(("least_closing", city, rng.choice([0.2, 0.5, 0.9])))
    places = ["east", "west"] if road.cities.height > 1 else []
    fairness += [("parity", place, rng.choice([0.5, 0.9, 1.0])) for place in places if rng.random() < 0.6]
    return {
        "standards": _table(standards, ["standard", "city", "deadline"]),
        "covers": _table(covers, ["standard", "project"]),
        "fairness": _table(fairness, ["rule", "place", "share"]),
    }


def _table(rows, columns):
    return (
        pl.DataFrame(rows, schema=columns, orient="row") if rows else pl.DataFrame({c: [] for c in columns})
    )


class Trying:
    """All choices of a small programme, valued and checked in plain loops."""

    def __init__(self, road):
        self.road, self.years = road, list(road.years)
        self.rows = {r["project"]: r for r in road.projects.to_dicts()}
        self.factor = {y: 1 / (1 + road.settings.discount_rate) ** (y - self.years[0]) for y in self.years}
        self.funds = road.funds.to_dicts()
        self.effects = defaultdict(list)
        for e in road.effects.to_dicts():
            self.effects[self.rows[e["project"]]["city"], e["indicator"]].append(e)
        self.weight = dict(road.indicators.select("indicator", "weight").iter_rows())
        self.size = dict(road.cities.select("city", "weight").iter_rows())
        self.region = dict(road.cities.select("city", "region").iter_rows())
        self.needs = road.prerequisites.to_dicts()
        self.groups = [
            (least, most, [p for _, p in rows])
            for table, least, most in ((road.exclusions, 0, 1), (road.alternatives, 1, 99))
            for _, rows in itertools.groupby(sorted(table.iter_rows()), key=lambda row: row[0])
            for rows in [list(rows)]
        ]
        self.start_limits = road.start_limits.rows()
        self.upkeep = self._upkeep()
        self.staff, self.teaching = road.staff.rows(), road.teaching.rows()
        self.pool = {(p, y): n for p, _, y, n in road.pools.select(pl.nth(0, 1, 2, 3)).rows()}
        self.gaps = road.gaps.to_dicts()
        self.standards = road.standards.to_dicts()
        self.covers, self.fairness = road.covers.rows(), road.fairness.to_dicts()
        self.budget = {(p, y): a for p, y, a in road.budgets.select("place", "year", "amount").iter_rows()}
        self.own_share = {(p, f): s for p, f, s in road.fund_shares.iter_rows()}

    def best(self):
        found = []
        for starts in self.choices():
            value = self.worth(starts)
            found += [(value - self.cost_of(units), starts, units) for units in self.trainings(starts)]
        failed = defaultdict(list)  # training that a choice of starts cannot pay; more of it neither
        for value, starts, units in sorted(found, key=lambda item: -item[0]):
            key = tuple(starts.items())
            if any(all(units[y] >= n for y, n in less.items()) for less in failed[key]):
                continue
            if self.funds_may_do(starts) and self.is_payable(starts, units):
                return value, starts, units
            failed[key].append(units)
        return None

    # Choices

    def choices(self):
        options = []
        for row in self.rows.values():
            begin = self.years[: len(self.years) - self.road.settings.ends_after]
            years = [y for y in begin if y + row["build_years"] - 1 <= self.years[-1]]
            first, last = row["earliest"] or 0, row["latest"] or 9999
            years = [y for y in years if first <= y <= last]
            options.append(
                {"forbidden": [None], "committed": [row["start"]], "mandatory": years}.get(
                    row["status"], [None, *years]
                )
            )
        for choice in itertools.product(*options):
            starts = {p: s for p, s in zip(self.rows, choice, strict=True) if s is not None}
            if self.is_ordered(starts):
                yield starts

    def _upkeep(self):
        """What each place may pay after the plan; what committed projects need, where that is more."""
        limits = []
        for place, _, amount in self.road.upkeep.select("place", "since", "amount").iter_rows():
            fixed = [
                yearly(r)
                for r in self.rows.values()
                if r["status"] == "committed" and place == self.operator(r["project"])
            ]
            limits.append((place, max(amount, sum(fixed))))
        return limits

    def operator(self, p):
        return NATIONWIDE if self.road.settings.operation_by == "nation" else self.rows[p]["city"]

    def is_late(self, starts, need):
        p, q = need["project"], need["requires"]
        end = starts.get(q, 9999) + self.rows[q]["build_years"] + need["lag"]
        return p in starts and starts[p] < end

    def is_ordered(self, starts):
        if any(need["kind"] == "hard" and self.is_late(starts, need) for need in self.needs):
            return False
        if not all(least <= sum(p in starts for p in own) <= most for least, most, own in self.groups):
            return False
        for place, most in self.upkeep:
            here = [p for p in starts if place == self.operator(p)]
            if sum(yearly(self.rows[p]) for p in here) > most + 1e-9:
                return False
        return all(
            sum(s == y and place in (NATIONWIDE, self.rows[p]["city"]) for p, s in starts.items()) <= most
            for place, y, most in self.start_limits
        )

    # People

    def trainings(self, starts):
        """All units of training by year with which no pool is exceeded."""
        lacks = dict.fromkeys(self.years, 0.0)
        for city in self.size:
            for y in self.years:
                needed = 0.0
                for p, _, building, running in self.staff:
                    if p in starts and self.rows[p]["city"] == city:
                        end = starts[p] + self.rows[p]["build_years"]
                        needed += building * (starts[p] <= y < end) + running * (y >= end)
                for p, _, places, lag in self.teaching:
                    if p in starts and self.rows[p]["city"] == city:
                        needed -= places * (y >= starts[p] + self.rows[p]["build_years"] + lag)
                lacks[y] += max(0.0, needed - self.pool.get((city, y), 0.0))
        table = self.road.training.to_dicts()
        most = table[0]["most"] if table else 0
        for units in itertools.product(range(most + 1), repeat=len(self.years) if table else 0):
            bought = dict(zip(self.years, units, strict=False))
            if all(
                lacks[y] <= self.pool.get((NATIONWIDE, y), 0.0)
                + sum(table[0]["places"] * n for u, n in bought.items() if y >= u + table[0]["lag"])
                for y in self.years
            ):  # fmt: skip
                yield bought

    def cost_of(self, units):
        price = self.road.settings.spending_price
        return sum(self.factor[y] * price * self.paid_for(n) for y, n in units.items())

    def paid_for(self, n):
        return n * self.road.training["cost"][0] if n else 0.0

    # Worth

    def worth(self, starts):
        total, closing = 0.0, defaultdict(float)
        whole = defaultdict(float)
        for gap in self.gaps:
            whole[gap["city"]] += self.weight[gap["indicator"]] * gap["need"]
        for gap in self.gaps:
            city, need = gap["city"], self.weight[gap["indicator"]] * gap["need"]
            for y in self.years:
                reached = min(self.reached(starts, gap, y), gap["ceiling"])
                closed = 1.25 * min(reached, 0.5) + 0.75 * max(reached - 0.5, 0.0)
                total += self.factor[y] * self.size[city] * need * closed
                if y == self.years[-1]:
                    closing[city] += need / whole[city] * closed
        price = self.road.settings.spending_price
        for p, s in starts.items():
            row = self.rows[p]
            for y in self.years:
                if s <= y < s + row["build_years"]:
                    total -= self.factor[y] * price * row["capital"] / row["build_years"]
                elif y >= s + row["build_years"]:
                    total -= self.factor[y] * price * yearly(row)
        return total - self.losses(starts, closing)

    def reached(self, starts, gap, y):
        total = 0.0
        for e in self.effects[gap["city"], gap["indicator"]]:
            p = e["project"]
            if p in starts:
                waited = y - (starts[p] + self.rows[p]["build_years"] + e["lag"])
                total += e["effect"] * min(max(waited + 1, 0), e["rollout"]) / e["rollout"]
        return total

    def losses(self, starts, closing):
        lost = sum(n["loss"] for n in self.needs if n["kind"] == "soft" and self.is_late(starts, n))
        short = 0.0
        for standard in self.standards:
            ends = [
                starts[p] + self.rows[p]["build_years"] - 1
                for s, p in self.covers
                if s == standard["standard"] and p in starts
            ]
            short += not any(end <= standard["deadline"] for end in ends)
        for rule in self.fairness:
            if rule["rule"] == "least_closing":
                short += max(0.0, rule["share"] - closing[rule["place"]])
            else:
                own = [closing[c] for c, region in self.region.items() if region == rule["place"]]
                mean = sum(closing[c] for c in self.size) / len(self.size)
                short += max(0.0, rule["share"] * mean - sum(own) / len(own))
        return lost + short * self.road.settings.shortfall_price

    # Money

    def funds_may_do(self, starts):
        """Say whether the shares of each project's funds reach its whole capital: quick, and often not so."""
        for p in starts:
            row, home, away, abroad = self.rows[p], 0.0, 0.0, 0.0
            for f in self.funds:
                if set(f["finance_models"].split(";")) & set(row["finance_models"].split(";")):
                    share = self.own_share.get((p, f["fund"]), f["share_max"])
                    home += share * (f["payer"] != "outside")
                    away += share * (f["payer"] == "outside" and not f["is_foreign"])
                    abroad += share * f["is_foreign"]
            away = min(row["outside_share_max"], away + min(row["foreign_share_max"], abroad))
            if home + away < 1 - 1e-9:
                return False
        return True

    def is_payable(self, starts, units):
        """Say whether every project's capital of every year can be split over the funds."""
        spent = {
            (p, y): self.rows[p]["capital"] / self.rows[p]["build_years"]
            for p, s in starts.items()
            for y in range(s, s + self.rows[p]["build_years"])
        }
        names, room = [], []
        for (p, y), amount in spent.items():
            models = set(self.rows[p]["finance_models"].split(";"))
            for f in self.funds:
                if models & set(f["finance_models"].split(";")):
                    names.append((p, f["fund"], y))
                    room.append(self.own_share.get((p, f["fund"]), f["share_max"]) * amount)
        saves = [key for key in self.budget if (key[0], key[1] + 1) in self.budget]
        number = {name: k for k, name in enumerate([*names, *saves])}
        left, right = self.limits(starts, units, spent, names, number)
        equal = np.zeros((len(spent), len(number)))
        for row, (p, y) in enumerate(spent):
            for name in names:
                equal[row, number[name]] = (name[0], name[2]) == (p, y)
        if not number:
            return all(b >= -1e-9 for b in right)
        answer = linprog(
            np.zeros(len(number)), A_ub=left, b_ub=np.array(right) + 1e-9,
            A_eq=equal if spent else None, b_eq=list(spent.values()) if spent else None,
            bounds=[(0, most) for most in room] + [(0, None)] * len(saves), method="highs",
        )  # fmt: skip
        return answer.status == 0

    def limits(self, starts, units, spent, names, number):
        left, right = [], []

        def limit(entries, most):
            row = np.zeros(len(number))
            for name, value in entries:
                row[number[name]] += value
            left.append(row)
            right.append(most)

        funds = {f["fund"]: f for f in self.funds}
        foreign = self.road.settings.foreign_share_max
        for (p, y), amount in spent.items():
            own = [n for n in names if (n[0], n[2]) == (p, y)]
            limit([(n, funds[n[1]]["is_foreign"]) for n in own], self.rows[p]["foreign_share_max"] * amount)
            outside = [(n, funds[n[1]]["payer"] == "outside") for n in own]
            limit(outside, self.rows[p]["outside_share_max"] * amount)
        for y in self.years:
            now = [n for n in names if n[2] == y]
            total = sum(a for (_, t), a in spent.items() if t == y)
            limit([(n, funds[n[1]]["is_foreign"]) for n in now], foreign * total)
            for city, f in itertools.product(self.size, self.funds):
                here = sum(a for (p, t), a in spent.items() if t == y and self.rows[p]["city"] == city)
                own = [n for n in now if n[1] == f["fund"] and self.rows[n[0]]["city"] == city]
                limit([(n, 1) for n in own], f["city_share_max"] * here)
        for f, y, most in self.road.fund_limits.iter_rows():
            limit([(n, 1) for n in names if n[1:] == (f, y)], most)
        for city, f in itertools.product(self.size, self.funds):
            if f["city_budgets_share_max"] is not None:
                own = [n for n in names if n[1] == f["fund"] and self.rows[n[0]]["city"] == city]
                budgets = sum(self.budget[city, y] for y in self.years)
                limit([(n, 1) for n in own], f["city_budgets_share_max"] * budgets)
        for entries, most in [*self.budgets(starts, units, names, number), *self.later(starts, names)]:
            limit(entries, most)
        return np.array(left), right

    def budgets(self, starts, units, names, number):
        """What each place may pay in a year, less operation and training, and what it pays of it."""
        funds = {f["fund"]: f for f in self.funds}
        for (place, y), amount in self.budget.items():
            payer = "nation" if place == NATIONWIDE else "city"
            own = [
                (n, 1) for n in names
                if n[2] == y and funds[n[1]]["payer"] == payer
                and place in (NATIONWIDE, self.rows[n[0]]["city"])
            ]  # fmt: skip
            own += self.repaid(place, y, names)
            own += [((place, y), 1)] if (place, y) in number else []
            own += [((place, y - 1), -self.road.settings.carry_over)] if (place, y - 1) in number else []
            used = sum(
                yearly(self.rows[p])
                for p, s in starts.items()
                if y >= s + self.rows[p]["build_years"]
                and self.road.settings.operation_by == payer
                and place in (NATIONWIDE, self.rows[p]["city"])
            )
            used += self.paid_for(units.get(y, 0)) if place == NATIONWIDE else 0.0
            yield own, amount - used

    def later(self, starts, names):
        """What each place may pay in each year after the plan, less running costs, and what it repays."""
        last = self.years[-1] + max([0, *self.road.repayments["after"]])
        for place, since, most in self.road.upkeep.select("place", "since", "amount").iter_rows():
            run = sum(yearly(self.rows[p]) for p in starts if place == self.operator(p))
            for y in range(since, last + 1):
                yield self.repaid(place, y, names), most - run

    def repaid(self, place, year, names):
        """What a place repays in a year of a million of each project, fund and year of drawing."""
        return [
            (name, share)
            for name in names
            for fund, payer, after, share in self.road.repayments.select(pl.nth(0, 1, 2, 3)).iter_rows()
            if (fund, year) == (name[1], name[2] + after)
            and place == {"nation": NATIONWIDE, "city": self.rows[name[0]]["city"]}.get(payer)
        ]
