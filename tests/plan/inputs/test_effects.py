"""What effects of the catalogue change of a city's own figures."""

from dataclasses import replace

from urbium.catalogue import load_catalogue
from urbium.plan.inputs.effects import potentials_of


def test_an_outcome_that_is_found_in_two_ways_is_left_out_and_no_other():
    catalogue = load_catalogue()
    before = potentials_of(catalogue)["indicator"]
    first = next(effect for effect in catalogue.effects if effect.indicator_code == before[0])
    otherwise = replace(first, unit="pp" if first.unit == "pct" else "pct")

    after = potentials_of(replace(catalogue, effects=(otherwise, *catalogue.effects)))["indicator"]
    assert set(before) - set(after) == {first.indicator_code}
