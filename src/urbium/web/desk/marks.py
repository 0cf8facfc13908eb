"""Marks: what was wrong with a form that was sent, at the inputs that it is of."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

import msgspec

from urbium.errors import Fault, UrbiumError
from urbium.pilot.fields import field_words
from urbium.text import text
from urbium.text.advice import on_page, setting_of
from urbium.web.desk.forms import Field
from urbium.web.rendering.amounts import PER_MILLION

_BESIDE: Final = {
    "parent": "parent",
    "city": "city",
    "owner": "owner",
    "code": "code",
    "reason": "why",
    "document": "document",
}
"""What a step is sent beside the fields that it sets, each with its input."""
_UNTYPED: Final = frozenset({"csrf", "version", "action", "ticks", "more", PER_MILLION})
_Titled = tuple[str, str]


def marked(problem: UrbiumError | None, inputs: Mapping[str, str], rest: str = "") -> dict[str, Any] | None:
    """Return what was wrong, ``at`` each input the faults of it.

    Parameters
    ----------
    problem : what was wrong
    inputs : what a fault can be of, with the name of its input in the form
    rest : the input that whatever else is wrong is of, where there is one

    >>> from urbium.errors import InputError
    >>> problem = marked(InputError("this is not a code", field="code"), {"code": "account"})
    >>> [fault["message"] for fault in problem["at"]["account"]]
    ['this is not a code']
    """
    titled = {name: (at, "") for name, at in inputs.items()}
    return None if problem is None else _marked(problem, titled, {}, rest)


class Worded(Protocol):
    """What a form is of: its name among the words of fields, and the class of what it holds."""

    @property
    def name(self) -> str:
        """Its name among the words of fields."""
        ...

    @property
    def content(self) -> type[msgspec.Struct]:
        """The class of what it holds."""
        ...


def problem_record(
    problem: UrbiumError | None,
    row: Worded,
    names: Mapping[str, str],
    fields: Sequence[Field],
    rest: str = "",
) -> dict[str, Any] | None:
    """Return what was wrong with a step, ``at`` each input of its form the faults of it, in the form's order.

    Each fault says what its ``field`` is called, or the task or indicator it is of.
    """
    if problem is None:
        return None
    titles = {one.name: field_words(row.name, one.name).title for one in msgspec.structs.fields(row.content)}
    placed = dict(_places(fields))
    inputs = {name: (at, "") for name, at in _BESIDE.items()} | dict(_codes(fields)) | placed
    record, order = _marked(problem, inputs, {**names, **titles}, rest), [at for at, _ in placed.values()]
    record["faults"].sort(key=lambda one: order.index(one["at"]) if one["at"] in order else len(order))
    return record


def typed_words(kind: str, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what was typed into a form that is not there any more, with what its inputs are called.

    >>> typed_words("account", {"action": "close", "why": "she left", "body": ""})
    [('Why', 'she left')]
    """
    return [
        (str(field_words(kind, re.sub(r"\[\d+\]", "", name)).title), value)
        for name, value in typed.items()
        if value.strip() and name not in _UNTYPED
    ]


def _marked(
    problem: UrbiumError, inputs: Mapping[str, _Titled], names: Mapping[str, str], rest: str = ""
) -> dict[str, Any]:
    faults, marks = [], dict[str, list[dict[str, str]]]()
    for one in problem.faults:
        at, title = _input_of(one, inputs)
        said = replace(one, remedy=on_page(one.remedy)).record()
        field = title or names.get(one.cell, "")
        faults.append({**said, "at": at, "field": field, "setting": setting_of(one.remedy)})
    whole = Fault("error", problem.message, on_page(problem.remedy), cell=problem.field)
    of_whole = {**whole.record(), "at": _input_of(whole, inputs)[0] or rest}
    for fault in [*faults, of_whole]:
        if fault["at"]:
            marks.setdefault(fault["at"], []).append(fault)
    said = {"remedy": of_whole["remedy"], "setting": setting_of(problem.remedy)}
    return {**problem.problem(), **said, "faults": faults, "at": marks}


def _places(fields: Sequence[Field]) -> Iterator[tuple[str, _Titled]]:
    """Yield the places that faults name, each with its input and what that is called.

    A cell of a record stands at its number or at its code: ``projects.2.cost``, ``projects.P1.cost``.
    """
    for one in fields:
        yield one.name, (one.name, one.words.title)
        for number, record in enumerate(one.rows, start=1):
            if one.form in ("pairs", "ticks"):
                name, value = record.cells
                yield f"{one.name}.{name.value}", (value.name, record.label or name.value)
                continue
            called = record.title or text("row {number}", number=number)
            for cell in record.cells:
                title = text("{title}, {record}, {field}", title=one.words.title,
                             record=called, field=cell.words.title)  # fmt: skip
                for key in (str(number), record.cells[0].value):
                    yield f"{one.name}.{key}.{cell.name.rpartition('.')[2]}", (cell.name, title)
            if record.cells and record.cells[0].value:
                yield f"{one.name}.{record.cells[0].value}", (record.cells[0].name, called)


def _codes(fields: Sequence[Field]) -> Iterator[tuple[str, _Titled]]:
    """Yield the code that a record begins with, with its input: faults of tasks and indicators name it."""
    for one in fields:
        for record in one.rows:
            if record.cells and record.cells[0].value:
                yield record.cells[0].value, (record.cells[0].name, "")


def _input_of(fault: Fault, inputs: Mapping[str, _Titled]) -> _Titled:
    """Return the input that a fault is of, by as much of its place as there is an input for."""
    parts = [*([fault.sheet] if fault.sheet in inputs else []), *fault.cell.split(".")]
    places = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((inputs[place] for place in places if place in inputs), ("", ""))
