"""Age counts: people by age and sex, as files bring them in for the nation and for its cities."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from urbium.model import NATION
from urbium.store import Store

_INPUTS = "inputs"
NATIONAL, CITIES = "cohorts", "city counts"
"""The kinds of counts: those of the nation, and those of cities; each is kept in versions."""


class AgeCounts:
    """The counts by age and sex of a programme; ``places`` returns its registered places."""

    def __init__(self, store: Store, places: Callable[[], pl.DataFrame]) -> None:
        self._store, self._places = store, places

    def load(self, path: str | Path, *, by: str, reason: str) -> int:
        """Store counts by age and sex with births, deaths and moves; return the rows, or refuse it whole.

        The table has one row a figure: place, variable, period, sex, age, value, unit, status, area,
        source_id (:func:`urbium.forecast.read_cohorts`). A place with ``population`` alone, in two years or
        more, is a city whose ages are projected from its own counts. A later table takes the place of an
        earlier one: rows of the nation that of the nation, counts of cities that of the cities.
        """
        from urbium.forecast import cohort_inputs, place_counts, read_ages, split_counts  # noqa: PLC0415 - heavy

        table = read_ages(path)
        nations = self._places().filter(pl.col("level") == NATION)["code"].to_list()
        nation, counted = split_counts(table, nations[0] if len(nations) == 1 else "")
        if nation.height or counted.is_empty():
            cohort_inputs(nation, file=str(path))
        if counted.height:
            place_counts(counted, file=str(path))
        for kind, rows in ((NATIONAL, nation), (CITIES, counted)):
            if rows.height:
                content = {"file": Path(path).name, "rows": rows.to_dict(as_series=False)}
                self._store.keep(_INPUTS, kind, content, by=by, reason=reason)
        return table.height

    def nation(self, version: int) -> tuple[pl.DataFrame, str]:
        """Return a version of the counts by age and sex, and the name of the file they came in."""
        kept = self._store.kept(_INPUTS, NATIONAL, version=version)
        return pl.DataFrame(kept["rows"]), kept["file"]

    def cities(self, version: int) -> tuple[pl.DataFrame, str]:
        """Return a version of the counts by age of cities, and the name of the file they came in."""
        kept = self._store.kept(_INPUTS, CITIES, version=version)
        return pl.DataFrame(kept["rows"]), kept["file"]

    def newest(self, kind: str) -> int | None:
        """Return the newest version of the counts of a kind; None where there are none."""
        kept = self._store.kept(_INPUTS).filter(pl.col("id") == kind)
        return max(kept["version"].to_list(), default=None)
