"""How a table row becomes the record that it declares: its columns by name, its cells by the record's types.

A :class:`Shape` says only what differs from the record: a column of another name, a cell that may be blank, a
field made of several columns. Types are those of the record, converted by msgspec; every wrong cell of a row
is a fault of its own.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec

from urbium.errors import Fault, InputError, UrbiumError
from urbium.model import (
    Assumption,
    CandidateRule,
    Ceiling,
    Choice,
    Claim,
    Effect,
    Filler,
    FinanceTerm,
    Fund,
    IndexNode,
    Indicator,
    Names,
    NeedRule,
    Norm,
    Occupation,
    Promise,
    ProvinceFact,
    Proxy,
    Region,
    Role,
    SkillNeed,
    Solution,
    Source,
    ValueRule,
    Variable,
    Variation,
)
from urbium.text import text
from urbium.units import unit

__all__ = [
    "Row",
    "Shape",
    "assumption",
    "candidate",
    "ceiling",
    "cell",
    "claim",
    "effect",
    "filler",
    "fund",
    "indicator",
    "names",
    "need",
    "node",
    "norm",
    "occupation",
    "promise",
    "province_fact",
    "proxy",
    "region",
    "role",
    "rule",
    "skill",
    "solution",
    "source",
    "term",
    "variable",
    "variation",
]

Row = Mapping[str, str]
T = TypeVar("T")

_LIST = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """Reads rows as records of one kind.

    Attributes
    ----------
    record : the dataclass; its type hints say what a cell may hold
    columns : the column of a field that is not called as the field is; the first one of several that is there
        and not blank
    blank : what a blank cell means, where it means something
    composed : fields that are read from several columns or by a rule of their own
    optional : fields whose column a table may lack; they are blank then
    """

    record: type[T]
    columns: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    blank: Mapping[str, str] = field(default_factory=dict)
    composed: Mapping[str, Callable[[Row], Any]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    def __call__(self, row: Row) -> T:
        """Return the record; raise InputError with one fault for each wrong cell.

        >>> region({"province": "Anhui", "name_en": "Central", "name_zh": "", "source": "nbs"}).name["en"]
        'Central'
        """
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, hint in get_type_hints(self.record).items():
            try:
                values[name] = self._value(row, name, hint)
            except UrbiumError as error:
                faults += error.faults or [Fault("error", error.message, error.remedy)]
        if faults:
            raise InputError(
                text("catalogue.row.wrong", "the row cannot be read"), faults=list(dict.fromkeys(faults))
            )
        return self.record(**values)

    def _value(self, row: Row, name: str, hint: Any) -> Any:  # noqa: ANN401 - any field of any record
        if name in self.composed:
            return self.composed[name](row)
        if hint == Names:
            return names(row)
        column, said = self._cell(row, name)
        return _converted(said if said.strip() else self.blank.get(name, ""), hint, column)

    def _cell(self, row: Row, name: str) -> tuple[str, str]:
        """Return the column that tells a field, and its cell."""
        declared = self.columns.get(name, name)
        choices = (declared,) if isinstance(declared, str) else declared
        present = [(column, row[column]) for column in choices if column in row]
        if not present and name not in self.optional:
            raise _no_column(choices[0])
        return next((pair for pair in present if pair[1].strip()), (choices[0], ""))


def _converted(said: str, hint: Any, column: str) -> Any:  # noqa: ANN401 - any field of any record
    """Return what a cell says as the type that is asked for; raise InputError when it does not say that."""
    if hint is str:
        return said
    if hint == _LIST:
        return tuple(part.strip() for part in said.split(";") if part.strip())
    blank = not said.strip()
    if blank and type(None) in getattr(hint, "__args__", ()):
        return None
    if blank and _words(hint):
        raise _wrong(text("catalogue.cell.no_word", "{column}: a word is missing", column=column))
    if blank:
        raise _wrong(text("catalogue.cell.no_figure", "{column}: a figure is missing", column=column))
    try:
        value = msgspec.convert(said.strip(), hint, strict=False)
    except msgspec.ValidationError as error:
        raise _wrong(_mismatch(said, hint, column)) from error
    if isinstance(value, float) and not math.isfinite(value):
        raise _wrong(
            text("catalogue.cell.not_finite", "{column}: {value!r} is not a finite number",
                 column=column, value=said)
        )  # fmt: skip
    return value


def _words(hint: Any) -> list[str]:  # noqa: ANN401 - any field of any record
    """Return the words that a cell may hold; none when it holds something else."""
    kinds = getattr(hint, "__args__", (hint,))
    return [
        str(word) for kind in kinds if isinstance(kind, type) and issubclass(kind, StrEnum) for word in kind
    ]


def _mismatch(said: str, hint: Any, column: str) -> str:  # noqa: ANN401 - any field of any record
    kinds = getattr(hint, "__args__", (hint,))
    words = _words(hint)
    if words:
        return text(
            "catalogue.cell.not_a_word", "{column}: {value!r} is none of {words:list}",
            column=column, value=said, words=words,
        )  # fmt: skip
    if bool in kinds:
        return text("catalogue.cell.not_true", "{column}: {value!r} is neither true nor false",
                    column=column, value=said)  # fmt: skip
    if int in kinds:
        return text("catalogue.cell.not_whole", "{column}: {value!r} is not a whole number",
                    column=column, value=said)  # fmt: skip
    return text("catalogue.cell.not_a_number", "{column}: {value!r} is not a number",
                column=column, value=said)  # fmt: skip


def _wrong(message: str) -> InputError:
    return InputError(message, remedy=text("catalogue.row.remedy", "mend the row"))


def _no_column(column: str) -> InputError:
    return InputError(
        text("catalogue.row.no_column", "the column {args} is missing", args=column),
        remedy=text("catalogue.row.no_column.remedy", "add it to the header row"),
    )


def cell(row: Row, column: str) -> str:
    """Return what a row says in a column; raise InputError when there is no such column."""
    if column not in row:
        raise _no_column(column)
    return row[column].strip()


def names(row: Row) -> Names:
    """The names of a row, by language."""
    return MappingProxyType({code: row[f"name_{code}"] for code in ("en", "zh") if row.get(f"name_{code}")})


def _unit(row: Row) -> str:
    return unit(cell(row, "unit")).id


def _terms(column: str) -> Callable[[Row], tuple[tuple[str, int], ...]]:
    """Return what reads a sum of variables, ``a + b - c``, as names and signs."""

    def read(row: Row) -> tuple[tuple[str, int], ...]:
        signed = re.findall(r"([+-]?)\s*([a-z_0-9]+)", cell(row, column))
        return tuple((name, -1 if sign == "-" else 1) for sign, name in signed)

    return read


def _ages(row: Row) -> tuple[int, int | None] | None:
    """First and last age of a norm; None for all."""
    first, last = (_converted(cell(row, column), int | None, column) for column in ("age_from", "age_to"))
    if first is None and last is not None:
        raise _wrong(text("catalogue.norm.no_first_age", "age_to: a last age without a first one"))
    return None if first is None else (first, last)


def _alternative(row: Row) -> str:
    """What varies: a number, a mean or a row of steps, by what it is an alternative of."""
    alternative = cell(row, "alternative")
    match cell(row, "part"):
        case "weights" | "data":
            _converted(alternative, float, "alternative")
        case "aggregate" | "missing":
            Choice.parse(alternative)
        case _:
            Choice.row(alternative)
    return alternative


source = Shape(
    Source,
    columns={
        "year": ("year", "edition_year"),
        "origin": ("origin", "address"),
        "note": ("note", "checked"),
    },
    optional=frozenset({"year", "licence", "origin", "note", "quality"}),
)
"""A publisher and title, of figures or of evidence."""

variable = Shape(
    Variable,
    blank={"direction": "0"},
    composed={"unit": _unit},
    optional=frozenset({"source_priority"}),
)
"""A raw quantity with its unit and ranges."""

indicator = Shape(
    Indicator,
    blank={"direction": "0"},
    composed={"numerator": _terms("numerator"), "denominator": _terms("denominator")},
)
"""A formula over variables."""

_node = Shape(IndexNode)

solution = Shape(
    Solution,
    columns={
        "capital_low": "capex_usd_per_capita_low",
        "capital_high": "capex_usd_per_capita_high",
        "operation_share": "opex_share_per_year",
        "lifetime": "lifetime_years",
        "evidence": "evidence_level",
    },
)
"""A kind of project."""

effect = Shape(
    Effect,
    columns={
        "solution": "solution_code",
        "low": "effect_low_pct",
        "high": "effect_high_pct",
        "lag": "lag_years",
        "source": "source_id",
        "evidence": "evidence_level",
    },
    optional=frozenset({"domain", "ceiling"}),
)
"""An effect of a solution on an indicator."""

ceiling = Shape(
    Ceiling,
    columns={
        "low": "effect_low",
        "high": "effect_high",
        "source": "source_id",
        "evidence": "evidence_level",
    },
)
"""The most a bundle does to an indicator."""

skill = Shape(
    SkillNeed,
    columns={
        "solution": "solution_code",
        "title": "esco_title",
        "share": "team_share",
        "evidence": "evidence_level",
        "source": "source_id",
    },
)
"""The people a solution needs."""

term = Shape(
    FinanceTerm,
    columns={
        "model": "model_code",
        "model_name": "model",
        "low": "value_low",
        "high": "value_high",
        "source": "source_id",
        "evidence": "evidence_level",
    },
)
"""A term of a way to finance."""

fund = Shape(Fund)
"""A source of money."""

rule = Shape(ValueRule, blank={"factor": "1"})
"""A check of observations."""

assumption = Shape(Assumption)
"""A number nobody published for this use."""

proxy = Shape(Proxy)
"""An indicator that may stand in for another."""

variation = Shape(Variation, composed={"alternative": _alternative})
"""An alternative of what varies when ranks are put in doubt."""

norm = Shape(Norm, composed={"unit": _unit, "ages": _ages})
"""How much of a service people need."""

need = Shape(NeedRule)
"""What a figure of a city tells of its needs."""

candidate = Shape(CandidateRule)
"""Where a solution can be built at all."""

province_fact = Shape(ProvinceFact, composed={"unit": _unit})
"""A figure of a province that holds for its cities."""

occupation = Shape(Occupation, columns={"codes": "isco08"})
"""A scarce kind of people."""

promise = Shape(Promise)
"""A standard that every city owes."""

role = Shape(Role)
"""What a stage asks for."""

filler = Shape(Filler, blank={"rank": "0"}, optional=frozenset({"note", "rank"}))
"""A variable that fills a role."""

region = Shape(Region)
"""The region of a province."""

claim = Shape(Claim, columns={"id": "claim_id", "source": "source_id"})
"""A figure somebody stated."""


def node(row: Row) -> tuple[str, IndexNode]:
    """A node of an index, with the index it belongs to."""
    return cell(row, "index"), _node(row)
