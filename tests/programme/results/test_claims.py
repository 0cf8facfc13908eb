"""Claims that are kept with a programme are checked without a file."""

import pytest

import urbium
from urbium.errors import NotFoundError
from urbium.model import NATION, City

HEAD = "claim_id,text,place,variable_as_named,year,value,unit,comparison,source_id\n"
STATED = "S1,Half of all people live in towns.,Georgia,urban share,2020,50,%,=,\n"


@pytest.fixture
def programme(tmp_path):
    with urbium.new(tmp_path / "programme.db") as opened:
        nation = City("GEO", {"en": "Georgia"}, NATION)
        opened.register(
            cities=[nation, City("TB", {"en": "Tbilisi"}, "city")], by="office", reason="a beginning"
        )
        yield opened


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "stated.csv"
    path.write_text(HEAD + STATED, encoding="utf-8")
    return path


def test_claims_that_are_kept_are_checked_without_a_file(programme, table):
    programme.claims.keep(table, by="office", reason="an article")

    assert programme.check_claims().table["text"].to_list() == ["Half of all people live in towns."]


def test_where_no_claim_is_kept_the_command_that_keeps_one_is_named(programme):
    with pytest.raises(NotFoundError) as refused:
        programme.check_claims()

    assert "urbium check-claims FILE --keep" in refused.value.remedy
