"""What is adopted explains itself from what was known when it was adopted, whatever is loaded later."""

import pytest

from urbium.model import Source
from urbium.programme import open_programme

HEFEI = "340100"
ROWS = (
    "city,variable,period,value,unit,area,source\n"
    f"{HEFEI},population_agglomeration,2025,8600000,persons,agglomeration,officer\n"
    f"{HEFEI},population,2012,8600000,persons,prefecture,officer\n"
)


@pytest.fixture
def programme(demo_copy):
    with open_programme(demo_copy) as opened:
        yield opened


def told(programme):
    """Return every explanation of what is adopted that reads figures of people, as a reader sees it."""
    return {
        "plan": str(programme.why(HEFEI, "LED_SL")),
        "score": str(programme.explain(HEFEI, "score")),
        "population": str(programme.explain(HEFEI, "population")),
    }


@pytest.mark.long
def test_later_figures_sources_and_rates_change_no_explanation_of_what_is_adopted(programme, tmp_path):
    before = told(programme)
    assert "D13603" in before["plan"]
    path = tmp_path / "later.csv"
    path.write_text(ROWS)
    wup = programme.sources()["wup18"]
    renamed = Source(wup.id, "another publisher", wup.title)
    office = Source("officer", "Hefei, city government", "figures of 2025")
    programme.register(sources=[office, renamed], by="test", reason="later")
    programme.load(path, by="test", reason="later")
    assert told(programme) == before


def test_the_city_itself_shows_the_new_figure_with_its_date(programme, tmp_path):
    path = tmp_path / "later.csv"
    path.write_text(ROWS)
    programme.register(sources=[Source("officer", "Hefei", "2025")], by="test", reason="later")
    programme.load(path, by="test", reason="later")
    figures = programme.register.figures_of(HEFEI).filter(variable="population_agglomeration", period="2025")
    assert figures.filter("is_in_force")["value"].to_list() == [8_600_000.0]
