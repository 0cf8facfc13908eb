"""Passkeys: signing in by a key that a device keeps and its owner unlocks (WebAuthn), without a password.

A challenge says when it was made and for which session, goes with the browser that asked for it, and counts
once. The store holds public keys alone. Whoever comes in by a passkey has shown the device and unlocked it,
and is asked for no code besides. Needs the extra ``urbium[passkeys]``.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from urbium.access import Actor
from urbium.clock import present
from urbium.errors import ConflictError, ForbiddenError
from urbium.extras import is_installed
from urbium.programme.cases.desk import Desk
from urbium.programme.people.people import People, SignedIn
from urbium.store import Ticket
from urbium.text import coded, text

_PASSKEY, _USED = "passkey", "challenge"
_SECOND: Final = 1_000_000
_LASTS: Final = 300 * _SECOND
_KEPT: Final = 10 * 365 * 24 * 3600 * _SECOND
_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Site:
    """The pages that a passkey is of.

    Parameters
    ----------
    origin : scheme, host and port, as a browser names them
    """

    origin: str

    @property
    def name(self) -> str:
        """The host that a passkey is bound to."""
        return urlsplit(self.origin).hostname or ""


class Passkeys:
    """Signing in by a key that a device keeps."""

    def __init__(self, desk: Desk, people: People, *, clock: Callable[[], int] = present) -> None:
        self._desk, self._people, self._clock = desk, people, clock
        self._store = desk.workspace.store
        self._accounts = self._store.accounts

    @property
    def is_offered(self) -> bool:
        """Whether the extra is there."""
        return is_installed("passkeys")

    def listed(self, actor: Actor) -> dict[str, str]:
        """Return what the actor's passkeys are called, by the first twelve characters of their digests."""
        tickets = self._accounts.tickets(actor.account, _PASSKEY)
        return {digest[:12]: str(one.content["title"]) for digest, one in tickets.items()}

    def remove(self, actor: Actor, key: str) -> None:
        """Drop a passkey of the actor by the first twelve characters of its digest."""
        mine = self._accounts.tickets(actor.account, _PASSKEY)
        ended = [digest for digest in mine if digest[:12] == key]
        self._accounts.end(
            actor.account, ended, by=actor.account, what="remove passkey", reason="removed by its owner"
        )

    # --- making one -------------------------------------------------------------------------------------

    def creation(self, actor: Actor, site: Site, session: str) -> tuple[str, str]:
        """Return what a browser makes a passkey of (JSON), and the challenge that it brings back.

        Raises ConflictError where the extra is missing, or the actor has ten passkeys.
        """
        self._demand_extra()
        from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415 - an extra
        from webauthn.helpers.structs import (  # noqa: PLC0415
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        tickets = self._accounts.tickets(actor.account, _PASSKEY).values()
        if len(tickets) >= _MOST:
            raise ConflictError(
                coded("programme.passkey.many", "this account already has {most} passkeys", most=_MOST),
                remedy=text("remove one that is no longer used"),
            )
        challenge = self._challenge(session)
        options = generate_registration_options(
            rp_id=site.name,
            rp_name=self._desk.settings.name() or "urbium",
            user_id=hashlib.sha256(f"account {actor.account}".encode()).digest(),
            user_name=actor.account,
            user_display_name=self._people.display(actor.account),
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=_bytes(str(one.content["id"]))) for one in tickets
            ],
        )
        return options_to_json(options), _text(challenge)

    def keep(
        self, actor: Actor, credential: str, *, challenge: str, site: Site, session: str, title: str
    ) -> None:
        """Keep a passkey that a browser has made.

        Raises ForbiddenError where it is not to this challenge, session and site, or was not unlocked.
        """
        self._demand_extra()
        from webauthn import verify_registration_response  # noqa: PLC0415 - an extra
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

        expected = self._used(challenge, session, actor.account)
        try:
            registration = verify_registration_response(
                credential=credential,
                expected_challenge=expected,
                expected_rp_id=site.name,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            raise _refused() from None
        digest, now = hashlib.sha256(registration.credential_id).hexdigest(), self._clock()
        if self._accounts.ticket(digest, _PASSKEY) is not None:
            raise _refused()
        content = {
            "title": title,
            "id": _text(registration.credential_id),
            "public_key": _text(registration.credential_public_key),
            "sign_count": registration.sign_count,
        }
        ticket = Ticket(_PASSKEY, actor.account, now, now + _KEPT, now, content)
        self._accounts.add_ticket(digest, ticket, what="add passkey", reason="set up by its owner")

    # --- coming in --------------------------------------------------------------------------------------

    def request(self, site: Site) -> tuple[str, str]:
        """Return what a browser is asked for (JSON), and the challenge that it brings back."""
        self._demand_extra()
        from webauthn import generate_authentication_options, options_to_json  # noqa: PLC0415 - an extra
        from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415

        challenge = self._challenge("")
        options = generate_authentication_options(
            rp_id=site.name, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
        )
        return options_to_json(options), _text(challenge)

    def sign_in(self, credential: str, *, challenge: str, site: Site) -> SignedIn:
        """Begin a session of the account whose passkey answers a challenge.

        Raises ForbiddenError where none does, or the passkey was copied: its counter does not go on.
        """
        self._demand_extra()
        from webauthn import verify_authentication_response  # noqa: PLC0415 - an extra
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

        digest = _digest_of(credential)
        with self._store.together():
            ticket = self._accounts.ticket(digest, _PASSKEY)
            if ticket is None:
                raise _refused()
            expected = self._used(challenge, "", ticket.account)
            try:
                answer = verify_authentication_response(
                    credential=credential,
                    expected_challenge=expected,
                    expected_rp_id=site.name,
                    expected_origin=site.origin,
                    credential_public_key=_bytes(str(ticket.content["public_key"])),
                    credential_current_sign_count=int(ticket.content["sign_count"]),
                    require_user_verification=True,
                )
            except (WebAuthnException, ValueError, KeyError, TypeError):
                raise _refused() from None
            self._accounts.set_content(digest, {**ticket.content, "sign_count": answer.new_sign_count})
        return self._people.vouched_for(ticket.account)

    # --- inside -----------------------------------------------------------------------------------------

    def _challenge(self, session: str) -> bytes:
        """Return a challenge: 24 bytes by chance, the instant, and a mark of the session."""
        return secrets.token_bytes(24) + self._clock().to_bytes(8, "big") + _mark(session)

    def _used(self, challenge: str, session: str, account: str) -> bytes:
        """Return a challenge that is of this session, young, and now used; raise ForbiddenError otherwise."""
        expected, now = _bytes(challenge), self._clock()
        age = now - int.from_bytes(expected[24:32], "big")
        if expected[32:] != _mark(session) or not 0 <= age <= _LASTS:
            raise _refused()
        digest = hashlib.sha256(expected).hexdigest()
        with self._store.together():
            if self._accounts.ticket(digest, _USED) is not None:
                raise _refused()
            self._accounts.add_ticket(digest, Ticket(_USED, account, now, now + _LASTS, now, {}))
        return expected

    def _demand_extra(self) -> None:
        if not self.is_offered:
            raise ConflictError(
                coded("programme.passkey.none", "passkeys are not set up here"),
                remedy=text("install them: pip install 'urbium[passkeys]'"),
            )


def _mark(session: str) -> bytes:
    return hashlib.sha256(f"passkey {session}".encode()).digest()[:16]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(written: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
    except ValueError:
        return b""


def _digest_of(credential: str) -> str:
    """Return the digest of the passkey that an answer names; of nothing where it names none."""
    try:
        name = str(json.loads(credential)["rawId"])
    except (ValueError, KeyError, TypeError):
        name = ""
    return hashlib.sha256(_bytes(name)).hexdigest()


def _refused() -> ForbiddenError:
    return ForbiddenError(
        coded("programme.passkey.refused", "this passkey does not give access to any account here"),
        remedy=text("try again, or sign in with a password"),
    )
