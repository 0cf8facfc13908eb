"""Task books: the contract of a pilot, made of the adopted plan, and the amendments that change it."""

from typing import Final

import msgspec

from urbium.model.dossiers import Internal, Open, Parties
from urbium.text import Text, text
from urbium.units import unit_words

SHARE: Final = "share of the need"
"""The unit of a target where no figure tells the need: the part of it that is still open, 0 to 1."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A dated task: a project of the plan, who is responsible, and its money by source.

    Attributes
    ----------
    code, title : its name; a project of the plan keeps the plan's code
    solution : the kind of project of the catalogue
    body : who is responsible
    starts, ends : the first and the last year of building
    money : by source, in millions of the task book's currency
    deliverables : what is handed over, each with the share of the budget that it earns once it is
        accepted; they sum to one. Without any, the value of finished work in accepted reports is earned
    """

    code: str
    title: str
    solution: str = ""
    body: str = ""
    starts: int | None = None
    ends: int | None = None
    money: dict[str, float] = {}
    deliverables: dict[str, float] = {}

    @property
    def total(self) -> float:
        """All its money."""
        return sum(self.money.values())


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What an indicator is to reach in a year, and what it was when the task book was made."""

    indicator: str
    year: int
    value: float
    unit: str
    base: float | None = None


class Minimum(msgspec.Struct, frozen=True, kw_only=True):
    """A base database that must be in order for any star: its measure, and the share that it must reach."""

    database: str
    measure: str = "completeness"
    threshold: float = 1.0


class TaskBook(msgspec.Struct, frozen=True, kw_only=True):
    """Dated tasks, targets by indicator and year, money by source.

    Attributes
    ----------
    title : of the pilot
    plan : the number of the version of the adopted plan that it was made of
    currency : of its money, which is in millions
    tasks, targets : what is promised
    conditions : base databases that must be in order
    reason : why it was amended last
    effect : what the amendment does to the plan's benefit
    requests : changes asked for, newest last
    """

    title: Open[str]
    plan: Open[str] = ""
    currency: Open[str] = ""
    tasks: Open[list[Task]] = []
    targets: Open[list[Target]] = []
    conditions: Open[list[Minimum]] = []
    reason: Parties[str] = ""
    effect: Parties[str] = ""
    requests: Parties[list[str]] = []
    note: Internal[str] = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an amendment changes.

    Attributes
    ----------
    kind : ``added``, ``removed``, ``moved``, ``money``, ``deliverables``, ``body`` or ``target``
    name : of the task, or of the indicator and year
    before, after : as words and figures; empty where there was nothing, or is nothing any more
    """

    kind: str
    name: str
    before: str = ""
    after: str = ""


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a task book that is in force: all tasks and targets as they shall be.

    Attributes
    ----------
    title : of the amendment
    reason : why
    tasks, targets : of the task book afterwards
    base : the version of the task book that it changes
    changes : the difference, computed
    effect : what it does to the plan's benefit, computed
    requests : changes asked for, newest last
    """

    title: Open[str]
    reason: Open[str] = ""
    tasks: Open[list[Task]] = []
    targets: Open[list[Target]] = []
    base: Open[int] = 0
    changes: Open[list[Change]] = []
    effect: Open[str] = ""
    requests: Parties[list[str]] = []
    note: Internal[str] = ""


def unit_said(unit: str) -> Text:
    """Return the unit of a target in words; a share of the need is said and typed in per cent.

    >>> unit_said("%"), unit_said(SHARE)
    ('%', '% of the need still unmet')
    """
    return text("% of the need still unmet") if unit == SHARE else unit_words(unit)


def millions(book: TaskBook, amount: float) -> Text:
    """Return an amount of a task book (in millions) with the currency of its money, where it names one.

    >>> millions(TaskBook(title="x", currency="EUR"), 3.5)
    'EUR 3.50 million'
    """
    if not book.currency:
        return text("{amount:,.2f} million", amount=amount)
    return text("{currency} {amount:,.2f} million", currency=book.currency, amount=amount)


def span(book: TaskBook) -> range:
    """Return the years of a task book: from the first start to the last end or target.

    >>> list(span(TaskBook(title="x", tasks=[Task(code="a", title="a", starts=2020, ends=2021)])))
    [2020, 2021]
    """
    starts = [task.starts for task in book.tasks if task.starts is not None]
    ends = [task.ends for task in book.tasks if task.ends is not None]
    last = [*ends, *(target.year for target in book.targets)]
    if not (starts and last):
        return range(0)
    return range(min(starts), max(last) + 1)
