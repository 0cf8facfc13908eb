"""How much each indicator counts in a plan, by what it is about (its domain) and whether it is an outcome.

Lists of indicators cut cities differently: ISO 37122 has 19 clauses, U4SSC three dimensions, and a clause of
a standard is no measure of what people care for. Domains therefore weigh the same, and so do the outcomes
within each; an output (how much is there of what was built) counts a declared small part of what an outcome
does. Both are assumptions, for an adopted index to replace. Which domain an indicator is of is declared with
the effects on it (``data/solutions/effects.csv``): our reading of the lists.
"""

from typing import Final

import polars as pl

from urbium.model import ResultKind

OTHER: Final = "other"
"""The domain of indicators of which nobody said what they are about."""


def weights(indicators: pl.DataFrame, output: float) -> pl.Series:
    """Return the weight of each indicator; they sum to one.

    Parameters
    ----------
    indicators : domain and kind (``outcome`` or ``output``) of each
    output : what all outputs of a domain count together, as a share of what its outcomes do, 0 to 1
    """
    is_output = pl.col("kind") == ResultKind.OUTPUT.value
    raw = pl.when(is_output).then(output).otherwise(1.0) / pl.len().over("domain", "kind")
    return indicators.select((raw / raw.sum()).alias("weight")).to_series()
