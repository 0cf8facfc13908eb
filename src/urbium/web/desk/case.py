"""Case: the page of one dossier: a list of what is to do in it, its fields, and the steps with it.

A form is made of the fields that a step may set, so a new kind or step needs no page of its own. What was
typed stays in the form when a step is refused or the session has ended. A step that sets no field is a second
button of the form that changes the dossier: what was typed is stored first. Everything works without scripts.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from litestar import Request
from litestar.response import Template

from urbium.access import ASKED, Actor
from urbium.errors import Fault, InputError, NotFoundError, UrbiumError
from urbium.model.dossiers import Dossier
from urbium.pilot.selection.reviewing import points
from urbium.pilot.steps import CHANGE, DRAFT, Step, step
from urbium.programme import Programme
from urbium.programme.cases.checks import read_content, refused
from urbium.programme.cases.kinds import KINDS, Kind, kind_named
from urbium.programme.cases.sight import Seen
from urbium.programme.publishing.documents import PAPERS
from urbium.text import Text, say, text
from urbium.web.desk.asking import Asker, as_signed, as_stored, asked_of, currency_of, names_of, shown_fields
from urbium.web.desk.calls import begun_early, call_of, closing_said
from urbium.web.desk.cards import PARENT_STATES, Card, beginnable_below, card_of
from urbium.web.desk.changes import assigned_now, done_now, replaced_plan, step_taken
from urbium.web.desk.contracts import noted, promises_of
from urbium.web.desk.correspondence import answer_of, circular_shown, thread_of
from urbium.web.desk.data_rooms import money_facts
from urbium.web.desk.due import awaited, due_said, left_to_others, lost_by_change, shut_out_said
from urbium.web.desk.files import HANDS_OVER, files_handed, files_to_take
from urbium.web.desk.forms import MORE, Field, fields_of, ticked
from urbium.web.desk.marks import problem_record, typed_words
from urbium.web.desk.saving import keep_typed, typed_before
from urbium.web.desk.sections import Section, lengthened, parted, sections_of
from urbium.web.desk.shown import Cell, Part, parts_of
from urbium.web.desk.standing import standing_of, warned_of
from urbium.web.desk.submissions import has_suspects, submitted_figures
from urbium.web.desk.typed import read_form, unreadable
from urbium.web.rendering.parameters import FromActor, FromOffice, PageNumber, Segment, Word
from urbium.web.server.routes import Form, follows_form, page, reading, see, writing
from urbium.whole_numbers import whole_number

_APART: Final = {
    "agreement": frozenset({"commitments"}), "application": frozenset({"form"}),
    "submission": frozenset({"sha256"}), "setting_change": frozenset({"setting"}),
}  # fmt: skip
"""What the page of a dossier shows elsewhere, or what is for programs."""
_OTHERWISE_SHOWN: Final = frozenset({"comment", "city_letter"})
"""Kinds that the page of what they hang on shows otherwise than in a list."""
_SIGNED_BY_CITY: Final = frozenset({("application", "sign"), ("taskbook", "sign"), ("amendment", "sign")})
"""Steps by which the signatory of a city sends what its officer has written."""
ATTACH: Final = "attach"
"""What a form that attaches a file is sent as, which is no step."""


def case_page(
    office: FromOffice,
    actor: FromActor,
    kind: Segment,
    code: Segment,
    *,
    order: Word = "",
    number: PageNumber = 1,
    request: Request[Any, Any, Any],
) -> Any:  # noqa: ANN401
    """Show a dossier as the reader may see it, and a form for each step that the reader may take."""
    return shown_case(office, actor, kind, code, order=order, number=number, follows=follows_form(request))


def public_case(office: Programme, actor: Actor, kind: str, code: str) -> dict[str, Any]:
    """Gather a dossier as somebody sees it who has not signed in, or who only reads."""
    row = kind_named(kind)
    sight = office.casework.opened(actor, row.name, code)
    return {
        "card": card_of(office, sight),
        "kind": row,
        "content": list(parts_seen(office, actor, row, sight)),
        "children": list(_children(office, actor, row, code)),
        "promises": promises_of(office, actor, sight),
    }


def parts_seen(
    office: Programme, actor: Actor, row: Kind, sight: Seen, names: Mapping[str, str] | None = None
) -> Iterator[Any]:
    """Yield the parts of a dossier's content that its reader sees; ``names`` are those of codes in it."""
    apart = _APART.get(row.name, frozenset())
    parts = parts_of(
        row.name,
        row.content,
        {name: value for name, value in sight.dossier.content.items() if name not in apart},
        row.circles,
        currency=currency_of(office, actor, sight.dossier),
        asked=asked_of(office, sight),
        names={**(names or names_of(office, actor, sight.dossier)), **office.attachments.documents(sight)},
    )
    for one in parts:
        if (row.name, one.name) == ("round", "closes") and (said := closing_said(office, sight.dossier)):
            yield replace(one, line=Cell(str(say(said))))
        else:
            yield _led(office, one) if one.name == "project" else one


def _led(office: Programme, part: Part) -> Part:
    """Return the part that names a project of the plan, as a link where its solution is a known one."""
    city, _, solution = part.line.said.partition(":")
    title = office.solution_names().get(solution)
    if title is None:
        return part
    address = f"/plan/projects/{quote(city)}/{quote(solution)}"
    place = office.register.names().get(city, city)
    said = text("{project}, {place}", project=title, place=place)
    return replace(part, line=Cell(said.render(), address=address))


def happened(office: Programme, actor: Actor, kind: str, code: str) -> list[dict[str, Any]]:
    """Return the versions of a dossier that its reader sees, each with its step in words, or its state."""
    return [
        {
            "sight": one,
            "step": step_taken(one.dossier),
        }
        for one in office.casework.history(actor, kind, code)
    ]


def room_open(office: Programme, actor: Actor, dossier: Dossier) -> str:
    """Return the data room of an offer of which somebody may open documents; empty where there is none."""
    return office.market.rooms(actor).get(dossier.code, "") if dossier.kind == "offer" else ""


def _children(office: Programme, actor: Actor, row: Kind, code: str) -> Iterator[Card]:
    for other in KINDS.values():
        if row.name in other.parents and other.name not in _OTHERWISE_SHOWN:
            for child in office.casework.listed(
                actor, other.name, where={"parent": code, "parent_kind": row.name}
            ):
                yield card_of(office, child)


def shown_case(
    office: Programme,
    actor: Actor,
    kind: str,
    code: str,
    *,
    typed: Mapping[str, str] | None = None,
    problem: UrbiumError | None = None,
    order: str = "",
    number: int = 1,
    follows: bool = False,
) -> Template:
    """Return the page of a dossier, with what was typed and what was wrong with it.

    ``order`` and ``number`` are those of the list of figures of a submission; a page that ``follows`` a form
    that was taken confirms it.
    """
    row = kind_named(kind)
    sight = office.casework.opened(actor, row.name, code)
    shut_out = office.applications.is_shut_out(sight)
    kept = typed_before(office, actor, sight) if typed is None else None
    typed = kept.fields if kept else typed or {}
    names = names_of(office, actor, sight.dossier)
    steps: list[dict[str, Any]] = [
        {
            "step": one,
            "fields": _step_fields(office, actor, row, one, sight=sight, typed=typed, titles=names),
            "takes_file": (row.name, one.action) == HANDS_OVER,
            "is_open": typed.get("action") == one.action,
            "is_allowed": office.casework.may_take(actor, sight, one),
            "declares": _declared(row, one),
            "warned": warned_of(office, actor, sight, one),
            "why": typed.get("why", "") if typed.get("action") == one.action else "",
        }
        for one in sight.actions
    ]
    change = next((one for one in steps if one["step"].action == CHANGE and one["is_allowed"]), None)
    joined = [one for one in steps if change is not None and _is_joined(one["step"]) and one["is_allowed"]]
    faults = _missing(office, actor, row, sight, [one["step"] for one in steps if _is_next(one["step"])])
    sent = [field for form in steps if form["is_open"] for field in form["fields"]]
    wrong = problem_record(problem, row, names, sent, rest="file")
    todo = problem_record(InputError("", faults=faults), row, names, change["fields"]) if change else None
    sent_change = wrong if change and change["is_open"] else None
    standing = standing_of(office, actor, sight)
    submitted = submitted_figures(office, actor, sight, order, number)
    documents = office.attachments.documents(sight) if change else {}
    attached = typed.get("document", "") if typed.get("action") == ATTACH else None
    decides = change is not None and not (change["is_open"] or kept or faults) and _decides(steps)
    answer = answer_of(office, actor, sight)
    edited = {one.name for one in change["fields"]} if change and not decides else set[str]()
    edited |= {"answer"} if answer else set()
    parts = list(parts_seen(office, actor, row, sight, names))
    files = [one for one in parts if one.form == "files" and documents]
    unplaced = [one for one in (todo["faults"] if todo else ()) if not one["at"]]
    card = card_of(office, sight)
    history, reasons = happened(office, actor, row.name, code), office.casework.reasons(actor, sight)
    return page(
        "desk_case.html",
        card.title,
        status=200 if problem is None else problem.status,
        card=card,
        begun_early="" if change else begun_early(office, actor, sight),
        awaited=shut_out_said(office, sight)
        if shut_out
        else [
            *_alerted(office, sight),
            *due_said(office, actor, sight),
            *left_to_others(office, actor, sight),
            *awaited(office, sight),
        ],
        kind=row,
        papers=PAPERS,
        content=[one for one in parts if one.name not in edited and one not in files],
        attachments=files,
        change=change,
        lost=lost_by_change(office, actor, sight) if change else "",
        decides=decides,
        is_own_draft=_is_own_mandate(actor, sight),
        is_whole=all(one.severity != "error" for one in faults),
        answer=answer,
        joined=joined,
        sections=_sections(office, row, sight, change, wrong=sent_change, todo=todo),
        marks=parted(sent_change, todo),
        missing=[one for one in unplaced if one["sheet"] != "documents"],
        missing_files=[one for one in unplaced if one["sheet"] == "documents"],
        steps=[one for one in steps if one["is_allowed"] and one is not change and one not in joined],
        parent=_parent(office, actor, sight.dossier.parent_kind, sight.dossier.parent),
        call=None if shut_out else call_of(office, actor, sight),
        judged=_judged(office, actor, row, sight),
        standing=standing,
        history=[one | {"why": reasons.get(one["sight"].dossier.version, "")} for one in history[::-1]],
        prepared=_prepared(sight, history, reasons),
        children=[] if standing else list(_children(office, actor, row, code)),
        promises=promises_of(office, actor, sight),
        replaced=replaced_plan(office, sight),
        room=room_open(office, actor, sight.dossier),
        money=money_facts(office, actor, sight.dossier),
        circular=circular_shown(office, actor, sight),
        thread=thread_of(office, actor, sight.dossier),
        alarms=office.contracts.alarms(actor, taskbook=code) if row.name == "taskbook" else [],
        foreseen=office.contracts.alarms_when_sent(actor, code) if change and row.name == "report" else [],
        attached=attached,
        documents=documents,
        handed=files_handed(office, sight),
        files=files_to_take(actor, sight) if row.name == "data_request" else [],
        submitted=submitted,
        table=submitted.table if submitted else None,
        beginnable=[(kind, kind.verb) for kind in beginnable_below(actor, row, sight)],
        problem=wrong,
        done=done_now(actor, sight.dossier, card.state, faults) if follows else "",
        assigned=assigned_now(office, actor, sight.dossier) if follows else 0,
        kept=kept,
        is_held=bool(sent_change and office.drafts.of(actor, sight.dossier)),
        unsent=[]
        if attached is not None or any(form["is_open"] for form in steps)
        else typed_words(row.name, typed),
    )


def _alerted(office: Programme, sight: Seen) -> list[Text]:
    """Say of an alert what has happened, with its start, its target and what was expected by now."""
    return [office.operations.said(sight.dossier)] if sight.dossier.kind == "alert" else []


def _prepared(
    sight: Seen, history: list[dict[str, Any]], reasons: Mapping[int, str]
) -> dict[str, Any] | None:
    """Return the step after which a second person is to decide, with a reason that no field repeats."""
    why = reasons.get(sight.dossier.version, "")
    is_awaited = any(one.not_by and one.is_due for one in sight.actions)
    is_said = any(isinstance(one, str) and one and one in why for one in sight.dossier.content.values())
    return history[-1] | {"why": why} if why and is_awaited and not is_said else None


def _is_own_mandate(actor: Actor, sight: Seen) -> bool:
    """Say whether its reader is writing a mandate of its own that nobody else sees yet."""
    of = sight.dossier
    return (of.kind, of.state, of.owner) == ("mandate", DRAFT, actor.account)


def _decides(steps: list[dict[str, Any]]) -> bool:
    """Say whether a step waits that the reader may take because somebody else has prepared it."""
    return any(one["step"].not_by and one["step"].is_due and one["is_allowed"] for one in steps)


def _is_joined(one: Step) -> bool:
    """Say whether a step can be taken in one go with a change: it sets nothing, and may be the changer's."""
    return _is_next(one) and CHANGE not in one.not_by


def _is_next(one: Step) -> bool:
    """Say whether a step follows when a dossier is whole: it sets nothing, whoever takes it."""
    return one.is_due and not one.fields


def _sections(
    office: Programme,
    row: Kind,
    sight: Seen,
    change: Mapping[str, Any] | None,
    *,
    wrong: Mapping[str, Any] | None,
    todo: Mapping[str, Any] | None,
) -> list[Section]:
    """Return the parts of the form that changes a dossier; none where it cannot be changed."""
    if change is None:
        return []
    rules = office.casework.rules_above(sight) if row.name == "application" else None
    titles = {one.code: one.section_title for one in rules.questions} if rules else {}
    return sections_of(change["fields"], titles, wrong, todo if wrong is None else None)


def _missing(office: Programme, actor: Actor, row: Kind, sight: Seen, steps: list[Step]) -> list[Fault]:
    """Return what the next step with a dossier would be refused for, for who can still mend it."""
    code = sight.dossier.code
    return [one for taken in steps[:1] for one in office.casework.faults(actor, row.name, code, taken.action)]


def _declared(row: Kind, one: Step) -> Text | str:
    """Return what whoever takes a step that cannot be taken back declares or accepts by it."""
    if (row.name, one.action) == ("mandate", "share"):
        return text("Once shared, a mandate can no longer be changed: close it and begin another instead.")
    if (row.name, one.action) not in _SIGNED_BY_CITY:
        return ""
    return text("By signing, you confirm on behalf of the city that the {what} is complete and correct.",
                what=row.title)  # fmt: skip


def _judged(office: Programme, actor: Actor, row: Kind, sight: Seen) -> dict[str, Any] | None:
    """Return the application of a review as its reader sees it, and the points given so far (ADR 0144)."""
    if row.name != "review":
        return None
    of = sight.dossier
    try:
        application = office.casework.opened(actor, of.parent_kind, of.parent)
    except NotFoundError:
        return None
    rules, scores = office.casework.rules_above(sight), of.content.get("scores", {})
    is_whole = bool(rules and rules.weights and set(rules.weights) <= set(scores))
    is_closed = of.owner == actor.account and of.state == ASKED
    return {
        "card": card_of(office, application),
        "content": () if is_closed else list(parts_seen(office, actor, KINDS["application"], application)),
        "is_closed": is_closed,
        "begun_early": "" if is_closed else begun_early(office, actor, application),
        "solutions": _solutions(office, application),
        "is_past": of.owner == actor.account and application.dossier.state not in PARENT_STATES["review"],
        "points": points(scores, rules.weights) if rules and is_whole else None,
        "is_own": of.owner == actor.account,
        "is_adjusted": bool(rules and rules.ranking == "adjusted"),
    }


def _solutions(office: Programme, application: Seen) -> dict[str, str]:
    """Return the solutions that an application names, each with what it is called."""
    names = office.solution_names()
    codes = [one.get("solution", "") for one in application.dossier.content.get("projects", ())]
    return {code: names[code] for code in codes if code in names}


def _parent(office: Programme, actor: Actor, kind: str, code: str) -> Card | None:
    if not kind or not code:
        return None
    try:
        return card_of(office, office.casework.opened(actor, kind, code))
    except NotFoundError:
        return None


def _step_fields(
    office: Programme, actor: Actor, row: Kind, one: Step,
    *, sight: Seen, typed: Mapping[str, str], titles: Mapping[str, str],
) -> list[Field]:  # fmt: skip
    sent = typed if typed.get("action") == one.action else {}
    names = shown_fields(row, one.fields, sight.circles) if one.action == CHANGE else one.fields
    names -= {"form"} if row.name == "application" else set()
    if "takes_suspects" in names and not has_suspects(office, actor, sight.dossier):
        names -= {"takes_suspects"}
    dossier, questions = sight.dossier, asked_of(office, sight)
    if row.name == "application" and not (questions.get("answers") or dossier.content.get("answers")):
        names -= {"answers"}
    fields = fields_of(row.name, row.content, names, dossier.content, sent, asked=questions, titles=titles)
    if (row.name, one.action) == ("agreement", "report"):
        fields = as_signed(fields)
    money = str(dossier.content.get("currency") or currency_of(office, actor, dossier))
    fields = lengthened(Asker(office, actor, row.name, dossier.city, money).dressed(fields), sent)
    if row.name == "report":
        fields = noted(office, actor, dossier, fields)
    sent = (
        {
            one["variable"]: titles.get(one["variable"], one["variable"])
            for one in dossier.content["variables"]
        }
        if row.name == "submission"
        else {}
    )
    return [ticked(one, sent) if one.name == "left_out" else one for one in fields]


def act(
    office: FromOffice,
    actor: FromActor,
    kind: Segment,
    code: Segment,
    data: Form,
) -> Any:  # noqa: ANN401
    """Take a step with what was typed, or show the page again with what was wrong and what was typed."""
    row = kind_named(kind)
    if data.get(MORE):
        return shown_case(office, actor, row.name, code, typed=data)
    try:
        after = _taken(office, actor, row, code, data)
    except NotFoundError:
        raise
    except _StoredError as error:
        office.drafts.drop(actor, row.name, code)
        return shown_case(office, actor, row.name, code, typed={"action": CHANGE}, problem=error.problem)
    except UrbiumError as error:
        if data.get("action") == CHANGE:
            with suppress(UrbiumError):  # what cannot be kept is on the page alone
                keep_typed(office, actor, row, code, data)
        return shown_case(office, actor, row.name, code, typed=data, problem=error)
    if data.get("action") == CHANGE:
        office.drafts.drop(actor, row.name, code)
    return see(card_of(office, after).address)


def _step(sight: Seen, action: str) -> Step:
    """Return a step as the set of rules of a dossier has it."""
    kind = sight.dossier.kind
    return next((one for one in sight.actions if one.action == action), None) or step(kind, action)


class _StoredError(Exception):
    """What was typed is stored, and the step that was to follow is refused."""

    def __init__(self, problem: UrbiumError) -> None:
        super().__init__(problem)
        self.problem = problem


def _taken(office: Programme, actor: Actor, row: Kind, code: str, data: Mapping[str, str]) -> Seen:
    """Take the step that was sent, and the one that is to follow it; every fault of both is said at once."""
    action, following = data.get("action", ""), data.get("then", "")
    sight = office.casework.opened(actor, row.name, code)
    taken = _step(sight, action)
    asked, currency = asked_of(office, sight), currency_of(office, actor, sight.dossier)
    changes, faults = read_form(row.name, row.content, taken.fields, data, asked, currency=currency)
    changes = as_stored(changes, sight.dossier.content)
    if faults:
        more = office.casework.faults(actor, row.name, code, following or action, changes)
        raise unreadable(faults, more)
    what, reason = (actor, row.name, code, action, changes), data.get("why", "").strip()
    version = whole_number(data.get("version", ""))
    if not following:
        proposed = office.people.proposed_instead(*what, reason=reason)
        return proposed or office.casework.act(*what, version=version, reason=reason)
    stored = sight.dossier.content
    if version != sight.dossier.version or read_content(row, {**stored, **changes}) != stored:
        try:
            sight = office.casework.act(*what, version=version)
        except InputError as error:
            if not error.faults:
                raise
            later = office.casework.faults(actor, row.name, code, following, changes)
            every = [*error.faults, *(one for one in later if one not in error.faults)]
            raise refused(sight.dossier, _step(sight, following), every) from error
    try:
        return office.casework.act(
            actor, row.name, code, following, version=sight.dossier.version, reason=reason
        )
    except UrbiumError as error:
        raise _StoredError(error) from error


CASES = (
    reading("/desk/{kind:str}/{code:str}")(case_page),
    writing("/desk/{kind:str}/{code:str}/act")(act),
)
"""The pages of single dossiers."""
