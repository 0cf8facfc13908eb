"""What all tests share: the reference folder, one demo, who runs what, and that CI skips nothing."""

import csv
import fcntl
import gc
import hashlib
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache, wraps
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
import sqlalchemy as sa
from alembic.config import Config
from argon2 import PasswordHasher
from hypothesis import settings
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

import seeds
from urbium.model import OBSERVATION, Variable

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "demo"
"""Where the demo of this code is kept from one run of tests to the next: its plan takes half a minute."""
DURATIONS = ROOT / "build" / "durations.csv"
"""Where the last run of tests says how long each took, the longest first."""
RECORDED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

Observe = Callable[..., pl.DataFrame]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference data beside the clone, or skip and say so."""
    folder = ROOT.parent / "shared"
    if not (folder / "data" / "real").is_dir():
        pytest.skip("the reference folder ../shared is absent: comparisons with original files are skipped")
    return folder


@pytest.fixture(scope="session")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the catalogue of all sentences, as ``make texts`` writes it of this code."""
    target = tmp_path_factory.mktemp("texts") / "urbium.pot"
    command = "extract --mapping-file text/babel.cfg --sort-output --no-location --omit-header --width 110 ."
    run = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "-q",
        *command.split(),
        "--output-file",
        str(target),
    ]
    source = ROOT / "src"
    environment = os.environ | {"PYTHONPATH": str(source)}
    subprocess.run(run, cwd=source / "urbium", env=environment, check=True, capture_output=True, timeout=100)
    return target


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the demo programme's store, built once for this code and all workers, as its results are."""
    import kept_results  # noqa: PLC0415 - only when a test needs it
    from urbium.examples.demo import open_demo  # noqa: PLC0415

    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{_digest_of_code()}.db"
    results = kept.with_suffix(".results")
    draft, ready = tmp_path_factory.mktemp("draft") / kept.name, KEPT / "draft"
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed
        if not results.exists():
            for earlier in (*KEPT.glob("*.db*"), *KEPT.glob("*.results")):
                earlier.unlink()
            with open_demo(draft) as programme:  # which has made half of the results already
                kept_results.keep(programme, ready)
            shutil.copy(draft, kept)
            ready.rename(results)
    with kept_results.given(results):
        yield Path(shutil.copy(kept, tmp_path_factory.mktemp("demo") / "demo.db"))


@pytest.fixture(scope="session")
def demo_file(built_demo: Path) -> Path:
    """Return the demo programme's store; read it only."""
    return built_demo


@pytest.fixture(scope="session")
def demo(built_demo: Path) -> Iterator[object]:
    """The demo programme with all its stages adopted, open for all tests of a worker; change nothing."""
    from urbium.programme import open_programme  # noqa: PLC0415 - only when a test needs it

    with open_programme(built_demo) as programme:
        yield programme


def _digest_of_code() -> str:
    """Return a digest of all that a demo is made by: the package without its faces, and its libraries."""
    package = ROOT / "src" / "urbium"
    files = [path for end in ("py", "csv", "json") for path in package.rglob(f"*.{end}")]
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(files):
        if path.relative_to(package).parts[0] in {"web", "cli"}:
            continue  # nothing below reads them: lint-imports holds that
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:20]


@pytest.fixture(scope="session", autouse=True)
def hasher() -> Iterator[PasswordHasher]:
    """Return what hashes passwords; tests hash at a thousandth of its cost, and no refusal waits.

    A password that was let pass once, of the same owner, is not guessed at again.
    """
    from urbium.programme.people import people  # noqa: PLC0415 - as late as it can be
    from urbium.programme.people.passwords import Passwords, check_password  # noqa: PLC0415

    dear = Passwords()._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(people, "_REFUSED_AFTER", 0.0)
        patch.setattr(people, "check_password", cache(check_password))
        yield dear


@pytest.fixture(scope="session", autouse=True)
def _no_power_is_cut() -> Iterator[None]:
    """Let no commit wait for the disk, as the tests' PostgreSQL does: no test cuts the power."""
    from urbium.store.queries import query  # noqa: PLC0415 - as late as it can be

    durable = query.prepare_sqlite

    @wraps(durable)
    def prepare(engine: sa.Engine, patience: float) -> None:
        durable(engine, patience)
        sa.event.listen(
            engine, "connect", lambda connection, _: connection.execute("pragma synchronous = off")
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query, "prepare_sqlite", prepare)
        yield


@pytest.fixture(scope="session", autouse=True)
def _tables_are_worded_once() -> Iterator[None]:
    """Let the first store of a process word the statements that make its tables; the next repeat them.

    Half of what a new programme takes is their wording, and a thousand tests begin with one.
    """
    from alembic import command  # noqa: PLC0415 - as late as it can be

    upgrade, made_by = command.upgrade, dict[tuple[str, str], list[str]]()

    def upgrade_or_repeat(config: Config, revision: str) -> None:
        connection = config.attributes["connection"]
        engine = connection.dialect.name
        kind = engine, str(config.get_main_option("script_location"))
        if sa.inspect(connection).get_table_names():
            upgrade(config, revision)
            return
        if kind not in made_by:
            made_by[kind] = []

            def note(_: object, __: object, statement: str, *___: object) -> None:
                if not statement.lstrip().lower().startswith(("select", "pragma")):
                    made_by[kind].append(statement)

            sa.event.listen(connection, "before_cursor_execute", note)
            upgrade(config, revision)
            sa.event.remove(connection, "before_cursor_execute", note)
            return
        cursor = connection.connection.cursor()
        for statement in [";".join(made_by[kind])] if engine == "postgresql" else made_by[kind]:
            cursor.execute(statement)
        cursor.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "upgrade", upgrade_or_repeat)
        yield


@pytest.fixture(scope="session", autouse=True)
def _templates_are_compiled_once() -> Iterator[None]:
    """Let the pages of a process's second application have the templates that the first compiled."""
    begin, compiled = Environment.__init__, _Compiled()

    @wraps(begin)
    def begin_with_compiled(self: Environment, *arguments: object, **more: object) -> None:
        begin(self, *arguments, **{"bytecode_cache": compiled, **more})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "__init__", begin_with_compiled)
        yield


class _Compiled(BytecodeCache):
    """Compiled templates, in memory."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


@pytest.fixture
def demo_copy(demo_file: Path, tmp_path: Path) -> Path:
    """Return a copy of the demo programme's store that a test may change."""
    return Path(shutil.copy(demo_file, tmp_path / "demo.db"))


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, Callable[[Path], object]], Path]:
    """Return what makes a store once a module, and copies it for every other test that asks for its name."""
    ready = tmp_path_factory.mktemp("once")

    def make_or_copy(path: Path, make: Callable[[Path], object]) -> Path:
        whole = ready / path.name
        if not whole.exists():
            make(path)
            shutil.copy(path, whole)
        return Path(shutil.copy(whole, path))

    return make_or_copy


@pytest.fixture(scope="session")
def towns() -> ModuleType:
    """Return the plan of two towns that is made by hand (``towns.py`` beside this file)."""
    import towns  # noqa: PLC0415 - only when a test needs it

    return towns


@pytest.fixture(scope="session")
def observe() -> Observe:
    """Return a maker of tables: rows of (city, variable, year, value) with what else is given."""

    def table(*rows: tuple[str, str, int, float], **common: object) -> pl.DataFrame:
        base = {
            "unit": "count",
            "area": "prefecture",
            "status": "reported",
            "quality": "measured",
            "source": "ccsy",
            "recorded_at": RECORDED,
            "recorded_by": "anna",
            "file": "figures.xlsx",
            "sheet": "Data",
            "cell": "C14",
            "reason": "",
        }
        records = [
            {**base, "city": c, "variable": v, "period": str(p), "value": x, **common} for c, v, p, x in rows
        ]
        return pl.DataFrame(records, schema=dict(OBSERVATION))

    return table


@pytest.fixture(scope="session")
def variables() -> dict[str, Variable]:
    """Three variables: beds, people in tens of thousands, and a percentage."""
    return {
        "beds": Variable("beds", {"en": "Beds"}, "beds", "prefecture"),
        "people": Variable("people", {"en": "People"}, "10k persons", "prefecture"),
        "cover": Variable("cover", {"en": "Green cover"}, "%", "urban districts"),
    }


def pytest_configure(config: pytest.Config) -> None:
    """Let hypothesis try fewer examples in the run without long proofs."""
    seeds.note_markers(config.option.markexpr)
    settings.register_profile("urbium", max_examples=seeds.tries(100), deadline=None)
    settings.load_profile("urbium")


def pytest_sessionstart() -> None:
    """Search for garbage less often."""
    gc.set_threshold(20_000)


def pytest_collection_finish() -> None:
    """Leave the tests and what they import out of every search for garbage."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Give whole files and folders to the workers, whatever ``--dist`` says."""
    from distribution import Distribution  # noqa: PLC0415 - only where tests are distributed

    return Distribution(config, log)


_SECONDS: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how long a test took, with what was set up for it."""
    _SECONDS[report.nodeid] += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the three rooms that took longest, and in CI what was skipped: there it is a failure."""
    rooms: Counter[str] = Counter()
    for name, seconds in _SECONDS.items():
        rooms["/".join(name.partition("::")[0].split("/")[:2])] += seconds
    slowest = ", ".join(f"{room} {seconds:.0f} s" for room, seconds in rooms.most_common(3))
    terminalreporter.write_line(f"longest: {slowest}; each test in {DURATIONS.relative_to(ROOT)}")
    skipped = terminalreporter.stats.get("skipped", [])
    if os.environ.get("CI") and skipped:
        terminalreporter.write_line(f"CI skips nothing, but {len(skipped)} tests were skipped", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep how long each test took; in CI, a skipped test fails the run."""
    if not hasattr(session.config, "workerinput") and _SECONDS:
        DURATIONS.parent.mkdir(exist_ok=True)
        with DURATIONS.open("w", encoding="utf-8", newline="") as file:
            rows = [("test", "seconds"), *((name, round(spent, 2)) for name, spent in _SECONDS.most_common())]
            csv.writer(file).writerows(rows)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
