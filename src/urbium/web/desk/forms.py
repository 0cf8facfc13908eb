"""Forms: how the fields of a step are typed, and how what was typed is read; a record is a small table.

A field is a line, a text, a number, a tick, a choice of words, lines, pairs (a name and its value) or
records: rows of inputs called ``projects[0].cost``, the last of them empty for what is new. Everything works
without scripts: whoever needs more rows than there are stores, and finds new empty ones.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import msgspec

from urbium.errors import Fault, InputError
from urbium.pilot.fields import FieldWords, field_words
from urbium.pilot.limits import LONG_TEXTS
from urbium.text import coded, text

_EMPTY_ROWS: Final = 3
_MOST_ROWS: Final = 400
_ROW_NAME: Final = re.compile(r"(\w+)\[(\d{1,4})\]\.(\w+)")
_KEY, _VALUE, _TITLE = "name", "value", "title"
_FILL_IN: Final = text("fill it in, or clear the whole row")


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a field of records: its inputs, whether it is empty, what a known pair, or it, is called."""

    cells: "tuple[Field, ...]"
    is_empty: bool
    label: str = ""
    title: str = ""


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
    form : how it is typed: ``line``, ``text``, ``number``, ``yes``, ``choice``, ``lines``, ``list``,
        ``pairs`` or ``rows``
    value : as text; empty for pairs and rows
    is_needed : whether it must be filled in
    is_fixed : whether it is shown and cannot be changed
    rows : the records, the empty ones last
    """

    name: str
    words: FieldWords
    form: str
    value: str = ""
    is_needed: bool = False
    is_fixed: bool = False
    rows: tuple[Record, ...] = field(default=())

    @property
    def is_wide(self) -> bool:
        """Whether its records have too many inputs for one line each."""
        return bool(self.rows) and len(self.rows[0].cells) > 4  # noqa: PLR2004 - what fits a line


def _plain_type(kind: Any) -> Any:  # noqa: ANN401 - a type
    info = msgspec.inspect.type_info(kind)
    while isinstance(info, msgspec.inspect.Metadata):
        info = info.type
    if isinstance(info, msgspec.inspect.UnionType):
        info = next(one for one in info.types if not isinstance(one, msgspec.inspect.NoneType))
    return info


def record_class(kind: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 - a type
    """Return the class of the records that a field lists; None where it lists none."""
    item = getattr(_plain_type(kind), "item_type", None)
    return item.cls if isinstance(item, msgspec.inspect.StructType) else None


def form_of(name: str, kind: Any, words: FieldWords, *, is_cell: bool = False) -> str:  # noqa: ANN401, PLR0911 - types
    """Return how a field is typed."""
    if words.words:
        return "choice"
    match _plain_type(kind):
        case msgspec.inspect.BoolType():
            return "yes"
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            return "number"
        case msgspec.inspect.ListType(item_type=msgspec.inspect.StrType()):
            return "list" if is_cell else "lines"
        case msgspec.inspect.StrType():
            return "text" if name in LONG_TEXTS and not is_cell else "line"
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
        stored = {key: _written_answer(each) for key, each in (value or {}).items()}
        sent = {row.get(_KEY, ""): row.get(_VALUE, "") for row in _rows_typed(typed, one.name)}
        pairs = dict.fromkeys(asked, "") | (sent or stored)
        return Field(one.name, words, form, rows=tuple(_pair_rows(one.name, pairs, asked)))
    if form == "rows":
        rows = _rows_typed(typed, one.name)
        record = record_class(one.type)
        if record is None:
            message = f"no form for the field {one.name}"
            raise TypeError(message)
        listed = value if isinstance(value, list) else []
        return Field(
            one.name,
            words,
            form,
            rows=tuple(_record_rows(kind, one.name, record, rows or None, listed, titles=titles)),
        )
    written = typed[one.name] if one.name in typed else _written(form, value)
    return Field(one.name, words, form, written, one.required)


def _pair_rows(name: str, pairs: Mapping[str, str], asked: Mapping[str, Asked]) -> Iterator[Record]:
    """Yield a row for each pair; empty ones follow where any name can be given."""
    empty = [] if asked else [("", "")] * _EMPTY_ROWS
    for number, (key, value) in enumerate([*pairs.items(), *empty]):
        cells = (
            Field(f"{name}[{number}].{_KEY}", field_words("", _KEY), "line", key),
            _answer(f"{name}[{number}].{_VALUE}", asked.get(key), value),
        )
        yield Record(cells, not key, asked[key].words.title if key in asked else "")


def _answer(name: str, asked: Asked | None, value: str) -> Field:
    """Return the input of an answer: a choice where its words are few, a text where it is long."""
    if asked is None:
        return Field(name, field_words("", _VALUE), "line", value)
    form = "choice" if asked.words.words else "text" if asked.type == "long_text" else "line"
    return Field(name, asked.words, form, value)


def _record_rows(
    kind: str,
    name: str,
    record: type[msgspec.Struct],
    typed: list[dict[str, str]] | None,
    stored: list[Mapping[str, Any]],
    *,
    titles: Mapping[str, str],
) -> Iterator[Record]:
    count = len(typed if typed is not None else stored)
    for number in range(count + _EMPTY_ROWS):
        is_empty = number >= count
        cells = []
        for one in msgspec.structs.fields(record):
            words = field_words(kind, f"{name}.{one.name}")
            form = form_of(one.name, one.type, words, is_cell=True)
            if is_empty:
                value = ""
            elif typed is not None:
                value = typed[number].get(one.name, "")
            else:
                value = _written(form, stored[number].get(one.name))
            cells.append(Field(f"{name}[{number}].{one.name}", words, form, value))
        yield Record(tuple(cells), is_empty, title=_title(cells, titles))


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
        case "number" | "line" | "choice":
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


# --- what was typed -----------------------------------------------------------------------------------


def _rows_typed(data: Mapping[str, str], name: str) -> list[dict[str, str]]:
    """Return the rows of a field that hold anything, in their order."""
    rows: dict[int, dict[str, str]] = {}
    for key, value in data.items():
        match = _ROW_NAME.fullmatch(key)
        if match and match[1] == name and value.strip():
            rows.setdefault(int(match[2]), {})[match[3]] = value.replace("\r\n", "\n").strip()
    if len(rows) > _MOST_ROWS:
        raise InputError(
            coded("web.form.many_rows", "{count:,} rows are too many for one form", count=len(rows)),
            remedy=text("send at most {most:,}", most=_MOST_ROWS),
        )
    return [rows[number] for number in sorted(rows)]


def _is_sent(data: Mapping[str, str], name: str) -> bool:
    return any(key.startswith(f"{name}[") for key in data)


def read_form(
    kind: str,
    content: type[msgspec.Struct],
    names: frozenset[str],
    data: Mapping[str, str],
    asked: Mapping[str, Mapping[str, Asked]] | None = None,
) -> dict[str, Any]:
    """Return what was typed as values; raise InputError with a fault for each input that cannot be read.

    The cell of a fault is the place of its input: ``budget``, ``projects.3.cost``, ``answers.PEOPLE``. A
    field that was not sent stays as it is; a list that was sent without any row becomes empty.
    """
    values: dict[str, Any] = {}
    reading = _Reading(kind)
    for one in msgspec.structs.fields(content):
        form = form_of(one.name, one.type, field_words(kind, one.name))
        if one.name not in names or form == "shown" or one.name == "attachments":
            continue
        if form == "rows":
            record = record_class(one.type)
            if record is not None and _is_sent(data, one.name):
                values[one.name] = [
                    _read_record(reading, one.name, number, record, row)
                    for number, row in enumerate(_rows_typed(data, one.name), start=1)
                ]
        elif form == "pairs":
            if _is_sent(data, one.name):
                rows = _rows_typed(data, one.name)
                values[one.name] = _read_pairs(reading, one, rows, (asked or {}).get(one.name, {}))
        elif one.name in data or (form == "yes" and _is_form_sent(data)):
            written = data.get(one.name, "").replace("\r\n", "\n").strip()
            if written or form not in ("number", "choice"):
                values[one.name] = reading(one.name, _value, one.type, form, written)
    reading.end()
    return values


class _Reading:
    """Gathers what of a form of a kind cannot be read, each by the place of its input."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.faults: list[Fault] = []

    def refuse(self, place: str, message: str, remedy: str) -> None:
        self.faults.append(Fault("error", message, remedy, "form", cell=place))

    def __call__(self, place: str, read: Callable[..., Any], *written: Any) -> Any:  # noqa: ANN401 - of any field
        try:
            return read(*written)
        except InputError as error:
            self.refuse(place, error.message, error.remedy)
            return None

    def end(self) -> None:
        """Raise InputError where anything cannot be read."""
        if self.faults:
            raise InputError(
                coded("web.form.unreadable", "some of the input cannot be read"),
                remedy=text("correct it where it is marked"),
                faults=self.faults,
            )


def _is_form_sent(data: Mapping[str, str]) -> bool:
    """Say whether a whole form was sent: a tick that is not set is sent by no browser."""
    return "ticks" in data


def _read_record(
    reading: _Reading, name: str, number: int, record: type[msgspec.Struct], row: Mapping[str, str]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in msgspec.structs.fields(record):
        form = form_of(one.name, one.type, field_words(reading.kind, f"{name}.{one.name}"), is_cell=True)
        written, place = row.get(one.name, ""), f"{name}.{number}.{one.name}"
        if written or form == "yes":
            values[one.name] = reading(place, _value, one.type, form, written)
        elif one.required and form in ("line", "choice"):
            reading.refuse(place, coded("web.form.empty", "nothing was written here"), _FILL_IN)
    return values


def _read_pairs(
    reading: _Reading,
    one: msgspec.structs.FieldInfo,
    rows: list[dict[str, str]],
    asked: Mapping[str, Asked],
) -> dict[str, Any]:
    is_number = isinstance(_plain_type(one.type).value_type, msgspec.inspect.FloatType)
    pairs: dict[str, Any] = {}
    for row in rows:
        key, written = row.get(_KEY, ""), row.get(_VALUE, "")
        if not written:
            continue
        if not key or key in pairs:
            reading.refuse(one.name, coded("web.form.pair", "every row needs its own name"), _FILL_IN)
            continue
        kind = asked[key].type if key in asked else ""
        read, words = (_decimal, (written,)) if is_number else (_read_answer, (kind, written))
        pairs[key] = reading(f"{one.name}.{key}", read, *words)
    return pairs


def _read_answer(kind: str, written: str) -> Any:  # noqa: ANN401 - an answer
    match kind:
        case "yes_no":
            return written == "yes"
        case "number" | "whole" | "money" | "year":
            return _decimal(written)
        case "list":
            return typed_list(written)
        case "":
            return _number_or_words(written)
        case _:
            return written


def _number_or_words(written: str) -> Any:  # noqa: ANN401 - an answer
    """Return an answer as a number where it is written as one without a leading zero."""
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d+)?", written):
        return _decimal(written)
    return written


def _value(kind: Any, form: str, written: str) -> Any:  # noqa: ANN401, PLR0911 - any
    match form:
        case "yes":
            return bool(written)
        case "lines":
            return [line.strip() for line in written.split("\n") if line.strip()]
        case "list":
            return typed_list(written)
        case "amounts":
            return typed_pairs(written)
        case "number":
            return _decimal(written)
        case "choice":
            is_number = isinstance(_plain_type(kind), msgspec.inspect.IntType | msgspec.inspect.FloatType)
            return _decimal(written) if is_number else written
        case _:
            return written


def typed_list(written: str) -> list[str]:
    """Return words that are parted by semicolons.

    >>> typed_list("city 340100; project P1;")
    ['city 340100', 'project P1']
    """
    return [part.strip() for part in written.split(";") if part.strip()]


def typed_pairs(written: str) -> dict[str, float]:
    """Return amounts by name; raise InputError for what is not written as ``name = 12.5; other = 3``.

    >>> typed_pairs("city budget = 1200; bank loan = 800.5")
    {'city budget': 1200, 'bank loan': 800.5}
    """
    pairs = {}
    for part in typed_list(written):
        name, is_equal, amount = part.rpartition("=")
        if not is_equal or not name.strip():
            raise InputError(
                coded("web.form.no_amounts", "{part!r} is not an amount with its name", part=part),
                remedy=text("write: CITY = 1200000; BANK = 800000"),
            )
        pairs[name.strip()] = _decimal(amount.strip())
    return pairs


def _decimal(written: str) -> float | int:
    try:
        number = float(written.replace(" ", "").replace("\u202f", ""))
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - not a number
        raise InputError(
            coded("web.form.no_number", "{written!r} is not a number", written=written),
            remedy=text("write it as 1200000 or 12.5"),
        )
    return int(number) if number.is_integer() else number
