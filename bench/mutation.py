"""How many small faults in the measuring code the tests notice: a mutation run, by a sample or whole.

mutmut makes the mutants (its settings stand in ``pyproject.toml``); how they are run is our own, for three
reasons. There are about 17,000 of them, so a seeded sample, spread over the modules in proportion, must be
possible. mutmut runs the tests once and then forks, but polars' threads do not survive a fork: here the fork
comes after the tests are collected and before the first of them runs. And mutmut copies the tests elsewhere,
where those against ``../shared`` would skip.

Each mutant gets a process of its own, with the tests whose calls reach the mutated function, the file named
like its module first, then the quick before the slow. It is killed when a test fails, crashes or needs far
more processor time than it should. A mutant that no test reaches has survived; so has one that waits without
computing, and one that lives through ``--patience`` seconds of tests, so the score is a lower bound. None is
left out as equivalent. Random tests are derandomised: a run can be repeated. Not part of ``make test``.

    python bench/mutation.py [--sample 1000] [--seed 1] [--minutes 60] [--patience 3] [--module NAME]...
                             [--report FILE] [--again FILE]

``--sample 0`` takes every mutant. The report is one JSON line for each mutant, with its change when it
survived; ``--again`` judges those of an earlier report that survived, against the tests as they are now.
"""

import argparse
import difflib
import gc
import json
import math
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Generator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Final

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
CONTROLS: Final = 5  # runs without any mutant, all of which must pass
PATIENCE: Final = 4.0, 30.0  # a process may wait this much longer than it may compute: a factor, and seconds
MEMORY: Final = 6 * 2**30  # bytes; what wants more has failed
NORMAL: Final = 1.959964  # of a two-sided interval of 95 %


@dataclass(frozen=True)
class Mutant:
    """One changed function: its module, the name of the switch, and its lines before and after."""

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
        lines = difflib.unified_diff(self.before[1:], self.after[1:], n=0, lineterm="")
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def main() -> None:
    """Make the mutants, learn which test reaches what, judge a sample, print the score."""
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="urbium-mutation-") as folder:
        place = Path(folder)
        mutants = make(place, asked.module)
        sys.path.insert(0, str(place / "src"))
        os.environ["PYTHONPATH"] = str(place / "src")
        print(f"{len(mutants)} mutants in {len({each.module for each in mutants})} modules", flush=True)
        reach = learn(place, asked.patience)
        chosen = sample(mutants, asked.sample or len(mutants), asked.seed)
        if asked.again:
            lived = _survivors(asked.again)
            chosen = [each for each in mutants if each.name in lived]
        judge = Judge(chosen, reach, asked.minutes, asked.report)
        _pytest(place, judge)
    if judge.verdicts:
        _print(judge.verdicts, mutants)
        print(_told(judge.verdicts, "" if asked.again else f"seed {asked.seed}; "))
        if asked.record:
            _record(judge.verdicts, asked.seed)


def make(place: Path, modules: Sequence[str] = ()) -> list[Mutant]:
    """Write a copy of the source in which every function of the declared files can be switched."""
    shutil.copytree(ROOT / "src", place / "src", ignore=shutil.ignore_patterns("__pycache__"))
    mutants = []
    for pattern in config().only_mutate:
        for path in sorted(ROOT.glob(pattern)):
            if modules and path.stem not in modules:
                continue
            relative = path.relative_to(ROOT)
            made = mutate_file_contents(str(relative), path.read_text(encoding="utf-8"))
            (place / relative).write_text(made.code, encoding="utf-8")
            module = ".".join(relative.with_suffix("").parts[1:])
            lines, spans = made.code.splitlines(), made.line_span_by_function_name
            texts = {name: lines[span.start - 1 : span.end] for name, span in spans.items()}
            for name in made.mutant_names:
                before = texts[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
                mutants.append(Mutant(path.stem, f"{module}.{name}", tuple(before), tuple(texts[name])))
    return mutants


def sample(mutants: Sequence[Mutant], size: int, seed: int) -> list[Mutant]:
    """Draw mutants without replacement, from each module its share, in random order."""
    random = np.random.default_rng(seed)
    modules: dict[str, list[Mutant]] = defaultdict(list)
    for each in mutants:
        modules[each.module].append(each)
    wanted = {name: len(own) * min(size, len(mutants)) / len(mutants) for name, own in modules.items()}
    takes = {name: int(share) for name, share in wanted.items()}
    by_rest = sorted(wanted, key=lambda name: (takes[name] - wanted[name], name))
    for name in by_rest[: round(sum(wanted.values())) - sum(takes.values())]:
        takes[name] += 1
    drawn = [
        own[spot]
        for name, own in modules.items()
        for spot in random.permutation(len(own))[: takes[name]].tolist()
    ]
    return [drawn[spot] for spot in random.permutation(len(drawn)).tolist()]


def interval(noticed: int, total: int) -> tuple[float, float]:
    """Return the interval of Wilson (1927) for a share, at 95 %."""
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

    called: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    prepared: dict[object, set[str]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

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
        return answer

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that fails before anything was changed."""
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Add to each test what its fixtures called."""
        for item in session.items:
            for fixtures in getattr(item, "_fixtureinfo").name2fixturedefs.values():  # noqa: B009
                for each in fixtures:
                    self.called[item.nodeid] |= self.prepared[each]


@dataclass(frozen=True)
class Reach:
    """The tests that reach each function, and the processor seconds of each test."""

    tests: dict[str, list[str]]
    seconds: dict[str, float]
    patience: float

    def of(self, mutant: Mutant) -> list[str]:
        """Return the tests of a mutant: those of its own module first, the quick ones before the slow."""
        own = f"/test_{mutant.module}.py"
        reaching = self.tests.get(mutant.function, [])
        tests = sorted(reaching, key=lambda test: (own not in test, self.seconds[test]))
        spent = accumulate((self.seconds[test] for test in tests), initial=0.0)
        return [test for test, before in zip(tests, spent, strict=False) if before < self.patience]


def learn(place: Path, patience: float) -> Reach:
    """Run all tests once, unchanged, in a process of its own, so that this one stays fit to fork."""
    notes = place / "reach.json"
    sys.stdout.flush()
    child = os.fork()
    if not child:
        try:
            _note(place, notes)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    failed, tests, seconds = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else ([], {}, {})
    if failed or not seconds:
        sys.exit(f"the tests must pass before anything is changed: {failed or 'none was run'}")
    return Reach(tests, seconds, patience)


def _note(place: Path, notes: Path) -> None:
    os.environ[ACTIVE] = "stats"
    watch = Watch()
    _pytest(place, watch)
    tests: dict[str, list[str]] = defaultdict(list)
    for test in sorted(watch.seconds):
        for function in watch.called[test]:
            tests[function].append(test)
    notes.write_text(json.dumps([watch.failed, tests, watch.seconds]), encoding="utf-8")


# One process for each mutant


@dataclass(eq=False)
class Judge:
    """Takes the place of the loop over the tests: one forked process for each mutant."""

    chosen: Sequence[Mutant]
    reach: Reach
    minutes: float
    report: Path | None
    verdicts: list[tuple[Mutant, str]] = field(default_factory=list)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge the mutants one after the other, as long as there is time."""
        items = {item.nodeid: item for item in session.items}
        gc.freeze()  # what is there now is shared by all the processes, not copied
        for each in self.chosen[:CONTROLS]:
            if self.judge("", [items[test] for test in self.reach.of(each)]) not in {"survived", "no tests"}:
                sys.exit(f"without any mutant, the tests of {each.function} fail when run alone")
        until = time.monotonic() + 60 * self.minutes
        with self.report.open("w", encoding="utf-8") if self.report else nullcontext() as lines:
            for each in self.chosen:
                if time.monotonic() > until:
                    break
                tests = [items[test] for test in self.reach.of(each)]
                verdict = self.judge(each.name, tests)
                self.verdicts.append((each, verdict))
                if lines:
                    known = {
                        "module": each.module,
                        "name": each.name,
                        "verdict": verdict,
                        "tests": len(tests),
                    }
                    change = {} if verdict in NOTICED else {"change": each.change}
                    print(json.dumps(known | change, ensure_ascii=False), file=lines, flush=True)
        return True

    def judge(self, name: str, tests: Sequence[pytest.Item]) -> str:
        """Return what became of one mutant."""
        if not tests:
            return "no tests"
        settings = config()
        usual = sum(self.reach.seconds[test.nodeid] for test in tests)
        limit = math.ceil((usual + settings.timeout_constant) * settings.timeout_multiplier)
        sys.stdout.flush()
        child = os.fork()
        if not child:
            _run(name, tests, limit)
        until = time.monotonic() + limit * PATIENCE[0] + PATIENCE[1]
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > until:
                with suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return "waits"
            time.sleep(0.002)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what a test may have left running
        code = os.waitstatus_to_exitcode(status)
        return {0: "survived", 1: "killed", -signal.SIGXCPU: "timeout"}.get(code, "crash")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """In the process of a mutant, end at the first failure."""
        if report.failed:
            os._exit(1)


def _run(name: str, tests: Sequence[pytest.Item], limit: int) -> None:
    """Run the tests with one mutant switched on, and end the process."""
    os.setsid()
    os.environ[ACTIVE] = name
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    tests[0].config.pluginmanager.unregister(name="terminalreporter")
    try:
        for test, following in zip(tests, [*tests[1:], None], strict=True):
            test.config.hook.pytest_runtest_protocol(item=test, nextitem=following)
    except BaseException:  # noqa: BLE001 - whatever comes out of a test run is a failure
        os._exit(1)
    os._exit(0)


def _pytest(place: Path, plugin: object) -> None:
    """Collect the declared tests, with random tests made repeatable."""
    chosen = config()
    arguments = [*chosen.pytest_add_cli_args, *chosen.pytest_add_cli_args_test_selection]
    pytest.main([*arguments, "-q", f"--basetemp={place / 'tests'}"], plugins=[Repeatable(), plugin])


def _print(verdicts: Sequence[tuple[Mutant, str]], mutants: Sequence[Mutant]) -> None:
    there = Counter(each.module for each in mutants)
    modules: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant, verdict in verdicts:
        modules[mutant.module][verdict] += 1
    print(
        f"\n{'module':<16}{'mutants':>8}{'judged':>8}{'noticed':>8}{'survived':>9}{'no tests':>9}{'score':>8}"
    )
    for name, counts in sorted(modules.items(), key=lambda pair: (_score(pair[1]), pair[0])):
        print(_row(name, there[name], counts))
    total = sum(modules.values(), Counter[str]())
    print(_row("all", len(mutants), total))


def _told(verdicts: Sequence[tuple[Mutant, str]], sampled: str) -> str:
    """Say the score of a sample; of survivors judged again, which are none, how many are noticed."""
    counts = Counter(verdict for _, verdict in verdicts)
    noticed, total = sum(counts[each] for each in NOTICED), len(verdicts)
    if not sampled:
        return f"of {total} that survived before, {noticed} are noticed now"
    low, high = interval(noticed, total)
    listed = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    return f"{sampled}{listed}\nscore {noticed / total:.1%}, 95 % interval {low:.1%} to {high:.1%}"


def _record(verdicts: Sequence[tuple[Mutant, str]], seed: int) -> None:
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
    options.add_argument("--module", action="append", default=[], help="only this module; may be repeated")
    options.add_argument("--report", type=Path, help="write one JSON line for each mutant")
    options.add_argument("--again", type=Path, help="judge those that survived in an earlier report")
    history.add_option(options)
    return options.parse_args()


def _survivors(report: Path) -> set[str]:
    known = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    return {each["name"] for each in known if each["verdict"] not in NOTICED}


if __name__ == "__main__":
    main()
