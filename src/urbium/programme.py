"""Programme: the one object a user holds; it joins the stages and the store, and nothing else does.

Every verb reads from the store, calls one stage, and returns that stage's frozen result. A result that is
adopted is kept with its settings and the instant it was known on, so that another process shows the same.
"""

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, cast

import polars as pl

from urbium.catalogue import Catalogue, load_catalogue, read_claims
from urbium.errors import ConflictError, InputError, NotFoundError
from urbium.model import NATION, City, Pilot, Source, Status
from urbium.money import Money
from urbium.periods import year_range
from urbium.result import Explanation, Result
from urbium.store import FileStamp, Receipt, Store
from urbium.tracing import told, trace

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
_LONGEST_PLAN = 30


def open_programme(url: str | Path, *, catalogue: Path | None = None) -> "Programme":
    """Open the programme stored at ``url``: a file, or the URL of a PostgreSQL database.

    Raises NotFoundError when there is no such store, ConflictError when a newer urbium wrote it.
    """
    try:
        store = Store.open(url)
    except NotFoundError as error:
        raise NotFoundError(
            error.message,
            place=error.place,
            remedy="make a programme with urbium new, or see the example with urbium demo",
        ) from error
    return Programme(store, load_catalogue(catalogue))


def new(url: str | Path, *, catalogue: Path | None = None) -> "Programme":
    """Make an empty programme at ``url`` and open it; raise ConflictError when one is there already."""
    store = Store.open(url, create=True)
    is_new = store.audit().height == 1  # its making
    try:
        programme = Programme(store, load_catalogue(catalogue))
        if is_new:
            packaged = list(programme.catalogue.sources.values())
            programme.register(sources=packaged, by=_SELF, reason="packaged sources")
    except BaseException:
        store.close()
        raise
    if is_new:
        return programme
    store.close()
    raise ConflictError(
        "there is a programme already", place=store.place, remedy="name another, or open this one"
    )


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
        self._lock = threading.RLock()
        self._seen = store.last_change()
        self._results: dict[Stage, Result] = {}
        self._summary: dict[str, int | str] = {}

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

    def places(self) -> pl.DataFrame:
        """Return every registered place, the nation included."""
        return self.store.cities()

    def cities(self) -> pl.DataFrame:
        """Return the registered cities by code, without the nation itself."""
        return self.places().filter(pl.col("level") != NATION).sort("code")

    def city(self, code: str) -> City:
        """Return one city by its code or name; raise NotFoundError when none or several bear it."""
        places = self.places()
        row = places.filter(pl.col("code") == code)
        if row.is_empty():
            row = places.filter(
                (pl.col("name_en").str.to_lowercase() == code.lower()) | (pl.col("name_zh") == code)
            )
        if row.is_empty():
            raise NotFoundError.named("city", code, [*places["code"], *places["name_en"].drop_nulls()])
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

    def summary(self) -> dict[str, int | str]:
        """Return the key figures of the store."""
        with self._fresh():
            if not self._summary:
                status = self.observations()["status"]
                self._summary = {
                    "name": (self.store.kept("programme", "name") or {}).get("en", ""),
                    "store": str(self.store),
                    "cities": self.cities().height,
                    "pilots": self.pilots().height,
                    "sources": len(self.sources()),
                    "observations": len(status),
                    "suspects": int((status == Status.SUSPECT).sum()),
                }
            return dict(self._summary)

    # The stages

    def measure(self, index: str = "yearbook", *, period: int, availability: float | None = None) -> "Scores":
        """Score every city by a declared index for one year.

        ``availability`` (0 to 1) replaces the index's own rule of how much must be known.
        """
        if index not in self.catalogue.indices:
            raise NotFoundError.named("index", index, self.catalogue.indices)
        if self.cities().is_empty():
            raise NotFoundError("no city is registered", remedy="register cities with urbium register FILE")
        run = self._run(index=index, period=period, availability=availability)
        scores = replace(self._scores(run), settings=run)
        if not scores.table["coverage"].max():
            indicators = [
                self.catalogue.indicators[name] for name in self.catalogue.indices[index].indicators
            ]
            names = sorted({name for indicator in indicators for name in indicator.variables})
            known = sorted(set(self.observations(variables=names)["period"])) or ["no figures"]
            span = f"{known[0]} to {known[-1]}"
            raise NotFoundError(
                f"nothing that {index} asks for is known in {period}", remedy=f"stored are {span}"
            )
        return scores

    def forecast(self, what: str = "population", *, to: int) -> "Outlook":
        """Look ahead at each city's population to the year ``to``, with bands of 80 % and 95 %."""
        if what != "population":
            raise NotFoundError.named("forecast", what, ["population"])
        run = self._run(what=what, to=to)
        return replace(self._outlook(run), settings=run)

    def plan(
        self,
        *,
        years: range | str,
        budget: str | Money,
        time_limit: float = 30.0,
        on_progress: Progress | None = None,
    ) -> "Plan":
        """Choose projects and start years under the budgets, with a proven bound and a certificate.

        ``budget`` is what the nation pays each year; ``time_limit`` is in seconds. The needs of the cities
        are those of the adopted scores. Raises InfeasibleError when no plan meets the limits.
        """
        from urbium.plan import candidates, solve  # noqa: PLC0415

        span = year_range(years) if isinstance(years, str) else years
        if not (math.isfinite(time_limit) and time_limit > 0):
            raise InputError(f"{time_limit:g} s is no time to search", remedy="give seconds above 0")
        if not 1 <= len(span) <= _LONGEST_PLAN:
            raise InputError(
                f"{len(span)} plan years", remedy=f"plan from 1 to {_LONGEST_PLAN} years, such as 2016-2020"
            )
        budget = Money.parse(budget)
        scores = self.adopted("scores")
        roadmap = candidates(
            self.catalogue,
            self.cities(),
            self.observations(),
            years=span,
            budget=budget,
            scores=getattr(scores, "indicators", None),
        )
        return solve(roadmap, time_limit=time_limit, on_progress=on_progress)

    def finance(self, plan: "Plan | None" = None) -> "Costs":
        """Add up what a plan costs, by year and fund; the adopted plan when none is given."""
        from urbium.finance import costs  # noqa: PLC0415

        return costs(plan or self.required("plan"))

    def adopt(self, result: Result, *, by: str, reason: str = "") -> None:
        """Make scores, an outlook or a plan the one that pages show and later stages read."""
        match result.stage:
            case "scores" | "outlook" as stage:
                content = dict(result.settings)
            case "plan" as stage:
                content = cast("Plan", result).pack()
            case _:
                raise InputError(
                    f"{type(result).__name__} cannot be adopted", remedy="adopt scores, an outlook or a plan"
                )
        self.store.keep("adopted", stage, content, by=by, reason=reason or repr(result))

    def adopted(self, stage: Stage) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return the adopted result of a stage, made again from what was kept; None when there is none."""
        with self._fresh():
            if stage not in self._results:
                made = self._remade(stage)
                if made is not None:
                    self._results[stage] = made
            return self._results.get(stage)

    def required(self, stage: Stage) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return the adopted result of a stage, or raise NotFoundError that says what to run."""
        made = self.adopted(stage)
        if made is None:
            verb = {"scores": "measure", "outlook": "forecast", "plan": "plan", "costs": "plan"}[stage]
            thing = {"scores": "measurement", "costs": "plan"}.get(stage, stage)
            raise NotFoundError(f"no {thing} is adopted yet", remedy=f"run urbium {verb} with --adopt")
        return made

    def check_claims(self, path: str | Path) -> "ClaimCheck":
        """Say of each stated figure whether the stored series confirm it, and which it really matches."""
        from urbium.measure import check_claims  # noqa: PLC0415

        return check_claims(
            read_claims(Path(path)),
            self.observations(),
            self.catalogue,
            cities=self.places(),
            pilots=self.pilots(),
        )

    # Saying why

    def explain(
        self,
        city: str,
        what: Literal["score", "population", "figure", "project"] = "score",
        name: str = "",
        *,
        period: str = "",
        area: str = "",
    ) -> Explanation:
        """Say how a figure of a city came about, down to file, sheet and cell.

        Parameters
        ----------
        city : the city's code or English name
        what : ``score``, ``population`` (outlook), ``figure`` (an observation) or ``project`` (why or not)
        name : the variable of a figure, or the solution of a project
        period : the period of a figure; the latest when empty
        area : the boundary of a figure; the one its variable declares when empty
        """
        code = self.city(city).code
        match what:
            case "score":
                return cast("Scores", self.required("scores")).explain(code)
            case "population":
                return cast("Outlook", self.required("outlook")).explain(code)
            case "figure":
                return self.explain_observation(code, name, period, area)
            case "project":
                return self.why(code, name)
        raise NotFoundError.named("kind of explanation", what, ["score", "population", "figure", "project"])

    def explain_observation(self, city: str, variable: str, period: str = "", area: str = "") -> Explanation:
        """Say where one stored figure comes from; its earlier versions are its children."""
        declared = self.catalogue.variables
        if variable not in declared:
            raise NotFoundError.named("variable", variable, declared)
        history = self.observations(cities=[city], variables=[variable], history=True)
        return trace(history, declared[variable], self.sources(), city=city, period=period, area=area)

    def why(self, city: str, solution: str) -> Explanation:
        """Say why a solution is, or is not, in the adopted plan of a city, with the price of having it.

        What its figures rest on is told too: cost per head, exchange rate, effects, and the city's people.
        """
        from urbium.plan import in_words, rests_on  # noqa: PLC0415

        known = self.catalogue.solutions
        if solution not in known:
            raise NotFoundError.named("solution", solution, known)
        place = self.city(city)
        if place.level == NATION:
            raise NotFoundError(f"{place} is a nation, and projects stand in cities", remedy="name a city")
        places = dict(self.cities().select("code", "name_en").iter_rows())
        told = in_words(
            cast("Plan", self.required("plan")).why(place.code, solution),
            cities=places,
            solutions={code: each.name for code, each in known.items()},
        )
        basis = Explanation(
            "what its figures rest on",
            kind="setting",
            children=(*self._people(place.code), *rests_on(self.catalogue, solution)),
        )
        return replace(told, children=(*told.children, basis))

    def _people(self, city: str) -> Iterator[Explanation]:
        """Tell of the population figures a city's projects may be sized by."""
        for variable in ("population_agglomeration", "population_year_end"):
            found = self.observations(cities=[city], variables=[variable])
            usable = found.filter(pl.col("status") != Status.SUSPECT).sort("period")
            if usable.height:
                declared = self.catalogue.variables[variable]
                yield told(usable.row(-1, named=True), declared, self.sources())
                return

    # Handing out

    def template(
        self, path: str | Path, *, variables: Sequence[str] | None = None, periods: Sequence[str] = ()
    ) -> Path:
        """Write the Excel template in which cities report figures, by default of the next year."""
        from urbium.sources import template  # noqa: PLC0415

        cities = self.cities()
        if cities.is_empty():
            raise NotFoundError("no city is registered", remedy="register cities with urbium register FILE")
        stored = self.observations()["period"].max()
        ahead = [str(int(str(stored)[:4]) + 1)] if stored else [str(datetime.now(UTC).year - 1)]
        declared = self.catalogue.variables.values()
        asked = variables or [each.id for each in declared if each.source and each.level == "city"]
        return template(Path(path), self.catalogue, variables=asked, cities=cities, periods=periods or ahead)

    def export(self, folder: str | Path) -> list[Path]:
        """Write the register, the figures with their sources, and the adopted results as open files."""
        from urbium.publish import export_folder  # noqa: PLC0415

        tables = {
            "cities": self.cities(),
            "pilots": self.pilots(),
            "observations": self.observations(),
            "findings": self.faults(),
        }
        stages: tuple[Stage, ...] = ("scores", "outlook", "plan", "costs")
        results: dict[str, Result] = {
            stage: made for stage in stages if (made := self.adopted(stage)) is not None
        }
        return export_folder(Path(folder), tables=tables, results=results, sources=self.sources())

    def sources(self) -> Mapping[str, Source]:
        """Return the registered sources by id."""
        return self.store.sources()

    # How results are made, and made again

    def _scores(self, run: Mapping[str, Any]) -> "Scores":
        from urbium.measure import measure_index  # noqa: PLC0415

        return measure_index(
            self._known_on(run),
            self.catalogue.indices[run["index"]],
            self.catalogue,
            cities=self.cities().filter(pl.col("code").is_in(run["cities"])),
            period=run["period"],
            availability=run["availability"],
            sources=self.sources(),
        )

    def _outlook(self, run: Mapping[str, Any]) -> "Outlook":
        from urbium.forecast import forecast_population  # noqa: PLC0415

        return forecast_population(
            self._known_on(run),
            to=run["to"],
            cities=self.cities().filter(pl.col("code").is_in(run["cities"])),
            sources=self.sources(),
        )

    def _run(self, **settings: Any) -> dict[str, Any]:  # noqa: ANN401 - the settings of any stage
        """Return the settings of a run, pinned to what is known now."""
        return {
            **settings,
            "as_known_on": self.store.last_change().isoformat(),
            "cities": self.cities()["code"].to_list(),
        }

    def _known_on(self, run: Mapping[str, Any]) -> pl.DataFrame:
        return self.observations(as_known_on=datetime.fromisoformat(run["as_known_on"]))

    def _remade(self, stage: Stage) -> Result | None:
        if stage == "costs":
            plan = self.adopted("plan")
            return None if plan is None else self.finance(plan)
        kept = self.store.kept("adopted", stage)
        if kept is None:
            return None
        if stage == "plan":
            from urbium.plan import Plan  # noqa: PLC0415

            return Plan.unpack(kept)
        return replace(self._scores(kept) if stage == "scores" else self._outlook(kept), settings=kept)

    @contextmanager
    def _fresh(self) -> Iterator[None]:
        """Drop what was made before the last change of the store, by whichever process."""
        with self._lock:
            change = self.store.last_change()
            if change != self._seen:
                self._seen, self._summary = change, {}
                self._results.clear()
            yield
