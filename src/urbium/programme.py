"""Programme: the one object a user holds; it joins the stages and the store, and nothing else does.

Every verb reads from the store, calls one stage, and returns that stage's frozen result. What was run last,
with which settings and as known on which instant, is kept in the store, so that the pages of another
process show the same figures.
"""

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import polars as pl

from urbium.catalogue import Catalogue, load_catalogue, read_claims
from urbium.errors import ConflictError, InputError, NotFoundError
from urbium.model import NATION, City, Pilot, Source, Status
from urbium.money import Money
from urbium.result import Explanation, Origin, Result
from urbium.store import FileStamp, Receipt, Store

if TYPE_CHECKING:
    from urbium.finance import Costs
    from urbium.forecast import Outlook
    from urbium.measure import ClaimCheck, Scores
    from urbium.plan import Plan
    from urbium.sources import Reading

__all__ = ["Programme", "new", "open_programme"]

Stage = Literal["scores", "outlook", "plan", "costs"]
Progress = Callable[[float, float | None, float | None], bool | None]
"""Called with seconds, plan value and bound; a true answer stops the search."""

_SELF = "urbium"


def open_programme(url: str | Path, *, catalogue: Path | None = None) -> "Programme":
    """Open the programme stored at ``url``: a file, or the URL of a PostgreSQL database.

    Raises NotFoundError when there is no such store, ConflictError when a newer urbium wrote it.
    """
    return Programme(Store.open(url), load_catalogue(catalogue))


def new(url: str | Path, *, catalogue: Path | None = None) -> "Programme":
    """Make an empty programme at ``url`` and open it; raise ConflictError when one is there already."""
    if "://" not in str(url) and Path(url).exists():
        raise ConflictError(
            "there is a file of this name", place=str(url), remedy="choose another name, or delete it first"
        )
    programme = Programme(Store.open(url, create=True), load_catalogue(catalogue))
    programme.register(
        sources=list(programme.catalogue.sources.values()), by=_SELF, reason="packaged sources"
    )
    return programme


class Programme:
    """A national programme: its register, its figures, and every stage from measuring to publishing.

    Parameters
    ----------
    store : where everything is kept
    catalogue : what is declared (variables, indicators, solutions, funds, rules)
    """

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self.store = store
        self.catalogue = catalogue
        self._results: dict[Stage, Result] = {}
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"Programme of {self.summary()['cities']} cities in {self.store}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    # The register

    def register(
        self,
        *,
        sources: Sequence[Source] = (),
        cities: Sequence[City] = (),
        pilots: Sequence[Pilot] = (),
        by: str,
        reason: str,
    ) -> None:
        """Add sources, cities and pilots to the register, or new versions of them."""
        if sources:
            self.store.add_sources(sources, by=by, reason=reason)
        if cities:
            self.store.add_cities(cities, by=by, reason=reason)
        if pilots:
            self.store.add_pilots(pilots, by=by, reason=reason)
        self._forget()

    def places(self) -> pl.DataFrame:
        """Return every registered place, the nation included."""
        return self.store.cities()

    def cities(self) -> pl.DataFrame:
        """Return the registered cities by code, without the nation itself."""
        return self.places().filter(pl.col("level") != NATION).sort("code")

    def city(self, code: str) -> City:
        """Return one city; raise NotFoundError with the nearest name otherwise."""
        places = self.places()
        row = places.filter(pl.col("code") == code)
        if row.is_empty():
            named = places.filter(pl.col("name_en").str.to_lowercase() == code.lower())
            if named.height != 1:
                raise NotFoundError.named("city", code, [*places["code"], *places["name_en"].drop_nulls()])
            row = named
        found = row.row(0, named=True)
        return City(
            code=found["code"],
            name={
                language: found[f"name_{language}"] for language in ("en", "zh") if found[f"name_{language}"]
            },
            level=found["level"],
            province={
                language: found[f"province_{language}"]
                for language in ("en", "zh")
                if found[f"province_{language}"]
            },
            latitude=found["latitude"],
            longitude=found["longitude"],
            parent=found["parent"] or "",
            note=found["note"] or "",
        )

    def pilots(self) -> pl.DataFrame:
        """Return the registered pilots: programme, round, kind, name, province, year, source."""
        return self.store.pilots()

    # Bringing in

    def check(self, path: str | Path, *, mapping: str | Path | None = None) -> "Reading":
        """Read a file and find its faults; store nothing."""
        from urbium.sources import read_file  # noqa: PLC0415 - heavy, and only when a file is read

        return read_file(
            Path(path),
            catalogue=self.catalogue,
            cities=self.places(),
            mapping=Path(mapping) if mapping else None,
            known=self.observations(),
        )

    def load(
        self,
        path: str | Path,
        *,
        mapping: str | Path | None = None,
        by: str = _SELF,
        reason: str = "loaded from a file",
    ) -> Receipt:
        """Store a file whole, or refuse it with every fault named by cell (InputError)."""
        reading = self.check(path, mapping=mapping)
        reading.raise_if_refused()
        receipt = self.store.record(
            reading.table,
            by=by,
            reason=reason,
            file=FileStamp(reading.file, reading.sha256),
            faults=reading.faults,
        )
        self._forget()
        return receipt

    def accept(
        self, city: str, variable: str, period: str, *, by: str, reason: str, area: str | None = None
    ) -> None:
        """Accept a suspect figure, with a reason; from then on it enters scores."""
        self.store.accept(city=city, variable=variable, period=period, area=area, by=by, reason=reason)
        self._forget()

    def observations(self, **only: Any) -> pl.DataFrame:  # noqa: ANN401 - the filters of Store.observations
        """Return the current observations; filters as in Store.observations."""
        return self.store.observations(**only)

    def faults(self) -> pl.DataFrame:
        """Return every finding of every load."""
        return self.store.faults()

    def summary(self) -> dict[str, int | str]:
        """Return the key figures of the store."""
        current = self.observations()
        return {
            "store": str(self.store),
            "cities": self.cities().height,
            "pilots": self.pilots().height,
            "sources": len(self.store.sources()),
            "observations": current.height,
            "suspects": current.filter(pl.col("status") == Status.SUSPECT).height,
        }

    # The stages

    def measure(self, index: str = "yearbook", *, period: int, availability: float | None = None) -> "Scores":
        """Score every city by a declared index for one year.

        ``availability`` (0 to 1) replaces the index's own rule of how much must be known.
        """
        from urbium.measure import measure_index  # noqa: PLC0415

        known = self.catalogue.indices
        if index not in known:
            raise NotFoundError.named("index", index, known)
        scores = measure_index(
            self.observations(),
            known[index],
            self.catalogue,
            cities=self.cities(),
            period=period,
            availability=availability,
        )
        return self._made("scores", scores, index=index, period=period, availability=availability)

    def forecast(self, what: str = "population", *, to: int) -> "Outlook":
        """Look ahead at each city's population to the year ``to``, with bands of 80 % and 95 %."""
        from urbium.forecast import forecast_population  # noqa: PLC0415

        if what != "population":
            raise NotFoundError.named("forecast", what, ["population"])
        outlook = forecast_population(
            self.observations(), to=to, cities=self.cities(), sources=self.sources()
        )
        return self._made("outlook", outlook, what=what, to=to)
