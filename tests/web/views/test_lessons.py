"""The page of lessons: what is adopted, with what it was compared, who may read by whom, and what is open."""

import re

import pytest

from tracked_towns import FINISHED, VARIABLE, learning_programme

INDICATOR = "ISO37122:City services available online %"


@pytest.fixture(scope="module")
def programme():
    with learning_programme() as programme:
        yield programme


@pytest.fixture(scope="module")
def visitor(programme, open_client):
    with open_client(programme) as client:
        yield client


def plain(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_before_anybody_adopts_a_lesson_the_page_says_why_nothing_is_concluded(visitor):
    page = plain(visitor.get("/track/lessons").text)
    assert "No lesson has been adopted yet." in page
    assert "No single variable measures" in page


def test_an_adopted_lesson_says_what_was_declared_what_was_found_and_with_whom_it_was_compared(
    programme, visitor
):
    content = {
        "title": "Platforms", "solution": "DATA_PLATFORM", "indicator": INDICATOR, "variable": VARIABLE,
    }  # fmt: skip
    office, second = (programme.people.named(code) for code in ("olga", "oscar"))
    programme.casework.begin(office, "lesson", "l1", content)
    assert "Platforms" not in visitor.get("/track/lessons").text  # a proposal is the office's
    programme.casework.act(second, "lesson", "l1", "adopt", version=1)

    lesson = programme.casework.opened(second, "lesson", "l1").dossier.content
    for city in lesson["cities"]:
        weights = {one["city"]: one["weight"] for one in city["compared"]}
        assert sum(weights.values()) == pytest.approx(1)
        assert not {*weights} & {*FINISHED}
        gaps = [one["observed"] - one["synthetic"] for one in city["years"] if one["year"] >= city["begin"]]
        assert sum(gaps) / len(gaps) == pytest.approx(city["effect"])  # in points, as it is declared

    source = visitor.get("/track/lessons").text
    page = plain(source)
    assert page.count("Comparison cities and their weights") == len(FINISHED)
    assert "Declared before From 5.00" in page or "Declared before 5.00 20.00" in page
    assert source.count("<figure") == len(FINISHED)
    assert "observed in 3 cities" in plain(visitor.get("/about/assumptions").text)
    assert "/track/lessons" in visitor.get("/track").text


def test_what_is_adopted_is_not_listed_as_open(programme):
    still = programme.track.open_lessons()
    assert INDICATOR not in still["indicator"].to_list()
    assert programme.track.observed() == {"DATA_PLATFORM": 3}
