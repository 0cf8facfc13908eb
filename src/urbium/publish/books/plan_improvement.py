"""Plan improvement: the sheets of what a plan is worth, and of what it changes in natural units."""

import polars as pl

from urbium.plan.result.natural_units import base_words, changes_table, changes_words
from urbium.plan.result.wording import BENEFIT_PARTS
from urbium.publish.books.band_columns import Listing
from urbium.publish.books.plan_names import CITY, CODE, PROVINCE, Field, NamedPlan, sheet
from urbium.text import paragraph, say, text

__all__ = ["benefit", "natural_units"]

_FORM = "#,##0.00"


def benefit(named: NamedPlan) -> Listing:
    """Return the parts of the plan benefit."""
    plan = named.plan
    titles = {part: str(say(title)) for part, title in BENEFIT_PARTS.items()}
    return sheet(
        "Benefit",
        text("book.plan.benefit_parts", "Parts of the plan benefit; they add up to it"),
        plan.benefit_words,
        plan.benefit,
        (
            Field("part", text("book.plan.part", "Part"), width=30, read=pl.col("part").replace(titles)),
            Field("domain", text("book.plan.domain", "Domain"), width=14),
            Field("evidence", text("book.plan.effect_evidence", "Evidence of the effects"), width=20),
            Field("amount", text("book.plan.benefit", "Plan benefit"), "#,##0.0000"),
        ),
        fixed=1,
    )


def natural_units(named: NamedPlan) -> Listing | None:
    """Return the known changes of a plan by city and outcome; None where none is known."""
    changes = named.plan.changes
    known = changes.filter(pl.col("unit") != "")
    if known.is_empty():
        return None
    by_city = changes_table(known, "city")
    bases = {base: str(say(base_words(base))) for base in known["base"].unique()}
    return sheet(
        "Natural units",
        text("book.plan.changes", "What the plan changes in each city, once all of it works; below 0: less"),
        paragraph(changes_words(changes, named.plan.roadmap.last_counted)),
        named.placed(by_city.rename({"name": "outcome"})).sort("outcome", "province_en", "name"),
        (
            CITY,
            PROVINCE,
            Field("outcome", text("book.plan.outcome", "Outcome"), width=30),
            Field("low", text("book.plan.change_from", "From"), _FORM, 16),
            Field("middle", text("book.plan.change_middle", "Middle"), _FORM, 16),
            Field("high", text("book.plan.change_to", "To"), _FORM, 16),
            Field("unit", text("book.plan.change_unit", "Unit (a year, where it adds up)"), width=16),
            Field(
                "base",
                text("book.plan.change_base", "Computed"),
                width=44,
                read=pl.col("base").replace(bases),
            ),
            Field("evidence", text("book.plan.evidence_label", "Evidence"), width=20),
            CODE,
        ),
        fixed=1,
    )
