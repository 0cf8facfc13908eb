"""Setting changes: what the office changes of the programme's settings on its pages, alone or by two."""

import secrets

from urbium.access import Actor, clauses
from urbium.errors import ConflictError, ForbiddenError
from urbium.programme.base.settings import Settings
from urbium.programme.base.typed_settings import TOGETHER, lines_of, read_setting, typed_setting
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

    def change(
        self, actor: Actor, name: str, typed: str, *, before: str | None = None, reason: str = ""
    ) -> Seen | None:
        """Change a setting to what was typed; return the proposal where a second person is to approve it.

        Parameters
        ----------
        actor : who changes it
        name, typed : the setting, and its lines
        before : the lines that were there when it was typed; left out, whatever is there is replaced
        reason : why

        Raises
        ------
        ForbiddenError : the actor may not
        NotFoundError : it is changed on the server alone
        ConflictError : somebody has changed it since
        InputError : the setting cannot be this
        """
        if not self.may_change(actor):
            raise ForbiddenError(
                coded("programme.settings.right", "you may not change the settings of the programme"),
                remedy=text("ask the programme office"),
            )
        lines = lines_of(typed)
        value = read_setting(name, lines)
        if before is not None and lines_of(before) != typed_setting(self._settings(), name):
            raise ConflictError(
                coded(
                    "programme.settings.meanwhile", "someone else has changed this setting in the meantime"
                ),
                remedy=text("check its current value, then send yours again if it is still correct"),
            )
        if name in TOGETHER:
            code = f"{name.replace('_', '-')}-{secrets.token_hex(4)}"
            proposed = {"setting": name, "value": lines}
            return self._casework.begin(actor, "setting_change", code, proposed, reason=reason)
        self._settings.change(by=actor.account, reason=reason or "settings", **{name: value})
        return None
