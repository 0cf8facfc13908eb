"""Plain records: frozen records as JSON, written in one way and read with suspicion.

Each field is read by the kind its record declares. Whatever is of another kind is a fault that names the
record and the field, and a field that is not known is refused rather than dropped.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_type_hints

import msgspec

from urbium.errors import Fault, InputError, UrbiumError
from urbium.model import Choice, IndexNode, Names
from urbium.text import Text, coded, text

LONGEST: Final = 5_000
"""Members of a list: the widest catalogue foreseen has some hundreds."""

_HALF_A_LETTER: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")  # a surrogate, which is no text

T = TypeVar("T")


def write_json(record: Any) -> bytes:  # noqa: ANN401 - any plain record
    r"""Return a record as JSON in the one way in which it is written: keys in order, numbers exact.

    >>> write_json({"b": 0.1, "a": "é"}).decode()
    '{\n "a": "é",\n "b": 0.1\n}\n'
    """
    content = json.dumps(record, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    return (content + "\n").encode()


def read_json(content: bytes, *, place: str) -> Any:  # noqa: ANN401 - any plain record
    """Return what JSON says; refuse (InputError) keys given twice, endless numbers and nesting."""
    if _HALF_A_LETTER.search(content):
        raise InputError(
            coded(
                "bundle.json.half_letter", "this JSON cannot be read: it contains half of a surrogate pair"
            ),
            place=place,
        )
    try:
        return json.loads(
            content.decode(), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise InputError(
            coded(
                "bundle.json.unreadable",
                "this JSON cannot be read: {reason}",
                reason=error.args[0] if error.args else str(error),
            ),
            place=place,
        ) from error


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError(coded("bundle.json.key_twice", "a key is listed twice"))
    return record


def _no_number(word: str) -> float:
    raise ValueError(coded("bundle.json.no_number", "{word} is not a number", word=word))


def plain(thing: Any) -> Any:  # noqa: ANN401 - a record or a part of one
    """Return a record as mappings, lists, texts and numbers."""
    if isinstance(thing, Choice):
        return str(thing)
    if isinstance(thing, Enum):
        return thing.value
    if isinstance(thing, Mapping):
        return dict(thing)
    if isinstance(thing, tuple):
        return [plain(part) for part in thing]
    if hasattr(thing, "__dataclass_fields__"):
        return {part.name: plain(getattr(thing, part.name)) for part in fields(thing)}
    return thing


class Reader:
    """Reads records and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, message: Text, remedy: str = "") -> None:
        """Note one thing that is wrong."""
        self.faults.append(Fault("error", message, remedy))

    def record(self, kind: type[T], given: Any, where: str) -> T | None:  # noqa: ANN401 - whatever JSON held
        """Return a record of a kind; None, and faults, when something is wrong with it."""
        before = len(self.faults)
        if not isinstance(given, dict):
            self.fault(coded("bundle.record.none", "{where} is not a record", where=where))
            return None
        hints = get_type_hints(kind)
        values: dict[str, Any] = {}
        for part in fields(kind):  # type: ignore[arg-type]
            if part.name in given:
                try:
                    values[part.name] = self.value(hints[part.name], given[part.name])
                except UrbiumError as error:
                    self.fault(
                        coded(
                            "bundle.record.field",
                            "{where}, {field}: {reason}",
                            where=where,
                            field=part.name,
                            reason=error.message,
                        )
                    )
            elif part.default is MISSING and part.default_factory is MISSING:
                self.fault(
                    coded("bundle.record.lacks", "{where} lacks {field}", where=where, field=part.name)
                )
        for name in sorted(given.keys() - hints.keys()):
            self.fault(
                coded(
                    "bundle.record.unknown_field",
                    "{where} has {field!r}, which is unknown here",
                    where=where,
                    field=name[:40],
                ),
                text("use the version of urbium that wrote the file"),
            )
        return kind(**values) if len(self.faults) == before else None

    def records(self, kind: type[T], given: Any, where: str) -> list[T]:  # noqa: ANN401 - whatever JSON held
        """Return records of a kind; what is no record is a fault, and left out."""
        if not isinstance(given, list) or len(given) > LONGEST:
            self.fault(
                coded("bundle.record.no_records", "{where} is not a list", where=where),
                text("supply at most {most:,} records", most=LONGEST),
            )
            return []
        read = (self.record(kind, row, f"{where} {n}") for n, row in enumerate(given, start=1))
        return [record for record in read if record is not None]

    def value(self, kind: Any, given: Any) -> Any:  # noqa: ANN401 - a type, and whatever JSON held
        """Return a value of a kind; raise InputError when it is of another."""
        if kind == tuple[IndexNode, ...]:
            return tuple(self.records(IndexNode, given, "node"))
        if kind is Choice:
            return Choice.parse(_converted(given, str))
        if kind == tuple[Choice, ...]:
            return tuple(map(Choice.parse, _converted(given, tuple[str, ...])))
        if isinstance(given, list) and len(given) > LONGEST:
            raise InputError(
                coded("bundle.record.too_long", "the list has more than {most:,} members", most=LONGEST)
            )
        value = _converted(given, kind)
        if kind == _TERMS and any(sign not in {-1, 1} for _, sign in value):
            raise InputError(_refusal(given, kind))
        return MappingProxyType(value) if isinstance(value, dict) else value


def _converted(given: Any, kind: Any) -> Any:  # noqa: ANN401 - whatever JSON held, and a type
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError:
        raise InputError(_refusal(given, kind)) from None


_TERMS: Final = tuple[tuple[str, int], ...]


def _refusal(given: Any, kind: Any) -> Text:  # noqa: ANN401, PLR0911 - as above; one sentence a kind
    shown = f"{given!r:.40}"
    if kind is str:
        return coded("bundle.record.no_text", "{shown} is not text", shown=shown)
    if kind is int:
        return coded("bundle.record.no_whole_number", "{shown} is not a whole number", shown=shown)
    if kind in (float, float | None):
        if isinstance(given, int) and not isinstance(given, bool):
            return coded("bundle.record.too_large", "a number is too large")
        return coded("bundle.record.no_number", "{shown} is not a number", shown=shown)
    if kind == Names:
        return coded("bundle.record.no_names", "{shown} is not a set of names by language", shown=shown)
    if kind == _TERMS:
        return coded("bundle.record.no_sum", "{shown} is not a sum of variables", shown=shown)
    if kind == tuple[str, ...]:
        return coded("bundle.record.no_list", "{shown} is not a list of texts", shown=shown)
    return coded("bundle.record.unknown_word", "{shown} is not one of the words allowed here", shown=shown)
