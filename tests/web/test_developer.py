"""What the manual tells a developer: every address of its table answers programs."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "manual" / "start" / "developer.md"


def test_every_address_of_the_manual_answers_programs(client):
    addresses = re.findall(r"^\| `(/[^`]+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(addresses) == 8
    answers = {address: client.get(address).headers["content-type"] for address in addresses}
    assert [address for address, kind in answers.items() if "html" in kind] == []
