"""Layout: a chart for the width of its frame, down to a phone's, with its last year and all its names."""

import itertools
import re
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from urbium import charts
from urbium.charts.layout import WIDTHS, laid_out
from urbium.charts.progress import progress_curve

NARROW, _, WIDE = WIDTHS
YEARS = list(range(1960, 2036))
FAN = pl.DataFrame(
    {
        "year": YEARS, "value": [float(year) for year in YEARS],
        "kind": ["observed" if year < 2025 else "projected" for year in YEARS],
        **{name: [None if year < 2025 else float(year) for year in YEARS]
           for name in ("low80", "high80", "low95", "high95")},
    }
)  # fmt: skip
NAME = "Emergency dispatch and vehicle priority"
STARTS = pl.DataFrame({"solution": [NAME, NAME], "year": [2016, 2021], "projects": [3, 8]})
LINES = pl.DataFrame({"year": [2020, 2021], "planned": [1.0, 9.0], "earned": [1.0, 8.9], "spent": [2.0, 8.8]})
TEXT = re.compile(
    r'<text[^>]*transform="translate\(([-0-9.]+),([-0-9.]+)\)[^>]*font-size="(\d+)px"[^>]*>([^<]*)<'
)
SPECS = {
    "fan": charts.fan(FAN),
    "starts": charts.starts(STARTS),
    "lines": progress_curve(LINES),
    "money": charts.money(
        pl.DataFrame({"year": YEARS * 2, "fund": ["City budget"] * 76 + ["Loan"] * 76, "amount": [1.0] * 152})
    ),
    "ranking": charts.ranking(pl.DataFrame({"name": [NAME, "Wuhu"], "score": [61.0, 40.0]})),
}


PILLARS = ["Economy", "Society", "Environment"]
QUARTILES = {"low": [1.0] * 3, "median": [2.0] * 3, "high": [3.0] * 3}
PROFILE = charts.pillar_profile(pl.DataFrame({"name": PILLARS, "score": [2.0, 4.0, 3.0]} | QUARTILES))
COMPARED = charts.pillars_compared(
    pl.DataFrame({"name": PILLARS * 2, "place": ["Beijing"] * 3 + ["Wuhu"] * 3, "score": [5.0] * 6}),
    order=PILLARS, cities=["Beijing", "Wuhu"],
)  # fmt: skip
PAYERS = ["City budget", "Set aside for renewal", "Operation of completed projects"]
PAID = charts.money(
    pl.DataFrame({"year": [2016] * 3 + [2022] * 3, "fund": PAYERS * 2, "amount": [5e3, 7e3, 9e3] * 2}),
    y_title="CNY million", order=PAYERS,
)  # fmt: skip
NAMED = {"profile": (PROFILE, PILLARS), "compared": (COMPARED, PILLARS), "paid": (PAID, PAYERS)}
WIDER = 0.48
"""Breadth of a letter of the broader of the families that a reader may have, as a share of its height."""
FRAMES = (324, *WIDTHS)


def boxes(spec, width):
    """The words of a drawn chart with the boxes that broad letters take: word, left, top, right, bottom."""
    drawn = ET.fromstring(charts.render(laid_out(spec, width)))
    found = []

    def look(element, x, y):
        moved = re.match(r"translate\(([-0-9.]+),([-0-9.]+)\)", element.get("transform", ""))
        x, y = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
        if element.tag.endswith("text") and element.text and "rotate" not in element.get("transform", ""):
            size = float(element.get("font-size").removesuffix("px"))
            breadth = WIDER * size * len(element.text)
            left = x - breadth * {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor"), 0.0)
            found.append((element.text, left, y - 0.8 * size, left + breadth, y + 0.2 * size))
        for child in element:
            look(child, x, y)

    look(drawn, 0.0, 0.0)
    return found, float(drawn.get("width"))


@pytest.mark.parametrize("width", FRAMES)
@pytest.mark.parametrize("name", NAMED)
def test_names_are_whole_within_the_picture_and_apart_from_each_other(name, width):
    spec, named = NAMED[name]
    drawn, breadth = boxes(spec, width)
    assert set(named) <= {word for word, *_ in drawn}
    assert [box for box in drawn if box[1] < 0 or box[3] > breadth] == []
    lying = [
        (one[0], other[0])
        for one, other in itertools.combinations(drawn, 2)
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
        and {one[0], other[0]} & set(named)
    ]  # fmt: skip
    assert lying == []


def words(spec, width):
    return TEXT.findall(charts.render(laid_out(spec, width)).decode())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SPECS)
def test_letters_are_never_smaller_than_eleven_pixels_and_the_picture_is_as_wide_as_its_frame(name, width):
    drawn = charts.render(laid_out(SPECS[name], width)).decode()
    assert {size for *_, size, _ in words(SPECS[name], width) if int(size) < 11} == set()
    assert float(re.search(r'width="([0-9.]+)"', drawn)[1]) <= width + 1


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("name", "year"), [("fan", "2035"), ("starts", "2021"), ("lines", "2021"), ("money", "2035")]
)
def test_the_last_year_is_always_named(name, year, width):
    assert year in [word for *_, word in words(SPECS[name], width)]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_years_that_are_named_stand_apart(width):
    values = laid_out(SPECS["fan"], width)["layer"][0]["encoding"]["x"]["axis"]["values"]
    assert values[-1] == 2035
    assert len(values) * 44 < width
    assert len({later - year for year, later in itertools.pairwise(values)}) == 1


def test_in_a_narrow_frame_names_stand_above_their_rows_and_are_whole():
    narrow, wide = (laid_out(SPECS["starts"], width) for width in (NARROW, WIDE))
    assert narrow["encoding"]["y"]["axis"]["labelAlign"] == "left"
    assert "labelAlign" not in wide["encoding"]["y"]["axis"]
    assert NAME in [word for *_, word in words(SPECS["starts"], NARROW)]


def test_lines_are_named_at_their_ends_where_there_is_room_and_by_a_legend_elsewhere():
    narrow, wide = (laid_out(SPECS["lines"], width) for width in (NARROW, WIDE))
    assert [layer.get("name") for layer in narrow["layer"]] == [None]
    assert [layer.get("name") for layer in wide["layer"]] == [None, "wide_ends"]
    assert "legend" not in narrow["layer"][0]["encoding"]["color"]
    assert wide["layer"][0]["encoding"]["color"]["legend"] is None


def test_names_at_the_ends_of_close_lines_do_not_lie_on_each_other():
    places = sorted(float(y) for _, y, _, word in words(SPECS["lines"], WIDE) if "(" in word)
    assert len(places) == 3
    assert min(later - place for place, later in itertools.pairwise(places)) >= 12


def test_a_chart_without_years_or_rows_is_laid_out_too():
    assert charts.render(laid_out(charts.fan(FAN.head(0)), NARROW)).startswith(b"<svg")
    assert charts.render(laid_out(progress_curve(LINES.head(0)), WIDE)).startswith(b"<svg")


def test_the_specification_itself_is_left_as_it_was():
    before = charts.content_hash(SPECS["starts"])
    laid_out(SPECS["starts"], NARROW)
    assert charts.content_hash(SPECS["starts"]) == before


STACK = pl.DataFrame(
    {
        "year": [2020, 2020, 2020, 2021, 2021, 2021],
        "fund": ["City budget", "Loan", "A partner with a name that takes very much room"] * 2,
        "amount": [50.0, 1.0, 49.0, 60.0, 30.0, 10.0],
    }
)
STACKED = charts.money(STACK, order=["City budget", "Loan"])


def test_parts_of_a_stack_are_named_beside_it_where_they_fit_and_in_the_key_elsewhere():
    wide = laid_out(STACKED, WIDE)
    beside = next(layer for layer in wide["layer"] if layer.get("name") == "wide_parts")

    assert [row["fund"] for row in beside["data"]["values"]] == ["City budget", "Loan"]
    assert [row["at"] for row in beside["data"]["values"]] == [30.0, 75.0]
    key = wide["layer"][0]["encoding"]["color"]["legend"]
    assert key["values"] == ["A partner with a name that takes very much room"]


def test_the_key_of_a_stack_reads_from_its_top_down():
    key = laid_out(STACKED, NARROW)["layer"][0]["encoding"]["color"]["legend"]["values"]

    assert key == ["A partner with a name that takes very much room", "Loan", "City budget"]


def test_a_stack_of_which_few_parts_would_fit_has_a_key_of_all():
    rows = STACK.with_columns(amount=pl.Series([50.0, 1.0, 49.0, 1.0, 1.0, 60.0]))
    wide = laid_out(charts.money(rows, order=["City budget", "Loan"]), WIDE)

    assert len(wide["layer"][0]["encoding"]["color"]["legend"]["values"]) == 3


def test_a_key_leaves_room_for_the_wider_letters_of_a_readers_machine():
    key = laid_out(STACKED, WIDE)["config"]["legend"]
    longest = len("A partner with a name that takes very much room")

    assert key["columnPadding"] > 0.1 * 6.5 * longest


@pytest.mark.parametrize("width", WIDTHS)
def test_a_stack_is_drawn_as_wide_as_its_frame_with_its_names(width):
    drawn = charts.render(laid_out(STACKED, width)).decode()

    assert float(re.search(r'width="([0-9.]+)"', drawn)[1]) <= width + 1
    assert "City budget" in drawn
