"""Shown: a dossier's content as a reader sees it: in the order of its class, in words, with units.

Empty parts are left out; records of few columns are a table (cards on a narrow screen), of many a card each.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import msgspec

from urbium.periods import date_of
from urbium.pilot.alarms.alarms import reason_kept
from urbium.pilot.contracts.taskbooks import SHARE, unit_said
from urbium.pilot.fields import FieldWords, field_words
from urbium.text import Text, say, sentences, text
from urbium.units import counts_money_otherwise, money_size, typed_unit
from urbium.web.desk.forms import Asked, record_class
from urbium.web.rendering.amounts import per_cent
from urbium.web.rendering.words import day, money_in_size, number, period, tender, years

_MOST_COLUMNS: Final = 6
_APART: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {("offer", "documents"): ("sha256", "application")}
"""What of records is for programs alone: a file of a data room is opened there, by its name."""
_WRITTEN: Final[Mapping[str, Callable[[str], Text | str]]] = {
    "years": years, "period": period, "unit": unit_said,
}  # fmt: skip
"""How words of a measure are written in the language that is spoken."""
_MILLION: Final = 1e6
_FEW: Final = 80
"""Letters of a part that shares a list with others."""
_CODES: Final = frozenset(
    {"party", "indicator", "solution", "task", "country", "countries", "instruments", "deliveries",
     "currencies", "sectors", "question", "variable", "project", "fund", "rules", "cities", "expertise",
     "currency", "database", "source", "begin", "tied", "mandate", "province"}
)  # fmt: skip
_NAMED_BY_CODE: Final = frozenset({"scope", "decision"})
"""Columns of records whose code is that of a place, or of an application."""
_NOTHING: Final[tuple[Any, ...]] = ("", [], {}, None)
_YES, _NO, _NONE_NAMED = text("yes"), text("no"), text("none named")
_BYTES, _POINTS = text("bytes"), text("of 100 points")
_WHO_REVIEWS: Final[Mapping[str, Text]] = {
    "application": text("for the province, the programme office, auditors and the experts who review it"),
    "review": text("for this expert, the programme office and auditors"),
}
"""Who reads a field of the circle of reviewers, by kind, as ``data/rules/rights.csv`` has it."""
_UNTIL_DECIDED: Final = text(
    "for this expert, the programme office and auditors; for the city, once the decision is made, "
    "the points with a written reason"
)
_SILENT: Final = text("Indicators without a value")

_CIRCLE_WORDS: Final[Mapping[str, Text]] = {
    "internal": text("for the office only"),
    "private": text("for you alone"),
}
"""What is said beside a field that not all parties see."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is shown: its words, whether it is a number, the unit behind it, and where it leads.

    ``money`` is an amount with its currency, where no column says the unit.
    """

    said: str
    is_number: bool = False
    unit: str = ""
    address: str = ""
    money: Text | str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A field as it is shown.

    Parameters
    ----------
    name, title : its name in the content, and what it is called
    form : ``line``, ``lines``, ``pairs``, ``table``, ``cards`` or ``files``
    circle : who else does not see it; empty for a field that all parties see
    line, lines, pairs : its words
    columns, rows : titles with the unit that all rows share, and cells, of records
    """

    name: str
    title: str
    form: str
    circle: Text | str = ""
    line: Cell = Cell("")
    lines: tuple[str, ...] = ()
    pairs: tuple[tuple[str, Cell], ...] = ()
    columns: tuple[tuple[str, str, bool], ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    files: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_short(self) -> bool:
        """Whether it is a few words, which stand beside their title."""
        return self.form == "line" and len(str(say(self.line.money or self.line.said))) <= _FEW


def parts_of(
    kind: str,
    content: type[msgspec.Struct],
    values: Mapping[str, Any],
    circles: Mapping[str, str],
    *,
    currency: str,
    asked: Mapping[str, Mapping[str, Asked]],
    names: Mapping[str, str],
) -> Iterator[Part]:
    """Yield what a page shows of a content, in the order of its class.

    Parameters
    ----------
    kind, content, circles : of the dossier
    values : the fields that the reader sees
    currency : of money where the content names none
    asked : by field of pairs, what its names are called
    names : what codes are called (criteria, parties, indicators)
    """
    money = str(values.get("currency") or currency)
    for one in msgspec.structs.fields(content):
        value = values.get(one.name)
        if one.name == "title":  # it is the heading of the page
            continue
        if value in _NOTHING or value is False or (value == 0 and one.default == 0):
            continue
        words = field_words(kind, one.name)
        if (kind, one.name) == ("report", "reached"):
            silent = [row for row in value or () if row["value"] is None]
            value = [row for row in value or () if row["value"] is not None]
            if silent:
                yield Part(one.name, str(say(_SILENT)), "line", line=Cell(number(len(silent))))
            if not value:
                continue
        if (kind, one.name) == ("report", "alarms"):
            value = [reason_kept(each) for each in value or ()]
        shown = _part(kind, one, words, value, money=money, asked=asked.get(one.name, {}), names=names)
        if one.name == "is_example" and words.help:
            shown = {"form": "line", "line": Cell(words.help)}
        name = circles.get(one.name, "")
        circle = _WHO_REVIEWS[kind] if name == "reviewers" else _CIRCLE_WORDS.get(name, "")
        if (kind, one.name) == ("review", "scores"):  # the decision opens them to the city
            circle = _UNTIL_DECIDED
        yield Part(one.name, words.title, circle=circle, **shown)


def _part(
    kind: str,
    one: msgspec.structs.FieldInfo,
    words: FieldWords,
    value: Any,  # noqa: ANN401 - of any field
    *,
    money: str,
    asked: Mapping[str, Asked],
    names: Mapping[str, str],
) -> dict[str, Any]:
    if one.name == "attachments":
        files = ({**each, "title": names.get(each["document"], each["document"])} for each in value)
        return {"form": "files", "files": tuple(files)}
    if isinstance(value, Mapping):
        if value and all(isinstance(each, Mapping) for each in value.values()):
            ranked = sorted(value.items(), key=lambda one: one[1].get("rank") or math.inf)
            rows = [{"code": key, **each} for key, each in ranked]
            return _records(kind, one.name, list(rows[0]), rows, money=money, names=names)
        spoken = {key: asked[key].words if key in asked else words for key in (*asked, *value)}
        pairs = tuple(
            (
                one_words.title if key in asked else key,
                Cell(_NONE_NAMED) if value[key] == [] else _cell(one_words, value[key], money, ""),
            )
            for key, one_words in spoken.items()
            if key in value
        )
        return {"form": "pairs", "pairs": pairs}
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        record = record_class(one.type)
        columns = [each.name for each in msgspec.structs.fields(record)] if record else list(value[0])
        return _records(kind, one.name, columns, value, money=money, names=names)
    called = names if one.name in _CODES else {}
    if isinstance(value, list):
        return {
            "form": "lines",
            "lines": tuple(
                called.get(str(each), each if isinstance(each, str) else str(each)) for each in value
            ),
        }
    said = called.get(value, value) if isinstance(value, str) else value
    return {"form": "line", "line": _cell(words, said, money, "")}


def _records(
    kind: str,
    name: str,
    columns: list[str],
    rows: Sequence[Mapping[str, Any]],
    *,
    money: str,
    names: Mapping[str, str],
) -> dict[str, Any]:
    """Return records as a table or cards, without columns in which nothing stands."""
    spoken = {column: field_words(kind, f"{name}.{column}") for column in columns}
    units = "unit" if any(words.measure == "of unit" for words in spoken.values()) else ""
    filled = [
        column
        for column in columns
        if column not in {units, *_APART.get((kind, name), ())}
        and any(row.get(column) not in _NOTHING for row in rows)
    ]
    if {"code", "title"} <= {*filled}:
        filled.remove("code")  # a code is for programs where there is a title
    heads = tuple(
        (spoken[column].title, _unit_of_column(spoken[column], money), _is_number(column, rows))
        for column in filled
    )
    cells = tuple(
        tuple(
            _led_to_solution(column, row, names)
            or _cell(
                spoken[column],
                _called(column, row, names),
                str(row.get("currency", "")) if spoken[column].measure == "million beside" else money,
                str(row.get(units, "")),
            )
            for column in filled
        )
        for row in rows
    )
    return {"form": "table" if len(filled) <= _MOST_COLUMNS else "cards", "columns": heads, "rows": cells}


def _led_to_solution(column: str, row: Mapping[str, Any], names: Mapping[str, str]) -> Cell | None:
    """Return the kind of project of a row as a link to its page, with its norms; None for anything else."""
    code = str(row.get("solution", ""))
    if column != "solution" or code not in names:
        return None
    return Cell(names[code], address=f"/about/solutions/{quote(code)}")


def _unit_of_column(words: FieldWords, money: str) -> str:
    """Return the unit of numbers that stand below each other; empty where each says its own."""
    if words.measure == "million beside":
        return ""
    is_money = words.measure == "million" or (words.measure == "money" and counts_money_otherwise(money))
    return money_size(money).words if is_money else unit_of(words, money)


def unit_of(words: FieldWords, money: str) -> str:
    """Return the unit in which a field is typed; empty where there is none, or each record has its own."""
    units = {
        "money": tender(money),
        "million": typed_unit(money),
        "million beside": typed_unit(""),
        "bytes": _BYTES,
        "per cent": "%",
        "rate": "%",
        "points": _POINTS,
    }
    return units.get(words.measure, "")


def _called(column: str, row: Mapping[str, Any], names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any
    """Return a value of a record; of a code of somebody or of a place, the name."""
    value = row.get(column)
    if isinstance(value, Mapping):
        return {names.get(name, name): amount for name, amount in value.items()}
    is_code = column in _CODES or (column == "code" and not _NAMED_BY_CODE.isdisjoint(row))
    if is_code and isinstance(value, list):
        return [names.get(str(one), one) for one in value]
    return names.get(value, value) if is_code and isinstance(value, str) else value


def _is_number(column: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    values = [row.get(column) for row in rows if row.get(column) is not None]
    return bool(values) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)


def _cell(words: FieldWords, value: Any, money: str, unit: str) -> Cell:  # noqa: ANN401, PLR0911 - any field
    if value in ("", None, [], {}):
        return Cell("")
    if words.measure == "day" and (date := date_of(str(value))) is not None:
        return Cell(day(date))
    if words.measure in _WRITTEN:
        return Cell(_WRITTEN[words.measure](str(value)))
    if isinstance(value, bool):
        return Cell(_YES if value else _NO)
    if str(value) in words.words:
        return Cell(words.words[str(value)])
    if isinstance(value, int | float):
        return _measured(words.measure, value, money, unit)
    if isinstance(value, Mapping):
        cells = {key: _cell(words, one, money, unit) for key, one in value.items()}
        return Cell(
            sentences(text("{name}: {value}", name=key, value=one.said) for key, one in cells.items()),
            money=sentences(
                text("{name}: {value}", name=key, value=one.money) for key, one in cells.items() if one.money
            ),
        )
    if isinstance(value, list):
        called = [words.words.get(str(one), one) for one in value]
        return Cell(sentences([one if isinstance(one, str) else str(one) for one in called]))
    return Cell(value if isinstance(value, str) else str(value))


def _measured(measure: str, value: float, money: str, unit: str) -> Cell:  # noqa: PLR0911 - one a measure
    match measure:
        case "year":
            return Cell(str(int(value)), is_number=True)
        case "money" if counts_money_otherwise(money):
            return _measured("million", value / _MILLION, money, unit)
        case "money":
            said = number(value, 0)
            whole = text("{currency} {amount}", currency=money, amount=said) if money else ""
            return Cell(said, is_number=True, unit=tender(money), money=whole)
        case "million" | "million beside":
            whole = money_in_size(value, money) if money else ""
            size = money_size(money)
            return Cell(number(size.of(value)), is_number=True, unit=size.words, money=whole)
        case "per cent":
            return Cell(number(value), is_number=True, unit="%")
        case "rate" | "share":
            digits = 0 if measure == "share" else None
            return Cell(number(per_cent(value), digits), is_number=True, unit="%")
        case "of unit" if unit == SHARE:
            return Cell(text("{share:.1%} of the need still unmet", share=value), is_number=True)
        case "bytes" | "of unit":
            return Cell(number(value), is_number=True, unit=_BYTES if measure == "bytes" else unit_said(unit))
        case _:
            return Cell(number(value), is_number=True)
