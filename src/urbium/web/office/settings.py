"""Settings: the page on which the office sees the programme's settings and changes them, alone or by two.

What a setting may be, and which need a second person, stands in ``programme/base``.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from urbium.access import Actor
from urbium.errors import UrbiumError
from urbium.pilot.fields import FieldWords, field_words
from urbium.programme import Programme
from urbium.programme.base.typed_settings import (
    ALONE,
    LINES,
    SERVER,
    TOGETHER,
    typed_setting,
)
from urbium.text import Text, text
from urbium.web.desk.cards import Card, card_of
from urbium.web.desk.marks import marked
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.server.routes import Form, absent, page, reading, see, writing

_TITLE: Final = text("Settings of the programme")
_GROUPS: Final[tuple[tuple[Text, tuple[str, ...]], ...]] = (
    (text("The programme and its maps"), ("name", "languages", "words", "projection", "time_zone")),
    (text("Money and years"), ("currency", "price_year", "fiscal_year", "rates")),
    (text("What is published"), ("licence", "project_prefix", "profiles", "base_data")),
    (text("Letters and other hosts"), ("sender", "outbound_hosts", "embed_hosts")),
    (text("On the server"), tuple(SERVER)),
)


def settings_page(office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Show every setting: what it does, what it is, who gave it its value, and who can change it."""
    _check(office, actor)
    shown, origins = office.settings.facts(), office.settings.origins()
    waiting = _proposals(office, actor)
    return page(
        "office_settings.html",
        _TITLE,
        groups=[
            (title, [_row(name, shown[name.replace("_", " ")], origins, waiting) for name in names])
            for title, names in _GROUPS
        ],
        proposals=list(waiting.values()),
    )


def _row(
    name: str, shown: Any, origins: Mapping[str, Mapping[str, Any]], waiting: Mapping[str, Card]  # noqa: ANN401
) -> dict[str, Any]:  # fmt: skip
    origin = origins.get(name, {})
    at: datetime | None = origin.get("recorded_at")
    return {
        "name": name,
        "words": field_words("setting", name),
        "values": [one for one in (shown if isinstance(shown, list) else [shown]) if one],
        "at": at,
        "by": origin.get("recorded_by", ""),
        "is_together": name in TOGETHER,
        "command": SERVER.get(name, ""),
        "proposal": waiting.get(name),
    }


def _proposals(office: Programme, actor: Actor) -> dict[str, Card]:
    """Return what waits for a second person, by setting."""
    sights = office.casework.listed(actor, "setting_change", where={"state": "proposed"})
    return {one.dossier.content["setting"]: card_of(office, one) for one in sights}


def _check(office: Programme, actor: Actor) -> None:
    """Let nobody else know of the page."""
    if not office.setting_changes.may_change(actor):
        raise absent()


def setting_page(office: FromOffice, actor: FromActor, name: Segment) -> Any:  # noqa: ANN401
    """Show the form that changes a setting, or proposes a change."""
    return _form(office, actor, name)


def _form(
    office: Programme,
    actor: Actor,
    name: str,
    problem: UrbiumError | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Any:  # noqa: ANN401
    _check(office, actor)
    if name not in ALONE + TOGETHER:
        raise absent()
    words: FieldWords = field_words("setting", name)
    present = typed_setting(office.settings(), name)
    return page(
        "office_setting.html",
        words.title,
        status=problem.status if problem else 200,
        name=name,
        words=words,
        is_long=name in LINES,
        is_together=name in TOGETHER,
        present=present,
        value=typed.get("value", "\n".join(present)),
        why=typed.get("why", ""),
        proposal=_proposals(office, actor).get(name),
        problem=marked(problem, {"value": "value"}, rest="value"),
    )


def change(office: FromOffice, actor: FromActor, name: Segment, data: Form) -> Any:  # noqa: ANN401
    """Change a setting or propose it, or show the form again with what was wrong."""
    _check(office, actor)
    try:
        proposed = office.setting_changes.change(
            actor, name, data.get("value", ""), before=data.get("before"), reason=data.get("why", "").strip()
        )
    except UrbiumError as error:
        return _form(office, actor, name, error, data)
    return see("/office/settings" if proposed is None else card_of(office, proposed).address)


SETTING_PAGES = (
    reading("/office/settings")(settings_page),
    reading("/office/settings/{name:str}")(setting_page),
    writing("/office/settings/{name:str}/send")(change),
)
"""The pages of settings."""
