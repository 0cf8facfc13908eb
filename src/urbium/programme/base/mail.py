"""Mail: addresses that are checked, a letter as a message, and the two ways that it goes: SMTP and a folder.

No text reaches a header as it was typed: an address is one that e-mail allows, in ASCII, and a subject is one
line without control characters. The password of the mail server is in the environment alone.
"""

import contextlib
import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from urbium.errors import InputError, UnavailableError
from urbium.text import coded, text

PASSWORD: Final = "URBIUM_MAIL_PASSWORD"  # noqa: S105 - the name of a variable of the environment
"""The variable of the environment that holds the password of the mail server."""
_LONGEST_ADDRESS, _LONGEST_SUBJECT = 254, 160
_PATIENCE: Final = 20.0
"""Seconds that a mail server has for each answer."""
_SECURE, _UPGRADED, _PLAIN = "smtps", "smtp", "smtp+plain"
_PORTS: Final = {_SECURE: 465, _UPGRADED: 587, _PLAIN: 25}
_LOCAL: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_GONE_FOR_GOOD: Final = 500
_DOMAIN: Final = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


class Refused(Exception):  # noqa: N818 - what happened to a letter; its sender catches it
    """A letter that was not taken.

    Parameters
    ----------
    why : what the server said
    is_final : whether it would be refused again
    is_over : whether the post takes no other letter either
    """

    def __init__(self, why: str, *, is_final: bool = False, is_over: bool = False) -> None:
        super().__init__(why)
        self.is_final, self.is_over = is_final, is_over


class Post(Protocol):
    """A way for letters to go."""

    def carry(self, letter: EmailMessage) -> None:
        """Send a letter; raise Refused where it is not taken."""


def is_email(written: str) -> bool:
    r"""Say whether a text is one address of e-mail, in ASCII and of a full domain.

    >>> [is_email(one) for one in ("ann@example.org", "a@b", "a@example.org\nBcc: x@example.org", "a@b.c,d")]
    [True, False, False, False]
    """
    if not written.isascii() or not written.isprintable() or len(written) > _LONGEST_ADDRESS:
        return False
    try:
        address = Address(addr_spec=written)
    except (ValueError, IndexError, MessageError):
        return False
    is_same = address.addr_spec == written  # no comment, no route, no name around it
    return is_same and bool(address.username) and bool(_DOMAIN.fullmatch(address.domain.lower()))


def check_email(written: str) -> str:
    """Return an address of e-mail; raise InputError for what is none."""
    if not is_email(written.strip()):
        raise InputError(
            coded("programme.mail.address", "{given!r} is not an e-mail address", given=written[:80]),
            remedy=text("write a single address, such as ann@example.org, and nothing else"),
        )
    return written.strip()


def check_page_address(written: str) -> str:
    """Return the address of the pages without a slash at its end; raise InputError for what is none.

    >>> check_page_address("https://urbium.example.org/")
    'https://urbium.example.org'
    """
    parts = urlsplit(written.strip())
    is_plain = written.isascii() and written.isprintable() and not (parts.query or parts.fragment)
    if not is_plain or not parts.hostname or "@" in parts.netloc or parts.scheme not in ("http", "https"):
        raise InputError(
            coded("programme.mail.pages", "{given!r} is not the address of a site", given=written[:80]),
            remedy=text("write it as https://urbium.example.org"),
        )
    return written.strip().rstrip("/")


def is_safe(address: str) -> bool:
    """Say whether an address is spoken to by TLS, or is on this machine.

    >>> is_safe("https://id.example.org"), is_safe("http://id.example.org"), is_safe("http://127.0.0.1:9")
    (True, False, True)
    """
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    )


def check_provider(written: str) -> str:
    """Return the address of a provider, as it calls itself; raise InputError for what is none."""
    if not is_safe(written.strip()) or not written.isascii() or not written.isprintable():
        raise InputError(
            coded("programme.provider.wrong", "{given!r} is not a provider's address", given=written[:80]),
            remedy=text("write the provider's issuer address, for example https://id.example.org"),
        )
    return written.strip()


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in: ``smtps`` is TLS from the start, ``smtp`` turns to it or ends."""

    scheme: str
    host: str
    port: int
    user: str = ""

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        return f"{self.scheme}://{user}{self.host}:{self.port}"


def mail_server(written: str) -> MailServer:
    """Read where letters are handed in.

    Raises InputError for another scheme, a password, or a server elsewhere that is to be spoken to in clear.

    >>> str(mail_server("smtps://robot@mail.example.org"))
    'smtps://robot@mail.example.org:465'
    """
    parts = urlsplit(written.strip())
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    host = parts.hostname or ""
    is_clear_and_far = parts.scheme == _PLAIN and host not in _LOCAL
    if parts.scheme not in _PORTS or not host or not port or parts.password or is_clear_and_far:
        raise InputError(
            coded("programme.mail.server", "this is not the address of a mail server"),
            remedy=text(
                "write smtps://user@host:465 or smtp://user@host:587, without a password; the "
                "password is read from {variable}",
                variable=PASSWORD,
            ),
        )
    return MailServer(parts.scheme, host, port, parts.username or "")


def one_line(written: str, longest: int = _LONGEST_SUBJECT) -> str:
    r"""Return a text as one line of printable characters, cut where it is long.

    >>> one_line("Delft\r\nBcc: everybody@example.org")
    'Delft Bcc: everybody@example.org'
    """
    plain = "".join(sign if sign.isprintable() else " " for sign in written)
    joined = " ".join(plain.split())
    return joined if len(joined) <= longest else f"{joined[: longest - 1]}…"


def message(
    id: str,  # noqa: A002
    *,
    to: str,
    sender: str,
    subject: str,
    body: str,
    at: int,
    leaving: str = "",
) -> EmailMessage:
    """Return a letter as a message.

    Parameters
    ----------
    id : of the letter; a letter that is sent twice is known by it
    to, sender : addresses of e-mail
    subject, body : what it says
    at : the present in microseconds since 1970
    leaving : the address at which its receiver ends such letters (RFC 2369, RFC 8058); empty for none

    Raises InputError when an address is none.
    """
    to, sender = check_email(to), check_email(sender)
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = Address(addr_spec=sender)
    letter["To"] = Address(addr_spec=to)
    letter["Subject"] = one_line(subject)
    letter["Date"] = datetime.fromtimestamp(at / 1_000_000, UTC)
    letter["Message-ID"] = f"<{id}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    if leaving:
        letter[_LEAVING] = f"<{leaving}>"
    if leaving.startswith("https:"):
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(body, cte="quoted-printable")  # which every server carries
    return letter


class _Whole(EmailPolicy):
    """Folds headers as mail programs read them, and the address that ends letters not at all."""

    def fold(self, name: str, value: str) -> str:
        """Return a header in lines."""
        return f"{name}: {value}{self.linesep}" if name == _LEAVING else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header in lines, as bytes."""
        return (
            self.fold(name, value).encode("ascii") if name == _LEAVING else super().fold_binary(name, value)
        )


_LEAVING: Final = "List-Unsubscribe"
_POLICY: Final = _Whole(linesep="\r\n")


class FolderPost:
    """Puts letters into a folder, each as a file of its name; for the demo, and to look at them first.

    Parameters
    ----------
    folder : made when it is not there, for its owner alone
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, letter: EmailMessage) -> None:
        """Write a letter; raise Refused where that is not possible."""
        name = re.sub(r"[^0-9A-Za-z-]", "-", str(letter["Message-ID"]).partition("@")[0].strip("<"))
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            draft = self._folder / f".{name}.part"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:  # a letter may hold an invitation
                file.write(letter.as_bytes())
            draft.replace(self._folder / f"{name}.eml")
        except OSError as error:
            raise Refused(error.strerror or type(error).__name__, is_over=True) from error


class SmtpPost:
    """Hands letters in at a mail server.

    Parameters
    ----------
    connection : with a server, which has let us in
    """

    def __init__(self, connection: smtplib.SMTP) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def connected(
        cls, server: MailServer, password: str, *, trusted: ssl.SSLContext | None = None
    ) -> Iterator["SmtpPost"]:
        """Connect to a mail server, by TLS with its certificate checked; take leave at the end.

        Raises UnavailableError when it cannot be reached or does not let us in.
        """
        try:
            connection = _connect(server, password, trusted or ssl.create_default_context())
        except (OSError, smtplib.SMTPException) as error:
            raise UnavailableError(
                coded("programme.mail.unreachable", "the mail server is currently not accepting "
                                                    "letters: {reason}",
                     reason=_reason(error)),
                place=str(server),
                remedy=text(
                    "check its name, port, user and the password in {variable}; the letters are waiting",
                    variable=PASSWORD
                ),
            ) from None  # fmt: skip
        try:
            yield cls(connection)
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.quit()

    def carry(self, letter: EmailMessage) -> None:
        """Hand a letter in; raise Refused where it is not taken."""
        try:
            self._connection.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            ((code, said),) = error.recipients.values()
            raise Refused(_said(code, said), is_final=code >= _GONE_FOR_GOOD) from None
        except smtplib.SMTPResponseException as error:
            is_final = error.smtp_code >= _GONE_FOR_GOOD
            raise Refused(_said(error.smtp_code, error.smtp_error), is_final=is_final) from None
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise Refused(_reason(error), is_over=True) from None


def _connect(server: MailServer, password: str, trusted: ssl.SSLContext) -> smtplib.SMTP:
    """Return a connection with a server that has let us in."""
    connection: smtplib.SMTP
    if server.scheme == _SECURE:
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE, context=trusted)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
    try:
        if server.scheme == _UPGRADED:
            connection.starttls(context=trusted)
        if server.user:
            connection.login(server.user, password)
    except BaseException:
        connection.close()
        raise
    return connection


def _reason(error: Exception) -> str:
    """Say what went wrong, without what a server repeats of what it was sent."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return one_line(getattr(error, "strerror", None) or type(error).__name__)


def _said(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return one_line(f"{code} {words}", 200)
