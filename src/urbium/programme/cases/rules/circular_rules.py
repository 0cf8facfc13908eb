"""Rules of circulars: which cities a letter goes to, and what its release and its reading change.

A letter to one city the office sends; one to many is released by a second person, like everything else that
speaks to all in the programme's name and cannot be called back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec
import polars as pl

from urbium.errors import Fault, NotFoundError, UrbiumError
from urbium.model.dossiers import Dossier
from urbium.periods import date_of
from urbium.pilot.circulars import CALL, CHOSEN, EVERY, PLACE_OF, PROVINCE, REPORT, Circular
from urbium.programme.cases.desk import Desk
from urbium.text import coded, text

_OPEN_REPORT: Final = ("draft", "returned")
_BETWEEN: Final = re.compile("[、，；;]")
_CODE: Final = 60
"""Characters of a circular's code that begin the codes of its letters."""


def cities_of(desk: Desk, circular: Circular) -> list[str]:
    """Return the codes of the cities that a circular goes to; NotFoundError for a place that there is not."""
    match circular.to:
        case "chosen":
            codes = {desk.city(name).code for name in _cities_named(circular)}
        case "province":
            provinces = dict(_standing(desk).select("code", "province_en").iter_rows())
            codes = {code for code, name in provinces.items() if name and name == circular.province}
            if not codes:
                raise NotFoundError.named(
                    text("province"), circular.province, sorted({name for name in provinces.values() if name})
                )
        case "call":
            selected = desk.dossiers("application", round=circular.call, state="selected")
            codes = {one.city for one in selected if not one.content["is_test"]}
        case "report":
            codes = {one.city for one in desk.dossiers("report", state=_OPEN_REPORT)}
        case _:
            codes = set(_standing(desk)["code"])
    return sorted(codes)


def _standing(desk: Desk) -> pl.DataFrame:
    """Return the registered cities that exist today: nobody reads a letter to one that was dissolved."""
    this_year = desk.today().year
    return desk.register.cities(first=this_year, last=this_year)


def _cities_named(circular: Circular) -> list[str]:
    """Return the names of the chosen cities: one a line, or several with what parts a Chinese list."""
    names = (name.strip() for line in circular.cities for name in _BETWEEN.split(line))
    return [name for name in names if name]


def unknown_in(desk: Desk, circular: Circular) -> list[Fault]:
    """Return every name among the chosen cities that is no city's, or several's, or a wrong province."""
    by_name = [partial(desk.city, name) for name in _cities_named(circular)]
    faults = []
    for find in by_name if circular.to == CHOSEN else [partial(cities_of, desk, circular)]:
        try:
            find()
        except UrbiumError as error:
            faults.append(_fault(PLACE_OF.get(circular.to, "to"), error.message, error.remedy))
    return faults


def _fault(field: str, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, rule="letter", cell=field)


def _written(desk: Desk, dossier: Dossier) -> Iterator[Fault]:
    """Yield what is wrong with a letter that is to go out."""
    content = dossier.content
    if not content["text"].strip():
        yield _fault(
            "text",
            coded("programme.letter.empty", "the letter is empty"),
            text("write the text of the letter"),
        )
    day = content["answer_by"]
    if day and ((last := date_of(day)) is None or last < desk.today()):
        yield _fault(
            "answer_by",
            coded("programme.letter.day", "{day} cannot be the last day for an answer", day=day),
            text("enter today or a later day, such as {day:date}", day=desk.today()),
        )


def _sendable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    if dossier.city:
        return list(_written(desk, dossier))
    nowhere = coded("programme.letter.nowhere", "the letter is not addressed to any city")
    return [_fault("city", nowhere, text("name the city")), *_written(desk, dossier)]


def _chosen(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that a circular says in one of the known ways where it goes."""
    ways, way = (EVERY, PROVINCE, CALL, REPORT, CHOSEN), dossier.content["to"]
    if way in ways:
        return []
    unknown = coded("programme.letter.way", "{word!r} is not a way to choose cities", word=way)
    return [_fault("to", unknown, text("write one of: {words:list}", words=list(ways)))]


def _placed(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Let a letter go to the only place that is named, where its way asks for one that is not."""
    content = dossier.content
    ways = [way for way, field in PLACE_OF.items() if content[field]]
    place = PLACE_OF.get(content["to"])
    return [dossier.noting(to=ways[0])] if place and not content[place] and len(ways) == 1 else []


def _releasable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    faults, circular = list(_written(desk, dossier)), dossier.content_as(Circular)
    if unknown := unknown_in(desk, circular):
        return [*faults, *unknown]
    if not cities_of(desk, circular):
        none = coded("programme.letter.no_city", "no city would receive the letter")
        faults.append(_fault(PLACE_OF.get(circular.to, "to"), none, text("choose other cities")))
    return faults


def _released(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Return the letter of every city that a circular goes to."""
    content = {name: dossier.content[name] for name in ("title", "text", "answer_by")}
    letters = []
    for code in cities_of(desk, dossier.content_as(Circular)):
        city = desk.city(code)
        letters.append(
            Dossier(
                kind="city_letter",
                code=f"{dossier.code[:_CODE]}-{code}",
                state="sent",
                action="send",
                content={**content, "answer": ""},
                city=code,
                province=city.province.get("en", "") if city.province else "",
                parent=dossier.code,
                parent_kind=dossier.kind,
                recorded_by=dossier.recorded_by,
            )
        )
    return letters


def _read(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Let a letter that asks for an answer wait for it once it is read."""
    return [msgspec.structs.replace(dossier, state="awaited")] if dossier.content["answer_by"] else []


def _answered(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    if dossier.content["answer"].strip():
        return []
    return [
        _fault(
            "answer",
            coded("programme.letter.no_answer", "the answer is empty"),
            text("write your answer"),
        )
    ]


Rules = tuple[Mapping[str, Any], Mapping[str, Any]]
CIRCULARS: Final[Rules] = (
    {"create": _chosen, "change": _chosen, "release": _releasable},
    {"create": _placed, "change": _placed, "release": _released},
)
CITY_LETTERS: Final[Rules] = (
    {"send": _sendable, "answer": _answered, "reply": _answered},
    {"acknowledge": _read},
)
"""What is checked, and what else a step changes, by action."""
