"""A programme that an earlier urbium wrote is brought up to date, and says what it makes otherwise than then.

``programme_v1.sql`` is the dump of a store that the code of 26 November 2026 wrote (commit ccaa565, schema
1): three cities with their figures and findings, scores and an outlook adopted.
"""

import sqlite3
from pathlib import Path

import polars as pl
import pytest

from urbium.cli import main
from urbium.errors import ConflictError
from urbium.programme import open_programme, upgrade

DUMP = Path(__file__).parents[1] / "golden" / "programme_v1.sql"


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    connection.close()
    return path


@pytest.fixture
def upgraded(old):
    upgrade(old)
    with open_programme(old) as programme:
        yield programme


def test_an_old_programme_is_refused_with_the_command_that_upgrades_it(old):
    with pytest.raises(ConflictError, match=rf"urbium upgrade -d {old}"):
        open_programme(old)


def test_the_command_upgrades_an_old_programme_and_says_what_it_holds(old, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["upgrade", "-d", str(old)])

    assert stop.value.code in (None, 0)
    assert "629" in capsys.readouterr().out


def test_upgrading_twice_changes_nothing(old):
    upgrade(old)
    with open_programme(old) as programme:
        entries = programme.store.audit().height
    upgrade(old)
    with open_programme(old) as programme:
        assert programme.store.audit().height == entries


def test_nothing_stored_is_lost_or_changed_by_the_upgrade(old, upgraded):
    # counted in the dump: rows of the tables observation and fault, and of the audit log
    lines = DUMP.read_text(encoding="utf-8").splitlines()
    rows = {
        table: sum(line.startswith(f'INSERT INTO "{table}"') for line in lines)
        for table in ("observation", "fault", "audit")
    }

    assert upgraded.observations().height == rows["observation"] == 629
    assert upgraded.faults().height == rows["fault"]
    assert upgraded.store.audit().height == rows["audit"] + 2  # the tables, and the settings
    upgraded.store.verify()


def test_findings_of_an_old_load_are_said_in_english(upgraded):
    messages = [fault["message"] for fault in upgraded.all_faults()]

    assert any("the column seems to be in another unit" in message for message in messages)


@pytest.mark.parametrize("stage", ["scores", "outlook"])
def test_what_was_adopted_before_results_were_kept_says_that_it_may_differ(upgraded, stage):
    assert upgraded.adopted(stage) is not None
    (said,) = upgraded.outdated()

    assert said.code == "programme.outdated.unknown"
    assert "--adopt" in said


def test_what_is_adopted_now_is_kept_whole_and_not_out_of_date(upgraded):
    upgraded.adopt(upgraded.measure("yearbook", period=2012, runs=0), by="office", reason="again")
    upgraded.adopted("scores")

    assert upgraded.outdated() == []


def test_an_adopted_result_that_is_made_otherwise_says_how_many_rows_differ(upgraded, monkeypatch):
    upgraded.adopt(upgraded.forecast(to=2030), by="office", reason="again")
    again = upgraded.workspace._remake

    def otherwise(stage, kept, catalogue):
        result = again(stage, kept, catalogue)
        value = pl.when(pl.col("year") > 2020).then(pl.col("value") * 1.1).otherwise("value")
        table = result.table.with_columns(value=value)
        object.__setattr__(result, "table", table)
        return result

    monkeypatch.setattr(upgraded.workspace, "_remake", otherwise)
    outlook = upgraded.adopted("outlook")
    (said,) = upgraded.outdated()

    assert said.code == "programme.outdated"
    assert said.parameters["total"] == outlook.table.height
    assert said.parameters["rows"] == outlook.table.filter(pl.col("year") > 2020).height
    assert "urbium forecast population --to 2035 --adopt" in said


def test_the_last_digit_of_another_machine_is_no_difference(upgraded, monkeypatch):
    upgraded.adopt(upgraded.forecast(to=2030), by="office", reason="again")
    again = upgraded.workspace._remake

    def elsewhere(stage, kept, catalogue):
        result = again(stage, kept, catalogue)
        object.__setattr__(result, "table", result.table.with_columns(pl.col("value") * (1 + 1e-12)))
        return result

    monkeypatch.setattr(upgraded.workspace, "_remake", elsewhere)
    upgraded.adopted("outlook")

    assert upgraded.outdated() == []
