"""An adopted result that another version of urbium makes otherwise says so, and how much of it differs."""

import polars as pl
import pytest

from urbium.programme import open_programme


@pytest.fixture
def programme(demo_copy):
    with open_programme(demo_copy) as opened:
        opened.adopt(opened.measure("yearbook", period=2012, runs=0), by="office", reason="again")
        yield opened


@pytest.fixture
def remade(programme, monkeypatch):
    """Return what lets the scores be made again with their values multiplied in some rows."""
    again = programme.workspace._remake

    def multiply(factor, rows):
        def otherwise(stage, kept, catalogue):
            result = again(stage, kept, catalogue)
            score = pl.when(rows).then(pl.col("score") * factor).otherwise("score")
            object.__setattr__(result, "table", result.table.with_columns(score=score))
            return result

        monkeypatch.setattr(programme.workspace, "_remake", otherwise)

    return multiply


def test_what_is_adopted_now_is_not_out_of_date(programme):
    programme.adopted("scores")

    assert programme.outdated() == []


def test_a_result_that_is_made_otherwise_says_how_many_rows_differ(programme, remade):
    remade(1.1, pl.col("city").str.starts_with("34"))
    table = programme.adopted("scores").table
    (remark,) = programme.outdated()

    assert remark.code == "programme.outdated"
    assert remark.parameters["total"] == table.height
    assert (
        remark.parameters["rows"] == table.filter(pl.col("city").str.starts_with("34"))["score"].count() > 0
    )
    assert "--adopt" in remark


def test_the_last_digit_of_another_machine_is_no_difference(programme, remade):
    remade(1 + 1e-12, pl.lit(value=True))
    programme.adopted("scores")

    assert programme.outdated() == []


def test_a_part_of_an_adopted_result_is_the_adopted_one_without_what_was_left_out(demo):
    part, whole = demo.workspace.adopted_with("scores", runs=0), demo.adopted("scores")

    assert part.table.select("city", "score", "rank").equals(whole.table.select("city", "score", "rank"))
    assert demo.outdated() == []
    assert demo.workspace.adopted_with("scores", runs=0) is whole  # once the whole is there


def test_a_part_that_is_made_otherwise_is_out_of_date_too(programme, remade):
    remade(1.1, pl.col("city").str.starts_with("34"))
    programme.workspace.adopted_with("scores", runs=0)

    assert [remark.code for remark in programme.outdated()] == ["programme.outdated"]
