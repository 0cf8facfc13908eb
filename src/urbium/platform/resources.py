"""Resources: data sets, services and feeds of sensors as a catalogue describes them, in terms of DCAT-AP 3.

A resource is a record of plain values; its form in RDF is :mod:`urbium.platform.dcat`. Which fields a profile
asks for are rows of the programme's catalogue; how complete and how fresh a resource is follows from them
and from ``data/platform/frequencies.csv``, the words of DCAT, and what cannot be told is said to be so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec

from urbium.errors import Fault
from urbium.model.dossiers import Internal, Open, Parties
from urbium.model.platform import Obligation, ProfileField
from urbium.packaged import packaged_rows
from urbium.periods import date_of
from urbium.text import Text, coded, text

NATURES: Final = ("dataset", "service", "feed")
"""What a resource can be; a feed is a data set that sensors go on filling."""
ACCESS: Final = ("PUBLIC", "RESTRICTED", "NON_PUBLIC")
"""Access rights, by the codes of the Publications Office of the EU."""

_WEB_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`/?#]+[^\s<>\"{}|\\^`]*")
_DAY: Final = 10
"""Letters of a day."""


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """A form in which a data set can be had: where, as what, under which licence; ``size`` in bytes."""

    access_url: str
    download_url: str = ""
    title: str = ""
    media_type: str = ""
    format: str = ""
    licence: str = ""
    size: int | None = None


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """What a catalogue says of a data set, a service or a feed of sensors.

    Attributes
    ----------
    nature : one of :data:`NATURES`
    identifier : its name in the catalogue of its city, which stays
    publisher, contact, email : the body that publishes it, and whom to ask
    themes, keywords : IRIs or codes, and words
    licence, access_rights : an IRI or a name; one of :data:`ACCESS`
    agreement : the code or title of the agreement under which it may be used, where one is needed
    periodicity : how often it is brought up to date, a code of ``frequencies.csv``
    issued, modified, temporal_start, temporal_end : days (ISO 8601)
    spatial : the place it is about: an IRI or a name
    version, legislation, conforms_to, landing_page : as DCAT-AP has them
    distributions : of a data set
    endpoint, endpoint_description, serves : of a service; ``serves`` are identifiers of data sets
    harvest, held : the catalogue it was harvested from; whether it was changed here since
    said : fields that the city says otherwise now; ``settled`` : the digest of what was settled
    """

    title: Open[str]
    description: Open[str] = ""
    nature: Open[str] = "dataset"
    identifier: Open[str] = ""
    publisher: Open[str] = ""
    contact: Open[str] = ""
    email: Open[str] = ""
    themes: Open[list[str]] = []
    keywords: Open[list[str]] = []
    licence: Open[str] = ""
    access_rights: Open[str] = ""
    agreement: Open[str] = ""
    periodicity: Open[str] = ""
    issued: Open[str] = ""
    modified: Open[str] = ""
    temporal_start: Open[str] = ""
    temporal_end: Open[str] = ""
    spatial: Open[str] = ""
    version: Open[str] = ""
    legislation: Open[list[str]] = []
    conforms_to: Open[list[str]] = []
    landing_page: Open[str] = ""
    distributions: Open[list[Distribution]] = []
    endpoint: Open[str] = ""
    endpoint_description: Open[str] = ""
    serves: Open[list[str]] = []
    harvest: Parties[str] = ""
    held: Parties[bool] = False
    said: Parties[dict[str, Any]] = {}
    settled: Parties[str] = ""
    note: Internal[str] = ""


_OURS: Final = ("agreement", "harvest", "held", "said", "settled", "note")
"""Fields of the programme that keeps a resource, which its catalogue does not say."""
DESCRIBED: Final = tuple(one.name for one in msgspec.structs.fields(Resource) if one.name not in _OURS)
"""The fields that a catalogue says."""


def described(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a content what a catalogue says of it."""
    return {name: content[name] for name in DESCRIBED}


def normal(resource: Resource) -> Resource:
    """Return a resource as it is compared: lists in order, without repetition, instants in one form."""
    changes: dict[str, Any] = {
        name: sorted(set(getattr(resource, name)))
        for name in ("themes", "keywords", "legislation", "conforms_to", "serves")
    }
    changes |= {name: _instant(getattr(resource, name)) for name in ("issued", "modified")}
    changes["distributions"] = sorted(resource.distributions, key=msgspec.json.encode)
    return msgspec.structs.replace(resource, **changes)


def _instant(written: str) -> str:
    try:
        return datetime.fromisoformat(written).isoformat() if len(written) > _DAY else written
    except ValueError:
        return written


# --- what a profile asks ------------------------------------------------------------------------------------


_ALWAYS: Final = "dcat-ap-3"
"""The profile that always holds; a programme adds others to it."""


def asked_fields(declared: Iterable[ProfileField], profiles: Sequence[str]) -> tuple[ProfileField, ...]:
    """Return the fields that a programme asks for: those of the profile that always holds, and of others."""
    return tuple(row for row in declared if row.profile in (_ALWAYS, *profiles))


def _obligations(nature: str, asked: Iterable[ProfileField]) -> Mapping[str, Obligation]:
    """Return the obligation of each field that is asked of a resource; the stricter one counts."""
    kind = "service" if nature == "service" else "dataset"
    rows = sorted(
        (row for row in asked if row.nature == kind), key=lambda row: row.obligation is Obligation.MANDATORY
    )
    return {row.field: row.obligation for row in rows}


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of what the profiles ask is there.

    Parameters
    ----------
    share : of mandatory and recommended fields that are filled in, 0 to 1
    missing_mandatory, missing_recommended : names of the others
    """

    share: float
    missing_mandatory: tuple[str, ...]
    missing_recommended: tuple[str, ...]


def completeness(resource: Resource, asked: Iterable[ProfileField]) -> Completeness:
    """Return how much of what is asked of a resource is there; all of it where nothing is asked.

    >>> asked = [ProfileField("dcat-ap-3", "dataset", "contact", Obligation.RECOMMENDED, "DCAT-AP 3.0")]
    >>> completeness(Resource(title="Trees"), asked).missing_recommended
    ('contact',)
    """
    fields = _obligations(resource.nature, asked)
    missing = [name for name in fields if not _is_filled(resource, name)]
    return Completeness(
        1 - len(missing) / max(len(fields), 1),
        tuple(name for name in missing if fields[name] is Obligation.MANDATORY),
        tuple(name for name in missing if fields[name] is Obligation.RECOMMENDED),
    )


def _is_filled(resource: Resource, name: str) -> bool:
    if name == "temporal":
        return bool(resource.temporal_start or resource.temporal_end)
    if name == "contact":
        return bool(resource.contact or resource.email)
    return bool(getattr(resource, name))


# --- freshness ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether a resource is up to date.

    Parameters
    ----------
    due : the day by which it is to be brought up to date; None where no day follows from what is said
    days_late : days since then; 0 while it is up to date, None where it cannot be told
    why : why it cannot be told; empty where it can
    """

    due: date | None
    days_late: int | None
    why: Text | str = ""


def freshness(resource: Resource, on: date) -> Freshness:
    """Return when a resource is due by its frequency and the day it was changed last, and how late it is.

    >>> trees = Resource(title="Trees", periodicity="WEEKLY", modified="2026-01-01")
    >>> freshness(trees, date(2026, 1, 10)).days_late
    2
    """
    modified = day_of(resource.modified) or day_of(resource.issued)
    days = {row["code"]: row["days"] for row in packaged_rows("platform/frequencies")}.get(
        resource.periodicity, ""
    )
    if not days:
        return Freshness(None, None, text("its update frequency cannot be expressed in days"))
    if modified is None:
        return Freshness(None, None, text("the date of its last change is not stated"))
    try:
        due = modified + timedelta(days=int(days))
    except OverflowError:
        return Freshness(None, None, text("the date of its last change is not stated"))
    return Freshness(due, max((on - due).days, 0))


def day_of(written: str) -> date | None:
    """Return the day of a date or instant as catalogues write it; None for what is none.

    >>> day_of("2026-03-31T12:00:00Z"), day_of("2026-03"), day_of("soon")
    (datetime.date(2026, 3, 31), datetime.date(2026, 3, 1), None)
    """
    whole = {4: "-01-01", 7: "-01"}.get(len(written), "")
    return date_of((written + whole)[:10])


def frequency_named(written: str) -> str:
    """Return the code of a frequency written as code, IRI or repeating interval; UNKNOWN for another word.

    >>> frequency_named("http://publications.europa.eu/resource/authority/frequency/DAILY")
    'DAILY'
    >>> frequency_named("R/P1Y"), frequency_named("")
    ('ANNUAL', '')
    """
    word = written.rstrip("/").rpartition("/")[2] if "://" in written else written.strip()
    for row in packaged_rows("platform/frequencies"):
        if word and (word.upper() == row["code"] or word.upper() == row["duration"]):
            return row["code"]
    plain = {"semiannual": "ANNUAL_2", "yearly": "ANNUAL", "irregular": "IRREG", "continual": "CONTINUOUS"}
    return plain.get(word.lower(), "UNKNOWN") if word else ""


# --- what is wrong with one ---------------------------------------------------------------------------------


def resource_faults(resource: Resource, asked: Iterable[ProfileField] = ()) -> Iterator[Fault]:
    """Yield what is wrong with a resource: words, days, addresses, and what of ``asked`` is missing."""
    choices = {
        "nature": NATURES,
        "access_rights": ACCESS,
        "periodicity": tuple(row["code"] for row in packaged_rows("platform/frequencies")),
    }
    for name, words in choices.items():
        word = getattr(resource, name)
        if word and word not in words:
            message = coded(
                "platform.resource.word", "{word!r} is not one of the words allowed for this field", word=word
            )
            remedy = text("write one of: {words:list}", words=list(words))
            yield Fault("error", message, remedy, cell=name)
    for name in ("issued", "modified", "temporal_start", "temporal_end"):
        word = getattr(resource, name)
        if word and day_of(word) is None:
            message = coded("platform.resource.day", "{word!r} is not a date", word=word)
            remedy = text("write it as 2026-03-31")
            yield Fault("error", message, remedy, cell=name)
    for name, url in _addresses(resource):
        if url and not is_web_address(url):
            message = coded("platform.resource.address", "{word!r} is not a web address", word=url)
            remedy = text("use an address that begins with https://")
            yield Fault("error", message, remedy, cell=name)
    for name in completeness(resource, asked).missing_mandatory:
        message = coded("platform.resource.missing", "the profile of this programme requires this field")
        remedy = text("fill it in")
        yield Fault("error", message, remedy, cell=name)


def is_web_address(written: str) -> bool:
    """Say whether something is an address of the web, with a host and no character that RFC 3986 excludes.

    >>> is_web_address("https://example.org/a"), is_web_address("https://"), is_web_address("CC BY 4.0")
    (True, False, False)
    """
    return _WEB_ADDRESS.fullmatch(written) is not None


def _addresses(resource: Resource) -> Iterator[tuple[str, str]]:
    yield "landing_page", resource.landing_page
    yield "endpoint", resource.endpoint
    for one in resource.distributions:
        yield "distributions", one.access_url
        yield "distributions", one.download_url
