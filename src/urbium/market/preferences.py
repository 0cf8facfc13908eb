"""Preferences: how much each side wants the other, as a declared score from 0 to 1.

The parts and their weights are rows of ``data/market/preferences.csv``, every one an assumption: a score
judges nobody's worth, and says only in which order a shortlist is filled.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from urbium.market.mandates import Mandate
from urbium.market.prospects import GRADES, Pipeline
from urbium.market.seats import Floats
from urbium.packaged import packaged_rows

_READY: Final[Mapping[str, float]] = {"green": 1.0, "yellow": 0.5}


@dataclass(frozen=True, slots=True)
class Offers:
    """What the mandates offer at most: the highest return that any asks, the longest term that any gives."""

    dearest: float
    longest: float

    @classmethod
    def of(cls, mandates: Sequence[Mandate]) -> "Offers":
        """Return the limits of some mandates."""
        return cls(
            max((_price(one) for one in mandates), default=0.0),
            max((one.tenor or 0.0 for one in mandates), default=0.0),
        )


def interest(mandate: Mandate, pipeline: Pipeline) -> Floats:
    """Return how much a mandate wants each project, 0 to 1; amounts are in the currency of the pipeline."""
    return _score("mandate", {name: part(mandate, pipeline) for name, part in _OF_MANDATE.items()})


def liking(mandate: Mandate, pipeline: Pipeline, offers: Offers) -> Floats:
    """Return how much each project wants a mandate, 0 to 1; amounts are in the currency of the pipeline."""
    sought = pipeline.numbers("sought")
    cover = np.minimum(1.0, mandate.ticket_most / np.maximum(sought, 1e-12))
    price = 1.0 - _price(mandate) / offers.dearest if offers.dearest > 0 else 1.0
    term = 1.0 if mandate.tenor is None else mandate.tenor / offers.longest
    return _score(
        "project", {"cover": cover, "price": np.full_like(cover, price), "term": np.full_like(cover, term)}
    )


def _price(mandate: Mandate) -> float:
    """Return the return asked above inflation, where one is known; 0 where none is asked."""
    asked = mandate.return_on("real")
    return (mandate.return_asked if asked is None else asked) or 0.0


def _score(side: str, parts: Mapping[str, Floats]) -> Floats:
    """Return the weighted sum of parts, by the declared weights."""
    weights = {
        row["id"]: float(row["weight"]) for row in packaged_rows("market/preferences") if row["side"] == side
    }
    whole = sum(weights.values())
    return np.asarray(sum(weight / whole * parts[name] for name, weight in weights.items()), float)


def _founded(_mandate: Mandate, pipeline: Pipeline) -> Floats:
    steps = len(GRADES) - 1
    return _graded(pipeline, "evidence", {grade: 1 - at / steps for at, grade in enumerate(GRADES)})


def _ready(_mandate: Mandate, pipeline: Pipeline) -> Floats:
    return _graded(pipeline, "readiness", _READY)


def _used(mandate: Mandate, pipeline: Pipeline) -> Floats:
    return np.minimum(pipeline.numbers("sought"), mandate.ticket_most) / mandate.ticket_most


def _graded(pipeline: Pipeline, field: str, points: Mapping[str, float]) -> Floats:
    """Return the points of each project's grade; 0 for a grade without any."""
    return np.asarray(
        sum(
            (value * pipeline.any_of(field, [grade]) for grade, value in points.items()),
            np.zeros(len(pipeline)),
        ),
        float,
    )


_OF_MANDATE: Final[Mapping[str, Callable[[Mandate, Pipeline], Floats]]] = {
    "evidence": _founded,
    "readiness": _ready,
    "size": _used,
}
