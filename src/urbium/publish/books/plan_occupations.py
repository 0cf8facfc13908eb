"""Plan occupations: the sheet of the people of a plan by occupation and year, with ranges and evidence."""

import polars as pl

from urbium.publish.books.band_columns import Listing, heads
from urbium.publish.books.plan_names import NamedPlan
from urbium.talent import PHASES, Assumed, demand, kinds_of, most_words
from urbium.text import paragraph, say, text

_NOTE = text(
    "Low and high: where 80 % of all cases lie if every figure behind a row is wrong in the same direction "
    "(assumptions by evidence level). Years after the plan: what was built is run. Posts are what the wages "
    "in the cost of each project pay."
)


def occupations(named: NamedPlan) -> Listing | None:
    """Return the people of a plan by occupation, phase and year; None where nobody is known to be needed."""
    rows = demand(named.plan, named.catalogue, Assumed(named.catalogue)).of_nation
    if rows.is_empty():
        return None
    kinds = kinds_of(named.plan)
    phases = {code: str(say(words)) for code, words in PHASES.items()}
    return Listing(
        "Occupations",
        text("People by occupation and year, full-time posts"),
        paragraph([*most_words(rows, kinds), _NOTE]),
        rows.with_columns(pl.col("phase").replace(phases), pl.col("kind").replace(kinds)),
        heads(
            "occupation.title", "isco08", "occupations.kind", "phase", "year", "posts", "posts.low",
            "posts.high", "evidence",
        ),
    )  # fmt: skip
