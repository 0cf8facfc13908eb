"""Register: what a programme knows: its cities, pilots and sources, and every figure that was brought in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import NotFoundError
from urbium.model import NATION, City, Pilot, Source
from urbium.observations.disagreements import disagreements
from urbium.store import FileStamp, Receipt, Store

if TYPE_CHECKING:
    from urbium.sources import Reading

__all__ = ["Register"]

_SELF = "urbium"


class Register:
    """The cities, pilots, sources and figures of a programme, in its store.

    Parameters
    ----------
    store : where everything is kept
    catalogue : what is declared (variables, indicators, solutions, funds, rules)
    """

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self.store = store
        self.catalogue = catalogue

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    # Who takes part

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

    def places(self) -> pl.DataFrame:
        """Return every registered place, the nation included."""
        return self.store.cities()

    def cities(self) -> pl.DataFrame:
        """Return the registered cities by code, without the nation itself."""
        return self.places().filter(pl.col("level") != NATION).sort("code")

    def nation(self) -> str:
        """Return the code of the nation; raise NotFoundError where none is registered, or several are."""
        codes = self.places().filter(pl.col("level") == NATION)["code"]
        if codes.len() != 1:
            raise NotFoundError(
                f"{codes.len()} nations are registered", remedy="register one place of the level nation"
            )
        return str(codes[0])

    def city(self, code: str) -> City:
        """Return one city by its code or name; raise NotFoundError when none or several bear it."""
        places = self.places()
        row = places.filter(pl.col("code") == code)
        if row.is_empty():
            row = places.filter(
                (pl.col("name_en").str.to_lowercase() == code.lower()) | (pl.col("name_zh") == code)
            )
        if row.is_empty():
            known = places["code"] if code.isdecimal() else places["name_en"].drop_nulls()
            raise NotFoundError.named("city", code, known)
        if row.height > 1:
            raise NotFoundError(
                f"{code!r} is the name of {row.height} cities",
                remedy=f"write the code: {' or '.join(sorted(row['code']))}",
            )
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

    def register_file(self, path: str | Path, *, by: str, reason: str) -> int:
        """Register the cities of a table (code, name_en, level ...); return how many, or refuse it whole."""
        from urbium.sources import read_cities  # noqa: PLC0415

        read = read_cities(Path(path))
        read.raise_if_refused()
        self.register(cities=read.cities, by=by, reason=reason)
        return len(read.cities)

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
            sources=self.store.sources(),
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
        return self.record(self.check(path, mapping=mapping), by=by, reason=reason)

    def record(self, reading: "Reading", *, by: str, reason: str) -> Receipt:
        """Store a checked file whole; refuse it (InputError) when it has a hard fault."""
        reading.raise_if_refused()
        return self.store.record(
            reading.table,
            by=by,
            reason=reason,
            file=FileStamp(reading.name, reading.sha256),
            faults=reading.faults,
        )

    def accept(
        self,
        city: str,
        variable: str,
        period: str,
        *,
        by: str,
        reason: str,
        area: str | None = None,
        source: str | None = None,
    ) -> None:
        """Accept a suspect figure, with a reason; from then on it enters scores.

        ``area`` and ``source`` are needed only where several boundaries or sources give the figure.
        """
        code = self.city(city).code
        self.store.accept(
            city=code, variable=variable, period=period, area=area, source=source, by=by, reason=reason
        )

    def observations(self, **only: Any) -> pl.DataFrame:  # noqa: ANN401 - the filters of Store.observations
        """Return the current observations; filters as in Store.observations."""
        return self.store.observations(**only)

    def faults(self) -> pl.DataFrame:
        """Return every finding of every load."""
        return self.store.faults()

    def disagreements(self) -> pl.DataFrame:
        """Return where sources differ for one place, variable, boundary and period, and which one counts."""
        return disagreements(self.observations(), self.catalogue.variables)

    def sources(self) -> Mapping[str, Source]:
        """Return the registered sources by id."""
        return self.store.sources()
