"""The records of a programme: frozen, named by the field's own words, knowing nothing of files or stores.

Tables of many observations are polars frames with the columns of :data:`OBSERVATION`; the record classes
here are the declared things (cities, variables, indicators, solutions, funds) and single findings.
"""

from urbium.model.declared import (
    Assumption,
    Ceiling,
    Effect,
    FinanceTerm,
    Fund,
    Norm,
    Occupation,
    Promise,
    Proxy,
    Region,
    ResultKind,
    SkillNeed,
    Solution,
    ValueRule,
)
from urbium.model.figures import (
    NATION,
    OBSERVATION,
    City,
    Claim,
    Evidence,
    Names,
    Observation,
    Pilot,
    Quality,
    Source,
    Status,
    Variable,
)
from urbium.model.indices import (
    Choice,
    Index,
    IndexNode,
    Indicator,
    Variation,
    Weighting,
)

__all__ = [
    "NATION",
    "OBSERVATION",
    "Assumption",
    "Ceiling",
    "Choice",
    "City",
    "Claim",
    "Effect",
    "Evidence",
    "FinanceTerm",
    "Fund",
    "Index",
    "IndexNode",
    "Indicator",
    "Names",
    "Norm",
    "Observation",
    "Occupation",
    "Pilot",
    "Promise",
    "Proxy",
    "Quality",
    "Region",
    "ResultKind",
    "SkillNeed",
    "Solution",
    "Source",
    "Status",
    "ValueRule",
    "Variable",
    "Variation",
    "Weighting",
]
