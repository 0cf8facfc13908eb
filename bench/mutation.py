"""How many small faults in the code of each room the tests of that room notice: a mutation run, by a sample.

mutmut makes the mutants (its settings stand in ``pyproject.toml``); how they are run is our own, for three
reasons. There are about 250,000 of them, so a seeded sample must be possible: modules are drawn in proportion
to their size, over all rooms, and of each a few mutants. mutmut runs the tests once and then forks, but
polars' threads do not survive a fork: here the code is imported, which starts none, and the forks come before
tests are collected, some of which read tables meanwhile. And mutmut copies the tests elsewhere, where those
against ``../shared`` would skip.

First the tests of the room (``tests/<room>``) run unchanged, those nearest to the modules drawn first (with
``--near`` they alone, where there are any), for ``--learn`` seconds of processor a module. Then each mutant
gets a process of its own, with the tests whose calls reach the mutated function, the file named like its
module first, then the quick before the slow. It is killed when a test fails, crashes or needs far more
processor time than it should. A mutant that no test reaches has survived (it is not judged where not all
tests were run); so has one that waits without computing, and one that lives through ``--patience`` seconds
of tests, so the score is a lower bound. Each room has its share of ``--minutes``, and its mutants come in a
drawn order. None is left out as equivalent, but a test that fails unchanged is left out. Random tests are
derandomised: a run can be repeated. Not part of ``make test``.

    python bench/mutation.py [--sample 1000] [--seed 1] [--minutes 60] [--patience 3] [--learn 10]
                             [--near] [--room NAME]... [--module NAME]... [--report FILE] [--again FILE]

``--sample 0`` takes every mutant. The report is one JSON line for each mutant, with its change when it
survived; ``--again`` judges those of an earlier report that survived, against the tests as they are now.
See ADR 0015.
"""

import argparse
import difflib
import gc
import hashlib
import importlib
import json
import math
import os
import pkgutil
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Final, TextIO

import history

ROOT: Final = Path(__file__).resolve().parents[1]
THREADS: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
os.environ.update(THREADS)  # before numpy and polars are loaded
os.chdir(ROOT)  # where mutmut looks for its settings

import numpy as np  # noqa: E402
import pytest  # noqa: E402
from mutmut.configuration import config  # noqa: E402
from mutmut.mutation.file_mutation import mutate_file_contents  # noqa: E402
from mutmut.state import state  # noqa: E402

ACTIVE: Final = "MUTANT_UNDER_TEST"  # what mutmut's switches read
NOTICED: Final = {"killed", "timeout", "crash"}
CONTROLS: Final = 2  # runs of each room without any mutant, all of which must pass
PATIENCE: Final = 4.0, 30.0  # a process may wait this much longer than it may compute: a factor, and seconds
MEMORY: Final = 6 * 2**30  # bytes; what wants more has failed
NORMAL: Final = 1.959964  # of a two-sided interval of 95%
SOURCE: Final = ROOT / "src" / "urbium"
_ENTRY: Final = re.compile(r"\s*mutants_\w+\['(\w+)'\] = ")  # of a mutant in the table of its function
KEPT: Final = ROOT / "build" / "mutants"  # modules with their switches: to make one takes seconds
TOP: Final = "top"  # the modules that stand in no room
A_MODULE: Final = 5  # mutants of a module that is drawn: more would cost less, and say less


@dataclass(frozen=True)
class Mutant:
    """One changed function: its room, its module, the name of the switch, its lines before and after."""

    room: str
    module: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def function(self) -> str:
        """The name under which mutmut counts the calls of the function."""
        return self.name.rpartition("__mutmut_")[0]

    @property
    def change(self) -> str:
        """The lines that differ."""
        lines = difflib.unified_diff(self.before, self.after, n=0, lineterm="")
        names = ("---", "+++", "@@")
        return "\n".join(line for line in lines if not line.startswith(names) and "__mutmut_" not in line)


def main() -> None:
    """Draw mutants, and room by room learn which test reaches what and judge them; print the score."""
    asked = _asked()
    former = _survivors(asked.again) if asked.again else {}
    modules = former or drawn(asked.room, asked.module, asked.sample, asked.seed)
    until = time.monotonic() + 60 * asked.minutes
    with tempfile.TemporaryDirectory(prefix="urbium-mutation-") as folder:
        place = Path(folder)
        report = asked.report or place / "report.jsonl"
        mutants = make(place, modules, asked.seed)
        sys.path.insert(0, str(place / "src"))
        os.environ["PYTHONPATH"] = str(place / "src")
        weights = Counter(each.room for each in mutants)
        print(f"{len(mutants)} mutants of {len(modules)} modules in {len(weights)} rooms", flush=True)
        for each in pkgutil.walk_packages([str(place / "src" / "urbium")], "urbium."):
            if not each.name.endswith("__main__"):
                importlib.import_module(each.name)
        gc.freeze()  # what is shared with all processes to come
        with report.open("w", encoding="utf-8") as lines:
            left = len(mutants)
            for room, count in reversed(weights.most_common()):
                now = time.monotonic()
                share = now + (until - now) * count / left  # so that the last rooms get theirs
                chosen = [each for each in mutants if each.room == room]
                judge(chosen, learn(place, room, chosen, asked), share, lines)
                left -= count
        rows = map(json.loads, report.read_text(encoding="utf-8").splitlines())
        verdicts = [(row["room"], row["verdict"]) for row in rows]
    if verdicts:
        _print(verdicts, weights)
        print(_told(verdicts, "" if asked.again else f"seed {asked.seed}; "))
        if asked.record:
            _record(verdicts, asked.seed)


def room_of(path: Path) -> str:
    """Return the room in which a module stands."""
    return path.relative_to(SOURCE).parts[0] if path.parent != SOURCE else TOP


def drawn(rooms: Sequence[str], names: Sequence[str], size: int, seed: int) -> dict[Path, int]:
    """Draw modules in proportion to their size, evenly over the rooms; return how many mutants of each."""
    paths = [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if (not rooms or room_of(path) in rooms) and (not names or path.stem in names)
    ]
    if not size:
        return dict.fromkeys(paths, sys.maxsize)
    ends = np.cumsum([path.stat().st_size for path in paths])
    of_each = min(size, A_MODULE)
    draws = math.ceil(size / of_each)
    spots = (np.arange(draws) + np.random.default_rng(seed).random()) / draws * ends[-1]
    takes = Counter(paths[at] for at in np.searchsorted(ends, spots, side="right"))
    return {path: times * of_each for path, times in takes.items()}


def make(place: Path, modules: Mapping[Path, int | set[str]], seed: int) -> list[Mutant]:
    """Write a copy of the source in which the functions of modules can be switched; return some mutants."""
    shutil.copytree(ROOT / "src", place / "src", ignore=shutil.ignore_patterns("__pycache__"))
    random = np.random.default_rng(seed)
    mutants = []
    for path, wanted in modules.items():
        relative = path.relative_to(ROOT)
        code, spans = _switched(relative)
        lines = code.splitlines()
        texts = {name: tuple(lines[start - 1 : end]) for name, (start, end) in spans.items()}
        module = ".".join(relative.with_suffix("").parts[1:])
        names = random.permutation(sorted(name for name in spans if not name.endswith("_orig"))).tolist()
        if isinstance(wanted, int):
            chosen = names[:wanted]
        else:
            chosen = [name for name in names if f"{module}.{name}" in wanted]
        (place / relative).write_text(_without(set(names) - set(chosen), lines, spans), encoding="utf-8")
        for name in chosen:
            before = texts[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
            mutants.append(Mutant(room_of(path), path.stem, f"{module}.{name}", before, texts[name]))
    random.shuffle(mutants)  # what time does not reach is then no module's alone
    return mutants


Spans = Mapping[str, tuple[int, int]]
"""The first and the last line of each function that can be switched to."""


def _switched(module: Path) -> tuple[str, Spans]:
    """Return the code of a module with its switches, as kept from an earlier run where it has not changed."""
    source = (ROOT / module).read_text(encoding="utf-8")
    kept = KEPT / f"{hashlib.sha256(f'{module}{source}'.encode()).hexdigest()[:20]}.json"
    if not kept.exists():
        mutated = mutate_file_contents(str(module), source)
        spans = {name: (span.start, span.end) for name, span in mutated.line_span_by_function_name.items()}
        KEPT.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([mutated.code, spans]), encoding="utf-8")
    code, spans = json.loads(kept.read_text(encoding="utf-8"))
    return code, spans


def _without(names: AbstractSet[str], lines: Sequence[str], spans: Spans) -> str:
    """Return code without some mutants: of a large module, Python takes seconds to read all."""
    out = {at for name in names for at in range(spans[name][0] - 1, spans[name][1])}
    return "\n".join(
        line
        for at, line in enumerate(lines)
        if at not in out and not ((entry := _ENTRY.match(line)) and entry[1] in names)
    )


def interval(noticed: int, total: int) -> tuple[float, float]:
    """Return the interval of Wilson (1927) for a share, at 95%."""
    share, square = noticed / total, NORMAL**2
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = NORMAL * math.sqrt(share * (1 - share) / total + square / (4 * total**2)) / (1 + square / total)
    return middle - half, middle + half


# Which test reaches which function


class Repeatable:
    """Random tests draw the same cases each time, and none is shrunk: that it fails is enough."""

    def pytest_configure(self) -> None:
        """Load the profile before any test is collected."""
        from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 - pytest must be there first

        settings.register_profile(
            "mutation",
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        settings.load_profile("mutation")


@dataclass(eq=False)
class Watch:
    """Notes for each test which functions were called by it, or by a fixture it shares with others."""

    near: Callable[[pytest.Item], object]
    until: float
    is_whole: bool = True
    called: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    prepared: dict[object, set[str]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[str, float] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Run the nearest tests first."""
        items.sort(key=self.near)  # type: ignore[arg-type]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: object) -> Generator[None, object, object]:
        """Set apart what the fixture calls: it counts for every test that asks for it."""
        outside = set(state()._stats)  # noqa: SLF001 - mutmut has no public counter
        state()._stats.clear()  # noqa: SLF001
        try:
            return (yield)
        finally:
            self.prepared[fixturedef] |= state()._stats  # noqa: SLF001
            state()._stats |= outside  # noqa: SLF001

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Count the calls and the time of one test."""
        state()._stats.clear()  # noqa: SLF001
        since = time.process_time()
        answer = yield
        self.seconds[item.nodeid] = time.process_time() - since
        self.called[item.nodeid] |= state()._stats  # noqa: SLF001
        if time.process_time() > self.until:
            item.session.shouldstop, self.is_whole = "enough is learned", False
        return answer

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that fails unchanged: it cannot judge."""
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Add to each test what its fixtures called."""
        for item in session.items:
            for fixtures in getattr(item, "_fixtureinfo").name2fixturedefs.values():  # noqa: B009
                for each in fixtures:
                    self.called[item.nodeid] |= self.prepared[each]


@dataclass(frozen=True)
class Reach:
    """The tests that reach each function, and the processor seconds of each test."""

    place: Path
    tests: dict[str, list[str]]
    seconds: dict[str, float]
    patience: float
    is_whole: bool  # whether all the tests of the room were run

    def of(self, mutant: Mutant) -> list[str]:
        """Return the tests of a mutant: those of its own module first, the quick ones before the slow."""
        nearest = f"/test_{mutant.module}.py"
        reaching = self.tests.get(mutant.function, [])
        tests = sorted(reaching, key=lambda test: (nearest not in test, self.seconds[test]))
        spent = accumulate((self.seconds[test] for test in tests), initial=0.0)
        return [test for test, before in zip(tests, spent, strict=False) if before < self.patience]


def learn(place: Path, room: str, chosen: Sequence[Mutant], asked: argparse.Namespace) -> Reach:
    """Run the tests of a room unchanged, the nearest first, in a process of its own."""
    notes = place / "reach.json"
    modules = {each.module: {*each.name.split(".")[2:-2]} for each in chosen}

    def distance(path: Path) -> tuple[bool, bool]:
        folders = set(path.parent.parts)
        return path.stem[5:] not in modules, not any(folders & each for each in modules.values())

    def note() -> None:
        os.environ[ACTIVE] = "stats"
        near = [path for path in _test_files(room) if asked.near and not all(distance(path))]
        until = time.process_time() + asked.learn * len(modules)
        watch = Watch(lambda item: distance(item.path), until, is_whole=not near)
        _pytest(place, [str(path) for path in near or _test_files(room)], watch)
        tests: dict[str, list[str]] = defaultdict(list)
        for test in sorted(watch.seconds.keys() - watch.failed):
            for function in watch.called[test]:
                tests[function].append(test)
        learned = [tests, watch.seconds, watch.is_whole, sorted(watch.failed)]
        notes.write_text(json.dumps(learned), encoding="utf-8")

    notes.unlink(missing_ok=True)
    _ended(_forked(note))
    if not notes.exists():
        sys.exit(f"the tests of {room} could not be run")
    tests, seconds, is_whole, failed = json.loads(notes.read_text(encoding="utf-8"))
    print(
        f"{room}: {len(chosen)} mutants, {len(seconds)} tests run, {len(failed)} of which fail unchanged",
        flush=True,
    )
    return Reach(place, tests, seconds, asked.patience, is_whole)


def _test_files(room: str) -> list[Path]:
    """Return the files of tests of a room, in their order."""
    folder = Path("tests")
    return sorted(folder.glob("test_*.py") if room == TOP else (folder / room).rglob("test_*.py"))


# One process for each mutant


def judge(chosen: Sequence[Mutant], reach: Reach, until: float, lines: TextIO) -> None:
    """Judge the mutants of a room one after the other, as long as there is time."""
    for each in chosen[:CONTROLS]:
        if verdict("", reach.of(each), reach) not in {"survived", "no tests"}:
            sys.exit(f"without any mutant, the tests of {each.function} fail when run alone")
    for each in chosen:
        if time.monotonic() > until:
            break
        if not (tests := reach.of(each)) and not reach.is_whole:
            continue  # a test that was not run may reach it: it is not judged
        came = verdict(each.name, tests, reach)
        row = {"room": each.room, "module": each.module, "name": each.name, "verdict": came}
        change = {} if came in NOTICED else {"change": each.change}
        print(json.dumps(row | {"tests": len(tests)} | change, ensure_ascii=False), file=lines, flush=True)


def verdict(name: str, tests: Sequence[str], reach: Reach) -> str:
    """Return what became of one mutant."""
    if not tests:
        return "no tests"
    settings = config()
    usual = sum(reach.seconds[test] for test in tests)
    limit = math.ceil((usual + settings.timeout_constant) * settings.timeout_multiplier)

    def run() -> None:
        os.setsid()
        os.environ[ACTIVE] = name
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        os._exit(_pytest(reach.place, tests, None) != 0)

    child = _forked(run)
    until = time.monotonic() + limit * PATIENCE[0] + PATIENCE[1]
    while (status := _ended(child, os.WNOHANG)) is None and time.monotonic() < until:
        time.sleep(0.002)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # the child, or what a test may have left running
    if status is None:
        _ended(child)
        return "waits"
    return {0: "survived", 1: "killed", -signal.SIGXCPU: "timeout"}.get(status, "crash")


def _forked(work: Callable[[], object]) -> int:
    """Do work in a forked process, which ends with it."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:  # noqa: BLE001 - it is told, and the process ends in any case
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def _ended(child: int, option: int = 0) -> int | None:
    """Return the exit code of a child, None as long as it runs."""
    ended, status = os.waitpid(child, option)
    return os.waitstatus_to_exitcode(status) if ended else None


def _pytest(place: Path, tests: Sequence[str], plugin: object) -> int:
    """Run tests, random ones made repeatable, until one fails where nothing watches them."""
    imported = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # libraries, before pytest began
    arguments = [*config().pytest_add_cli_args, *imported, "-q", f"--basetemp={place / 'tests'}"]
    plugins = [Repeatable(), *([plugin] if plugin else [])]
    paths = [test if test.startswith("tests/") else f"tests/{test}" for test in tests]
    return int(pytest.main([*arguments, *([] if plugin else ["-x"]), *paths], plugins=plugins))


def _print(verdicts: Sequence[tuple[str, str]], there: Counter[str]) -> None:
    rooms: dict[str, Counter[str]] = defaultdict(Counter)
    for room, verdict in verdicts:
        rooms[room][verdict] += 1
    print(
        f"\n{'room':<16}{'mutants':>8}{'judged':>8}{'noticed':>8}{'survived':>9}{'no tests':>9}{'score':>8}"
    )
    for name, counts in sorted(rooms.items(), key=lambda pair: (_score(pair[1]), pair[0])):
        print(_row(name, there[name], counts))
    print(_row("all", there.total(), sum(rooms.values(), Counter[str]())))


def _told(verdicts: Sequence[tuple[str, str]], sampled: str) -> str:
    """Say the score of a sample; of survivors judged again, which are none, how many are noticed."""
    counts = Counter(verdict for _, verdict in verdicts)
    noticed, total = sum(counts[each] for each in NOTICED), len(verdicts)
    if not sampled:
        return f"of {total} that survived before, {noticed} are noticed now"
    low, high = interval(noticed, total)
    listed = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    return f"{sampled}{listed}\nscore {noticed / total:.1%}, 95% interval {low:.1%} to {high:.1%}"


def _record(verdicts: Sequence[tuple[str, str]], seed: int) -> None:
    """Keep the share of mutants noticed, with its interval, and how many were judged."""
    noticed, total = sum(verdict in NOTICED for _, verdict in verdicts), len(verdicts)
    low, high = interval(noticed, total)
    figures = {"judged": total, "score": noticed / total, "score_low": low, "score_high": high}
    units = {"judged": "count"} | dict.fromkeys(("score", "score_low", "score_high"), "share")
    history.record("mutation", figures, case=f"seed {seed}", units=units)


def _row(name: str, there: int, counts: Counter[str]) -> str:
    noticed = sum(counts[each] for each in NOTICED)
    numbers = f"{there:>8}{counts.total():>8}{noticed:>8}{counts['survived'] + counts['waits']:>9}"
    return f"{name:<16}{numbers}{counts['no tests']:>9}{_score(counts):>8.1%}"


def _score(counts: Counter[str]) -> float:
    return sum(counts[each] for each in NOTICED) / counts.total()


def _asked() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sample", type=int, default=1000, help="mutants to judge, 0 for all")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--minutes", type=float, default=60.0, help="stop after that many minutes")
    options.add_argument("--patience", type=float, default=3.0, help="seconds of tests for each mutant")
    options.add_argument("--learn", type=float, default=10.0, help="seconds of tests for each module")
    options.add_argument("--near", action="store_true", help="only the tests nearest to the modules")
    options.add_argument("--room", action="append", default=[], help="only this room; may be repeated")
    options.add_argument("--module", action="append", default=[], help="only this module; may be repeated")
    options.add_argument("--report", type=Path, help="write one JSON line for each mutant")
    options.add_argument("--again", type=Path, help="judge those that survived in an earlier report")
    history.add_option(options)
    return options.parse_args()


def _survivors(report: Path) -> dict[Path, set[str]]:
    names: dict[Path, set[str]] = defaultdict(set)
    for row in map(json.loads, report.read_text(encoding="utf-8").splitlines()):
        if row["verdict"] not in NOTICED:
            names[(ROOT / "src").joinpath(*row["name"].split(".")[:-1]).with_suffix(".py")].add(row["name"])
    return names


if __name__ == "__main__":
    main()
