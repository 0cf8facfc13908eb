"""Accounts: the people of a programme, what they may do, and where they work; changes for a second person."""

import msgspec

from urbium.model.dossiers import Internal, Open


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
    shown_to : who was shown the secret by which the password was set, and counts as one person with this one
        where a step needs a second person; empty where it went to the person alone, or by command
    """

    display: Open[str]
    email: Internal[str] = ""
    grants: Internal[list[AccountGrant]] = []
    body: Internal[str] = ""
    city: Internal[str] = ""
    province: Internal[str] = ""
    expertise: Internal[list[str]] = []
    shown_to: Internal[str] = ""


class AccountChange(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody of the office wants done with an account, and a second person approves or refuses.

    Attributes
    ----------
    account : the account: what its person signs in with
    step : ``create``, ``change``, ``close`` or ``reopen``
    display, email, grants, body, city, province, expertise : as in :class:`Account`, as they are to be
    """

    account: Internal[str]
    step: Internal[str]
    display: Internal[str] = ""
    email: Internal[str] = ""
    grants: Internal[list[AccountGrant]] = []
    body: Internal[str] = ""
    city: Internal[str] = ""
    province: Internal[str] = ""
    expertise: Internal[list[str]] = []


class SettingChange(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody of the office wants a setting to be, and a second person approves or refuses.

    Attributes
    ----------
    setting : the setting, by its name in :class:`urbium.model.ProgrammeSettings`
    value : what it is to be, as the lines that are typed
    title, before : what the setting is called, and what it was, in lines; written by the programme
    """

    setting: Internal[str]
    value: Internal[list[str]] = []
    title: Internal[str] = ""
    before: Internal[list[str]] = []
