"""Standing: how the applications of a round stand, and who is to review which, for the office alone.

The ranking shows every expert's points as a dot, drawn here, and says what the points do not: how far the
experts agree, the ranks without their severity, and how often other weights would select the same.
"""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from litestar.response import Template

from urbium.access import Actor
from urbium.errors import ConflictError, Fault, InfeasibleError, NotFoundError, UrbiumError
from urbium.model.dossiers import Dossier
from urbium.pilot.selection.ranking import Standing
from urbium.pilot.steps import Step, state
from urbium.programme import Programme
from urbium.programme.base.labels import LABELS
from urbium.programme.cases.rules.judging import FAR_APART, HANDED_IN, UNDER_WAY, Judgement
from urbium.programme.cases.sight import Seen
from urbium.text import coded, say, text
from urbium.web.desk.calls import rules_of_call
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.rendering.words import number
from urbium.web.server.routes import Form, page, reading, see, writing
from urbium.whole_numbers import whole_number

_INTERNAL, _ROUND, _WITHDRAWN, _DECIDED = "internal", "round", "withdrawn", "decided"
_WARNED: Final = frozenset({(_ROUND, "close"), (_ROUND, "propose"), (_ROUND, "decide")})
"""Steps of which it is said before what they would be refused for, and what they leave out."""
_PAIR: Final = "|"
_Limits = tuple[int | None, int | None]


def standing_of(office: Programme, actor: Actor, sight: Seen) -> dict[str, Any] | None:
    """Return how the applications of a round stand; None for any other dossier, and for whom it is hidden."""
    round_ = sight.dossier
    if round_.kind != _ROUND or _INTERNAL not in sight.circles or round_.state == "draft":
        return None
    judgement = office.reviews.standing(actor, round_.code).judgement
    applications = {
        one.dossier.code: one.dossier
        for one in office.casework.listed(actor, "application", where={"round": round_.code})
    }
    reviews = [
        one.dossier
        for one in office.casework.listed(actor, "review", where={"round": round_.code})
        if one.dossier.state != _WITHDRAWN
    ]
    under_review = {one.application for one in judgement.candidates}
    asked, came = (
        Counter(one.parent for one in reviews),
        Counter(one.parent for one in reviews if one.state == HANDED_IN),
    )
    names = office.register.names()
    choices = {one.application: one for one in judgement.choices}
    tried = {one.application: one for one in judgement.sensitivity}
    ranked = {one.application: one for one in judgement.standings.rows}
    selection = round_.content.get("selection") or {}
    pairs = _open_pairs(judgement)
    uncertain = {code for pair in pairs for code in pair}
    rows = []
    for code in [*ranked, *judgement.unjudged]:
        points = _points_of(judgement, code)
        choice = choices.get(code)
        rows.append(
            {
                "code": code,
                "title": applications[code].content["title"],
                "city": names.get(applications[code].city, applications[code].city),
                "standing": ranked.get(code),
                "picture": _picture(office, ranked[code], points) if code in ranked else None,
                "is_far_apart": judgement.apart(code) > FAR_APART,
                "spread": judgement.apart(code),
                "is_uncertain": code in uncertain,
                "asked": asked[code],
                "came": came[code],
                "waited_for": [
                    office.people.display(one.owner)
                    for one in reviews
                    if one.parent == code and one.state != HANDED_IN
                ],
                "share": tried[code].selected_share if code in tried else None,
                "change": tried[code].smallest_change if code in tried else None,
                "is_selected": _decision(selection.get(code)) if selection else choice and choice.is_selected,
                "reason": selection[code]["reason"] if code in selection else choice.reason if choice else "",
            }
        )
    titles = {row["code"]: row["title"] for row in rows}  # two may be of one city
    selected = {row["code"]: row["is_selected"] for row in rows}
    expected = rules_of_call(round_).reviews_each
    return {
        "rows": rows,
        "close": [
            (titles[before], titles[after], ranked[before].raw - ranked[after].raw)
            for before, after in pairs
            if selected[before] and selected[after] is False
        ],
        "short": sum(asked[code] < expected for code in under_review),
        "asked": sum(asked[code] for code in under_review),
        "came": sum(came[code] for code in under_review),
        "expected": expected * len(under_review),
        "each": expected,
        "is_under_way": round_.state in UNDER_WAY,
        "is_decided": round_.state == _DECIDED,
        "agreement": judgement.agreement,
        "common": sum(row.reviews > 1 for row in judgement.standings.rows),
        "severity": [
            (office.people.display(expert), value) for expert, value in judgement.standings.severity.items()
        ],
        "others": [
            (one, names.get(one.city, one.city), state("application", one.state).title)
            for code, one in applications.items()
            if code not in under_review and not one.content.get("is_test")
        ],
        "lacks_experts": _lacks_experts(office, actor, round_),
    }


def warned_of(office: Programme, actor: Actor, sight: Seen, one: Step) -> list[Fault]:
    """Return what is said of a step with a round before it is taken; errors refuse it."""
    of = sight.dossier
    if (of.kind, one.action) not in _WARNED:
        return []
    return office.casework.faults(actor, of.kind, of.code, one.action)


def _points_of(judgement: Judgement, application: str) -> dict[str, float]:
    return {expert: value for (of, expert), value in judgement.points.items() if of == application}


def _open_pairs(judgement: Judgement) -> list[tuple[str, str]]:
    """Return the neighbours in the ranking whose order the experts leave open, the one before first.

    They do where both have the same points, where those of either differ by more than the points between the
    two, and where one alone judged.
    """
    open_ = []
    for pair in pairwise(judgement.standings.rows):
        both = [list(_points_of(judgement, row.application).values()) for row in pair]
        apart = pair[0].raw - pair[1].raw
        if apart == 0 or min(map(len, both)) == 1 or max(max(given) - min(given) for given in both) > apart:
            open_.append((pair[0].application, pair[1].application))
    return open_


def _decision(proposed: Mapping[str, Any] | None) -> bool | None:
    return None if proposed is None else proposed["decision"] == "selected"


def _lacks_experts(office: Programme, actor: Actor, round_: Dossier) -> bool | None:
    """Say whether an application could get a further expert; None for who may not assign."""
    try:
        can_assign = office.reviews.can_assign(actor, round_.code)
    except UrbiumError:
        return None
    return round_.state in UNDER_WAY and can_assign


def _picture(office: Programme, row: Standing, points: Mapping[str, float]) -> dict[str, Any]:
    """Return what the picture of an application's points shows, on a scale from 0 to 100, and says."""
    experts = [
        text("{name} {points}", name=office.people.display(expert), points=number(value))
        for expert, value in points.items()
    ]
    low = None if row.raw_low is None else max(row.raw_low, 0.0)
    high = None if row.raw_high is None else min(row.raw_high, 100.0)
    return {
        "mean": row.raw,
        "low": low,
        "high": high,
        "dots": [(office.people.display(expert), value) for expert, value in points.items()],
        "said": str(say(text("mean {mean}; {experts:list}", mean=number(row.raw), experts=experts))),
    }


# --- who reviews what -----------------------------------------------------------------------------------


def assign_page(
    office: FromOffice,
    actor: FromActor,
    code: Segment,
    *,
    each: Word = "",
    most: Word = "",
) -> Any:  # noqa: ANN401
    """Show which experts the optimiser would ask for which application, with loads and conflicts."""
    return _assignment(office, actor, code, _limits(each, most))


def _limits(each: str, most: str) -> _Limits:
    """Return how many reviews an application gets, and an expert at most; None where neither is a number."""
    return whole_number(each.strip(), 0) or None, whole_number(most.strip(), 0) or None


def _assignment(
    office: Programme,
    actor: Actor,
    code: str,
    limits: _Limits,
    problem: UrbiumError | None = None,
) -> Template:
    round_ = office.casework.opened(actor, _ROUND, code).dossier
    field = office.reviews.field(actor, code)
    pairs: list[tuple[str, str]] = []
    each, is_under_way = limits[0] or field.proposed, round_.state in UNDER_WAY
    try:
        if is_under_way:
            pairs = office.reviews.assignment(actor, code, each=each, most=limits[1], partly=True)
    except InfeasibleError as error:  # none was found in time
        problem = problem or error
    reviews = Counter(of for of, _ in (*field.assigned, *pairs))
    lacking = {one: each - reviews[one] for one in field.applications if is_under_way and reviews[one] < each}
    names = office.register.names()
    called = {expert: office.people.display(expert) for expert in field.people}
    return page(
        "desk_assign.html",
        text("Assign experts") if is_under_way else text("Who reviews what"),
        status=200 if problem is None else problem.status,
        round=round_,
        is_under_way=is_under_way,
        each=each,
        field=field,
        most=limits[1] or "",
        lacking=sum(lacking.values()),
        problem=problem.problem() if problem else None,
        pairs=[_PAIR.join(pair) for pair in pairs],
        rows=[
            {
                "code": one,
                "title": application.content["title"],
                "city": names.get(application.city, application.city),
                "lacking": lacking.get(one, 0),
                "can_ask": is_under_way and bool(field.free(one)),
                "there": sorted(called.get(expert, expert) for of, expert in field.assigned if of == one),
                "new": sorted(called[expert] for of, expert in pairs if of == one),
                "conflicts": [
                    (called[expert], reasons)
                    for (of, expert), reasons in field.conflicts.items()
                    if of == one
                ],
            }
            for one, application in field.applications.items()
        ],
        loads=[
            (
                called[expert],
                [LABELS.get(one, one) for one in sorted(person.expertise)],
                sum(by == expert for _, by in field.assigned),
                field.open_reviews[expert],
                sum(by == expert for _, by in pairs),
            )
            for expert, person in field.people.items()
        ],
    )


def assign(
    office: FromOffice,
    actor: FromActor,
    code: Segment,
    data: Form,
) -> Any:  # noqa: ANN401
    """Assign the experts that the page showed; show it again where others would be assigned by now."""
    limits = _limits(data.get("each", ""), data.get("most", ""))
    try:
        pairs = office.reviews.assignment(actor, code, each=limits[0], most=limits[1], partly=True)
        shown = data.get("pairs", "").split()
        if [_PAIR.join(pair) for pair in pairs] != shown:
            raise ConflictError(
                coded("web.desk.assignment_moved", "the assignment has changed since it was shown"),
                place=code,
                remedy=text("look at the assignment again, and confirm it"),
            )
        office.reviews.assign(actor, code, each=limits[0], most=limits[1], partly=True)
    except NotFoundError:
        raise
    except UrbiumError as error:
        return _assignment(office, actor, code, limits, error)
    return see(f"/desk/rounds/{code}#standing")


STANDING = (
    reading("/rounds/{code:str}/assign")(assign_page),
    writing("/rounds/{code:str}/assign/send")(assign),
)
"""The pages on which experts are assigned to a round."""
