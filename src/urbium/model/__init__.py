"""The records of a programme: frozen, named by the field's own words, knowing nothing of files or stores.

Tables of many observations are polars frames with the columns of :data:`OBSERVATION`; the record classes
here are the declared things (cities, variables, indicators, solutions, funds) and single findings.

Where to change what:

- which evidence is the weaker: ``figures.py`` (``rank``, ``weakest``)
- what a dossier holds, and who sees which field: its class in the room of its kind (a circle a field:
  ``dossiers.py``)

See ADR 0001.
"""

from urbium.model.declared import (
    Assumption,
    Ceiling,
    CostScale,
    CostUnit,
    Effect,
    FinanceTerm,
    Fund,
    Occupation,
    Promise,
    Region,
    ResultKind,
    Retirement,
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
    evidence_words,
    rank,
    weakest,
)
from urbium.model.indices import (
    Choice,
    Index,
    IndexNode,
    Indicator,
    Variation,
    Weighting,
)
from urbium.model.inflows import UNSEEN, Basis, Cash, Inflow, InflowKind, Outcome, Receiver, RunningCost
from urbium.model.instruments import (
    ForeignLimit,
    Instrument,
    InstrumentKind,
    InstrumentTerm,
    Prices,
    RateForm,
    Repayment,
    Term,
)
from urbium.model.needs import CandidateRule, NeedFormula, NeedRole, NeedRule, Norm, ProvinceFact, Proxy
from urbium.model.roles import Filler, Role, StageNeed
from urbium.model.settings import FITTED, ExchangeRate, ProgrammeSettings

__all__ = [
    "FITTED",
    "NATION",
    "OBSERVATION",
    "UNSEEN",
    "Assumption",
    "Basis",
    "CandidateRule",
    "Cash",
    "Ceiling",
    "Choice",
    "City",
    "Claim",
    "CostScale",
    "CostUnit",
    "Effect",
    "Evidence",
    "ExchangeRate",
    "Filler",
    "FinanceTerm",
    "ForeignLimit",
    "Fund",
    "Index",
    "IndexNode",
    "Indicator",
    "Inflow",
    "InflowKind",
    "Instrument",
    "InstrumentKind",
    "InstrumentTerm",
    "Names",
    "NeedFormula",
    "NeedRole",
    "NeedRule",
    "Norm",
    "Observation",
    "Occupation",
    "Outcome",
    "Pilot",
    "Prices",
    "ProgrammeSettings",
    "Promise",
    "ProvinceFact",
    "Proxy",
    "Quality",
    "RateForm",
    "Receiver",
    "Region",
    "Repayment",
    "ResultKind",
    "Retirement",
    "Role",
    "RunningCost",
    "SkillNeed",
    "Solution",
    "Source",
    "StageNeed",
    "Status",
    "Term",
    "ValueRule",
    "Variable",
    "Variation",
    "Weighting",
    "evidence_words",
    "rank",
    "weakest",
]
