"""Domains: what an indicator is about, whichever list it comes from, and how much each counts in a plan.

Lists of indicators cut cities differently: ISO 37122 has 19 clauses, U4SSC three dimensions, and a clause of
a standard is no measure of what people care for. Domains therefore weigh the same, and so do the outcomes
within each; an output (how much is there of what was built) counts a declared small part of what an outcome
does. Both are assumptions, for an adopted index to replace.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from urbium.model import ResultKind

__all__ = ["domain_of", "weights"]

_OF_CLAUSE: Mapping[int, str] = MappingProxyType(
    {
        5: "economy", 6: "education", 7: "energy", 8: "environment", 9: "governance", 10: "governance",
        11: "health", 15: "safety", 16: "waste", 18: "foundation", 19: "mobility", 21: "governance",
        22: "water", 23: "water",
    }
)  # fmt: skip
"""The clauses of ISO 37120 and 37122 (the same in both) by what they are about; our reading."""
_OF_CODE: Mapping[str, str] = MappingProxyType(
    {
        "ISO 37122:2019 12.1": "energy", "ISO 37122:2019 12.2": "water", "SC: EH: ED: 5A": "health",
        "SC: EH: DALY": "health",
        "SC: EH: ED: 1C": "education",
    }
)  # fmt: skip
"""Single indicators whose clause or sub-dimension is about two things."""
_OF_CATEGORY: Mapping[str, str] = MappingProxyType(
    {
        "ICT: T": "mobility", "I: T": "mobility", "ICT: ES": "energy", "I: ES": "energy", "I: B": "energy",
        "E: E": "energy", "ICT: WS": "water", "I: WS": "water", "ICT: D": "water", "EN: WS": "water",
        "ICT: ICT": "foundation", "ICT: PS": "governance", "EN: AQ": "environment", "EN: PSN": "environment",
        "SH: SA": "safety", "EH: ED": "education", "P: EM": "economy",
    }
)  # fmt: skip
"""The sub-dimensions and categories of U4SSC by what they are about; our reading."""
_OTHER = "other"


def domain_of(code: str) -> str:
    """Return what an indicator is about, by its code in its list; ``other`` when nobody said.

    >>> domain_of("EC: I: T: 5A"), domain_of("ISO 37122:2019 19.9"), domain_of("SC: EH: ED: 5A")
    ('mobility', 'mobility', 'health')
    """
    if code in _OF_CODE:
        return _OF_CODE[code]
    if code.startswith("ISO"):
        clause = re.search(r" (\d+)", code.removeprefix("ISO "))
        return _OF_CLAUSE.get(int(clause[1]), _OTHER) if clause else _OTHER
    return _OF_CATEGORY.get(": ".join(part.strip() for part in code.split(":")[1:3]), _OTHER)


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
