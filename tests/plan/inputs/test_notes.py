"""What a roadmap's rows say is kept so that it can be said again in any language."""

import polars as pl

from urbium.plan.inputs.notes import cell, in_english, noted, of_cell
from urbium.text import language, named, say, text


def test_a_cell_keeps_a_text_with_its_parameters_and_other_words_as_they_are():
    said = of_cell(cell(text("{name}: {share:.0%}", name=named({"en": "Air", "zh": "空气"}), share=0.5)))

    assert (said, of_cell(cell("typed by somebody"))) == ("Air: 50%", "typed by somebody")
    assert said.render("zh") == "空气: 50%"


def test_tables_read_in_english_and_their_wordings_stand_beside_them():
    rows = pl.DataFrame({"city": ["a", "b", "c"], "count": [1, 2, 2]})
    rows = rows.with_columns(note=noted(rows, lambda row: text("no {count:d}", count=row["count"])))

    tables = in_english({"budgets": rows}, text("in all"))

    assert tables["budgets"]["note"].to_list() == ["no 1", "no 2", "no 2"]
    assert tables["wordings"]["said"].to_list() == ["in all", "no 1", "no 2"]


def test_a_roadmap_says_its_cells_in_the_language_of_its_reader(towns):
    name = named({"en": "Lending fund", "zh": "贷款基金"})
    road = towns.towns_roadmap()
    funds = road.funds.with_columns(name=pl.lit(cell(name)))
    road = road.replace(**in_english({"funds": funds}))

    with language("zh"):
        assert {str(say(one)) for one in road.named("funds").values()} == {"贷款基金"}
    assert road.words("nobody kept this") == "nobody kept this"
    assert road.funds["name"].unique().to_list() == ["Lending fund"]
