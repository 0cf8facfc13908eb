"""Moves: what one figure at another value would do to the rank of a city, on its own page."""

import html
import re

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.web.views.cities import moves
from urbium.web.views.cities.moves import nearest_moves

CITY = "130100"


def test_the_nearest_moves_are_what_a_what_if_says_of_the_best_quarter(programme):
    rows = nearest_moves(programme, CITY)["rows"]
    leaves = programme.adopted("scores").indicators

    assert rows == sorted(rows, key=lambda row: -row["score"])
    for row in rows:
        others = leaves.filter(indicator=row["indicator"])["value"].drop_nulls()
        is_better = others > row["level"] if row["level"] > row["value"] else others < row["level"]
        after = programme.what_if(values={(CITY, row["indicator"]): row["level"]}).table.filter(city=CITY)
        assert is_better.sum() / others.len() == pytest.approx(0.25, abs=0.03)
        assert (
            after.row(0, named=True).items() >= {key: row[key] for key in ("score", "rank", "change")}.items()
        )
        assert row["score"] > after["score_before"].item()


def test_the_list_begins_with_the_figure_that_raises_the_score_most(client, programme):
    rows = nearest_moves(programme, "340200")["rows"]
    page = html.unescape(client.get("/cities/340200").text).split('id="move"')[1].split("</table>")[0]
    scores = re.findall(r'data-title="Score then">(\d+\.\d)</td>', page)

    assert ">Score then</th>" in page
    assert scores == [f"{row['score']:.1f}" for row in rows]
    assert scores == sorted(scores, reverse=True)


def test_a_figure_that_enters_no_score_is_not_offered_and_the_page_says_why(client):
    page = html.unescape(client.get(f"/cities/{CITY}?figure=public_toilets_per_100k&value=40").text)

    assert '<option value="public_toilets_per_100k"' not in page
    assert "does not count towards any score: no city has a sound figure for it in 2012." in page


def test_a_what_if_has_an_address_to_keep_and_a_refusal_names_the_figure(client):
    kept = f'href="/cities/{CITY}?figure=green_cover&amp;value=45#move"'

    assert kept in client.get(f"/cities/{CITY}?figure=green_cover&value=45").text
    page = client.get(f"/cities/{CITY}?figure=green_cover&value=150").text
    assert '#move">Address' not in page
    assert "green_cover of" not in page


def test_the_page_answers_what_a_reader_asks_without_scripts(client, programme):
    page = html.unescape(client.get(f"/cities/{CITY}?figure=green_cover&value=45").text)
    after = programme.what_if(values={(CITY, "green_cover"): 45.0}).table.filter(city=CITY).row(0, named=True)

    assert f"would score {after['score']:.1f} instead of {after['score_before']:.1f}" in page
    assert f"rank {after['rank']} instead of {after['rank_before']}" in page
    assert '<option value="green_cover" translate="no" selected>' in page


def test_the_answer_says_how_wide_the_present_rank_is_so_that_a_small_change_is_not_taken_for_a_large_one(
    client, programme
):
    page = html.unescape(client.get(f"/cities/{CITY}?figure=green_cover&value=45").text)
    low, high = programme.adopted("scores").table.filter(city=CITY).select("rank_low", "rank_high").row(0)

    assert f"its present rank lies between {low} and {high}." in page


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("figure=green_cover&value=many", "'many' is not a figure; write a number such as 45.5"),
        ("figure=greenness&value=4", "there is no indicator 'greenness'"),
    ],
)
def test_what_cannot_be_asked_is_said_at_the_form_and_what_was_typed_stays(client, query, fault):
    page = html.unescape(client.get(f"/cities/{CITY}?{query}").text)

    assert fault in page.split('id="what-if-said"')[1].split("</p>")[0]
    assert f'value="{query.rpartition("=")[2]}"' in page


def test_a_city_that_was_not_measured_has_no_form(open_client, bare):
    with open_client(bare) as visitor:
        assert re.search(r'id="move"', visitor.get("/cities/340100").text) is None


def test_a_figure_that_is_already_good_is_not_offered(programme):
    first = programme.adopted("scores").table.filter(pl.col("rank") == 1)["city"].item()
    good = {row["indicator"] for row in programme.profile(first).strengths.head(2).iter_rows(named=True)}

    assert good.isdisjoint(row["indicator"] for row in nearest_moves(programme, first)["rows"])


def test_what_moves_no_rank_is_listed_with_the_score_it_would_give(client, programme):
    table = programme.adopted("scores").table
    last = table.filter(pl.col("rank") == pl.col("rank").max())["city"].item()
    first = nearest_moves(programme, last)["rows"][0]
    page = client.get(f"/cities/{last}").text

    assert first["score"] > table.filter(city=last)["score"].item()
    assert re.search(rf"{first['score']:.1f}</td><td [^>]*><span>{first['rank']}</span></td>", page)


def test_a_figure_that_alone_gives_no_score_says_what_else_is_needed(client, programme):
    needed = list(nearest_moves(programme, "340100")["needed"].values())
    page = html.unescape(client.get("/cities/340100?figure=gdp_per_head&value=60000").text)

    assert len(needed) == 1
    assert f"alone, the city would still have no score: it also needs {needed[0]}" in page


def test_the_figure_that_a_score_still_needs_is_offered_first_and_gives_the_score(client):
    page = html.unescape(client.get("/cities/340100?figure=gdp&value=41600000").text)
    offered = re.findall(r'<option value="(\w+)"', page)

    assert offered[0] == "gdp"
    assert "With Gross domestic product, current prices at 416 billion CNY, the city would score" in page


def test_another_figure_of_a_variable_moves_every_indicator_computed_from_it(programme):
    table = programme.what_if(values={("340100", "gdp"): 41_600_000}).table.filter(city="340100")
    assert table.select("score_before", "score").row(0)[0] is None
    assert table["score"].item() is not None


def test_a_rank_that_rests_on_older_figures_is_marked_in_every_ranking(client, programme):
    scores = programme.adopted("scores")
    old = scores.table.filter(pl.col("newest") < scores.period, pl.col("rank") <= 5).row(0, named=True)
    marked = f'<small class="missing">latest figure from {old["newest"]}</small>'

    for page in ("/", "/cities", "/indices/yearbook"):
        rows = re.findall(r"<tr.*?</tr>", client.get(page).text, re.DOTALL)
        assert [marked in row for row in rows if f'href="/cities/{old["city"]}' in row] == [True], page


def test_a_figure_names_up_to_three_solutions_that_act_on_it_each_with_its_page(client, monkeypatch):
    acting = {"GREEN": "Green areas", "SPONGE": "Sponge city"}
    monkeypatch.setattr(moves, "acting_on", lambda *_: acting)
    page = html.unescape(client.get("/cities/130400").text).split('id="move"')[1].split("</table>")[0]

    assert "Solutions that act on it</th>" in page
    assert dict(re.findall(r'href="/about/solutions/(\w+)"[^>]*>([^<]+)', page)) == acting


def test_where_no_solution_acts_on_a_figure_the_page_says_so(client):
    page = html.unescape(client.get("/cities/340200").text).split('id="move"')[1]

    assert "Solutions that act on it" not in page
    assert "no solution with a declared effect on any of these figures." in page


def test_only_effects_that_improve_an_indicator_count():
    catalogue = load_catalogue()
    effects = {(one.solution, one.indicator_code, one.direction) for one in catalogue.effects}

    for code, indicator in catalogue.indicators.items():
        better = "up" if indicator.direction > 0 else "down"
        solutions = moves.acting_on(catalogue, code)
        assert len(solutions) <= 3
        assert {(solution, code, better) for solution in solutions} <= effects
