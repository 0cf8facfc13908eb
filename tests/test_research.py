"""The library on data frames: measured and forecast without a database, shown in a notebook, saved."""

import inspect
import math
import re
import subprocess
import sys

import pandas as pd
import polars as pl
import pytest

import urbium as ub
from urbium.errors import InputError

FRAME = pl.DataFrame(
    {
        "city": ["a", "b", "c", "d"],
        "name": ["Anton", "Berta", "Cesar", "Dora"],
        "beds": [2.0, 4.0, 6.0, None],
        "smog": [9.0, 3.0, 1.0, 5.0],
    }
)
TREE = {"health": {"beds": 1}, "air": {"-smog": 1}}


def by_hand(weight: float) -> dict[str, float]:
    """Return scores by the formula of min-max, with a weight of beds, of cities with both figures."""
    beds = {"a": 0.0, "b": 50.0, "c": 100.0}
    smog = {"a": 0.0, "b": 100 * (9 - 3) / (9 - 1), "c": 100.0}
    return {city: weight * beds[city] + (1 - weight) * smog[city] for city in beds}


def test_the_verbs_of_a_researcher_are_listed():
    assert {"measure", "forecast_population", "new", "open", "load_catalogue", "solve", "Period"} <= set(
        dir(ub)
    )
    assert all(getattr(ub, name) is not None for name in dir(ub))


def test_the_verb_measure_is_there_before_and_after_the_room_is_imported():
    code = (
        "import urbium as ub, polars as pl\n"
        "f = pl.DataFrame({'city': ['a', 'b'], 'x': [1.0, 2.0]})\n"
        "one = ub.measure(f, ['x'], runs=0)\n"
        "import urbium.measure as room\n"
        "assert room.measure_index and ub.measure(f, ['x'], runs=0).table.equals(one.table)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_frame_is_scored_by_a_tree_without_a_database():
    scores = ub.measure(FRAME, TREE, period=2020, runs=0)

    found = dict(scores.table.select("city", "score").drop_nulls().iter_rows())
    assert {city: found[city] for city in "abc"} == pytest.approx(by_hand(0.5))


def test_only_the_proportions_of_weights_count():
    one = ub.measure(FRAME, {"beds": 1, "-smog": 3}, runs=0, availability=1.0)
    other = ub.measure(FRAME, {"beds": 2, "-smog": 6}, runs=0, availability=1.0)

    assert one.table.equals(other.table)
    assert dict(one.table.select("city", "score").drop_nulls().iter_rows()) == pytest.approx(by_hand(0.25))


def test_pandas_comes_in_and_goes_out():
    polars = ub.measure(FRAME, TREE, period=2020, runs=0)
    pandas = ub.measure(pd.DataFrame(FRAME.to_dict(as_series=False)), TREE, period=2020, runs=0)

    assert pandas.table.equals(polars.table)
    back = pandas.to_pandas()
    assert isinstance(back, pd.DataFrame)
    assert list(back["city"]) == pandas.table["city"].to_list()


@pytest.mark.parametrize("name", ["city", "code", None])
def test_the_index_of_a_pandas_frame_names_the_cities(name):
    frame = pd.DataFrame(FRAME.drop("name").to_dict(as_series=False)).set_index("city").rename_axis(name)

    assert ub.measure(frame, TREE, period=2020, runs=0).table["city"].sort().to_list() == ["a", "b", "c", "d"]


def test_that_the_year_of_today_stands_for_one_that_nobody_gave_is_said():
    undated, dated = ub.measure(FRAME, TREE, runs=0), ub.measure(FRAME, TREE, period=2020, runs=0)

    assert "is used" in undated.index.name["en"]
    assert dated.index.name["en"] == "Index of the data frame"


def test_an_index_of_city_and_year_gives_both():
    frame = pd.DataFrame(
        {"city": ["a", "a", "b", "b"], "year": [2019, 2020] * 2, "x": [1.0, 2.0, 3.0, 1.0]}
    ).set_index(["city", "year"])

    assert ub.measure(frame, ["x"], runs=0).period == 2020


def test_row_numbers_of_a_filtered_pandas_frame_are_not_taken_for_cities():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    with pytest.raises(InputError, match="no column 'city'"):
        ub.measure(frame[frame["x"] > 1], ["x"], runs=0)


def test_a_table_becomes_one_of_pandas_where_pyarrow_is_not_installed():
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import urbium as ub, polars as pl\n"
        "scores = ub.measure(pl.DataFrame({'city': ['a', 'b'], 'x': [1.0, 2.0]}), ['x'], runs=0)\n"
        "print(type(scores.to_pandas()).__module__, len(scores.to_pandas()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("pandas")
    assert done.stdout.endswith(" 2\n")


def test_without_pandas_everything_else_works():
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "import urbium as ub, polars as pl\n"
        "scores = ub.measure(pl.DataFrame({'city': ['a', 'b'], 'x': [1.0, 2.0]}), ['x'], runs=0)\n"
        "try: scores.to_pandas()\n"
        "except Exception as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "pandas is not installed" in done.stdout


@pytest.mark.parametrize(
    ("frame", "tree", "message"),
    [
        (FRAME, ["bedz"], "did you mean 'beds'"),
        (FRAME, ["name"], "contains no numbers"),
        (FRAME, {"beds": -1}, "the weight of 'beds' is -1"),
        (FRAME, {}, "no columns"),
        (FRAME, {"x": ["beds"], "y": ["beds"]}, "appears twice in the tree"),
        (FRAME.drop("city"), ["beds"], "no column 'city'"),
        (pl.concat([FRAME, FRAME]), ["beds"], "appears twice in"),
        (FRAME.with_columns(beds=pl.lit(math.inf)), ["beds"], "NaN or infinity"),
        ([1, 2], ["beds"], "not a data frame"),
    ],
)
def test_a_wrong_frame_or_tree_is_refused(frame, tree, message):
    with pytest.raises(InputError, match=message):
        ub.measure(frame, tree, runs=0)


def test_a_score_is_explained_by_code_and_by_name():
    scores = ub.measure(FRAME, TREE, period=2020, runs=0)

    assert scores.explain("Berta") == scores.explain("b") == scores.explain("berta")
    assert "data frame given to urbium" in str([str(node) for node in _every(scores.explain("b"))])


def _every(node):
    yield node.origin or ""
    for child in node.children:
        yield from _every(child)


def growth(rate: float) -> pl.DataFrame:
    years = list(range(1980, 2016, 5))
    return pl.DataFrame(
        [(city, year, 400_000.0 * (1 + rate) ** (year - 1980)) for city in "ab" for year in years],
        schema=["city", "year", "people"],
        orient="row",
    )


def test_a_population_is_forecast_from_a_long_and_from_a_wide_frame():
    long = growth(0.01)
    wide = long.pivot("year", index="city", values="people")

    outlook = ub.forecast_population(long, to=2030)
    assert outlook.table.equals(ub.forecast_population(wide, to="2030").table)
    assert outlook.table.equals(
        ub.forecast_population(pd.DataFrame(long.to_dict(as_series=False)), to=2030).table
    )
    last = outlook.table.filter(pl.col("year") == 2030).row(0, named=True)
    steady = 400_000.0 * 1.01**50
    assert last["low95"] < steady < last["high95"]


@pytest.mark.parametrize("period", [2012, "2012", ub.Period.parse("2012")])
def test_a_year_may_be_a_number_a_text_or_a_period(period):
    assert ub.measure(FRAME, TREE, period=period, runs=0).period == 2012


def test_a_notebook_shows_what_it_is_with_table_and_chart():
    shown = ub.measure(FRAME, TREE, period=2020, runs=0)._repr_html_()

    assert "<table>" in shown
    assert "<svg" in shown
    assert "<script" not in shown


@pytest.mark.parametrize(
    ("ending", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF"), ("html", b"<")]
)
def test_a_chart_is_saved_by_the_ending_of_its_file(tmp_path, ending, begins):
    chart = ub.measure(FRAME, TREE, period=2020, runs=0).chart()
    content = chart.save(tmp_path / f"ranking.{ending}").read_bytes()

    assert content.lstrip().startswith(begins)
    assert ending != "html" or not re.search(rb"<(script|link)[^>]*(src|href)=", content)


def test_a_chart_of_another_ending_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.bmp is not a supported chart format"):
        ub.measure(FRAME, TREE, runs=0).chart().save(tmp_path / "ranking.bmp")


def test_a_programme_in_memory_is_made_used_and_gone():
    with ub.new(":memory:") as programme:
        assert programme.summary()["cities"] == 0


@pytest.mark.parametrize("asked", ["León", "leon", "LEO\N{COMBINING ACUTE ACCENT}N", "MX1"])
def test_a_city_is_explained_by_its_name_in_any_spelling_that_is_not_doubtful(asked):
    names = {"name": ["León", "Mérida", "Merida", "Mexico City"]}
    frame = FRAME.with_columns(pl.Series("city", ["MX1", "MX2", "ES2", "MX3"]), **{
        name: pl.Series(values) for name, values in names.items()
    })  # fmt: skip
    scores = ub.measure(frame, TREE, runs=0)

    assert str(scores.explain(asked)) == str(scores.explain("MX1"))
    assert str(scores.explain("merida")) == str(scores.explain("ES2"))
    assert str(scores.explain("MÉRIDA")) == str(scores.explain("MX2"))


def test_an_editor_is_shown_what_the_verb_takes():
    assert list(inspect.signature(ub.measure).parameters)[:2] == ["frame", "tree"]


def test_all_columns_that_are_missing_are_named_at_once():
    frame = pl.DataFrame({"town": ["a"], "beds": [1.0]})
    with pytest.raises(InputError) as refused:
        ub.measure(frame, ["bed", "smog"])
    assert [fault.cell for fault in refused.value.faults] == ["city", "bed", "smog"]
    with pytest.raises(InputError) as refused:
        ub.forecast_population(frame, to=2030)
    assert [fault.cell for fault in refused.value.faults] == ["city", "period", "value"]
