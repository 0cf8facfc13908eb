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


def _asked(change: Dossier) -> dict[str, Any]:
    asked = change.content_as(SettingChange)
    return {asked.setting: read_setting(asked.setting, "\n".join(asked.value))}


def _check(desk: Desk, change: Dossier) -> Sequence[Fault]:
    try:
        changed(desk.settings(), desk.workspace.catalogue, **_asked(change))
    except UrbiumError as error:
        return [Fault("error", error.message, error.remedy, rule="setting", cell="value")]
    return ()


def _described(desk: Desk, change: Dossier) -> Sequence[Dossier]:
    name = change.content["setting"]
    title = str(field_words("setting", name).title)
    return [change.noting(title=title, before=typed_setting(desk.settings(), name).splitlines())]


def _approve(desk: Desk, change: Dossier) -> None:
    reason = f"setting change {change.code}"
    desk.settings.change(by=change.recorded_by, reason=reason, **_asked(change))


SETTING_CHANGES: Final = (
    MappingProxyType({CREATE: _check, "approve": _check}),
    MappingProxyType({CREATE: _described}),
    MappingProxyType({"approve": _approve}),
)
"""What is checked, what is computed, and what else changes, by step."""
