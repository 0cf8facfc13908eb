"""Adoptions: a result that one person of the office proposes, and another one adopts or refuses."""

import msgspec

from urbium.model.dossiers import Internal, Open


class Adoption(msgspec.Struct, frozen=True, kw_only=True):
    """A result that is to be the one that pages show and later stages read.

    Attributes
    ----------
    title : what is proposed
    stage, number : of which stage, and which of its results that were proposed
    about : what the result says of itself; written by the programme
    note, answer : why it is proposed, and why it is adopted or refused
    """

    title: Open[str]
    stage: Open[str] = ""
    number: Open[int] = 0
    about: Open[str] = ""
    note: Internal[str] = ""
    answer: Internal[str] = ""
