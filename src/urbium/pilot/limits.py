"""Limits: how much the fields of dossiers hold, whatever their kind: texts, lists and numbers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from urbium.control_characters import holds_control_characters
from urbium.errors import Fault
from urbium.text import Text, coded, text

LONG_TEXTS: Final = frozenset(
    {
        "note", "recommendation", "province_report", "text", "narrative", "appeal", "reasons", "to_applicant",
        "to_office", "conflict", "reason", "effect", "answer", "remark",
    }
)  # fmt: skip
"""Fields that are typed in several lines."""
_LONG_ELSE: Final = frozenset({"answers", "description", "settings"})
_LINE, _TEXT = 2_000, 20_000
"""Characters of a line and of a long text."""
_TITLE: Final = 500
_MOST_ITEMS: Final = 2_000
_LARGEST: Final = 1e15
"""The largest amount: up to here a whole number is the same in every format."""
_MOST_IN_ALL: Final = 500_000
"""Characters and numbers of all fields together."""
_SHOWN: Final = 20


def limit_faults(content: Mapping[str, Any]) -> list[Fault]:
    """Return what of a content is too long, too large or not text, the first twenty of it.

    >>> [fault.message.render() for fault in limit_faults({"title": "x" * 501})]
    ['a text of 501 characters is too long']
    >>> limit_faults({"title": "A plan", "budget": 1e12, "countries": ["NLD"]})
    []
    """
    faults: list[Fault] = []
    total = 0
    for place, value in _parts("", content):
        field = place.partition(".")[0]
        message = _fault_of(field, value)
        total += len(value) if isinstance(value, str) else 1
        if message is not None:
            faults.append(Fault("error", *message, cell=place))
        if len(faults) == _SHOWN or total > _MOST_IN_ALL:
            break
    if total > _MOST_IN_ALL and not faults:
        faults.append(Fault("error", _ALL, _SPLIT))
    return faults


def _fault_of(field: str, value: Any) -> tuple[Text, Text] | None:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        longest = _TITLE if field == "title" else _TEXT if field in LONG_TEXTS | _LONG_ELSE else _LINE
        if len(value) > longest:
            return (
                coded("pilot.limits.text", "a text of {count:,} characters is too long", count=len(value)),
                text("write at most {most:,} characters", most=longest),
            )
        if holds_control_characters(value):
            return _CONTROL, _RETYPE
    elif isinstance(value, list | dict):
        if len(value) > _MOST_ITEMS:
            return (
                coded("pilot.limits.list", "{count:,} items are too many", count=len(value)),
                text("list at most {most:,}", most=_MOST_ITEMS),
            )
    elif isinstance(value, int | float) and not -_LARGEST <= value <= _LARGEST:
        return _NUMBER, _SMALLER
    return None


_CONTROL: Final = coded(
    "pilot.limits.control",
    "this text contains a control character, or a mark that changes the direction of text",
)
_RETYPE: Final = text("type it again, without any extra characters copied with it")
_NUMBER: Final = coded("pilot.limits.number", "this number is too large")
_SMALLER: Final = text("enter a number between -10^15 and 10^15")
_ALL: Final = coded("pilot.limits.all", "all fields together are too long")
_SPLIT: Final = text("attach long texts as files")


def _parts(place: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Yield a value and, where it is a list or a mapping, what stands in it; names count as texts."""
    if place:
        yield place, value
    if isinstance(value, Mapping):
        for name, member in value.items():
            inner = f"{place}.{name[:80]}" if place else name
            if place:
                yield place, name
            yield from _parts(inner, member)
    elif isinstance(value, list):
        for number, member in enumerate(value, start=1):
            yield from _parts(f"{place}.{number}", member)
