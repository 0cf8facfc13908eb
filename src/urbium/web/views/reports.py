"""Reports: the form by which a citizen reports a problem, and what a search for a problem leads to."""

from datetime import UTC, datetime
from typing import Any, Final

from urbium.platform.photographs import LARGEST
from urbium.platform.service_requests import KEPT_DAYS
from urbium.programme import Programme
from urbium.programme.platform.problem_reports import PUBLIC, STATES, StoredRequest, example_point
from urbium.spelling import plain
from urbium.text import Text, say, text
from urbium.web.rendering.parameters import FromOffice, Word
from urbium.web.rendering.words import day

_MEGABYTE: Final = 1024 * 1024
FIELDS: Final = ("service", "description", "place", "contact", "point")
"""What is typed into a report."""
_ASKED_FOR: Final = text("report a problem")


def report_page(
    office: FromOffice, *, city: Word = "", kind: Word = "", reference: Word = ""
) -> dict[str, Any]:
    """Gather the form of a report, for a city or to choose one first, and how one with a reference stands."""
    one = office.problem_reports.of_reference(reference.strip().lower()) if reference.strip() else None
    return report_form(office, {"city": city, "service": kind}) | {
        "reference": reference.strip(),
        "referred": _referred(office, reference.strip(), one) if reference.strip() else "",
        "published": one.public_words if one and one.state in PUBLIC else "",
    }


def _referred(office: Programme, reference: str, one: StoredRequest | None) -> Text:
    """Say how the report with a reference stands: what it is about, where and of which day."""
    if one is None:
        return text("No report has the reference {reference}.", reference=reference)
    return text(
        "Report {reference} ({what}, {place}, {day}): {state}.",
        reference=one.id,
        what=office.problem_reports.service(one.service),
        place=office.city(one.city),
        day=day(instant_of(office, one.made).date()),
        state=STATES[one.state],
    )


def report_form(office: Programme, typed: dict[str, str]) -> dict[str, Any]:
    """Gather the form of a report with what was typed; ``place`` is None until a city is chosen."""
    names = office.register.names()
    taking = [code for code in office.problem_reports.cities() if code in names]
    place = office.city(typed["city"]) if typed.get("city") else None
    code = place.code if place else ""
    return {
        "typed": dict.fromkeys(FIELDS, "") | typed,
        "cities": sorted(((code, names[code] or code) for code in taking), key=lambda one: one[1]),
        "place": place,
        "example": example_point(place),
        "services": office.problem_reports.offered(code) if code else [],
        "kept_days": KEPT_DAYS,
        "megabytes": LARGEST // _MEGABYTE,
        "problem": None,
        "has_lost_photograph": False,
        "is_far": False,
        "reference": "",
        "referred": "",
        "published": "",
    }


def instant_of(office: Programme, at: int) -> datetime:
    """Return an instant in microseconds since 1970 by the clock of the programme."""
    return datetime.fromtimestamp(at / 1_000_000, UTC).astimezone(office.settings.zone())


def kind_searched(office: Programme, words: str) -> str | None:
    """Return the code of the kind of problem that words look for, empty for any, None where for none.

    A kind is looked for by whole words of its names, and of what else it is called.
    """
    wanted = _parted(words)
    if not wanted.strip():
        return None
    for one in office.catalogue.city_services.values():
        if any(wanted in _parted(name) for name in (one.title, *one.name.values(), *one.words)):
            return one.code
    is_any = any(wanted in _parted(str(name)) for name in (_ASKED_FOR, say(_ASKED_FOR)))
    return "" if is_any else None


def _parted(words: str) -> str:
    """Return words in small letters with a space before and after each, so that only whole ones are found.

    >>> _parted("lamps") in _parted("Street lamp"), _parted("port") in _parted("portal")
    (True, False)
    """
    return f" {' '.join(word.removesuffix('s') for word in plain(words).split())} "
