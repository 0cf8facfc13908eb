"""How fast an index is built, and how fast its uncertainty is known; beside plain numpy, and COINr in R.

The same inputs go three ways: through urbium; in the same process through plain numpy, one column or one
run after the other; and through COINr, where Rscript and that package are there (``coinr.R`` beside this
file). Scores must agree. Where COINr is not there, figures of it measured earlier are printed, and marked.
All times are those of the processor. A full run takes about a minute, COINr another five; a quick run ten
seconds.

    python bench/measure.py [--quick] [--json]
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

import history
from urbium.measure.aggregate import Tree, tree
from urbium.measure.matrix import Matrix, matrix
from urbium.measure.means import copeland
from urbium.measure.pipeline import Method, build
from urbium.measure.uncertainty.choices import DataNoise, Factor, MeanChoices, StepChoices, WeightSets
from urbium.measure.uncertainty.intervals import uncertainty_of
from urbium.measure.weighting.weights import noisy
from urbium.model import Choice, Index, IndexNode

REFERENCE = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "reference" / "coinr"
ROWS, COLUMNS, PILLARS, RUNS, UNITS, CRITERIA = 10_000, 100, 10, 1000, 1000, 10
ENOUGH, LIMIT = 0.66, 5
SEED = 20_120_805
TARGETS = {
    "large_build": 1.0, "asem_runs": 0.5, "large_runs": 90.0, "large_runs_peak_gb": 4.0, "copeland": 1.0,
}  # fmt: skip
COINR_EARLIER = {"asem_build": 0.13, "large_build": 11.3, "asem_runs": 94.0, "copeland": 133.0}
AGREES = 1e-9


@dataclass(frozen=True)
class Problem:
    """An index to compute: what is known, the tree, and the method."""

    name: str
    raw: Matrix
    layout: Tree
    by: dict[str, str]  # the denominator of an indicator

    @property
    def method(self) -> Method:
        """Denominate, screen, impute, treat, normalise, aggregate."""
        only = {
            below: "|".join(name for name, each in self.by.items() if each == below)
            for below in dict.fromkeys(self.by.values())
        }
        steps = [f"denominate(by={below}, only={names})" for below, names in only.items()]
        rest = [f"screen(availability={ENOUGH})", "impute-mean(group=region)", f"winsorise(limit={LIMIT})"]
        return Method(Choice.row(" > ".join([*steps, *rest, "min-max"])), (Choice("arithmetic"),))


def laid_out(nodes: list[tuple[str, str, float]]) -> tuple[Tree, tuple[str, ...]]:
    """Return the tree of nodes, and its leaves in order."""
    made = tuple(IndexNode(name, parent, weight, {}) for name, parent, weight in nodes)
    index = Index(nodes[0][0], {}, made, (), (), 0.0, 0)
    return tree(index), index.indicators


def made_up(rows: int, columns: int, pillars: int) -> Problem:
    """Return a seeded problem: skewed figures, one in twenty missing, half of them to be denominated."""
    draw = np.random.default_rng(SEED)
    nodes = [("Index", "", 1.0), ("S0", "Index", 1.0), ("S1", "Index", 1.0)]
    nodes += [(f"P{place}", f"S{place % 2}", 1.0) for place in range(pillars)]
    nodes += [(f"I{place}", f"P{place * pillars // columns}", 1.0) for place in range(columns)]
    layout, names = laid_out(nodes)
    values = draw.lognormal(0, draw.uniform(0.2, 1.2, columns), (rows, columns))
    values[draw.random(values.shape) < 0.05] = np.nan
    raw = matrix(
        values,
        directions=np.where(draw.random(columns) < 0.3, -1, 1),
        rows=tuple(f"U{place}" for place in range(rows)),
        columns=names,
        parents=layout.parents,
        groups={"region": np.array([f"R{place}" for place in draw.integers(0, 5, rows)], dtype=object)},
        denominators={"Population": draw.lognormal(3, 0.5, rows)},
    )
    return Problem(f"seeded {rows:,} x {columns}", raw, layout, dict.fromkeys(names[::2], "Population"))


def asem() -> Problem:
    """Return the ASEM example of COINr, or one of its size where that is not there."""
    if not REFERENCE.is_dir():
        return made_up(51, 49, 8)
    meta = pl.read_csv(REFERENCE / "in_ASEM_iMeta.csv", null_values=["NA"]).to_dicts()
    data = pl.read_csv(REFERENCE / "in_ASEM_iData.csv", null_values=["NA"])
    tops = sorted((row for row in meta if row["Type"] == "Aggregate"), key=lambda row: -int(row["Level"]))
    leaves = [row for row in meta if row["Type"] == "Indicator"]
    nodes = [(row["iCode"], row["Parent"] or "", float(row["Weight"])) for row in [*tops, *leaves]]
    layout, names = laid_out(nodes)
    own = {row["iCode"]: row for row in leaves}
    denominators = {name: own[name]["Denominator"] for name in names if own[name]["Denominator"]}
    raw = matrix(
        data.select(pl.col(names).cast(pl.Float64)).fill_null(np.nan).to_numpy(),
        directions=np.array([int(own[name]["Direction"]) for name in names]),
        rows=tuple(data["uCode"]),
        columns=names,
        parents=layout.parents,
        groups={"region": data["EurAsia_group"].to_numpy()},
        denominators={name: data[name].cast(pl.Float64).to_numpy() for name in set(denominators.values())},
    )
    return Problem("ASEM 51 x 49", raw, layout, denominators)


def choices(problem: Problem, *, is_noisy: bool = False) -> list[Factor]:
    """Return what varies: winsorising, scale, weights and means; with noise the data too."""
    parents = [node.parent for node in problem.layout.nodes]
    sets = noisy(problem.layout.weights, parents, 0.25, 100, np.random.default_rng(SEED))
    found: list[Factor] = [
        StepChoices.of("winsorise", *(f"winsorise(limit={limit})" for limit in range(1, LIMIT + 1))),
        StepChoices.of("min-max", "min-max(low=1, high=100)", "z-score(mean=200, spread=10)"),
        WeightSets(sets),
        MeanChoices.of("arithmetic", "geometric"),
    ]
    return [*found, DataNoise(np.full(problem.raw.values.shape, 0.05))] if is_noisy else found


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Run ``work`` and return how many seconds of the processor it took, and what it returned."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Run ``work`` several times and return the least seconds, and what it returned."""
    made = [timed(work) for _ in range(times)]
    return min(seconds for seconds, _ in made), made[0][1]


# The same in plain numpy


def plain_treated(column: np.ndarray) -> np.ndarray:
    """Move the extreme value to the next one until the column passes; else take the logarithm."""
    moved = column.copy()
    for _ in range(LIMIT + 1):
        known = moved[~np.isnan(moved)]
        skew = stats.skew(known, bias=False)
        if abs(skew) < 2 or stats.kurtosis(known, bias=False) < 3.5:
            return moved
        end, inner = (known.max(), known[known < known.max()].max()) if skew > 0 else (
            known.min(), known[known > known.min()].min()
        )  # fmt: skip
        moved[moved == end] = inner
    low, high = np.nanmin(column), np.nanmax(column)
    return np.asarray(np.log(column - low + 0.01 * (high - low)))


def plain_scores(problem: Problem) -> np.ndarray:
    """Compute the index column by column, the tree node by node."""
    raw, region = problem.raw, problem.raw.groups["region"]
    columns = {}
    for place, name in enumerate(raw.columns):
        below = problem.by.get(name)
        columns[name] = raw.values[:, place] / (raw.denominators[below] if below else 1.0)
    counts = np.array(
        [sum(not math.isnan(columns[name][row]) for name in columns) for row in range(len(region))]
    )
    is_in = counts >= ENOUGH * len(columns)
    for name, direction in zip(raw.columns, raw.directions, strict=True):
        column = np.where(is_in, columns[name], np.nan)
        for each in set(region):
            column[is_in & np.isnan(column) & (region == each)] = np.nanmean(column[region == each])
        column = direction * plain_treated(column)
        columns[name] = 100 * (column - np.nanmin(column)) / (np.nanmax(column) - np.nanmin(column))
    for place in reversed(problem.layout.inner):
        node, members = problem.layout.nodes[place], problem.layout.children[place]
        total = sum(problem.layout.nodes[child].weight for child in members)
        parts = [problem.layout.nodes[child] for child in members]
        columns[node.id] = np.sum([part.weight * columns[part.id] for part in parts], axis=0) / total
    return np.asarray(columns[problem.layout.nodes[0].id])


def plain_copeland(values: np.ndarray) -> np.ndarray:
    """Compare each row with all others."""
    return np.array([np.sign(np.sign(row - values).sum(axis=1)).sum() for row in values])


def build_a_run(problem: Problem, factors: list[Factor], runs: int) -> np.ndarray:
    """Compute each run as a build of its own."""
    found = []
    position = uncertainty_of(problem.raw, problem.layout, problem.method, factors, runs=runs).positions
    steps, scales, sets, means = factors
    assert isinstance(steps, StepChoices)
    assert isinstance(scales, StepChoices)
    assert isinstance(sets, WeightSets)
    assert isinstance(means, MeanChoices)
    for taken in position.tolist():
        start = problem.method.steps[:-2]
        method = Method(
            start + steps.alternatives[taken[0]] + scales.alternatives[taken[1]], (means.ways[taken[3]],)
        )
        found.append(build(problem.raw, problem.layout, method, weights=sets.sets[taken[2]]).root)
    return np.array(found)


# The parts


def build_part(name: str, problem: Problem, folder: Path) -> dict[str, Any]:
    """Build an index both ways, compare, and leave its inputs for COINr."""
    seconds, found = best(lambda: build(problem.raw, problem.layout, problem.method))
    loop, expected = timed(lambda: plain_scores(problem))
    assert np.allclose(found.root, expected, rtol=AGREES, equal_nan=True), "both ways agree"
    write_for_coinr(name, problem, folder)
    return {f"{name}_build": seconds, f"{name}_build_loop": loop, f"{name}_scores": found.root}


def asem_runs_part(problem: Problem, runs: int) -> dict[str, Any]:
    """Make the runs of the small index, together and one by one."""
    factors = choices(problem)

    def together(asked: list[Factor] = factors) -> Any:  # noqa: ANN401 - an Uncertainty
        return uncertainty_of(problem.raw, problem.layout, problem.method, asked, runs=runs)

    seconds, found = best(together)
    loop, expected = timed(lambda: build_a_run(problem, factors, runs))
    assert np.allclose(found.scores, expected, rtol=1e-6), "both ways agree"
    noise, _ = timed(lambda: together(choices(problem, is_noisy=True)))
    return {"asem_runs": seconds, "asem_runs_loop": loop, "asem_noise_runs": noise}


def large_runs_part(rows: int, runs: int, noise_runs: int) -> dict[str, Any]:
    """Make the runs of the large index, each kind in a fresh process, whose peak of memory is read."""
    found: dict[str, Any] = {}
    for name, asked, kind in (("large_runs", runs, "plain"), ("large_noise_runs", noise_runs, "noisy")):
        command = [sys.executable, __file__, "--child", kind, str(rows), str(asked)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        found |= {name: told["seconds"], f"{name}_peak_gb": told["peak_gb"], f"{name}_count": asked}
    return found


def child(kind: str, rows: int, runs: int) -> None:
    """Make the runs of the large index and print seconds and peak of memory as JSON."""
    problem = made_up(rows, COLUMNS, PILLARS)
    factors = choices(problem, is_noisy=kind == "noisy")
    seconds, _ = timed(
        lambda: uncertainty_of(problem.raw, problem.layout, problem.method, factors, runs=runs)
    )
    print(json.dumps({"seconds": seconds, "peak_gb": peak_gb()}))


def peak_gb() -> float:
    """Return the most memory this process has held, in GB; NaN where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 / 1e9 for line in lines if line.startswith("VmHWM")), math.nan)


def copeland_part(units: int, folder: Path) -> dict[str, Any]:
    """Rank units by Copeland both ways, and leave the values for COINr."""
    values = np.round(np.random.default_rng(SEED).uniform(0, 100, (units, CRITERIA)), 1)
    seconds, found = best(lambda: copeland(values, np.ones(CRITERIA)))
    loop, expected = timed(lambda: plain_copeland(values))
    assert (found == expected).all(), "both ways agree"
    pl.DataFrame(values).write_csv(folder / "copeland.csv")
    return {"copeland": seconds, "copeland_loop": loop, "copeland_scores": found}


# COINr


def write_for_coinr(name: str, problem: Problem, folder: Path) -> None:
    """Write an index as the two tables that COINr reads."""
    raw, layout = problem.raw, problem.layout
    columns = {code: raw.values[:, place] for place, code in enumerate(raw.columns)}
    head = {"uCode": list(raw.rows), "Region_group": list(raw.groups["region"])}
    pl.DataFrame({**head, **raw.denominators, **columns}).fill_nan(None).write_csv(
        folder / f"{name}_data.csv", null_value="NA"
    )
    rows = [
        {
            "Level": layout.heights[place] + 1, "iCode": node.id, "iName": node.id, "Weight": node.weight,
            "Direction": int(raw.directions[raw.columns.index(node.id)]) if place in layout.leaves else 1,
            "Parent": node.parent or None, "Denominator": problem.by.get(node.id),
            "Type": "Indicator" if place in layout.leaves else "Aggregate",
        }
        for place, node in enumerate(layout.nodes)
    ]  # fmt: skip
    others = {"Region_group": "Group"} | dict.fromkeys(raw.denominators, "Denominator")
    rows += [{"iCode": code, "iName": code, "Type": kind} for code, kind in others.items()]
    pl.DataFrame(rows, infer_schema_length=None).write_csv(folder / f"{name}_meta.csv", null_value="NA")


def coinr_figures(folder: Path, runs: int, ours: dict[str, Any]) -> dict[str, float]:
    """Run COINr on the same inputs and compare the scores; empty where it is not there."""
    program = shutil.which("Rscript")
    if (
        program is None
        or subprocess.run([program, "-e", "library(COINr)"], capture_output=True, check=False).returncode
    ):
        return {}
    script = Path(__file__).with_name("coinr.R")
    done = subprocess.run([program, script, folder, str(runs)], check=True, capture_output=True, text=True)
    for name in ("asem", "large"):
        stored = pl.read_csv(folder / f"{name}_scores_r.csv", null_values=["NA"])
        units = pl.read_csv(folder / f"{name}_data.csv", columns=["uCode"])
        theirs = units.join(stored, on="uCode", how="left", maintain_order="left")["Index"].to_numpy()
        assert np.allclose(ours[f"{name}_scores"], theirs, rtol=AGREES, equal_nan=True), "COINr agrees"
    ranks = pl.read_csv(folder / "copeland_r.csv")["score"].to_numpy()
    differ = int((ranks != ours["copeland_scores"]).sum())
    lines = [line.split() for line in done.stdout.splitlines() if line.strip()]
    return {name: float(seconds) for name, seconds in lines} | {"copeland_differs": differ}


# The table


def line(told: str, ours: float, loop: float | None, coinr: float | None, mark: str) -> str:
    """Write one line of the table: seconds, and how many times faster."""
    parts = [f"{told:44}{ours:10.3f}"]
    parts += [
        f"{other:12.2f}{other / ours:9.0f}x" if other is not None else f"{'':22}" for other in (loop, coinr)
    ]
    return "".join(parts).rstrip() + (mark if coinr is not None else "")


def print_table(found: dict[str, Any], small: str, runs: int, units: int, rows: int) -> None:
    """Print what was measured."""
    measured, is_whole = found["coinr"], rows == ROWS
    earlier = {name: value for name, value in COINR_EARLIER.items() if is_whole or name == "asem_build"}
    coinr, mark = (measured, "") if measured else (earlier, " *")
    print(f"{'':44}{'urbium, s':>10}{'plain, s':>12}{'':10}{'COINr, s':>12}")
    lines = [
        (f"build {small}", "asem_build"),
        (f"build {rows:,} x {COLUMNS}", "large_build"),
        (f"{runs:,} runs of {small}", "asem_runs"),
        ("  the same with data noise", "asem_noise_runs"),
        (f"{found['large_runs_count']:,} runs of {rows:,} x {COLUMNS}", "large_runs"),
        (f"  {found['large_noise_runs_count']:,} with data noise: a build each", "large_noise_runs"),
        (f"Copeland, {units:,} units x {CRITERIA} criteria", "copeland"),
    ]
    for told, name in lines:
        print(line(told, found[name], found.get(f"{name}_loop"), coinr.get(name), mark))
    print("seconds of the processor, so that a busy machine does not count")
    print("plain: numpy in the same process, column by column; of the runs: a build of ours for each")
    peaks = found["large_runs_peak_gb"], found["large_noise_runs_peak_gb"]
    print(f"peak of memory of the large runs: {peaks[0]:.2f} GB, with data noise {peaks[1]:.2f} GB")
    if measured:
        print("COINr: measured in this session on the same inputs; its scores agree to 1e-9;")
        print(f"Copeland differs in {measured['copeland_differs']:.0f} units (float sums against 0.5)")
    else:
        print("* COINr 1.1.14 is not here: measured earlier on 2 busy cores, at full size")


def main() -> int:
    """Run the benchmark; return 1 when a target is missed."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--json", action="store_true", help="end with one line of JSON")
    arguments.add_argument("--quick", action="store_true", help="a tenth of the runs, cities and units")
    arguments.add_argument("--child", nargs=3, metavar=("KIND", "ROWS", "RUNS"), help=argparse.SUPPRESS)
    history.add_option(arguments)
    asked = arguments.parse_args()
    if asked.child:
        child(asked.child[0], int(asked.child[1]), int(asked.child[2]))
        return 0
    part = 10 if asked.quick else 1
    rows, runs, units = ROWS // part, RUNS // part, UNITS // part
    small = asem()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = build_part("asem", small, folder) | build_part(
            "large", made_up(rows, COLUMNS, PILLARS), folder
        )
        found |= asem_runs_part(small, runs) | large_runs_part(rows, runs, runs // 10)
        found |= copeland_part(units, folder)
        found["coinr"] = coinr_figures(folder, runs, found)
    print_table(found, small.name, runs, units, rows)
    missed = [name for name, limit in TARGETS.items() if found[name] > limit]
    print(f"targets ({', '.join(f'{name} < {limit:g}' for name, limit in TARGETS.items())}):")
    print(f"MISSED: {', '.join(missed)}" if missed else "all met")
    if asked.json:
        figures = {name: value for name, value in found.items() if not isinstance(value, np.ndarray)}
        print(json.dumps(figures))
    if asked.record:
        numbers = {name: value for name, value in found.items() if isinstance(value, int | float)}
        history.record("measure", numbers, case="quick" if asked.quick else "full")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
