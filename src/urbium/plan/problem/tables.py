"""The tables of a roadmap: their columns and types, what stands in a column that is left out, the settings.

All amounts are millions of one currency at the prices of one year; people are full-time places; shares run
from 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import polars as pl

from urbium.errors import InputError
from urbium.nations import NO_CURRENCY
from urbium.text import coded, text

NATIONWIDE = "nation"
"""The place of a limit that holds for the whole programme."""

_TEXT, _NUMBER, _YEAR, _TRUTH = pl.String(), pl.Float64(), pl.Int64(), pl.Boolean()
_ASKED = object()
"""The default of a column that may not be left out."""


@dataclass(frozen=True)
class TableColumn:
    """A column of a table, and what its cells must fulfil.

    Parameters
    ----------
    default : what stands in the column when it is left out; without one it may not be left out
    is_later : it came later: an empty cell means the default, too
    may_lack : whether a number may be missing
    low, high : the least and the most that a number may be
    words : of which a cell holds one
    names : the table whose rows the cells name by their key; ``places`` are cities or the nation
    is_plan_year : whether cells are years of the plan
    is_list : words between ``;``: blanks beside it say nothing
    """

    name: str
    type: pl.DataType
    default: Any = _ASKED
    is_later: bool = False
    may_lack: bool = False
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()
    names: str = ""
    is_plan_year: bool = False
    is_list: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether the column may not be left out."""
        return self.default is _ASKED


@dataclass(frozen=True)
class Table:
    """A table of a roadmap, declared once: files, checks and the part of a city are made from it.

    Parameters
    ----------
    key : the columns that name a row: no two rows have the same
    of_city : the column by which the part of one city is cut out: its ``city``, a ``place`` (its own and the
        nation's rows) or ``project`` (those of its projects); the whole table stays without one
    is_later : roadmaps kept by earlier versions do not have it: left out, it is empty
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    of_city: Literal["", "city", "place", "project"] = ""
    is_later: bool = False

    @property
    def schema(self) -> Mapping[str, pl.DataType]:
        """The types of the columns by name."""
        return {column.name: column.type for column in self.columns}


def _word(name: str, names: str = "") -> TableColumn:
    return TableColumn(name, _TEXT, names=names)


def _amount(name: str, **more: Any) -> TableColumn:  # noqa: ANN401 - fields of a column
    return TableColumn(name, _NUMBER, low=0.0, **more)


def _count(name: str, **more: Any) -> TableColumn:  # noqa: ANN401
    return TableColumn(name, _YEAR, low=0, **more)


def _share(name: str, **more: Any) -> TableColumn:  # noqa: ANN401
    return TableColumn(name, _NUMBER, low=0.0, high=1.0, **more)


def _year(name: str) -> TableColumn:
    return TableColumn(name, _YEAR, is_plan_year=True)


_NAME = TableColumn("name", _TEXT, "")
_SOURCE = (TableColumn("evidence", _TEXT, ""), TableColumn("note", _TEXT, ""))
_PROJECT, _CITY, _PLACE = _word("project", "projects"), _word("city", "cities"), _word("place", "places")
_OCCUPATION, _FUND = _word("occupation", "occupations"), _word("fund", "funds")
_MODELS = TableColumn("finance_models", _TEXT, is_list=True)

DECLARED: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            Table(
                "cities",
                ("city",),
                (_word("city"), _NAME, _amount("weight"), TableColumn("region", _TEXT, ""), *_SOURCE),
                of_city="city",
            ),
            Table(
                "indicators",
                ("indicator",),
                (
                    _word("indicator"), _NAME, TableColumn("domain", _TEXT, ""), _amount("weight"),
                    TableColumn("kind", _TEXT, "outcome", is_later=True, words=("output", "outcome")),
                    *_SOURCE,
                ),
            ),
            Table(
                "projects",
                ("project",),
                (
                    _word("project"), _CITY, _word("solution"), _amount("capital"), _amount("operation"),
                    _amount("renewal", default=None, may_lack=True),
                    TableColumn("build_years", _YEAR, low=1),
                    _amount("build_posts", default=None, may_lack=True),
                    _amount("run_posts", default=None, may_lack=True), _MODELS, _share("foreign_share_max"),
                    _share("outside_share_max", default=1.0, is_later=True),
                    TableColumn("status", _TEXT, "candidate",
                           words=("candidate", "mandatory", "committed", "forbidden")),
                    TableColumn("start", _YEAR, None, may_lack=True),
                    TableColumn("earliest", _YEAR, None, may_lack=True),
                    TableColumn("latest", _YEAR, None, may_lack=True),
                    *_SOURCE,
                ),
                of_city="city",
            ),
            Table(
                "outlays",
                ("project", "year"),
                (_PROJECT, _year("year"), _amount("amount")),
                of_city="project",
                is_later=True,
            ),
            Table(
                "inflows",
                ("project",),
                (
                    _PROJECT,
                    TableColumn("kind", _TEXT, words=(
                        "none", "city_saving", "user_revenue", "avoided_cost", "tax_or_land_value",
                    )),
                    TableColumn("receiver", _TEXT, "", words=("", "city", "operator")),
                    _amount("low", default=None, may_lack=True), _amount("high", default=None, may_lack=True),
                    TableColumn("outcome", _TEXT, "",
                                words=("", "realised", "mixed", "promised", "modelled", "rule")),
                    TableColumn("running_cost", _TEXT, "", words=("", "gross", "net")),
                    TableColumn("of", _TEXT, "", words=("", "capital", "operation", "served")),
                    TableColumn("overlap", _TEXT, ""), TableColumn("same_effects", _TEXT, "", is_list=True),
                    *_SOURCE,
                ),
                of_city="project",
                is_later=True,
            ),
            Table(
                "prerequisites",
                ("project", "requires"),
                (
                    _PROJECT, _word("requires", "projects"), _count("lag"),
                    TableColumn("kind", _TEXT, "hard", is_later=True, words=("hard", "soft", "advice")),
                    _amount("loss", default=0.0, is_later=True),
                ),
                of_city="project",
            ),
            Table("exclusions", ("group", "project"), (_word("group"), _PROJECT), of_city="project"),
            Table("alternatives", ("group", "project"), (_word("group"), _PROJECT), of_city="project"),
            Table(
                "effects",
                ("project", "indicator"),
                (
                    _PROJECT, _word("indicator", "indicators"), _amount("effect"), _count("lag"),
                    TableColumn("rollout", _YEAR, 1, is_later=True, low=1),
                    _amount("low", default=None, may_lack=True), _amount("high", default=None, may_lack=True),
                    *_SOURCE,
                ),
                of_city="project",
            ),
            Table(
                "gaps",
                ("city", "indicator"),
                (
                    _CITY, _word("indicator", "indicators"), _share("need"),
                    _share("low", default=None, may_lack=True), _share("high", default=None, may_lack=True),
                    _share("ceiling"), TableColumn("figures", _TEXT, "", is_later=True, is_list=True),
                    *_SOURCE,
                ),
                of_city="city",
            ),
            Table(
                "figures",
                ("city", "figure"),
                (
                    _CITY, _word("figure"), _NAME, TableColumn("value", _NUMBER),
                    TableColumn("unit", _TEXT, ""), TableColumn("period", _TEXT, ""),
                    TableColumn("none_at", _NUMBER),
                    TableColumn("all_at", _NUMBER), _share("need"), _share("half_width", default=0.0),
                    TableColumn("unseen", _TEXT, ""), *_SOURCE,
                ),
                of_city="city",
                is_later=True,
            ),
            Table(
                "potentials",
                ("indicator", "unit"),
                (
                    _word("indicator", "indicators"), _word("unit"), TableColumn("low", _NUMBER),
                    TableColumn("high", _NUMBER), _NAME, *_SOURCE,
                ),
                is_later=True,
            ),
            Table("curve", ("segment",), (TableColumn("segment", _YEAR), _amount("width"), _amount("slope"))),
            Table(
                "funds",
                ("fund",),
                (
                    _word("fund"), _NAME, _MODELS, _share("share_max"),
                    _share("city_share_max", default=1.0, is_later=True),
                    _share("city_budgets_share_max", default=None, may_lack=True),
                    TableColumn("payer", _TEXT, words=("nation", "city", "outside")),
                    TableColumn("is_foreign", _TRUTH), *_SOURCE,
                ),
            ),
            Table(
                "fund_shares",
                ("project", "fund"),
                (_PROJECT, _FUND, _share("share_max")),
                of_city="project",
                is_later=True,
            ),
            Table(
                "budgets",
                ("place", "year"),
                (_PLACE, _year("year"), _amount("amount"), *_SOURCE),
                of_city="place",
            ),
            Table(
                "upkeep",
                ("place", "since"),
                (_PLACE, TableColumn("since", _YEAR), _amount("amount"), *_SOURCE),
                of_city="place",
                is_later=True,
            ),
            Table(
                "repayments",
                ("fund", "payer", "after"),
                (
                    _FUND, TableColumn("payer", _TEXT, words=("nation", "city", "users")),
                    _count("after"), _amount("share"), *_SOURCE,
                ),
                is_later=True,
            ),
            Table("fund_limits", ("fund", "year"), (_FUND, _year("year"), _amount("amount"))),
            Table(
                "start_limits",
                ("place", "year"),
                (_PLACE, _year("year"), _count("most")),
                of_city="place",
            ),
            Table("occupations", ("occupation",), (_word("occupation"), _NAME, *_SOURCE), is_later=True),
            Table(
                "pools",
                ("place", "occupation", "year"),
                (_PLACE, _OCCUPATION, _year("year"), _amount("places"), *_SOURCE),
                of_city="place",
                is_later=True,
            ),
            Table(
                "staff",
                ("project", "occupation"),
                (_PROJECT, _OCCUPATION, _amount("building"), _amount("running")),
                of_city="project",
                is_later=True,
            ),
            Table(
                "teaching",
                ("project", "occupation"),
                (_PROJECT, _OCCUPATION, _amount("places"), _count("lag")),
                of_city="project",
                is_later=True,
            ),
            Table(
                "training",
                ("occupation",),
                (_OCCUPATION, _amount("cost"), _amount("places"), _count("most"), _count("lag")),
                is_later=True,
            ),
            Table(
                "standards",
                ("standard",),
                (_word("standard"), _CITY, _year("deadline"), *_SOURCE),
                of_city="city",
                is_later=True,
            ),
            Table(
                "covers",
                ("standard", "project"),
                (_word("standard", "standards"), _PROJECT),
                of_city="project",
                is_later=True,
            ),
            Table(
                "fairness",
                ("rule", "place"),
                (
                    TableColumn("rule", _TEXT, words=("least_closing", "parity")), _word("place"),
                    _share("share"), *_SOURCE,
                ),
                is_later=True,
            ),
            Table(
                "omitted",
                ("city", "solution"),
                (_word("city"), _word("solution"), _word("reason")),
                of_city="city",
            ),
        )
    }
)  # fmt: skip
"""Every table of a roadmap, declared once."""

TABLES: Mapping[str, Mapping[str, pl.DataType]] = MappingProxyType(
    {name: table.schema for name, table in DECLARED.items()}
)
"""The columns of each table of a roadmap. ``;`` separates several finance models in one cell."""

LATER = frozenset(name for name, table in DECLARED.items() if table.is_later)
"""Tables that roadmaps kept by earlier versions do not have: left out, they are empty."""


MILLION_PEOPLE: Final = "million people"
"""The unit of weights that count people."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a whole roadmap.

    Parameters
    ----------
    discount_rate : yearly rate by which later closing of gaps counts less, as a share (0.05 for 5 %)
    spending_price : value given up for each million spent, so that nothing is built that does nothing
    foreign_share_max : largest share of each year's capital that foreign funds pay, 0 to 1
    operation_by : whose budget pays the operation of what is built: ``city`` or ``nation``
    currency : of all amounts, which are in millions; XXX when nobody said
    weight_unit : what the weights of the cities count, such as million people; empty when nobody said
    price_year : the year of the prices, or what is said of them; nothing is inflated
    note : how the amounts were made (exchange rate, source), shown with them
    shortfall_price : value given up for each standard that is missed, and for each unit that a closing lies
        below what fairness asks; above 0 when there are standards or rules of fairness
    carry_over : share (0 to 1) of a budget's unspent money that may be spent in the year after; what was
        carried into a year and is not spent there is carried on in the same way
    ends_after : how many of the last years are not for beginning anything: what was begun before them may be
        completed in them
    years_after : whole years after the last year in which what was built still counts, if its renewal is
        paid for; the last year then stands for all of them, and for each gap with what is attained in them
        on average (each year counts by its discount), so that what takes hold after the plan counts for the
        years it has left
    """

    discount_rate: float = 0.05
    spending_price: float = 0.0
    foreign_share_max: float = 1.0
    operation_by: str = "city"
    currency: str = NO_CURRENCY
    weight_unit: str = ""
    price_year: str = ""
    note: str = ""
    shortfall_price: float = 0.0
    carry_over: float = 0.0
    ends_after: int = 0
    years_after: int = 0

    @property
    def counts_people(self) -> bool:
        """Whether the weights of the cities are their people, in millions."""
        return self.weight_unit == MILLION_PEOPLE


def empty(name: str) -> pl.DataFrame:
    """Return a table of this name without rows."""
    return pl.DataFrame(schema=TABLES[name])


def required(name: str) -> list[str]:
    """Return the columns of a table that may not be left out."""
    return [column.name for column in DECLARED[name].columns if column.is_asked]


def shaped(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with exactly the columns and types of its schema; raise InputError when it cannot."""
    columns = DECLARED[name].columns
    if table.is_empty() and table.schema == TABLES[name]:
        return table
    absent = [column for column in required(name) if column not in table.columns]
    place = text("table {table}", table=name)
    if absent:
        raise InputError(
            coded("plan.table.no_column", "no column {columns:list}", columns=absent),
            place=place,
            remedy=text("it has {columns:list}", columns=list(TABLES[name])),
        )
    filled = table.with_columns(
        pl.lit(c.default).alias(c.name) for c in columns if c.name not in table.columns
    )
    try:
        cast = filled.select(pl.col(column.name).cast(column.type) for column in columns)
    except pl.exceptions.PolarsError as error:
        raise InputError(str(error), place=place, remedy=text("use values of the right type")) from error
    whole = cast.with_columns(pl.col(c.name).fill_null(c.default) for c in columns if c.is_later)
    whole = whole.with_columns(pl.col(pl.String).fill_null(""))
    listed = [column.name for column in columns if column.is_list]
    return whole.with_columns(pl.col(c).str.strip_chars().str.replace_all(r"\s*;\s*", ";") for c in listed)
