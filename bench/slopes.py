"""How time and memory grow with a programme: four sizes, up to a tenth of 20,000 cities by 1,000 variables.

Each size is a programme of its own in a process of its own. Its figures arrive in files of some 50,000; then
all cities are measured by an index of every variable, the figures of single cities are read, and all are
exported as Parquet. Times are those of the processor, for others use the machine, too. The exponent is the
slope of the line through the logarithms of time and figures (1: twice the figures, twice the time); the last
one is that of the two largest sizes alone, in which what every start costs weighs least. Memory is the most
that the process held during a phase; flat are those phases that hold a file, a city or a variable at a time,
and a measure holds every figure.

    python bench/slopes.py [--cities 20000] [--variables 1000] [--parts 80 40 20 10] [--record]
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import history
from apart import apart
from urbium.catalogue import Catalogue, load_catalogue
from urbium.measure import measure_index
from urbium.model import City, IndexNode, Source
from urbium.programme import Programme, new
from urbium.store import FileStamp

MOST_EXPONENT = 1.05
MOST_GROWTH = 1.25
"""How often the memory of the smallest size a flat phase may take at the largest, eight times as large."""
PHASES = ("import", "city", "export", "measure")
FLAT = PHASES[:3]
FILE = 50_000
ASKED = 20
YEAR = 2024
PILLAR = 50


def names(count: int) -> list[str]:
    """Return the ids of made-up variables."""
    return [f"variable_{place:04}" for place in range(count)]


def catalogue_of(count: int) -> Catalogue:
    """Return a catalogue with an index of so many indicators, each of a variable of its own."""
    base = load_catalogue()
    variable, indicator = base.variables["population"], next(iter(base.indicators.values()))
    variables = {name: replace(variable, id=name) for name in names(count)}
    indicators = {
        name: replace(
            indicator,
            id=name,
            unit="persons",
            numerator=((name, 1),),
            denominator=(),
            factor=1.0,
            direction=1,
        )
        for name in variables
    }
    pillars = [f"pillar_{place}" for place in range(-(-count // PILLAR))]
    index = replace(
        base.indices["u4ssc"],
        id="slopes",
        nodes=(
            IndexNode("slopes", "", 1.0, {}),
            *(IndexNode(pillar, "slopes", 1 / len(pillars), {}) for pillar in pillars),
            *(IndexNode(name, pillars[at // PILLAR], 1 / PILLAR, {}) for at, name in enumerate(variables)),
        ),
    )
    return replace(base, variables=variables, indicators=indicators, indices={"slopes": index})


def files(cities: list[str], variables: list[str]) -> Iterator[pl.DataFrame]:
    """Yield the figures of all cities and variables in one year, in files of some 50,000."""
    draw, together = np.random.default_rng(0), max(FILE // len(variables), 1)
    constant = {"period": str(YEAR), "unit": "persons", "area": "city", "status": "reported"}
    constant |= {"quality": "measured", "source": "bench", "sheet": "", "reason": ""}
    for first in range(0, len(cities), together):
        some = cities[first : first + together]
        size = len(some) * len(variables)
        yield pl.DataFrame(
            {
                "city": np.repeat(some, len(variables)),
                "variable": variables * len(some),
                "value": np.round(draw.lognormal(5, 2, size), 2),
                "cell": [f"C{row}" for row in range(2, size + 2)],
            }
        ).with_columns(
            *(pl.lit(text).alias(name) for name, text in constant.items()),
            file=pl.lit(f"cities-{first}.csv"),
        )


def grown(cities: int, variables: int) -> dict[str, Any]:
    """Make a programme of a size and return the seconds and megabytes of each phase."""
    codes = [f"{100_000 + place}" for place in range(cities)]
    found: dict[str, float] = {"figures": cities * variables}
    catalogue = catalogue_of(variables)
    with tempfile.TemporaryDirectory() as folder:
        with new(Path(folder) / "grown.db", nation="NLD", currency="EUR", name="Growth") as programme:
            programme.register(
                cities=[City(code, {"en": code}, "municipality") for code in codes],
                by="bench",
                reason="growth",
            )
            programme.store.add_sources([Source("bench", "bench", "bench")], by="bench", reason="growth")
            work = {
                "import": lambda: bring(programme, codes, variables),
                "city": lambda: ask(programme, codes, variables),
                "export": lambda: hand_out(programme, Path(folder) / "figures.parquet", cities * variables),
                "measure": lambda: measure(programme, catalogue),
            }
            for phase, step in work.items():
                found |= {f"{phase} {figure}": value for figure, value in weighed(step).items()}
        found["file mb"] = (Path(folder) / "grown.db").stat().st_size / 1e6
    return found


def bring(programme: Programme, cities: list[str], variables: int) -> None:
    """Import all files."""
    for number, table in enumerate(files(cities, names(variables))):
        stamp = FileStamp(table["file"][0], f"{number:064x}")
        assert programme.store.record(table, by="bench", reason="growth", file=stamp).stored == table.height


def ask(programme: Programme, cities: list[str], variables: int) -> None:
    """Read the figures of some cities, one after the other."""
    for code in np.random.default_rng(1).choice(cities, ASKED):
        assert programme.observations(cities=[str(code)]).height == variables


def hand_out(programme: Programme, path: Path, figures: int) -> None:
    """Export all figures as Parquet."""
    programme.export(path)
    assert pl.scan_parquet(path).select(pl.len()).collect().item() == figures


def measure(programme: Programme, catalogue: Catalogue) -> None:
    """Measure every city by every variable."""
    scores = measure_index(
        programme.observations(), catalogue.indices["slopes"], catalogue,
        cities=programme.cities(), period=YEAR, runs=0,
    )  # fmt: skip
    assert scores.table["score"].null_count() == 0


def weighed(step: Callable[[], None]) -> dict[str, float]:
    """Do a step; return its seconds of the processor, and the most memory that the process held, in MB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the peak begins again
    began = time.process_time()
    step()
    seconds = time.process_time() - began
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert peak is not None
    return {"seconds": seconds, "mb": int(peak[1]) / 1024}


def exponent(sizes: list[float], seconds: list[float]) -> float:
    """Return the slope of the line of least squares through the logarithms.

    >>> round(exponent([1.0, 2.0, 4.0], [3.0, 12.0, 48.0]), 9)
    2.0
    """
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def main() -> int:
    """Grow, print and judge; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cities", type=int, default=20_000)
    parser.add_argument("--variables", type=int, default=1_000)
    parser.add_argument("--parts", type=int, nargs="+", default=[80, 40, 20, 10])
    history.add_option(parser)
    options = parser.parse_args()
    cities = [options.cities // part for part in options.parts]
    rows = []
    for count in cities:
        rows.append(apart(partial(grown, count, options.variables)))
        words = (
            f"{phase} {rows[-1][f'{phase} seconds']:.2f} s {rows[-1][f'{phase} mb']:.0f} MB"
            for phase in PHASES
        )
        print(f"{count} cities, {rows[-1]['figures']:,} figures: {', '.join(words)}", flush=True)
        if options.record:
            history.record("slopes", rows[-1], case=f"{count} cities, {options.variables} variables")
    judged: dict[str, float] = {}
    for phase in PHASES:
        sizes, seconds = ([row[name] for row in rows] for name in ("figures", f"{phase} seconds"))
        judged |= {
            f"{phase} exponent": exponent(sizes, seconds),
            f"{phase} last exponent": exponent(sizes[-2:], seconds[-2:]),
            f"{phase} memory growth": rows[-1][f"{phase} mb"] / rows[0][f"{phase} mb"],
        }
        print(
            f"{phase:8}"
            + "".join(
                f"  {name.partition(' ')[2]} {value:.2f}"
                for name, value in judged.items()
                if name.startswith(phase)
            )
        )
    if options.record:
        history.record(
            "slopes", judged, case=f"{cities[0]} to {cities[-1]} cities, {options.variables} variables"
        )
    is_met = all(judged[f"{phase} exponent"] <= MOST_EXPONENT for phase in PHASES) and all(
        judged[f"{phase} memory growth"] <= MOST_GROWTH for phase in FLAT
    )
    targets = f"exponents at most {MOST_EXPONENT}, memory of {', '.join(FLAT)} at most {MOST_GROWTH} times"
    print(f"targets: {targets}: {'met' if is_met else 'MISSED'}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
