"""Forms: how the fields of a step are typed, and how what was typed is read; a record is a small table.

A field is a line, a text, a number, a day, a tick, a choice of words, or of several (ticks), lines, pairs (a
name and its value) or records: rows of inputs called ``projects[0].cost``, the last of them empty for what is
new. The code of a record is made of its title where none is typed. Amounts by name in a record are rows
again: ``projects[0].sources[1].value``. ``all.projects.starts`` is of all records, ``projects[0].remove`` the
tick of one that is to go. Whoever needs more rows asks for them. See ADR 0069.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import msgspec

from urbium.errors import InputError
from urbium.periods import date_of
from urbium.pilot.calls.forms import SOLUTIONS
from urbium.pilot.contracts.taskbooks import SHARE
from urbium.pilot.fields import FieldWords, field_words
from urbium.pilot.limits import LONG_TEXTS
from urbium.text import Text, coded, text
from urbium.web.rendering.amounts import per_cent, per_million_of, typed_in_size

_EMPTY_ROWS, _EMPTY_AMOUNTS = 3, 2
_MOST_ROWS: Final = 400
_ROW_NAME: Final = re.compile(r"(\w+)\[(\d{1,4})\]\.(\w+)(?:\[(\d{1,4})\]\.(name|value))?")
KEY, VALUE, _TITLE = "name", "value", "title"
MORE: Final = "more"
"""What a form is sent with that is not to be taken yet: the field of which another row is asked for."""
_ALL, _REMOVE = "all", "remove"
CODES: Final = frozenset({"code", "hidden code"})
"""Measures of the code of a record that is made of its title."""
_FORM_OF_ANSWER: Final = {
    "long_text": "text", "date": "day", "number": "number", "whole": "number", "money": "number",
    "year": "number", "points": "number",
}  # fmt: skip
"""How answers of a type are typed that are not a line."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a field of records: its inputs, whether it is empty, what a known pair, or it, is called.

    ``note`` is what whoever fills it in should know.
    """

    cells: "tuple[Field, ...]"
    is_empty: bool
    label: str = ""
    title: str = ""
    note: Text | str = ""

    @property
    def is_awaited(self) -> bool:
        """Whether it is the new row that was asked for."""
        return any(cell.is_awaited for cell in self.cells)

    @property
    def is_ticked(self) -> bool:
        """Whether the tick beside its word is set."""
        return bool(self.cells[-1].value)

    @property
    def removal(self) -> str:
        """The name of the tick that removes it; empty where it is not its reader's to remove."""
        is_theirs = not self.is_empty and not any(cell.is_fixed for cell in self.cells)
        return f"{self.cells[0].name.rpartition('.')[0]}.{_REMOVE}" if is_theirs else ""

    def is_marked(self, marks: Mapping[str, Any]) -> bool:
        """Say whether anything is said at one of its inputs."""
        return any(name in marks for cell in self.cells for name in cell.names)


@dataclass(frozen=True, slots=True)
class Asked:
    """A name that a form of pairs asks for: how it is spoken of, and of which type its answer is.

    Parameters
    ----------
    words : title, choices, measure
    type : one of :data:`urbium.pilot.calls.forms.TYPES`; empty for what the field itself says
    """

    words: FieldWords
    type: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    Parameters
    ----------
    name, words : its name in the form, and how it is spoken of
    form : how it is typed: ``line``, ``text``, ``number``, ``day``, ``yes``, ``choice``, ``ticks``,
        ``lines``, ``list``, ``pairs``, ``amounts``, ``rows`` or ``hidden``
    value : as text; empty for pairs and rows
    is_needed : whether it must be filled in; of a record: where anything of its row is
    is_fixed : whether it is shown and cannot be changed
    rows : the records, the empty ones last
    unit : of its number, or of the numbers in its rows; empty where the words say it
    is_prepared : whether the programme has filled it in
    read_back : an amount of money as it is said, where it is typed in a smaller size
    is_awaited : whether its reader has just asked for it
    """

    name: str
    words: FieldWords
    form: str
    value: str = ""
    is_needed: bool = False
    is_fixed: bool = False
    rows: tuple[Record, ...] = field(default=())
    unit: str = ""
    is_prepared: bool = False
    read_back: Text | str = ""
    is_awaited: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether its records have too many inputs for one line each."""
        cells = self.rows[0].cells if self.rows else ()
        return len(cells) > 5 or any(cell.form == "amounts" for cell in cells)  # noqa: PLR2004 - what fits

    @property
    def at_once(self) -> "list[Field]":
        """Ticks, years and readiness set for all its records at once; none for fewer than two records."""
        own, records = f"{_ALL}.{self.name}.", [row.cells for row in self.rows if not row.is_empty]
        return [
            replace(cell, name=own + cell.name.rpartition(".")[2], value="", is_needed=False)
            for cell in (records[0] if len(records) > 1 else ())
            if (cell.form == "yes" or cell.words.measure in ("year", "readiness")) and not cell.is_fixed
        ]

    @property
    def is_day(self) -> bool:
        """Whether an input of a day can hold what stands in it."""
        return not self.value or date_of(self.value) is not None

    @property
    def names(self) -> set[str]:
        """The names of its inputs."""
        return {self.name}.union(*(cell.names for row in self.rows for cell in row.cells))

    @property
    def is_filled(self) -> bool:
        """Whether anybody has entered anything in it: a number of 0 is what stands there before."""
        if self.form in ("pairs", "ticks"):
            cells = (cell for row in self.rows for cell in row.cells[1:])
            return any(cell.is_filled if cell.rows else bool(cell.value) for cell in cells)
        if self.form == "rows" or self.rows:
            cells = (cell for row in self.rows for cell in row.cells)
            return any(cell.is_filled for cell in cells if not cell.is_fixed and not cell.is_prepared)
        return bool(self.value) and not (self.form == "number" and self.value == "0")


@cache  # what a field is of never changes, and asking takes a tenth of a page
def plain_type(kind: Any) -> Any:  # noqa: ANN401 - a type
    """Return a type of msgspec without its bounds, and without None."""
    info = msgspec.inspect.type_info(kind)
    while isinstance(info, msgspec.inspect.Metadata):
        info = info.type
    if isinstance(info, msgspec.inspect.UnionType):
        info = next(one for one in info.types if not isinstance(one, msgspec.inspect.NoneType))
    return info


def record_class(kind: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 - a type
    """Return the class of the records that a field lists; None where it lists none."""
    item = getattr(plain_type(kind), "item_type", None)
    return item.cls if isinstance(item, msgspec.inspect.StructType) else None


def form_of(name: str, kind: Any, words: FieldWords, *, is_cell: bool = False) -> str:  # noqa: ANN401, PLR0911 - types
    """Return how a field is typed."""
    is_list = isinstance(plain_type(kind), msgspec.inspect.ListType)
    if words.words:
        return "ticks" if is_list else "choice"
    match plain_type(kind):
        case msgspec.inspect.BoolType():
            return "yes"
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            return "number"
        case msgspec.inspect.ListType(item_type=msgspec.inspect.StrType()):
            return "list" if is_cell else "lines"
        case msgspec.inspect.StrType():
            is_long = name in LONG_TEXTS and not is_cell
            return "day" if words.measure == "day" else "text" if is_long else "line"
        case msgspec.inspect.DictType(value_type=msgspec.inspect.StructType()):
            return "shown"
        case msgspec.inspect.DictType():
            return "amounts" if is_cell else "pairs"
        case _:
            return "rows"


# --- what stands in a form ----------------------------------------------------------------------------


def fields_of(
    kind: str,
    content: type[msgspec.Struct],
    names: frozenset[str],
    stored: Mapping[str, Any],
    typed: Mapping[str, str],
    *,
    asked: Mapping[str, Mapping[str, Asked]] | None = None,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> list[Field]:
    """Return the fields of a form, with what was typed or, where nothing was, what is stored.

    Parameters
    ----------
    kind, content : the kind of dossier and the class of what it holds
    names : the fields that the form sets
    stored : the content as it is
    typed : what was sent, where the form is shown again
    asked : by field of pairs, the names that are asked for and what each is called
    titles : what codes in records are called: tasks, indicators
    """
    rows = []
    for one in msgspec.structs.fields(content):
        form = form_of(one.name, one.type, field_words(kind, one.name))
        if one.name in names and form != "shown" and one.name != "attachments":
            value = stored[one.name] if one.name in stored else _default(one)
            if field_words(kind, one.name).measure == "rate" and value is not None:
                value = per_cent(value)
            of_pairs = (asked or {}).get(one.name, {})
            rows.append(_field(kind, one, form, value, typed, asked=of_pairs, titles=titles))
    return rows


def _default(one: msgspec.structs.FieldInfo) -> Any:  # noqa: ANN401 - of any field
    if one.default_factory is not msgspec.NODEFAULT:
        return one.default_factory()
    return None if one.default is msgspec.NODEFAULT else one.default


def _field(
    kind: str,
    one: msgspec.structs.FieldInfo,
    form: str,
    value: Any,  # noqa: ANN401 - of any field
    typed: Mapping[str, str],
    *,
    asked: Mapping[str, Asked],
    titles: Mapping[str, str],
) -> Field:
    words = field_words(kind, one.name)
    if form == "pairs":
        measures = {key: each.words.measure for key, each in asked.items()}
        stored = {
            key: typed_in_size(_written_answer(each), measures.get(key, ""))
            for key, each in (value or {}).items()
        }
        sent = {
            row.get(KEY, ""): typed_in_size(
                row.get(VALUE, ""), measures.get(row.get(KEY, ""), ""), per_million_of(typed)
            )
            for row in rows_typed(typed, one.name)
        }
        pairs = dict.fromkeys(asked, "") | (sent or stored)
        return Field(one.name, words, form, rows=tuple(_pair_rows(one.name, pairs, asked)))
    if form == "ticks":
        ticked = [row.get(KEY, "") for row in rows_typed(typed, one.name) if VALUE in row] or value or []
        return Field(one.name, words, form, rows=tuple(_ticks(one.name, words.words, ticked)))
    if form == "rows":
        rows = rows_typed(typed, one.name)
        record = record_class(one.type)
        if record is None:
            message = f"no form for the field {one.name}"
            raise TypeError(message)
        listed = value if isinstance(value, list) else []
        return Field(
            one.name,
            words,
            form,
            rows=tuple(
                _record_rows(
                    kind, one.name, record, rows or None, listed, per=per_million_of(typed), titles=titles
                )
            ),
        )
    if form == "lines":
        value = [row.get(KEY, "") for row in rows_typed(typed, one.name) if VALUE in row] or value
    is_unticked = form == "yes" and "ticks" in typed
    if one.name in typed:
        written = typed_in_size(typed[one.name], words.measure, per_million_of(typed))
    else:
        written = "" if is_unticked else typed_in_size(_written(form, value), words.measure)
    return Field(one.name, words, form, written, one.required)


def _pair_rows(name: str, pairs: Mapping[str, str], asked: Mapping[str, Asked]) -> Iterator[Record]:
    """Yield a row for each pair; empty ones follow where any name can be given."""
    empty = [] if asked else [("", "")] * _EMPTY_ROWS
    for number, (key, value) in enumerate([*pairs.items(), *empty]):
        cells = (
            Field(f"{name}[{number}].{KEY}", field_words("", KEY), "line", key),
            _answer(f"{name}[{number}].{VALUE}", asked.get(key), value),
        )
        yield Record(cells, not key, asked[key].words.title if key in asked else "")


def _ticks(name: str, words: Mapping[str, str], ticked: Sequence[str]) -> Iterator[Record]:
    """Yield a row with a tick for each word."""
    for number, (word, title) in enumerate(words.items()):
        cells = (
            Field(f"{name}[{number}].{KEY}", field_words("", KEY), "line", word),
            Field(
                f"{name}[{number}].{VALUE}", FieldWords(title, "", {}, ""), "yes", "yes" * (word in ticked)
            ),
        )
        yield Record(cells, is_empty=False, label=title)


def ticked(one: Field, words: Mapping[str, str]) -> Field:
    """Return a field of lines as ticks of known words; as it is where no words are known.

    What stands in it and is none of the words is a tick, too.
    """
    if not words:
        return one
    lines = [line for line in one.value.split("\n") if line]
    offered = dict(words) | {line: line for line in lines if line not in words}
    return replace(one, form="ticks", value="", rows=tuple(_ticks(one.name, offered, lines)))


def _answer(name: str, asked: Asked | None, value: str) -> Field:
    """Return the input of an answer: a choice where its words are few, a text where it is long."""
    if asked is None:
        return Field(name, field_words("", VALUE), "line", value)
    if asked.type == SOLUTIONS:
        chosen = chosen_in(value)
        offered = dict(asked.words.words) | {one: one for one in chosen if one not in asked.words.words}
        return Field(name, asked.words, "ticks", rows=tuple(_ticks(name, offered, chosen)))
    form = "choice" if asked.words.words else _FORM_OF_ANSWER.get(asked.type, "line")
    return Field(name, asked.words, form, value)


def _record_rows(
    kind: str,
    name: str,
    record: type[msgspec.Struct],
    typed: list[dict[str, str]] | None,
    stored: list[Mapping[str, Any]],
    *,
    per: int,
    titles: Mapping[str, str],
) -> Iterator[Record]:
    count = len(stored if typed is None else typed)
    for number in range(count + _EMPTY_ROWS):
        is_empty = number >= count
        cells = []
        for one in msgspec.structs.fields(record):
            words = field_words(kind, f"{name}.{one.name}")
            form = form_of(one.name, one.type, words, is_cell=True)
            is_needed = is_needed_in_row(one, form, words)
            if is_empty:
                value = ""
            elif typed is not None:
                value = typed_in_size(typed[number].get(one.name, ""), words.measure, per)
            else:
                value = typed_in_size(_written_cell(form, words, stored[number], one.name), words.measure)
            cells.append(_cell(f"{name}[{number}].{one.name}", words, form, value, is_needed=is_needed))
        yield Record(tuple(cells), is_empty, title=_title(cells, titles))


def _written_cell(form: str, words: FieldWords, row: Mapping[str, Any], name: str) -> str:
    """Return a value of a record as it is typed: a share of a need in per cent, without any rounding.

    >>> share = FieldWords("Reached", "", {}, "of unit")
    >>> _written_cell("number", share, {"value": 0.57, "unit": "share of the need"}, "value")
    '57'
    """
    value = row.get(name)
    is_share = isinstance(value, int | float) and is_share_of_need(words, row)
    return f"{(Decimal(repr(value)) * 100).normalize():f}" if is_share else _written(form, value)


def is_share_of_need(words: FieldWords, row: Mapping[str, Any]) -> bool:
    """Say whether a number of a record is a share of a need, which is typed in per cent."""
    return words.measure == "of unit" and row.get("unit") == SHARE


def is_needed_in_row(one: msgspec.structs.FieldInfo, form: str, words: FieldWords) -> bool:
    """Say whether a record cannot do without what is typed into one of its inputs."""
    is_open = isinstance(msgspec.inspect.type_info(one.type), msgspec.inspect.UnionType)  # or None
    is_typed = form in ("line", "choice", "number") and words.measure not in CODES
    return one.required and is_typed and not is_open


def _cell(name: str, words: FieldWords, form: str, value: str, *, is_needed: bool) -> Field:
    """Return the input of a record; amounts by name as rows, of which the last are empty."""
    if form != "amounts":
        form = "hidden" if words.measure == "hidden code" else form
        return Field(name, words, form, value, is_needed=is_needed)
    pairs = [part.rpartition("=") for part in typed_list(value)]
    amounts = [(key.strip(), amount.strip()) for key, _, amount in pairs] + [("", "")] * _EMPTY_AMOUNTS
    rows = (
        Record(
            (
                Field(f"{name}[{at}].{KEY}", field_words("", KEY), "line", key),
                Field(f"{name}[{at}].{VALUE}", field_words("", VALUE), "number", amount),
            ),
            not key,
        )
        for at, (key, amount) in enumerate(amounts)
    )
    return Field(name, words, form, rows=tuple(rows))


def _title(cells: list[Field], titles: Mapping[str, str]) -> str:
    """Return what a record is called: its title, else the name of the code or word it begins with."""
    by_name = {cell.name.rpartition(".")[2]: cell for cell in cells}
    words = [by_name[_TITLE]] if _TITLE in by_name else []
    words += [cell for cell in cells if cell.form in ("line", "choice")]
    first = next((cell for cell in words if cell.value), None)
    return "" if first is None else titles.get(first.value) or first.words.words.get(first.value, first.value)


def _written(form: str, value: Any) -> str:  # noqa: ANN401, PLR0911 - of any field
    """Return a value as it is typed."""
    if value is None:
        return ""
    match form:
        case "lines":
            return "\n".join(value)
        case "list":
            return "; ".join(value)
        case "amounts":
            return "; ".join(f"{key} = {_number(each)}" for key, each in value.items())
        case "yes":
            return "yes" if value else ""
        case "number" | "line" | "choice" | "day":
            return _number(value)
        case _:
            return str(value)


def _written_answer(value: Any) -> str:  # noqa: ANN401 - an answer
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(map(str, value)) if isinstance(value, list) else _written("line", value)


def _number(value: Any) -> str:  # noqa: ANN401 - of any field
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15  # noqa: PLR2004 - exact
    return str(int(value)) if is_whole else str(value)


def rows_typed(data: Mapping[str, str], name: str) -> list[dict[str, str]]:
    """Return the rows of a field that hold anything and stay, in their order, with what is set for all."""
    rows: dict[int, dict[str, str]] = {}
    amounts: dict[tuple[int, str], dict[int, dict[str, str]]] = {}
    for key, value in data.items():
        match = _ROW_NAME.fullmatch(key)
        if match and match[1] == name and value.strip():
            written = value.replace("\r\n", "\n").strip()
            if match[4] is None:
                rows.setdefault(int(match[2]), {})[match[3]] = written
            else:
                pairs = amounts.setdefault((int(match[2]), match[3]), {})
                pairs.setdefault(int(match[4]), {})[match[5]] = written
    for (number, column), pairs in amounts.items():
        typed = [f"{pairs[at].get(KEY, '')} = {pairs[at].get(VALUE, '')}" for at in sorted(pairs)]
        rows.setdefault(number, {})[column] = "; ".join(typed)
    if len(rows) > _MOST_ROWS:
        raise InputError(
            coded("web.form.many_rows", "{count:,} rows are too many for one form", count=len(rows)),
            remedy=text("send at most {most:,}", most=_MOST_ROWS),
        )
    begun = f"{_ALL}.{name}."
    at_once = {key.removeprefix(begun): data[key].strip() for key in data if key.startswith(begun)}
    for_all = {column: written for column, written in at_once.items() if written}
    return [rows[number] | for_all for number in sorted(rows) if _REMOVE not in rows[number]]


def chosen_in(written: str) -> list[str]:
    """Return what is chosen in a list as it is stored, or as it is sent with a tick for each offer.

    >>> chosen_in("LED_SL; CYBER"), chosen_in("LED_SL = yes; CYBER = ")
    (['LED_SL', 'CYBER'], ['LED_SL'])
    """
    pairs = [part.partition("=") for part in typed_list(written)]
    return [name.strip() for name, is_tick, tick in pairs if tick.strip() or not is_tick]


def typed_list(written: str) -> list[str]:
    """Return words that are parted by semicolons.

    >>> typed_list("city 340100; project P1;")
    ['city 340100', 'project P1']
    """
    return [part.strip() for part in written.split(";") if part.strip()]
