"""The demo programme: 286 Chinese cities, real yearbook figures, and the whole loop run once over them.

The tables under ``data/demo`` are compiled facts with their sources; what is not known is not there. The
plan's years, budget and the assumptions it rests on are an example, and are called so on every page.
"""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from urbium.catalogue import DATA
from urbium.errors import ConflictError, NotFoundError
from urbium.model import NATION, City, Pilot
from urbium.programme import Programme, new, open_programme, upgrade
from urbium.result import Result
from urbium.text import Text, text

__all__ = ["DEMO", "open_demo"]

DEMO = DATA / "demo"
"""The folder of the demo tables."""

INDEX, PERIOD, HORIZON = "yearbook", 2012, 2035
YEARS, BUDGET = "2016-2020", "12 bn CNY/year"
SEARCH_SECONDS = 20.0

_COMPILE = "from urbium.plan.search.national import compile_loops; compile_loops({!r})"
"""What other processes do while the demo is built; where they cannot, the planner compiles for itself."""

_FIGURES = 37_537
_BY, _REASON = "urbium demo", "demo programme"

OnStep = Callable[[str, int, int], None]


def open_demo(url: str | Path, *, on_step: OnStep = lambda _name, _done, _total: None) -> Programme:
    """Open the demo programme at ``url``, building it first when there is none.

    ``on_step`` is called with the name of each step, how many are done and how many there are. A build that
    is stopped half-way leaves no file behind. Raises ConflictError when ``url`` holds another programme.
    """
    if "://" in str(url):
        try:
            return _opened(url)
        except NotFoundError:
            return _build(url, on_step)
    target = Path(url)
    if not target.exists():
        with tempfile.TemporaryDirectory(prefix=".urbium-demo-", dir=target.parent) as folder:
            draft = Path(folder) / "demo.db"
            _build(draft, on_step).close()
            with suppress(FileExistsError):  # another build was faster: its programme is as good
                target.hardlink_to(draft)
    return _opened(target)


def _opened(url: str | Path) -> Programme:
    """Open a demo programme, and no other."""
    upgrade(url)  # a demo is an example: nobody waits to be asked
    programme = open_programme(url)
    if programme.store.kept("programme", "name") is None:
        programme.close()
        raise ConflictError(
            text("demo.another_programme", "this is another programme"),
            place=programme.store.place,
            remedy=text("demo.another_programme.remedy", "name another file for the demo"),
        )
    return programme


def _build(url: str | Path, on_step: OnStep) -> Programme:
    programme = new(url)
    compilers = [
        subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-c", _COMPILE.format(part)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for part in ("cities", "nation")
    ]
    steps: list[tuple[Text, Callable[[], object]]] = [
        (text("demo.cities", "registering cities and pilots"), lambda: _register(programme)),
        (text("demo.nation", "loading national series"), lambda: _load(programme, "national.csv")),
        (text("demo.ages", "loading ages of the nation"), lambda: _load_ages(programme)),
        (
            text("demo.figures", "loading {number:,} city figures and checking each", number=_FIGURES),
            lambda: _load(programme, "observations.csv"),
        ),
        (
            text("demo.scores", "scoring the cities, {period}", period=PERIOD),
            lambda: _adopt(programme, programme.measure(INDEX, period=PERIOD)),
        ),
        (
            text("demo.outlook", "looking ahead to {horizon}", horizon=HORIZON),
            lambda: _adopt(programme, programme.forecast(to=HORIZON)),
        ),
        (
            text("demo.compiling", "compiling the planner"),
            lambda: [compiler.wait() for compiler in compilers],
        ),
        (
            text("demo.plan", "planning {years} under {budget}", years=YEARS, budget=BUDGET),
            lambda: _adopt(programme, programme.plan(years=YEARS, budget=BUDGET, time_limit=SEARCH_SECONDS)),
        ),
        (text("demo.name", "naming the programme"), lambda: _name(programme)),
    ]
    try:
        for done, (name, step) in enumerate(steps):
            on_step(name, done, len(steps))
            step()
    except BaseException:
        programme.close()
        raise
    finally:
        for compiler in compilers:
            compiler.kill()
            compiler.wait()
    on_step(text("demo.ready", "ready"), len(steps), len(steps))
    return programme


def _register(programme: Programme) -> None:
    programme.register(cities=[_nation(), *_cities()], pilots=list(_pilots()), by=_BY, reason=_REASON)


def _load(programme: Programme, table: str) -> None:
    programme.load(DEMO / table, by=_BY, reason=_REASON)


def _load_ages(programme: Programme) -> None:
    programme.load_ages(DEMO / "cohorts.csv", by=_BY, reason=_REASON)


def _adopt(programme: Programme, result: Result) -> None:
    programme.adopt(result, by=_BY, reason=_REASON)


def _name(programme: Programme) -> None:
    name = {"en": "China's cities, a demonstration", "zh": "中国城市示范"}
    programme.store.keep("programme", "name", name, by=_BY, reason=_REASON)


def _rows(table: str) -> Iterator[dict[str, str]]:
    with (DEMO / table).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _nation() -> City:
    return City("CHN", {"en": "China", "zh": "中国"}, NATION)


def _cities() -> Iterator[City]:
    for row in _rows("cities.csv"):
        yield City(
            code=row["code"],
            name={"en": row["name_en"], "zh": row["name_zh"]},
            level=row["level"],
            province={"en": row["province_en"], "zh": row["province_zh"]},
            latitude=float(row["lat"]),
            longitude=float(row["lon"]),
            parent="CHN",
            note=" ".join(part for part in (row["geo_note"], row["code_note"]) if part),
            valid_to=row["valid_to"],
        )


def _pilots() -> Iterator[Pilot]:
    for row in _rows("pilots.csv"):
        number, _, remark = row["batch"].partition(" ")
        is_widened = "expansion" in row["batch"]
        yield Pilot(
            programme="MOHURD national smart city pilots",
            round=number.removesuffix("-expansion"),
            kind="widened" if is_widened else "new",
            name={"en": row["name_en"], "zh": row["name_zh"]},
            province=row["province"],
            level=row["level"],
            year=int(row["year"]),
            source=row["source"] + (f" {remark}" if remark else ""),
        )
