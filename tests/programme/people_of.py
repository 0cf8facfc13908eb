"""A small programme of another nation with one person a role, for the tests of what people do."""

from pathlib import Path

from copies import copied
from urbium.access import Actor
from urbium.model import City
from urbium.programme import Programme, new
from urbium.programme.people.invitations import FOUNDER
from urbium.store.database import MEMORY

PASSWORD = "correct horse battery"
PEOPLE = {
    "olga": ("office", "all", ""),
    "oscar": ("office", "all", ""),
    "carl": ("officer", "city", "0503"),
    "sven": ("signatory", "city", "0503"),
    "gus": ("officer", "city", "0599"),
    "pia": ("province", "province", "Zuid-Holland"),
    "nora": ("province", "province", "Utrecht"),
    "eva": ("expert", "all", ""),
    "erik": ("expert", "all", ""),
    "ada": ("auditor", "all", ""),
}


def staffed(url: str | Path = MEMORY) -> Programme:
    """Return a programme of three towns whose people have been invited; none has a password yet."""
    return copied("staffed", _made, url)


def _made(url: str | Path) -> Programme:
    programme = new(url, nation="NLD", currency="EUR", name="Proef")
    programme.register(
        cities=[
            City("0503", {"en": "Delft"}, "municipality", province={"en": "Zuid-Holland"}),
            City("0599", {"en": "Rotterdam"}, "municipality", province={"en": "Zuid-Holland"}),
            City("0344", {"en": "Utrecht"}, "municipality", province={"en": "Utrecht"}),
        ],
        by="test",
        reason="towns",
    )
    for code, (role, scope, where) in PEOPLE.items():
        grant = {"role": role, "scope": scope, "code": where}
        programme.people.invite(FOUNDER, code, {"display": code.title(), "grants": [grant]})
    return programme


def actor(programme: Programme, code: str) -> Actor:
    return programme.people.named(code)
