"""Casework: rounds, applications, reviews and every other dossier, for whoever reaches the store.

``--as`` names the account that acts: it sees and does no more than its roles let it, as on the pages.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from urbium.cli.opening import opened, system_user
from urbium.cli.show import LOOKING, Acting, Common, Looking, say_facts, say_faults, say_table, show, tell
from urbium.errors import InputError
from urbium.periods import instant
from urbium.text import coded, say, text

if TYPE_CHECKING:
    from urbium.access import Actor
    from urbium.programme import Programme
    from urbium.programme.cases.sight import Seen

case = App(name="case")
"""The group of commands on dossiers of any kind."""


# Dossiers


@case.command(name="list")
def list_cases(
    kind: str,
    /,
    *,
    state: str = "",
    round: str = "",  # noqa: A002 - what it is called everywhere
    city: str = "",
    on: str = "",
    common: Looking = LOOKING,
) -> None:
    """List the dossiers of a given kind that an account may see.

    Parameters
    ----------
    kind
        The kind of dossier: accounts, account-changes, setting-changes, rounds, applications, reviews,
        agreements, taskbooks, amendments, reports, grades, organisations, special-projects, mandates, offers,
        interests, resources, harvests, data-requests, deliveries, base-reports, visits, lessons, feeds,
        submissions, adoptions, alerts, circulars, city-letters or comments.
    state
        Only dossiers in this state.
    round
        Only for this round.
    city
        Only for this city, given by code.
    on
        Use the data as of a day or time, such as 2026-03-31 or 2026-03-31T12:00.
    """
    where = {name: value for name, value in (("state", state), ("round", round), ("city", city)) if value}
    with opened(common) as programme:
        moment = instant(on, programme.settings.zone())
        sights = programme.casework.listed(
            acting(programme, common.account), kind, where=where, as_known_on=moment
        )
        say_table(table_of_cases(sights), common, title=text("{kind}", kind=kind))


@case.command(name="show")
def show_case(kind: str, code: str, /, *, version: int | None = None, common: Looking = LOOKING) -> None:
    """Show a dossier as an account sees it, and what the account can do with it.

    Parameters
    ----------
    kind
        The kind of dossier: round, application, review ...
    code
        The code of the dossier.
    version
        An earlier version.
    """
    with opened(common) as programme:
        say_case(
            programme.casework.opened(acting(programme, common.account), kind, code, version=version), common
        )


@case.command(name="history")
def case_history(kind: str, code: str, /, *, common: Looking = LOOKING) -> None:
    """List the versions of a dossier that an account may see.

    Parameters
    ----------
    kind
        The kind of dossier: round, application, review ...
    code
        The code of the dossier.
    """
    with opened(common) as programme:
        sights = programme.casework.history(acting(programme, common.account), kind, code)
        say_table(table_of_cases(sights), common, title=text("Versions of {name}", name=code))


@case.command(name="waiting")
def waiting_cases(*, common: Acting) -> None:
    """List what is awaiting action by an account."""
    with opened(common) as programme:
        sights = programme.casework.waiting(acting(programme, common.account))
        say_table(table_of_cases(sights), common, title=text("Waits for {name}", name=common.account))


@case.command(name="begin")
def begin_case(
    kind: str,
    code: str,
    /,
    *,
    set_: Annotated[list[str] | None, Parameter(name="--set", consume_multiple=True)] = None,
    content: Path | None = None,
    city: str = "",
    parent: str = "",
    owner: str = "",
    agreement: str = "",
    reason: str = "",
    common: Acting,
) -> None:
    """Begin a dossier.

    Parameters
    ----------
    kind
        The kind of dossier: round, application, review ...
    code
        The code to give the dossier.
    set_
        Fields, each as "name=value"; values written in JSON are read as JSON.
    content
        A JSON file of fields; values given with --set take precedence.
    city
        The city to which the dossier belongs.
    parent
        The dossier to which this one belongs: for an application, the round; for a review, the application.
    owner
        The account that owns the dossier; for a review, that of the expert.
    agreement
        The agreement to which the dossier belongs.
    reason
        Why.
    """
    with opened(common) as programme:
        sight = programme.casework.begin(
            acting(programme, common.account), kind, code, _fields(content, set_),
            city=city, parent=parent, owner=owner, agreement=agreement, reason=reason,
        )  # fmt: skip
        say_case(sight, common)


@case.command(name="act")
def act_on_case(
    kind: str,
    code: str,
    action: str,
    /,
    *,
    set_: Annotated[list[str] | None, Parameter(name="--set", consume_multiple=True)] = None,
    content: Path | None = None,
    version: int | None = None,
    reason: str = "",
    common: Acting,
) -> None:
    """Take a step in a dossier: change, complete, sign, admit, publish, decide ...

    Parameters
    ----------
    kind
        The kind of dossier: round, application, review ...
    code
        The code of the dossier.
    action
        The step.
    set_
        Fields, each as "name=value"; values in JSON are read as such.
    content
        A JSON file of fields; values given with --set take precedence.
    version
        The version of the dossier that you saw; by default, the latest.
    reason
        Why.
    """
    with opened(common) as programme:
        actor = acting(programme, common.account)
        seen = version or programme.casework.opened(actor, kind, code).dossier.version
        sight = programme.casework.act(
            actor, kind, code, action, _fields(content, set_), version=seen, reason=reason
        )
        say_case(sight, common)


@case.command(name="check")
def check_application(code: str, /, *, common: Acting) -> None:
    """List everything that is wrong with an application; what could not be checked is shown as a note.

    Parameters
    ----------
    code
        The application.
    """
    with opened(common) as programme:
        faults = programme.applications.faults(acting(programme, common.account), code)
        say_faults(
            [fault.record() for fault in faults],
            common,
            title=text("Findings in {name}", name=code),
        )


@case.command(name="attach")
def attach_file(kind: str, code: str, document: str, file: Path, /, *, common: Acting) -> None:
    """Attach a file to an application or a yearly report.

    Parameters
    ----------
    kind
        The kind of dossier: application or report.
    code
        The code of the dossier.
    document
        What the file is: for an application, the code of a required document in the rules of the round; for a
        report, the task for which it is evidence, or "report" for the whole report.
    file
        PDF, docx, xlsx, png, jpeg, csv or txt, at most 20 MB.
    """
    with opened(common) as programme:
        actor = acting(programme, common.account)
        of = programme.casework.opened(actor, kind, code).dossier
        sight = programme.attachments.attach(
            actor, of.kind, code, document, file.name, file.read_bytes(), version=of.version
        )
        say_case(sight, common)


def acting(programme: "Programme", code: str) -> "Actor":
    """Return the account that acts, which the log then says; the public for an empty name."""
    from urbium.access import ANYBODY

    if not code:
        return ANYBODY
    programme.store.aside = f"by command, system user {system_user()}"
    return programme.people.named(code)


def tell_unless_begun(programme: "Programme", code: str) -> None:
    """Say that a new token opens nothing yet where its account has not accepted its invitation."""
    if code and not programme.people.has_begun(code):
        tell(text("{account} has not accepted the invitation yet: until then the token gives no access",
                  account=code))  # fmt: skip


def _fields(content: Path | None, given: list[str] | None) -> dict[str, Any]:
    """Return the fields of a file, with those that were typed over them."""
    fields: dict[str, Any] = {}
    if content is not None:
        try:
            fields = json.loads(content.read_text(encoding="utf-8"))
        except ValueError:
            fields = {}
        if not isinstance(fields, dict) or not fields:
            raise InputError(
                coded("cli.case.content", "this is not a JSON object of fields"),
                place=str(content),
                remedy=text("write the fields as {example}", example='{"title": "Delft"}'),
            )
    for one in given or ():
        name, sign, value = one.partition("=")
        if not sign or not name.strip():
            raise InputError(
                coded("cli.case.set", "{given!r} does not set a field", given=one),
                remedy=text('write "name=value"'),
            )
        fields[name.strip()] = _value(value)
    return fields


def _value(written: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a value as JSON reads it; as it is where it is not JSON.

    >>> _value("3"), _value("Delft"), _value('["a"]')
    (3, 'Delft', ['a'])
    """
    try:
        return json.loads(written)
    except ValueError:
        return written


def table_of_cases(sights: "list[Seen]") -> Any:  # noqa: ANN401 - a polars DataFrame
    """Return dossiers as a table: where each stands, who moved it last, and what can be done with it."""
    import polars as pl

    columns: dict[str, Any] = {
        "code": pl.String(), "title": pl.String(), "state": pl.String(), "version": pl.Int64(),
        "city": pl.String(), "province": pl.String(), "action": pl.String(), "by": pl.String(),
        "at": pl.Datetime("us", "UTC"), "can": pl.String(),
    }  # fmt: skip
    rows = [
        {
            "code": one.dossier.code,
            "title": str(one.dossier.content.get("title") or one.dossier.content.get("display") or ""),
            "state": one.dossier.state,
            "version": one.dossier.version,
            "city": one.dossier.city,
            "province": one.dossier.province,
            "action": one.dossier.action,
            "by": one.dossier.recorded_by,
            "at": one.dossier.recorded_at,
            "can": ", ".join(step.action for step in one.actions),
        }
        for one in sights
    ]
    return pl.DataFrame(rows, schema=columns)


def say_case(sight: "Seen", common: Common) -> None:
    """Show a dossier: where it stands, its fields, and what can be done with it."""
    dossier = sight.dossier
    facts: dict[str, Any] = {
        "kind": dossier.kind,
        "code": dossier.code,
        "state": dossier.state,
        "version": dossier.version,
        "city": dossier.city,
        "province": dossier.province,
        "round": dossier.round,
        "parent": dossier.parent,
        "owner": dossier.owner,
        "can": [step.action for step in sight.actions],
    }
    if common.json:
        say_facts(facts | {"content": dossier.content}, common)
        return
    say_facts({name: value for name, value in facts.items() if name != "can"}, common)
    from urbium.pilot.alarms.alarms import reason_kept

    alarms = [say(reason_kept(one)) for one in dossier.content.get("alarms", ())]
    content = dossier.content | ({"alarms": alarms} if alarms else {})
    for name, value in content.items():
        if value not in ("", None, [], {}):
            shown = (
                value
                if isinstance(value, str | int | float | bool)
                else json.dumps(value, ensure_ascii=False)
            )
            show(text("  {name}: {value}", name=name, value=str(shown)))
    if sight.actions:
        show(text("possible now: {steps:list}", steps=[step.action for step in sight.actions]))
