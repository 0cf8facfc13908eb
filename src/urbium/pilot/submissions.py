"""Submissions: files of figures that a body sends, which count once the programme office accepts them.

Nothing of a submission is an observation before it is accepted, so nothing can show it by mistake: its file
and what was read of it belong to the dossier, which its city, its province and the office see. See ADR 0096.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from urbium.errors import Fault, nearest
from urbium.model import City, Source
from urbium.model.dossiers import Parties
from urbium.text import ENGLISH, Text, coded, language, text

SUBMITTED: Final = "submitted"
"""The state in which a submission waits for the office."""


class SubmittedVariable(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one variable in a submission: how many, and how many of them are suspect."""

    variable: str
    figures: int
    suspects: int = 0


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A file of figures as a body sends it.

    Attributes
    ----------
    title : what these figures are
    province : the province that sends them; empty where the city does
    name, sha256 : of the file; its content is kept as an attachment
    mapping, projected_from, encoding : how the file is read, as in ``urbium load``
    variables : what was read of it
    left_out : variables that the office did not accept; their figures do not count
    takes_suspects : whether the office accepts the suspect figures, too
    answer : why it is sent back, or why variables are left out
    remark : what the sender says of figures that look wrong
    """

    title: Parties[str]
    name: Parties[str] = ""
    sha256: Parties[str] = ""
    mapping: Parties[str] = ""
    projected_from: Parties[str] = ""
    encoding: Parties[str] = ""
    variables: Parties[list[SubmittedVariable]] = []
    left_out: Parties[list[str]] = []
    takes_suspects: Parties[bool] = False
    answer: Parties[str] = ""
    province: Parties[str] = ""
    remark: Parties[str] = ""


def body_source(city: str, province: str = "") -> str:
    """Return the id of the source of what a city sends of itself, or its province of it.

    >>> body_source("A1"), body_source("A1", "Zuid-Holland")
    ('city_A1', 'province_Zuid-Holland')
    """
    return f"province_{province}" if province else f"city_{city}"


def body_of(city: City, province: str = "") -> Source:
    """Return the source of what a city sends of itself: the city; or its province, where that sends it.

    >>> body_of(City("A1", {"en": "Aston"}, "municipality")).publisher
    'Aston, city government'
    """
    name = city.name.get("en") or next(iter(city.name.values()))
    with language(ENGLISH):  # as it is stored, whoever sends or accepts
        if province:
            return Source(
                body_source(city.code, province),
                publisher=coded(
                    "pilot.submission.of_province", "{province}, provincial government", province=province
                ).render(),
                title=coded(
                    "pilot.submission.source_of_province", "Figures submitted by the province"
                ).render(),
            )
        return Source(
            body_source(city.code),
            publisher=coded("pilot.submission.publisher", "{city}, city government", city=name).render(),
            title=coded("pilot.submission.source", "Figures submitted by the city").render(),
        )


def answer_faults(submission: Submission) -> Iterable[Fault]:
    """Yield what is wrong with the variables that an acceptance leaves out."""
    names = [one.variable for one in submission.variables]
    for name in submission.left_out:
        if name not in names:
            yield submission_fault(
                "left_out",
                coded("pilot.submission.unknown", "the file has no figures for {name!r}", name=name),
                nearest(name, names),
            )
    if set(names) <= set(submission.left_out):
        yield submission_fault(
            "left_out",
            coded("pilot.submission.all", "every variable is left out, so nothing would be accepted"),
            text("return the file instead"),
        )
    elif submission.left_out and not submission.answer.strip():
        yield submission_fault(
            "answer",
            coded("pilot.submission.left_out", "no reason is given for leaving out variables"),
            text("tell the city why"),
        )


def submission_fault(field: str, message: Text, remedy: str) -> Fault:
    """Return a fault of a submission, in one of its fields."""
    return Fault("error", message, remedy, rule="submission", cell=field)
