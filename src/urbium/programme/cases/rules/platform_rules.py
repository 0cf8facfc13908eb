"""Rules of the platform: what is checked of resources, harvests, requests for data and base data."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from urbium.errors import Fault, UrbiumError
from urbium.model.dossiers import Dossier
from urbium.model.platform import BaseDatabase, ProfileField
from urbium.pilot.contracts.taskbooks import TaskBook
from urbium.platform.base_data import MEASURES, BaseReport, base_databases
from urbium.platform.exchange import DELIVERIES, DataRequest
from urbium.platform.harvest import FORMATS, HarvestedCatalogue, digest_of
from urbium.platform.outbound import AllowedHosts, check_address
from urbium.platform.resources import Resource, asked_fields, day_of, described, resource_faults
from urbium.programme.cases.desk import Desk
from urbium.text import coded, text

Rules = tuple[Mapping[str, Any], Mapping[str, Any]]


def asked_of_cities(desk: Desk) -> tuple[BaseDatabase, ...]:
    """Return the base databases that the programme asks of its cities."""
    return base_databases(desk.workspace.catalogue.base_data.values(), desk.settings().base_data)


def asked_of_resources(desk: Desk) -> tuple[ProfileField, ...]:
    """Return the fields that the programme asks of resources."""
    return asked_fields(desk.workspace.catalogue.profiles, desk.settings().profiles)


def _fault(field: str, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, cell=field)


def _no_choice(field: str, word: str, words: Sequence[str]) -> Iterator[Fault]:
    if word not in words:
        yield _fault(
            field,
            coded(
                "programme.platform.word",
                "{word!r} is not one of the words allowed for this field",
                word=word,
            ),
            text("write one of: {words:list}", words=list(words)),
        )


def _of_city(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    if dossier.city:
        return ()
    return [
        _fault(
            "city",
            coded("programme.platform.city", "it does not belong to any city"),
            text("use the code of the city, or of the nation"),
        )
    ]


# --- resources ----------------------------------------------------------------------------------------------


def _listable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    resource = dossier.content_as(Resource)
    return [*resource_faults(resource, asked_of_resources(desk)), *_twice(desk, dossier, resource)]


def _publishable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    faults = list(_listable(desk, dossier))
    if dossier.content["access_rights"] == "NON_PUBLIC":
        faults.append(
            _fault(
                "access_rights",
                coded("programme.resource.hidden", "a resource that is not public cannot be published"),
                text("list it for public bodies only"),
            )
        )
    return faults


def _twice(desk: Desk, dossier: Dossier, resource: Resource) -> Iterator[Fault]:
    if not resource.identifier:
        return
    for other in desk.dossiers("resource", city=dossier.city, state=["published", "shared"]):
        if other.code != dossier.code and other.content["identifier"] == resource.identifier:
            yield _fault(
                "identifier",
                coded("programme.resource.twice", "{name} already has this identifier", name=other.code),
                text("revise that resource, or use a different identifier"),
            )


def _held(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Note that what was harvested was changed here, and what the city says otherwise from now on."""
    before = desk.dossier("resource", dossier.code)
    if before is None or not dossier.content["harvest"]:
        return [dossier]
    there = described(before.content) | before.content["said"]
    differing = {name: value for name, value in there.items() if value != dossier.content[name]}
    return [dossier.noting(held=True, said=differing)]


def _settles(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    if dossier.content["said"]:
        return ()
    return [
        _fault(
            "said",
            coded("programme.resource.agreed", "the city does not state anything different"),
            text("there is nothing to settle"),
        )
    ]


def _adopted(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    return [dossier.noting(**dossier.content["said"], said={}, held=False)]


def _kept(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    settled = described(dossier.content) | dossier.content["said"]
    return [dossier.noting(said={}, settled=digest_of(settled))]


# --- harvests -----------------------------------------------------------------------------------------------


def _harvest(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    return [*_of_city(desk, dossier), *_never_asked(dossier.content["address"])]


def _never_asked(address: str) -> Iterator[Fault]:
    """Yield why an address is not even stored."""
    if address:
        try:
            check_address(address)
        except UrbiumError as error:
            yield _fault("address", error.message, error.remedy)


def _harvestable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    catalogue = dossier.content_as(HarvestedCatalogue)
    faults = [*_of_city(desk, dossier), *_no_choice("format", catalogue.format, FORMATS)]
    try:
        AllowedHosts.read(desk.settings().outbound_hosts).demand(catalogue.address)
    except UrbiumError as error:
        faults.append(_fault("address", error.message, error.remedy))
    if catalogue.every < 1:
        faults.append(
            _fault(
                "every",
                coded("programme.harvest.every", "a catalogue can be harvested at most once a day"),
                text("write at least 1"),
            )
        )
    return faults


# --- requests for data --------------------------------------------------------------------------------------


def _request(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    return [*_never_asked(dossier.content["address"])]


def _askable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    request = dossier.content_as(DataRequest)
    missing = [name for name in ("body", "purpose", "legal_basis") if not getattr(request, name)]
    return [
        *(
            _fault(
                name,
                coded("programme.exchange.missing", "the owner needs to know this"),
                text("fill it in"),
            )
            for name in missing
        ),
        *_no_choice("delivery", request.delivery, DELIVERIES),
        *(_no_receiver(desk, request.address) if request.delivery == "subscription" else ()),
    ]


def _no_receiver(desk: Desk, address: str) -> Iterator[Fault]:
    """Yield why new versions cannot be sent to an address."""
    try:
        host = AllowedHosts.read(desk.settings().outbound_hosts).demand(address)
    except UrbiumError as error:
        yield _fault("address", error.message, error.remedy)
        return
    if not address.startswith("https://") and not host.is_private:
        yield _fault(
            "address",
            coded(
                "programme.exchange.plain",
                "data is sent unencrypted only to hosts that the programme office has marked as private",
            ),
            text("use an address that begins with https://"),
        )


def _approvable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    last = day_of(dossier.content["until"])
    if last is not None and last >= desk.today():
        return ()
    return [
        _fault(
            "until",
            coded("programme.exchange.until", "the last day of the approval is missing or has passed"),
            text("write it as 2027-12-31"),
        )
    ]


def _deliverable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    request = dossier.content_as(DataRequest)
    kept = desk.workspace.store.dossiers
    return [
        _fault(
            "files",
            coded("programme.exchange.no_file", "the file {name!r} is not stored here", name=one.name),
            text("submit the file itself (urbium requests deliver)"),
        )
        for one in request.files
        if kept.attachment(one.sha256) is None
    ]


# --- base data ----------------------------------------------------------------------------------------------


def _base_report(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    report = dossier.content_as(BaseReport)
    codes = [one.code for one in asked_of_cities(desk)]
    faults = [*_of_city(desk, dossier), *_no_choice("database", report.database, codes)]
    for link in report.links:
        faults += _no_choice("links", link.database, [one for one in codes if one != report.database])
    counts = {"records": report.records, "identified": report.identified}
    most = report.identified if report.identified is not None else report.records
    wrong = [name for name, count in counts.items() if count is not None and count < 0]
    wrong += ["records"] if report.records is None else []
    wrong += ["identified"] if (report.identified or 0) > (report.records or 0) else []
    wrong += ["links"] if any(not 0 <= link.linked <= (most or 0) for link in report.links) else []
    faults += [
        _fault(
            name,
            coded(
                "programme.base.count",
                "this count is missing, below zero, or larger than the total it belongs to",
            ),
            text("correct it"),
        )
        for name in wrong
    ]
    faults += [
        _fault(
            name,
            coded("programme.base.day", "this is not a date, or it is in the future"),
            text("write it as 2026-03-31"),
        )
        for name in ("as_of", "updated")
        if (day := day_of(getattr(report, name))) is None or day > desk.today()
    ]
    return faults


def condition_faults(desk: Desk, book: TaskBook) -> Iterator[Fault]:
    """Yield what is wrong with the minimum conditions of a task book."""
    codes = [one.code for one in asked_of_cities(desk)]
    for one in book.conditions:
        yield from _no_choice("conditions", one.database, codes)
        yield from _no_choice("conditions", one.measure, MEASURES)
        if not 0 < one.threshold <= 1:
            yield _fault(
                "conditions",
                coded(
                    "programme.base.threshold",
                    "{share:g} is not a valid share",
                    share=one.threshold,
                ),
                text("enter a share above 0 and at most 1"),
            )


RESOURCES: Final[Rules] = (
    {
        "create": _of_city, "propose": _listable, "publish": _publishable, "share": _listable,
        "adopt": _settles, "keep": _settles,
    },
    {"change": _held, "adopt": _adopted, "keep": _kept},
)  # fmt: skip
"""Of each kind: what is checked, and what is computed, by action."""
HARVESTS: Final[Rules] = ({"create": _harvest, "change": _harvest, "activate": _harvestable}, {})
REQUESTS: Final[Rules] = (
    {
        "create": _request,
        "change": _request,
        "send": _askable,
        "approve": _approvable,
        "deliver": _deliverable,
    },
    {},
)
BASE_REPORTS: Final[Rules] = ({"create": _of_city, "submit": _base_report}, {})
