"""No sentence falls back into turns that a native writer would not sign."""

import io
import re
from functools import cache
from pathlib import Path

import pytest

import urbium
from urbium.text.extraction import messages

ROOT = Path(urbium.__file__).parent

FOREIGN = {
    "is no N: write 'is not a N'": r"(?<!here )\b(is|are) no (?!longer\b|more\b)[\w{]",
    "beside: write 'next to', 'compared with' or 'in addition to'": r"\b[Bb]eside\b(?!\")",
    "whom: write 'that', or turn the sentence": r"\b[Ww]hom\b",
    "anew: write 'again'": r"\banew\b",
    "as the N has it: name the rule": r"\bas (?:the|its|their) [a-z]+ (?:has|have) (?:it|them)\b",
    "of which it is known: write 'with a known N'": r"\bof wh(?:ich|om) it is (?:not )?known\b",
    "signed or said by nobody: write 'not signed', 'not stated'": (
        r"\bby nobody\b|\b[Nn]obody (?:has signed|offers|says|has said)\b"
    ),
    "in haste: say what was left out": r"\bin haste\b",
}


@cache
def sentences():
    """Return where each sentence of code, of help and of pages stands, and its words."""
    of_code = [
        (f"{module.relative_to(ROOT)}:{line}", sentence)
        for module in ROOT.rglob("*.py")
        for line, function, words, _ in messages(io.BytesIO(module.read_bytes()), {}, (), {})
        for sentence in words[function == "pgettext" :]
    ]
    of_pages = [
        (f"{page.relative_to(ROOT)}:{line}", words)
        for page in (ROOT / "web" / "templates").glob("*.html")
        for line, words in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
    ]
    return of_code + of_pages


@pytest.mark.parametrize("turn", FOREIGN)
def test_no_sentence_has_a_turn_that_reads_as_translated(turn):
    said = [f"{place}: {words[:200]}" for place, words in sentences() if re.search(FOREIGN[turn], words)]
    assert said == []


def test_the_turns_are_found_where_they_stand():
    for words in (
        "'x' is no number",
        "of what the plan gains beside doing nothing",
        "the staff whom the nation can lend",
        "type the cell anew",
        "the answer is not as its standard has it",
        "cities of which it is known",
        "nobody has signed it",
        "searched in haste",
    ):
        assert sum(bool(re.search(pattern, words)) for pattern in FOREIGN.values()) == 1, words
    plain = "there is no city 'x'; it is no longer here"
    assert not any(re.search(pattern, plain) for pattern in FOREIGN.values())
