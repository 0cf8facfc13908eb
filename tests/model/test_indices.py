"""Choices: how a step of an index is written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError
from urbium.model import Choice


def test_a_choice_carries_numbers_and_words():
    found = Choice.parse(" winsorise( limit = 5 , then=log ) ")
    assert (found.name, dict(found.parameters)) == ("winsorise", {"limit": 5.0, "then": "log"})


def test_choices_stand_in_a_row():
    assert [each.name for each in Choice.row("screen > min-max(low=1)>impute-lowest")] == [
        "screen",
        "min-max",
        "impute-lowest",
    ]


def test_an_empty_text_is_no_choice():
    assert Choice.row("  ") == ()


@pytest.mark.parametrize("text", ["", "Min", "min max", "min-max(low=1", "a(b(c=1))", "9lives", "min-max()x"])
def test_what_cannot_be_read_is_refused_with_an_example(text):
    with pytest.raises(InputError, match="is not a step of an index") as caught:
        Choice.parse(text)
    assert "winsorise(limit=5)" in caught.value.remedy


@pytest.mark.parametrize("text", ["min-max(low)", "min-max(=1)", "min-max(low=)"])
def test_a_parameter_without_a_value_is_refused(text):
    with pytest.raises(InputError, match="has no value"):
        Choice.parse(text)


def test_equal_choices_are_one_key():
    assert len({Choice.parse("a(b=1)"), Choice.parse("a( b = 1.0 )"), Choice.parse("a")}) == 2


words = st.from_regex(r"[a-z][a-z-]{0,8}", fullmatch=True)
values = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), words.filter(lambda word: word not in {"nan", "inf"})
)


@given(name=words, parameters=st.dictionaries(words, values, max_size=3))
def test_a_choice_is_read_as_it_is_written(name, parameters):
    assert Choice.parse(str(Choice(name, parameters))) == Choice(name, parameters)


def test_a_code_stays_a_text_when_it_begins_with_a_zero_and_is_written_as_it_was_otherwise():
    found = Choice.parse("screen(include=010200, exclude=340100, availability=0)")
    assert (found.text("include"), found.text("exclude"), found.text("group")) == ("010200", "340100", "")
    assert found.parameters["availability"] == 0


def test_the_hash_of_a_choice_writes_no_text(monkeypatch):
    """It is asked for in every run, and once wrote the choice out each time."""
    one, other = Choice.parse("winsorise(limit=5)"), Choice.parse("winsorise(limit=5)")

    def written(_):
        raise AssertionError("the choice was written out")

    monkeypatch.setattr(Choice, "__str__", written)
    monkeypatch.setattr(Choice, "text", written)
    assert hash(one) == hash(other)
