"""What share of the money that falls due is spent, on cases solved by hand."""

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.finance.spending import by_stage, history_of_reports, learn_absorption, read_history


def past(*shares, seen=2021.0):
    """Projects of 2020 and 2021 with a budget of 100 each, and what they spent by the time they are seen."""
    return pl.DataFrame(
        [(f"P{at}", 2020.0, 2022.0, seen, 100.0, spent) for at, spent in enumerate(shares)],
        schema=["project", "start", "end", "seen", "budget", "spent"],
        orient="row",
    )


def test_a_quarter_is_drawn_towards_all_by_its_number_of_projects():
    # at half time 50 falls due. Ten spent 25 (0.5); ten at the end, where 100 falls due, spent 100 (1.0).
    # The median of all is 0.75; with a pull of 5: (10 * 0.5 + 5 * 0.75) / 15 and (10 + 5 * 0.75) / 15
    history = pl.concat([past(*[25.0] * 10), past(*[100.0] * 10, seen=2022.0)])
    table = learn_absorption(history).table

    assert table["projects"].to_list() == [0, 10, 0, 10]
    assert table["ratio"].to_list() == pytest.approx([0.75, 8.75 / 15, 0.75, 13.75 / 15])


def test_what_is_expected_is_the_share_of_what_falls_due():
    learned = learn_absorption(past(*[25.0] * 10))
    row = learned.expected(past(0.0)).row(0, named=True)

    assert (row["due"], row["expected"]) == pytest.approx((50.0, 25.0))


def test_work_that_has_not_begun_teaches_nothing():
    with pytest.raises(InputError, match="0 projects have begun"):
        learn_absorption(past(*[25.0] * 10, seen=2019.0))


def test_every_fault_of_a_history_is_named(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text(
        "project,start,end,seen,budget,spent\nA,2020,2019,2021,5,1\nB,2020,2022,2021,0,1\nC,2020,2022,2021,,1\n"
    )
    with pytest.raises(InputError) as refused:
        read_history(path)

    assert [(fault.cell, str(fault.message)) for fault in refused.value.faults] == [
        ("row 2", "the project ends before it begins"),
        ("row 3", "a budget of 0 with 1 spent is not usable"),
        ("row 4", "values are missing: budget"),
    ]


REPORTED = pl.DataFrame(
    [
        ("A", "T1", 2020, 2020, 2021, 10.0, "CNY", 5.0, 5.0, 4.0, 3.0, 2.0),
        ("A", "T1", 2021, 2020, 2021, 10.0, "CNY", 5.0, 4.0, 4.0, 4.0, 3.0),
        ("B", "T2", 2020, 2020, 2021, 8.0, "USD", 4.0, 4.0, 4.0, 4.0, 4.0),
    ],
    schema=["city", "task", "year", "starts", "ends", "total", "currency", "planned", "tendered",
            "contracted", "done", "spent"],
    orient="row",
)  # fmt: skip


def test_the_stages_of_money_are_added_up_and_currencies_kept_apart():
    table = by_stage(REPORTED)

    assert table.select("currency", "planned", "spent", "spent_share").rows() == [
        ("CNY", 10.0, 5.0, 0.5), ("USD", 4.0, 4.0, 1.0),
    ]  # fmt: skip


def test_an_amount_that_is_not_known_is_in_no_sum_and_no_share():
    unknown = REPORTED.with_columns(spent=pl.when(pl.col("year") == 2020).then(pl.col("spent")))
    rows = by_stage(unknown, "year").select("year", "currency", "planned", "spent", "spent_share").rows()

    assert by_stage(unknown)["spent_share"].to_list() == [2.0 / 5.0, 1.0]
    assert (2021, "CNY", 5.0, None, None) in rows
    assert history_of_reports(unknown)["seen"].to_list() == [2021.0, 2021.0]


def test_reports_become_a_history_as_of_the_end_of_their_last_year():
    rows = history_of_reports(REPORTED).rows()

    assert rows == [("T1", 2020.0, 2022.0, 2022.0, 10.0, 5.0), ("T2", 2020.0, 2022.0, 2021.0, 8.0, 4.0)]
