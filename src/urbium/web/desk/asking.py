"""Asking: what a form asks whom for: fields, the criteria of a review, the questions of a round."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from urbium.access import Actor, Role
from urbium.errors import NotFoundError
from urbium.model.dossiers import Dossier, circles_of_fields
from urbium.pilot.calls.forms import is_asked
from urbium.pilot.calls.rulesets import Question, rule_set, rule_sets
from urbium.pilot.fields import FieldWords
from urbium.programme import Programme
from urbium.programme.cases.casework import Seen
from urbium.programme.cases.kinds import Kind
from urbium.text import say, text
from urbium.web.desk.forms import Asked, Field

_MEASURES: Final = {"money": "money", "year": "year"}
_YES_NO: Final = {
    "yes": text("yes"),
    "no": text("no"),
}

_INTERNAL: Final = "internal"
_TYPED_OF_PROMISES: Final = frozenset({"state", "evidence"})


def shown_fields(row: Kind, names: frozenset[str], circles: frozenset[str]) -> frozenset[str]:
    """Return the fields that a reader of circles is asked for: the office's own would be sent back empty."""
    if _INTERNAL in circles:
        return names
    return names - {name for name, circle in circles_of_fields(row.content).items() if circle == _INTERNAL}


def with_choices(office: Programme, actor: Actor, kind: str, fields: list[Field], city: str) -> list[Field]:
    """Return the fields of a form in which what the programme knows is chosen and not typed.

    A set of rules, the currency of a mandate of which a rate is known, files attached to applications of the
    city.
    """
    return [_with_choices(office, actor, kind, one, city) for one in fields]


def _with_choices(office: Programme, actor: Actor, kind: str, field: Field, city: str) -> Field:
    currency = office.settings().currency
    match kind, field.name:
        case "round", "rules":
            none = str(say(text("the rules common to all rounds")))
            sets = {name: f"{rule_set(name).title} ({name})" for name in rule_sets()}
            return _chosen(field, {"": none} | sets, help_="")
        case "mandate", "currency" if currency:
            return _chosen(field, {name: name for name in office.settings.exchange().known_to(currency)})
        case "offer", "documents":
            files = _files_of(office, actor, city)
            rows = (
                replace(row, cells=tuple(_chosen(cell, files) for cell in row.cells if _is_file(cell)))
                for row in field.rows
            )
            return replace(field, rows=tuple(rows))
    return field


def _chosen(field: Field, words: Mapping[str, str], *, help_: str | None = None) -> Field:
    said = field.words.help if help_ is None else help_
    return replace(field, form="choice", words=replace(field.words, help=said, words=words))


def _is_file(cell: Field) -> bool:
    return cell.name.endswith(".sha256")


def _files_of(office: Programme, actor: Actor, city: str) -> dict[str, str]:
    """Return the files that are attached to applications of a city and that somebody sees, by digest."""
    sights = office.casework.listed(actor, "application", where={"city": city}) if city else []
    return {
        one["sha256"]: f"{one['name']} · {sight.dossier.content['title']}"
        for sight in sights
        for one in sight.dossier.content.get("attachments", ())
    }


def as_signed(fields: list[Field]) -> list[Field]:
    """Return the promises of an agreement so that of what was signed only state and evidence can be typed."""
    return [
        replace(
            one,
            rows=tuple(
                replace(row, cells=tuple(_as_signed(cell) for cell in row.cells))
                for row in one.rows
                if not row.is_empty
            ),
        )
        for one in fields
    ]


def _as_signed(cell: Field) -> Field:
    return replace(cell, is_fixed=cell.name.rpartition(".")[2] not in _TYPED_OF_PROMISES)


def asked_of(office: Programme, sight: Seen) -> dict[str, dict[str, Asked]]:
    """Return by field of pairs what is asked for, in the order of the form."""
    rules, dossier = office.casework.rules_above(sight), sight.dossier
    if rules is None:
        return {}
    if dossier.kind == "review":
        return {
            "scores": {one.code: Asked(FieldWords(one.title, "", {}, "points")) for one in rules.criteria}
        }
    if dossier.kind == "application":
        answers = {"kind": dossier.content.get("kind", ""), **dossier.content.get("answers", {})}
        return {
            "answers": {
                one.code: _asked(one)
                for one in rules.questions
                if not one.calculation and is_asked(one, answers)
            }
        }
    return {}


def _asked(question: Question) -> Asked:
    words = dict(_YES_NO) if question.type == "yes_no" else {one: one for one in question.choices}
    title = question.title[:1].upper() + question.title[1:]
    return Asked(FieldWords(title, "", words, _MEASURES.get(question.type, "")), question.type)


def names_of(office: Programme, actor: Actor, dossier: Dossier) -> Mapping[str, str]:
    """Return what codes that stand in a content are called: parties, indicators, tasks of its task book."""
    book = _book_above(office, actor, dossier)
    named = [*dossier.content.get("parties", ()), *(() if book is None else book.content.get("tasks", ()))]
    names = {code: one.name.get("en", code) for code, one in office.catalogue.indicators.items()}
    return names | {one["code"]: one["title"] or one["code"] for one in named}


def cities_of(office: Programme, actor: Actor) -> list[tuple[str, str]]:
    """Return the cities in which somebody has a role, by code and name."""
    names = office.register.names()
    codes = [grant.code for grant in actor.grants if grant.scope == "city"]
    return [(code, names.get(code, code)) for code in dict.fromkeys(codes)]


def experts_of(office: Programme, actor: Actor) -> list[tuple[str, str]]:
    """Return the experts that somebody may see, by account and name."""
    return [
        (one.dossier.code, str(one.dossier.content.get("display", one.dossier.code)))
        for one in office.casework.listed(actor, "account")
        if any(grant["role"] == Role.EXPERT for grant in one.dossier.content.get("grants", ()))
    ]


def currency_of(office: Programme, actor: Actor, dossier: Dossier) -> str:
    """Return the currency of a dossier's money: that of the task book it hangs on, or of the programme."""
    book = _book_above(office, actor, dossier)
    return str((book and book.content.get("currency")) or office.settings().currency)


def _book_above(office: Programme, actor: Actor, dossier: Dossier) -> Dossier | None:
    """Return the task book that a dossier hangs on, where its reader sees it."""
    if dossier.parent_kind != "taskbook" or not dossier.parent:
        return None
    try:
        return office.casework.opened(actor, "taskbook", dossier.parent).dossier
    except NotFoundError:
        return None
