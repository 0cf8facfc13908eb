"""Settings: what holds for a whole programme: its name, nation, money, languages, words, year and map."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from urbium.model.figures import Names

FITTED: Final = "fitted"
"""The projection of maps that is chosen by the extent of the places."""


def _nothing() -> Mapping[str, Names]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """How many units of ``currency`` one unit of ``per`` buys, when, by whom.

    Parameters
    ----------
    currency, per : codes of ISO 4217
    rate : above 0
    period : the year, month or day the rate is of
    evidence : how well it is founded, such as ``published`` or ``assumption``
    source : who says so
    """

    currency: str
    per: str
    rate: float
    period: str
    source: str
    evidence: str = "published"


@dataclass(frozen=True, slots=True)
class ProgrammeSettings:
    """What holds for a whole programme; what is empty nobody has said.

    Parameters
    ----------
    name : of the programme, by language
    nation : the code of its nation (ISO 3166, three letters); empty for a programme of several nations
    currency : of its plans (ISO 4217)
    price_year : of the prices that plans are made in; costs of other years are moved to it by a price index
    languages : of its readers, the first one first
    time_zone : where its days begin and end, such as ``America/Mexico_City`` (IANA)
    fiscal_year : the month in which a year of money begins, 1 to 12; plan years are such years, and
        bear the number of the calendar year in which they begin
    projection : of its maps: ``fitted`` by the extent of the places, or ``conic MERIDIAN SOUTH NORTH``: the
        middle meridian and the two true parallels of Albers' projection, in degrees
    words : what levels (``level prefecture``) and parts (``region``, ``regions``) of the nation are called,
        by language
    rates : exchange rates
    ready_made : the ready-made set it was begun with
    address : where its pages are reached (``https://urbium.example.org``), for the links in letters
    mail : where letters are handed in: ``smtps://robot@mail.example.org`` (TLS from the start) or
        ``smtp://mail.example.org:587`` (STARTTLS); never with a password
    sender : the address that letters come from
    provider, client : the issuer of an OpenID provider by which people sign in, and what urbium is called
        there
    outbound_hosts : the hosts that may be asked for something (``data.example.org``, ``10.0.0.5:80 private``)
    embed_hosts : the hosts whose pages may show a chart in a frame (``www.example.org``, ``*.example.org``);
        nobody's when empty
    profiles : what a catalogue of resources must say beyond DCAT-AP (table ``profiles`` of the catalogue)
    base_data : the set of base databases that cities are asked for; empty for none
    licence : the address of the licence of its results; the figures of sources keep theirs
    project_prefix : what is registered for it with OC4IDS (``oc4ids-abc123``): it stands before the codes of
        published projects, so that no other programme has the same
    """

    name: Names = field(default_factory=lambda: MappingProxyType({}))
    nation: str = ""
    currency: str = ""
    price_year: str = ""
    languages: tuple[str, ...] = ("en",)
    time_zone: str = "UTC"
    fiscal_year: int = 1
    projection: str = FITTED
    words: Mapping[str, Names] = field(default_factory=_nothing)
    rates: tuple[ExchangeRate, ...] = ()
    ready_made: str = "blank"
    address: str = ""
    mail: str = ""
    sender: str = ""
    provider: str = ""
    client: str = ""
    outbound_hosts: tuple[str, ...] = ()
    embed_hosts: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    base_data: str = ""
    licence: str = ""
    project_prefix: str = ""
