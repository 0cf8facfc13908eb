"""Forms: questions with types, conditions, calculations and bounds, and what is wrong with the answers.

A small closed set of types and calculations, not a language: a form is rows of
``data/rulesets/questions.csv``.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from urbium.errors import Fault
from urbium.packaged import words_of
from urbium.periods import date_of
from urbium.pilot.calls.rulesets import Question
from urbium.text import Text, coded, text

ANSWERS: Final = "answers"
_SHORT, _LONG, _BODY = 500, 20_000, 200
_FIRST_YEAR, _LAST_YEAR = 1900, 2200

SOLUTIONS: Final = "solutions"
"""The type of an answer that lists solutions by their codes: forms offer them by name."""
TYPES: Final = words_of("type of an answer")
"""The types that answers have, and what each is called."""


def is_empty(answer: object) -> bool:
    """Return whether nothing was answered.

    >>> is_empty("  "), is_empty(0), is_empty(False)
    (True, False, False)
    """
    return answer is None or answer in ("", []) or (isinstance(answer, str) and not answer.strip())


def is_asked(question: Question, answers: Mapping[str, Any]) -> bool:
    """Return whether a question is asked, as others are answered; ``answers`` holds the field ``kind``, too.

    >>> widened = Question("earlier", "which", "a", "A", "text", condition="kind", condition_is="widened")
    >>> is_asked(widened, {"kind": "new"}), is_asked(widened, {"kind": "widened"})
    (False, True)
    """
    if not question.condition:
        return True
    answer: Any = answers.get(question.condition)
    if question.condition_is.startswith(">"):
        return _is_number(answer) and answer > float(question.condition_is[1:])
    said = "yes" if answer is True else "no" if answer is False else str(answer)
    return not is_empty(answer) and said in question.condition_is.split("|")


def calculated(
    questions: Sequence[Question], answers: Mapping[str, Any], projects: Sequence[Mapping[str, Any]] = ()
) -> dict[str, float | None]:
    """Return the answers that follow from others, in the order of the form; None where a part is missing.

    >>> share = Question("share", "share", "m", "M", "number", calculation="share private cost")
    >>> calculated([share], {"private": 1.0, "cost": 4.0})
    {'share': 25.0}
    """
    values = dict(answers)
    results: dict[str, float | None] = {}
    for question in questions:
        if question.calculation:
            results[question.code] = values[question.code] = _calculate(
                question.calculation.split(), values, projects
            )
    return results


def _calculate(
    words: Sequence[str], values: Mapping[str, Any], projects: Sequence[Mapping[str, Any]]
) -> float | None:
    name, *parts = words
    if name == "projects":
        amounts: list[Any] = [project.get(parts[0]) for project in projects]
        return sum(amounts) if all(_is_number(amount) for amount in amounts) else None
    numbers = [
        _calculate(["projects", "cost"], {}, projects) if part == "projects" else values.get(part)
        for part in parts
    ]
    if not all(_is_number(number) for number in numbers):
        return None
    match name:
        case "sum":
            return float(sum(numbers))  # type: ignore[arg-type]
        case "difference":
            return float(numbers[0] - numbers[1])  # type: ignore[operator]
        case "share":
            return 100 * numbers[0] / numbers[1] if numbers[1] else None  # type: ignore[operator]
        case _:
            message = f"questions.csv: there is no calculation {name!r}"
            raise ValueError(message)


def answer_faults(
    questions: Sequence[Question], answers: Mapping[str, Any], *, kind: str = "", is_whole: bool = True
) -> Iterator[Fault]:
    """Yield what is wrong with answers.

    Parameters
    ----------
    questions, answers : the form, and what was answered by question
    kind : the kind of application, on which questions may depend
    is_whole : whether every question that is asked must be answered
    """
    by_code = {question.code: question for question in questions}
    if questions:
        for code in answers:
            if code not in by_code or by_code[code].calculation:
                yield Fault(
                    "error",
                    coded("pilot.form.not_asked", "the form does not ask for {name!r}", name=code),
                    text("omit it"),
                    sheet=ANSWERS,
                    cell=code,
                )
    context = {"kind": kind, **answers}
    for question in questions:
        if question.calculation or not is_asked(question, context):
            continue
        answer = answers.get(question.code)
        if is_empty(answer):
            if is_whole and question.is_required:
                yield _fault(
                    question,
                    coded("pilot.form.missing", "not answered: {title}", title=question.title),
                    text("enter {what}", what=TYPES[question.type]),
                )
        else:
            yield from _wrong(question, answer)


def _wrong(question: Question, answer: object) -> Iterator[Fault]:
    """Yield why an answer is not of the type, or beyond the bounds, of its question."""
    if not _FITS[question.type](answer):
        yield _fault(
            question,
            coded(
                "pilot.form.type.wrong", "{title}: {value!r} is not {what}",
                title=question.title, value=answer, what=TYPES[question.type]
            ),
            text("enter {what}", what=TYPES[question.type]),
        )  # fmt: skip
    elif question.choices and answer not in question.choices:
        yield _fault(
            question,
            coded(
                "pilot.form.choice", "{title}: {value!r} cannot be chosen", title=question.title, value=answer
            ),
            text("choose one of: {choices:list}", choices=question.choices),
        )
    elif not _is_within(question, answer):
        yield _fault(
            question,
            coded(
                "pilot.form.bounds", "{title}: {value} is outside the possible range",
                title=question.title, value=answer if _is_number(answer) else len(str(answer))
            ),
            _bounds(question),
        )  # fmt: skip


def _bounds(question: Question) -> Text:
    if question.least is None:
        return text("enter at most {most:g}", most=question.most)
    if question.most is None:
        return text("enter at least {least:g}", least=question.least)
    return text("enter {least:g} to {most:g}", least=question.least, most=question.most)


def _is_within(question: Question, answer: Any) -> bool:  # noqa: ANN401 - of the type of its question
    size = answer if _is_number(answer) else len(answer) if isinstance(answer, str | list) else 0
    return (question.least is None or size >= question.least) and (
        question.most is None or size <= question.most
    )


def _fault(question: Question, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="form", sheet=ANSWERS, cell=question.code)


def _is_number(value: Any) -> bool:  # noqa: ANN401 - whatever was answered
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_text(most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= most and "\x00" not in value


def _is_whole(value: Any) -> bool:  # noqa: ANN401
    return _is_number(value) and float(value).is_integer()


def _is_date(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str) and date_of(value) is not None


def _is_list(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list) and all(map(_is_text(_BODY), value))


_FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "text": _is_text(_SHORT),
    "long_text": _is_text(_LONG),
    "body": _is_text(_BODY),
    "number": _is_number,
    "whole": _is_whole,
    "money": lambda value: _is_number(value) and value >= 0,
    "year": lambda value: _is_whole(value) and _FIRST_YEAR <= value <= _LAST_YEAR,
    "date": _is_date,
    "choice": _is_text(_SHORT),
    "yes_no": lambda value: isinstance(value, bool),
    "list": _is_list,
    SOLUTIONS: _is_list,
}
