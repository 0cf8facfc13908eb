"""Sets of rules: what a programme asks of applicants and how it judges them, as rows of ``data/rulesets``.

A round names its set (``Round.rules``) and may override documents, conditions, criteria and the day of
evaluation. A round without a set asks for nothing that it does not name itself. See ADR 0063.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

import msgspec

from urbium.errors import NotFoundError
from urbium.packaged import packaged_rows
from urbium.pilot.calls.rounds import Criterion, Quota
from urbium.text import text

CITY, PROVINCE = "city", "province"
KINDS_OF_APPLICATION: Final = ("new", "widened", "special")
"""The kinds of application that there are; a set may allow fewer."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is asked for.

    Parameters
    ----------
    code, title : its name
    by : who hands it in: ``city`` or ``province``
    is_required : whether an application is incomplete without it
    is_structured : whether answers or fields are the document; otherwise a file is attached
    source : where the rule is from
    """

    code: str
    title: str
    by: str = CITY
    is_required: bool = True
    is_structured: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What an applicant must meet, and the question and the answer that say so (empty: any answer)."""

    code: str
    text: str
    question: str = ""
    is_: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    Parameters
    ----------
    code, title, section, section_title : its name, and the section it stands in
    type : one of :data:`urbium.pilot.calls.forms.TYPES`
    is_required : whether a complete form answers it
    condition, condition_is : asked only when the answer to that question (or the field ``kind``) is this, one
        of several parted by ``|``, or, after ``>``, more than a number; always when empty
    calculation : how its answer follows from others, and is never typed: ``sum a b``, ``difference a b``,
        ``share a b`` (as a percentage), or ``projects cost`` (the sum over the key projects)
    least, most : bounds of a number; of the characters of a text
    choices : what can be chosen
    prefilled : what of the programme is put in: ``people``
    source : where the question is from
    """

    code: str
    title: str
    section: str
    section_title: str
    type: str
    is_required: bool = True
    condition: str = ""
    condition_is: str = ""
    calculation: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    prefilled: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What one programme asks, and how it judges.

    Parameters
    ----------
    name, title : of the set; both empty for a round without one
    kinds : kinds of application that it has
    documents, conditions, questions, criteria : what is asked for and judged
    quotas : how many can be selected, by the round
    quota_shapes : kind and scope (``all`` or ``province``) of the quotas that a round may set
    evaluation_day : the day of the year of the self-evaluation (``12-31``)
    reviews_each : how many experts judge an application
    ranking : ``raw`` (mean of the points) or ``adjusted`` (without the severity of experts)
    least_projects : how many key projects an application has at least
    words : what things are called, by word
    source, note : where the rules are from, and what of them is assumed
    """

    name: str
    title: str = ""
    kinds: tuple[str, ...] = KINDS_OF_APPLICATION
    documents: tuple[Document, ...] = ()
    conditions: tuple[Condition, ...] = ()
    questions: tuple[Question, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    quotas: tuple[Quota, ...] = ()
    quota_shapes: tuple[tuple[str, str], ...] = ()
    evaluation_day: str = "12-31"
    reviews_each: int = 3
    ranking: str = "raw"
    least_projects: int = 0
    words: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    note: str = ""

    @property
    def form(self) -> str:
        """The version of the form: the set and a digest of its questions; empty where nothing is asked.

        >>> rule_set("").form
        ''
        """
        if not self.questions:
            return ""
        return f"{self.name}@{hashlib.sha256(repr(self.questions).encode()).hexdigest()[:8]}"

    @property
    def weights(self) -> dict[str, float]:
        """The weight of every criterion, as a share of 1.

        >>> rule_set("eu-contract").weights
        {'commitments': 0.3, 'action': 0.4, 'investment': 0.3}
        """
        total = sum(one.weight for one in self.criteria)
        return {one.code: one.weight / total for one in self.criteria} if total else {}


@cache
def rule_sets() -> tuple[str, ...]:
    """Return the names of the sets that there are.

    >>> rule_sets()[1:3]
    ('eu-contract', 'india-mission')
    """
    return tuple(row["set"] for row in _rows("sets"))


@cache
def rule_set(name: str) -> RuleSet:
    """Return a set of rules; the empty name stands for none. Raise NotFoundError for an unknown one.

    >>> [one.title for one in rule_set("eu-contract").documents]
    ['commitments', 'action plan', 'investment plan']
    """
    if not name:
        return RuleSet("")
    rows = {row["set"]: row for row in _rows("sets")}
    if name not in rows:
        raise NotFoundError.named(text("set of rules"), name, rows)
    row = rows[name]
    return RuleSet(
        name,
        row["title_en"],
        tuple(row["kinds"].split()),
        tuple(
            Document(
                one["code"],
                one["title_en"],
                one["by"],
                one["is_required"] == "yes",
                one["is_structured"] == "yes",
                one["source"],
            )
            for one in _rows("documents", name)
        ),
        tuple(
            Condition(one["code"], one["text_en"], one["question"], one["is"], one["source"])
            for one in _rows("conditions", name)
        ),
        tuple(_question(one) for one in _rows("questions", name)),
        tuple(
            Criterion(one["code"], one["title_en"], float(one["weight"]), one["meaning_en"])
            for one in _rows("criteria", name)
        ),
        (),
        tuple((one["kind"], one["scope"]) for one in _rows("quotas", name)),
        row["evaluation_day"],
        int(row["reviews_each"]),
        row["ranking"],
        int(row["least_projects"]),
        {one["word"]: one["said_en"] for one in _rows("words", name)},
        row["source"],
        row["note_en"],
    )


def rules_of_round(content: Mapping[str, Any]) -> RuleSet:
    """Return the rules of a round: those of its set, with what the round says itself in their place.

    >>> rules_of_round({"rules": "eu-contract", "documents": ["action_plan"]}).documents[0].title
    'action plan'
    """
    rules = rule_set(str(content.get("rules", "")))
    named: Sequence[str] = content.get("documents") or ()
    if named:
        by_code = {one.code: one for one in rules.documents}
        own = tuple(by_code.get(code, Document(code, code)) for code in named)
        others = tuple(one for one in rules.documents if one.by == PROVINCE and one.code not in named)
        rules = replace(rules, documents=own + others)
    if content.get("conditions"):
        own_conditions = tuple(
            Condition(f"condition{place}", words) for place, words in enumerate(content["conditions"], 1)
        )
        rules = replace(rules, conditions=own_conditions)
    if content.get("criteria"):
        rules = replace(
            rules,
            criteria=tuple(msgspec.convert(one, Criterion) for one in content["criteria"]),
        )
    quotas = tuple(
        Quota(one["kind"], int(one["most"]), one.get("province", "")) for one in content.get("quotas") or ()
    )
    return replace(rules, quotas=quotas, evaluation_day=content.get("evaluation_day") or rules.evaluation_day)


def _question(row: Mapping[str, str]) -> Question:
    return Question(
        row["question"],
        row["title_en"],
        row["section"],
        row["section_en"],
        row["type"],
        row["is_required"] == "yes",
        row["condition"],
        row["is"],
        row["calculation"],
        float(row["least"]) if row["least"] else None,
        float(row["most"]) if row["most"] else None,
        tuple(row["choices"].split("|")) if row["choices"] else (),
        row["prefilled"],
        row["source"],
    )


def _rows(table: str, name: str = "") -> list[Mapping[str, str]]:
    return [row for row in packaged_rows(f"rulesets/{table}") if not name or row["set"] == name]
