"""Rules of changes to settings: what one person of the office proposes, and a second one approves.

What a setting may be is checked as the command checks it (``programme/base/settings.py``).
"""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final

from urbium.errors import Fault, UrbiumError
from urbium.model.accounts import SettingChange
from urbium.model.dossiers import Dossier
from urbium.pilot.fields import field_words
from urbium.pilot.steps import CREATE
from urbium.programme.base.settings import changed
from urbium.programme.base.typed_settings import read_setting, typed_setting
from urbium.programme.cases.desk import Desk
from urbium.text import coded, text


def _new(change: Dossier) -> dict[str, Any]:
    """Return the setting that a change is of, with its new value."""
    proposed = change.content_as(SettingChange)
    return {proposed.setting: read_setting(proposed.setting, proposed.value)}


def _check(desk: Desk, change: Dossier) -> Sequence[Fault]:
    try:
        changed(desk.settings(), desk.workspace.catalogue, **_new(change))
    except UrbiumError as error:
        return [Fault("error", error.message, error.remedy, rule="setting", cell="value")]
    return ()


def _check_again(desk: Desk, change: Dossier) -> Sequence[Fault]:
    """Check once more, and that whoever approves has seen the value that is replaced."""
    proposed, faults = change.content_as(SettingChange), _check(desk, change)
    if faults or typed_setting(desk.settings(), proposed.setting) == proposed.before:
        return faults
    message = coded("programme.settings.replaced", "the setting has been changed since this was proposed")
    remedy = text("refuse this, and propose it again if it is still wanted")
    return [Fault("error", message, remedy, rule="setting", cell="before")]


def _described(desk: Desk, change: Dossier) -> Sequence[Dossier]:
    name = change.content["setting"]
    title = str(field_words("setting", name).title)
    return [change.noting(title=title, before=typed_setting(desk.settings(), name))]


def _approve(desk: Desk, change: Dossier) -> None:
    reason = f"setting change {change.code}"
    desk.settings.change(by=change.recorded_by, reason=reason, **_new(change))


SETTING_CHANGES: Final = (
    MappingProxyType({CREATE: _check, "approve": _check_again}),
    MappingProxyType({CREATE: _described}),
    MappingProxyType({"approve": _approve}),
)
"""What is checked, what is computed, and what else changes, by step."""
