"""Register: what a programme knows: its cities, pilots and sources, and every figure that was brought in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from urbium.errors import InputError, NotFoundError, retold
from urbium.model import NATION, City, Pilot, Source, Status
from urbium.observations.disagreements import disagreement_faults, disagreements
from urbium.observations.in_force import decide, figures_in_force
from urbium.observations.open_findings import open_findings
from urbium.observations.validity import valid_places
from urbium.periods import PeriodLike
from urbium.programme.base.age_counts import CITIES, NATIONAL, AgeCounts
from urbium.programme.base.pilots_register import PilotsRegister
from urbium.programme.base.settings import Settings
from urbium.programme.base.shown_names import (
    codes_with_provinces,
    names_of_provinces,
    told_apart,
    with_shown_names,
)
from urbium.programme.base.workspace import Workspace
from urbium.store import Arrivals, FileStamp, Receipt, compare
from urbium.text import Name, coded, text
from urbium.text.advice import advice
from urbium.text.naming import names_by_code

if TYPE_CHECKING:
    from urbium.sources import Reading, RegisterFile
    from urbium.sources.around import Around

_SELF = "urbium"


class Register:
    """The cities, pilots, sources and figures of a programme; called, it adds to them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store
        self.age_counts = AgeCounts(workspace.store, self.places)

    # Who takes part

    def __call__(
        self,
        *,
        sources: Sequence[Source] = (),
        cities: Sequence[City] = (),
        pilots: Sequence[Pilot] = (),
        by: str,
        reason: str,
    ) -> None:
        """Add sources, cities and pilots to the register, or new versions of them.

        Raises InputError for a city whose code cannot stand in the address of its page.
        """
        if sources:
            self._store.add_sources(sources, by=by, reason=reason)
        for city in cities:
            if fault := city.fault_of_code():
                raise InputError(fault[0], place=str(city), remedy=fault[1])
        if cities:
            self._store.add_cities(cities, by=by, reason=reason)
        if pilots:
            self._store.add_pilots(pilots, by=by, reason=reason)

    def places(self) -> pl.DataFrame:
        """Return every registered place, the nation included, as it is shown.

        ``name_en`` and ``province_en`` are in English, else in the first of the programme's languages, else
        in any that is known.
        """
        return self._workspace.once(
            "places",
            lambda: with_shown_names(self._registered(), Settings(self._workspace)().languages),
            is_pinned=True,
        )

    def _registered(self) -> pl.DataFrame:
        """Return every registered place with its names in their own languages alone."""
        return self._workspace.once("registered places", self._store.cities, is_pinned=True)

    def cities(self, *, first: int | None = None, last: int | None = None) -> pl.DataFrame:
        """Return the registered cities by code, without the nation itself.

        With ``first`` and ``last``, only those that exist in all years from one to the other.
        """
        places = self.places().filter(pl.col("level") != NATION).sort("code")
        return places if first is None or last is None else valid_places(places, first, last)

    def has_nation(self) -> bool:
        """Whether any nation is registered."""
        return not self.places().filter(pl.col("level") == NATION).is_empty()

    def nation(self) -> str:
        """Return the code of the nation; raise NotFoundError where none is registered, or several are."""
        codes = self.places().filter(pl.col("level") == NATION)["code"]
        if codes.is_empty():
            raise NotFoundError(
                coded(
                    "programme.nation.none", "there is no registered nation to which the cities could belong"
                ),
                remedy=text("register one place with the level nation"),
            )
        if codes.len() > 1:
            raise NotFoundError(
                coded("programme.nation.several", "{count} nations are registered", count=codes.len()),
                remedy=text("register one place with the level nation"),
            )
        return str(codes[0])

    def sole_nation(self) -> str:
        """Return the code of the nation where exactly one is registered; empty in a programme of several."""
        codes = self.places().filter(pl.col("level") == NATION)["code"]
        return str(codes[0]) if codes.len() == 1 else ""

    def city(self, code: str) -> City:
        """Return one city by its code or name; raise NotFoundError when none or several bear it.

        Case does not count, and accents do not where only one city bears the name without them.
        """
        places = self.places()
        row = places.filter(pl.col("code") == code)
        if row.is_empty():
            row = places.filter(pl.col("code").is_in(self._bearers(code)))
        if row.is_empty():
            registered = places["code"] if code.isdecimal() else self.names().values()
            raise NotFoundError.named(text("city"), code, registered)
        if row.height > 1:
            raise NotFoundError(
                coded(
                    "programme.city.ambiguous",
                    "{name!r} is the name of {count} cities",
                    name=code,
                    count=row.height,
                ),
                remedy=text("write one of these codes: {codes:commas}", codes=codes_with_provinces(row)),
            )
        stored = self._registered().filter(pl.col("code") == row["code"][0])
        return City.of_row(stored.row(0, named=True))

    def _bearers(self, name: str) -> list[str]:
        """Return the codes of the places that bear a name."""
        from urbium.sources.places import Places  # noqa: PLC0415 - heavy, and only where a name is asked for

        places = self._workspace.once("names of places", lambda: Places(self.places()), is_pinned=True)
        return sorted(places.whose(name)) or [
            code for code, called in self.names().items() if name in called.names.values()
        ]

    def pilots(self) -> pl.DataFrame:
        """Return every pilot: records of before and selected applications (:class:`PilotsRegister`)."""
        return PilotsRegister(self._workspace).pilots()

    def check_register(
        self, path: str | Path, *, mapping: str | Path | None = None, encoding: str = ""
    ) -> "RegisterFile":
        """Read a table of cities (code, name_en, level ...) and say what it changes; store nothing.

        What a row leaves out stays as it is registered; names in columns that say no language are in the
        first of the programme's. ``mapping`` says under ``[cities]`` what stands where in a table with other
        headings; ``encoding`` is that of a text that is neither UTF-8 nor UTF-16.
        """
        from urbium.sources import read_cities  # noqa: PLC0415

        return read_cities(
            Path(path),
            registered=self._registered(),
            mapping=Path(mapping) if mapping else None,
            encoding=encoding,
            language=Settings(self._workspace)().languages[0],
        )

    def register_file(
        self, path: str | Path, *, mapping: str | Path | None = None, encoding: str = "", by: str, reason: str
    ) -> "RegisterFile":
        """Register the cities of a table, or refuse it whole; return what it changed.

        It is read as by :meth:`check_register`.
        """
        read = self.check_register(path, mapping=mapping, encoding=encoding)
        read.raise_if_refused()
        self(cities=read.cities, by=by, reason=reason)
        return read

    # Bringing in

    def check(
        self,
        path: str | Path,
        *,
        mapping: str | Path | None = None,
        source: str = "",
        projected_from: str = "",
        encoding: str = "",
        senders: Mapping[str, str] = MappingProxyType({}),
    ) -> "Reading":
        """Read a file and find its faults; store nothing.

        ``source`` is that of the figures for which the file names none; those of ``projected_from`` and later
        periods are projections; ``encoding`` is that of a text that is neither UTF-8 nor UTF-16; ``senders``
        are the sources by city of figures whose sender is their source.
        """
        from urbium.sources import read_file  # noqa: PLC0415 - heavy, and only when a file is read

        return read_file(
            Path(path),
            catalogue=self._workspace.catalogue,
            cities=self._places_within(),
            mapping=Path(mapping) if mapping else None,
            stored=self.observations(),
            sources=self._store.sources(),
            source=source,
            projected_from=projected_from,
            encoding=encoding,
            senders=senders,
        )

    def draft_mapping(self, path: str | Path, *, encoding: str = "") -> str:
        """Return a mapping file for a table, proposed by looking at it."""
        from urbium.sources import draft_mapping  # noqa: PLC0415

        catalogue = self._workspace.catalogue
        return draft_mapping(
            Path(path),
            variables=catalogue.variables,
            cities=self._places_within(),
            sources=[key for table, key in catalogue.own if table == "sources"],
            own=[key for table, key in catalogue.own if table == "variables"],
            nation=Settings(self._workspace)().nation or self.sole_nation(),
            encoding=encoding,
        )

    def _places_within(self) -> pl.DataFrame:
        """Return every place as files name it: in a programme of one nation a city lies within that nation.

        Files of the world tell a city by its nation, the register of a nation by its region.
        """
        places, nation = self.places(), self.sole_nation()
        is_city_of_none = (pl.col("level") != NATION) & (pl.col("parent").fill_null("") == "")
        return (
            places.with_columns(parent=pl.when(is_city_of_none).then(pl.lit(nation)).otherwise("parent"))
            if nation
            else places
        )

    def load(
        self,
        path: str | Path,
        *,
        mapping: str | Path | None = None,
        source: str = "",
        projected_from: str = "",
        encoding: str = "",
        by: str = _SELF,
        reason: str = "loaded from a file",
    ) -> Receipt:
        """Store a file whole, or refuse it with every fault named by cell (InputError)."""
        reading = self.check(
            path, mapping=mapping, source=source, projected_from=projected_from, encoding=encoding
        )
        return self.record(reading, by=by, reason=reason)

    def cells_around(self, reading: "Reading", sheet: str, cell: str) -> "Around | None":
        """Return a cell of a checked file with its neighbours; None for one that is not in it."""
        from urbium.sources.around import cells_around  # noqa: PLC0415 - heavy, and seldom asked for

        return cells_around(reading.path, reading.form, sheet, cell)

    def arrivals(self, reading: "Reading") -> Arrivals:
        """Say what of a checked file is new, changed and unchanged, before it is stored."""
        return compare(reading.table, self.observations())

    def record(self, reading: "Reading", *, by: str, reason: str) -> Receipt:
        """Store a checked file whole; refuse it (InputError) for a hard fault, or if no figure is usable."""
        reading.raise_if_refused()
        return self._store.record(
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
        period: PeriodLike,
        *,
        by: str,
        reason: str,
        area: str | None = None,
        source: str | None = None,
    ) -> None:
        """Accept a suspect figure, with a reason; from then on it enters scores.

        ``area`` and ``source`` are needed only where several boundaries or sources give the figure.
        """
        self._store.accept(
            city=self.city(city).code, variable=variable, period=str(period), area=area or None,
            source=source or None, by=by, reason=reason,
        )  # fmt: skip

    def reject(
        self,
        city: str,
        variable: str,
        period: PeriodLike,
        *,
        by: str,
        reason: str,
        area: str | None = None,
        source: str | None = None,
    ) -> None:
        """Reject a suspect figure, with a reason; it stays in the store, is never used, and waits no longer.

        ``area`` and ``source`` are needed only where several boundaries or sources give the figure.
        """
        self._store.reject(
            city=self.city(city).code, variable=variable, period=str(period), area=area or None,
            source=source or None, by=by, reason=reason,
        )  # fmt: skip

    def observations(self, /, **only: Any) -> pl.DataFrame:  # noqa: ANN401 - the filters of Store.observations
        """Return the current observations; filters as in Store.observations."""
        return self._store.observations(**only)

    def faults(self) -> pl.DataFrame:
        """Return every finding of every load; ``said``: what it says with codes and parameters, as JSON."""
        return self._workspace.once("faults", self._store.faults)

    def open_faults(self) -> pl.DataFrame:
        """Return the findings about figures that were neither corrected nor accepted since."""
        return self._workspace.once(
            "open faults",
            lambda: open_findings(self.faults(), self.observations(history=True), self.observations()),
        )

    def doubted(self) -> pl.DataFrame:
        """Return which figures are of a row that may be for another year or place: city, variable, year."""
        of_rows = [rule.id for rule in self._workspace.catalogue.rules if rule.kind == "row"]
        findings = self.open_faults().filter(pl.col("rule").is_in(of_rows))
        years = findings.select("city", "variable", year=pl.col("period").str.to_integer(strict=False))
        return years.drop_nulls().unique().sort("city", "year", "variable")

    def figures_of(self, *cities: str) -> pl.DataFrame:
        """Return every stored figure of cities, with ``is_in_force`` and the ``ground`` for it."""
        return decide(self.observations(cities=cities), self._workspace.catalogue.variables)

    def all_faults(self, *, replaced: bool = False) -> list[dict[str, Any]]:
        """Return the findings of the loads, and where sources disagree, as records.

        Findings about figures that were corrected or accepted since are left out, unless ``replaced``.
        """
        findings = self.faults() if replaced else self.open_faults()
        differing = disagreement_faults(self.disagreements())
        columns = [name for name in findings.columns if name != "said"]
        return [
            *map(retold, findings.iter_rows(named=True)),
            *(dict.fromkeys(columns) | fault for fault in differing),
        ]

    def disagreements(self) -> pl.DataFrame:
        """Return where sources differ for one place, variable, boundary and period, and which one counts."""
        return self._workspace.once(
            "disagreements", lambda: disagreements(self.observations(), self._workspace.catalogue.variables)
        )

    def sources(self, *, as_known_on: datetime | None = None) -> Mapping[str, Source]:
        """Return the registered sources by id, as they are or were known on an instant."""
        if as_known_on is None:
            return self._workspace.once("sources", self._store.sources, is_pinned=True)
        return self._store.sources(as_known_on=as_known_on)

    # Reading what was known

    def run(self, *, year: int, **settings: Any) -> dict[str, Any]:  # noqa: ANN401 - the settings of any stage
        """Return the settings of a measurement or a forecast, pinned to what is known now.

        Only cities that exist in ``year`` take part.
        """
        counts = self.age_counts.newest(CITIES)
        return {
            **settings,
            "as_known_on": self._store.last_change().isoformat(),
            "cities": self.cities(first=year, last=year)["code"].to_list(),
            "ages": self.age_counts.newest(NATIONAL),
            **({} if counts is None else {"city_counts": counts}),
        }

    def known_on(self, run: Mapping[str, Any]) -> pl.DataFrame:
        """Return the observations as they were known when a run was made."""
        return self.observations(as_known_on=datetime.fromisoformat(run["as_known_on"]))

    def sources_of(self, run: Mapping[str, Any]) -> Mapping[str, Source]:
        """Return the sources as they were known when a run was made."""
        return self.sources(as_known_on=datetime.fromisoformat(run["as_known_on"]))

    def cities_of(self, run: Mapping[str, Any]) -> pl.DataFrame:
        """Return the cities of a run."""
        return self.cities().filter(pl.col("code").is_in(run["cities"]))

    def names(self) -> Mapping[str, Name]:
        """Return what the cities are called by code, in the language of whoever reads it.

        One whose name others bear, too, is called with its province.
        """

        def gather() -> Mapping[str, Name]:
            cities = self._registered().filter(pl.col("level") != NATION)
            return told_apart(cities, names_by_code(cities, Settings(self._workspace)().languages))

        return self._workspace.once("names of cities", gather, is_pinned=True)

    def provinces(self) -> Mapping[str, Name]:
        """Return what the parts of the nation are called.

        The key is the name that stands for one in rules and rights: ``province_en`` of :meth:`places`.
        """
        return self._workspace.once(
            "names of provinces",
            lambda: names_of_provinces(
                self._registered(), self.places(), Settings(self._workspace)().languages
            ),
            is_pinned=True,
        )

    # Asking cities, and holding statements against the figures

    def template(
        self,
        path: str | Path,
        *,
        variables: Sequence[str] | None = None,
        periods: Sequence[str] = (),
        city: str = "",
        form: Literal["long", "wide"] = "long",
    ) -> Path:
        """Write the Excel template in which cities report figures, by default of the next year.

        ``city`` asks one city only; ``form``: ``long`` has a row a figure, ``wide`` a column a variable.
        """
        from urbium.sources import template  # noqa: PLC0415

        cities = self.require_cities()
        if city:
            cities = cities.filter(pl.col("code") == self.city(city).code)
        last = figures_in_force(self.observations(), self._workspace.catalogue.variables)["period"].max()
        following = [str(int(str(last)[:4]) + 1)] if last else [str(datetime.now(UTC).year - 1)]
        declared = self._workspace.catalogue.variables.values()
        chosen = variables or [row.id for row in declared if row.source and row.level == "city"]
        return template(
            Path(path),
            self._workspace.catalogue,
            variables=chosen,
            cities=cities,
            periods=periods or following,
            form=form,
        )

    def require_cities(self) -> pl.DataFrame:
        """Return the registered cities; raise NotFoundError when there is none."""
        cities = self.cities()
        if cities.is_empty():
            raise NotFoundError(
                coded("programme.cities.none", "no city is registered"),
                remedy=advice(
                    text("register cities with urbium register FILE"),
                    text("ask whoever looks after the server to register cities"),
                ),
            )
        return cities

    def summary(self) -> dict[str, int | str]:
        """Return the key figures of the store."""
        status = self.observations()["status"]
        return {
            "store": self._store.place,
            "cities": self.cities().height,
            "sources": len(self.sources()),
            "observations": len(status),
            "suspects": int((status == Status.SUSPECT).sum()),
        }
