"""Work forms: what a kind of long work asks for, as a form made of the class of its request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from urbium.access import Actor
from urbium.errors import Fault, UrbiumError
from urbium.model import NATION
from urbium.packaged import words_of
from urbium.pilot.fields import FieldWords
from urbium.programme import Programme
from urbium.programme.base.labels import label, level
from urbium.programme.base.stages import PARTS
from urbium.programme.job_kinds import JOB_KINDS, JobKind
from urbium.programme.results.plan_checks import domains_of
from urbium.text import Text, named, text
from urbium.web.desk.asking import Asker
from urbium.web.desk.forms import Asked, Field, fields_of
from urbium.web.desk.marks import problem_record
from urbium.web.desk.sections import lengthened
from urbium.web.desk.typed import read_form, unreadable
from urbium.web.office.budget import Adopted, at_currency, in_millions, read_budget, with_currency
from urbium.web.rendering.words import named_rows

WORK: Final[Mapping[str, tuple[Text, Text]]] = {
    kind: (title, words_of("what work makes")[kind]) for kind, title in words_of("work").items()
}
"""The long work that begins here: what a link to its form says, and what it makes."""

_OPTIONAL: Final = frozenset(
    {"availability", "runs", "begin", "work_limit", "time_limit", "gap", "seed", "accept_unproven", "licence"}
)
"""Fields that have a good default, and stand apart."""
_OWN: Final = frozenset({"rows", "pairs", "ticks"})


@dataclass(frozen=True, slots=True)
class WorkForm:
    """The form of a kind of long work, whose fields are named in the words of forms.

    Parameters
    ----------
    kind : the kind of work
    """

    kind: JobKind

    @property
    def name(self) -> str:
        """Its name among the words of fields."""
        return f"job_{self.kind.name}"

    @property
    def content(self) -> type[msgspec.Struct]:
        """The class of what is asked."""
        return self.kind.request


@dataclass(frozen=True, slots=True)
class Shown:
    """A form as its page shows it: fields, those that are tables, those with good defaults, what is wrong."""

    fields: list[Field]
    tables: list[Field]
    optional: list[Field]
    problem: Mapping[str, Any] | None

    def is_open(self, fields: list[Field]) -> bool:
        """Say whether anything is said at one of some fields, or a row of it was asked for."""
        marks = self.problem["at"] if self.problem else {}
        awaited = any(row.is_awaited for one in fields for row in one.rows)
        return awaited or any(name in marks for one in fields for name in one.names)


def form_of(
    office: Programme,
    actor: Actor,
    kind: str,
    typed: Mapping[str, str],
    problem: UrbiumError | None = None,
    *,
    before: Mapping[str, Any] | None = None,
) -> Shown:
    """Return the form of a kind of work, with what was typed or asked before, or else what is proposed."""
    form = WorkForm(JOB_KINDS[kind])
    names = frozenset(one.name for one in msgspec.structs.fields(form.content))
    stored = _proposed(office, kind) if before is None else before
    currency = office.settings().currency
    if "budget" in stored:
        stored, currency = in_millions(stored, currency)
    fields = fields_of(form.name, form.content, names, stored, typed, asked=asked_of(office, kind))
    money = office.settings().currency
    fields = Asker(office, actor, form.name, money=money).dressed(with_currency(fields, typed, currency))
    adopted = Adopted(office)
    fields = lengthened([_chosen(office, adopted.beside(one)) for one in fields], typed)
    tables = [one for one in fields if one.form in _OWN]
    optional = [one for one in fields if one.name in _OPTIONAL]
    plain = [one for one in fields if one not in tables and one not in optional]
    return Shown(plain, tables, optional, problem_record(problem, form, {}, fields))


def asked_of(office: Programme, kind: str) -> dict[str, dict[str, Asked]]:
    """Return the names that the pairs of a form ask for: domains and funds of the catalogue."""
    if kind != "plan":
        return {}
    catalogue, adopted = office.catalogue, Adopted(office)
    return {
        "weights": {
            one: Asked(FieldWords(label(one), "", {}, "share"), "number") for one in domains_of(catalogue)
        },
        "funds": {
            code: Asked(FieldWords(named(one.name, code), adopted.of_fund(code), {}, "million"), "number")
            for code, one in catalogue.funds.items()
        },
    }


def read_work(
    office: Programme, actor: Actor, kind: str, data: Mapping[str, str]
) -> tuple[dict[str, Any], list[Fault]]:
    """Return what was typed as the kind of work asks for it, and everything that is wrong with it."""
    form = WorkForm(JOB_KINDS[kind])
    names = frozenset(one.name for one in msgspec.structs.fields(form.content))
    money, unread = read_budget(office, data)
    asked, currency = asked_of(office, kind), office.settings().currency
    content, faults = read_form(form.name, form.content, names, money, asked, currency=currency)
    content = {name: value for name, value in content.items() if value not in ("", {}, [])}
    others = (at_currency(one, data) for one in office.jobs.faults(actor, kind, content))
    return content, list(unreadable([*unread, *faults], list(others)).faults)


def _proposed(office: Programme, kind: str) -> dict[str, Any]:
    """Return what a form proposes: what was adopted last, and otherwise nothing."""
    if kind == "measure" and (scores := office.adopted("scores")) is not None:
        return {"index": scores.settings["index"], "period": scores.settings["period"], "propose": True}
    if kind == "forecast" and (outlook := office.adopted("outlook")) is not None:
        return {"to": outlook.settings["to"], "propose": True}
    if kind == "plan" and (plan := office.adopted("plan")) is not None:
        return {"years": f"{plan.start_years[0]}-{plan.start_years[-1]}"}
    return {}


def _chosen(office: Programme, one: Field) -> Field:
    """Return a field in which what the programme knows is chosen."""
    options: Mapping[str, str]
    match one.name:
        case "index":
            options = named_rows(office.catalogue.indices)
        case "what":
            options = {part: level(part) if part == NATION else label(part) for part in PARTS}
        case "begin":
            kept = {name: name for name in office.plans()["name"]}
            options = {"": text("the adopted plan, if there is one"), "none": text("nothing"), **kept}
        case _:
            return one
    return replace(one, form="choice", words=replace(one.words, words=options))
