"""Calls: what is wrong with a round as it is declared, and when a round takes applications."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from urbium.errors import Fault, NotFoundError
from urbium.periods import date_of
from urbium.pilot.calls.register import COUNTED
from urbium.pilot.calls.rounds import Proposed, Quota, Round
from urbium.pilot.calls.rulesets import KINDS_OF_APPLICATION, rule_set, rule_sets
from urbium.text import Text, coded, paragraph, text

_HUNDRED, _TOLERANCE = 100.0, 0.01
_LEAP: Final = "2024-"
OPEN, CLOSED = "open", "closed"
SELECTED, DECLINED = "selected", "declined"


def round_faults(round_: Round) -> Iterator[Fault]:
    """Yield what is wrong with a round: its rules, dates, criteria, quotas and declared totals.

    >>> [fault.where for fault in round_faults(Round(title="Third", opens="2014-31-10"))]
    ['opens']
    """
    try:
        kinds = rule_set(round_.rules).kinds
    except NotFoundError:
        kinds = KINDS_OF_APPLICATION
        yield _of(
            "rules",
            coded("pilot.round.rules", "there is no set of rules {name!r}", name=round_.rules),
            text("choose one of: {names:list}, or none", names=rule_sets()),
        )
    yield from _dates(round_)
    yield from _criteria(round_)
    yield from _quotas(round_, kinds)
    for total in round_.declared:
        if total.kind not in COUNTED or total.total < 0 or not total.source.strip():
            yield _of(
                "declared",
                coded(
                    "pilot.round.declared",
                    "the declared total for {kind!r} lacks a known kind, a valid number or a source",
                    kind=total.kind,
                ),
                text("enter a number and its source, for one of: {kinds:list}", kinds=COUNTED),
            )


def _dates(round_: Round) -> Iterator[Fault]:
    names = ("opens", "closes", "decision_by", "decided_on")
    days = {name: getattr(round_, name) for name in names}
    wrong = [name for name, day in days.items() if day and date_of(day) is None]
    if round_.evaluation_day and date_of(_LEAP + round_.evaluation_day) is None:
        wrong.append("evaluation_day")
    for name in wrong:
        yield _of(
            name,
            coded("pilot.round.day", "this is not a date"),
            text("write the month and day, without a year, such as 03-31")
            if name == "evaluation_day"
            else text("write the full date, such as 2026-03-31"),
        )
    if not wrong and round_.opens and round_.closes and round_.closes < round_.opens:
        yield _of(
            "closes",
            coded("pilot.round.order", "the call closes before it opens"),
            text("correct the dates"),
        )
    if not wrong and round_.decision_by and round_.decision_by < round_.closes:
        yield _of(
            "decision_by",
            coded("pilot.round.decision_order", "the selection would be decided before the call closes"),
            text("correct the dates"),
        )


def _criteria(round_: Round) -> Iterator[Fault]:
    codes = [one.code for one in round_.criteria]
    if len(set(codes)) < len(codes) or not all(codes):
        yield _of(
            "criteria",
            coded("pilot.round.criterion", "each criterion needs a code, and no two codes may be the same"),
            text("correct the codes"),
        )
    total = sum(one.weight for one in round_.criteria)
    is_wrong = abs(total - _HUNDRED) > _TOLERANCE or any(one.weight < 0 for one in round_.criteria)
    if round_.criteria and is_wrong:
        yield _of(
            "criteria",
            coded("pilot.round.weights", "the weights sum to {total:g}", total=total),
            text("enter weights of zero or more that sum to 100"),
        )


def _quotas(round_: Round, kinds: tuple[str, ...]) -> Iterator[Fault]:
    limits = [(quota.kind, quota.province) for quota in round_.quotas]
    for quota in round_.quotas:
        if quota.kind not in ("", *kinds) or quota.most < 0:
            yield _of(
                "quotas",
                coded(
                    "pilot.round.quota",
                    "there cannot be a quota of {most} for the kind {kind!r}",
                    most=quota.most,
                    kind=quota.kind,
                ),
                text("enter zero or more, for one of: {kinds:list}", kinds=kinds),
            )
    if len(set(limits)) < len(limits):
        yield _of(
            "quotas",
            coded("pilot.round.quota_twice", "two quotas have the same kind and province"),
            text("omit one"),
        )


def closed_because(round_: Round, state: str, day: date, *, is_returned: bool = False) -> Text | None:
    """Return why a round takes no application on a day; None when it does.

    Parameters
    ----------
    round_, state : the round and where it stands
    day : today
    is_returned : whether the application comes back after changes were asked for; it may until the selection
        is proposed

    >>> closed_because(Round(title="Third", closes="2014-10-31"), "open", date(2014, 11, 1)).code
    'pilot.round.over'
    """
    if is_returned and state in (OPEN, CLOSED):
        return None
    if state != OPEN:
        return coded("pilot.round.not_open", "the round is not open for applications")
    if round_.opens and day.isoformat() < round_.opens:
        return coded("pilot.round.early", "the round opens on {day}", day=date_of(round_.opens))
    if round_.closes and day.isoformat() > round_.closes:
        return coded("pilot.round.over", "applications were due by {day}", day=date_of(round_.closes))
    return None


def takes_applications(round_: Round, state: str, day: date) -> bool:
    """Say whether a round takes new applications on a day."""
    return closed_because(round_, state, day) is None


def standing_words(round_: Round, state: str, day: date) -> Text | None:
    """Return how a published round stands on a day; None where it is not published, or is closed.

    >>> standing_words(Round(title="Third", opens="2027-03-01"), "open", date(2026, 12, 1))
    'published; opens on 1 Mar 2027'
    """
    if state != OPEN:
        return None
    if (opens := date_of(round_.opens)) is not None and day < opens:
        return text("published; opens on {day:date}", day=opens)
    if (closes := date_of(round_.closes)) is not None and closes < day:
        return text("applications were due by {day:date}", day=closes)
    return text("open for applications")


def decision_words(round_: Round, state: str, day: date, closed_on: date | None = None) -> Text:
    """Say of a call that is not decided until when it takes applications, and by when it is decided.

    ``closed_on`` is the day on which it was closed, which may be before the last day that it named.

    >>> decision_words(Round(title="Third", closes="2027-03-31"), "open", date(2026, 12, 1))
    'Applications close on 31 Mar 2027. No date has been set for the decision.'
    """
    closes, decided = date_of(round_.closes), date_of(round_.decision_by)
    if closes is None:
        is_open = state == OPEN
        taken = (
            text("No closing date for applications has been set.")
            if is_open
            else text("Applications are closed.")
        )
    elif state == OPEN and day <= closes:
        taken = text("Applications close on {day:date}.", day=closes)
    elif closed_on is not None and closed_on < closes:
        taken = text(
            "The call was closed early, on {day:date}; applications had been due by {closes:date}.",
            day=closed_on, closes=closes,
        )  # fmt: skip
    else:
        taken = text("Applications were due by {day:date}.", day=closes)
    if decided is None:
        return paragraph([taken, text("No date has been set for the decision.")])
    return paragraph([taken, text("The selection must be decided by {day:date}.", day=decided)])


def closing_words(round_: Round, closed_on: date | None) -> Text | str:
    """Return the last day on which a call takes applications, or when it was closed before; empty for none.

    >>> closing_words(Round(title="Third", closes="2027-12-31"), date(2026, 12, 2))
    'closed early, on 2 Dec 2026; announced for 31 Dec 2027'
    >>> closing_words(Round(title="Third", closes="2027-12-31"), None)
    '31 Dec 2027'
    """
    closes = date_of(round_.closes)
    if closes is None:
        return text("closed on {day:date}", day=closed_on) if closed_on else ""
    if closed_on is not None and closed_on < closes:
        return text("closed early, on {day:date}; announced for {closes:date}", day=closed_on, closes=closes)
    return text("{day:date}", day=closes)


def selection_faults(
    selection: dict[str, Proposed], candidates: set[str], broken: list[Quota]
) -> Iterator[Fault]:
    """Yield what is wrong with a selection that is proposed.

    Parameters
    ----------
    selection : what is proposed, by application
    candidates : the applications under review
    broken : the quotas that it exceeds
    """
    for code in sorted(candidates ^ set(selection)):
        yield _in_selection(
            code,
            coded("pilot.round.no_candidate", "is not under review")
            if code in selection
            else coded("pilot.round.undecided", "is under review, but no decision has been proposed"),
            text("propose the selection again"),
        )
    for code, one in selection.items():
        if one.decision not in (SELECTED, DECLINED) or not one.reason.strip():
            yield _in_selection(
                code,
                coded("pilot.round.no_reason", "has no decision or no reason"),
                text("choose selected or declined, and state why"),
            )
    for quota in broken:
        yield _in_selection(
            quota.province or quota.kind,
            coded("pilot.round.broken", "more are selected than the quota of {most} allows", most=quota.most),
            text("decline some, or change the quota in a separate round"),
        )


def _in_selection(code: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="selection", sheet="selection", cell=code)


def _of(field: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="round", cell=field)
