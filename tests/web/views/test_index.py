"""Index pages: ranks with intervals, the framework, and a what-if that works before any script."""

import json
import re
from dataclasses import replace
from urllib.parse import urlencode

import polars as pl
import pytest

import urbium
from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.measure.means import mean_words
from urbium.measure.steps.registry import STEPS, step_words
from urbium.model import Choice, City
from urbium.programme.base.method import in_words
from urbium.web.views.standing import rank_in_words
from urbium.web.views.whatif import asked, changes, controls, said

pytestmark = pytest.mark.usefixtures("nothing_kept")
YEARBOOK = load_catalogue().indices["yearbook"]


def table_of(page):
    """Return city, rank, move and score of each row of the ranking."""
    body = page.split('id="standing"')[1].split("</table>")[0]
    cells = re.findall(
        r'data-city="(\d+)">.*?data-rank>([^<]*)</td>.*?data-move[^>]*>([^<]*)</td>.*?data-score>([^<]*)</td>',
        body,
        flags=re.DOTALL,
    )
    return {city: (rank, move, score) for city, rank, move, score in cells}


def test_the_list_of_indices_says_which_one_is_adopted(client):
    page = client.get("/indices").text
    assert 'href="/indices/yearbook"' in page
    assert "adopted for 2012" in page
    assert "not measured yet" in page


def test_every_measured_city_stands_in_the_ranking_with_its_interval(client, programme):
    page = client.get("/indices/yearbook").text
    assert len(table_of(page)) == 285  # all but a city dissolved in 2011
    body = page.split('id="standing"')[1].split("</table>")[0]
    shown = re.findall(r'data-city="(\d+)">.*?class="num nowrap">([^<]*)<', body, flags=re.DOTALL)
    ranked = programme.required("scores").table.select("city", "rank_low", "rank_high")
    assert dict(shown) == {
        city: "–" if low is None else f"{low}–{high}" for city, low, high in ranked.iter_rows()
    }


def test_a_city_without_a_score_says_why_in_the_ranking(client, programme):
    rows = client.get("/indices/yearbook").text.split('id="standing"')[1].split("</table>")[0].split("<tr ")
    needed = YEARBOOK.availability
    without = programme.required("scores").table.filter(pl.col("score").is_null())
    counts = dict(
        programme.required("scores").indicators.group_by("city").agg(pl.col("value").count()).iter_rows()
    )
    assert without.height > 0
    for city in without["city"]:
        (row,) = [row for row in rows if f'data-city="{city}"' in row]
        assert f"indicators known: {counts[city]} of 13" in row
        assert f"; the index requires {needed * 100:.0f}%" in row
        used = without.filter(pl.col("city") == city)["coverage"].item()
        assert f"({used:.0%})" in row


def test_an_index_that_is_not_adopted_shows_its_framework_and_the_command_where_nobody_signs_in(
    client, bare, open_client
):
    page = client.get("/indices/u4ssc").text
    assert "urbium measure u4ssc" not in page
    assert 'id="rings"' in page
    assert 'id="ranking"' not in page
    with open_client(bare) as visitor:
        assert "urbium measure u4ssc" in visitor.get("/indices/u4ssc").text


def test_an_unknown_index_is_answered_with_the_nearest_name(client):
    answer = client.get("/indices/yearbok")
    assert answer.status_code == 404
    assert "did you mean &#39;yearbook&#39;?" in answer.text


def test_the_weight_of_an_indicator_without_any_figure_goes_to_the_others_of_its_pillar(client):
    page = client.get("/indices/yearbook").text
    rows = {
        row[0]: row[1:]
        for row in (
            re.findall(r">([^<>]+)<", line)
            for line in re.findall(r'<tr><th scope="row" class="deep-.*?</tr>', page)
        )
    }
    assert rows["Hospital beds per 100,000 registered persons"][:3] == ["33.3%", "11.1%", "16.7%"]
    assert rows["Public toilets per 100,000 registered persons"][1:4] == ["33.3%", "11.1%", "0.0%"]


def test_an_indicator_without_direction_is_greyed_with_its_reason(client):
    words = "no direction: neither more nor less is better"
    assert words in client.get("/indices/u4ssc").text
    greyed = [node for node in client.get("/api/indices/u4ssc").json()["nodes"] if node["remark"]]
    undirected = [name for name in load_catalogue().indices["u4ssc"].indicators
                  if load_catalogue().indicators[name].direction == 0]  # fmt: skip
    assert sorted(node["node"] for node in greyed) == sorted(undirected)


def ranks(client, address):
    """Return the picture of the ranks on a page."""
    page = client.get(address).text.split('id="ranks"')[1]
    return client.get(re.search(r'src="(/charts/[0-9a-f]+-820\.svg)"', page)[1]).text


def test_the_chart_may_show_the_cities_around_one(client):
    drawn = ranks(client, "/indices/yearbook?show=around&city=Shijiazhuang")
    assert "Shijiazhuang" in drawn
    assert "Beijing" not in drawn
    assert len(re.findall(r'aria-roledescription="point"', drawn)) == 20


def test_the_chart_may_show_all_cities(client):
    drawn = ranks(client, "/indices/yearbook?show=all")
    assert len(re.findall(r'aria-roledescription="point"', drawn)) == sum(
        row["rank"] is not None for row in client.get("/api/cities").json()
    )


def test_a_city_that_nobody_knows_is_answered_with_the_nearest_name(client):
    assert client.get("/indices/yearbook?show=around&city=Hefe").status_code == 404


def test_without_scripts_a_changed_weight_moves_the_ranks(client, programme):
    before = table_of(client.get("/indices/yearbook").text)
    after = table_of(client.get("/indices/yearbook?w.economy=100&w.environment=0").text)
    assert {move for _, move, _ in before.values()} == {""}
    moved = {city: move for city, (_, move, _) in after.items() if move}
    up = {city for city, move in moved.items() if move.startswith("▲")}
    changed = programme.what_if(weights={"economy": 1.0, "environment": 0.0}).table
    assert len(moved) == changed.filter(pl.col("change") != 0).height > 200
    assert {int(before[city][0]) - int(after[city][0]) == int(move[2:]) for city, move in moved.items()
            if city in up} == {True}  # fmt: skip
    assert [int(rank) for rank, _, _ in after.values() if rank != "–"] == sorted(
        int(rank) for rank, _, _ in after.values() if rank != "–"
    )


def test_the_scores_of_one_pillar_alone_are_those_of_the_index(client, programme):
    after = table_of(client.get("/indices/yearbook?w.economy=100&w.society=0&w.environment=0").text)
    pillars = programme.required("scores").pillars
    economy = pillars.filter(pl.col("node") == "economy", pl.col("city") == "110000")["score"].item()
    assert after["110000"][2] == f"{economy:.1f}"


def test_a_city_given_by_its_code_is_shown_by_its_name(client):
    page = client.get("/indices/yearbook?show=around&city=130100").text
    assert re.search(r'name="city" value="Shijiazhuang"', page)
    assert re.search(r'name="of" value="Shijiazhuang"', page)


def test_the_form_keeps_what_was_asked(client):
    page = client.get("/indices/yearbook?w.economy=70&way=rank&mean=geometric").text
    assert re.search(r'name="w.economy"[^>]*value="70"', page)
    assert '<option value="rank" selected>' in page
    assert '<option value="geometric" selected>' in page
    assert 'href="/indices/yearbook?w.economy=70&amp;way=rank&amp;mean=geometric#what-if"' in page
    assert '<input type="hidden" name="w.economy" value="70">' in page


def test_the_page_says_how_many_cities_move(client, programme):
    page = client.get("/indices/yearbook?w.economy=100").text
    table = programme.what_if(weights={"economy": 1.0}).table.drop_nulls("change")
    moved = table.filter(pl.col("change") != 0).height
    farthest = table["change"].abs().max()
    told = re.search(
        r"Cities that change rank: (\d+) of (\d+)\. .* moves most, (?:up|down) (\d+) places? to rank", page
    )
    assert tuple(map(int, told.groups())) == (moved, table.height, farthest)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"w.econom": "5"}, "there is no node 'econom' to weight"),
        ({"w.economy": "101"}, "'101' is not a valid weight for economy"),
        ({"w.economy": "-1"}, "is not a valid weight for economy"),
        ({"w.economy": "nan"}, "is not a valid weight for economy"),
        ({"w.economy": "1e2"}, "is not a valid weight for economy"),
        ({"w.economy": ""}, "is not a valid weight for economy"),
        ({"w.yearbook": "5"}, "there is no node 'yearbook'"),
        ({"way": "magic"}, "there is no method 'magic'"),
        ({"mean": "median"}, "there is no type of mean called 'median'"),
        ({"of": "Hefei", "figure": "gdp"}, "there is no indicator 'gdp'"),
        ({"figure": "gdp_per_head"}, "no city is named for gdp_per_head"),
        ({"of": "Hefei", "figure": "gdp_per_head", "value": "4,5"}, "'4,5' is not a figure"),
        ({"economy": "50"}, "'economy' cannot be changed"),
        ({f"w.n{place}": "1" for place in range(40)}, "40 weights for"),
    ],
)
@pytest.mark.parametrize("address", ["/api/indices/yearbook/what-if", "/indices/yearbook"])
def test_a_change_that_cannot_be_read_is_refused_with_its_fault(client, address, query, told):
    answer = client.get(f"{address}?{urlencode(query)}")
    assert answer.status_code == 422
    assert told.casefold() in answer.text.replace("&#39;", "'").casefold()


def test_every_fault_of_a_change_is_told_at_once(client):
    answer = client.get("/api/indices/yearbook/what-if?w.x=1&w.economy=x&way=x&mean=x")
    assert len(answer.json()["faults"]) == 4


def test_weights_that_are_all_nothing_are_refused(client):
    query = "w.economy=0&w.society=0&w.environment=0"
    assert client.get(f"/api/indices/yearbook/what-if?{query}").status_code == 422
    assert client.get(f"/indices/yearbook?{query}").status_code == 422


def test_the_api_returns_every_city_before_and_after(client):
    found = client.get("/api/indices/yearbook/what-if?w.economy=80").json()
    assert len(found["cities"]) == 285
    assert {"city", "score_before", "score", "rank_before", "rank", "change"} == set(found["cities"][0])
    assert found["is_changed"]
    assert sum(found["weights"].values()) == pytest.approx(1)
    assert found["weights"]["economy"] == pytest.approx(80 / (80 + 200 / 3))


def test_the_api_without_a_change_changes_nothing(client):
    found = client.get("/api/indices/yearbook/what-if").json()
    assert not found["is_changed"]
    assert {city["change"] for city in found["cities"]} == {0, None}


def test_the_api_refuses_what_if_of_an_index_that_is_not_adopted(client, empty):
    answer = client.get("/api/indices/u4ssc/what-if")
    assert answer.status_code == 422
    assert "urbium measure u4ssc" in answer.json()["remedy"]
    assert empty.get("/api/indices/yearbook/what-if").status_code == 404


def test_the_api_returns_an_index_with_tree_and_ranking(client, programme):
    found = client.get("/api/indices/yearbook").json()
    assert found["steps"] == [str(step) for step in YEARBOOK.steps]
    leaves = [node for node in found["nodes"] if node["node"] in YEARBOOK.indicators]
    assert len(leaves) == 13
    ranked = programme.required("scores").table.select("city", "rank", "tier")
    assert [(row["city"], row["rank"], row["tier"]) for row in found["cities"]] == ranked.rows()
    assert client.get("/api/indices/u4ssc").json()["cities"] == []


def test_no_answer_about_an_index_holds_a_figure_that_is_not_a_number(client):
    for address in ("/api/indices", "/api/indices/yearbook", "/api/indices/yearbook/what-if?mean=geometric"):
        json.loads(client.get(address).text, parse_constant=pytest.fail)


def test_the_api_and_the_page_describe_the_index_that_was_measured(programme, client, monkeypatch):
    scores = programme.measure("yearbook", period=2012, steps="screen > rank", aggregate="geometric", runs=0)
    adopted = programme.adopted
    monkeypatch.setattr(programme, "adopted", lambda stage: scores if stage == "scores" else adopted(stage))

    found = client.get("/api/indices/yearbook").json()

    assert (found["steps"], found["aggregate"]) == (["screen", "rank"], ["geometric"])
    assert "Only the order of the cities" in client.get("/indices/yearbook").text


# Reading the address


def test_a_slider_left_where_it_was_changes_nothing():
    assert not changes(YEARBOOK, asked(YEARBOOK, {"w.economy": "33", "w.society": "33", "way": ""})).is_made


def test_a_weight_stands_beside_the_declared_percents_of_its_siblings():
    assert changes(YEARBOOK, asked(YEARBOOK, {"w.economy": "50"})).weights == {"economy": 0.5}
    leaf = changes(YEARBOOK, asked(YEARBOOK, {"w.gdp_per_head": "20"}))
    assert leaf.weights == {"gdp_per_head": pytest.approx(0.2)}


def test_what_else_the_page_is_asked_is_left_alone():
    assert asked(YEARBOOK, {"show": "all", "city": "Hefei"}).query == []


def test_a_name_that_means_nothing_is_refused_with_those_that_do():
    with pytest.raises(InputError) as caught:
        asked(YEARBOOK, {"economy": "50", "w.society": "20"})
    (fault,) = caught.value.faults
    assert fault.message == "'economy' cannot be changed"
    assert fault.remedy == "write w.economy=50, or one of way, mean, of, figure, value"


def test_a_figure_is_changed_by_city_indicator_and_value():
    given = {"of": "Hefei", "figure": "gdp_per_head", "value": "45000.5"}
    wanted = asked(YEARBOOK, given)
    assert changes(YEARBOOK, wanted).values == {("Hefei", "gdp_per_head"): 45000.5}
    assert dict(wanted.query) == given
    assert changes(YEARBOOK, asked(YEARBOOK, given | {"value": ""})).values == {
        ("Hefei", "gdp_per_head"): None
    }


def test_a_city_without_an_indicator_changes_nothing():
    assert not changes(YEARBOOK, asked(YEARBOOK, {"of": "Hefei", "value": "4"})).is_made


@pytest.mark.parametrize(
    ("way", "mean", "steps"),
    [
        ("", "", ""),
        ("", "arithmetic", ""),
        ("", "geometric", "screen > winsorise > min-max(low=1, high=100)"),
        ("min-max", "harmonic", "screen > winsorise > min-max(low=1, high=100)"),
        ("min-max", "", "screen > winsorise > min-max"),
        ("rank", "geometric", "screen > winsorise > rank"),
        ("z-score", "", "screen > winsorise > z-score(mean=50, spread=10)"),
        ("z-score", "harmonic", "screen > winsorise > z-score(mean=100, spread=5)"),
    ],
)
def test_a_mean_of_logarithms_gets_a_scale_above_zero(way, mean, steps):
    made = changes(YEARBOOK, asked(YEARBOOK, {"way": way, "mean": mean}))
    assert (made.steps, made.aggregate) == (steps, mean)


def test_the_steps_on_offer_are_steps_of_the_method():
    for way in ("min-max", "z-score", "rank"):
        for mean in ("", "geometric"):
            text = changes(YEARBOOK, asked(YEARBOOK, {"way": way, "mean": mean})).steps
            assert " > ".join(map(str, Choice.row(text))) == text


def test_the_sliders_say_the_shares_they_make():
    shares = [each["share"] for each in controls(YEARBOOK, asked(YEARBOOK, {"w.society": "0"}))]
    assert shares == [pytest.approx(0.5), 0.0, pytest.approx(0.5)]


def test_a_change_that_moves_nobody_says_so():
    table = pl.DataFrame({"city": ["a"], "rank": [1], "change": [0]})
    assert said(table, {}) == "No city changes rank."


def test_the_city_that_moves_most_is_named():
    table = pl.DataFrame({"city": ["a", "b", "c"], "rank": [2, 1, None], "change": [-1, 1, None]})
    assert said(table, {"a": "Hefei"}) == (
        "Cities that change rank: 2 of 2. Hefei moves most, down 1 place to rank 2."
    )


def test_a_weight_too_long_to_be_one_is_cut_in_the_answer():
    with pytest.raises(InputError) as caught:
        asked(YEARBOOK, {"w.economy": "9" * 500})
    assert len(caught.value.faults[0].message) < 80


# Words


def test_the_method_of_an_index_is_told_in_words():
    told = in_words(YEARBOOK)
    assert "figures up to 3 years old" in told[0]
    assert "less than 60%" in told[1]
    assert "Where an indicator has outliers" in told[2]
    assert "the worst city scores 0, the best 100" in told[3]
    assert "makes up for a weakness" in told[4]


def test_every_step_of_the_method_has_words():
    told = {name: step_words(Choice(name), 0.6) for name in STEPS}
    assert [name for name, words in told.items() if words.startswith("The step ")] == []


def test_an_unknown_step_is_told_as_it_is_written():
    assert step_words(Choice.parse("magic(power=2)"), 0.6) == "The step magic(power=2) is applied."


@pytest.mark.parametrize(
    ("place", "levels", "head"),
    [(0, 1, "Each pillar, and then the index, is"), (0, 2, "At the lowest level, each node is"),
     (1, 2, "At level 2 and above, each node is"), (1, 3, "At level 2, each node is")],
)  # fmt: skip
def test_a_mean_says_at_which_level_it_is_taken(place, levels, head):
    assert mean_words(Choice("geometric"), place, levels).startswith(head)


RANKED = pl.DataFrame(
    {
        "city": ["a", "b", "c", "d", "e"],
        "rank": [1, 2, 3, 4, None],
        "rank_low": [1, 1, 2, None, None],
        "rank_high": [1, 3, 3, None, None],
        "tier": [1, 2, 2, None, None],
    }
)


@pytest.mark.parametrize(
    ("city", "told"),
    [
        ("a", "Rank 1 of 4, 1 in at least 90% of the runs; alone in group 1 of 2."),
        (
            "b",
            "Rank 2 of 4, between 1 and 3 in at least 90% of the runs; with 1 other city in group 2 of 2.",
        ),
        ("d", "Rank 4 of 4. No uncertainty analysis was run, so its certainty is unknown."),
        ("e", "No rank: too little data for a score."),
    ],
)  # fmt: skip
def test_a_rank_is_told_with_how_sure_it_is(city, told):
    assert rank_in_words(RANKED, city) == told


@pytest.mark.parametrize(
    ("low", "high", "remark"),
    [(2, 4, "(most other choices would rank it lower)"), (1, 1, None), (1, 2, None)],
)
def test_a_rank_outside_its_interval_says_which_way_the_other_choices_lean(low, high, remark):
    table = RANKED.head(1).with_columns(rank_low=pl.lit(low), rank_high=pl.lit(high))
    assert ("most other choices" in rank_in_words(table, "a")) is (remark is not None)
    assert (remark or "Rank 1") in rank_in_words(table, "a")
    worse = table.with_columns(rank=pl.lit(9))
    assert "(most other choices would rank it higher)" in rank_in_words(worse, "a")


# The city's page


def test_the_page_of_a_city_says_how_sure_its_rank_is(client, programme):
    page = client.get("/cities/130100/figures").text
    table = programme.required("scores").table
    row = table.row(by_predicate=pl.col("city") == "130100", named=True)
    head = (
        f"Rank {row['rank']} of {table['rank'].count()}, between {row['rank_low']} and {row['rank_high']} in"
    )
    assert f"{head} at least 90% of the runs" in page
    assert f"group {row['tier']} of {table['tier'].n_unique() - 1}" in page


def test_the_page_of_a_city_names_its_peers_with_links(client, programme):
    peers = client.get("/cities/340100/figures").text.split('id="peers"')[1].split("</table>")[0]
    linked = re.findall(r'href="/cities/(\d+)/figures"', peers)
    assert linked == programme.profile("340100").peers["city"].to_list() != []


@pytest.mark.parametrize("address", ["/cities/130100/figures", "/indices/yearbook"])
def test_a_public_page_says_which_data_to_improve_and_not_what_withholding_gains(client, programme, address):
    """A page that says what could be gained by not reporting teaches it; the office has a command for it."""
    page = client.get(address).text.lower()
    assert programme.non_reporting().table["gain"].max() > 0
    for words in ("not reporting", "non-reporting", "withh", "if missing data count as lowest", "could gain"):
        assert words not in page
    if address.startswith("/cities"):
        assert 'id="worth-knowing"' in page


@pytest.fixture
def aimed(tmp_path):
    """Three cities measured by one indicator with a benchmark of 100% that is to be reached by 2030."""
    rows = [
        *(("340100", 2010, 40), ("340100", 2020, 50), ("340200", 2010, 90), ("340200", 2020, 100)),
        *(("340300", 2010, 70), ("340300", 2020, 65)),
    ]
    header = "city_code,variable,period,value,unit,status,area,source_id\n"
    lines = [
        f"{city},{name},{year},{value},{unit},reported,city,ccsy\n"
        for city, year, share in rows
        for name, value, unit in (
            ("households_with_internet", share, "households"),
            ("households", 100, "households"),
        )
    ]
    (tmp_path / "figures.csv").write_text(header + "".join(lines), encoding="utf-8")
    with urbium.new(tmp_path / "aimed.db") as programme:
        names = (("340100", "Hefei"), ("340200", "Wuhu"), ("340300", "Bengbu"))
        cities = [City(code, {"en": name}, "prefecture", {"en": "Anhui"}) for code, name in names]
        programme.register(cities=cities, by="office", reason="a beginning")
        programme.load(tmp_path / "figures.csv", by="office", reason="figures")
        scores = programme.measure("u4ssc", period=2020, availability=0.0, steps="min-max", runs=0)
        programme.adopt(scores, by="office", reason="for the targets")
        yield programme


@pytest.mark.parametrize(
    ("city", "achieved", "grade"),
    [
        ("340100", "17%", "stagnating"),  # 10 of 60 points in half of the time: a third of the pace needed
        ("340200", "100%", "target reached"),
        ("340300", "-17%", "moving away"),  # 5 of 30 points in the wrong direction
    ],
)
def test_the_page_of_a_city_says_how_far_it_is_from_its_targets(aimed, open_client, city, achieved, grade):
    with open_client(aimed) as visitor:
        told = visitor.get(f"/cities/{city}/figures").text.split('id="targets"')[1].split("</details>")[0]

    row = told.split("Household internet access")[1].split("</tr>")[0]
    assert ">100<" in row
    assert achieved in row.replace("\u2212", "-").replace("−", "-")
    assert grade in row
    assert re.search(r"For \d+ targets, no figure for", told)


def test_a_city_without_a_score_is_told_which_figure_would_give_one(client, programme):
    city = programme.data_priorities().table.filter("gives_score")["city"][0]
    page = client.get(f"/cities/{city}/figures").text
    assert "<strong>No score.</strong>" in page
    assert "gives a score" in page.split('id="worth-knowing"')[1]


@pytest.mark.long  # every page once more
def test_a_programme_that_cannot_analyse_has_the_same_pages(programme, client, monkeypatch):
    for name in ("analyse", "profile", "non_reporting", "data_priorities"):
        monkeypatch.setattr(programme, name, lambda *_: _refuse())
    assert client.get("/indices/yearbook").status_code == 200
    assert 'id="correlations"' not in client.get("/indices/yearbook").text
    assert client.get("/cities/340100").status_code == 200
    page = client.get("/cities/340100/figures")
    assert page.status_code == 200
    assert 'id="peers"' not in page.text


def _refuse():
    raise InputError("cannot be told")


def test_an_index_by_which_no_city_has_a_score_says_so_and_draws_no_ranks(programme, client, monkeypatch):
    scores = programme.required("scores")
    nothing = [pl.lit(None, scores.table.schema[name]).alias(name) for name in
               ("score", "rank", "rank_low", "rank_high", "tier")]  # fmt: skip
    unscored = replace(scores, table=scores.table.with_columns(nothing))
    adopted = programme.adopted
    monkeypatch.setattr(programme, "adopted", lambda stage: unscored if stage == "scores" else adopted(stage))
    page, city = client.get("/indices/yearbook"), client.get("/cities/340100")
    assert (page.status_code, city.status_code) == (200, 200)
    assert "No city has a rank" in page.text
    assert 'id="ranks"' not in page.text
    assert re.search(r">0</strong><span>cities with a score", page.text)


def test_an_index_of_a_standard_with_two_editions_shows_what_became_of_each_indicator(client):
    for name in ("gbt33356", "gbt33356_2022"):
        page = client.get(f"/indices/{name}").text
        table = page.split('id="editions"')[1].split("</table>")[0]
        assert table.count("<tr>") == 1 + 9
        assert "new in the later edition" in table
        assert "2016 L4 Smart facilities" in table
        assert "2022 L4 Information infrastructure" in table
    assert 'id="editions"' not in client.get("/indices/sdg11").text
