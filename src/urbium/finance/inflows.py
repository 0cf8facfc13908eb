"""Inflows of a plan: what each of its projects brings in a year, and why the others are cost-only (ADR 0076).

In: a roadmap, whose table ``inflows`` says what each project would bring, and the projects that are built.
Out: one row a project. Which row of a solution a roadmap carries says :mod:`urbium.catalogue.bookings`, its
amount :mod:`urbium.plan.inputs.inflows`; whether it counts once projects are built is decided here alone.
Nothing is discounted here, and no return is computed.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.bookings import RECEIVERS, Booking, bookings
from urbium.errors import Fault, InputError, nearest
from urbium.finance.prices import Basis
from urbium.model import UNSEEN, Evidence, Outcome, Source, rank
from urbium.plan import Roadmap
from urbium.plan.inputs.assumptions import Assumed
from urbium.text import Text, coded, text

_NONE: Final = "none"
_NOTHING: Final = text("the roadmap does not state what the project brings in")
_TEXTS: Final = (
    "kind", "receiver", "outcome", "running_cost", "of", "overlap", "same_effects", "evidence", "note",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Inflow:
    """Money that a project brings in each year of use, and that counts.

    Attributes
    ----------
    project : which project
    kind : what it is: revenue, saving, avoided cost
    receiver : who has it: the city or an operator
    low, high : millions a year in ``basis``; the middle is their mean
    evidence : how well it is founded
    same_effect : the indicators of the plan that count the same effect, parted by ``;``; empty for none
    of : what it is a share of, as found elsewhere (``capital``); empty for a figure of the place
    """

    project: str
    kind: str
    receiver: str
    low: float
    high: float
    basis: Basis
    evidence: Evidence
    same_effect: str = ""
    of: str = ""

    @property
    def middle(self) -> float:
        """What is expected in a year, in millions."""
        return (self.low + self.high) / 2


def least_evidence(catalogue: Catalogue) -> Evidence:
    """Return how well an inflow must be founded to make a return, or to let users repay what was borrowed."""
    return list(Evidence)[int(Assumed(catalogue)("inflow.least_evidence")) - 1]


def income_of(catalogue: Catalogue, solution: str) -> tuple[Booking, tuple[Source, ...]]:
    """Return what of a solution's inflows is booked, or why nothing, and the sources of what is."""
    booking = bookings(catalogue, int(Assumed(catalogue)("inflow.least_evidence")))[solution]
    named = booking.inflow.sources if booking.inflow else ()
    return booking, tuple(catalogue.sources[one] for one in named if one in catalogue.sources)


def project_inflows(road: Roadmap, projects: Iterable[str], *, least: Evidence | None = None) -> pl.DataFrame:
    """Return what the built projects of a roadmap bring in each year after their last build year.

    Columns: project, city, solution, kind (``none``: cost-only), receiver, low and high (millions of the
    roadmap's currency a year, null for cost-only projects), outcome, running_cost, overlap, same_effects,
    evidence, note, and ``reason``: why a project is cost-only, empty for the others.

    Of the projects of a city that bring the same money (``overlap``) the one whose money came rather than was
    promised has it, then the better founded, then the larger, then the first by name.

    Parameters
    ----------
    least : for returns, which are made of no promise: only money counts that somebody counted after the
        event, on evidence of at least this level; all that the roadmap books when left out

    Raises InputError for a project that the roadmap does not have.
    """
    return inflows_and_reasons(road, projects, least=least)[0]


def inflows_and_reasons(
    road: Roadmap, projects: Iterable[str], *, least: Evidence | None = None
) -> tuple[pl.DataFrame, Mapping[str, str]]:
    """Return what :func:`project_inflows` does, and its reasons by project, for readers of any language."""
    built = list(dict.fromkeys(projects))
    every = road.projects.select("project", "city", "solution")
    declared = set(every["project"])
    undeclared = [project for project in built if project not in declared]
    if undeclared:
        raise InputError(
            coded("finance.inflows.no_project", "the roadmap has no project {project!r}",
                 project=undeclared[0]),
            place="projects",
            remedy=nearest(undeclared[0], every["project"].to_list()),
        )  # fmt: skip
    table = (
        pl.DataFrame({"project": built}, schema={"project": pl.String})
        .join(every, on="project", maintain_order="left")
        .join(road.inflows, on="project", how="left", maintain_order="left")
        .with_columns(
            note=pl.when(pl.col("kind").is_null()).then(pl.lit(str(_NOTHING))).otherwise("note"),
            kind=pl.col("kind").fill_null(_NONE),
        )
        .with_columns(pl.col(_TEXTS).fill_null(""))
    )
    rows = table.to_dicts()
    for row in rows:
        row["reason"] = _against(row, road.words(row["note"]), least)
    holders: dict[tuple[str, str], str] = {}
    for row in sorted(rows, key=_precedence):
        if row["reason"] is None and row["overlap"]:
            holder = holders.setdefault((row["city"], row["overlap"]), row["project"])
            if holder != row["project"]:
                row["reason"] = text("the same money is already counted for {project} ({overlap})",
                                     project=holder, overlap=row["overlap"])  # fmt: skip
    reasons = {row["project"]: row["reason"] for row in rows if row["reason"] is not None}
    cost_only = {"kind": _NONE, "low": None, "high": None}
    counted = [
        row | ({"reason": ""} if row["reason"] is None else cost_only | {"reason": str(row["reason"])})
        for row in rows
    ]
    return pl.DataFrame(counted, schema={**table.schema, "reason": pl.String}), reasons


def _against(row: dict[str, Any], note: str, least: Evidence | None) -> str | None:
    """Return why the money of a project does not count, whatever others bring; None where it does."""
    if row["kind"] == _NONE:
        return _NOTHING if note == _NOTHING else note
    if row["receiver"] not in RECEIVERS:
        return text("neither the city nor an operator is named as receiving this income")
    if least is not None and row["outcome"] in UNSEEN:
        return text("this income was promised or computed and has not been measured since")
    if least is not None and rank(row["evidence"]) > rank(least):
        return text(
            "the evidence is {evidence}, but at least {least} is required",
            evidence=row["evidence"] or None, least=least.value
        )  # fmt: skip
    return None


def _precedence(row: dict[str, Any]) -> tuple[int, int, float, str]:
    """Order projects that bring the same money: who has it stands first."""
    outcomes = [word.value for word in Outcome]
    outcome = outcomes.index(row["outcome"]) if row["outcome"] in outcomes else len(outcomes)
    return outcome, rank(row["evidence"]), -(row["high"] or 0.0), row["project"]


def inflow_faults(inflows: Sequence[Inflow], projects: Sequence[str], basis: Basis) -> Iterator[Fault]:
    """Yield what is wrong with declared inflows."""
    there = set(projects)
    for inflow in inflows:
        for message, remedy in _wrong(inflow, there, basis):
            yield Fault(
                "error", message, remedy, rule="inflow", sheet="inflows",
                cell=f"{inflow.project},{inflow.kind}",
            )  # fmt: skip


def _wrong(inflow: Inflow, projects: set[str], basis: Basis) -> Iterator[tuple[Text, Text]]:
    if inflow.project not in projects:
        yield (
            coded("finance.bookings.project", "there is no project {project}", project=inflow.project),
            text("name a project in the plan, or omit the inflow"),
        )
    if inflow.receiver not in RECEIVERS:
        yield (
            coded("finance.bookings.receiver", "{receiver!r} does not receive money for a project",
                 receiver=inflow.receiver),
            text("name one of {receivers:list}; money received by others does not pay for a project",
                 receivers=[receiver.value for receiver in RECEIVERS]),
        )  # fmt: skip
    if not (0 <= inflow.low <= inflow.high < math.inf):
        yield (
            coded(
                "finance.bookings.range", "{low:g} to {high:g} is not a valid range for an inflow",
                low=inflow.low, high=inflow.high
            ),
            text("enter two numbers of at least 0, the lower one first"),
        )  # fmt: skip
    if inflow.basis != basis:
        yield mixed_bases(inflow.basis, basis)


def mixed_bases(one: Basis, other: Basis) -> tuple[Text, Text]:
    """Return what is wrong with amounts of unlike currency or prices, and what to do."""
    return (
        coded("finance.cash_flows.basis", "amounts in {one} are mixed with amounts in {other}",
             one=one.words, other=other.words),
        text("convert them to {basis} first", basis=other.words),
    )  # fmt: skip
