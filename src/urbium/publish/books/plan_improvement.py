"""Plan improvement: the sheets of what a plan is worth, and of what it changes in natural units."""

import polars as pl

from urbium.plan.result.natural_units import base_words, changes_table, changes_words
from urbium.plan.result.wording import BENEFIT_PARTS
from urbium.publish.books.band_columns import Listing, heads
from urbium.publish.books.plan_names import NamedPlan, ordered
from urbium.text import paragraph, say, text


def benefit(named: NamedPlan) -> Listing:
    """Return the parts of the plan benefit."""
    plan = named.plan
    titles = {part: str(say(title)) for part, title in BENEFIT_PARTS.items()}
    return Listing(
        "Benefit",
        text("Parts of the plan benefit, which add up to the total"),
        plan.benefit_words,
        plan.benefit.with_columns(pl.col("part").replace(titles)),
        heads("part", "domain", "benefit.evidence", "benefit.amount"),
        fixed=1,
    )


def natural_units(named: NamedPlan) -> Listing | None:
    """Return the known changes of a plan by city and outcome; None where none is known."""
    changes, road = named.plan.changes, named.plan.roadmap
    with_unit = changes.filter(pl.col("unit") != "")
    if with_unit.is_empty():
        return None
    by_city = changes_table(with_unit, "city").rename({"name": "outcome"})
    bases = {base: str(say(base_words(base))) for base in with_unit["base"].unique()}
    outcomes = {name: str(say(road.words(name))) for name in by_city["outcome"].unique()}
    return Listing(
        "Natural units",
        text("What the plan changes in each city once the whole plan is in operation; a value below 0 "
            "means a decrease"),
        paragraph(changes_words(changes, road)),
        named.placed(
            by_city.with_columns(pl.col("base").replace(bases), pl.col("outcome").replace(outcomes))
        ).sort("outcome", *ordered("province", "name")),
        heads(
            "city.name", "province", "outcome", "changes.low", "changes.middle", "changes.high",
            "changes.unit", "changes.base", "evidence", "code.city",
        ),
        fixed=1,
    )  # fmt: skip
