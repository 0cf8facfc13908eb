"""Levers: what if, from the command line; what they give is no forecast and is never adopted."""

import json

import pytest


def levers(tmp_path, *rows):
    path = tmp_path / "levers.csv"
    path.write_text("\n".join(["city,lever,since,change", *rows]) + "\n", encoding="utf-8")
    return path


def people(run, demo_file, *more):
    code, out, _ = run("forecast", "population", "--to", 2030, "-d", demo_file, "--json", "--rows", 0, *more)
    assert code == 0
    rows = json.loads(out)["table"]
    return {(row["city"], row["year"]): row["value"] for row in rows}


def test_levers_move_one_city_and_leave_the_others(run, demo_file, tmp_path):
    path = levers(tmp_path, "340100,net migration,2021,10")
    before, after = people(run, demo_file), people(run, demo_file, "--given", path)
    assert after["340100", 2030] / before["340100", 2030] == pytest.approx(1.01**10, rel=1e-3)
    assert after["110000", 2030] == before["110000", 2030]


def test_what_levers_give_cannot_be_adopted(run, demo_file, tmp_path):
    path = levers(tmp_path, "340100,jobs,2021,1")
    code, _, err = run(
        "forecast", "population", "--to", 2030, "-d", demo_file, "--given", path, "--adopt", "--by", "me"
    )  # fmt: skip
    assert code == 2
    assert "not a forecast" in err


def test_a_wrong_row_is_named(run, demo_file, tmp_path):
    path = levers(tmp_path, "340100,weather,2021,1")
    code, _, err = run("forecast", "population", "--to", 2030, "-d", demo_file, "--given", path)
    assert code == 2
    assert "weather" in err


def test_a_file_that_is_no_table_is_refused(run, demo_file, tmp_path):
    path = tmp_path / "levers.csv"
    path.write_text("city,lever,since,change\n340100,jobs,soon,1\n", encoding="utf-8")
    code, _, err = run("forecast", "population", "--to", 2030, "-d", demo_file, "--given", path)
    assert code == 2
    assert "levers" in err
