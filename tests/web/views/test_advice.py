"""Commands are for who may use them: a visitor reads none where there are people, as in the demo."""

import pytest

from people_of import staffed


@pytest.fixture(scope="module")
def office():
    with staffed() as programme:
        yield programme


def test_a_visitor_reads_no_commands_and_who_runs_urbium_alone_reads_them(office, open_client, empty):
    with open_client(office) as visitor:
        first, assumptions = (visitor.get(page).text for page in ("/", "/about/assumptions"))
    assert "No plan has been adopted yet." in first
    assert "Adopted from other nations" in assumptions
    assert not [words for words in ("urbium doctor", "catalogue start") if words in first + assumptions]
    assert "urbium doctor" in empty.get("/").text
