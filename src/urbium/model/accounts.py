"""Accounts: the people of a programme, what they may do, and where they work."""

import msgspec

from urbium.model.dossiers import Internal, Open

__all__ = ["Account", "AccountGrant"]


class AccountGrant(msgspec.Struct, frozen=True):
    """A role that a person has, and where.

    Attributes
    ----------
    role : a role of :class:`urbium.access.Role`
    scope : ``all``, ``province``, ``city``, ``round`` or ``agreement``
    code : which one; empty for ``all``
    """

    role: str
    scope: str = "all"
    code: str = ""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person who works in the programme.

    Attributes
    ----------
    display : the person's name
    email : where letters go
    grants : what the person may do, and where
    body : the organisation the person works for, for conflicts of interest
    city, province : where that is
    expertise : fields that an expert can judge
    """

    display: Open[str]
    email: Internal[str] = ""
    grants: Internal[list[AccountGrant]] = []
    body: Internal[str] = ""
    city: Internal[str] = ""
    province: Internal[str] = ""
    expertise: Internal[list[str]] = []
