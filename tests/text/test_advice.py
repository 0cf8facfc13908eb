"""What to do about a fault is said in the words of the command, and in those of a page."""

import ast
import pickle
import re
from pathlib import Path

import urbium
from urbium.errors import Fault, InputError
from urbium.text import coded, text
from urbium.text.advice import advice, on_page, setting_of

SOURCES = Path(urbium.__file__).parent / "sources"
OF_MAPPINGS = {
    "mapping.py: the mapping file is not TOML ({error})",
    "mapping.py: {key!r} is not a key of a mapping file",
    "read.py: no sheet has any of the names in the mapping file",
    "read.py: if it contains observations, name it in the mapping file; otherwise no action is needed",
}


def test_it_reads_as_the_command_has_it_and_a_page_has_other_words():
    said = advice(coded("a.code", "use {option}", option="--source"), text("choose a source"))
    assert (said, said.code, on_page(said)) == ("use --source", "a.code", "choose a source")
    assert on_page("write 12.5") == "write 12.5"


def test_it_is_the_same_after_it_was_put_away():
    said = pickle.loads(pickle.dumps(advice(text("use {option}", option="--source"), text("choose one"))))
    assert (said, on_page(said)) == ("use --source", "choose one")


def test_an_error_speaks_of_the_page_on_a_page_and_of_the_command_to_the_command():
    said = advice(text("run urbium settings"), text("ask the programme office"), "rates")
    fault = Fault("error", "a rate is missing", said)
    error = InputError("the plan has one fault", remedy=said, faults=[fault])
    assert error.on_page == "the plan has one fault; a rate is missing; ask the programme office"
    assert "urbium settings" in error.whole
    assert setting_of(pickle.loads(pickle.dumps(said))) == "rates"


def words_of(node):
    return [
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


def test_no_sentence_about_a_file_sends_the_reader_of_a_page_to_the_command():
    """Sentences about what a mapping says are read by who wrote one."""
    alone = []
    for path in sorted(SOURCES.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        named = [(getattr(call.func, "id", ""), call) for call in calls]
        advised = {id(one) for name, call in named if name == "advice" for one in ast.walk(call)}
        alone += [
            f"{path.name}: {words[0]}"
            for name, call in named
            if name in {"text", "sentence", "coded"} and id(call) not in advised
            if (words := [one for one in words_of(call) if re.search(r"mapping file|--[a-z]", one)])
        ]
    assert [one for one in alone if one not in OF_MAPPINGS] == []
