"""Sections: the parts of a form as a list of what is to do: what is done, still missing, or wrong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from urbium.text import Text, text
from urbium.web.desk.forms import MORE, Field

_OWN: Final = frozenset({"rows", "pairs"})
"""Fields that are a section of their own."""
_RECIPIENTS: Final = "to"
_BASICS, _MORE = text("The basics"), text("Further details")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form.

    Parameters
    ----------
    code, title, fields : its anchor, what it is called, and its fields
    wrong, todo : how many faults stand at its inputs, and how much the next step still needs in them
    """

    code: str
    title: str
    fields: tuple[Field, ...]
    wrong: int = 0
    todo: int = 0

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in it."""
        return any(one.is_filled for one in self.fields)

    @property
    def answered(self) -> tuple[int, int]:
        """How many of the rows that the programme named somebody has filled in, and how many there are."""
        rows = [row for one in self.fields if one.form == "rows" for row in one.rows if row.cells[0].is_fixed]
        asked = [[one for one in row.cells if not one.is_fixed and not one.is_prepared] for row in rows]
        filled = [any(one.is_filled for one in cells) for cells in asked]
        return sum(filled), len(rows)

    @property
    def unanswered(self) -> list[str]:
        """Its questions that are not answered, where others are."""
        rows = [row for one in self.fields if one.form == "pairs" for row in one.rows if row.label]
        empty = [row.label for row in rows if not any(cell.is_filled for cell in row.cells[1:])]
        return empty if len(empty) < len(rows) else []


def sections_of(
    fields: Iterable[Field],
    titles: Mapping[str, str],
    wrong: Mapping[str, Any] | None,
    todo: Mapping[str, Any] | None,
) -> list[Section]:
    """Return the fields of a form in sections, each with how it stands.

    Parameters
    ----------
    fields : of the form
    titles : of the section that each question stands in, by the question's code
    wrong, todo : what was wrong with what was sent, and what the next step needs (``marks.problem_record``)
    """
    parts = [part for one in fields for part in _parted_pairs(one, titles)]
    first = next((at for at, one in enumerate(parts) if one.form in _OWN or one.form == "text"), len(parts))
    ticks = [one for one in parts[first:] if one.form == "yes"]
    parts = [*parts[:first], *ticks, *(one for one in parts[first:] if one not in ticks)]
    sections: list[Section] = []
    for is_own, group in groupby(parts, key=lambda one: one.form in _OWN or one.form == "text"):
        if is_own:
            sections += [_section(one.words.title, [one], wrong, todo) for one in group]
        else:
            rest = list(group)
            is_named = sections and (len(rest) == 1 or rest[0].name == _RECIPIENTS)
            title = rest[0].words.title if is_named else _MORE if sections else _BASICS
            sections.append(_section(title, rest, wrong, todo))
    return [replace(one, code=f"part-{number}") for number, one in enumerate(sections, start=1)]


def _parted_pairs(field: Field, titles: Mapping[str, str]) -> Iterator[Field]:
    """Yield a field of questions once for each section that they stand in; any other as it is."""
    if field.form != "pairs" or not titles:
        yield field
        return
    by_section: dict[str, list[Any]] = {}
    for row in field.rows:
        by_section.setdefault(titles.get(row.cells[0].value, field.words.title), []).append(row)
    for number, (title, rows) in enumerate(by_section.items()):
        name = field.name if number == 0 else f"{field.name}.{number}"
        yield replace(field, name=name, words=replace(field.words, title=title), rows=tuple(rows))


def _section(
    title: Text | str, fields: list[Field], wrong: Mapping[str, Any] | None, todo: Mapping[str, Any] | None
) -> Section:
    names = set[str]().union(*(one.names for one in fields))

    def count(marks: Mapping[str, Any] | None) -> int:
        return sum(len(faults) for name, faults in (marks or {"at": {}})["at"].items() if name in names)

    return Section("", title, tuple(fields), count(wrong), count(todo))


def parted(wrong: Mapping[str, Any] | None, todo: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what is said at each input: what was wrong with what was sent, or else what is still missing."""
    if wrong is not None:
        return dict(wrong["at"])
    faults = (todo or {"at": {}})["at"]
    return {name: [one | {"is_todo": True} for one in rows] for name, rows in faults.items()}


def lengthened(fields: list[Field], typed: Mapping[str, str]) -> list[Field]:
    """Return fields as a page shows them again when a row was asked for: its first input is awaited."""
    return [_lengthened(one) if one.name == typed.get(MORE) else one for one in fields]


def _lengthened(one: Field) -> Field:
    rows = list(one.rows)
    at = next((number for number, row in enumerate(rows) if row.is_empty), None)
    if at is None:
        return one
    first = next(number for number, cell in enumerate(rows[at].cells) if cell.form != "hidden")
    cells = [replace(cell, is_awaited=number == first) for number, cell in enumerate(rows[at].cells)]
    rows[at] = replace(rows[at], cells=tuple(cells))
    return replace(one, rows=tuple(rows))
