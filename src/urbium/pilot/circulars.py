"""Circulars: what the programme office writes to cities and what they answer, and comments of both."""

from typing import Final

import msgspec

from urbium.model.dossiers import Parties

EVERY, PROVINCE, CALL, REPORT, CHOSEN = "all", "province", "call", "report", "chosen"
TO_CITY, TO_OFFICE, INTERNAL = "for_city", "for_office", "internal"
"""For whom a comment is: these are its states while it is open."""
PLACE_OF: Final = {PROVINCE: "province", CALL: "call", CHOSEN: "cities"}
"""The field that says which cities, by the way they are chosen."""


class Circular(msgspec.Struct, frozen=True, kw_only=True):
    """A letter to many cities, before and after it is released.

    Attributes
    ----------
    title, text : the subject, and what it says, in paragraphs
    answer_by : the day by which an answer is asked for; empty for none
    to : which cities: ``all``, those of a province, the pilots of a call, those with an open report, or
        those that are listed
    province, call, cities : where ``to`` asks for one
    """

    title: Parties[str]
    text: Parties[str] = ""
    answer_by: Parties[str] = ""
    to: Parties[str] = CHOSEN
    province: Parties[str] = ""
    call: Parties[str] = ""
    cities: Parties[list[str]] = []


class CityLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter to one city, and the answer of the city.

    Attributes
    ----------
    title, text, answer_by : as in the circular that it is of, or as the office wrote it to this city alone
    answer : what the city answered
    """

    title: Parties[str]
    text: Parties[str] = ""
    answer_by: Parties[str] = ""
    answer: Parties[str] = ""


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment on a case, or on a figure of a city.

    Attributes
    ----------
    title : what it is on, and the beginning of what it says
    text : what it says, in paragraphs
    to : for whom: ``for_city``, ``for_office``, or ``internal``, which is for the office alone
    about : the figure, as the address of its explanation has it; empty for a case
    """

    title: Parties[str] = ""
    text: Parties[str] = ""
    to: Parties[str] = INTERNAL
    about: Parties[str] = ""
