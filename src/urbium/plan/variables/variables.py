"""All variables of the model: where they stand, what they are worth, their bounds and their names."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.variables.gaps import Gaps
from urbium.plan.variables.people import People
from urbium.plan.variables.projects import NEVER, Floats, Integers
from urbium.plan.variables.repayments import Repayments
from urbium.plan.variables.rows import named

_WHOLE = ("started", "filled", "training")


class Variables(Gaps, Repayments, People):
    """Where each variable of the model stands, and the roadmap as arrays.

    Order of columns, the whole ones first: starts, full segments, training; closing, money, draws, saved
    money, missed standards, what fairness lacks, soft prerequisites that are lacking.
    """

    # Columns

    @cached_property
    def _sizes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each kind of variable, in the order of their columns."""
        road, segments = self.roadmap, len(self.slopes)
        return {
            "started": (self.starts,),
            "filled": (len(self.measured), segments),
            "training": (road.training.height, self.years),
            "closing": (self.gaps.height, self.years, segments),
            "money": (len(self.eligible[0]), self.years),
            "draws": (len(self.lent), self.years),
            "saved": (int(self._may_save.sum()),),
            "missed": (road.standards.height,),
            "lacking": (road.fairness.height,),
            "loose": (road.soft_prerequisites.height,),
        }

    @cached_property
    def _blocks(self) -> dict[str, Integers]:
        first, blocks = 0, {}
        for name, shape in self._sizes.items():
            size = int(np.prod(shape))
            blocks[name] = first + np.arange(size).reshape(shape)
            first += size
        return blocks

    @property
    def columns(self) -> int:
        """How many variables there are in all."""
        return sum(block.size for block in self._blocks.values())

    @property
    def wholes(self) -> int:
        """How many variables are whole numbers: the first ones."""
        return sum(self._blocks[name].size for name in _WHOLE)

    @property
    def filled(self) -> Integers:
        """Columns of "segment is full in the last year", (measured gaps, segments)."""
        return self._blocks["filled"]

    @property
    def training(self) -> Integers:
        """Columns of units of training, (training rows, years)."""
        return self._blocks["training"]

    @property
    def closing(self) -> Integers:
        """Columns of the closing variables, (gaps, years, segments)."""
        return self._blocks["closing"]

    @property
    def money(self) -> Integers:
        """Columns of the money variables, (eligible pairs, years)."""
        return self._blocks["money"]

    @property
    def draws(self) -> Integers:
        """Columns of places that the nation lends, (pairs of ``lent``, years)."""
        return self._blocks["draws"]

    @cached_property
    def saved(self) -> Integers:
        """Columns of what is kept of each row of the budgets for the year after; -1 for none."""
        column = np.full(self.roadmap.budgets.height, NEVER)
        column[self._may_save] = self._blocks["saved"]
        return column

    @property
    def missed(self) -> Integers:
        """Columns of "standard is missed"."""
        return self._blocks["missed"]

    @property
    def lacking(self) -> Integers:
        """Columns of what each row of fairness lacks."""
        return self._blocks["lacking"]

    @property
    def loose(self) -> Integers:
        """Columns of "soft prerequisite is lacking"."""
        return self._blocks["loose"]

    @cached_property
    def aside(self) -> Integers:
        """Columns that are free once the starts are fixed: training, money, draws, saved money."""
        blocks = [self._blocks[name].ravel() for name in ("training", "money", "draws", "saved")]
        return np.concatenate(blocks).astype(np.int64)

    # Budgets that are carried over

    @cached_property
    def year_before(self) -> Integers:
        """The budget row of the same place in the year before, for each budget row; -1 for none."""
        rows = list(self.roadmap.budgets.select("place", "year").iter_rows())
        row_of = {key: k for k, key in enumerate(rows)}
        return np.array([row_of.get((place, year - 1), NEVER) for place, year in rows], dtype=np.int64)

    @cached_property
    def _may_save(self) -> npt.NDArray[np.bool_]:
        """Rows of the budgets from which something can be carried over."""
        may_save = np.zeros(self.roadmap.budgets.height, dtype=bool)
        if self.roadmap.settings.carry_over > 0:
            may_save[self.year_before[self.year_before >= 0]] = True
        return may_save

    @cached_property
    def most_saved(self) -> Floats:
        """The most that a place can have unspent at the end of a budget's year, when it spends nothing."""
        amount, carried = self.roadmap.budgets["amount"].to_numpy(), self.roadmap.settings.carry_over
        most = amount.astype(float)
        for row in np.argsort(self.roadmap.budgets["year"].to_numpy(), kind="stable"):
            before = self.year_before[row]
            most[row] += carried * most[before] if before >= 0 else 0.0
        return most

    # Whose variable it is

    @cached_property
    def owner(self) -> Integers:
        """The city of each column, as a row number; one more than the last for what the nation decides."""
        road, nation = self.roadmap, self.roadmap.cities.height
        number_of = {code: k for k, code in enumerate(road.cities["city"])} | {NATIONWIDE: nation}
        owner = np.full(self.columns, nation)
        real = self.start >= 0
        owner[self.start[real]] = np.broadcast_to(self.city[:, None], self.start.shape)[real]
        of_gap = self.city_number(self.gaps["city"])
        owner[self.filled] = of_gap[self.measured][:, None]
        owner[self.closing] = of_gap[:, None, None]
        owner[self.money] = self.city_of_group[self.eligible[0]][:, None]
        pairs = np.array([city for city, _ in self.staffed], dtype=np.int64)
        owner[self.draws] = pairs[self.lent][:, None]
        place = np.array([number_of[p] for p in road.budgets["place"]], dtype=np.int64)
        owner[self._blocks["saved"]] = place[self._may_save]
        owner[self.missed] = self.city_number(road.standards["city"])
        row, city, _ = self.least_closing
        owner[self.lacking[row]] = city
        owner[self.loose] = self.city[self.numbers(road.soft_prerequisites["project"])]
        return owner

    # Worth, bounds and names

    def objective(self) -> Floats:
        """Value of each column: discounted worth of closing, less spending and what is not kept; premiums."""
        value = np.zeros(self.columns)
        settings = self.roadmap.settings
        worth = self.gaps["worth"].to_numpy()
        value[self.closing] = (
            worth[:, None, None] * self.year_worth[None, :, None] * self.slopes[None, None, :]
        )
        for _, year, column, amount in (self.building, self.running):
            np.add.at(value, column, -settings.spending_price * self.discount[year] * amount)
        value[self.training] = -settings.spending_price * self.price_of_training[:, None] * self.discount
        value[self.missed] = value[self.lacking] = -settings.shortfall_price
        value[self.loose] = -self.roadmap.soft_prerequisites["loss"].to_numpy()
        if self.premiums is not None:
            project, year = np.nonzero(np.arange(self.years) <= self.last_start[:, None])
            for when, sign in ((year, 1.0), (year - 1, -1.0)):  # a start in t: started by t, not by t - 1
                column = self.by(project, when)
                real = column != NEVER
                np.add.at(value, column[real], sign * self.premium[project, year][real])
        return value

    def upper(self) -> Floats:
        """Upper bound of each column; all lower bounds are 0."""
        road, bound = self.roadmap, np.full(self.columns, np.inf)
        bound[: self.starts] = 1.0
        bound[self.filled] = 1.0
        bound[self.training] = road.training["most"].to_numpy()[:, None]
        bound[self.closing] = self.widths[:, None, :]
        bound[self.draws] = self.most_drawn[self.lent][:, None]
        bound[self._blocks["saved"]] = self.most_saved[self._may_save]
        bound[self.missed] = bound[self.loose] = 1.0
        bound[self.lacking] = self.most_lacking
        return bound

    @cached_property
    def most_lacking(self) -> Floats:
        """The most that a row of fairness can lack, when nothing is closed in its place: (rows,)."""
        most = self.roadmap.fairness["share"].to_numpy().copy()
        curve = self.roadmap.curve
        most[self.parity[0]] *= max(float((curve["width"] * curve["slope"]).sum()), 1.0)
        return np.asarray(most)

    def column_names(self) -> list[str]:
        """Return a readable name of each column."""
        road, names = self.roadmap, [""] * self.columns
        for project, row, last in zip(road.projects["project"], self.start, self.last_start, strict=True):
            for t in range(min(int(last) + 1, self.years)):
                names[row[t]] = f"started[{project},{road.years[t]}]"
        gaps = self.gaps.select("city", "indicator").rows()
        about = [f"{city},{indicator}" for city, indicator in gaps]
        segments = [str(s + 1) for s in range(len(self.slopes))]
        years = [str(year) for year in road.years]
        codes = road.cities["city"]
        pairs = [self.staffed[int(k)] for k in self.lent]
        paid = [
            f"{self.group_name(int(g))},{road.funds['fund'][int(f)]}"
            for g, f in zip(*self.eligible[:2], strict=True)
        ]
        fairness = [f"{rule},{place}" for rule, place in road.fairness.select("rule", "place").rows()]
        budgets = road.budgets.select("place", "year").rows()
        soft = road.soft_prerequisites.select("project", "requires").rows()
        for kind, block, axes in (
            ("filled", self.filled, ([about[int(g)] for g in self.measured], segments)),
            ("trained", self.training, (road.training["occupation"].to_list(), years)),
            ("closed", self.closing, (about, years, segments)),
            ("paid", self.money, (paid, years)),
            ("drawn", self.draws, ([f"{codes[city]},{occupation}" for city, occupation in pairs], years)),
            ("saved", self._blocks["saved"],
             ([f"{named(p)},{y}" for (p, y), may in zip(budgets, self._may_save, strict=True) if may],)),
            ("missed", self.missed, (road.standards["standard"].to_list(),)),
            ("lacking", self.lacking, (fairness,)),
            ("loose", self.loose, ([f"{p}<-{q}" for p, q in soft],)),
        ):  # fmt: skip
            labels = [""]
            for axis in axes:
                labels = [f"{head},{tail}" if head else tail for head in labels for tail in axis]
            for column, label in zip(block.ravel(), labels, strict=True):
                names[column] = f"{kind}[{label}]"
        return names

    def year_labels(self, heads: Sequence[str]) -> list[str]:
        """Return ``head,year`` for each head and year, years running fastest."""
        return [f"{head},{year}" for head in heads for year in self.roadmap.years]
