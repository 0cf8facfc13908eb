"""Required: which figures, sound, would give a city without a score one."""

from collections.abc import Collection

import polars as pl

from urbium.measure.index import Scores
from urbium.measure.whatif import what_if


def needed_figures(scores: Scores, city: str, sound: Collection[str]) -> list[str]:
    """Return variables that give a city a score once they are sound, none of them to spare.

    Parameters
    ----------
    city : code of a city that was measured and has no score
    sound : variables of which it has a sound figure for the year that was measured

    Returns
    -------
    In alphabetical order; empty where all variables together give it no score. Each indicator that they
    complete is taken at the median of the cities. Other sets may do it as well.
    """
    leaves, catalogue = scores.indicators, scores.catalogue
    lacking = leaves.filter(pl.col("city") == city, pl.col("value").is_null())["indicator"].to_list()
    middles = dict(leaves.group_by("indicator").agg(pl.col("value").median()).drop_nulls().iter_rows())
    needs = {
        name: set(catalogue.indicators[name].variables) - set(sound) for name in lacking if name in middles
    }

    def is_scored(chosen: set[str]) -> bool:
        values = {(city, name): middles[name] for name, variables in needs.items() if variables <= chosen}
        after = what_if(scores, values=values).table
        return after.filter(pl.col("city") == city)["score"].item() is not None

    chosen = set().union(*needs.values())
    if not chosen or not is_scored(chosen):
        return []
    uses = {variable: sum(variable in variables for variables in needs.values()) for variable in chosen}
    for variable in sorted(chosen, key=lambda name: (uses[name], name)):
        if is_scored(chosen - {variable}):
            chosen.discard(variable)
    return sorted(chosen)
