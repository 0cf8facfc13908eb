"""Setting changes: what the office changes of the programme's settings on its pages, alone or by two."""

import secrets

from urbium.access import Actor, clauses
from urbium.errors import ForbiddenError
from urbium.programme.base.settings import Settings
from urbium.programme.base.typed_settings import TOGETHER, read_setting
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.sight import Seen
from urbium.text import coded, text


class SettingChanges:
    """The settings of the programme, as people of the office change them."""

    def __init__(self, settings: Settings, casework: Casework) -> None:
        self._settings = settings
        self._casework = casework

    def may_change(self, actor: Actor) -> bool:
        """Say whether an actor may change settings, or propose that."""
        return bool(clauses(actor, "setting", "change"))

    def change(self, actor: Actor, name: str, typed: str, *, reason: str = "") -> Seen | None:
        """Change a setting to what was typed; return the proposal where a second person is to approve it.

        Raises ForbiddenError for somebody who may not, NotFoundError for what is changed on the server alone,
        InputError for what the setting cannot be.
        """
        if not self.may_change(actor):
            raise ForbiddenError(
                coded("programme.settings.right", "you may not change the settings of the programme"),
                remedy=text("ask the programme office"),
            )
        value = read_setting(name, typed)
        if name in TOGETHER:
            code = f"{name.replace('_', '-')}-{secrets.token_hex(4)}"
            about = {"setting": name, "value": [line.strip() for line in typed.splitlines() if line.strip()]}
            return self._casework.begin(actor, "setting_change", code, about, reason=reason)
        self._settings.change(by=actor.account, reason=reason or "settings", **{name: value})
        return None
