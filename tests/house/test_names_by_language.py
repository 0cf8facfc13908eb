"""A thing is named in the language of the reader: no face of urbium asks for the English name of a row."""

import re
from pathlib import Path

import pytest

import urbium

SOURCE = Path(urbium.__file__).parent
ASKED = re.compile(r"""["'.]name_en\b|\.name\[["']en["']\]|name_zh\b|province_zh\b""")
SAID = re.compile(r'"""(?s:.*?)"""|^\s*#.*$|^\s*(?:>>>|\.\.\.).*$', re.MULTILINE)


def asks(source):
    """Return the lines of a file that ask for a name in one language by its column."""
    return [line.strip() for line in SAID.sub("", source).splitlines() if ASKED.search(line)]


def test_a_line_that_asks_for_the_english_name_is_found():
    assert asks('"""As in ``name_en``."""\nrow["name_en"]\n') == ['row["name_en"]']


@pytest.mark.parametrize("face", ["web", "cli", "charts", "publish"])
def test_a_face_asks_for_no_name_in_one_language(face):
    files = [path for ending in ("py", "html", "js") for path in sorted((SOURCE / face).rglob(f"*.{ending}"))]
    assert {path.name: lines for path in files if (lines := asks(path.read_text()))} == {}
