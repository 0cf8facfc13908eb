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
    "in haste: say what was left out": r"\bin haste\b",
    "somebody, nobody, everybody: write 'someone', 'no one', 'everyone'": (
        r"\b([Ss]ome|[Nn]o|[Ee]very|[Aa]ny)body\b"
    ),
    "Say which, what or how: write 'Show', 'List', 'Report' or 'Explain'": (
        r"^Say (?:which|what|how|whether|who|why|where)\b"
    ),
    "when left out: write 'by default'": r"\bwhen left out\b",
    "not known: write 'unknown'": r"\b[Nn]ot known\b(?! to be)",
    "a N of its own: write 'its own N'": r"\ban? \w+ of its own\b",
    "of this id: write 'with this id'": r"\bof this (?:id|code)\b",
    "is none of: write 'is not one of'": r"\bis none of\b",
    "is not said: write 'is not stated'": r"\b(?:is|are) not said\b",
    "as it stands: write 'in its current form'": r"\bas (?:it|they) stands?\b",
    "mend: write 'correct' or 'repair'": r"\b[Mm]end\b",
    "its person alone: write 'the person concerned'": r"\bits person alone\b",
    "what could be improved: write 'the possible improvement'": r"\bof what could be improved\b",
    "what it improves: write 'its improvement'": r"\bof what (?:the (?:best )?plan|it) improves\b",
    "evidence, the weakest: write 'weakest evidence'": r"\b[Ee]vidence, the weakest\b",
    "holds a cell's content: write 'contains'": r"\bholds (?:a control|a formula|a macro|NaN|NUL)\b",
    "N and at most M are read: write 'but at most M can be read'": r"\band at most \{\w",
    "just now: write 'at the moment'": r"\bjust now\b",
    "one N a line: write 'one per line'": r"\b[Oo]ne(?: \w+){0,3} a line\b",
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
        "it was signed by nobody",
        "searched in haste",
        "ask somebody of the office",
        "Say which cities may be the best.",
        "The version; the newest when left out.",
        "a place whose capacity is not known",
        "every row needs a name of its own",
        "there is no subscription of this id",
        "'x' is none of a, b",
        "the reason is not said",
        "take the table as it stands",
        "mend the row",
        "the letter goes to its person alone",
        "a tenth of what could be improved",
        "a tenth of what the plan improves",
        "evidence, the weakest: assumption",
        "the cell holds a formula",
        "the sheet has 9 rows and at most {most} are read",
        "it cannot be drawn just now",
        "One code a line.",
    ):
        assert sum(bool(re.search(pattern, words)) for pattern in FOREIGN.values()) == 1, words
    plain = "there is no city 'x'; it is no longer here"
    assert not any(re.search(pattern, plain) for pattern in FOREIGN.values())
