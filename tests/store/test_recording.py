"""A file's observations are stored whole or not at all, and come back as they were given."""

import hashlib
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from seeds import tries
from urbium.errors import Fault, InputError
from urbium.model import OBSERVATION, Quality
from urbium.store import FileStamp
from urbium.store.queries import query
from urbium.store.schema import STATUSES


def test_a_figure_comes_back_with_all_that_traces_it(store, load, figures):
    receipt = load(figures())

    assert store.observations().row(0, named=True) == {
        "city": "340100",
        "variable": "gdp",
        "period": "2012",
        "value": 4164.34,
        "unit": "10k CNY",
        "area": "prefecture",
        "status": "reported",
        "quality": "measured",
        "source": "ccsy",
        "recorded_at": receipt.recorded_at,
        "recorded_by": "clerk",
        "file": "yearbook.xlsx",
        "sheet": "Economy",
        "cell": "C14",
        "reason": "yearly report",
    }


def test_an_empty_store_has_the_columns_and_types_of_observations(store):
    assert dict(store.observations().schema) == dict(OBSERVATION)


def test_a_table_has_the_columns_and_types_of_observations(store, load, figures):
    load(figures())

    assert dict(store.observations().schema) == dict(OBSERVATION)


def test_observations_are_sorted_by_city_variable_area_source_and_period(store, load, figures):
    load(
        figures(
            {"period": "2012"},
            {"period": "2012-Q1"},
            {"period": "2011"},
            {"source": "own"},
            {"city": "110000", "variable": "pupils"},
            {"city": "110000"},
        )
    )

    assert store.observations().select("city", "variable", "source", "period").rows() == [
        ("110000", "gdp", "ccsy", "2012"),
        ("110000", "pupils", "ccsy", "2012"),
        ("340100", "gdp", "ccsy", "2011"),
        ("340100", "gdp", "ccsy", "2012"),
        ("340100", "gdp", "ccsy", "2012-Q1"),
        ("340100", "gdp", "own", "2012"),
    ]


def test_a_load_or_a_decision_reads_the_series_of_its_own_cities_alone(store, load, figures, monkeypatch):
    """Else each file takes longer the more others there are: the series of a nation are many millions."""
    load(figures({"city": "110000"}, {"city": "110000", "variable": "pupils"}))
    read: list[int] = []
    series_codes = query.series_codes

    def counted(*words, **named):
        series = series_codes(*words, **named)
        read.append(series.height)
        return series

    monkeypatch.setattr(query, "series_codes", counted)
    load(figures({"status": "suspect"}))
    assert load(figures({"city": "110000", "value": 2.0}, {"status": "suspect"})).unchanged == 1
    store.accept(by="ann", reason="asked", city="340100", variable="gdp", period="2012")

    assert read == [0, 2, 1]
    assert store.observations(history=True).select("city", "variable", "value", "status").rows() == [
        ("110000", "gdp", 4164.34, "reported"),
        ("110000", "gdp", 2.0, "reported"),
        ("110000", "pupils", 4164.34, "reported"),
        ("340100", "gdp", 4164.34, "suspect"),
        ("340100", "gdp", 4164.34, "accepted"),
    ]
    store.verify()


def test_a_receipt_counts_what_is_new_what_is_known_and_what_is_suspect(load, figures, stamp):
    load(figures({"period": "2010"}, {"period": "2011"}))

    receipt = load(figures({"period": "2010"}, {"period": "2011", "value": 1.0}, {"status": "suspect"}))

    assert (receipt.stored, receipt.unchanged, receipt.suspects, receipt.file) == (2, 1, 1, stamp)


def test_the_same_file_twice_is_harmless(store, load, figures):
    load(figures({}, {"period": "2011"}))
    before = store.observations(history=True)

    receipt = load(figures({}, {"period": "2011"}))

    assert (receipt.stored, receipt.unchanged) == (0, 2)
    assert_frame_equal(store.observations(history=True), before)


def test_a_value_that_moved_to_another_cell_is_not_a_change(load, figures):
    load(figures())

    assert load(figures({"cell": "D15", "sheet": "Other"})).unchanged == 1


@pytest.mark.parametrize(
    "change",
    [{"value": 1.0}, {"unit": "CNY"}, {"status": "projected"}, {"quality": "personal estimate"}],
    ids=["value", "unit", "status", "quality"],
)
def test_a_correction_is_a_new_version_beside_the_old_one(store, load, figures, change):
    load(figures())
    receipt = load(figures(change), reason="correction")

    (name, value), *_ = change.items()
    assert receipt.stored == 1
    assert store.observations()[name].to_list() == [value]
    assert store.observations(history=True).height == 2


@pytest.mark.parametrize(
    "change",
    [{"city": "110000"}, {"variable": "pupils"}, {"period": "2013"}, {"area": "urban"}, {"source": "own"}],
    ids=["city", "variable", "period", "area", "source"],
)
def test_figures_of_another_key_stand_side_by_side(store, load, figures, change):
    load(figures())
    load(figures(change))

    assert store.observations().height == 2


@pytest.mark.parametrize(
    ("only", "values"),
    [
        ({"variables": ["gdp"]}, [1.0, 2.0, 4.0]),
        ({"cities": ["110000"]}, [1.0]),
        ({"periods": [2011, "2013"]}, [2.0]),
        ({"statuses": ["suspect"]}, [4.0]),
        ({"variables": ["gdp", "pupils"], "cities": ["340100"], "periods": ["2012"]}, [4.0, 3.0]),
        ({"variables": ["unheard of"]}, []),
        ({"cities": []}, []),
    ],
)
def test_only_what_is_asked_for_is_returned(store, load, figures, only, values):
    load(
        figures(
            {"city": "110000", "value": 1.0},
            {"period": "2011", "value": 2.0},
            {"variable": "pupils", "value": 3.0},
            {"status": "suspect", "value": 4.0},
        )
    )

    assert store.observations(**only)["value"].to_list() == values


def test_a_status_is_that_of_the_current_version(store, load, figures):
    load(figures({"status": "suspect"}))
    load(figures({"value": 1.0}))

    assert store.observations(statuses=["suspect"]).is_empty()


def test_a_file_may_leave_out_sheet_cell_and_reason(store, load, figures):
    load(figures({"sheet": None, "cell": None, "reason": None, "file": None}))

    row = store.observations().row(0, named=True)
    assert (row["sheet"], row["cell"], row["file"]) == ("", "", "yearbook.xlsx")


@pytest.mark.parametrize("cell", ["C14", "XFD1048576", "AA1", "Z9", "C", "14", ""])
def test_a_cell_comes_back_as_it_was_written(store, load, figures, cell):
    load(figures({"cell": cell}))

    assert store.observations()["cell"].to_list() == [cell]


def test_a_row_may_have_its_own_reason(store, load, figures):
    load(figures({"reason": "misprint in the yearbook"}))

    assert store.observations()["reason"].to_list() == ["misprint in the yearbook"]


def test_a_file_without_figures_leaves_a_load_without_rows(store, load, figures):
    assert load(figures().clear()).stored == 0
    store.verify()


def test_an_untyped_empty_column_is_taken_as_empty(store, load, figures):
    load(figures().with_columns(pl.lit(None).alias("reason")))

    assert store.observations()["reason"].to_list() == ["yearly report"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"city": "34010"}, "the store has no city '34010'"),
        ({"source": "ccsi"}, "the store has no source 'ccsi'"),
        ({"variable": ""}, "variable is empty"),
        ({"area": None}, "area is empty"),
        ({"value": None}, "not a finite number"),
        ({"value": float("nan")}, "not a finite number"),
        ({"value": float("-inf")}, "not a finite number"),
        ({"status": "fine"}, "use one of: reported, suspect, accepted, projected"),
        ({"quality": "good"}, "use one of: measured"),
        ({"period": "2012-13"}, "write 2012, 2012-Q1"),
        ({"period": " 2012"}, "write 2012, 2012-Q1"),
        ({"cell": "c14"}, "write the cell as in a spreadsheet, for example C14"),
        ({"cell": "C14\n"}, "write the cell as in a spreadsheet, for example C14"),
        ({"file": "other.xlsx"}, "record one file at a time"),
        ({"sheet": "Eco\0nomy"}, "contains a NUL character"),
    ],
)
def test_a_wrong_table_is_refused_with_place_and_remedy(store, load, figures, change, words):
    with pytest.raises(InputError) as caught:
        load(figures({}, {"period": "2011", **change}))

    assert words in str(caught.value)
    assert store.observations().is_empty()


def test_all_faults_are_said_at_once(load, figures):
    with pytest.raises(InputError) as caught:
        load(figures({"value": None, "cell": "B2"}, {"status": "fine", "cell": "B3"}, {"period": "x"}))

    assert [fault.rule for fault in caught.value.faults] == ["number", "period", "status"]
    assert [fault.where for fault in caught.value.faults] == ["Economy!B2", "Economy!C14", "Economy!B3"]


def test_every_unknown_city_is_listed(load, figures):
    with pytest.raises(InputError) as caught:
        load(figures({"city": "1"}, {"city": "2"}, {"city": "1", "period": "2011"}))

    assert [fault.city for fault in caught.value.faults] == ["1", "2"]


def test_the_same_figure_twice_in_a_file_is_refused(load, figures):
    with pytest.raises(InputError, match="appears more than once"):
        load(figures({"value": 1.0, "cell": "C1"}, {"value": 2.0, "cell": "C2"}))


def test_a_thousand_faults_of_one_kind_are_counted_not_listed(load, figures):
    with pytest.raises(InputError, match="further rows: 900"):
        load(figures(*[{"value": None}] * 1000))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (lambda table: table.drop("unit"), "column 'unit' is missing"),
        (lambda table: table.with_columns(colour=pl.lit("red")), "column 'colour' is not an observation"),
        (lambda table: table.cast({"value": pl.String}), "enter numbers"),
        (lambda table: table.with_columns(city=pl.lit(340100)), "column 'city' contains Int32; enter text"),
    ],
)
def test_a_table_of_another_shape_is_refused(load, figures, table, words):
    with pytest.raises(InputError, match=words):
        load(table(figures()))


def test_a_refused_file_changes_no_byte(store, load, figures, url):
    if url.startswith("postgresql"):
        before = store.audit()
        with pytest.raises(InputError):
            load(figures({"city": "1"}))
        assert_frame_equal(store.audit(), before)
        return
    load(figures())
    files = sorted(Path(url).parent.iterdir())
    before = [hashlib.sha256(path.read_bytes()).digest() for path in files if path.suffix != ".db-shm"]

    with pytest.raises(InputError):
        load(figures({"city": "1"}))

    after = [hashlib.sha256(path.read_bytes()).digest() for path in files if path.suffix != ".db-shm"]
    assert (sorted(Path(url).parent.iterdir()), after) == (files, before)


def test_the_faults_of_a_file_are_kept_with_it(store, load, figures):
    fault = Fault(
        "warning", "over 100%", "check it", rule="plausible", sheet="Water", cell="C14", value="120"
    )
    receipt = load(figures(), faults=[fault, Fault("note", "a\0b", "")])

    table = store.faults()
    assert table.row(0, named=True) == {
        **{name: text for name, text in fault.record().items() if name != "code"},
        "file": "yearbook.xlsx",
        "sha256": "5e" * 32,
        "load": receipt.load,
        "recorded_at": receipt.recorded_at,
        "said": None,
    }
    assert table["message"].to_list() == ["over 100%", "a␀b"]


def test_the_faults_of_a_file_loaded_twice_are_shown_once(store, load, figures):
    load(figures(), faults=[Fault("warning", "over 100%", "check it")])
    load(figures(), faults=[Fault("warning", "over 100%", "check it")])

    assert store.faults().height == 1


def test_the_faults_of_one_file_can_be_asked_for(store, load, figures):
    load(figures(), faults=[Fault("warning", "first", "")])
    other = figures({"period": "2011", "file": None})
    load(other, faults=[Fault("warning", "second", "")], file=FileStamp("b.csv", "00"))

    assert store.faults("b.csv")["message"].to_list() == ["second"]


TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=8
).filter(lambda text: text.strip() != "")


@settings(max_examples=tries(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "variable": TEXTS,
                "value": st.floats(allow_nan=False, allow_infinity=False),
                "unit": st.text("abc%²", max_size=3),
                "area": TEXTS,
                "status": st.sampled_from(STATUSES),
                "quality": st.sampled_from([quality.value for quality in Quality]),
                "sheet": TEXTS,
                "cell": st.from_regex(r"\A[A-Z]{1,3}[1-9][0-9]{0,6}\Z"),
            }
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda row: (row["variable"], row["area"]),
    )
)
def test_whatever_is_recorded_comes_back_to_the_last_bit(store, load, figures, rows):
    years = store.audit().height  # the store outlives an example: each has a year of its own
    table = figures(*({**row, "period": str(1000 + years)} for row in rows))
    receipt = load(table)

    names = [name for name in table.columns if name not in ("file", "reason")]
    back = store.observations().filter(recorded_at=receipt.recorded_at).select(names)
    given = table.select(names).with_columns(pl.col("value") + 0.0)  # a zero keeps no sign
    keys = ["variable", "area"]
    assert_frame_equal(back.sort(keys), given.sort(keys), check_exact=True)
    store.verify()


def test_a_zero_below_zero_beside_another_figure_keeps_the_proof_whole(store, load, figures):
    load(figures({"value": -0.0}, {"value": 1.0, "variable": "retail_sales"}))

    store.verify()
    assert sorted(store.observations()["value"]) == [0.0, 1.0]
