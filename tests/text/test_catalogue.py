"""The catalogue that translations are made from: every message is in it, once, under a code of its own."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import urbium
from urbium.columns import vocabulary
from urbium.text import FOLDER
from urbium.text.extraction import unreadable

PACKAGE = Path(urbium.__file__).parent
ROOMS = (
    "access", "book", "bundle", "calibration", "catalogue", "chart", "cli", "columns", "debt", "demo",
    "errors", "examples", "explanation",
    "files", "finance", "forecast",
    "measure", "model", "money", "nations", "observations", "periods", "pilot", "plan", "platform",
    "programme", "publish", "research", "result", "sources", "store", "talent", "text", "track", "units",
    "web", "why",
)  # fmt: skip


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """The catalogue as ``make texts`` writes it now."""
    target = tmp_path_factory.mktemp("texts") / "urbium.pot"
    command = [
        sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "--mapping-file", "text/babel.cfg",
        "--output-file", str(target), "--no-default-keywords", "--keyword", "text:1c,2", "--keyword",
        "texts:1c,2,3", "--sort-output", "--no-location", "--omit-header", "--width", "110", ".",
    ]  # fmt: skip
    subprocess.run(command, cwd=PACKAGE, check=True, capture_output=True, timeout=100)
    return target


@pytest.fixture(scope="module")
def messages(extracted):
    with extracted.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def parameters(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_messages_are_found(messages):
    assert len(messages) > 100


def test_a_code_stands_for_one_message_only(messages):
    sentences = defaultdict(set)
    for message in messages:
        sentences[message.context].add(message.id)

    assert {code: said for code, said in sentences.items() if code and len(said) > 1} == {}


def test_a_code_begins_with_its_room(messages):
    form = re.compile(rf"({'|'.join(ROOMS)})(\.[a-z0-9_]+)+")

    codes = [message.context for message in messages if message.context]  # titles of columns have none
    assert [code for code in codes if not form.fullmatch(code)] == []


def test_titles_of_columns_are_in_the_catalogue(messages):
    plain = {message.id for message in messages if not message.context}

    assert {str(one.title) for one in vocabulary().values()} <= plain


def test_both_forms_of_a_plural_have_the_same_parameters_but_for_the_count(messages):
    plurals = [message for message in messages if isinstance(message.id, tuple)]

    assert [
        message.context
        for message in plurals
        if parameters(message.id[0]) - {"count"} != parameters(message.id[1]) - {"count"}
    ] == []


def test_code_and_sentence_of_every_message_are_literals():
    lines = {str(path.relative_to(PACKAGE)): unreadable(path.read_bytes()) for path in PACKAGE.rglob("*.py")}
    lines.pop("text/__init__.py")

    assert {path: where for path, where in lines.items() if where} == {}


def test_the_catalogue_is_the_current_one(extracted):
    kept = (FOLDER / "urbium.pot").read_text(encoding="utf-8")

    assert kept == extracted.read_text(encoding="utf-8"), "run `make texts` and commit what it writes"
