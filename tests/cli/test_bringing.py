"""What a file would change is told before it is stored, and what it changed after it."""

import json

import openpyxl
import pytest

from urbium import programme
from urbium.model import Source
from urbium.sources.formats.file_formats import FORMATS

HEAD = "city_code,variable,period,value,unit,area,source_id\n"


@pytest.fixture
def own(run, tmp_path):
    """A programme with two towns and nothing else."""
    database, table = tmp_path / "own.db", tmp_path / "towns.csv"
    table.write_text(
        "code,name_en,level,lat,lon\nA1,Aston,town,52.5,-1.9\nA2,Bourne,town,52.8,-0.4\n", encoding="utf-8"
    )
    run("new", "-d", database)
    run("register", table, "-d", database, "--by", "office")
    return database


def figures(tmp_path, name, *rows):
    path = tmp_path / name
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_a_register_is_tried_before_it_is_stored(run, own, tmp_path):
    again = tmp_path / "again.csv"
    again.write_text("code,name_en,level\nA1,Aston,city\nA3,Corby,town\n", encoding="utf-8")
    before = own.read_bytes()
    code, out, _ = run("register", again, "-d", own, "--dry-run", "--json")
    facts = json.loads(out)

    assert (code, own.read_bytes()) == (0, before)
    assert (facts["registered"], facts["new"], facts["changed"], facts["unchanged"]) == (0, 1, 1, 0)
    assert facts["changes"] == [{"code": "A1", "name": "Aston", "fields": "level"}]


def test_the_log_names_the_user_of_the_system_beside_whom_by_names(own):
    with programme.open_programme(str(own)) as opened:
        (entry,) = opened.store.audit().filter(who="office").select("why").to_dicts()

    assert "(as --by says, system user " in entry["why"]


def test_registering_again_without_coordinates_keeps_them(run, own, tmp_path):
    again = tmp_path / "again.csv"
    again.write_text("code,name_en,level\nA1,Aston,town\n", encoding="utf-8")
    code, out, _ = run("register", again, "-d", own, "--by", "office", "--json")

    assert (code, json.loads(out)["unchanged"]) == (0, 1)
    with programme.open_programme(str(own)) as opened:
        assert opened.city("A1").latitude == 52.5


def test_what_a_load_would_change_is_told_before_and_what_it_changed_after(run, demo_copy, tmp_path):
    row = "340100,hospital_beds,{},{},beds,prefecture,ccsy"
    first = figures(tmp_path, "a.csv", row.format(2013, 30000), row.format(2014, 31000))
    second = figures(
        tmp_path, "b.csv", row.format(2013, 30000), row.format(2014, 31500), row.format(2015, 32000)
    )
    before = demo_copy.read_bytes()
    _, out, _ = run("load", first, "-d", demo_copy, "--dry-run", "--json")
    told = json.loads(out)

    assert demo_copy.read_bytes() == before
    assert (told["new"], told["changed"], told["unchanged"]) == (2, 0, 0)

    run("load", first, "-d", demo_copy, "--by", "Hefei", "--json")
    _, out, _ = run("load", second, "-d", demo_copy, "--dry-run", "--json")
    told = json.loads(out)
    assert (told["new"], told["changed"], told["unchanged"]) == (1, 1, 1)
    assert [(row["period"], row["before"], row["value"]) for row in told["changes"]] == [
        ("2014", 31000, 31500)
    ]

    _, out, _ = run("load", second, "-d", demo_copy, "--by", "Hefei", "--json")
    kept = json.loads(out)
    assert (kept["new"], kept["changed"], kept["unchanged"], kept["stored"]) == (1, 1, 1, 2)


def test_what_is_unknown_is_counted_before_anything_is_stored(run, demo_copy, tmp_path):
    rows = [f"X{i},hospital_beds,2013,100,beds,prefecture,ccsy" for i in range(30)]
    code, out, err = run("load", figures(tmp_path, "a.csv", *rows), "-d", demo_copy, "--dry-run")

    assert code == 2
    assert "unknown: city: 30" in out
    assert "30 times, first at A2, A3, A4" in out
    assert len(out.splitlines()) < 20
    assert "would be rejected" in err


def test_projections_loaded_as_reported_are_refused_with_the_remedy_and_loaded_by_it(
    run, demo_copy, tmp_path
):
    rows = [
        f"340100,population_agglomeration,{year},9000,1k persons,agglomeration,wup18" for year in (2030, 2035)
    ]
    path = figures(tmp_path, "wup.csv", *rows)
    code, _, err = run("load", path, "-d", demo_copy, "--by", "Hefei")
    assert code == 2
    assert "--projected-from 2030" in err

    code, out, err = run("load", path, "-d", demo_copy, "--by", "Hefei", "--projected-from", "2030", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["new"] == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"\x89PNG\r\n", b"claim_id\nC1\n", "claim_id,text\n合肥,安徽省市\n".encode("gbk")],
)
def test_claims_that_cannot_be_read_are_refused_without_a_traceback(run, demo_file, tmp_path, content):
    path = tmp_path / "claims.csv"
    path.write_bytes(content)
    code, _, err = run("check-claims", path, "-d", demo_file)
    assert code == 2
    assert "claims.csv" in err


def test_a_mapping_is_drafted_saved_and_used(run, demo_copy, tmp_path):
    table, mapping = tmp_path / "theirs.csv", tmp_path / "theirs.toml"
    table.write_text("Stadt,Jahr,Hospital beds\nHefei,2013,30000\nWuhu,2013,15000\n", encoding="utf-8")
    assert run("mapping", "draft", table, "-d", demo_copy, "--save", mapping)[0] == 0
    assert run("mapping", "draft", table, "-d", demo_copy, "--save", mapping)[0] == 2
    mapping.write_text(
        mapping.read_text(encoding="utf-8").replace('source = ""', 'source = "ccsy"'), encoding="utf-8"
    )
    code, out, _ = run("load", table, "-d", demo_copy, "--mapping", mapping, "--by", "Hefei", "--json")
    assert (code, json.loads(out)["new"]) == (0, 2)


def test_a_template_asks_one_city_only(run, demo_file, tmp_path):
    path = tmp_path / "hefei.xlsx"
    code, _, _ = run(
        "template", path, "-d", demo_file, "--city", "Hefei", "--form", "wide", "--periods", "2013"
    )
    sheet = openpyxl.load_workbook(path)["Data"]
    assert code == 0
    assert [row[0].value for row in sheet.iter_rows(min_row=6)] == ["340100"]


BEDS = "A1,hospital_beds,{},{},beds,prefecture,office"


@pytest.fixture
def sourced(run, own, tmp_path):
    """The same programme with a source of figures."""
    with programme.open_programme(str(own)) as opened:
        opened.register(sources=[Source("office", "Office", "Yearbook")], by="office", reason="test")
    return own


def test_a_file_whose_figures_are_stored_already_says_so_and_is_no_failure(run, sourced, tmp_path):
    path = figures(tmp_path, "a.csv", BEDS.format(2013, 500), BEDS.format(2014, 510))
    run("load", path, "-d", sourced, "--by", "office")
    code, _, err = run("load", path, "-d", sourced, "--by", "office")

    assert code == 0
    assert "nothing new: all 2 figures in this file are already stored" in err


def test_a_file_of_which_no_figure_can_be_used_is_refused_with_the_reasons_grouped(run, sourced, tmp_path):
    rows = [f"X{number},hospital_beds,2013,100,beds,prefecture,office" for number in range(30)]
    mapping = tmp_path / "skip.toml"
    mapping.write_text(
        '[[tables]]\nlayout = "long"\ncity = {column = "city_code", others = "skip"}\nvariable = "variable"\n'
        'period = "period"\nvalue = "value"\nunit = "unit"\nsource = "source_id"\n',
        encoding="utf-8",
    )
    path = figures(tmp_path, "a.csv", *rows)
    code, out, err = run("load", path, "--mapping", mapping, "-d", sourced, "--by", "office")

    assert code == 2
    assert "no figure in the file can be used" in err
    assert "30 figures are left out" in err
    assert out == ""
    assert run("check", path, "--mapping", mapping, "-d", sourced)[0] == 2


def test_a_suspect_that_was_corrected_is_listed_only_when_replaced_ones_are_asked_for(run, sourced, tmp_path):
    series = [BEDS.format(year, 5000 + year - 2008) for year in range(2008, 2013)]
    wrong = figures(tmp_path, "a.csv", *series, BEDS.format(2013, 5_050_000))
    right = figures(tmp_path, "b.csv", BEDS.format(2013, 5050))
    run("load", wrong, "-d", sourced, "--by", "office")
    first = json.loads(run("faults", "-d", sourced, "--json")[1])
    run("load", right, "-d", sourced, "--by", "office")
    after = json.loads(run("faults", "-d", sourced, "--json")[1])
    every = json.loads(run("faults", "--replaced", "-d", sourced, "--json")[1])

    def of_2013(records):
        return [row for row in records if row["period"] == "2013" and row["severity"] == "warning"]

    assert len(of_2013(first)) >= 1
    assert of_2013(after) == []
    assert of_2013(every) == of_2013(first)


@pytest.mark.parametrize("command", ["register", "check", "load"])
def test_the_help_of_a_command_that_reads_a_table_names_every_format(run, command):
    help_text = run(command, "--help")[1]
    endings = [ending for form in FORMATS.values() for ending in form.endings]
    assert [ending for ending in endings if ending not in help_text] == []


def test_a_finding_says_its_variable_in_words_and_that_it_is_about_the_whole_file(run, own, tmp_path):
    file = figures(tmp_path, "own.csv", "A1,population,2014,147.6,1k persons,city,ASSUME")
    out = run("check", file, "-d", own)[1]
    assert "│ population: Inhabitants of the city is given in '1k persons'" in out
    assert "│ whole file │ one figure has no stated quality grade and is treated as 'not graded'" in out


def test_a_figure_is_explained_with_the_digits_that_it_was_given(run, own, tmp_path):
    file = figures(tmp_path, "own.csv", "A1,gdp,2014,1612.35,10k CNY,city,ASSUME")
    assert run("load", file, "-d", own, "--by", "office")[0] == 0
    assert ": 1,612.35 10k CNY (2014" in run("explain", "Aston", "figure", "gdp", "-d", own)[1]
