"""Platform answers: what the API sends of resources, harvests, base data and keys, field by field."""

from typing import TypedDict


class ResourceRow(TypedDict, total=False):
    """A resource that everybody may see; ``days_late`` is null where it is not measurable."""

    code: str
    city: str
    state: str
    title: str
    nature: str
    publisher: str
    access_rights: str
    licence: str
    periodicity: str
    modified: str
    identifier: str
    keywords: str
    completeness: float
    missing: list[str]
    due: str | None
    days_late: int | None


class CatalogueOfCity(TypedDict, total=False):
    """How many resources a city lists, their mean completeness (a share), and how many are late."""

    city: str
    resources: int
    completeness: float
    measurable: int
    late: int


class CatalogueDifference(TypedDict, total=False):
    """Where a city says something else of a resource than is held: ``differs``, ``gone`` or ``only here``."""

    code: str
    identifier: str
    title: str
    what: str
    field: str
    here: str
    there: str


class HarvestRow(TypedDict, total=False):
    """A harvested catalogue, when its newest harvest ended, and what came of it."""

    harvest: str
    city: str
    state: str
    title: str
    finished: str | None
    new: int
    changed: int
    unchanged: int
    gone: int
    differing: int
    failure: str


class BaseDataRow(TypedDict, total=False):
    """A measure of a base database as a share; null where it is not measurable, with why."""

    database: str
    as_of: str
    measure: str
    share: float | None
    why: str
    source: str


class Introspected(TypedDict, total=False):
    """Whether a key holds now; where it does, for which body and resource, until which day, how."""

    active: bool
    sub: str
    scope: str
    exp: str
    conditions: list[str]
