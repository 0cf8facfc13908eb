"""A list is sorted, paged and handed out by its address, and by the columns that its view names alone."""

import csv
import io

import polars as pl
import pytest

from urbium.text import text
from urbium.web.rendering.listing import CITY_CODE, Listed, Listing

FRAME = pl.DataFrame(
    {
        "city": ["B", "A", "C", "D", "E"],
        "projects": [1, None, 3, 2, 2],
        "secret": ["s1", "s2", "s3", "s4", "s5"],
        "payers": [["X", "Y"], [], ["Z"], ["X"], ["Y"]],
    }
)
COLUMNS = (Listed("city"), Listed("projects"), Listed("payers", title=text("Payers")), Listed("why", by=None))


def listing(order="", number=1, size=2, frame=FRAME, **asked):
    return Listing(frame, COLUMNS, "/x", asked, order, number, size)


def cities(**how):
    pages = range(1, listing(**how).pages + 1)
    return "".join(row["city"] for number in pages for row in listing(number=number, **how).rows)


@pytest.mark.parametrize(
    ("order", "cities_in_order"),
    [
        ("", "BACDE"), ("city", "ABCDE"), ("-city", "EDCBA"), ("projects", "CDEBA"), ("-projects", "BDECA"),
        ("secret", "BACDE"), ("why", "BACDE"), ("; drop", "BACDE"),
    ],
)  # fmt: skip
def test_the_address_orders_every_page_what_is_not_known_comes_last(order, cities_in_order):
    assert cities(order=order) == cities_in_order


def test_numbers_begin_with_the_largest_and_a_second_press_turns_the_order():
    first = listing(q="a b", empty="")
    assert first.sorted_by(COLUMNS[1]) == "/x?q=a+b&order=projects#table"
    assert listing("projects").sorted_by(COLUMNS[1]) == "/x?order=-projects#table"
    assert listing("projects").direction(COLUMNS[1]) == "descending"
    assert listing("-projects").direction(COLUMNS[1]) == "ascending"
    assert listing("city").direction(COLUMNS[0]) == "ascending"
    assert listing("city").direction(COLUMNS[1]) == ""


def test_a_page_says_which_rows_of_how_many_it_holds_and_a_page_beyond_is_the_last():
    assert [(one.first, one.last, one.total) for one in (listing(), listing(number=99))] == [
        (1, 2, 5), (5, 5, 5),
    ]  # fmt: skip
    assert listing("city", number=2).at_page(3) == "/x?order=city&page=3#table"
    assert (listing(frame=FRAME.clear()).first, listing(frame=FRAME.clear()).pages) == (0, 1)


def test_the_file_holds_all_rows_in_their_order_and_no_column_that_is_not_shown():
    heads, *rows = csv.reader(io.StringIO(listing("city", number=2, q="a").csv()))
    assert heads == ["City", "Projects", "Payers"]
    assert [one[0] for one in rows] == list("ABCDE")
    assert rows[1] == ["B", "1", "X, Y"]
    assert "s1" not in listing().csv()
    assert listing("city", q="a").file == "/x?q=a&order=city&format=csv"


def test_the_file_has_columns_of_its_own_and_its_headings_begin_alike():
    frame = pl.DataFrame({"city": ["110000"], "name": ["Beijing"], "region": ["Beijing"]})
    columns = (CITY_CODE, Listed("name", "city"), Listed("region", title="province"))
    table = Listing(frame, columns, "/x")
    assert table.csv().splitlines() == ["City code,City,Province", "110000,Beijing,Beijing"]
    assert [one.name for one in table.shown] == ["name", "region"]


def test_the_file_holds_two_decimals_more_than_pages_show_and_of_stored_figures_every_digit():
    values = {"score": [86.78537321025578], "coverage": [0.8461538461538461], "people": [16660526.9470]}
    more = (Listed("computed", "value", title="Computed"), Listed("value", is_stored=True))
    frame = pl.DataFrame(values | {"computed": [0.1 + 0.2], "value": [3.4413510841]})
    row = Listing(frame, (*map(Listed, values), *more), "/x").csv().splitlines()[1]
    assert row == "86.785,0.84615,16660527,0.3,3.4413510841"


def test_no_text_of_the_file_runs_in_a_spreadsheet():
    hostile = FRAME.with_columns(city=pl.lit("=1+1"))
    assert [one[0] for one in csv.reader(io.StringIO(listing(frame=hostile).csv()))][1:] == ["'=1+1"] * 5
