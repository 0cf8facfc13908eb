"""Task books: the contract of a pilot, made of the adopted plan."""

import msgspec

from urbium.model.dossiers import Internal, Open, Parties

__all__ = ["Target", "Task", "TaskBook"]


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A dated task: a project of the plan, who is responsible, and its money by source and currency."""

    code: str
    title: str
    body: str = ""
    starts: int | None = None
    ends: int | None = None
    money: dict[str, float] = {}


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What an indicator is to reach in a year."""

    indicator: str
    year: int
    value: float
    unit: str
    base: float | None = None


class TaskBook(msgspec.Struct, frozen=True, kw_only=True):
    """Dated tasks, targets by indicator and year, money by source.

    Attributes
    ----------
    title : of the pilot
    plan : the version of the adopted plan that it was made of
    currency : of its money
    tasks, targets : what is promised
    reason : why it was amended last
    effect : what the amendment does to the plan's benefit
    requests : changes asked for, newest last
    """

    title: Open[str]
    plan: Open[str] = ""
    currency: Open[str] = ""
    tasks: Open[list[Task]] = []
    targets: Open[list[Target]] = []
    reason: Parties[str] = ""
    effect: Parties[str] = ""
    requests: Parties[list[str]] = []
    note: Internal[str] = ""
