"""Programme: the one object a user holds; it joins the stages and the store, and nothing else does.

Every verb reads from the store, calls one stage, and returns that stage's frozen result. A result that is
adopted is kept with its settings and the instant it was known on, so that another process shows the same.
"""

import math
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import polars as pl

from urbium.catalogue import Catalogue, load_catalogue, read_claims
from urbium.errors import ConflictError, InputError, NotFoundError, few, nearest
from urbium.model import Choice, Index, Status
from urbium.money import Money
from urbium.observations.in_force import figures_in_force
from urbium.periods import year_range
from urbium.programme.options import Options
from urbium.programme.outlook import AHEAD
from urbium.result import Result
from urbium.store import Store

if TYPE_CHECKING:
    from urbium.finance import Costs
    from urbium.measure import ClaimCheck, Scores
    from urbium.plan import Plan, Roadmap

__all__ = ["Programme", "new", "open_programme"]

Stage = Literal["scores", "outlook", "nation", "ages", "workforce", "pressure", "plan", "costs"]
"""What is shown as adopted: scores, the outlook and the parts that follow from it, a plan and its costs."""
Progress = Callable[[float, float | None, float | None], bool | None]
"""Called with seconds, plan value and bound; a true answer stops the search."""

_SELF = "urbium"
R = TypeVar("R", bound=Result)
_LONGEST_PLAN = 30


def open_programme(url: str | Path, *, catalogue: Path | None = None) -> "Programme":
    """Open the programme stored at ``url``: a file, or the URL of a PostgreSQL database.

    Raises NotFoundError when there is no such store, ConflictError when a newer urbium wrote it.
    """
    declared = load_catalogue(catalogue)
    try:
        store = Store.open(url)
    except NotFoundError as error:
        raise NotFoundError(
            error.message,
            place=error.place,
            remedy="make a programme with urbium new, or see the example with urbium demo",
        ) from error
    return Programme(store, declared)


def new(url: str | Path, *, catalogue: Path | None = None) -> "Programme":
    """Make an empty programme at ``url`` and open it; raise ConflictError when one is there already."""
    declared = load_catalogue(catalogue)
    store = Store.open(url, create=True)
    is_new = store.audit().height == 1  # its making
    try:
        programme = Programme(store, declared)
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


class Programme(Options):
    """A national programme: its register, its figures, and every stage from measuring to publishing.

    Parameters
    ----------
    store : where everything is kept
    catalogue : what is declared (variables, indicators, solutions, funds, rules)
    """

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        super().__init__(store, catalogue)
        self._lock = threading.RLock()
        self._seen = store.last_change()
        self._results: dict[str, Any] = {}
        self._making: dict[str, threading.RLock] = {}
        self._summary: dict[str, int | str] = {}

    def __repr__(self) -> str:
        return f"Programme of {self.summary()['cities']} cities in {self.store}"

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

    def measure(
        self,
        index: str = "yearbook",
        *,
        period: int,
        availability: float | None = None,
        steps: str | None = None,
        aggregate: str | None = None,
        runs: int | None = None,
    ) -> "Scores":
        """Score every city by a declared index for one year, with an interval for each rank.

        Parameters
        ----------
        availability : how much must be known (0 to 1), in place of the index's own rule
        steps, aggregate : how it is computed instead: ``screen > z-score``, ``geometric``
        runs : how often the index is computed again with other choices and data, for the intervals

        Raises
        ------
        NotFoundError : no such index, no city, or nothing that the index asks for is known in the year
        InputError : the steps cannot be made, or fewer than 0 runs are asked for
        """
        self._declared(index)
        if self.cities().is_empty():
            raise NotFoundError("no city is registered", remedy="register cities with urbium register FILE")
        if runs is not None and runs < 0:
            raise InputError(f"{runs} runs cannot be made", remedy="ask for 1 or more, or 0 for no intervals")
        asked = {"availability": availability, "steps": steps, "aggregate": aggregate, "runs": runs}
        run = self._run(index=index, period=period, **asked)
        scores = replace(self._scores(run), settings=run)
        if not scores.table["coverage"].max():
            indicators = [
                self.catalogue.indicators[name] for name in self.catalogue.indices[index].indicators
            ]
            names = sorted({name for indicator in indicators for name in indicator.variables})
            known = sorted(set(self.observations(variables=names)["period"]))
            raise NotFoundError(
                f"nothing that {index} asks for is known in {period}",
                remedy=f"stored are {known[0]} to {known[-1]}"
                if known
                else f"load figures of its variables: {few(names)}",
            )
        return scores

    def roadmap(self, *, years: range | str, budget: str | Money, without: Collection[str] = ()) -> "Roadmap":
        """State what could be built in the cities, and within which limits, as plain tables.

        Parameters
        ----------
        years : from 1 to 30, such as ``2016-2020``
        budget : what the nation pays each year
        without : declared rules that a plan need not keep (``people``, ``standards``, ``fairness``,
            ``soft prerequisites``), or ``growth``: cities are then sized for their people of today

        The needs of the cities are those of the adopted scores, and indicators weigh as in their index; the
        people who will be there when the plan ends are those of the adopted outlook.
        """
        from urbium.measure import indicator_shares, is_of_hundred  # noqa: PLC0415
        from urbium.plan import RULES, build_roadmap  # noqa: PLC0415

        span = year_range(years) if isinstance(years, str) else years
        _check_span(span)
        budget = Money.parse(budget)
        for name in without:
            if name not in RULES:
                raise NotFoundError.named("rule of a plan", name, RULES)
        scores, outlook = self.adopted("scores"), self.adopted("outlook")
        if scores is not None and not is_of_hundred(scores.index):
            raise InputError(
                f"needs are read on a scale from 0 to 100, and the adopted scores end with"
                f" {' > '.join(map(str, scores.index.steps)) or 'no step'}",
                place="adopted scores",
                remedy="adopt scores whose steps end with min-max, goalposts or points",
            )
        return build_roadmap(
            self.catalogue,
            self.cities(),
            self.observations(),
            years=span,
            budget=budget,
            scores=None if scores is None else scores.indicators,
            shares=None if scores is None else indicator_shares(scores.index),
            growth=None if outlook is None else outlook.growth(span[-1]),
            rules=[rule for rule in RULES if rule not in without],
        )

    def plan(
        self,
        roadmap: "Roadmap | str | Path | None" = None,
        *,
        years: range | str | None = None,
        budget: str | Money | None = None,
        time_limit: float = 30.0,
        without: Collection[str] = (),
        on_progress: Progress | None = None,
        first: "Plan | None" = None,
        seed: int = 0,
        gap: float | None = None,
        executor: Executor | None = None,
    ) -> "Plan":
        """Choose projects and start years under the budgets, with a proven bound and a certificate.

        Parameters
        ----------
        roadmap : a roadmap of one's own, or the workbook or folder it stands in; it has its own years,
            budgets and rules, and its cities are registered ones
        years, budget, without : of the roadmap made of the catalogue when none is given; see :meth:`roadmap`
        time_limit : in seconds
        first, seed, gap, executor : a plan to begin with, the seed of what is random, the proven share at
            which the search ends, and who does the cities' work; see :func:`urbium.plan.solve`

        Raises
        ------
        InfeasibleError
            When no plan meets the limits.
        """
        from urbium.plan import Roadmap, solve  # noqa: PLC0415

        if not (math.isfinite(time_limit) and time_limit > 0):
            raise InputError(f"{time_limit:g} s is no time to search", remedy="give seconds above 0")
        if gap is not None and not gap >= 0:
            raise InputError(f"a gap of {gap:g}", remedy="give a share from 0 on, such as 0.01")
        if roadmap is None:
            if years is None or budget is None:
                raise InputError(
                    "neither a roadmap nor years and budget are given",
                    remedy='give years and budget, such as 2016-2020 and "12 bn CNY/year", or a roadmap',
                )
            asked = self.roadmap(years=years, budget=budget, without=without)
        elif years is not None or budget is not None or without:
            raise InputError(
                "a roadmap has its own years, budgets and rules",
                remedy="change them in its tables, or leave the roadmap out",
            )
        else:
            asked = roadmap if isinstance(roadmap, Roadmap) else Roadmap.read(roadmap)
            _check_span(asked.years)
            self._check_registered(asked)
        return solve(
            asked, time_limit=time_limit, on_progress=on_progress, first=first, seed=seed, gap=gap,
            executor=executor,
        )  # fmt: skip

    def _check_registered(self, roadmap: "Roadmap") -> None:
        known = self.cities()["code"].to_list()
        strange = [code for code in roadmap.cities["city"] if code not in set(known)]
        if strange:
            raise InputError(
                f"not registered: {few(strange)}", place="cities", remedy="register them with urbium register"
            )

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
                    f"{type(result).__name__} cannot be adopted",
                    remedy="adopt scores, a plan, or the outlook of the population, from which the other"
                    " forecasts follow",
                )
        self.store.keep("adopted", stage, content, by=by, reason=reason or repr(result))

    def adopted(self, stage: Stage) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return the adopted result of a stage, made again from what was kept; None when there is none."""
        return self.once(stage, lambda: cast("Any", self._remade(stage)))

    def required(self, stage: Stage) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return the adopted result of a stage, or raise NotFoundError that says what to run."""
        made = self.adopted(stage)
        if made is None:
            verb = {"scores": "measure", "plan": "plan", "costs": "plan"}.get(stage, "forecast")
            thing = {"scores": "measurement", "costs": "plan", "plan": "plan"}.get(stage, "outlook")
            raise NotFoundError(f"no {thing} is adopted yet", remedy=f"run urbium {verb} with --adopt")
        return made

    def once(self, name: str, make: Callable[[], R]) -> R:
        """Return what was made of the adopted results under this name, or make it; a change drops it.

        Who asks for another name meanwhile is not kept waiting. Nothing (None) is made again when asked for.
        """
        with self._fresh():
            making = self._making.setdefault(name, threading.RLock())
        with making:
            with self._fresh():
                if name in self._results:
                    return cast("R", self._results[name])
                seen = self._seen
            made = make()
            with self._fresh():
                if made is not None and seen == self._seen:
                    self._results[name] = made
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

    # Handing out

    def template(
        self, path: str | Path, *, variables: Sequence[str] | None = None, periods: Sequence[str] = ()
    ) -> Path:
        """Write the Excel template in which cities report figures, by default of the next year."""
        from urbium.sources import template  # noqa: PLC0415

        cities = self.cities()
        if cities.is_empty():
            raise NotFoundError("no city is registered", remedy="register cities with urbium register FILE")
        stored = figures_in_force(self.observations(), self.catalogue.variables)["period"].max()
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

    # How results are made, and made again

    def _scores(self, run: Mapping[str, Any]) -> "Scores":
        from urbium.measure import DEFAULT_RUNS, measure_index  # noqa: PLC0415

        index = self._declared(run["index"])
        if run.get("steps") is not None:
            index = replace(index, steps=Choice.row(run["steps"]))
        if run.get("aggregate") is not None:
            index = replace(index, aggregate=Choice.row(run["aggregate"]))
        return measure_index(
            self._known_on(run),
            index,
            self.catalogue,
            cities=self.cities().filter(pl.col("code").is_in(run["cities"])),
            period=run["period"],
            availability=run["availability"],
            sources=self.sources(),
            runs=DEFAULT_RUNS if run.get("runs") is None else run["runs"],
        )

    def _declared(self, index: str) -> Index:
        known = self.catalogue.indices
        if index in known:
            return known[index]
        remedy = nearest(index, known)
        own = "" if remedy.endswith("?") else "; one of your own needs its folder (--catalogue)"
        raise NotFoundError(f"there is no index {index!r}", remedy=remedy + own)

    def _remade(self, stage: Stage) -> Result | None:
        if stage == "costs":
            plan = self.adopted("plan")
            return None if plan is None else self.finance(plan)
        part = "population" if stage == "outlook" else stage
        kept = self.store.kept("adopted", "outlook" if part in AHEAD else stage)
        if kept is None:
            return None
        if part in AHEAD:
            ahead = self.ahead(part, kept)
            return cast("Result", replace(ahead, settings={**ahead.settings, **kept}))
        if stage == "plan":
            from urbium.plan import Plan  # noqa: PLC0415

            return Plan.unpack(kept)
        return replace(self._scores(kept), settings=kept)

    @contextmanager
    def _fresh(self) -> Iterator[None]:
        """Drop what was made before the last change of the store, by whichever process."""
        with self._lock:
            change = self.store.last_change()
            if change != self._seen:
                self._seen, self._summary = change, {}
                self._results.clear()
            yield


def _check_span(years: range) -> None:
    if not 1 <= len(years) <= _LONGEST_PLAN:
        raise InputError(
            f"{len(years)} plan years", remedy=f"plan from 1 to {_LONGEST_PLAN} years, such as 2016-2020"
        )
