"""Examples: programmes of other nations, built from packaged figures and from files that a user gives.

What stands in ``data/examples/<name>`` says all of it: the settings, the register, the figures with their
mappings, the catalogue over urbium's, and what is measured, projected and planned. Figures whose licence does
not let them be packaged are read from a folder of the user's; nothing is made up in their place. Years and
budget of the plan are an example, as those of the demo are; what they rest on stands in the example's own
catalogue, with its source. See ADR 0053.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from urbium.catalogue import DATA
from urbium.errors import NotFoundError
from urbium.examples.demo import GUARD, OnStep, build_whole, open_existing
from urbium.model import Status
from urbium.programme import Programme, new
from urbium.result import Result
from urbium.text import Text, coded, text

_FOLDER: Final = DATA / "examples"
_ABOUT: Final = "example.toml"
_KIND, _MARK = "programme", "example"
_BY = "urbium demo"
_SEARCH_WORK: Final = 40.0
"""Work of the plan's search."""

Step = tuple[Text, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Load:
    """A file of figures: ``mapping`` is a packaged one, or stands beside a packaged file.

    ``is_given``: it is not packaged, and read from the folder that the user names; ``about`` says where it is
    had. ``accept``: why figures of it that are suspect are accepted; empty where they are not.
    """

    file: str
    mapping: str
    is_given: bool = False
    about: str = ""
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A programme that is built to show how one of its nation looks."""

    id: str
    title: str
    settings: Mapping[str, Any]
    loads: tuple[Load, ...]
    index: str
    period: int
    horizon: int
    years: str = ""
    budget: str = ""
    set: str = ""
    without: tuple[str, ...] = ()
    folder: Path = field(default=_FOLDER)

    @property
    def given(self) -> tuple[Load, ...]:
        """The files that the user brings."""
        return tuple(load for load in self.loads if load.is_given)


def example_names() -> tuple[str, ...]:
    """Return the names of the examples.

    >>> example_names()
    ('europe', 'india', 'mexico')
    """
    return tuple(sorted(path.parent.name for path in _FOLDER.glob(f"*/{_ABOUT}")))


def example(name: str) -> Example:
    """Return an example by its name; raise NotFoundError with the nearest one.

    >>> example("mexico").settings["currency"]
    'MXN'
    """
    if name not in example_names():
        raise NotFoundError.named(text("example"), name, example_names())
    folder = _FOLDER / name
    said = tomllib.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    loads = tuple(Load(**load) for load in said.pop("loads"))
    return Example(
        id=name,
        folder=folder,
        loads=loads,
        settings=MappingProxyType(said.pop("settings")),
        without=tuple(said.pop("without", ())),
        **said,
    )


def open_example(
    name: str,
    url: str | Path,
    *,
    files: Path | None = None,
    on_step: OnStep = lambda _name, _done, _total: None,
    with_plan: bool = True,
) -> Programme:
    """Open the example at ``url``, building what there is not yet.

    Parameters
    ----------
    name : of the example
    url : a file, or the URL of a database
    files : the folder of the files that are not packaged
    on_step : called with the name of each step, how many are done and how many there are
    with_plan : whether a plan is made where none is adopted

    Raises
    ------
    NotFoundError
        there is no such example, or a file that the user brings is not in ``files``
    ConflictError
        ``url`` holds another programme
    """
    chosen = example(name)
    programme = open_existing(
        url,
        lambda there: (there.store.kept(_KIND, _MARK) or {}).get("id") == chosen.id,
        coded("examples.another_programme", "this is a different programme"),
        text("name another file with --database"),
    )
    if programme is None:
        given = _given(chosen, files)
        programme = build_whole(url, lambda draft: _build(chosen, draft, given, on_step))
    try:
        if with_plan and chosen.years and not programme.workspace.is_adopted("plan"):
            _plan(chosen, programme, on_step)
    except BaseException:
        programme.close()
        raise
    total = len(chosen.loads) + 5
    on_step(coded("demo.ready", "ready"), total, total)
    return programme


def _given(asked: Example, files: Path | None) -> Mapping[str, Path]:
    """Return where the files stand that the user brings; raise NotFoundError with each that is missing."""
    places = {load.file: files / load.file for load in asked.given if files is not None}
    missing = [load for load in asked.given if load.file not in places or not places[load.file].is_file()]
    if missing:
        raise NotFoundError(
            coded(
                "examples.missing_files",
                "the example {name} needs files that urbium is not permitted to distribute: {files:list}",
                name=asked.id,
                files=[load.file for load in missing],
            ),
            remedy=text(
                "obtain {first} ({about}), and give its folder with --files",
                first=missing[0].file,
                about=missing[0].about,
            ),
        )
    return places


def _build(asked: Example, url: str | Path, given: Mapping[str, Path], on_step: OnStep) -> Programme:
    """Build an example up to its outlook."""
    programme = new(url, set=asked.set, **asked.settings)
    try:
        steps: Sequence[Step] = [
            (text("importing the catalogue"), lambda: _declare(asked, programme)),
            (text("registering the cities"), lambda: _register(asked, programme)),
            *(_loading(asked, programme, load, given) for load in asked.loads),
            (
                text("scoring the cities, {period}", period=str(asked.period)),
                lambda: _adopt(asked, programme, programme.measure(asked.index, period=asked.period)),
            ),
            (
                text("projecting to {year}", year=str(asked.horizon)),
                lambda: _adopt(asked, programme, programme.forecast(to=asked.horizon)),
            ),
        ]
        for done, (name, step) in enumerate(steps):
            on_step(name, done, len(steps) + 1)
            step()
        programme.store.keep(_KIND, _MARK, {"id": asked.id}, by=_BY, reason=_reason(asked))
    except BaseException:
        programme.close()
        raise
    return programme


def _reason(asked: Example) -> str:
    return f"example {asked.id}"


def _declare(asked: Example, programme: Programme) -> None:
    programme.catalogues.bring(asked.folder / "catalogue", by=_BY, reason=_reason(asked))


def _register(asked: Example, programme: Programme) -> None:
    programme.register_file(asked.folder / "cities.csv", by=_BY, reason=_reason(asked))


def _loading(asked: Example, programme: Programme, load: Load, given: Mapping[str, Path]) -> Step:
    path = given[load.file] if load.is_given else asked.folder / load.file
    beside = asked.folder / load.mapping
    mapping = beside if beside.is_file() else load.mapping

    def step() -> None:
        reading = programme.check(path, mapping=mapping)
        programme.record(reading, by=_BY, reason=_reason(asked))
        if load.accept:
            suspect = reading.table.filter(pl.col("status") == Status.SUSPECT)
            for city, variable, period in suspect.select("city", "variable", "period").iter_rows():
                programme.accept(city, variable, period, by=_BY, reason=load.accept)

    return text("loading {file} and checking each figure", file=load.file), step


def _adopt(asked: Example, programme: Programme, result: Result) -> None:
    programme.adopt(
        result, by=_BY, reason=_reason(asked), accept_unproven=True
    )  # a busy machine proves little


def _plan(asked: Example, programme: Programme, on_step: OnStep) -> None:
    done = len(asked.loads) + 4
    on_step(
        coded(
            "demo.plan", "planning {years} with a budget of {budget}", years=asked.years, budget=asked.budget
        ),
        done,
        done + 1,
    )
    plan = programme.plan(
        years=asked.years,
        budget=asked.budget,
        without=asked.without,
        work_limit=_SEARCH_WORK,
        time_limit=GUARD,
    )
    _adopt(asked, programme, plan)
