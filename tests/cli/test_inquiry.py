"""The verbs that look into the adopted index, as a newcomer types them, for people and for programs."""

import hashlib
import json

import openpyxl
import pytest


@pytest.fixture(autouse=True)
def key(monkeypatch, tmp_path):
    """Sign with a key of the test's own."""
    monkeypatch.setenv("URBIUM_KEY", str(tmp_path / "key.pem"))


@pytest.fixture
def ask(run, demo_file):
    """Ask the demo programme; returns exit code, standard output and standard error."""
    return lambda *arguments: run(*arguments, "-d", demo_file)


def told(answer):
    code, out, err = answer
    assert (code, err) == (0, "")
    return json.loads(out)


def test_an_analysis_tells_what_each_part_really_weighs(ask):
    weights = {row["node"]: row["effective_weight"] for row in told(ask("analyse", "--json"))}

    assert weights["gdp_per_head"] == pytest.approx(1 / 15)


def test_the_closest_indicators_are_told_first(ask):
    first = told(ask("analyse", "correlations", "--json"))[0]

    assert (first["first"], first["second"]) == ("gdp_per_head", "retail_sales_per_head")


def test_a_chance_too_small_to_write_is_said_to_be_small(ask):
    assert "< 0.000001" in ask("analyse", "correlations")[1]


def test_a_changed_weight_moves_ranks_and_is_said_in_words(ask):
    _, out, _ = ask("what-if", "--weight", "economy=0.5", "--value", "Shijiazhuang:green_cover=45")

    assert "What if Shijiazhuang reports 45 for Green cover of the built-up area; economy weighs 0.5" in out


def test_a_figure_is_taken_away_by_an_empty_value(ask):
    """By hand: the economy, a third of the index, is the mean of four normalised figures instead of five."""
    kept = (23.673714 + 29.640244 + 41.461055 + 20.815865) / 4
    whole = (4 * kept + 35.01259) / 5
    rows = told(ask("what-if", "--value", "Shijiazhuang:fdi_per_head=", "--json"))["table"]
    own = next(row for row in rows if row["city"] == "130100")

    assert own["score"] == pytest.approx(own["score_before"] + (kept - whole) / 3, abs=1e-5)


def test_cities_with_too_few_figures_are_scored_where_fewer_are_enough(ask):
    rows = told(ask("what-if", "--availability", 0.2, "--json"))["table"]

    assert [row for row in rows if row["score_before"] is None and row["score"] is not None]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--weight", "economy"), "'economy': no value is stated; use the form economy=0.5"),
        (("--weight", "economy=x"), "'economy=x': 'x' is not a number; use the form economy=0.5"),
        (("--value", "Hefei=4"), "'Hefei=4': no indicator is named; use the form CITY:green_cover=45"),
        (
            ("--value", "Hefei:gdp=4,5"),
            "'Hefei:gdp=4,5': '4,5' is not a number; use the form CITY:green_cover=45",
        ),
        (("--value", "Shijiazhuang:green_cover=120"), "120 is impossible; enter a number from 0 to 100"),
        (("--steps", "screen >> zscore"), "an empty text is not a step of an index"),
    ],
)
def test_a_change_that_cannot_be_read_is_refused_with_an_example(ask, typed, said):
    code, _, err = ask("what-if", *typed)

    assert code == 2
    assert said in err


def test_years_are_scored_on_one_scale_with_what_to_mind(ask):
    rows = told(ask("panel", "--years", "2011-2012", "--json"))
    _, out, _ = ask("panel", "--years", "2011-2012")

    assert {row["period"] for row in rows} == {2011, 2012}
    assert "note: " in out
    assert "at current prices" in out


def test_a_trend_is_the_growth_a_year_between_the_ends(ask):
    rows = told(ask("panel", "trends", "--years", "2008-2012", "--json"))
    own = next(row for row in rows if (row["city"], row["indicator"]) == ("130100", "gdp_per_head"))

    assert own["latest_year"] - own["first_year"] == 4
    assert own["first"] * (1 + own["growth"]) ** 4 == pytest.approx(own["latest"])


def test_a_span_of_years_that_is_none_is_refused(ask):
    assert "write for example 2016-2020" in ask("panel", "--years", "2012-2008")[2]


def test_a_city_misspelt_is_suggested_by_name(ask):
    code, _, err = ask("profile", "Shijiazang")

    assert code == 3
    assert "did you mean 'Shijiazhuang'?" in err


def test_a_portrait_shows_strengths_weaknesses_and_peers(ask):
    _, out, _ = ask("profile", "Shijiazhuang")

    assert all(word in out for word in ("Strengths", "Weaknesses", "peers: ", "Xuzhou"))


def test_a_portrait_without_a_score_says_why(ask):
    assert "no score: indicators known: 6 of 13" in ask("profile", "Hefei")[1]


def test_silence_stands_beside_every_score(ask):
    rows = told(ask("non-reporting", "--json"))["table"]

    assert all(row["reachable"] >= row["score"] for row in rows if row["score"] is not None)


def test_the_figure_worth_collecting_first_is_named_with_its_city(ask):
    table = told(ask("data-priorities", "--json"))["table"]
    most = max((row for row in table if row["rank"]), key=lambda row: row["expected_move"])

    assert (most["city"], most["indicator"]) == ("610200", "waste_treatment")
    assert (
        "waste_treatment for Tongchuan would move the city's rank most if it were known exactly, by 69.1"
        in ask("data-priorities")[1]
    )


def test_flags_are_questions_with_their_evidence(ask):
    _, out, _ = ask("anomalies")

    assert "questions, not verdicts" in out
    assert "figures equal those of other cities in the same year" in out


def test_a_sensitivity_says_between_what_each_choice_chooses(ask):
    _, out, _ = ask("sensitivity", "--base", 4)

    assert "aggregate is one of: arithmetic and geometric" in out


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """Return the folder in which the module's one bundle is."""
    return tmp_path_factory.mktemp("bundles")


@pytest.fixture
def bundle(ask, bundles):
    """Return the bundle of the demo's scores and what was said of it; written by the first test that asks."""
    path, answer = bundles / "scores.zip", bundles / "answer.json"
    if not answer.exists():
        answer.write_text(json.dumps(told(ask("bundle", path, "--json"))), encoding="utf-8")
    return path, json.loads(answer.read_text(encoding="utf-8"))


def test_who_writes_a_bundle_learns_what_it_holds_and_by_what_it_is_known(bundle):
    path, said = bundle
    content = path.read_bytes()

    assert list(said) == ["about", "written", "sha256", "bytes", "signed by"]
    assert said["about"].startswith("Scores of ")
    assert (said["written"], said["bytes"]) == (str(path), len(content))
    assert said["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.long
def test_a_bundle_is_computed_again_by_who_trusts_its_key(bundle, run):
    path, said = bundle
    found = told(run("verify", path, "--trust", said["signed by"], "--json"))

    assert (found["is_trusted"], found["is_same"], found["reworded"]) == (True, True, [])


def test_a_bundle_changed_in_a_byte_is_refused(bundle, run, tmp_path):
    path = tmp_path / "scores.zip"
    content = bytearray(bundle[0].read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    code, _, err = run("verify", path)

    assert code == 2
    assert "scores.zip: " in err
    assert "ask the sender for the file again" in err


def test_a_workbook_holds_the_ranking(ask, tmp_path):
    assert ask("workbook", tmp_path / "stages.xlsx")[0] == 0
    book = openpyxl.load_workbook(tmp_path / "stages.xlsx", read_only=True)
    best = next(book["Ranking"].iter_rows(min_row=4, max_row=4, values_only=True))
    book.close()

    assert best[:3] == (1, "Shenzhen", "440300")


def test_an_index_without_figures_says_what_to_load(ask):
    code, _, err = ask("measure", "mohurd_trial", "--period", 2012)

    assert code == 3
    assert "load figures for its variables: mohurd_1_1_1" in err


def test_fewer_than_no_runs_are_refused(ask):
    assert "or 0 for no intervals" in ask("measure", "--period", 2012, "--runs=-1")[2]


@pytest.fixture
def own_tables(tmp_path):
    """An indicator and an index that only this office has."""
    folder = tmp_path / "own" / "indicators"
    folder.mkdir(parents=True)
    (folder / "licensed.csv").write_text(
        "id,name_en,name_zh,unit,numerator,denominator,factor,direction,standard,edition,pillar,benchmark,"
        "evidence,status,source,note\n"
        "ISO-X,Beds per hospital,,beds,hospital_beds,hospitals,1,1,ISO,2018,own,,derived,confirmed,ccsy,\n",
        encoding="utf-8",
    )
    (folder / "index_tree.csv").write_text(
        "index,id,parent,weight,name_en,name_zh\nown,own,,1,Own index,\nown,ISO-X,own,1,Beds per hospital,\n",
        encoding="utf-8",
    )
    (folder / "indices.csv").write_text(
        "id,name_en,name_zh,steps,aggregate,availability,maximum_age,standard,note\n"
        "own,Own index,,screen > min-max,arithmetic,1,0,ISO,\n",
        encoding="utf-8",
    )
    return folder.parent


def test_a_licensed_city_measures_by_definitions_of_its_own(ask, own_tables):
    rows = told(ask("measure", "own", "--period", 2012, "--catalogue", own_tables, "--json"))["table"]

    assert rows[0]["score"] == 100
    assert sum(row["score"] is not None for row in rows) > 200


def test_scores_adopted_by_definitions_of_a_folder_are_made_again_without_it_and_say_so(
    run, demo_copy, own_tables
):
    adopt = ("--adopt", "--by", "anna", "--reason", "ours", "--runs", 0)
    run("measure", "own", "--period", 2012, "--catalogue", own_tables, *adopt, "-d", demo_copy)

    code, _, err = run("non-reporting", "-d", demo_copy)

    assert code == 0
    assert "a catalogue that was not imported, but urbium's own catalogue now applies" in err


def test_a_folder_without_tables_is_refused(ask, tmp_path):
    code, _, err = ask("measure", "--period", 2012, "--catalogue", tmp_path / "nowhere")
    assert code == 3
    assert "there is no such folder or file" in err

    code, _, err = ask("measure", "--period", 2012, "--catalogue", tmp_path)
    assert code == 3
    assert "there are no catalogue tables in this folder" in err
