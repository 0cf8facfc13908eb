"""The shape of a rule: its input checks, its limits; and of a limit: its rows and words.

A file of this room holds all of one rule and ends with its :class:`Rule`; :data:`urbium.plan.rules.RULES`
lists them. The model, the checks of input, the use of limits in a plan, the infeasibility and the financing
of fixed starts read that list, and name no rule themselves. See ADR 0018.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, overload

import polars as pl

from urbium.errors import Fault
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.variables import Variables
from urbium.plan.variables.rows import Rows
from urbium.text import Text, coded, text

FULL = 0.99
"""From this share of its amount on a limit counts as full.

Projects come whole, so that a limit is seldom used to the last yuan: what is left below a hundredth pays for
no project of a real programme, and it is what a figure without decimals of a per cent shows as 100%.
"""

_LEAST_AMOUNT = 1e-9

Kind = Literal["starts", "worth", "money", "people"]
"""What a limit is about: when projects start; what they are worth, or miss at a price; who pays; who works.

Limits on starts hold or not as soon as the starts are fixed; money and people are then still to be split;
those of worth never stand against a plan.
"""


@overload
def is_full(used: float, amount: float) -> bool: ...
@overload
def is_full(used: pl.Expr, amount: pl.Expr) -> pl.Expr: ...
def is_full(used: float | pl.Expr, amount: float | pl.Expr) -> bool | pl.Expr:
    """Say whether a limit is full; numbers, or columns of a table.

    >>> is_full(99.5, 100.0), is_full(98.0, 100.0), is_full(0.0, 0.0)
    (True, False, True)
    """
    if isinstance(amount, pl.Expr):
        return amount - used <= (1 - FULL) * amount.clip(_LEAST_AMOUNT)
    return bool(amount - used <= (1 - FULL) * max(amount, _LEAST_AMOUNT))


Easing = Literal["money", "shares", "counts"]
"""What easing a limit takes: money; another share of the same money; or projects and posts."""


class Outcome(Protocol):
    """What a plan says it does, as far as the use of limits is measured by it."""

    @property
    def roadmap(self) -> Roadmap: ...  # noqa: D102
    @property
    def table(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def money(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def training(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def overruns(self) -> pl.DataFrame: ...  # noqa: D102
    @property
    def proof(self) -> pl.DataFrame: ...  # noqa: D102


def more_money(currency: str) -> Text:
    """Return what is said after an amount of money that would let a project in."""
    return coded("units.million.more", "{currency} million more", currency=currency)


def more_of_it(_: str) -> Text:
    """Return what is said after a number of projects that would let one in."""
    return coded("plan.why.more", "more")


def more_posts(_: str) -> Text:
    """Return what is said after a number of posts that would let a project in."""
    return coded("plan.why.more_posts", "more full-time posts")


@dataclass(frozen=True)
class Amount:
    """The amount of a limit, in a table of the roadmap, and how a plan uses it.

    Parameters
    ----------
    table, column : where the amount stands; the table has a ``year``
    named : the limit's rows of that table: ``row`` (their number in it), ``label`` (what stands in the
        brackets of a limit's name), ``place`` (or fund) and ``what`` (occupation)
    use : ``name`` and ``used`` of each limit, by the whole plan or by one of its projects
    unit : of the amount, for a currency
    words : an amount with its unit, for a currency
    step : how much more is asked about when its worth is told: a billion, one start, ten posts
    step_of_city : the same of a city, where the nation has the limit too
    more : ``name`` and ``more``: what a plan itself adds to the amount
    beside : ``name`` and ``price``: what more of the limit loosens beside its own row
    """

    table: str
    column: str
    named: Callable[[pl.DataFrame], pl.DataFrame]
    use: Callable[[Outcome, str | None], pl.DataFrame]
    unit: Callable[[str], Text]
    words: Callable[[float, str], Text]
    step: float
    step_of_city: float | None = None
    more: Callable[[Outcome], pl.DataFrame] | None = None
    beside: Callable[[Outcome], pl.DataFrame] | None = None


@dataclass(frozen=True)
class Limit:
    """One kind of row of the model: it is called ``name[...]``.

    Parameters
    ----------
    rows : make the rows
    kind : what it is about
    title : what it is called on pages
    called : what one row is called, from its name and the parts in its brackets, as many as these are
    eased : how the least change that lets a project in may ease it; None where it may not
    more : what is said after the amount by which it is eased, for a currency
    remedy : what to do when it stands against every plan; None for definitions and what may be missed at a
        price, which stand against none
    is_proof : whether its dual price enters the bound that is recomputed from the tables
    amount : of a limit that has one
    overruns : place (or fund, or city and occupation) and year of each row, of a limit that committed
        projects may exceed by themselves
    """

    name: str
    rows: Callable[[Variables], Rows]
    kind: Kind
    title: Text
    remedy: Text | None = None
    called: Callable[..., Text] | None = None
    eased: Easing | None = None
    more: Callable[[str], Text] = more_money
    is_proof: bool = True
    amount: Amount | None = None
    overruns: Callable[[Variables], Sequence[tuple[str, int]]] | None = None


def no_faults(roadmap: Roadmap) -> Iterator[Fault]:  # noqa: ARG001 - a check
    """Yield nothing: the check of a rule whose cells say all."""
    yield from ()


@dataclass(frozen=True)
class Rule:
    """A rule of a programme.

    Parameters
    ----------
    limits : its kinds of rows, in the order of the model
    check : the faults of its tables, once their cells and references hold
    """

    limits: tuple[Limit, ...]
    check: Callable[[Roadmap], Iterator[Fault]] = no_faults


def exact_money(amount: float, currency: str) -> Text:
    """Return an amount of money in millions, in words that keep its digits.

    >>> exact_money(184.0, "EUR")
    'EUR 184 million'
    """
    return coded("plan.limit.money", "{currency} {amount:,.6g} million", currency=currency, amount=amount)


def row_called(limit: Limit, row: str, name: Callable[[str], str]) -> Text:
    """Return what a row of the model is called, such as ``budget[340100,2017]``.

    Parameters
    ----------
    limit : of the row
    row : its name
    name : what a code that stands in the brackets is called
    """
    keys = [name(key) for key in row.removesuffix("]").partition("[")[2].split(",")]
    if limit.called is not None:
        return limit.called(row, *keys)
    return text("{rule}: {keys:list}", rule=limit.title, keys=keys, row=row)


def of_place(column: str) -> pl.Expr:
    """Return a column of places as limits name them: the nation by its word."""
    return pl.col(column).replace(NATIONWIDE, "nation")


def of_place_and_year(table: pl.DataFrame) -> pl.DataFrame:
    """Return the limits of a table of places and years, each with the label of its row in the model."""
    place = of_place("place")
    return table.with_row_index("row").select(
        "row", "year", label=pl.format("{},{}", place, "year"), place=place, what=pl.lit("")
    )
