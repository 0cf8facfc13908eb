"""Conditions: what entities must have, written as ``q`` writes it, read and asked of an entity.

The answer for one entity is the same wherever it is asked, in a query or for a subscription; what the
database looks for is never narrower. Patterns are RE2's, which takes time in proportion to a text's length,
whatever the pattern. Reference: GS CIM 009, clause 4.9.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import re2

from urbium.errors import InputError
from urbium.platform.context.entities import KINDS, SYSTEM, Entity, instant_of
from urbium.platform.context.names import Names
from urbium.store import Match
from urbium.text import Text, coded, text

_LONGEST, _LONGEST_PATTERN, _MOST_TERMS, _DEEPEST = 4_000, 200, 50, 8
_TERM: Final = re.compile(r"(?P<path>[^\s;|()\[\]=!<>~\",]+)(\[(?P<inner>[^\]\[\"]+)\])?")
_SCOPE: Final = re.compile(r"/#|(/(\+|[^\W\d_][\w-]*))+(/#)?")
_OPERATOR: Final = re.compile(r"!~=|~=|==|!=|>=|<=|>|<")
_VALUE: Final = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^;|(),"]+?)(?=\.\.|[;|(),]|$)')
_MEMBERS: Final = ("observedAt", "unitCode", "datasetId", *SYSTEM)
Scalar = float | str | bool


class Condition(Protocol):
    """What an entity must have."""

    def holds(self, entity: Entity) -> bool:
        """Say whether it holds for an entity."""

    def groups(self) -> Sequence[Sequence[Match]]:
        """Return what the database looks for: of each group one; none narrower than the condition."""


@dataclass(frozen=True, slots=True)
class Every:
    """All of some conditions."""

    parts: Sequence[Condition]

    def holds(self, entity: Entity) -> bool:
        """Say whether all of them hold."""
        return all(part.holds(entity) for part in self.parts)

    def groups(self) -> Sequence[Sequence[Match]]:
        """Return the groups of all."""
        return [group for part in self.parts for group in part.groups()]


@dataclass(frozen=True, slots=True)
class Some:
    """One of some conditions."""

    parts: Sequence[Condition]

    def holds(self, entity: Entity) -> bool:
        """Say whether one of them holds."""
        return any(part.holds(entity) for part in self.parts)

    def groups(self) -> Sequence[Sequence[Match]]:
        """Return one group: the first of each; none where one asks for nothing."""
        firsts = [next(iter(part.groups()), ()) for part in self.parts]
        return [[match for first in firsts for match in first]] if all(firsts) else []


@dataclass(frozen=True, slots=True)
class Term:
    """An attribute, maybe a part of it, and what it is compared with.

    Parameters
    ----------
    path : full names: the attribute, attributes of it; the last may be a member such as ``observedAt``
    inner : names of members within its value
    operator : as it is written; empty where the attribute is only to be there
    values : what it is compared with, one after the other
    is_range : whether the two values are the ends of a range
    matches : says whether a text matches, for patterns
    """

    path: Sequence[str]
    inner: Sequence[str] = ()
    operator: str = ""
    values: Sequence[Scalar] = ()
    is_range: bool = False
    matches: Callable[[str], bool] | None = None

    def holds(self, entity: Entity) -> bool:
        """Say whether an entity has the attribute, and it compares as it should."""
        targets = [one for target in self._targets(entity) for one in _members(target)]
        if not targets or not self.operator:
            return bool(targets)
        if self.operator.startswith("!"):
            return not any(self._compares(one) for one in targets)
        return any(self._compares(one) for one in targets)

    def _targets(self, entity: Entity) -> Iterator[Any]:
        first, *others = self.path
        if first in SYSTEM:
            yield from [entity[first]] if first in entity else []
            return
        instances = entity.get(first, [])
        for place, name in enumerate(others):
            if name in _MEMBERS and place == len(others) - 1:
                yield from (one[name] for one in instances if name in one)
                return
            deeper = [one[name] for one in instances if isinstance(one.get(name), list)]
            instances = [one for part in deeper for one in part if isinstance(one, dict) and "type" in one]
        for instance in instances:
            held = instance.get(KINDS[instance["type"]])
            for name in self.inner:
                held = held.get(name) if isinstance(held, dict) else None
            yield from [held] if held is not None else []

    def _compares(self, value: Any) -> bool:  # noqa: ANN401 - any JSON
        if self.matches is not None:
            return isinstance(value, str) and self.matches(value)
        if self.is_range:
            low, high = self.values
            return _compare(value, ">=", low) and _compare(value, "<=", high)
        operator = "==" if self.operator == "!=" else self.operator
        return any(_compare(value, operator, one) for one in self.values)

    def groups(self) -> Sequence[Sequence[Match]]:
        """Return one group, or none for what the database does not know."""
        attribute = self.path[0]
        if attribute in SYSTEM:
            return []
        if len(self.path) > 1 or self.inner or self.operator not in _FINDABLE or self.matches is not None:
            return [[Match(attribute)]]
        if self.is_range and all(_is_number(one) for one in self.values):
            return [[Match(attribute, low=self.values[0], high=self.values[1])]]  # type: ignore[arg-type]
        if self.is_range:
            return [[Match(attribute)]]
        return [[_match(attribute, self.operator, one) for one in self.values]]


_FINDABLE: Final = frozenset({"==", ">", ">=", "<", "<="})


def _match(attribute: str, operator: str, value: Scalar) -> Match:
    if _is_number(value):
        low = value if operator in ("==", ">", ">=") else None
        high = value if operator in ("==", "<", "<=") else None
        return Match(attribute, low=low, high=high)  # type: ignore[arg-type]
    if operator != "==" or (isinstance(value, str) and instant_of(value) is not None):
        return Match(attribute)
    return Match(attribute, word=str(value).lower() if isinstance(value, bool) else str(value))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _members(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    """Yield what is compared: the members of a list, and of an object with a type its value."""
    for one in value if isinstance(value, list) else [value]:
        yield one.get("@value", one) if isinstance(one, dict) else one


def _compare(value: Any, operator: str, other: Scalar) -> bool:  # noqa: ANN401 - any JSON
    if _is_number(value) != _is_number(other) or isinstance(value, bool) != isinstance(other, bool):
        return False
    left: Any = value
    right: Any = other
    if isinstance(value, str) and isinstance(other, str):
        instants = instant_of(value), instant_of(other)
        if None not in instants:
            left, right = instants
    elif not isinstance(value, int | float):
        return False
    return bool(_COMPARE[operator](left, right))


_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": lambda left, right: left == right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
}


def read_scopes(written: str) -> Callable[[Sequence[str]], bool]:
    """Return what says whether scopes are those of a ``scopeQ``; raise InputError for one that is wrong.

    A comma or a bar is or, a semicolon is and; ``+`` is one level, ``/#`` a scope and all below it.
    Reference: GS CIM 009, clause 4.19.

    >>> read_scopes("/North/+;/Harbour/#,/South")(["/North/Quay", "/Harbour"])
    True
    """
    groups = [group.split(";") for group in re.split(r"[,|]", written)]
    if len(written) > _LONGEST or not all(_SCOPE.fullmatch(one) for group in groups for one in group):
        raise InputError(
            coded("platform.context.conditions.scope", "this is not a scope condition"),
            place="scopeQ",
            remedy=text("use a form such as /North/#;/Harbour, without brackets"),
        )
    return lambda scopes: any(
        all(any(_is_of_scope(scope, wanted) for scope in scopes) for wanted in group) for group in groups
    )


def _is_of_scope(scope: str, wanted: str) -> bool:
    levels, parts = scope.split("/"), wanted.split("/")
    if parts[-1] == "#":
        parts.pop()
        levels = levels[: len(parts)]
    return len(levels) == len(parts) and all(
        part in ("+", level) for part, level in zip(parts, levels, strict=True)
    )


def pattern(written: str) -> Callable[[str], bool]:
    """Return what says whether a text holds a pattern; raise InputError for one that is wrong or too long.

    >>> pattern("Room:[0-9]+$")("urn:ngsi-ld:Room:12")
    True
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        compiled = re2.compile(written if len(written) <= _LONGEST_PATTERN else "(", options)
    except re2.error as error:
        raise InputError(
            coded("platform.context.conditions.pattern", "this pattern is invalid, or too large"),
            place=written[:80],
            remedy=text(
                "write an RE2 pattern, without look-ahead or back-references, of at most 200 characters"
            ),
        ) from error
    return lambda value: compiled.search(value) is not None


def read_condition(written: str, names: Names) -> Condition:
    """Return a condition that is written as ``q`` is; raise InputError where it cannot be read.

    >>> condition = read_condition('temperature>20;street=="High Street"', Names([]))
    >>> [len(group) for group in condition.groups()]
    [1, 1]
    """
    return _Parser(written, names).whole()


class _Parser:
    """Reads a condition from left to right."""

    def __init__(self, written: str, names: Names) -> None:
        self._written, self._names = written, names
        self._at = self._terms = 0
        if len(written) > _LONGEST:
            raise self._wrong(coded("platform.context.conditions.long", "the condition is too long"))

    def whole(self) -> Condition:
        condition = self._alternatives(0)
        if self._at < len(self._written):
            raise self._wrong(_UNREAD)
        return condition

    def _alternatives(self, depth: int) -> Condition:
        parts = [self._all(depth)]
        while self._takes("|"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Some(parts)

    def _all(self, depth: int) -> Condition:
        parts = [self._part(depth)]
        while self._takes(";"):
            parts.append(self._part(depth))
        return parts[0] if len(parts) == 1 else Every(parts)

    def _part(self, depth: int) -> Condition:
        self._terms += 1
        if depth > _DEEPEST or self._terms > _MOST_TERMS:
            raise self._wrong(coded("platform.context.conditions.long", "the condition is too long"))
        if not self._takes("("):
            return self._term()
        condition = self._alternatives(depth + 1)
        if not self._takes(")"):
            raise self._wrong(_UNREAD)
        return condition

    def _term(self) -> Term:
        target = _TERM.match(self._written, self._at)
        if target is None:
            raise self._wrong(_UNREAD)
        self._at = target.end()
        path = self._path(target["path"])
        inner = [self._names.expand(one) for one in (target["inner"] or "").split(".") if one]
        operator = _OPERATOR.match(self._written, self._at)
        if operator is None:
            return Term(path, inner)
        self._at = operator.end()
        if operator[0] in ("~=", "!~="):
            return Term(path, inner, operator[0], matches=pattern(self._pattern()))
        values, is_range = [self._value()], False
        if self._takes(".."):
            values, is_range = [*values, self._value()], True
        while not is_range and self._takes(","):
            values.append(self._value())
        if len(values) > 1 and operator[0] not in ("==", "!="):
            raise self._wrong(_UNREAD)
        return Term(path, inner, operator[0], values, is_range)

    def _path(self, written: str) -> list[str]:
        """Return full names; a name that is an address stands alone, for addresses have dots."""
        parts = [written] if "://" in written else written.split(".")
        return [one if one in _MEMBERS else self._names.expand(one) for one in parts if one]

    def _pattern(self) -> str:
        value = self._value()
        return value if isinstance(value, str) else str(value)

    def _value(self) -> Scalar:
        value = _VALUE.match(self._written, self._at)
        if value is None:
            raise self._wrong(_UNREAD)
        self._at = value.end()
        if value["quoted"] is not None:
            return re.sub(r'\\(["\\])', r"\1", value["quoted"])
        return _plain(value["plain"])

    def _takes(self, token: str) -> bool:
        is_next = self._written.startswith(token, self._at)
        self._at += len(token) if is_next else 0
        return is_next

    def _wrong(self, message: Text) -> InputError:
        return InputError(
            message,
            place=f"q, {self._at + 1}: {self._written[self._at : self._at + 40]}",
            remedy=text('write conditions such as temperature>20;street=="High Street"|status==open'),
        )


_UNREAD: Final = coded(
    "platform.context.conditions.unread", "the condition cannot be read from this point on"
)


def _plain(written: str) -> Scalar:
    """Return a value without quotes: a number, true or false, or else a word."""
    if written in ("true", "false"):
        return written == "true"
    return float(written) if re.fullmatch(r"[+-]?\d{1,300}(\.\d+)?([eE][+-]?\d{1,2})?", written) else written
