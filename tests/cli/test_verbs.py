"""The command: every verb as a newcomer types it, for people and for programs."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from urbium.cli import app
from urbium.cli.searching import search
from urbium.cli.show import remark
from urbium.examples.demo import DEMO, demo_cities
from urbium.store import Store

PLAIN = {"rank": "measure", "city": "profile"}
"""What newcomers typed, and the command that does it."""


def test_help_lists_each_command_once_under_its_stage(run):
    code, out, _ = run("--help")
    stages = re.split(r"^╭─ (.+?) ─", out, flags=re.MULTILINE)[1:]
    listed = {
        title: re.findall(r"^│ ([a-z-]+)", body, re.MULTILINE)
        for title, body in zip(stages[::2], stages[1::2], strict=True)
    }
    names = [name for title, verbs in listed.items() if title != "Commands" for name in verbs]

    assert code == 0
    assert sorted(names) == sorted(name for name in app if not name.startswith("-") and name not in PLAIN)
    assert "measure" in listed["Measuring cities"]
    assert "finance" in listed["Planning"]


@pytest.mark.parametrize(("word", "command"), PLAIN.items())
def test_a_plain_word_leads_to_its_command(run, word, command):
    assert run(word, "--help")[1].replace(f"urbium {word}", "") == run(command, "--help")[1].replace(
        f"urbium {command}", ""
    )


def test_help_says_what_a_command_does(run):
    assert run("help", "measure") == run("measure", "--help")
    assert run("help") == run("--help")


def test_the_cities_of_a_programme_are_listed(run, demo_file):
    rows = json.loads(run("cities", "-d", demo_file, "--json")[1])
    expected = {(city.code, city.name["en"]) for city in demo_cities() if city.level != "nation"}

    assert {(row["code"], row["name_en"]) for row in rows} == expected


def test_help_does_not_load_what_is_heavy():
    heavy = {"polars", "numpy", "sqlalchemy", "litestar", "highspy"}
    script = f"import sys, urbium.cli; print(sorted({heavy} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"


def test_a_missing_programme_is_said_with_its_name_and_what_to_do(run, tmp_path):
    code, out, err = run("measure", "--period", 2012, "-d", tmp_path / "none.db")

    assert (code, out) == (3, "")
    assert "none.db" in err
    assert "urbium new" in err or "urbium demo" in err


def test_an_error_for_programs_is_problem_details(run, tmp_path):
    code, _, err = run("measure", "--period", 2012, "-d", tmp_path / "none.db", "--json")

    assert code == 3
    assert json.loads(err)["type"] == "urn:urbium:not-found"


def test_a_new_programme_is_empty_and_not_made_twice(run, tmp_path):
    code, out, _ = run("new", "-d", tmp_path / "own.db", "--json")
    assert code == 0
    assert json.loads(out)["cities"] == 0

    assert run("new", "-d", tmp_path / "own.db")[0] == 4


def test_measuring_ranks_the_cities(run, demo_file):
    code, out, _ = run("measure", "--period", 2012, "-d", demo_file, "--json")
    table = json.loads(out)["table"]
    scored = [row for row in table if row["score"] is not None]

    assert code == 0
    assert len(table) == 285
    assert len(scored) > 250
    assert max(scored, key=lambda row: row["score"])["rank"] == 1


def test_an_index_of_which_nothing_is_known_is_refused_with_what_to_load(run, demo_file):
    code, _, err = run("measure", "u4ssc", "--period", 2012, "-d", demo_file)

    assert code
    assert "nothing that u4ssc requires is known for 2012" in err
    assert "bicycle_network" in err


def test_an_unknown_index_suggests_the_nearest(run, demo_file):
    code, _, err = run("measure", "yearbok", "--period", 2012, "-d", demo_file)

    assert code == 3
    assert "did you mean 'yearbook'" in err


@pytest.mark.long  # a whole outlook
def test_a_forecast_has_nested_bands(run, demo_file):
    code, out, _ = run("forecast", "population", "--to", 2030, "-d", demo_file, "--json")
    ahead = [row for row in json.loads(out)["table"] if row["kind"] == "projected"]

    assert code == 0
    assert ahead
    assert all(
        row["low95"] <= row["low80"] <= row["value"] <= row["high80"] <= row["high95"] for row in ahead
    )


def test_a_score_is_explained_down_to_cells_and_licence(run, demo_file):
    code, out, _ = run("explain", "Harbin", "score", "-d", demo_file)

    assert code == 0
    assert "observations.csv" in out
    assert "China City Statistical Yearbook" in out
    assert "MIT" in out


def test_a_figure_is_explained_by_its_cell(run, demo_file):
    _, out, _ = run("explain", 340100, "figure", "gdp", "--period", 2012, "-d", demo_file, "--json")
    told = json.loads(out)

    assert told["origin"]["file"] == "observations.csv"
    assert told["origin"]["cell"]
    assert told["unit"] == "10k CNY"


def test_a_project_not_in_the_plan_is_explained(run, demo_file):
    code, out, _ = run("explain", 340100, "project", "SPONGE", "-d", demo_file)

    assert code == 0
    assert "Sponge" in out or "SPONGE" in out


def test_what_a_plan_costs_is_told_by_year_and_fund(run, demo_file):
    code, out, _ = run("finance", "-d", demo_file, "--json")

    assert code == 0
    assert {row["year"] for row in json.loads(out)["table"]} >= {2016, 2020}


@pytest.mark.long  # a whole appraisal
def test_what_a_plan_costs_over_the_life_of_its_projects_is_told_without_a_return(run, demo_file):
    code, out, _ = run("appraise", "--years", 20, "-d", demo_file, "--json")
    told = json.loads(out)

    assert code == 0
    assert (told["first_year"], told["last_year"]) == (2016, 2035)
    costly = [row for row in told["table"] if row["kind"] == "cost-only"]
    assert costly
    assert {row["npv"] for row in costly} | {row["irr"] for row in costly} == {None}


@pytest.mark.long  # fifty appraisals
def test_an_appraisal_in_draws_says_what_moves_it_most(run, demo_file):
    code, out, _ = run("appraise", "--draws", 50, "--rows", 3, "-d", demo_file)

    assert code == 0
    assert "of 50 draws" in " ".join(out.split())
    assert "cost of " in out


def test_fiscal_space_is_said_by_year_for_all_cities_and_for_one(run, demo_file):
    code, out, _ = run("space", "--city", "Hefei", "--beyond", 10, "-d", demo_file, "--json")
    facts = json.loads(out)

    assert code == 0
    assert {row["city"] for row in facts["cities"]} == {"340100"}
    assert [row["year"] for row in facts["years"]] == list(range(2016, 2033))
    assert "in real terms, at " in facts["unit"]
    code, out, _ = run("space", "--rows", 3, "-d", demo_file)
    assert code == 0
    assert "all cities" in " ".join(out.split())
    assert "weakest evidence: running costs assumption" in out


def test_a_rate_below_all_that_is_owed_is_refused(run, demo_file):
    code, _, err = run("appraise", "--rate", -1, "-d", demo_file)

    assert code == 2
    assert "-1 is not a valid discount rate" in " ".join(err.split())


def test_a_plan_says_its_bound_and_how_far_below_it_lies(run, demo_file):
    asked = "--years", "2016-2017", "--budget", "1 bn CNY/year", "--time-limit", 4
    code, out, _ = run("plan", *asked, "-d", demo_file, "--json")
    told = json.loads(out)

    assert code == 0
    assert told["bound"] >= told["objective"] > 0
    assert told["gap"] == pytest.approx(told["bound"] / told["objective"] - 1, abs=1e-9)


def test_a_budget_without_a_currency_is_refused_with_an_example(run, demo_file):
    code, _, err = run("plan", "--years", "2016-2017", "--budget", "12 bn", "-d", demo_file)

    assert code == 2
    assert "12 bn EUR/year" in err


def test_claims_are_held_against_the_series(run, demo_file):
    code, out, _ = run("check-claims", DEMO / "claims.csv", "-d", demo_file, "--rows", 9)

    assert code == 0
    assert "C07" in out


def test_a_file_is_checked_without_storing_anything(run, demo_copy, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(
        "city_code,variable,period,value,unit,status,area,source_id\n"
        '340100,hospital_beds,2013,"12,3",beds,reported,prefecture,ccsy\n'
        "340111,hospitl_beds,2013,100,beds,reported,prefecture,ccsy\n",
        encoding="utf-8",
    )
    before = demo_copy.read_bytes()
    code, out, _ = run("check", wrong, "-d", demo_copy, "--json")
    found = json.loads(out)

    assert code == 2
    assert demo_copy.read_bytes() == before
    assert {fault["cell"] for fault in found} >= {"D2", "B3"}
    assert list(found[0]) == [
        "severity", "sheet", "cell", "city", "variable", "period", "value", "rule", "message", "remedy",
        "code",
    ]  # fmt: skip


def test_a_refused_load_stores_nothing_and_names_every_fault(run, demo_copy, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(
        "city_code,variable,period,value,unit,status,area,source_id\n"
        "340100,hospital_beds,2013,100,persons,reported,prefecture,ccsy\n"
        "999999,hospital_beds,2013,100,beds,reported,prefecture,ccsy\n",
        encoding="utf-8",
    )
    code, _, err = run("load", wrong, "-d", demo_copy)

    assert code == 2
    assert "999999" in err
    assert "persons" in err


def test_a_figure_is_loaded_and_its_correction_keeps_the_earlier_one(run, demo_copy, tmp_path):
    header = "city_code,variable,period,value,unit,status,area,source_id\n"
    for value in (30000, 31000):
        file = tmp_path / f"beds-{value}.csv"
        file.write_text(
            header + f"340100,hospital_beds,2013,{value},beds,reported,prefecture,ccsy\n", encoding="utf-8"
        )
        assert run("load", file, "-d", demo_copy, "--by", "Hefei", "--reason", "survey")[0] == 0
    _, out, _ = run("explain", 340100, "figure", "hospital_beds", "--period", 2013, "-d", demo_copy, "--json")
    told = json.loads(out)

    assert told["value"] == 31000
    assert [child["value"] for child in told["children"]] == [30000]


def test_a_suspect_figure_is_accepted_only_with_a_reason(run, demo_copy):
    _, out, _ = run("faults", "-d", demo_copy, "--json")
    single = next(
        f for f in json.loads(out) if f["severity"] == "warning" and f["city"] and f["rule"] == "hard-range"
    )
    key = (single["city"], single["variable"], single["period"])

    assert run("accept", *key, "-d", demo_copy)[0] == 2
    assert run("accept", *key, "-d", demo_copy, "--by", "office", "--reason", "confirmed by phone")[0] == 0


def test_a_suspect_figure_is_rejected_with_a_reason_and_no_longer_listed(run, demo_copy):
    listed = json.loads(run("faults", "-d", demo_copy, "--json")[1])
    single = next(f for f in listed if f["severity"] == "warning" and f["city"] and f["rule"] == "hard-range")
    key = (single["city"], single["variable"], single["period"])
    assert run("reject", *key, "-d", demo_copy)[0] == 2
    assert run("reject", *key, "-d", demo_copy, "--by", "office", "--reason", "a slip")[0] == 0
    left = json.loads(run("faults", "-d", demo_copy, "--json")[1])
    assert key not in {(f["city"], f["variable"], f["period"]) for f in left if f["rule"] == "hard-range"}
    assert run("reject", *key, "-d", demo_copy, "--by", "office", "--reason", "again")[0] == 4


def test_an_export_describes_every_file_it_writes(run, demo_file, tmp_path):
    code, _, _ = run("export", tmp_path / "open", "-d", demo_file)
    package = json.loads((tmp_path / "open" / "datapackage.json").read_text(encoding="utf-8"))

    assert code == 0
    assert {resource["path"] for resource in package["resources"]} == {
        path.name for path in (tmp_path / "open").glob("*.csv")
    }


def test_figures_are_exported_as_parquet_with_their_types_and_units(run, demo_copy, tmp_path):
    found = json.loads(run("faults", "-d", demo_copy, "--json")[1])
    key = next((f["city"], f["variable"], f["period"]) for f in found if f["rule"] == "hard-range")
    assert run("reject", *key, "-d", demo_copy, "--by", "office", "--reason", "a slip")[0] == 0
    order = ["variable", "city", "area", "source", "period", "recorded_at"]
    for history in ((), ("--history",)):
        file = tmp_path / "figures.parquet"
        assert run("export", file, *history, "-d", demo_copy)[0] == 0
        with Store.open(demo_copy) as store:
            stored = store.observations(history=bool(history)).sort(order)
        assert_frame_equal(pl.read_parquet(file), stored)
        assert list(tmp_path.glob("*figures*")) == [file]


def test_an_export_never_writes_into_a_folder_of_other_files(run, demo_file, tmp_path):
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")

    assert run("export", tmp_path, "-d", demo_file)[0] == 4


def test_the_audit_chain_of_the_demo_is_intact(run, demo_file):
    code, out, _ = run("verify", "-d", demo_file)

    assert code == 0
    assert "intact" in out


def test_a_template_is_written(run, demo_file, tmp_path):
    code, _, _ = run("template", tmp_path / "report.xlsx", "--periods", 2013, "-d", demo_file)

    assert code == 0
    assert (tmp_path / "report.xlsx").stat().st_size > 1000


def test_the_first_interrupt_stops_a_search_and_keeps_its_plan():
    with search(10) as progress:
        assert progress(1, 5.0, 6.0) is False
        os.kill(os.getpid(), signal.SIGINT)

        assert progress(2, 5.0, 6.0) is True


def test_the_second_interrupt_ends_the_command():
    with search(10), suppress(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        pytest.fail("the second interrupt was not heard")


def test_an_interrupt_elsewhere_ends_the_command_with_a_word(run, demo_file, monkeypatch):
    def interrupted(*_arguments, **_settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("urbium.programme.Programme.measure", interrupted)
    code, _, err = run("measure", "--period", 2012, "-d", demo_file)

    assert code == 130
    assert "nothing was left half-written" in err


def test_years_in_which_nothing_fits_are_said(towns, capsys):
    whole = towns.towns_plan()
    nothing = {"table": whole.table.clear(), "money": whole.money.clear()}
    remark(towns.towns_plan(**nothing, objective=0.0, bound=0.0))

    assert "nothing is planned" in capsys.readouterr().err


def test_a_year_without_figures_is_said_with_what_is_stored(run, demo_file):
    code, _, err = run("measure", "--period", 1800, "-d", demo_file)

    assert code == 3
    assert "2004 to 2012" in err


def test_cities_are_registered_from_a_table_and_then_asked_by_a_template(run, tmp_path):
    own = tmp_path / "own.db"
    table = tmp_path / "cities.csv"
    table.write_text("code,name_en,level\nA1,Aston,town\nA2,Bourne,town\n", encoding="utf-8")
    run("new", "-d", own)

    assert run("template", tmp_path / "t.xlsx", "-d", own)[0] == 3
    assert run("register", table, "-d", own, "--by", "office")[0] == 0
    assert run("template", tmp_path / "t.xlsx", "-d", own)[0] == 0


def test_a_password_is_never_shown(run):
    for address in ("postgresql://u:secret@127.0.0.1:1/none", "postgresql:/u:secret@h/db"):
        code, out, err = run("measure", "--period", 2012, "-d", address)

        assert code != 0
        assert "secret" not in out + err


def test_a_port_in_use_is_said_before_anything_is_served(run, demo_file):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = run("serve", "--port", taken.getsockname()[1], "-d", demo_file)

    assert code == 4
    assert "--port" in err


@pytest.mark.parametrize("port", [0, -1, 99999])
def test_what_is_no_port_is_refused(run, demo_file, port):
    assert run("serve", f"--port={port}", "-d", demo_file)[0] == 2


def test_a_folder_that_is_not_there_is_said_without_a_traceback(run, demo_file, tmp_path):
    code, _, err = run("measure", "--period", 2012, "-d", demo_file, "--save", tmp_path / "no" / "x.csv")

    assert code == 2
    assert "choose an existing folder" in err


def test_a_marked_copy_is_a_workbook(run, demo_file, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("city,variable,period,value\n340100,gdp,2012,x\n", encoding="utf-8")

    assert run("check", wrong, "--marked", tmp_path / "marked.csv", "-d", demo_file)[0] == 2
    assert not (tmp_path / "marked.csv").exists()


def test_an_acceptance_without_a_name_is_refused(run, demo_copy, monkeypatch):
    monkeypatch.delenv("USER", raising=False)

    assert run("accept", 340100, "gdp", 2012, "-d", demo_copy, "--by", "", "--reason", "seen")[0] == 2
