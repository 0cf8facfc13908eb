"""The command, run in the process of the test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from urbium import columns
from urbium import programme as programmes
from urbium.cli import main
from urbium.programme import Programme

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def demo_file(demo_file: Path, demo: Programme, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the demo programme's store; commands that read it find it open, with what it has computed."""
    open_programme = programmes.open_programme

    def find(url: Any, **more: Any) -> AbstractContextManager[Programme]:
        is_demo = str(url) == str(demo_file) and not any(more.values())
        return nullcontext(demo) if is_demo else open_programme(url, **more)

    monkeypatch.setattr(programmes, "open_programme", find)
    return demo_file


@pytest.fixture(autouse=True)
def headings_asked_for(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Every column that a test of a command shows must be in the vocabulary."""
    asked: set[str] = set()
    short_title = columns.short_title

    def ask(name: str, subject: str = "") -> str:
        asked.add(name)
        return short_title(name, subject)

    monkeypatch.setattr(columns, "short_title", ask)
    yield asked
    assert sorted(asked - set(columns.vocabulary())) == [], "columns without a row in data/columns.csv"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process; returns exit code, standard output and standard error."""
    monkeypatch.setenv("COLUMNS", "300")

    def call(*arguments: Any) -> tuple[int, str, str]:
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code or 0
        said = capsys.readouterr()
        return code, said.out, said.err

    return call
