"""Asking: the names that a form of pairs asks for: the criteria of a review, the questions of a round."""

from collections.abc import Mapping
from typing import Final

from urbium.access import Actor
from urbium.errors import NotFoundError
from urbium.model.dossiers import Dossier
from urbium.pilot.fields import FieldWords
from urbium.pilot.forms import is_asked
from urbium.pilot.rulesets import Question
from urbium.programme import Programme
from urbium.programme.casework import Seen
from urbium.text import text
from urbium.web.forms import Asked

__all__ = ["asked_of", "currency_of", "names_of"]

_MEASURES: Final = {"money": "money", "year": "year"}
_YES_NO: Final = {
    "yes": text("web.desk.yes", "yes"),
    "no": text("web.desk.no", "no"),
}


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


def names_of(office: Programme, dossier: Dossier) -> Mapping[str, str]:
    """Return what codes that stand in a content are called: parties, indicators."""
    names = {code: one.name.get("en", code) for code, one in office.catalogue.indicators.items()}
    return names | {one["code"]: one["title"] for one in dossier.content.get("parties", ())}


def currency_of(office: Programme, actor: Actor, dossier: Dossier) -> str:
    """Return the currency of a dossier's money: that of the task book it hangs on, or of the programme."""
    if dossier.parent_kind != "taskbook" or not dossier.parent:
        return office.settings().currency
    try:
        book = office.casework.opened(actor, "taskbook", dossier.parent).dossier
    except NotFoundError:
        return office.settings().currency
    return str(book.content.get("currency") or office.settings().currency)
