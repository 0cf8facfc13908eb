"""Limits of what dossiers hold."""

import pytest

from urbium.pilot.limits import limit_faults


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        ({"title": "x" * 501}, "title", "501 characters"),
        ({"source": "x" * 2_001}, "source", "2,001 characters"),
        ({"note": "x" * 20_001}, "note", "20,001 characters"),
        ({"countries": ["NLD"] * 50_000}, "countries", "50,000 items"),
        ({"projects": [{"cost": 1e308}]}, "projects.1.cost", "too large"),
        ({"return_asked": -1e308}, "return_asked", "too large"),
        ({"tenor": 10**18}, "tenor", "too large"),
        ({"title": "a\0b"}, "title", "control character"),
        ({"title": "a\u202eb"}, "title", "direction of text"),
        ({"answers": {"a\u202eb": 1}}, "answers", "direction of text"),
        ({"tasks": [{"title": "x" * 1_900}] * 400}, "", "all fields together"),
    ],
)
def test_what_is_too_much_is_named_with_its_place(content, place, said):
    (fault,) = limit_faults(content)

    assert fault.cell == place
    assert said in fault.message.render()


def test_twenty_faults_are_enough():
    assert len(limit_faults({"places": ["x" * 3_000] * 100})) == 20


def test_texts_in_several_lines_and_large_amounts_pass():
    assert limit_faults({"note": "one\ntwo\t三", "cost": 1e15, "tenor": None, "is_example": True}) == []
