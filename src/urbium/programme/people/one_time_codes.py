"""One-time codes: six digits that a device makes of a secret and of the time (RFC 6238)."""

import secrets
from typing import Final

_STEP: Final = 30 * 1_000_000
"""Microseconds for which a code is made."""
_DIGITS: Final = 6


def new_secret() -> str:
    """Return a secret that nobody has."""
    import pyotp  # noqa: PLC0415 - seldom needed

    return pyotp.random_base32()


def address(account: str, secret: str) -> str:
    """Return the address that a device reads as a QR code to make codes."""
    import pyotp  # noqa: PLC0415 - seldom needed

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="urbium")


def is_code(written: str) -> bool:
    """Say whether something has the form of a code.

    >>> is_code(" 123456 "), is_code("correct horse battery")
    (True, False)
    """
    code = written.strip()
    return len(code) == _DIGITS and code.isdecimal()


def matching_step(secret: str, code: str, now: int) -> int | None:
    """Return the step of thirty seconds that a code of a secret is of: this one, the one before or the next.

    ``now`` is in microseconds since 1970; None where the code is of none of them.
    """
    import pyotp  # noqa: PLC0415 - seldom needed

    totp, present = pyotp.TOTP(secret), now // _STEP
    matching = [
        step
        for step in (present - 1, present, present + 1)
        if secrets.compare_digest(str(totp.generate_otp(step)), code.strip())
    ]
    return matching[0] if matching else None
