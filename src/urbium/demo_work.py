"""Demo work: an example call with applications on their way, and mandates, so that everybody finds work.

The call, its applications, their projects and the mandates are made up to try the programme with, and every
title says so. They are made by the same steps as real ones, so nothing in them would be refused.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from urbium.access import Actor, Grant, Role
from urbium.pilot.attachments import checked_attachment
from urbium.programme import Programme

__all__ = ["begin_work", "open_mandates"]

CALL: Final = "example-call"
_DOCUMENTS: Final = ("outline", "plan", "financing")
_NOTE: Final = b"%PDF-1.7\n% An empty file of the demo, in the place of a document.\n%%EOF\n"
_ANSWERS: Final[Mapping[str, Any]] = {
    "body": "City government (example)",
    "level": "prefecture",
    "leader": "The mayor (example)",
    "in_plan": True,
    "plan_name": "A five-year plan (example)",
    "outline_finished": True,
    "funding_channel": "budget",
    "begins": 2016,
    "creation_years": 3,
    "platform": True,
    "base_database": True,
}
_PROJECT: Final[Mapping[str, Any]] = {
    "code": "EX1",
    "title": "Leak detection in the water network (example)",
    "size": 100.0,
    "unit": "km",
    "cost": 20e6,
    "sources": {"CITY": 20e6},
    "starts": 2016,
    "ends": 2018,
    "has_land": True,
    "has_clearances": True,
}
_FIRST, _SECOND = "office", "office-2"
_EXPERTS: Final = ("expert", "expert-2")


def begin_work(programme: Programme, *, rules: str, places: Mapping[str, str]) -> None:
    """Publish the example call and bring its applications as far as the demo shows them.

    Parameters
    ----------
    programme : the demo, with its people
    rules : the set of rules of the call
    places : the state of the application of each city, by code
    """
    cases = programme.casework
    first, second = (programme.people.named(code) for code in (_FIRST, _SECOND))
    content = {
        "title": "Example call (made up for the demo)",
        "rules": rules,
        "quotas": [{"kind": "new", "most": 2}],
        "note": "nobody has called for this; it is here to try the programme with",
    }
    cases.begin(first, "round", CALL, content)
    cases.act(second, "round", CALL, "publish", version=1)
    programme.store.dossiers.keep_attachment(
        _NOTE, "application/pdf", by="urbium demo", reason="in the place of a document"
    )
    for city, state in places.items():
        _bring(programme, city, state)
    for number, expert in enumerate(_EXPERTS, 1):
        for city in (city for city, state in places.items() if state == "admitted"):
            code = f"example-{city}.{number}"
            cases.begin(first, "review", code, {}, parent=f"example-{city}", owner=expert)


def open_mandates(programme: Programme, rows: Iterable[Mapping[str, str]]) -> None:
    """Publish example mandates, given as rows of text."""
    office = programme.people.named(_FIRST)
    for row in rows:
        content: dict[str, Any] = {
            name: row[name] for name in ("title", "country", "currency", "evidence", "source")
        }
        content |= {name: float(row[name]) for name in ("ticket_least", "ticket_most", "budget")}
        content |= {name: int(row[name]) for name in ("cities_least", "cities_most", "seats")}
        content |= {name: row[name].split() for name in ("sectors", "instruments")}
        begun = programme.casework.begin(office, "mandate", row["mandate"], content | {"is_example": True})
        programme.casework.act(office, "mandate", row["mandate"], "publish", version=begun.dossier.version)


def _bring(programme: Programme, city: str, state: str) -> None:
    """Bring the application of a city to a state, by somebody in each role on the way."""
    cases, code = programme.casework, f"example-{city}"
    place = programme.city(city)
    officer, signatory = (
        Actor(f"demo {role.value}", (Grant(role, "city", city),)) for role in (Role.OFFICER, Role.SIGNATORY)
    )
    reviewer = Actor("demo province", (Grant(Role.PROVINCE, "province", place.province["en"]),))
    files = [checked_attachment(f"{document}.pdf", _NOTE, document) for document in _DOCUMENTS]
    content = {
        "title": f"{place.name['en']} (example)",
        "answers": {**_ANSWERS, "people": 1_000_000},
        "projects": [dict(_PROJECT)],
        "attachments": [msgspec.to_builtins(file) for file in files],
    }
    version = cases.begin(officer, "application", code, content, city=city, parent=CALL).dossier.version
    letter = {"recommendation": "A letter (example)", "province_report": "A report (example)"}
    steps: tuple[tuple[Actor, str, str, dict[str, Any]], ...] = (
        (officer, "complete", "complete", {}),
        (signatory, "sign", "signed", {}),
        (reviewer, "recommend", "recommended", letter),
        (programme.people.named(_FIRST), "admit", "admitted", {}),
    )
    reached = "draft"
    for who, action, after, changes in steps:
        if reached == state:
            return
        version = cases.act(who, "application", code, action, changes, version=version).dossier.version
        reached = after
