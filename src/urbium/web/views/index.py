"""Index: what the pages ask of a programme about an index: analysis, profile, data to improve, what-if.

The only place that names these methods of the programme. A part that cannot be told, because too little is
known or for a method of aggregating, is None, and the page goes without it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from urbium.columns import columns, keys_of
from urbium.errors import InputError, NotFoundError
from urbium.model import Index
from urbium.programme import Programme


@dataclass(frozen=True, slots=True)
class RankChanges:
    """What is to be otherwise: weights of nodes, steps, means; an empty text leaves them as declared.

    ``values`` are figures by name or code of the city and indicator; None takes a figure away.
    """

    weights: Mapping[str, float]
    steps: str = ""
    aggregate: str = ""
    values: Mapping[tuple[str, str], float | None] = field(default_factory=dict)

    @property
    def is_made(self) -> bool:
        """Whether anything is to be otherwise."""
        return bool(self.weights or self.steps or self.aggregate or self.values)


def index_of(office: Programme, name: str) -> Index:
    """Return a declared index; raise NotFoundError with the nearest name for one that is not."""
    if name not in office.catalogue.indices:
        raise NotFoundError.named("index", name, office.catalogue.indices)
    return office.catalogue.indices[name]


def scores_of(office: Programme, index: Index) -> Any:  # noqa: ANN401 - the scores' own class
    """Return the adopted scores when they are those of the index; None otherwise."""
    scores = office.adopted("scores")
    return scores if scores is not None and scores.index.id == index.id else None


def standings(scores: Any) -> pl.DataFrame:  # noqa: ANN401 - the scores' own class
    """Return the table of scores in the columns of ``ScoreRow``: null what was not computed, empty for None."""
    declared = {column.name: column.dtype for column in columns(*keys_of("ScoreRow"))}
    if scores is None:
        return pl.DataFrame(schema=declared)
    table: pl.DataFrame = scores.table
    return table.select(
        name if name in table.columns else pl.lit(None, kind).alias(name) for name, kind in declared.items()
    )


def moved(office: Programme, changes: RankChanges) -> pl.DataFrame:
    """Return every city before and after: city, score_before, score, rank_before, rank, change.

    Raises InputError or NotFoundError, with every fault named, for a change that cannot be made.
    """
    changed = office.what_if(
        values={(office.city(place).code, name): value for (place, name), value in changes.values.items()},
        weights=changes.weights,
        steps=changes.steps or None,
        aggregate=changes.aggregate or None,
    )
    table: pl.DataFrame = changed.table
    return table


def analysis(office: Programme) -> Any:  # noqa: ANN401 - the analysis' own class
    """Return correlations, statistics, effective weights, alpha and removal of the adopted scores."""
    return _answer(office.analyse)


def profile(office: Programme, city: str) -> Any:  # noqa: ANN401 - the profile's own class
    """Return strengths, weaknesses, peers and progress of a city."""
    return _answer(office.profile, city)


def information(office: Programme) -> pl.DataFrame | None:
    """Return what each missing or poor figure would move: city, indicator, why, expected_move ..."""
    return _table(_answer(office.data_priorities))


def best(office: Programme, count: int) -> Any:  # noqa: ANN401 - the result's own class
    """Return which cities may be the best ``count``; None without runs."""
    return _answer(office.best, count)


def _table(result: Any) -> pl.DataFrame | None:  # noqa: ANN401 - a result, or none
    return None if result is None else result.table


def _answer(ask: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401 - a method and its answer
    """Ask, and take a refusal (too little is known, or no mean is taken) for an answer."""
    try:
        return ask(*given)
    except (InputError, NotFoundError):
        return None
