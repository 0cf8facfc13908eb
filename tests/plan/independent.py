"""A second model of a small roadmap, written apart from the planner's: start variables, money by project.

Each limit carries the name that the planner gives it, so that named limits can be kept, dropped or eased.
Solved by SciPy's ``milp``.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from urbium.plan import NATIONWIDE, Roadmap

DEFINITIONS = ("once", "paid", "closes", "eligible")


class Model:
    """The rows of a roadmap by name, over start, money and closing variables."""

    def __init__(self, road: Roadmap) -> None:
        self.road = road
        self.projects = {row["project"]: row for row in road.projects.to_dicts()}
        self.funds = {row["fund"]: row for row in road.funds.to_dicts()}
        self.columns: dict[tuple, int] = {}
        self.value: list[float] = []
        self.top: list[float] = []
        self.rows: list[tuple[str, dict[int, float], float, float]] = []
        self._variables()
        self._choices()
        self._money()
        self._closing()

    def factor(self, year):
        return (1 + self.road.settings.discount_rate) ** -(year - self.road.years[0])

    def column(self, key, value=0.0, top=1.0):
        self.columns[key] = len(self.value)
        self.value.append(value)
        self.top.append(top)

    def row(self, name, terms, low=-np.inf, high=np.inf):
        self.rows.append((name, {c: v for c, v in terms.items() if v}, low, high))

    def starts(self, p):
        end, after = self.road.years[-1], self.road.settings.ends_after
        last = min(end - self.projects[p]["build_years"] + 1, end - after)
        return [y for y in self.road.years if y <= last]

    def _variables(self):
        price = self.road.settings.spending_price
        for p, row in self.projects.items():
            for s in self.starts(p):
                build = row["build_years"]
                cost = sum(self.factor(y) * row["capital"] / build for y in range(s, s + build))
                cost += sum(
                    self.factor(y) * (row["operation"] + (row["renewal"] or 0.0))
                    for y in self.road.years
                    if y >= s + build
                )
                self.column(("x", p, s), -price * cost)
        self.binaries = len(self.value)
        for p, row in self.projects.items():
            for f, fund in self.funds.items():
                if set(fund["finance_models"].split(";")) & set(row["finance_models"].split(";")):
                    for y in self.road.years:
                        self.column(("g", p, f, y), top=np.inf)

    def by(self, p, year):
        """Terms of "started by the end of the year"."""
        return {self.columns["x", p, s]: 1.0 for s in self.starts(p) if s <= year}

    def _choices(self):
        self._statuses()
        self._windows()
        self._groups()
        self._people()
        road = self.road
        for p, q, lag in road.prerequisites.select("project", "requires", "lag").iter_rows():
            for y in self.starts(p):
                terms = defaultdict(float, self.by(p, y))
                for c in self.by(q, y - self.projects[q]["build_years"] - lag):
                    terms[c] -= 1
                self.row(f"precedence[{p}<-{q},{y}]", terms, high=0)
        for place, year, most in road.start_limits.select("place", "year", "most").iter_rows():
            own = [p for p in self.projects if place in (NATIONWIDE, self.projects[p]["city"])]
            terms = {self.columns["x", p, year]: 1.0 for p in own if year in self.starts(p)}
            self.row(f"start_limit[{_named(place)},{year}]", terms, high=most)

    def _statuses(self):
        for p, row in self.projects.items():
            self.row("once", self.by(p, 9999), high=1)
            status = row["status"]
            if status == "mandatory":
                self.row(f"mandatory[{p}]", self.by(p, 9999), low=1)
            if status == "forbidden":
                self.row(f"forbidden[{p}]", self.by(p, 9999), high=0)
            if status == "committed":
                self.row(f"committed[{p}]", {self.columns["x", p, row["start"]]: 1.0}, low=1)

    def _windows(self):
        for p, row in self.projects.items():
            early, late = row["earliest"], row["latest"]
            if early is not None:
                self.row(f"window[{p},from {early}]", self.by(p, early - 1), high=0)
            if late is not None:
                terms = {c: v for c, v in self.by(p, 9999).items() if c not in self.by(p, late)}
                self.row(f"window[{p},to {late}]", terms, high=0)

    def _people(self):
        """Places of occupations: those of the city's pool, and those that the nation lends; no training."""
        pools = {}
        for place, occupation, year, places in self.road.pools.select(
            "place", "occupation", "year", "places"
        ).iter_rows():
            pools[place, occupation, year] = places
        staff = self.road.staff.rows()
        for occupation in self.road.occupations["occupation"]:
            for year in self.road.years:
                lends = {}
                for city in self.road.cities["city"]:
                    terms = defaultdict(float)
                    for p, o, building, running in staff:
                        if o == occupation and self.projects[p]["city"] == city:
                            build = self.projects[p]["build_years"]
                            for s in self.starts(p):
                                need = (
                                    building if s <= year < s + build else running if year >= s + build else 0
                                )
                                terms[self.columns["x", p, s]] += need
                    self.column(("h", city, occupation, year), top=np.inf)
                    lends[self.columns["h", city, occupation, year]] = 1.0
                    terms[self.columns["h", city, occupation, year]] = -1.0
                    own = pools.get((city, occupation, year), 0.0)
                    self.row(f"people[{city},{occupation},{year}]", terms, high=own)
                most = pools.get((NATIONWIDE, occupation, year), 0.0)
                self.row(f"people_of_nation[{occupation},{year}]", lends, high=most)

    def _groups(self):
        road = self.road
        for kind, table in (("exclusion", road.exclusions), ("alternative", road.alternatives)):
            for group in dict.fromkeys(table["group"]):
                terms = {}
                for g, p in table.iter_rows():
                    terms |= self.by(p, 9999) if g == group else {}
                low, high = (-np.inf, 1) if kind == "exclusion" else (1, np.inf)
                self.row(f"{kind}[{group}]", terms, low, high)

    def capital(self, p, year):
        """Terms of the capital that a project needs in a year."""
        build = self.projects[p]["build_years"]
        rate = self.projects[p]["capital"] / build
        return {self.columns["x", p, s]: rate for s in self.starts(p) if s <= year < s + build}

    def paid(self, year, p=None, f=None):
        return {
            c: 1.0
            for key, c in self.columns.items()
            if key[0] == "g" and key[3] == year and p in (None, key[1]) and f in (None, key[2])
        }

    def _money(self):
        road, abroad = self.road, {f for f, row in self.funds.items() if row["is_foreign"]}
        for year in road.years:
            for p, row in self.projects.items():
                need = self.capital(p, year)
                self.row("paid", self.paid(year, p) | {c: -v for c, v in need.items()}, 0, 0)
                share = row["foreign_share_max"]
                group = f"{row['city']},{row['finance_models'].replace(';', '+')}"
                group += "" if share == 1 else f"/{share:g}"
                for f, fund in self.funds.items():
                    most = fund["share_max"]
                    if most < 1 and self.paid(year, p, f):
                        terms = self.paid(year, p, f) | {c: -most * v for c, v in need.items()}
                        self.row(f"fund_share[{group},{f},{year}]", terms, high=0)
                foreign = {c: 1.0 for f in abroad for c in self.paid(year, p, f)}
                if share < 1 and foreign:
                    terms = foreign | {c: -share * v for c, v in need.items()}
                    self.row(f"foreign_of_project[{group},{year}]", terms, high=0)
            most = road.settings.foreign_share_max
            terms = dict.fromkeys(self.paid(year), -most)
            for f in abroad:
                terms |= dict.fromkeys(self.paid(year, f=f), 1 - most)
            if most < 1:
                self.row(f"foreign_in_all[{year}]", terms, high=0)
        for f, year, most in road.fund_limits.select("fund", "year", "amount").iter_rows():
            self.row(f"fund_limit[{f},{year}]", self.paid(year, f=f), high=most)
        for place, year, most in road.budgets.select("place", "year", "amount").iter_rows():
            self.row(f"budget[{_named(place)},{year}]", self._charged(place, year), high=most)

    def _charged(self, place, year):
        terms = {}
        for p, row in self.projects.items():
            for f, fund in self.funds.items():
                payer = {"nation": NATIONWIDE, "city": row["city"]}.get(fund["payer"])
                terms |= self.paid(year, p, f) if payer == place else {}
            runs = NATIONWIDE if self.road.settings.operation_by == "nation" else row["city"]
            if runs == place:
                for c in self.by(p, year - row["build_years"]):
                    terms[c] = row["operation"] + (row["renewal"] or 0.0)
        return terms

    def _closing(self):
        road = self.road
        weight = dict(road.indicators.select("indicator", "weight").iter_rows())
        size = dict(road.cities.select("city", "weight").iter_rows())
        curve = road.curve.sort("segment").select("width", "slope").rows()
        effects = road.effects.select("project", "indicator", "effect", "lag").rows()
        for gap in road.gaps.to_dicts():
            worth = size[gap["city"]] * weight[gap["indicator"]] * gap["need"]
            for year in road.years:
                terms, left = defaultdict(float), gap["ceiling"]
                for k, (width, slope) in enumerate(curve):
                    key = ("y", gap["city"], gap["indicator"], year, k)
                    self.column(key, worth * slope * self.factor(year), min(width, left))
                    left -= min(width, left)
                    terms[self.columns[key]] = 1.0
                for p, i, effect, lag in effects:
                    if i == gap["indicator"] and self.projects[p]["city"] == gap["city"]:
                        for c in self.by(p, year - self.projects[p]["build_years"] - lag):
                            terms[c] -= effect
                self.row("closes", terms, high=0)

    def names(self):
        return {name for name, *_ in self.rows if name.split("[")[0] not in DEFINITIONS}

    def solve(
        self,
        *,
        kept: Collection[str] | None = None,
        eased: Mapping[str, float] | None = None,
        starts: Mapping[str, int | None] | None = None,
        is_only_feasible: bool = False,
    ) -> tuple[float, dict[str, int]] | None:
        """Return the best worth and starts; None when there is no plan.

        Parameters
        ----------
        kept : the named limits that hold, all when None; definitions always hold
        eased : how much more each named limit allows
        starts : projects held at a start year, or out (None)
        is_only_feasible : any plan will do
        """
        known = self.names()
        assert set(kept or ()) | set(eased or ()) <= known, set(kept or ()) - known
        rows = [r for r in self.rows if r[0] in DEFINITIONS or kept is None or r[0] in kept]
        entries = [(k, c, v) for k, (_, terms, _, _) in enumerate(rows) for c, v in terms.items()]
        row, column, value = (np.array(part) for part in zip(*entries, strict=True))
        lower = np.array([low for _, _, low, _ in rows])
        upper = np.array([high + (eased or {}).get(name, 0.0) for name, _, _, high in rows])
        low, top = np.zeros(len(self.value)), np.array(self.top, dtype=float)
        for p, begun in (starts or {}).items():
            for s in self.starts(p):
                low[self.columns["x", p, s]] = top[self.columns["x", p, s]] = float(s == begun)
        cost = np.zeros(len(self.value)) if is_only_feasible else -np.array(self.value)
        matrix = coo_array((value, (row, column)), shape=(len(rows), len(cost))).tocsr()
        for presolve in (True, False):  # a solve that fails by rounding is tried once more in another way
            found = milp(
                cost,
                constraints=LinearConstraint(matrix, lower, upper),
                bounds=Bounds(low, top),
                integrality=(np.arange(len(cost)) < self.binaries).astype(int),
                options={"mip_rel_gap": 0.0, "time_limit": 20, "presolve": presolve},
            )
            if found.status in (0, 2):
                break
        assert found.status in (0, 2), found.message
        if found.status == 2:
            return None
        begun = {
            p: s
            for kind, p, s, *_ in (k for k in self.columns if k[0] == "x")
            if found.x[self.columns[kind, p, s]] > 0.5
        }
        return -float(found.fun), begun


def _named(place):
    return "nation" if place == NATIONWIDE else place
