"""Providers: signing in by an OpenID provider, which says who somebody is and never what that person may do.

The code flow with PKCE: state, nonce and verifier are made for one try and go with the browser that began it.
What the provider says is believed by its signature, issuer, audience, time and nonce. Somebody is the account
that signed in as the same subject before, else the one account that has the e-mail which the provider has
verified. Without such an account nobody comes in. Needs the extra ``urbium[oidc]``. See ADR 0073.
"""

import hashlib
import json
import os
import secrets
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from urbium.errors import ConflictError, ForbiddenError, UnavailableError, UrbiumError
from urbium.extras import is_installed
from urbium.platform.outbound import AllowedHost, AllowedHosts, fetch
from urbium.programme.base.mail import is_safe
from urbium.programme.cases.desk import Desk
from urbium.programme.people.invitations import ACCOUNT
from urbium.programme.people.people import People, SignedIn
from urbium.store import Ticket
from urbium.text import coded, text

SECRET: Final = "URBIUM_OIDC_SECRET"  # noqa: S105 - the name of a variable of the environment
"""The variable of the environment that holds the secret of the client."""
_SUBJECT: Final = "subject"
_ALGORITHMS: Final = ["RS256", "PS256", "ES256", "EdDSA"]
_PATIENCE: Final = 15.0
"""Seconds that a provider has for each answer."""
_LARGEST: Final = 1 << 20
"""The greatest answer of a provider, in bytes."""
_OK: Final = 200
_LEEWAY: Final = 60
"""Seconds by which clocks may differ."""
_KEPT: Final = 10 * 365 * 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Try:
    """One try to sign in: what the browser that began it must bring back, and where it goes on."""

    state: str
    nonce: str
    verifier: str


class Providers:
    """Signing in by the OpenID provider of the settings."""

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk, self._people = desk, people
        self._accounts = desk.workspace.store.accounts

    @property
    def is_offered(self) -> bool:
        """Whether a provider is set, and the extra is there."""
        settings = self._desk.settings()
        return bool(settings.provider and settings.client) and is_installed("oidc")

    def begin(self, back: str) -> tuple[str, Try]:
        """Return the address at the provider that somebody is led to, and what is kept of the try.

        Parameters
        ----------
        back : the address of ours that the provider leads back to

        Raises ConflictError when no provider is set or the extra is missing, UnavailableError when the
        provider does not answer.
        """
        begun = Try(*(secrets.token_urlsafe(32) for _ in range(3)))
        metadata = self._metadata()
        challenge = b64encode(hashlib.sha256(begun.verifier.encode()).digest(), b"-_").rstrip(b"=")
        query = {
            "response_type": "code", "client_id": self._desk.settings().client, "redirect_uri": back,
            "scope": "openid email", "state": begun.state, "nonce": begun.nonce,
            "code_challenge": challenge.decode(), "code_challenge_method": "S256",
        }  # fmt: skip
        address = str(metadata["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", begun

    def finish(self, begun: Try, *, back: str, state: str, code: str) -> SignedIn:
        """Begin a session of the account that the provider's answer stands for.

        Parameters
        ----------
        begun : what was kept of the try
        back : as it was begun
        state, code : what the provider sent along

        Raises ForbiddenError where the answer is not to this try, is not the provider's, or stands for no
        account; UnavailableError when the provider does not answer.
        """
        if not (begun.state and secrets.compare_digest(begun.state.encode(), state.encode())):
            raise _refused()
        claims = self._claims(begun, back, code)
        return self._people.vouched_for(self._account(claims))

    def _claims(self, begun: Try, back: str, code: str) -> dict[str, Any]:
        """Return what the provider says of somebody, once it has proved that it is the one who says it."""
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 - an extra
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415
        from joserfc import jwt  # noqa: PLC0415
        from joserfc.errors import JoseError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        metadata, settings = self._metadata(), self._desk.settings()
        try:
            answer = self._exchanged(str(metadata["token_endpoint"]), begun, back, code)
            keys = KeySet.import_key_set({"keys": self._fetched(metadata["jwks_uri"])["keys"]})
            token = jwt.decode(str(answer["id_token"]), keys, algorithms=_ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={"iss": {"value": metadata["issuer"]}, "aud": {"value": settings.client}},
                params={"nonce": begun.nonce, "client_id": settings.client},
            )
            claims.validate(now=int(time.time()), leeway=_LEEWAY)
        except (AuthlibBaseError, JoseError, KeyError, ValueError, TypeError):
            raise _refused() from None
        return dict(claims)

    def _account(self, claims: dict[str, Any]) -> str:
        """Return the account that somebody is; raise ForbiddenError for nobody."""
        settings = self._desk.settings()
        digest = hashlib.sha256(f"{settings.provider}\n{claims['sub']}".encode()).hexdigest()
        ticket = self._accounts.ticket(digest, _SUBJECT)
        if ticket is not None:
            return ticket.account
        email = str(claims.get("email", "")).casefold() if claims.get("email_verified") is True else ""
        accounts = [
            one.code
            for one in self._desk.dossiers(ACCOUNT, state=["invited", "active"])
            if email and str(one.content["email"]).casefold() == email
        ]
        if len(accounts) != 1:
            raise _refused()
        now = time.time_ns() // 1000
        ticket = Ticket(_SUBJECT, accounts[0], now, now + _KEPT, now, {})
        self._accounts.add_ticket(digest, ticket, what="link provider", reason="its verified e-mail")
        return accounts[0]

    def _exchanged(self, address: str, begun: Try, back: str, code: str) -> dict[str, Any]:
        """Return the provider's tokens for a code (RFC 6749, section 4.1.3; RFC 7636, section 4.5)."""
        client, secret = self._desk.settings().client, os.environ.get(SECRET)
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "code_verifier": begun.verifier,
        }  # fmt: skip
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if secret:
            basic = f"{quote(client, safe='')}:{quote(secret, safe='')}"
            headers["authorization"] = f"Basic {b64encode(basic.encode()).decode()}"
        else:
            form["client_id"] = client
        return self._fetched(address, headers=headers, body=urlencode(form).encode())

    def _metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself: its addresses, by TLS unless it is on this machine."""
        settings = self._desk.settings()
        if not self.is_offered:
            raise ConflictError(
                coded("programme.provider.none", "signing in through a provider is not set up here"),
                remedy=text(
                    "install it: pip install 'urbium[oidc]'; then set provider and client "
                    "(urbium settings --help), with the secret in {variable}",
                    variable=SECRET,
                ),
            )
        metadata = self._fetched(f"{settings.provider}/.well-known/openid-configuration")
        names = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        if metadata.get("issuer") != settings.provider or not all(
            is_safe(str(metadata.get(name))) for name in names
        ):
            raise _unreachable(settings.provider)
        return metadata

    def _fetched(
        self, address: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> dict[str, Any]:
        """Return the object that the provider answers with: whoever set the provider allows its hosts."""
        host = urlsplit(address)
        allowed = AllowedHosts((AllowedHost((host.hostname or "").lower(), host.port, is_private=True),))
        try:
            answer = fetch(
                address, allowed=allowed, limit=_LARGEST, timeout=_PATIENCE,
                headers={"accept": "application/json"} | dict(headers or {}),
                method="GET" if body is None else "POST", body=body,
            )  # fmt: skip
            document = json.loads(answer.body)
        except (UrbiumError, ValueError) as error:
            raise _unreachable(self._desk.settings().provider) from error
        if answer.status != _OK and body is None:
            raise _unreachable(self._desk.settings().provider)
        return document if isinstance(document, dict) else {}


def _unreachable(provider: str) -> UnavailableError:
    return UnavailableError(
        coded("programme.provider.silent", "this address does not behave like an OpenID provider"),
        place=provider,
        remedy=text("try again later, or sign in with a password"),
    )


def _refused() -> ForbiddenError:
    return ForbiddenError(
        coded("programme.provider.refused", "the provider's answer does not give access to any account here"),
        remedy=text(
            "start again; if the problem persists, ask the programme office whether your account has "
            "the e-mail address that the provider holds for you"
        ),
    )
