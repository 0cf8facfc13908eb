"""The command, run in the process of the test."""

from collections.abc import Callable
from typing import Any

import pytest

from urbium.cli import main

Run = Callable[..., tuple[int, str, str]]


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
