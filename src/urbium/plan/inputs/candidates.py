"""Where a solution can be built at all, by the rules of ``rules/candidates.csv``: climate, size, year.

See ADR 0036.
"""

import polars as pl

from urbium.catalogue import Catalogue
from urbium.model import CandidateRule
from urbium.plan.inputs.nations import of_nation
from urbium.plan.inputs.notes import cell
from urbium.text import Text, declared, text


def ruled_out(
    catalogue: Catalogue,
    quantities: pl.DataFrame,
    nations: pl.DataFrame,
    there: pl.DataFrame,
    *,
    first_year: int,
) -> pl.DataFrame:
    """Return city, solution and reason of what is no candidate; what is not known rules nothing out.

    Parameters
    ----------
    quantities : city, input, period, value, as :func:`city_quantities` returns them
    nations : city and nation, as :func:`city_nations` returns them
    there : city, solution and reason of what need not be built again
    first_year : of the plan
    """
    cities = quantities.select("city").unique(maintain_order=True)
    plan = cities.with_columns(input=pl.lit("plan.first_year"), value=pl.lit(float(first_year)))
    facts = pl.concat([quantities.select("city", "input", "value"), plan])
    tables = [
        _outside(rule, of_nation(rule.nation, facts, nations)) for rule in catalogue.candidates.values()
    ]
    schema = {"city": pl.String, "solution": pl.String, "reason": pl.String}
    every = pl.concat([pl.DataFrame(schema=schema), there.select(list(schema)), *tables])
    return every.unique(["city", "solution"], keep="first", maintain_order=True)


def _outside(rule: CandidateRule, facts: pl.DataFrame) -> pl.DataFrame:
    below = pl.lit(False) if rule.least is None else pl.col("value") < rule.least
    above = pl.lit(False) if rule.most is None else pl.col("value") > rule.most
    return facts.filter((pl.col("input") == rule.input) & (below | above)).select(
        "city", solution=pl.lit(rule.solution), reason=pl.lit(cell(_reason(rule)))
    )


def _reason(rule: CandidateRule) -> Text:
    return text(
        "not a candidate in this city under rule {id}: {reason}", id=rule.id, reason=declared(rule.reason)
    )
