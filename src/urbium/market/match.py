"""Match: mandates and projects brought together: whom rules admit, who is shortlisted, who pays what.

See ADR 0079.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.errors import InputError
from urbium.market.blocking import Blocking, blocking_money
from urbium.market.mandates import Mandate, check_mandate
from urbium.market.placement import Placement, Tickets, place
from urbium.market.preferences import Offers, interest, liking
from urbium.market.prospects import Pipeline
from urbium.market.removals import Removal, removals
from urbium.market.rules import admitted
from urbium.market.seats import Pairs, seat
from urbium.market.stability import SeatCheck, check_seats
from urbium.text import coded, text

PROJECT_SEATS = 3
"""How many investors a project talks to at once (assumption)."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """What came of bringing mandates and projects together.

    Parameters
    ----------
    pipeline, mandates : what was matched; amounts in the currency of the pipeline, in millions
    admitted : how many projects the rules of each mandate admit, by code
    pairs : every pair that the rules admit
    has_seat : (K,) which pairs are on both shortlists
    tickets, placement : the shortlisted pairs that a ticket can serve, and what is paid
    """

    pipeline: Pipeline
    mandates: Sequence[Mandate]
    admitted: Mapping[str, int]
    pairs: Pairs
    has_seat: npt.NDArray[np.bool_]
    tickets: Tickets
    placement: Placement

    @cached_property
    def seats(self) -> SeatCheck:
        """The check of the shortlists, which shares nothing with what made them."""
        return check_seats(self.pairs, self.has_seat)

    @cached_property
    def blocking(self) -> list[Blocking]:
        """The pairs that would rather have paid more of each other, the largest first."""
        return blocking_money(self.tickets, self.placement.amounts)

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row a shortlisted pair: project, mandate, both scores, amount paid (0 for a seat alone)."""
        at = np.flatnonzero(self.has_seat)
        scores = {"liking": self.pairs.liking[at], "interest": self.pairs.interest[at]}
        seated = _coded(self.pairs, at).with_columns(
            pl.Series(name, values) for name, values in scores.items()
        )
        seats = self.tickets.pairs
        paid = _coded(seats, np.arange(len(seats.project))).with_columns(amount=self.placement.amounts)
        return (
            seated.join(paid, on=["project", "mandate"], how="left")
            .with_columns(pl.col("amount").fill_null(0.0))
            .sort("amount", "project", "mandate", descending=[True, False, False])
        )

    def removals(self, mandate: str) -> list[Removal]:
        """Return what each rule of a mandate removes, by its code."""
        return removals(next(one for one in self.mandates if one.code == mandate), self.pipeline)


def _coded(pairs: Pairs, at: npt.NDArray[np.intp]) -> pl.DataFrame:
    """Return the codes of project and mandate of some pairs."""
    codes = {
        "project": [pairs.projects[place] for place in pairs.project[at]],
        "mandate": [pairs.mandates[place] for place in pairs.mandate[at]],
    }
    return pl.DataFrame(codes, schema=dict.fromkeys(codes, pl.String))


def match(
    pipeline: Pipeline,
    mandates: Sequence[Mandate],
    *,
    project_seats: int = PROJECT_SEATS,
    seconds: float = 60.0,
) -> Match:
    """Bring mandates and projects together: rules, then stable shortlists, then money.

    Parameters
    ----------
    pipeline : the projects
    mandates : with amounts in the currency of the pipeline
    project_seats : with how many investors a project talks at once
    seconds : for how long the best amounts are searched for

    Raises InputError for a mandate that is wrong, that stands twice, or is in another currency.
    """
    ordered = sorted(mandates, key=lambda one: one.code)
    _check(pipeline, ordered)
    offers = Offers.of(ordered)
    suits = [np.flatnonzero(admitted(one, pipeline)) for one in ordered]
    columns = [
        (interest(one, pipeline)[at], liking(one, pipeline, offers)[at])
        for one, at in zip(ordered, suits, strict=True)
    ]
    pairs = Pairs(
        [one.code for one in pipeline.prospects],
        [one.code for one in ordered],
        _joined(suits, np.int64),
        np.repeat(np.arange(len(ordered)), [len(at) for at in suits]),
        _joined([likes for _, likes in columns], np.float64),
        _joined([wants for wants, _ in columns], np.float64),
        np.full(len(pipeline), project_seats),
        np.array([one.seats for one in ordered], dtype=np.int64),
    )
    has_seat = seat(pairs)
    tickets = _tickets(pairs, has_seat, pipeline, ordered)
    return Match(
        pipeline=pipeline,
        mandates=ordered,
        admitted={one.code: len(at) for one, at in zip(ordered, suits, strict=True)},
        pairs=pairs,
        has_seat=has_seat,
        tickets=tickets,
        placement=place(tickets, seconds=seconds),
    )


def _tickets(
    pairs: Pairs, has_seat: npt.NDArray[np.bool_], pipeline: Pipeline, mandates: Sequence[Mandate]
) -> Tickets:
    """Return the tickets of the shortlisted pairs; a rule has seen to it that one fits."""
    at = np.flatnonzero(has_seat)
    names = ("project", "mandate", "liking", "interest")
    seated = replace(pairs, **{name: getattr(pairs, name)[at] for name in names})
    sought, least = pipeline.numbers("sought"), pipeline.numbers("least")
    lowest, highest, budget = (
        np.array([getattr(one, name) for one in mandates], float)
        for name in ("ticket_least", "ticket_most", "budget")
    )
    return Tickets(
        seated,
        np.maximum(least[seated.project], lowest[seated.mandate]),
        np.minimum(np.minimum(sought[seated.project], highest[seated.mandate]), budget[seated.mandate]),
        sought,
        budget,
    )


def _check(pipeline: Pipeline, mandates: Sequence[Mandate]) -> None:
    for one in mandates:
        check_mandate(one)
    codes = [one.code for one in mandates]
    if len(set(codes)) < len(codes):
        raise InputError(
            coded("finance.market.mandate_twice", "a mandate appears twice"),
            remedy=text("list each mandate once"),
        )
    other = [one for one in mandates if pipeline.currency and one.currency != pipeline.currency]
    if other:
        raise InputError(
            coded(
                "finance.market.other_currency",
                "the mandate is in {currency}, but the projects are in {of_projects}",
                currency=other[0].currency,
                of_projects=pipeline.currency,
            ),
            place=other[0].code,
            remedy=text("convert its amounts at an exchange rate, and state the date and source of the rate"),
        )


def _joined(parts: Sequence[npt.NDArray[Any]], kind: type[Any]) -> npt.NDArray[Any]:
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, kind)
