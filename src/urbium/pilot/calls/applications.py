"""Applications: what a city hands in to become a pilot."""

from typing import Any, Literal

import msgspec

from urbium.model.dossiers import Internal, Open, Parties, Reviewers
from urbium.pilot.attachments import Attachment

Readiness = Literal["", "yes", "not_yet", "not_needed"]


class KeyProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project that an applicant promises to build.

    Attributes
    ----------
    code, title : its name; a project of the plan keeps the plan's code
    solution : the kind of project of the catalogue; empty for an idea of the city's own
    size, unit : how much is built
    cost : capital in the programme's currency
    sources : money by source, in the same currency
    private : of the cost, what private partners are to bring
    revenue : what repays them; must be said where ``private`` is above 0
    starts, ends : years
    land, clearances : whether land is secured and clearances are granted; empty while nobody has answered
    built_by_others : who has built or is building the same, where known
    """

    code: str
    title: str
    solution: str = ""
    size: float | None = None
    unit: str = ""
    cost: float | None = None
    sources: dict[str, float] = {}
    private: float = 0.0
    revenue: str = ""
    starts: int | None = None
    ends: int | None = None
    land: Readiness = ""
    clearances: Readiness = ""
    built_by_others: str = ""


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """The file of an applicant.

    Attributes
    ----------
    title : of the place that applies
    kind : ``new``, ``widened`` or ``special``
    form : the version of the form it answers
    answers : by question
    projects : the key projects
    attachments : files handed in
    is_test : made to try the form; counts nowhere
    recommendation, province_report : the province's letter and its review
    requests : changes that were asked for, newest last
    decision, reasons : what was decided, and why
    feedback : what the experts tell the applicant, in no order that tells who
    appeal : what the applicant says against it
    note : remarks of the office
    """

    title: Open[str]
    kind: Open[str] = "new"
    form: Parties[str] = ""
    answers: Parties[dict[str, Any]] = {}
    projects: Parties[list[KeyProject]] = []
    attachments: Parties[list[Attachment]] = []
    is_test: Parties[bool] = False
    recommendation: Parties[str] = ""
    province_report: Reviewers[str] = ""
    requests: Parties[list[str]] = []
    decision: Parties[str] = ""
    reasons: Parties[str] = ""
    feedback: Parties[list[str]] = []
    appeal: Parties[str] = ""
    note: Internal[str] = ""
