"""Agreements: what parties have promised each other, and what came of it."""

import msgspec

from urbium.model.dossiers import Internal, Open, Parties

__all__ = ["Agreement", "Commitment", "Party"]


class Party(msgspec.Struct, frozen=True):
    """Who promises: a code within the agreement, the name, and who signs for it."""

    code: str
    title: str
    signatory: str = ""


class Commitment(msgspec.Struct, frozen=True, kw_only=True):
    """One promise.

    Attributes
    ----------
    code, article : its name, and the article it stands in
    party : who promises; empty for all parties together
    promise : what is promised
    due : by when (ISO 8601); empty when no day was set
    state : ``open``, ``begun``, ``done`` or ``dropped``
    evidence : what came of it, with where that can be seen
    tied_to : what it is about: a city, project, fund, person or result, as ``kind code``
    """

    code: str
    article: str
    promise: str
    party: str = ""
    due: str = ""
    state: str = "open"
    evidence: str = ""
    tied_to: list[str] = []


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """A signed understanding between parties."""

    title: Open[str]
    signed_on: Open[str] = ""
    parties: Open[list[Party]] = []
    commitments: Open[list[Commitment]] = []
    source: Open[str] = ""
    text: Parties[str] = ""
    note: Internal[str] = ""
