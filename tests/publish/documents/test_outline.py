"""Outlines: that of the nation, one of one's own, and what is wrong with it."""

import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError, NotFoundError
from urbium.model.outlines import SectionPart
from urbium.publish.documents.city_parts import PARTS
from urbium.publish.documents.outline import outline_of

DECLARED = load_catalogue()


def test_a_nation_has_its_outline_and_another_nation_one_of_no_standard():
    assert "GB/T 36333" in outline_of(DECLARED, "", "CHN")[0].source
    assert "GB/T" not in outline_of(DECLARED, "", "MEX")[0].source


def test_the_outline_of_a_standard_says_that_its_text_was_not_confirmed():
    assert "could not be confirmed" in outline_of(DECLARED, "gbt36333", "MEX")[0].note


@pytest.mark.parametrize("name", ["gbt36333", "plain"])
def test_an_outline_that_comes_along_has_sections_with_number_and_title(name):
    _, sections = outline_of(DECLARED, name, "")
    assert sections
    assert all(one.title and one.number for one in sections)


def test_every_part_of_a_section_is_made_by_something():
    assert set(PARTS) == set(SectionPart)


def test_another_outline_is_not_there():
    with pytest.raises(NotFoundError, match="outline"):
        outline_of(DECLARED, "gbt36334", "")


def test_a_word_is_never_a_path(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("title,part\nNeeds,gaps\n")
    with pytest.raises(NotFoundError):
        outline_of(DECLARED, str(file), "")


def test_an_outline_of_ones_own_is_read_in_its_order(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("number,title,part,domains\n1,Needs,gaps,\n2,Streets,solutions,mobility;energy\n")
    sections = outline_of(DECLARED, file, "CHN")[1]
    assert [(one.title, one.part, one.domains) for one in sections] == [
        ("Needs", "gaps", ()),
        ("Streets", "solutions", ("mobility", "energy")),
    ]


def test_every_fault_of_an_outline_is_named_with_its_row(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("title,part\nNeeds,dance\n,gaps\n")
    with pytest.raises(InputError) as error:
        outline_of(DECLARED, file, "")
    said = str(error.value)
    assert "'dance' is not a valid part of a section" in said
    assert "the section has no title" in said
    assert "row 2" in said
    assert "row 3" in said


def test_a_table_without_the_columns_of_an_outline_is_refused(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("name,kind\nNeeds,gaps\n")
    with pytest.raises(InputError, match="fault"):
        outline_of(DECLARED, file, "")
