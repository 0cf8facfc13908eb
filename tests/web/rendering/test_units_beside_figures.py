"""Units beside figures: as the language that is spoken places and sizes them."""

from urbium.text import language
from urbium.web.rendering.words import with_unit

CHINESE = {"Accept-Language": "zh"}


def test_money_by_the_million_is_counted_in_ten_thousands_where_plans_are_held_against_actuals(client):
    page = client.get("/track", headers=CHINESE).text
    table = page[page.index('id="table"') :]
    assert "万元" in table
    assert "百万元" not in table


def test_a_rate_of_a_number_of_people_stands_before_its_figure_in_chinese():
    with language("zh"):
        assert with_unit("479.51", "per 100k persons") == "每10万人479.51"


def test_no_space_parts_a_figure_from_a_sign_or_a_wide_character():
    assert with_unit("2", "%") == "2%"
    with language("zh"):
        assert [with_unit("2", "%"), with_unit("5", "t")] == ["2%", "5吨"]


def test_a_ratio_is_a_number_alone():
    assert with_unit("1.37", "ratio") == "1.37"
