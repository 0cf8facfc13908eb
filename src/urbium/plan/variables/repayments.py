"""Repayments as arrays: what each fund asks back of a million it paid, and the years in which limits bind."""

from functools import cached_property

import numpy as np
import polars as pl

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.variables.projects import Floats, Integers
from urbium.plan.variables.terms import Terms

_PAYERS = ("city", "nation")


class Repayments(Terms):
    """Adds what is repaid of each fund's money by whom, and the limits of the years after the plan."""

    @cached_property
    def repaid(self) -> dict[str, Floats]:
        """Share of a million that a payer repays in each year, by fund and year of drawing.

        By payer: (funds, plan years of drawing, plan years and all years after with a repayment).
        """
        table = self.roadmap.repayments
        number_of = {fund: k for k, fund in enumerate(self.roadmap.funds["fund"])}
        longest = int(table["after"].max() or 0) if table.height else 0  # type: ignore[arg-type]
        shares = {payer: np.zeros((len(number_of), self.years, self.years + longest)) for payer in _PAYERS}
        drawn = np.arange(self.years)
        for fund, payer, after, share in table.select("fund", "payer", "after", "share").iter_rows():
            if payer in shares:
                shares[payer][number_of[fund], drawn, drawn + after] += share
        return shares

    def payer_of(self, place: str) -> str:
        """Return as whom a place repays: the nation, or a city what was paid for its projects."""
        return "nation" if place == NATIONWIDE else "city"

    @cached_property
    def lasting(self) -> pl.DataFrame:
        """Place, year and amount of each limit on upkeep and repayments in a year after the plan.

        A limit holds from its year on. A year is left out when in another one at least as much is repaid of
        every fund's money, whenever it was drawn, and no more is allowed: what keeps that limit keeps this.
        """
        last, rows = self.roadmap.years[-1], []
        for (place,), table in self.roadmap.upkeep.group_by("place", maintain_order=True):
            repaid_shares = self.repaid[self.payer_of(str(place))][:, :, self.years :]
            since = table["since"].to_numpy() - last - 1
            amount = table["amount"].to_numpy()
            year = np.arange(repaid_shares.shape[2])
            holds = since[:, None] <= year
            most = np.where(holds, amount[:, None], np.inf).min(axis=0)
            rows += [(place, last + 1 + int(y), float(most[y])) for y in _binding(repaid_shares, most)]
        schema = {"place": pl.String(), "year": pl.Int64(), "amount": pl.Float64()}
        return pl.DataFrame(rows, schema=schema, orient="row")


def _binding(asked: Floats, most: Floats) -> Integers:
    """Return the years that no other year stands for: of those alike, the first."""
    by_year = asked.reshape(asked.shape[0] * asked.shape[1], asked.shape[2]).T
    kept: list[int] = []
    # by what is asked in all, so that a year comes after every other that asks as much of everything
    for year in np.argsort(-by_year.sum(axis=1), kind="stable").tolist():
        covered = any((by_year[k] >= by_year[year]).all() and most[k] <= most[year] for k in kept)
        if np.isfinite(most[year]) and by_year[year].any() and not covered:
            kept.append(year)
    return np.array(sorted(kept), dtype=np.int64)
