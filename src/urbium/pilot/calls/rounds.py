"""Rounds: the calls of a programme, and the bodies and special projects that take part beside cities."""

import msgspec

from urbium.model.dossiers import Internal, Open


class Criterion(msgspec.Struct, frozen=True):
    """What reviewers judge: a code, a title, its weight, and what it means; weights of a round sum to 100."""

    code: str
    title: str
    weight: float
    meaning: str = ""


class Quota(msgspec.Struct, frozen=True):
    """At most so many of a kind (``new``, ``widened``, ``special``), in a province (empty: in all)."""

    kind: str
    most: int
    province: str = ""


class DeclaredTotal(msgspec.Struct, frozen=True):
    """How many of a kind there are, by somebody else's word, where not all are known by name."""

    kind: str
    total: int
    source: str


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """What is proposed for an application, until the round is decided.

    Attributes
    ----------
    decision : ``selected`` or ``declined``
    reason : why
    points, rank : of the reviews; 0 where it was not computed
    tied : applications of equal points that were decided the other way
    """

    decision: str
    reason: str
    points: float = 0.0
    rank: int = 0
    tied: list[str] = []


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One intake of a programme.

    Attributes
    ----------
    title : what it is called
    rules : the set of rules it follows; empty for those that all share
    opens, closes : the first and the last day for applications (ISO 8601)
    decision_by : the day by which the selection is to be decided; empty where none is set
    conditions : what an applicant must meet
    documents : codes of the documents that an application must hold
    criteria : what reviewers judge
    quotas : how many can be selected
    declared : totals by the word of a source
    is_example : made up to show how a round goes; what it selects counts nowhere
    evaluation_day : the day of each year by which pilots evaluate themselves (``12-31``); empty for that of
        its set of rules
    decided_on : the day on which a round of before was decided
    selection : what is proposed, by application; seen by the office alone
    source : where the facts of a round of before are from
    note : remarks of the office
    """

    title: Open[str]
    rules: Open[str] = ""
    opens: Open[str] = ""
    closes: Open[str] = ""
    decision_by: Open[str] = ""
    conditions: Open[list[str]] = []
    documents: Open[list[str]] = []
    criteria: Open[list[Criterion]] = []
    quotas: Open[list[Quota]] = []
    declared: Open[list[DeclaredTotal]] = []
    is_example: Open[bool] = False
    evaluation_day: Open[str] = ""
    decided_on: Open[str] = ""
    source: Open[str] = ""
    selection: Internal[dict[str, Proposed]] = {}
    note: Internal[str] = ""


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """A body that runs projects or signs agreements."""

    title: Open[str]
    form: Open[str] = ""
    source: Open[str] = ""


class SpecialProject(msgspec.Struct, frozen=True, kw_only=True):
    """A special project of a round, apart from the organisation that runs it."""

    title: Open[str]
    field: Open[str] = ""
    organisation: Open[str] = ""
    source: Open[str] = ""
