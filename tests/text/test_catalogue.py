"""The catalogue that translations are made from: every sentence of code, pages and declared rows is in it."""

import ast
import re
from collections import defaultdict
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import urbium
from urbium.errors import Fault, UrbiumError
from urbium.text import FOLDER
from urbium.text.extraction import unreadable

PACKAGE = Path(urbium.__file__).parent
PLACES = {error.__name__: 0 for error in (UrbiumError, *UrbiumError.__subclasses__())} | {Fault.__name__: 1}
TEMPLATES = PACKAGE / "web" / "templates"


@pytest.fixture(scope="module")
def messages(gathered):
    with gathered.open("rb") as file:
        return [message for message in read_po(file) if message.id]


@pytest.fixture(scope="module")
def syntax():
    """Return every call by a plain name in the code (where it stands, the name, the call), and by module the
    lines of messages that cannot be translated."""
    calls, lines = [], {}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree, module = ast.parse(path.read_bytes()), str(path.relative_to(PACKAGE))
        lines[module] = unreadable(tree)
        calls += [
            (f"{module}:{call.lineno}", call.func.id, call)
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        ]
    return calls, lines


@pytest.fixture(scope="module")
def calls(syntax):
    return syntax[0]


def parameters(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def sentences(messages):
    return {message.id if isinstance(message.id, str) else message.id[0] for message in messages}


def test_sentences_of_code_pages_and_rows_are_gathered(messages):
    """Drawn by hand, one of each place in which a sentence can stand."""
    assert {
        "the seed is {seed}",  # of an error, with a code
        "Refresh",  # _() of a template
        "%(count)s project, seeking %(sought)s in total (cities: %(cities)s).",  # {% trans %} with a plural
        "Clearances are granted",  # a title of data/rules/fields.csv
        "check that the row belongs to this city and year",  # a remedy of data/rules/checks.csv
        "Base databases: how complete, linked and up to date they are.",  # the help of a command
        "Cities with known demand and capacity",  # a title of data/columns.csv
    } <= sentences(messages)


def test_no_word_of_a_template_is_written_past_the_catalogue(messages):
    written = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    shown = {re.sub(r"\\(.)", r"\1", words) for words in re.findall(r'\b_\("((?:[^"\\]|\\.)*)"', written)}

    assert len(shown) > 500
    assert shown - sentences(messages) == set()


def test_a_code_is_of_one_sentence(calls):
    codes = defaultdict(set)
    for _, name, call in calls:
        if name == "coded":
            codes[call.args[0].value].add(call.args[1].value)

    assert {code: said for code, said in codes.items() if len(said) > 1} == {}
    form = re.compile(r"[a-z]+(\.[a-z0-9_]+)+")
    assert [code for code in codes if not form.fullmatch(code)] == []


def test_what_is_wrong_is_said_under_a_code(calls):
    """Where a message stands in the call of an error or a fault; elsewhere it comes there by a name."""
    plain = [
        place
        for place, name, call in calls
        if name in PLACES
        for message in call.args[PLACES[name] : PLACES[name] + 1]
        if isinstance(message, ast.Call) and getattr(message.func, "id", "") in {"text", "texts"}
    ]
    assert plain == []


def test_no_message_is_empty(calls):
    """An empty one is, in a catalogue of translations, its own header."""
    empty = [
        place
        for place, name, call in calls
        if name in {"text", "texts", "sentence", "coded", "meant"}
        and any(isinstance(part, ast.Constant) and part.value == "" for part in call.args)
    ]
    assert empty == []


def test_both_forms_of_a_plural_have_the_same_parameters_but_for_the_count(messages):
    plurals = [message for message in messages if isinstance(message.id, tuple)]

    assert [
        message.id
        for message in plurals
        if parameters(message.id[0]) - {"count"} != parameters(message.id[1]) - {"count"}
    ] == []


def test_the_words_of_every_message_are_literals(syntax):
    assert {module: lines for module, lines in syntax[1].items() if lines} == {}


def test_the_catalogue_is_the_current_one(gathered):
    kept = (FOLDER / "urbium.pot").read_text(encoding="utf-8")

    assert kept == gathered.read_text(encoding="utf-8"), "run `make texts` and commit what it writes"
