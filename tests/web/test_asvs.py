"""The table of requirements in SECURITY.md names tests that exist, and says why where there is none."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = re.findall(
    r"^\| ([\d.–]+) \| (.+?) \| (.+?) \|$", (ROOT / "SECURITY.md").read_text(encoding="utf-8"), re.MULTILINE
)
LEVEL_1 = [
    "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.3.1", "1.3.2", "1.5.1", "2.1.1", "2.2.1", "2.2.2",
    "2.3.1", "3.2.1", "3.2.2", "3.3.1", "3.4.1", "3.4.2", "3.5.1", "3.5.2", "3.5.3", "4.1.1", "4.4.1",
    "5.2.1", "5.2.2", "5.3.1", "5.3.2", "6.1.1", "6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5", "6.2.6",
    "6.2.7", "6.2.8", "6.3.1", "6.3.2", "6.4.1", "6.4.2", "7.2.1", "7.2.2", "7.2.3", "7.2.4", "7.4.1",
    "7.4.2", "8.1.1", "8.2.1", "8.2.2", "8.3.1", "9.1.1–9.2.1", "10.4.1–10.4.5", "11.3.1", "11.3.2",
    "11.4.1", "12.1.1", "12.2.1", "12.2.2", "13.4.1", "14.2.1", "14.3.1", "15.1.1", "15.2.1", "15.3.1",
]  # fmt: skip
"""Those of OWASP ASVS 5.0.0, from its table of requirements; two runs that do not apply are named as one."""


def test_every_requirement_of_level_1_has_its_row():
    assert [number for number, _, _ in ROWS] == LEVEL_1


def test_every_test_that_is_named_exists():
    for _, _, stands in ROWS:
        for path, name in re.findall(r"`(tests/\S+?)::(\w+)`", stands):
            code = (ROOT / path).read_text(encoding="utf-8")
            assert re.search(rf"^def {name}\(", code, re.MULTILINE), (path, name)


def test_what_names_no_test_says_why():
    words = ("`tests/", "does not apply: ", "*open*", "above, ", "the manual", "`make audit`")
    assert [row for row in ROWS if not row[2].startswith(words)] == []


def test_no_broken_hash_is_used():
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "urbium").rglob("*.py"))
    assert re.findall(r"\b(md5|sha1|MD5|SHA1)\b\(", code) == []
