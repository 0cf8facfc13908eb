"""The whole life of a pilot by commands: call, application, review, selection, task book, reports, grade."""

import json
from contextlib import redirect_stdout
from io import StringIO

import pytest

from life_of import at_the_end, in_the_log, live, states, with_plan
from pdf_text import text_of
from urbium.cli import main
from urbium.store import Store

SIZES = [
    pytest.param((2, 2), id="quick"),
    pytest.param((100, 97), id="third round", marks=pytest.mark.release),
]
"""Applications beside Aston's, and places; 101 and 97 are those of the third round of the reference."""


class Command:
    """Types a command for each step."""

    def __init__(self, file) -> None:
        self.file, self.content = file, file.with_name("content.json")

    def run(self, *arguments):
        with redirect_stdout(StringIO()) as said:
            code = 0
            try:
                main([*map(str, arguments), "--database", str(self.file), "--json"])
            except SystemExit as stop:
                code = stop.code or 0
        assert code == 0, arguments
        return json.loads(said.getvalue() or "null")

    def begin(self, who, plural, code, content, **place):
        where = [part for name, value in place.items() for part in (f"--{name}", value)]
        return self.run("case", "begin", plural, code, "--as", who, *self._given(content), *where)["content"]

    def act(self, who, plural, code, action, **changes):
        given = self._given(changes)
        return self.run("case", "act", plural, code, action, "--as", who, *given)["content"]

    def _given(self, content):
        self.content.write_text(json.dumps(content), encoding="utf-8")
        return ("--content", self.content) if content else ()

    def listed(self, plural, *more):
        return [(row["code"], row["state"]) for row in self.run("case", "list", plural, *more)]


@pytest.fixture(scope="module", params=SIZES)
def size(request):
    return request.param


@pytest.fixture(scope="module")
def command(towns, size, tmp_path_factory):
    """Return what types commands, after a pilot of Aston has gone from the call to its grade."""
    others, places = size
    command = Command(tmp_path_factory.mktemp("life") / "life.db")
    with with_plan(towns, str(command.file), others=others) as programme:
        live(command, programme, others=others, places=places)
    return command


def test_the_public_reads_what_came_of_it_and_nothing_else(command, size):
    others, places = size
    assert states(command.listed) == at_the_end(others=others, places=places)


def test_every_step_stands_in_the_log_and_the_store_is_whole(command, size):
    in_the_log([row["what"] for row in command.run("log", "--as", "olga")], others=size[0])
    (published,) = command.run("log", "--as", "olga", "--what", "grade: publish")
    assert published["who"] == "oscar"
    assert command.run("log", "--as", "olga", "--who", "nobody") == []
    command.run("verify")


def test_the_list_as_known_on_the_instant_of_a_step_is_the_same_again(command, size):
    """Told from the versions one by one, whose newest by then is what the list showed then."""
    with Store.open(str(command.file)) as store:
        at = store.audit().filter(what="application: sign")["at"][-1]
        codes = [code for code, _ in command.listed("applications", "--as", "olga")]
        by_then = {
            code: [one.state for one in store.dossiers.history("application", code) if one.recorded_at <= at]
            for code in codes
        }
    then = dict(command.listed("applications", "--as", "olga", "--on", at.isoformat()))
    assert then == {code: known[-1] for code, known in by_then.items()}
    assert set(then.values()) == {"admitted", "signed"}
    assert len(then) == size[0] + 1


def test_the_certificate_is_written_and_its_code_verified(command, tmp_path):
    (listed,) = command.run("contract", "certificates")
    assert (listed["grade"], listed["title"], listed["stars"]) == ("g1", "Aston", 3)
    file = tmp_path / "aston.pdf"
    command.run("contract", "certificate", "g1", file)
    assert listed["check"] in text_of(file.read_bytes())
    assert command.run("contract", "verify", listed["check"])["is_current"] is True
