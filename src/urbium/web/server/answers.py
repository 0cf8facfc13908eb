"""Answers: what the API sends, field by field; the description of the API is made from them (ADR 0123).

An answer is a row of ``data/answers.csv``: its name, its fields, and whether it always has all of them. A
field is text unless a type follows its name: a plain one, another answer, or a row of a table by its name in
``data/result_rows.csv``, whose columns have type, title and meaning from the vocabulary (``urbium.columns``).
After a type, ``?`` may be null, ``[]`` is a list of it, ``{}`` has one of it by name; ``*NAME`` stands for
the fields of another answer, or the columns of a table. A row of a table is sent as the stage that made it
has it.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import iscoroutinefunction
from types import GenericAlias
from typing import Annotated, Any, Final, TypedDict

from litestar import HttpMethod, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from urbium.columns import Column, columns, keys_of
from urbium.packaged import packaged_rows

Row = dict[str, Any]
"""A row of a table, by column."""
_TYPED_DICT: Any = TypedDict  # made while running, which no checker of types reads
_TYPES: Final[Mapping[str, Any]] = {
    "": str, "string": str, "integer": int, "number": float, "boolean": bool,
    "object": Row, "array": list[str],
}  # fmt: skip
_ENDINGS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "?": lambda kind: kind | None,
    "[]": lambda kind: GenericAlias(list, (kind,)),
    "{}": lambda kind: GenericAlias(dict, (str, kind)),
}


def answer(written: str) -> Any:  # noqa: ANN401 - a type made here
    """Return the type of what is written as that of a field.

    >>> answer("number?{}"), answer("number|string"), answer("StageHead[]").__args__[0].__required_keys__
    (dict[str, float | None], float | str, frozenset())
    """
    first, is_either, second = written.partition("|")
    if is_either:
        return answer(first) | answer(second)
    for ending, wrapped in _ENDINGS.items():
        if written.endswith(ending):
            return wrapped(answer(written.removesuffix(ending)))
    return _TYPES[written] if written in _TYPES else _record(written)


@cache
def _record(name: str) -> Any:  # noqa: ANN401 - a class made here
    """Return the class of an answer, or of a row; one for each name, so that the description has it once."""
    declared = _declared().get(name)
    if declared is None:
        return _TYPED_DICT(name, dict(_columns(name)))
    record = _TYPED_DICT(name, dict(_fields(declared["fields"])), total=bool(declared["whole"]))
    record.__doc__ = declared["says"]
    return record


@cache
def _declared() -> dict[str, Mapping[str, str]]:
    return {row["name"]: row for row in packaged_rows("answers")}


def _fields(written: str) -> Iterator[tuple[str, Any]]:
    for field in written.split():
        name, _, kind = field.partition(":")
        if name.startswith("*"):
            other = _declared().get(name[1:])
            yield from _fields(other["fields"]) if other else _columns(name[1:])
        else:
            yield name, answer(kind)


def _columns(name: str) -> Iterator[tuple[str, Any]]:
    return ((column.name, _described(column)) for column in columns(*keys_of(name)))


def _described(column: Column) -> Any:  # noqa: ANN401 - a type made here
    says = Parameter(title=str(column.title), description=str(column.help) or None)
    return Annotated[_TYPES[column.json_type] | None, says]


def noun(
    address: str,
    kind: str = "",
    **options: Any,  # noqa: ANN401 - those of a route
) -> Callable[[Callable[..., object]], HTTPRouteHandler]:
    """Return what makes a function answer a program at an address.

    Parameters
    ----------
    address : where
    kind : of its answer, as the type of a field is written; what the function itself declares where left out
    options : of the route, where they are not those of reading
    """

    def answering(function: Callable[..., object]) -> HTTPRouteHandler:
        if kind:
            function.__annotations__ = function.__annotations__ | {"return": answer(kind)}
        reading: dict[str, Any] = {
            "http_method": [HttpMethod.GET, HttpMethod.HEAD],
            "sync_to_thread": None if iscoroutinefunction(function) else True,
        }
        return route(address, **(reading | options))(function)

    return answering
