"""Figures: what people bring in themselves, and the suspect ones that somebody accepts or rejects.

The programme office brings in figures of every city; an officer those of the own city, and a file that holds
another city's is refused whole, before anything is said of it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from urbium.access import Actor, clauses
from urbium.errors import ForbiddenError, InputError, NotFoundError
from urbium.model import Status
from urbium.programme.register import Register
from urbium.store import Receipt
from urbium.text import text

if TYPE_CHECKING:
    from urbium.sources import Reading

__all__ = ["Figures", "check_cities", "check_mapping", "check_name", "cities_of", "receipt_record"]

_KEY = ("city", "variable", "area", "source", "period")
_KIND = "figures"
_LONGEST_NAME = 200


class Figures:
    """The figures of a programme, as people bring, accept and reject them.

    Parameters
    ----------
    register : where they are kept
    """

    def __init__(self, register: Register) -> None:
        self._register = register

    def read(
        self, actor: Actor, path: Path, *, mapping: str = "", source: str = "", projected_from: str = ""
    ) -> "Reading":
        """Read a file that somebody sends and find its faults; store nothing.

        Parameters
        ----------
        actor, path : who sends which file
        mapping : the name of a packaged mapping, for a file of others
        source, projected_from : as in :meth:`Register.check`

        Raises ForbiddenError for somebody who brings in no figures, and for a file with another city's.
        """
        allowed = check_cities(actor, _KIND, "load", ())
        check_mapping(mapping)
        reading = self._register.check(
            path, mapping=mapping or None, source=source, projected_from=projected_from
        )
        if allowed is not None:
            places = set(self._register.places()["code"])
            strange = {fault.city for fault in reading.faults} & places
            check_cities(actor, _KIND, "load", {*reading.table["city"], *strange})
        return reading

    def record(self, actor: Actor, reading: "Reading", *, reason: str = "") -> Receipt:
        """Store a file that was read, whole; refuse it (InputError) for a hard fault."""
        why = reason or text("programme.figures.reason", "brought in").render()
        return self._register.record(reading, by=actor.account, reason=why)

    def suspects(self, actor: Actor, *, city: str = "", after: str = "", most: int = 100) -> pl.DataFrame:
        """Return the suspect figures of the cities whose figures an actor may bring in or accept.

        Parameters
        ----------
        actor, city : who asks, and for which city only
        after, most : only those after this ``key``, and at most so many

        Returns
        -------
        The columns of :data:`urbium.model.OBSERVATION`, and ``key``, by which they are sorted.
        """
        allowed = _joined(cities_of(actor, _KIND, "accept"), cities_of(actor, _KIND, "load"))
        if allowed is not None and not allowed:
            raise _forbidden("read")
        wanted = None if not city else {city}
        chosen = wanted if allowed is None else allowed if wanted is None else allowed & wanted
        rows = self._register.observations(statuses=[Status.SUSPECT], cities=chosen)
        key = pl.concat_str(*_KEY, separator="|").alias("key")
        return rows.with_columns(key).sort("key").filter(pl.col("key") > after).head(most)

    def accept(
        self,
        actor: Actor,
        *,
        city: str,
        variable: str,
        period: str,
        area: str = "",
        source: str = "",
        reason: str,
    ) -> None:
        """Accept a suspect figure, with a reason; from then on it enters scores.

        Raises ForbiddenError unless the actor may, NotFoundError, ConflictError and InputError as
        :meth:`Register.accept`.
        """
        check_cities(actor, _KIND, "accept", {self._register.city(city).code})
        self._register.accept(
            city, variable, period, by=actor.account, reason=reason, area=area or None, source=source or None
        )

    def reject(
        self,
        actor: Actor,
        *,
        city: str,
        variable: str,
        period: str,
        area: str = "",
        source: str = "",
        reason: str,
    ) -> None:
        """Reject a suspect figure, with a reason; it stays in the store, is never used, and waits no longer.

        It raises what :meth:`accept` raises.
        """
        check_cities(actor, _KIND, "reject", {self._register.city(city).code})
        self._register.reject(
            city, variable, period, by=actor.account, reason=reason, area=area or None, source=source or None
        )


def cities_of(actor: Actor, kind: str, action: str) -> frozenset[str] | None:
    """Return the cities in which an actor may do something; None for every city."""
    rights = clauses(actor, kind, action)
    if any(right.place == "all" for right in rights):
        return None
    return frozenset(right.value for right in rights if right.place == "city")


def check_cities(actor: Actor, kind: str, action: str, cities: Iterable[str]) -> frozenset[str] | None:
    """Return the cities in which an actor may do something; raise ForbiddenError unless all given are."""
    allowed = cities_of(actor, kind, action)
    if allowed is not None and (not allowed or not allowed.issuperset(cities)):
        raise _forbidden(action)
    return allowed


def check_mapping(name: str) -> None:
    """Raise NotFoundError unless a mapping is a packaged one: nobody names a file of this machine."""
    from urbium.sources.packaged_mappings import packaged_mappings  # noqa: PLC0415 - heavy

    names = packaged_mappings()["mapping"].to_list()
    if name and name not in names:
        raise NotFoundError.named(text("programme.figures.mapping", "mapping"), name, names)


def check_name(name: str) -> str:
    """Return the name of a file without folders; raise InputError where nothing plain is left of it."""
    plain = name.replace("\\", "/").rpartition("/")[2].strip()
    if not plain.strip(".") or not plain.isprintable() or len(plain.encode(errors="replace")) > _LONGEST_NAME:
        raise InputError(
            text("programme.figures.file_name", "{name!r} is not the name of a file", name=name),
            remedy=text("programme.figures.file_name.remedy", "send a file that is called like figures.csv"),
        )
    return plain


def _joined(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    return None if first is None or second is None else first | second


def _forbidden(action: str) -> ForbiddenError:
    return ForbiddenError(
        text("programme.figures.forbidden", "these figures are not yours: {action}", action=action),
        remedy=text(
            "programme.figures.forbidden.remedy",
            "send figures of your own city only, or ask the programme office",
        ),
    )


def receipt_record(receipt: Receipt) -> dict[str, Any]:
    """Return what became of a load as plain values."""
    return {
        "load": receipt.load,
        "stored": receipt.stored,
        "new": receipt.new,
        "changed": receipt.changed,
        "unchanged": receipt.unchanged,
        "suspects": receipt.suspects,
        "recorded_at": receipt.recorded_at.isoformat(),
    }
