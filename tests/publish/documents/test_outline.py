"""Outlines: that of the nation, one of one's own, and what is wrong with it."""

import pytest

from urbium.errors import InputError, NotFoundError
from urbium.publish.documents.city_parts import PARTS
from urbium.publish.documents.outline import outline_of


def test_a_nation_has_its_outline_and_another_nation_one_of_no_standard():
    assert "GB/T 36333" in outline_of("", "CHN", PARTS).source
    assert "GB/T" not in outline_of("", "MEX", PARTS).source


def test_the_outline_of_a_standard_says_that_its_text_was_not_confirmed():
    assert "could not be confirmed" in outline_of("gbt36333", "MEX", PARTS).note


@pytest.mark.parametrize("name", ["gbt36333", "plain"])
def test_every_section_that_comes_along_is_made_of_something_that_is_known(name):
    sections = outline_of(name, "", PARTS).sections
    assert {one.part for one in sections} - {""} <= set(PARTS)
    assert all(one.title and one.number for one in sections)


def test_another_outline_is_not_there():
    with pytest.raises(NotFoundError, match="outline"):
        outline_of("gbt36334", "", PARTS)


def test_a_word_is_never_a_path(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("title,part\nNeeds,gaps\n")
    with pytest.raises(NotFoundError):
        outline_of(str(file), "", PARTS)


def test_an_outline_of_ones_own_is_read_in_its_order(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("number,title,part,domains\n1,Needs,gaps,\n2,Streets,solutions,mobility;energy\n")
    sections = outline_of(file, "CHN", PARTS).sections
    assert [(one.title, one.part, one.domains) for one in sections] == [
        ("Needs", "gaps", ()),
        ("Streets", "solutions", ("mobility", "energy")),
    ]


def test_every_fault_of_an_outline_is_named_with_its_row(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("title,part\nNeeds,dance\n,gaps\n")
    with pytest.raises(InputError) as error:
        outline_of(file, "", PARTS)
    said = str(error.value)
    assert "'dance' is nothing that a section is made of" in said
    assert "the section has no title" in said
    assert "row 2" in said
    assert "row 3" in said


def test_a_table_without_the_columns_of_an_outline_is_refused(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("name,kind\nNeeds,gaps\n")
    with pytest.raises(InputError, match="fault"):
        outline_of(file, "", PARTS)
