"""Settings: a new programme with its name, nation and money, and what of these is changed later."""

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from urbium.cli.bringing import AUTHOR, Author
from urbium.cli.opening import opened
from urbium.cli.show import COMMON, Common, say_facts, show
from urbium.packaged import words_of
from urbium.text import Text, text

if TYPE_CHECKING:
    from urbium.programme.results.doctor import Finding

_Several = Annotated[list[str] | None, Parameter(consume_multiple=True)]


_SETTINGS: Final = {
    "word": "words", "rate": "rates", "outbound_host": "outbound_hosts", "embed_host": "embed_hosts",
    "profile": "profiles",
}  # fmt: skip
"""Settings of several values by the option that gives each of them."""


@Parameter(name="*")
@dataclass(frozen=True)
class Said:
    """Options for creating a programme and changing it later.

    Parameters
    ----------
    name
        The name of the programme, in each language if there are several: "en:Cities of Mexico" "es:Ciudades
        de México".
    currency
        The currency of plans (ISO 4217), such as MXN; by default, that of the nation.
    price_year
        The price year to which plans convert costs, using the declared price index.
    languages
        The readers' language codes, main language first: es,en.
    time_zone
        The time zone in which the programme's days begin and end, such as America/Mexico_City; by default,
        that of the nation's capital.
    fiscal_year
        The month in which the fiscal year begins, 1 to 12.
    projection
        Projection of the programme's maps: fitted (to the extent of the places), or conic with a central
        meridian and two parallels in degrees: "conic 10 40 60".
    word
        What a level or a part of the nation is called: "region=state" "regions=states" "level metro=zona
        metropolitana".
    rate
        Exchange rates, each with its period and source: "18.66 MXN/USD 2016 Banco de México".
    address
        The public address of the pages, for links in letters: https://urbium.example.org; with a path if
        the pages are served under one: https://www.example.org/towns. A server reads it when it starts.
    mail
        The mail server: smtps://robot@mail.example.org (TLS from the start) or smtp://mail.example.org:587
        (STARTTLS). The password is in URBIUM_MAIL_PASSWORD, and is not stored.
    sender
        The e-mail address from which letters are sent, and to which readers of the pages can write.
    provider
        The issuer of an OpenID provider through which people sign in: https://id.example.org. Requires
        urbium[oidc].
    client
        The client id under which urbium is registered with the OpenID provider. Its secret is in
        URBIUM_OIDC_SECRET, and is not stored.
    outbound_host
        All hosts to which requests may be sent: data.example.org, with a port if it is not the usual one,
        and "10.0.0.5:8080 private" if it is in a private network.
    embed_host
        All hosts whose pages may show a chart in a frame: www.example.org, or *.example.org for all
        subdomains of example.org. The address of the pages must be set, too.
    profile
        Sets of fields that must be filled in for a catalogue of resources, beyond those of DCAT-AP: exchange,
        hvd.
    base_data
        The set of base databases that cities are asked for; an unknown name lists them all.
    licence
        The address of the licence for the programme's results and publications, such as
        https://creativecommons.org/licenses/by/4.0/; the figures from each source keep their own licence.
    project_prefix
        The prefix that the Open Contracting Partnership registered for projects published here, such as
        oc4ids-abc123. It makes their codes unique worldwide.
    """

    name: _Several = None
    currency: str | None = None
    price_year: str | None = None
    languages: str | None = None
    time_zone: str | None = None
    fiscal_year: int | None = None
    projection: str | None = None
    word: _Several = None
    rate: _Several = None
    address: str | None = None
    mail: str | None = None
    sender: str | None = None
    provider: str | None = None
    client: str | None = None
    outbound_host: _Several = None
    embed_host: _Several = None
    profile: _Several = None
    base_data: str | None = None
    licence: str | None = None
    project_prefix: str | None = None

    def given(self) -> dict[str, Any]:
        """Return the settings that were given, as the programme understands them."""
        from urbium.programme.base.typed_settings import read_names, read_words

        values = {option.name: getattr(self, option.name) for option in fields(self)}
        for name, read in (("name", read_names), ("word", read_words)):
            values[name] = read(values[name]) if values[name] else None
        return {_SETTINGS.get(name, name): value for name, value in values.items() if value is not None}


_SAID = Said()


def new(
    database: str = "",
    /,
    *,
    set_: Annotated[str, Parameter(name="--set")] = "",
    nation: str | None = None,
    said: Said = _SAID,
    common: Common = COMMON,
) -> None:
    """Create an empty programme, with its name, nation and currency.

    Parameters
    ----------
    database
        The programme to create: a file, or the URL of a PostgreSQL database; by default, the one given by
        --database.
    set_
        The ready-made settings to start from, such as india-scm or eu-mission; an unknown name lists them
        all.
    nation
        The code of the nation (ISO 3166), such as MX or MEX; it is registered as a place.
    """
    from urbium import programme

    where = replace(common, database=database) if database else common
    given = said.given() | ({} if nation is None else {"nation": nation})
    with programme.new(where.database, catalogue=where.catalogue, set=set_, **given) as empty:
        say_facts(empty.summary() | empty.settings.facts(), where)


def settings(*, said: Said = _SAID, author: Author = AUTHOR, common: Common = COMMON) -> None:
    """Show or change the settings of a programme; each change is a version that says who made it and why."""
    given = said.given()
    with opened(common, by=author.by) as programme:
        if given:
            programme.settings.change(by=author.by, reason=author.reason or "settings", **given)
        say_facts(programme.settings.facts(), common)


_STAGES: Final = words_of("stage")


def doctor(*, common: Common = COMMON) -> None:
    """Show, for each stage, what is available, what is missing, and what the missing parts would need."""
    with opened(common) as programme:
        if common.json:
            print(programme.doctor.table().write_json())
            return
        ready, findings = programme.doctor.ready(), programme.doctor()
        for stage in dict.fromkeys(one.stage for one in findings):
            of_stage = [one for one in findings if one.stage == stage]
            is_foreign = any(one.state == "foreign" for one in of_stage)
            show(_heading(stage, is_ready=ready.get(stage), is_foreign=is_foreign))
            for one in of_stage:
                show(_line(one))


def _heading(stage: str, *, is_ready: bool | None, is_foreign: bool) -> Text:
    """Say what a stage makes and whether it is ready; of anything else, whether another nation's holds."""
    title = _STAGES.get(stage, stage)
    if is_ready is None and not is_foreign:
        return text("{stage} ({title}): could be better", stage=stage, title=title)
    if is_ready is None:
        return text("{stage} ({title}): part of it was made for another nation",
                    stage=stage, title=title)  # fmt: skip
    if is_ready:
        return text("{stage} ({title}): ready", stage=stage, title=title)
    return text("{stage} ({title}): not ready", stage=stage, title=title)


def _line(one: "Finding") -> Text:
    facts = {"what": one.what, "known": one.known, "remedy": one.remedy}
    if one.state == "there":
        return text("  there: {what}: {known}", **facts)
    if one.state == "foreign":
        return text("  in force: {known}; {remedy}", **facts)
    if one.state == "missing":
        return text("  missing: {what}: {known}; {remedy}", **facts)
    return text("  better with: {what}: {known}; {remedy}", **facts)
