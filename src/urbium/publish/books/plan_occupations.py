"""Plan occupations: the sheet of the people of a plan by occupation and year, with ranges and evidence."""

import polars as pl

from urbium.publish.books.band_columns import Listing, heads
from urbium.publish.books.plan_names import NamedPlan
from urbium.talent import PHASES, Assumed, demand, kinds_of, most_words, occupation_titles
from urbium.text import paragraph, say, text

_NOTE = text(
    "Low and high: the range that covers 80% of all cases if every figure behind a row is wrong in "
    "the same direction (how wrong is assumed for each evidence level). Years after the plan: "
    "operation of what was built. The posts shown are those that the wages in the cost of each "
    "project pay for."
)


def occupations(named: NamedPlan) -> Listing | None:
    """Return the people of a plan by occupation, phase and year; None where nobody is known to be needed."""
    rows = demand(named.plan, named.catalogue, Assumed(named.catalogue)).of_nation
    if rows.is_empty():
        return None
    kinds, called = kinds_of(named.plan), occupation_titles(named.catalogue)
    titles = [
        str(say(called.get(isco08) or kinds.get(kind) or title))
        for isco08, kind, title in rows.select("isco08", "kind", "title").iter_rows()
    ]
    phases = {code: str(say(words)) for code, words in PHASES.items()}
    return Listing(
        "Occupations",
        text("People by occupation and year, in full-time posts"),
        paragraph([*most_words(rows, kinds), _NOTE]),
        rows.with_columns(
            pl.col("phase").replace(phases), pl.col("kind").replace(kinds), title=pl.Series(titles)
        ),
        heads(
            "occupation.title", "isco08", "occupations.kind", "phase", "year", "posts", "posts.low",
            "posts.high", "evidence",
        ),
    )  # fmt: skip
