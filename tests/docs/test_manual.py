"""What the manual shows is so: its files are written, its commands and sessions run and answered as printed.

A page is read from top to bottom in a folder of its own. A block of code with a caption is a file of that
name; ``console`` holds commands, each with its answer below (``...`` stands for what is left out), or with
``# exit code 2`` behind it where it is refused; ``python`` is a session. There is no other kind of block, but
for ``sh`` in the tour, whose commands ``test_commands`` runs.
"""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest

from urbium import cli
from urbium.cli import main

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "manual"
BLOCK = re.compile(r"^```(\S*)[ ]*(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CAPTION = re.compile(r":caption: (\S+)\n\n?(.*)", re.DOTALL)
REFUSED = re.compile(r"#\s*exit code (\d)")
SHOWN = ("{eval-rst}", "{toctree}", "{glossary}")
"""Blocks that are no code: what the manual is built from."""
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SLOW = "make demo"


def blocks(page):
    """Return the blocks of a page that are code: language, argument and content."""
    return [block for block in BLOCK.findall(page.read_text(encoding="utf-8")) if block[0] not in SHOWN]


def commands(content):
    """Yield the commands of a console, and what is printed below each."""
    for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
        command, _, answer = part.partition("\n")
        yield command, answer


PAGES = [page for page in sorted(MANUAL.rglob("*.md")) if blocks(page) and page.stem != "tour"]
NAMED = [
    pytest.param(
        page, id=str(page.relative_to(MANUAL)), marks=[pytest.mark.long] * (SLOW in page.read_text("utf-8"))
    )
    for page in PAGES
]


class Reader:
    """Somebody who does what a page says."""

    def __init__(self, request, folder, monkeypatch, capsys):
        self.request, self.folder, self.patch, self.capsys = request, folder, monkeypatch, capsys
        self.names = {}

    def read(self, language, argument, content):
        match language:
            case "{code-block}":
                name, text = CAPTION.match(content).groups()
                file = self.folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            case "console":
                for command, answer in commands(content):
                    self.run(command, answer)
            case "python":
                self.follow(content)
            case _:
                pytest.fail(f"a block {language} {argument} is neither a file nor run")

    def run(self, command, answer):
        said = self.done(command, int(REFUSED.search(command)[1]) if REFUSED.search(command) else 0)
        if answer.strip():
            same = doctest.OutputChecker().check_output(answer, said, FLAGS)
            assert same, f"$ {command}\n{said}\ninstead of\n{answer}"

    def done(self, command, code):
        """Do a command of a shell; return what it prints."""
        match shlex.split(command, comments=True):
            case ["make", "demo"]:
                shutil.copy(self.request.getfixturevalue("demo_file"), self.folder / "demo.db")
            case ["export", setting]:
                self.patch.setenv(*setting.split("=", 1))
            case [".", ".venv/bin/activate"]:
                assert (ROOT / ".venv").is_dir()
            case ["urbium", *arguments]:
                return self.asked(arguments, code)
            case other:
                pytest.fail(f"the manual shows {other}, which no test runs")
        return ""

    def asked(self, arguments, code):
        self.capsys.readouterr()
        ended = 0
        try:
            main(arguments)
        except SystemExit as stop:
            ended = stop.code or 0
        out, err = self.capsys.readouterr()
        assert ended == code, f"$ urbium {shlex.join(arguments)}\n{out}{err}"
        return out + err

    def follow(self, session):
        test = doctest.DocTestParser().get_doctest(session, self.names, "the manual", None, 0)
        said = []
        result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append, clear_globs=False)
        self.names = test.globs
        assert not result.failed, "".join(said)


@pytest.mark.parametrize("page", NAMED)
def test_what_a_page_shows_is_done_and_answered_as_printed(page, request, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("URBIUM_USER", "anna")
    monkeypatch.setenv("URBIUM_KEY", str(tmp_path / "key.pem"))
    monkeypatch.delenv("URBIUM_DATABASE", raising=False)
    monkeypatch.setattr(cli.serving, "serve_until_stopped", lambda *_, **__: None)
    reader = Reader(request, tmp_path, monkeypatch, capsys)

    for language, argument, content in blocks(page):
        reader.read(language, argument, content)
