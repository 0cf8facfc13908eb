"""Readiness: what must be answered before money is sought, by mode of delivery, and what contradicts itself.

Questions and rules of consistency are rows of ``data/market``. An answer that is not good makes a project
red, or yellow where it gives a reason; a contradiction likewise, where both answers give one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import msgspec

from urbium.packaged import choices_of, packaged_rows, words_of
from urbium.text import Text, text

(_OFFERED,) = (
    row["words_en"]
    for row in packaged_rows("rules/fields")
    if (row["kind"], row["field"]) == ("offer", "delivery")
)
DELIVERIES: Final[Mapping[str, Text]] = MappingProxyType(choices_of(_OFFERED))
"""Modes of delivery, and what each is called."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question of readiness: ``yes``, ``no``, ``not_yet`` ...; why, and where it is shown."""

    question: str
    answer: str
    reason: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something that is not as it should be: ``red``, or ``yellow`` where a reason is given."""

    id: str
    colour: str
    said: Text


def questions_for(delivery: str) -> list[Mapping[str, str]]:
    """Return the questions of a mode of delivery; those of all modes where it is not decided.

    >>> [row["id"] for row in questions_for("grant")][:3]
    ['land', 'clearances', 'feasibility']
    """
    return [row for row in packaged_rows("market/questions") if _applies(row, delivery)]


def readiness(delivery: str, answers: Iterable[Answer]) -> tuple[str, list[OpenQuestion]]:
    """Return the colour of a project and what is open; the colour is empty where nothing was answered.

    Parameters
    ----------
    delivery : its mode; empty when not decided
    answers : by question; of two answers to one the last counts

    >>> readiness("grant", [])
    ('', [])
    """
    by_question = {one.question: one for one in answers}
    if not by_question:
        return "", []
    rows = [*_unanswered(delivery, by_question), *_contradictions(delivery, by_question)]
    colours = {row.colour for row in rows}
    return "red" if "red" in colours else "yellow" if colours else "green", rows


def _unanswered(delivery: str, answers: Mapping[str, Answer]) -> Iterable[OpenQuestion]:
    """Yield the questions without a good answer."""
    for row in questions_for(delivery):
        answer = answers.get(row["id"], Answer(question=row["id"], answer="unknown"))
        if answer.answer in row["good"].split():
            continue
        yield OpenQuestion(
            row["id"],
            _colour([answer]),
            text(
                "{question}: {answer}. {reason}",
                question=row["title_en"],
                answer=_ANSWER_WORDS[answer.answer],
                reason=answer.reason or _NO_REASON,
            ),
        )


def _contradictions(delivery: str, answers: Mapping[str, Answer]) -> Iterable[OpenQuestion]:
    """Yield the rules of consistency that two answers break."""
    for row in packaged_rows("market/consistency"):
        first, word = row["when"].split("=")
        second, good = row["then"].split("=")
        one, other = answers.get(first), answers.get(second)
        if not _applies(row, delivery) or one is None or one.answer != word:
            continue
        if other is None or other.answer not in good.split():
            both = [one, other or Answer(question=second, answer="unknown")]
            yield OpenQuestion(
                row["id"],
                _colour(both),
                text("{what}.", what=row["title_en"]),
            )


def _applies(row: Mapping[str, str], delivery: str) -> bool:
    return not row["deliveries"] or not delivery or delivery in row["deliveries"].split()


def _colour(answers: Sequence[Answer]) -> str:
    return "yellow" if all(one.reason.strip() for one in answers) else "red"


_NO_REASON: Final = text("No reason is given.")
_ANSWER_WORDS: Final = words_of("answer of readiness")
