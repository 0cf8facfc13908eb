"""Passwords: kept as argon2id, and refused where many people choose the same.

How many tries a password would take is estimated by zxcvbn from lists of common passwords, words and names
that come with it, from keyboards, dates and repetitions. Nothing is sent anywhere.
"""

import secrets
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from urbium.errors import InputError
from urbium.extras import needs
from urbium.text import coded, text

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_SHORTEST, LONGEST = 12, 256
_LOOKED_AT: Final = 72
"""How many characters are looked at for what is common: whoever has more has enough."""
_FEWEST_GUESSES: Final = 1e8
"""An assumption: what falls in fewer tries is called guessable by the authors of zxcvbn (Wheeler 2016)."""


def check_password(password: str, own: Iterable[str]) -> None:
    """Raise InputError for a password that is too short, too long, or easily guessed.

    Parameters
    ----------
    password : as it was typed
    own : what anybody knows of its owner: the account, the name, the address
    """
    words = [word for word in own if word]
    if not _SHORTEST <= len(password) <= LONGEST or password.casefold() in {one.casefold() for one in words}:
        raise InputError(
            coded(
                "programme.people.password",
                "a password must have {shortest} to {longest} characters and differ from the account name",
                shortest=_SHORTEST,
                longest=LONGEST,
            ),
            remedy=text("choose several words that no one would guess"),
            field="password",
        )
    needs("server")
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists load where a password is chosen

    if zxcvbn(password[:_LOOKED_AT], user_inputs=words)["guesses"] < _FEWEST_GUESSES:
        raise InputError(
            coded(
                "programme.people.common",
                "this password is easy to guess: it is common, or follows a pattern",
            ),
            remedy=text("choose several words that no one would guess"),
            field="password",
        )


class Passwords:
    """Makes and checks what is kept of passwords; where there is none, it takes as long."""

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        needs("server")
        from argon2 import PasswordHasher  # noqa: PLC0415 - needed where somebody signs in

        return PasswordHasher()

    @cached_property
    def _nobodys(self) -> str:
        """The hash of a password that nobody has, checked where there is no account."""
        return self.kept(secrets.token_hex())

    def kept(self, password: str) -> str:
        """Return what is kept of a password: argon2id with its salt and settings."""
        return self._hasher.hash(password)

    def is_right(self, kept: str, password: str) -> bool:
        """Say whether a password is the one that was kept; of none that was kept, none is."""
        from argon2.exceptions import Argon2Error, InvalidHashError  # noqa: PLC0415

        try:
            return self._hasher.verify(kept or self._nobodys, password[:LONGEST])
        except (Argon2Error, InvalidHashError):
            return False

    def is_outdated(self, kept: str) -> bool:
        """Say whether a password was kept with weaker settings than those of today."""
        return self._hasher.check_needs_rehash(kept)
