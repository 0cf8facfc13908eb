"""Resources of a programme: its catalogue as everybody sees it, its quality, and files brought into it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl

from urbium.access import Actor
from urbium.errors import Fault, InputError
from urbium.model.dossiers import Dossier
from urbium.model.platform import ProfileField
from urbium.platform.dcat import catalogue_document, read_catalogue
from urbium.platform.harvest import code_of
from urbium.platform.portals import read_data_json
from urbium.platform.resources import (
    DESCRIBED,
    Completeness,
    Distribution,
    Freshness,
    Resource,
    completeness,
    day_of,
    freshness,
    normal,
    resource_faults,
)
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.platform_rules import asked_of_resources
from urbium.text import coded, text

_KIND: Final = "resource"
_OPEN: Final = ("published", "gone")
_SMALL: Final = (".csv", ".xlsx", ".xls", ".ods", ".tsv", ".txt")
_LISTS: Final = ("themes", "keywords", "legislation", "conforms_to", "serves")
_LARGEST: Final = 50 * 1024 * 1024
_COLUMNS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(
        ("code", "city", "state", "title", "description", "nature", "publisher", "access_rights", "licence",
         "periodicity", "modified", "identifier", "keywords"),
        pl.String,
    ),
    "completeness": pl.Float64, "missing": pl.List(pl.String), "due": pl.Date, "days_late": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quality:
    """How complete and how fresh a resource is."""

    completeness: Completeness
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of a file: codes of resources that were begun, changed, and differ from what is listed."""

    begun: tuple[str, ...]
    changed: tuple[str, ...]
    differing: tuple[str, ...]
    unchanged: int


class Resources:
    """The catalogue of resources of the cities: data sets, services and feeds."""

    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._desk, self._casework = desk, casework
        self._store = desk.workspace.store.dossiers

    def table(
        self, *, city: str = "", words: str = "", nature: str = "", access: str = "", late: bool = False
    ) -> pl.DataFrame:
        """Return the resources that everybody may see, by title, with completeness and freshness.

        Parameters
        ----------
        city : only those of this city, by its code
        words : stand in title, description, publisher or keywords
        nature, access : only those of this kind, with these access rights
        late : only those that are not up to date
        """
        table = self._listed()
        for column, value in (("city", city), ("nature", nature), ("access_rights", access)):
            table = table.filter(pl.col(column) == value) if value else table
        sought = pl.concat_str(
            "title", "description", "publisher", "keywords", separator=" "
        ).str.to_lowercase()
        for word in words.lower().split():
            table = table.filter(sought.str.contains(word, literal=True))
        return table.filter(pl.col("days_late") > 0) if late else table

    def by_city(self) -> pl.DataFrame:
        """Return of each city how many resources it lists, how complete they are, and how many are late.

        Columns: city, resources, completeness (mean), measurable (those of which it can be told), late.
        """
        return (
            self._listed()
            .filter(pl.col("state") == "published")
            .group_by("city")
            .agg(
                resources=pl.len(),
                completeness=pl.col("completeness").mean(),
                measurable=pl.col("days_late").is_not_null().sum(),
                late=(pl.col("days_late") > 0).sum(),
            )
            .sort("city")
        )

    def quality(self, content: Mapping[str, Any], *, on: date | None = None) -> Quality:
        """Return how complete and how fresh the content of a resource is."""
        return _quality(content, asked_of_resources(self._desk), on or self._desk.today())

    def document(self, *, city: str = "", address: str = "") -> str:
        """Return the published catalogue, or that of one city, as DCAT in JSON-LD.

        Parameters
        ----------
        city : the code of a city; empty for all
        address : where the pages are; that of the settings when empty
        """
        of_city = {"city": city} if city else {}
        return catalogue_of(self._desk, self._desk.dossiers(_KIND, state="published", **of_city), address)

    def _listed(self) -> pl.DataFrame:
        """Return the resources that everybody may see, made anew where one has changed, or the day."""
        day, asked = self._desk.today(), asked_of_resources(self._desk)

        def made() -> pl.DataFrame:
            rows = self._desk.dossiers(_KIND, state=list(_OPEN))
            table = [_row(one, _quality(one.content, asked, day)) for one in rows]
            return pl.DataFrame(table, schema=dict(_COLUMNS)).sort("title", "code")

        of = (self._store.last_change(_KIND), day)
        return self._desk.workspace.once("listed resources", made, of=of)

    # --- files ----------------------------------------------------------------------------------------------

    def bring(self, actor: Actor, path: Path, *, city: str, reason: str = "") -> Brought:
        """Bring a file of resources in: a table (CSV, Excel), DCAT in RDF, or a data.json.

        New ones are begun as drafts, drafts of the same identifier are changed; what is listed already stays
        as it is, and is named where the file says otherwise.

        Raises InputError with every fault by its row or identifier; then nothing is stored.
        """
        place = self._desk.city(city).code
        resources = [normal(one) for one in self._read(path)]
        _refuse(path, resources)
        there = {str(one.content["identifier"]): one for one in self._desk.dossiers(_KIND, city=place)}
        begun, changed, differing, same = [], [], [], 0
        with self._desk.workspace.store.together():
            for resource in resources:
                content = {
                    name: value for name, value in msgspec.to_builtins(resource).items() if name in DESCRIBED
                }
                before = there.get(resource.identifier)
                if before is None:
                    code = code_of(place, resource.identifier)
                    self._casework.begin(actor, _KIND, code, content, city=place, reason=reason)
                    begun.append(code)
                elif content == {name: before.content[name] for name in DESCRIBED}:
                    same += 1
                elif before.state == "draft":
                    version = before.version
                    self._casework.act(
                        actor, _KIND, before.code, "change", content, version=version, reason=reason
                    )
                    changed.append(before.code)
                else:
                    differing.append(before.code)
        return Brought(tuple(begun), tuple(changed), tuple(differing), same)

    def _read(self, path: Path) -> Iterable[Resource]:
        if path.suffix.lower() in _SMALL:
            return _of_table(path)
        size = path.stat().st_size
        if size > _LARGEST:
            raise InputError(
                coded("programme.resource.large", "a catalogue of over 50 MB cannot be read in one go"),
                place=path.name,
                remedy=text("split it, or have it harvested"),
            )
        content = path.read_bytes()
        if path.suffix.lower() == ".json" and b"conformsTo" in content and b'"dataset"' in content:
            return read_data_json(content, name=path.name)
        languages = self._desk.settings().languages
        return [one for _, one in read_catalogue(content, name=path.name, languages=languages)]


def catalogue_of(desk: Desk, resources: Iterable[Dossier], address: str = "") -> str:
    """Return resources as a catalogue: DCAT in JSON-LD, without their notes."""
    rows = [(one.code, one.city, msgspec.convert(one.content | {"note": ""}, Resource)) for one in resources]
    title, place = desk.settings.name() or "urbium", address or desk.settings().address or "urn:urbium"
    language = desk.settings().languages[0]
    document = catalogue_document(rows, address=place, title=title, publisher=title, language=language)
    return json.dumps(document, ensure_ascii=False, indent=1)


def _quality(content: Mapping[str, Any], asked: tuple[ProfileField, ...], on: date) -> Quality:
    resource = msgspec.convert(content, Resource)
    return Quality(completeness(resource, asked), freshness(resource, on))


def _row(dossier: Dossier, quality: Quality) -> dict[str, Any]:
    content = dossier.content
    missing = (*quality.completeness.missing_mandatory, *quality.completeness.missing_recommended)
    columns = {name: content[name] for name in _COLUMNS if name in content and name != "keywords"}
    return columns | {
        "modified": str(day_of(content["modified"]) or ""),
        "code": dossier.code, "city": dossier.city, "state": dossier.state,
        "keywords": " ".join(content["keywords"]), "completeness": quality.completeness.share,
        "missing": list(missing), "due": quality.freshness.due, "days_late": quality.freshness.days_late,
    }  # fmt: skip


def _of_table(path: Path) -> list[Resource]:
    """Return the resources of a table; lists are separated by semicolons, one distribution a row."""
    from urbium.sources.door import read_table  # noqa: PLC0415 - heavy

    forms = [f"distribution_{one.name}" for one in msgspec.structs.fields(Distribution) if one.name != "size"]
    plain = [name for name in DESCRIBED if name != "distributions"]
    columns = dict.fromkeys((*plain, *forms), pl.String())
    rows: dict[str, dict[str, Any]] = {}
    for row in read_table(path, columns, needed=("title", "identifier")).iter_rows(named=True):
        said: dict[str, Any] = {name: row[name] or "" for name in plain}
        said |= {name: [one.strip() for one in said[name].split(";") if one.strip()] for name in _LISTS}
        said["nature"] = said["nature"] or "dataset"
        held = rows.setdefault(said["identifier"], {**said, "distributions": []})
        if row["distribution_access_url"]:
            form = {name.removeprefix("distribution_"): row[name] or "" for name in forms}
            held["distributions"].append(form)
    return [msgspec.convert(one, Resource) for one in rows.values()]


def _refuse(path: Path, resources: Iterable[Resource]) -> None:
    """Raise InputError with what is wrong in a file; what profiles ask is asked when it is to be listed."""
    faults, identifiers = [], set()
    for number, one in enumerate(resources, 1):
        of = one.identifier or str(number)
        faults += [_placed(fault, of) for fault in resource_faults(one)]
        if not one.title:
            message = coded("programme.resource.untitled", "it is empty")
            faults.append(Fault("error", message, text("enter a title"), sheet=of, cell="title"))
        if not one.identifier or of in identifiers:
            message = coded("programme.resource.nameless", "it is empty, or appears twice in the file")
            remedy = text("give each resource its own identifier")
            faults.append(Fault("error", message, remedy, sheet=of, cell="identifier"))
        identifiers.add(of)
    if faults:
        raise InputError(
            coded(
                "programme.resource.faults", "the file has one fault", "the file has {count:,} faults",
                count=len(faults)
            ),
            place=path.name,
            remedy=text("correct each fault listed; nothing was stored"),
            faults=faults,
        )  # fmt: skip


def _placed(fault: Fault, sheet: str) -> Fault:
    return Fault(fault.severity, fault.message, fault.remedy, sheet=sheet, cell=fault.cell)
