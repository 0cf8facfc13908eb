"""What is checked, one check of it, and the outcome of all checks."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

import polars as pl

from urbium.packaged import packaged_rows
from urbium.text import Text, say, sentences, text, texts

TOLERANCE = 1e-5
"""Largest violation, as a share of the limit (or in millions below one million)."""


TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {row["check"]: row["title_en"] for row in packaged_rows("roadmap/checks")}
)
"""What each check looks at."""


class PlanClaim(Protocol):
    """What is checked: projects with start years, the money, and what is said of the plan's worth."""

    @property
    def table(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def money(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def objective(self) -> float | None: ...  # noqa: D102
    @property
    def bound(self) -> float | None: ...  # noqa: D102
    @property
    def proof(self) -> pl.DataFrame | None: ...  # noqa: D102
    @property
    def overruns(self) -> pl.DataFrame | None: ...  # noqa: D102
    @property
    def training(self) -> pl.DataFrame | None: ...  # noqa: D102
    @property
    def shortfalls(self) -> pl.DataFrame | None: ...  # noqa: D102


@dataclass(frozen=True)
class Proposal:
    """A plan of anybody.

    Parameters
    ----------
    table : ``project`` and ``start``; ``finish``, ``capital``, ``operation`` and ``renewal`` are checked when
        given
    money : ``project``, ``fund``, ``year``, ``amount`` (millions) and ``kind`` (``capital``, ``operation``,
        ``renewal``)
    objective, bound : what is claimed, if anything
    proof : ``row`` and ``price``, from which the bound is recomputed
    overruns : limits that committed projects exceed by themselves: limit, place, year, amount
    training : what the nation trains: occupation, year, units
    shortfalls : what is said to be missed at a price: kind, place, what, amount; checked when given
    """

    table: pl.DataFrame
    money: pl.DataFrame
    objective: float | None = None
    bound: float | None = None
    proof: pl.DataFrame | None = None
    overruns: pl.DataFrame | None = None
    training: pl.DataFrame | None = None
    shortfalls: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One limit, checked: the largest violation found, what is tolerated, and where it was."""

    limit: str
    violation: float
    tolerance: float
    where: str = ""
    counted: int = 0

    @property
    def is_kept(self) -> bool:
        """Whether the limit holds within the tolerance."""
        return self.violation <= self.tolerance

    @property
    def title(self) -> str:
        """What is checked, in words."""
        return TITLES.get(self.limit, self.limit)

    @property
    def words(self) -> Text:
        """What was found."""
        if self.is_kept:
            return text("{limit}: met ({count:,} checked)", limit=self.title,
                        count=self.counted)  # fmt: skip
        if not math.isfinite(self.violation):
            return text("{limit}: not met at {where}", limit=self.title,
                        where=self.where)  # fmt: skip
        return text("{limit}: not met at {where} (by {violation:.6g})", limit=self.title,
                    violation=self.violation, where=self.where)  # fmt: skip

    def __str__(self) -> str:
        return self.words.render()


@dataclass(frozen=True)
class Certificate:
    """The outcome of a check: each limit, the objective and the bound as recomputed.

    Parameters
    ----------
    checks : every check that was made
    objective : recomputed from the tables
    bound : recomputed from the plan's prices and the tables, without a solver; None without prices
    claimed_bound : what comes with the plan; it may be tighter than prices can show, since it comes from a
        solver's branching, which is not done again here
    nothing : the objective where nothing is built; what is said of bounds is said as gains over it
    """

    checks: tuple[Check, ...]
    objective: float
    bound: float | None
    claimed_bound: float | None
    nothing: float = 0.0

    @property
    def is_valid(self) -> bool:
        """Whether every limit is kept, the objective is as claimed, and no bound lies below the objective.

        A claimed bound that is tighter than the recomputed one is not proven by this: see
        ``is_bound_recomputed`` and ``note``.
        """
        return all(check.is_kept for check in self.checks)

    @property
    def is_bound_recomputed(self) -> bool:
        """Whether the claimed bound follows from the prices and the tables alone, without a solver."""
        if self.bound is None or self.claimed_bound is None:
            return False
        return self.claimed_bound >= self.bound - small(self.objective)

    @property
    def note(self) -> Text:
        """What of the bounds was recomputed, and what rests on the solver."""
        if self.claimed_bound is None:
            return text("no bound is claimed")
        if self.is_bound_recomputed:
            return text("the claimed bound, a gain of at most {bound:,.2f} over doing nothing, was "
                        "recomputed from the tables", bound=self.claimed_bound - self.nothing)  # fmt: skip
        recomputed = (
            text("nothing was supplied from which a bound could be recomputed")
            if self.bound is None
            else text("recomputed: at most {bound:,.2f}", bound=self.bound - self.nothing)
        )
        by_solver = text(
            "the claimed bound, a gain of at most {bound:,.2f} over doing nothing, comes from the solver "
            "and was not recomputed",
            bound=self.claimed_bound - self.nothing,
        )
        return sentences([by_solver, recomputed])

    @property
    def said(self) -> Text:
        """Whether the check passed, and what of the bounds was recomputed."""
        if self.is_valid:
            return text("Independent check passed; {note}", note=self.note)
        return text("Independent check failed; {note}", note=self.note)

    @property
    def faults(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.is_kept)

    @property
    def table(self) -> pl.DataFrame:
        """One row a check: limit, counted, violation, tolerance, kept, where."""
        return pl.DataFrame(
            [
                (c.limit, c.counted, c.violation, c.tolerance, c.is_kept, c.where) for c in self.checks
            ],
            schema=["limit", "counted", "violation", "tolerance", "kept", "where"],
            orient="row",
        )  # fmt: skip

    @property
    def shown(self) -> pl.DataFrame:
        """The table with the checks in words, in the language that is spoken."""
        words = [(str(say(check.title)), str(say(check.where))) for check in self.checks]
        named = pl.DataFrame(words, schema={"limit": pl.String, "where": pl.String}, orient="row")
        return self.table.with_columns(named["limit"], named["where"])

    @property
    def outcome(self) -> pl.DataFrame:
        """The checks in words, those that failed first: result, counted, violation, limit."""
        kept, broken = (str(say(words)) for words in (text("✓ kept"), text("✗ violated")))
        return pl.DataFrame(
            [
                (kept if c.is_kept else broken, c.counted, c.violation, str(say(c.title)))
                for c in sorted(self.checks, key=lambda check: check.is_kept)
            ],
            schema=["result", "counted", "violation", "limit"],
            orient="row",
        )

    def __repr__(self) -> str:
        checks = texts("{count} check", "{count} checks", count=len(self.checks))
        if self.is_valid:
            return text("Independent check passed: {checks}; {note}",
                        checks=checks, note=self.note).render()  # fmt: skip
        faults = sentences([fault.words for fault in self.faults])
        return text("Independent check failed ({checks} in total): {faults}; {note}",
                    checks=checks, faults=faults, note=self.note).render()  # fmt: skip


def small(worth: float) -> float:
    """Return the rounding that is tolerated in an objective or a bound."""
    return max(abs(worth), 1.0) * 1e-7


def measure(limit: str, excesses: Sequence[tuple[str, float, float]]) -> Check:
    """Make one check of (where, excess, tolerance); the worst in relation to its tolerance is shown.

    What is no finite number is a violation without measure.
    """
    if not excesses:
        return Check(limit, 0.0, TOLERANCE)
    for where, excess, tolerance in excesses:
        if not (math.isfinite(excess) and math.isfinite(tolerance)):
            return Check(limit, math.inf, TOLERANCE, where, len(excesses))
    where, excess, tolerance = max(excesses, key=lambda item: item[1] / item[2] if item[2] else item[1] * 1e9)
    return Check(limit, max(excess, 0.0), tolerance, where, len(excesses))
