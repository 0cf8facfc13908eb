"""A programme looks ahead: five parts of one run, each read by the others."""

import numpy as np
import polars as pl
import pytest

import urbium
from urbium.catalogue import DATA
from urbium.errors import InputError, NotFoundError
from urbium.programme.base.stages import PARTS

TO = 2035


@pytest.fixture(scope="module")
def programme(demo):
    return demo


def test_cities_other_urban_and_rural_add_up_to_the_nation_in_every_future(programme):
    made = programme.forecast("nation", to=TO).paths
    rows = dict(zip(made.keys, made.values, strict=True))
    sums = {name: rows.pop(name) for name in ("other urban", "rural", "urban", "nation")}
    assert np.allclose(sum(rows.values()) + sums["other urban"], sums["urban"], rtol=1e-9)
    assert np.allclose(sums["urban"] + sums["rural"], sums["nation"], rtol=1e-9)


def test_a_year_with_figures_of_the_nation_is_shown_as_observed_once(programme):
    table = programme.forecast("nation", to=TO).table.filter(place="nation", year=2020)
    assert table["kind"].to_list() == ["observed"]


def test_the_nation_grows_as_its_ages_do(programme):
    total = programme.forecast("ages", to=TO).total()
    nation = programme.forecast("nation", to=TO).paths
    own = nation.values[nation.keys.index("nation")]
    grown = own[-1] / own[list(nation.years).index(2030)]
    assert np.allclose(
        grown, total.values[0, -1] / total.values[0, -2], rtol=1e-5
    )  # ages are kept in single precision


@pytest.mark.long
def test_no_part_holds_a_figure_that_is_no_number(programme):
    known = [part for part in PARTS if part != "households"]  # of which the demo has no figures
    tables = [programme.forecast(part, to=TO).table for part in known]
    counts = [
        table.select(pl.col(pl.Float64).is_nan().any() | pl.col(pl.Float64).is_infinite().any())
        for table in tables
    ]
    assert not any(any(count.row(0)) for count in counts)


def test_every_part_says_how_it_was_made_and_when_it_was_known(programme):
    settings = programme.forecast("pressure", to=TO).settings
    assert settings["to"] == TO
    assert settings["as_known_on"]
    assert settings["paths"] == 1000


def test_only_the_outlook_of_the_population_is_adopted(programme):
    with pytest.raises(InputError, match="other forecasts follow"):
        programme.adopt(programme.forecast("ages", to=TO), by="office")


def test_another_word_is_refused_with_the_nearest(programme):
    with pytest.raises(NotFoundError, match="workforce"):
        programme.forecast("workforse", to=TO)


def test_without_counts_by_age_ages_say_how_to_load_them(tmp_path):
    with urbium.new(tmp_path / "empty.db") as empty, pytest.raises(NotFoundError, match="urbium load-ages"):
        empty.forecast("ages", to=TO)


def ages_of(place, path):
    text = (DATA / "demo" / "cohorts.csv").read_text(encoding="utf-8")
    path.write_text(text.replace("CHN,", f"{place},"), encoding="utf-8")
    return path


def test_an_adopted_outlook_keeps_to_the_ages_it_was_made_with(demo_copy, tmp_path):
    with urbium.open(demo_copy) as programme:
        before = programme.adopted("ages").table
        later = ages_of("CHN", tmp_path / "later.csv")
        later.write_text(later.read_text(encoding="utf-8").replace(",46437.638,", ",46437.639,"))
        programme.load_ages(later, by="office", reason="a later count")
        assert programme.adopted("ages").table.equals(before)
        assert not programme.forecast("ages", to=TO).table.equals(before)


def test_ages_of_another_nation_are_not_taken_for_ours(demo_copy, tmp_path):
    with urbium.open(demo_copy) as programme:
        programme.load_ages(ages_of("XYZ", tmp_path / "other.csv"), by="office", reason="by mistake")
        with pytest.raises(NotFoundError, match="are for XYZ, not for CHN"):
            programme.forecast("ages", to=TO)


def test_a_table_of_ages_with_faults_is_refused_whole(tmp_path):
    path = tmp_path / "ages.csv"
    path.write_text(
        "place,variable,period,sex,age,value,unit,status,area,source_id\n"
        "CHN,population,2020,male,0,-5,persons,reported,national,x\n"
    )
    with urbium.new(tmp_path / "new.db") as made:
        with pytest.raises(InputError):
            made.load_ages(path, by="office", reason="a test")
        assert made.store.kept("inputs", "cohorts") is None
