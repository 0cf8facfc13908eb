"""What a brief says of a plan: the sentences that it asks for by their codes are there."""

import re
from pathlib import Path

import urbium
from urbium.publish.documents.programme_parts import _SHORT

PACKAGE = Path(urbium.__file__).parent


def test_each_sentence_that_a_brief_asks_for_is_said_under_its_code():
    written = "\n".join(
        path.read_text(encoding="utf-8") for path in (PACKAGE / "plan" / "result").glob("*.py")
    )

    assert set(re.findall(r'coded\(\s*"([a-z._]+)"', written)) >= _SHORT
