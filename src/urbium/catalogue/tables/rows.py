"""How a table row becomes the record that it declares: its columns by name, its cells by the record's types.

A :class:`Shape` says only what differs from the record: a column of another name, a cell that may be blank, a
field made of several columns. Types are those of the record, converted by msgspec; every wrong cell of a row
is a fault of its own. See ADR 0003.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar, get_type_hints

import msgspec

from urbium.errors import Fault, InputError, UrbiumError
from urbium.model import Names
from urbium.text import ENGLISH, coded, named, text
from urbium.text.naming import by_language

Row = Mapping[str, str]
T = TypeVar("T")

_NAMES: Final = ("name_en",)
"""The column of names that a table must have, unless it has one in another language."""
_NAME_COLUMN: Final = "name"  # of a name that is kept in one language, whichever it is
_LIST = tuple[str, ...]
_NAME = re.compile(r"name_[a-z]{2,3}(_[A-Za-z]{2,4})?$")
_types: Callable[[type], dict[str, Any]] = cache(get_type_hints)  # every row asks for those of its record


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
    reads : the columns that a composed field is read from, where they are not the one called as the field is
    optional : fields whose column a table may lack; they are blank then
    said : the field that is a key and a name at once: columns beside it (``name_es``) say it in others
    """

    record: type[T]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blank: Mapping[str, str] = field(default_factory=dict)
    composed: Mapping[str, Callable[[Row], Any]] = field(default_factory=dict)
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    said: str = ""

    @property
    def has_names(self) -> bool:
        """Whether the record has a name, which a column for each language may hold."""
        return bool(self.said) or any(is_named_by_language(group) for group in self.needed)

    def columns_of(self, name: str) -> tuple[str, ...]:
        """Return the columns that may tell a field, the preferred first."""
        if name in self.reads:
            return self.reads[name]
        return self.columns.get(name, (name,))

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """The columns that a table must have; of each group one is enough."""
        groups: list[tuple[str, ...]] = []
        for name, hint in _types(self.record).items():
            if hint == Names:
                groups.append(_NAMES)
            elif name in self.composed and name not in self.optional:
                groups += [(column,) for column in self.columns_of(name)]
            elif name not in self.optional:
                groups.append(self.columns_of(name))
        return tuple(dict.fromkeys(groups))

    @property
    def known(self) -> frozenset[str]:
        """Every column that is read, names by language aside."""
        hints = _types(self.record)
        return frozenset(
            column for name, hint in hints.items() if hint != Names for column in self.columns_of(name)
        )

    def __call__(self, row: Row) -> T:
        """Return the record; raise InputError with one fault a wrong cell, whose ``cell`` is the column.

        >>> from urbium.model import Region
        >>> Shape(Region)({"province": "Anhui", "name_en": "Central", "source": "nbs"}).name["en"]
        'Central'
        """
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, hint in _types(self.record).items():
            try:
                values[name] = self._value(row, name, hint)
            except UrbiumError as error:
                wrong = error.faults or [Fault("error", error.message, error.remedy)]
                column = next((column for column in self.columns_of(name) if column in row), name)
                faults += [fault if fault.cell else replace(fault, cell=column) for fault in wrong]
        if faults:
            raise InputError(
                coded("catalogue.row.wrong", "the row cannot be read"), faults=list(dict.fromkeys(faults))
            )
        return self.record(**values)

    def _value(self, row: Row, name: str, hint: Any) -> Any:  # noqa: ANN401 - any field of any record
        if name in self.composed:
            return self.composed[name](row)
        if hint == Names:
            return names(row)
        if hint is str and self.columns_of(name) == (_NAME_COLUMN,):
            return _one_name(row)
        column, said = self._cell(row, name)
        value = converted(said if said.strip() else self.blank.get(name, ""), hint, column)
        return _said_beside(row, value) if name == self.said else value

    def _cell(self, row: Row, name: str) -> tuple[str, str]:
        """Return the column that tells a field, and its cell."""
        choices = self.columns_of(name)
        present = [(column, row[column]) for column in choices if column in row]
        if not present and name not in self.optional:
            raise _no_column(choices[0])
        return next((pair for pair in present if pair[1].strip()), (choices[0], ""))


def converted(said: str, hint: Any, column: str) -> Any:  # noqa: ANN401 - any field of any record
    """Return what a cell says as the type that is asked for; raise InputError when it does not say that."""
    if hint is str:
        return said
    if hint == _LIST:
        return tuple(part.strip() for part in said.split(";") if part.strip())
    blank = not said.strip()
    if blank and type(None) in getattr(hint, "__args__", ()):
        return None
    if blank and _words(hint):
        raise wrong_cell(coded("catalogue.cell.no_word", "{column}: a word is missing", column=column))
    if blank:
        raise wrong_cell(coded("catalogue.cell.no_figure", "{column}: a figure is missing", column=column))
    try:
        value = msgspec.convert(said.strip(), hint, strict=False)
    except msgspec.ValidationError as error:
        raise wrong_cell(_mismatch(said, hint, column)) from error
    if isinstance(value, float) and not math.isfinite(value):
        raise wrong_cell(
            coded("catalogue.cell.not_finite", "{column}: {value!r} is not a finite number",
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
        return coded(
            "catalogue.cell.not_a_word", "{column}: {value!r} is not one of {words:list}",
            column=column, value=said, words=words
        )  # fmt: skip
    if bool in kinds:
        return coded("catalogue.cell.not_true", "{column}: {value!r} is neither true nor false",
                    column=column, value=said)  # fmt: skip
    if int in kinds:
        return coded("catalogue.cell.not_whole", "{column}: {value!r} is not a whole number",
                    column=column, value=said)  # fmt: skip
    return coded("catalogue.cell.not_a_number", "{column}: {value!r} is not a number",
                column=column, value=said)  # fmt: skip


def wrong_cell(message: str) -> InputError:
    """Return the error of a cell that cannot be read."""
    return InputError(message, remedy=text("correct the row"))


def _no_column(column: str) -> InputError:
    return InputError(
        coded("catalogue.row.no_column", "the column {args} is missing", args=column),
        remedy=text("add it to the header row"),
    )


def cell(row: Row, column: str) -> str:
    """Return what a row says in a column; raise InputError when there is no such column."""
    if column not in row:
        raise _no_column(column)
    return row[column].strip()


def names(row: Row) -> Names:
    """The names of a row, by language; whoever asks for English where there is none has the first name.

    >>> dict(names({"id": "x", "name_en": "Beds", "name_es": "Camas", "name_zh": ""}))
    {'en': 'Beds', 'es': 'Camas'}
    >>> portuguese = names({"id": "x", "name_pt": "Leitos"})
    >>> portuguese["en"], list(portuguese)
    ('Leitos', ['pt'])
    """
    return MappingProxyType(
        _FirstForEnglish(
            {column.removeprefix("name_"): name for column, name in row.items() if name and is_name(column)}
        )
    )


class _FirstForEnglish(dict[str, str]):
    """Names by language, of which the first stands in for English; it is not said to be English."""

    def __missing__(self, language: str) -> str:
        if language != ENGLISH or not self:
            raise KeyError(language)
        return next(iter(self.values()))

    def get(self, language: str, default: Any = None) -> Any:  # noqa: ANN401 - as dict has it
        try:
            return self[language]
        except KeyError:
            return default


def _one_name(row: Row) -> str:
    """Return the name of a row: a text where it has one, and else a name by language.

    ``name`` is in no language where it stands alone, and in English beside names in others.

    >>> _one_name({"code": "BR_WIFI", "name_pt": "Wi-Fi nas escolas"})
    'Wi-Fi nas escolas'
    >>> _one_name({"code": "NRW", "name": "Leak detection", "name_zh": "漏损检测"}).render("zh")
    '漏损检测'
    """
    columns = [column for column in row if column == _NAME_COLUMN or is_name(column)]
    if not columns:
        raise _no_column(_NAME_COLUMN)
    said = {column: row[column].strip() for column in columns if row[column].strip()}
    if len(said) <= 1:
        return next(iter(said.values()), "")
    alone = {f"{_NAME_COLUMN}_{ENGLISH}": said[_NAME_COLUMN]} if _NAME_COLUMN in said else {}
    return named(by_language(alone | said))


def _said_beside(row: Row, key: str) -> str:
    """Return a key that reads in English with its names in other languages.

    >>> _said_beside({"indicator": "Open data", "name_zh": "开放数据"}, "Open data").render("zh")
    '开放数据'
    """
    names = {column: name for column, name in row.items() if is_name(column) and name.strip()}
    return named(by_language(names) | {ENGLISH: key}) if names and key else key


def is_named_by_language(group: tuple[str, ...]) -> bool:
    """Return whether a group of needed columns is that of the name, which any language may hold.

    >>> is_named_by_language(("name",)), is_named_by_language(("name_en",)), is_named_by_language(("unit",))
    (True, True, False)
    """
    return group in (_NAMES, (_NAME_COLUMN,))


def is_name(column: str) -> bool:
    """Return whether a column holds names in a language.

    >>> is_name("name_pt_BR"), is_name("name"), is_name("name_of_source")
    (True, False, False)
    """
    return _NAME.match(column) is not None
