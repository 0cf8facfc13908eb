"""Plain records: frozen records as JSON, written in one way and read with suspicion.

Each field is read by the kind its record declares. Whatever is of another kind is a fault that names the
record and the field, and a field that is not known is refused rather than dropped.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_type_hints

from urbium.errors import Fault, InputError, UrbiumError
from urbium.model import Choice, Evidence, IndexNode, Names, Quality

__all__ = ["LONGEST", "Reader", "plain", "read_json", "write_json"]

LONGEST: Final = 5_000
"""Members of a list: the widest catalogue foreseen has some hundreds."""

_HALF_A_LETTER: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")  # a surrogate, which is no text

T = TypeVar("T")


def write_json(record: Any) -> bytes:  # noqa: ANN401 - any plain record
    r"""Return a record as JSON in the one way in which it is written: keys in order, numbers exact.

    >>> write_json({"b": 0.1, "a": "é"}).decode()
    '{\n "a": "é",\n "b": 0.1\n}\n'
    """
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    return (text + "\n").encode()


def read_json(content: bytes, *, place: str) -> Any:  # noqa: ANN401 - any plain record
    """Return what JSON says; refuse (InputError) keys given twice, endless numbers and nesting."""
    if _HALF_A_LETTER.search(content):
        raise InputError("this is no JSON that can be read: a letter is given in halves", place=place)
    try:
        return json.loads(
            content.decode(), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is no JSON that can be read: {error}", place=place) from error


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def plain(thing: Any) -> Any:  # noqa: ANN401 - a record or a part of one
    """Return a record as mappings, lists, texts and numbers."""
    if isinstance(thing, Choice):
        return str(thing)
    if isinstance(thing, Enum):
        return thing.value
    if isinstance(thing, Mapping):
        return dict(thing)
    if isinstance(thing, tuple):
        return [plain(each) for each in thing]
    if hasattr(thing, "__dataclass_fields__"):
        return {each.name: plain(getattr(thing, each.name)) for each in fields(thing)}
    return thing


class Reader:
    """Reads records and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, where: str, message: str, remedy: str = "") -> None:
        """Note one thing that is wrong."""
        self.faults.append(Fault("error", f"{where} {message}", remedy))

    def record(self, kind: type[T], given: Any, where: str) -> T | None:  # noqa: ANN401 - whatever JSON held
        """Return a record of a kind; None, and faults, when something is wrong with it."""
        before = len(self.faults)
        if not isinstance(given, dict):
            self.fault(where, "is no record")
            return None
        hints = get_type_hints(kind)
        values: dict[str, Any] = {}
        for each in fields(kind):  # type: ignore[arg-type]
            if each.name in given:
                try:
                    values[each.name] = self.value(hints[each.name], given[each.name])
                except (ValueError, TypeError, UrbiumError) as error:
                    self.fault(f"{where}, {each.name}:", str(error))
            elif each.default is MISSING and each.default_factory is MISSING:
                self.fault(where, f"lacks {each.name}")
        for name in sorted(given.keys() - hints.keys()):
            self.fault(where, f"has {name[:40]!r}, which is not known here", "use the urbium that wrote it")
        return kind(**values) if len(self.faults) == before else None

    def records(self, kind: type[T], given: Any, where: str) -> list[T]:  # noqa: ANN401 - whatever JSON held
        """Return records of a kind; what is no record is a fault, and left out."""
        if not isinstance(given, list) or len(given) > LONGEST:
            self.fault(where, "is no list", f"give at most {LONGEST:,} records")
            return []
        read = (self.record(kind, each, f"{where} {n}") for n, each in enumerate(given, start=1))
        return [each for each in read if each is not None]

    def value(self, kind: Any, given: Any) -> Any:  # noqa: ANN401 - a type, and whatever JSON held
        """Return a value of a kind; raise TypeError or ValueError when it is of another."""
        if kind == tuple[IndexNode, ...]:
            return tuple(self.records(IndexNode, given, "node"))
        return _VALUES[kind](given)


def _text(given: Any) -> str:  # noqa: ANN401 - whatever JSON held, here and below
    if not isinstance(given, str):
        raise TypeError(f"{given!r:.40} is no text")
    return given


def _number(given: Any) -> float:  # noqa: ANN401
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError(f"{given!r:.40} is no number")
    try:
        number = float(given)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _whole(given: Any) -> int:  # noqa: ANN401
    number = _number(given)
    if not isinstance(given, int):
        raise TypeError(f"{number!r} is no whole number")
    return given


def _list(given: Any) -> list[Any]:  # noqa: ANN401
    if not isinstance(given, list) or len(given) > LONGEST:
        raise ValueError(f"{given!r:.40} is no list of at most {LONGEST:,}")
    return given


def _names(given: Any) -> Names:  # noqa: ANN401
    if not isinstance(given, dict):
        raise TypeError(f"{given!r:.40} is no set of names by language")
    return MappingProxyType({_text(language): _text(name) for language, name in given.items()})


def _terms(given: Any) -> tuple[tuple[str, int], ...]:  # noqa: ANN401
    pairs = [_list(each) for each in _list(given)]
    if any(len(pair) != 2 or pair[1] not in (-1, 1) for pair in pairs):  # noqa: PLR2004 - a name and a sign
        raise ValueError(f"{given!r:.60} is no sum of variables")
    return tuple((_text(name), _whole(sign)) for name, sign in pairs)


def _optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda given: None if given is None else read(given)


_VALUES: Final[Mapping[Any, Callable[[Any], Any]]] = MappingProxyType(
    {
        str: _text,
        int: _whole,
        float: _number,
        float | None: _optional(_number),
        Names: _names,
        Evidence: lambda given: Evidence(_text(given)),
        Quality | None: _optional(lambda given: Quality(_text(given))),
        tuple[str, ...]: lambda given: tuple(_text(name) for name in _list(given)),
        tuple[tuple[str, int], ...]: _terms,
        Choice: lambda given: Choice.parse(_text(given)),
        tuple[Choice, ...]: lambda given: tuple(Choice.parse(_text(each)) for each in _list(given)),
    }
)
