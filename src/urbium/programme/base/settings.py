"""Settings: what holds for the whole programme, kept in its store, each change as a version of its own.

See ADR 0047, 0142.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import polars as pl

from urbium.catalogue import Catalogue, load_catalogue
from urbium.catalogue.exchange import Exchange
from urbium.catalogue.ready_made import BLANK, ready_made, ready_made_sets
from urbium.catalogue.time_zones import UTC_ZONE, check_zone, zone_of_nation
from urbium.errors import InputError, NotFoundError
from urbium.model import FITTED, NATION, City, ExchangeRate, Names, ProgrammeSettings, evidence_words
from urbium.money import with_decimal_point
from urbium.nations import check_currency, nation
from urbium.periods import Period
from urbium.platform.base_data import base_databases
from urbium.platform.outbound import AllowedHosts
from urbium.platform.resources import is_web_address
from urbium.programme.base.mail import check_email, check_page_address, check_provider, mail_server
from urbium.programme.base.workspace import Workspace
from urbium.text import ENGLISH, coded, languages, spoken, text

_KIND, _ID = "programme", "settings"
_MONTHS: Final = 12
_LISTS: Final = ("languages", "outbound_hosts", "embed_hosts", "profiles")
_RATE: Final = re.compile(
    r"\s*(?P<rate>[0-9]+(?:\.[0-9]+)?)\s+(?P<currency>[A-Za-z]{3})\s*/\s*(?P<per>[A-Za-z]{3})\s+"
    r"(?P<period>\S+)\s+(?P<source>\S.*)"
)
_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMBED_HOST: Final = re.compile(rf"(?:\*\.)?(?:{_LABEL}\.)+(?![0-9]+(?::|$)){_LABEL}(?::[1-9][0-9]{{0,4}})?")
_LONGEST_HOST: Final = 253
_PREFIX: Final = re.compile(r"oc4ids-[a-z0-9]{4,12}")
_CONIC: Final = re.compile(r"conic (?P<meridian>-?[\d.]+) (?P<south>-?[\d.]+) (?P<north>-?[\d.]+)")


class Settings:
    """Name, nation, money, languages, words and map of a programme; called, it returns them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store

    def __call__(self) -> ProgrammeSettings:
        """Return the settings that hold now."""
        return self._workspace.once("settings", self._read, is_pinned=True)

    def change(self, *, by: str, reason: str, **changes: Any) -> ProgrammeSettings:  # noqa: ANN401 - any setting
        """Store changed settings as a new version; return them.

        Parameters
        ----------
        by, reason : who changes them and why
        changes : as :func:`begun_with` understands them; ``name`` and ``words`` are added to those there are,
            ``rates`` take the place of those of the same currencies and period

        Raises InputError or NotFoundError for a setting that is not understood.
        """
        return self._keep(changed(self(), self._workspace.catalogue, **changes), by=by, reason=reason)

    def begin(self, settings: ProgrammeSettings, *, by: str, reason: str) -> None:
        """Store the first settings, and register the nation that they name."""
        self._keep(settings, by=by, reason=reason)
        if settings.nation:
            named = nation(settings.nation)
            place = City(named.code, MappingProxyType(dict(named.name)), NATION)
            self._store.add_cities([place], by=by, reason=reason)

    def zone(self) -> ZoneInfo:
        """Return the time zone in which the days of the programme begin and end."""
        return ZoneInfo(self().time_zone)

    def today(self) -> date:
        """Return the present day in the programme's time zone: calls, promises and approvals end by it."""
        return datetime.now(self.zone()).date()

    def exchange(self) -> Exchange:
        """Return how amounts of one currency become those of another in this programme."""
        settings = self()
        return Exchange(settings.rates, self._workspace.catalogue.assumptions, settings.price_year)

    def exchange_of(self, stage: str) -> Exchange:
        """Return how amounts were exchanged when the result of a stage was adopted; as now where none is."""
        settings = self._workspace.once(f"settings of {stage}", lambda: self._known(stage))
        rates = self._workspace.catalogue_of(stage).assumptions
        return Exchange(settings.rates, rates, settings.price_year)

    def _known(self, stage: str) -> ProgrammeSettings:
        """Return the settings of when the result of a stage was adopted; those of now where none is."""
        known = self._workspace.known_when_adopted(stage)
        versions = self._store.kept(_KIND).filter(id=_ID)
        before = [] if known is None else versions.filter(pl.col("recorded_at") <= known)["version"].to_list()
        if not before:
            return self()
        return _unpacked(self._store.kept(_KIND, _ID, version=max(before)))

    def name(self) -> str:
        """Return what the programme is called, in the language that is spoken; empty when nobody named it.

        Where nobody can choose the programme's first language, because it has no catalogue of messages,
        English is spoken for want of it, and the name in that language counts before an English one.
        """
        settings = self()
        first = settings.languages[0]
        is_for_want = spoken() == ENGLISH and first not in languages()
        return (settings.name.get(first) if is_for_want else "") or in_language(settings.name)

    def word(self, key: str) -> str:
        """Return what a level or a part of the nation is called here; empty where the settings do not say."""
        words = self().words.get(key) or ready_made(BLANK).words.get(key) or {}
        return in_language(words)

    def untranslated(self) -> list[str]:
        """Return the programme's languages in which urbium has no messages, as English calls them."""
        names = _language_names()
        return [
            names[code.partition("-")[0]]
            for code in self().languages
            if not {code, code.partition("-")[0]}.intersection(languages())
        ]

    def facts(self) -> dict[str, Any]:
        """Return the settings as they are shown: what nobody said is left out."""
        settings, without = self(), self.untranslated()
        return {
            "name": self.name(),
            "set": settings.ready_made,
            "nation": settings.nation,
            "currency": settings.currency,
            "price year": settings.price_year,
            "languages": list(settings.languages),
            "time zone": settings.time_zone,
            "fiscal year": text(
                "begins in month {month}; a plan year is named after the year in which it begins",
                month=settings.fiscal_year,
            ),
            "projection": settings.projection,
            "words": [
                text("{key}: {word}", key=key, word=in_language(word)) for key, word in settings.words.items()
            ],
            "rates": [_said(rate) for rate in settings.rates],
            "address": settings.address,
            "mail": settings.mail,
            "sender": settings.sender,
            "provider": settings.provider,
            "client": settings.client,
            "outbound hosts": list(settings.outbound_hosts),
            "embed hosts": list(settings.embed_hosts),
            "profiles": list(settings.profiles),
            "base data": settings.base_data,
            "licence": settings.licence,
            "project prefix": settings.project_prefix,
            "mind": text(
                "messages and pages are in English until urbium has a catalogue of messages in "
                "{languages:list}; the programme's name is shown in its main language",
                languages=without,
            )
            if without
            else "",
        }

    def versions(self) -> pl.DataFrame:
        """Return every version of the settings: version, recorded_at, recorded_by, reason."""
        kept: pl.DataFrame = self._store.kept(_KIND).filter(id=_ID)
        return kept.select("version", "recorded_at", "recorded_by", "reason")

    def origins(self) -> dict[str, dict[str, Any]]:
        """Return by setting the version that gave it its present value: recorded_at, recorded_by, reason."""
        before, origins = ProgrammeSettings(), dict[str, dict[str, Any]]()
        for row in self.versions().sort("version").iter_rows(named=True):
            after = _unpacked(self._store.kept(_KIND, _ID, version=row["version"]))
            names = [item.name for item in fields(after)]
            origins |= {name: row for name in names if getattr(before, name) != getattr(after, name)}
            before = after
        return origins

    def _keep(self, settings: ProgrammeSettings, *, by: str, reason: str) -> ProgrammeSettings:
        self._store.keep(_KIND, _ID, _packed(settings), by=by, reason=reason)
        return settings

    def _read(self) -> ProgrammeSettings:
        kept = self._store.kept(_KIND, _ID)
        return ready_made(BLANK) if kept is None else _unpacked(kept)


def begun_with(
    set_: str = "",
    catalogue: Catalogue | None = None,
    **given: Any,  # noqa: ANN401 - any setting
) -> ProgrammeSettings:
    """Return the settings of a new programme: those of a ready-made set, with what is given over them.

    Parameters
    ----------
    set_ : the ready-made set; ``blank`` when empty
    catalogue : what is declared; what urbium declares unless given
    given : ``name`` (a text, or texts by language), ``nation`` (ISO 3166, two or three letters), ``currency``
        (ISO 4217; that of the nation when left out), ``price_year``, ``languages``,
        ``time_zone`` (IANA; that of the nation's capital when left out), ``fiscal_year``,
        ``projection``, ``words`` (by key and language), ``rates`` (texts such as
        ``18.66 MXN/USD 2016 Banco de Mexico``), ``address``, ``mail`` and ``sender`` (of letters),
        ``provider`` and ``client`` (of signing in), ``outbound_hosts``, ``embed_hosts``,
        ``profiles``, ``base_data``, ``licence``, ``project_prefix``

    Raises InputError or NotFoundError for what is not understood.

    >>> begun_with("", nation="MX").currency
    'MXN'
    """
    settings = replace(ready_made(set_ or BLANK), name=MappingProxyType({}))
    is_other = bool(given.get("nation")) and nation(given["nation"]).code != settings.nation
    if is_other and not given.get("currency"):
        given["currency"] = settings.currency or nation(given["nation"]).currency
    if not given.get("time_zone"):
        given["time_zone"] = zone_of_nation(nation(given["nation"]).code if is_other else settings.nation)
    return changed(settings, catalogue or load_catalogue(), **given)


def changed(
    settings: ProgrammeSettings,
    catalogue: Catalogue,
    **changes: Any,  # noqa: ANN401 - any setting
) -> ProgrammeSettings:
    """Return settings with some of them changed; raise InputError or NotFoundError for what is wrong."""
    base_databases(catalogue.base_data.values(), changes.get("base_data") or "")
    profiles = dict.fromkeys(row.profile for row in catalogue.profiles)
    for name in changes.get("profiles") or ():
        if name not in profiles:
            raise NotFoundError.named(text("profile"), name, profiles)
    field_names = {item.name for item in fields(ProgrammeSettings)}
    checked = {
        name: _CHECKS[name](settings, value)
        for name, value in changes.items()
        if value is not None and name in field_names
    }
    return replace(settings, **checked)


def in_language(names: Names) -> str:
    """Return a name in the language that is spoken, else in English, else in any it has; empty for none."""
    return names.get(spoken()) or names.get(ENGLISH) or next(iter(names.values()), "")


def read_rate(written: str) -> ExchangeRate:
    """Read a rate with its date and source, such as ``18.66 MXN/USD 2016 Banco de Mexico``.

    Raises InputError when a part is missing or wrong.

    >>> read_rate("18.66 MXN/USD 2016 Banco de Mexico").per
    'USD'
    """
    match = _RATE.fullmatch(written)
    if match is None or not float(match["rate"]) > 0:
        pointed = with_decimal_point(written)
        raise InputError(
            coded("programme.settings.rate", "{given!r} is not an exchange rate with a date and a source",
                 given=written),
            remedy=text("write a decimal point: {pointed}", pointed=pointed)
            if pointed
            else text(
                'write the rate, the currencies, the period and the source: "18.66 MXN/USD 2016 Banco '
                'de México"'
            ),
        )  # fmt: skip
    period = str(Period.parse(match["period"]))
    return ExchangeRate(
        check_currency(match["currency"]), check_currency(match["per"]), float(match["rate"]), period,
        match["source"].strip(),
    )  # fmt: skip


def _name(settings: ProgrammeSettings, given: str | Names) -> Names:
    names = {settings.languages[0]: given} if isinstance(given, str) else given
    return MappingProxyType(dict(settings.name) | dict(names))


def _nation(_: ProgrammeSettings, given: str) -> str:
    return nation(given).code if given else ""


def _currency(_: ProgrammeSettings, given: str) -> str:
    return check_currency(given) if given else ""


def _price_year(_: ProgrammeSettings, given: str | int) -> str:
    return str(Period.parse(given)) if given else ""


def _languages(_: ProgrammeSettings, given: str | Sequence[str]) -> tuple[str, ...]:
    listed = given.split(",") if isinstance(given, str) else given
    codes = tuple(code.strip().lower() for code in listed if code.strip())
    names = _language_names()
    wrong = [
        code
        for code in codes
        if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+)*", code) or code.partition("-")[0] not in names
    ]
    if wrong or not codes:
        raise InputError(
            coded("programme.settings.language", "{given!r} is not the code of a language",
                 given=", ".join(wrong) or str(given)),
            remedy=text("write codes such as en, zh or es"),
        )  # fmt: skip
    return codes


def _language_names() -> Mapping[str, str]:
    """Return what English calls each language, by its code."""
    from babel import Locale  # noqa: PLC0415 - heavy, and only when languages are set or listed

    return cast("Mapping[str, str]", Locale(ENGLISH).languages)


def _fiscal_year(_: ProgrammeSettings, given: int) -> int:
    if not 1 <= given <= _MONTHS:
        raise InputError(
            coded("programme.settings.month", "a year cannot begin in month {month}", month=given),
            remedy=text("enter 1 (January) to 12 (December)"),
        )
    return given


def _projection(_: ProgrammeSettings, given: str) -> str:
    match = _CONIC.fullmatch(given.strip())
    if given.strip() == FITTED or (
        match
        and -180 <= float(match["meridian"]) <= 180  # noqa: PLR2004 - degrees
        and -90 < float(match["south"]) <= float(match["north"]) < 90  # noqa: PLR2004
    ):
        return given.strip()
    raise InputError(
        coded("programme.settings.projection", "{given!r} is not a projection", given=given),
        remedy=text(
            "write fitted, or conic with the central meridian and the parallels in degrees, such "
            "as conic 10 40 60"
        ),
    )


def _words(settings: ProgrammeSettings, given: Mapping[str, str | Names]) -> Mapping[str, Names]:
    words = dict(settings.words)
    for key, word in given.items():
        names = {settings.languages[0]: word} if isinstance(word, str) else word
        words[key] = MappingProxyType(dict(words.get(key, {})) | dict(names))
    return MappingProxyType(words)


def _rates(settings: ProgrammeSettings, given: Sequence[str | ExchangeRate]) -> tuple[ExchangeRate, ...]:
    rates = {(rate.currency, rate.per, rate.period): rate for rate in settings.rates}
    for rate in given:
        added = read_rate(rate) if isinstance(rate, str) else rate
        rates[added.currency, added.per, added.period] = added
    return tuple(rates.values())


def _outbound_hosts(_: ProgrammeSettings, given: Sequence[str]) -> tuple[str, ...]:
    AllowedHosts.read(given)
    return tuple(given)


def check_embed_host(written: str) -> str:
    """Return a host whose pages may frame a chart; raise InputError for what is none.

    A host is a full name, with a port if it is not the usual one. ``*.`` stands for all hosts below a name
    of at least two parts, and not for that name; nothing stands for everybody.

    >>> check_embed_host("WWW.example.org"), check_embed_host("*.example.org:8443")
    ('www.example.org', '*.example.org:8443')
    """
    host = written.strip().lower()
    if _EMBED_HOST.fullmatch(host) and len(host) <= _LONGEST_HOST:
        return host
    raise InputError(
        coded("programme.settings.embed_host", "{given!r} is not a host that may show charts",
              given=written[:80]),
        remedy=text(
            "write a full host name without https:// or a path, such as www.example.org; "
                "*.example.org stands for all hosts below example.org, and the name after *. must have "
                "at least two parts"
        ),
    )  # fmt: skip


def check_licence(licence: str) -> str:
    """Return the address of a licence, or nothing where none is given; raise InputError for another word."""
    if not licence or is_web_address(licence):
        return licence
    raise InputError(
        coded(
            "programme.publication.licence", "{licence!r} is not the address of a licence", licence=licence
        ),
        remedy=text("write for example https://creativecommons.org/licenses/by/4.0/"),
    )


def _project_prefix(_: ProgrammeSettings, given: str) -> str:
    if not given or _PREFIX.fullmatch(given):
        return given
    raise InputError(
        coded("programme.settings.project_prefix", "{given!r} is not an OC4IDS prefix", given=given[:80]),
        remedy=text("write it as it was registered, such as oc4ids-abc123"),
    )


_CHECKS: Mapping[str, Any] = MappingProxyType(
    {
        "name": _name,
        "nation": _nation,
        "currency": _currency,
        "price_year": _price_year,
        "languages": _languages,
        "time_zone": lambda _, given: check_zone(given) if given else UTC_ZONE,
        "fiscal_year": _fiscal_year,
        "projection": _projection,
        "words": _words,
        "rates": _rates,
        "address": lambda _, given: check_page_address(given) if given else "",
        "mail": lambda _, given: str(mail_server(given)) if given else "",
        "sender": lambda _, given: check_email(given) if given else "",
        "provider": lambda _, given: check_provider(given) if given else "",
        "client": lambda _, given: given.strip(),
        "outbound_hosts": _outbound_hosts,
        "embed_hosts": lambda _, given: tuple(map(check_embed_host, given)),
        "profiles": lambda _, given: tuple(given),
        "base_data": lambda _, given: given,
        "licence": lambda _, given: check_licence(given),
        "project_prefix": _project_prefix,
    }
)
"""What reads each setting that may be given."""


def _said(rate: ExchangeRate) -> str:
    return text(
        "{currency} {rate:g} per {per}, {period}, {source} ({evidence})",
        currency=rate.currency, rate=rate.rate, per=rate.per, period=rate.period, source=rate.source,
        evidence=evidence_words(rate.evidence)
    )  # fmt: skip


def _packed(settings: ProgrammeSettings) -> dict[str, Any]:
    plain = {item.name: getattr(settings, item.name) for item in fields(settings)}
    return plain | {
        "name": dict(settings.name),
        **{name: list(getattr(settings, name)) for name in _LISTS},
        "words": {key: dict(word) for key, word in settings.words.items()},
        "rates": [{item.name: getattr(rate, item.name) for item in fields(rate)} for rate in settings.rates],
    }


def _unpacked(kept: Mapping[str, Any]) -> ProgrammeSettings:
    field_names = {item.name for item in fields(ProgrammeSettings)}
    plain = {name: value for name, value in kept.items() if name in field_names}
    plain.setdefault("base_data", ready_made_sets().get(plain["ready_made"], ready_made(BLANK)).base_data)
    return ProgrammeSettings(
        **plain
        | {
            "name": MappingProxyType(kept["name"]),
            **{name: tuple(kept.get(name, ())) for name in _LISTS},
            "words": MappingProxyType({key: MappingProxyType(word) for key, word in kept["words"].items()}),
            "rates": tuple(ExchangeRate(**rate) for rate in kept["rates"]),
        }
    )
