"""Figures: what people bring in themselves, and the suspect ones that somebody accepts or rejects.

The programme office brings in figures of every city, and they count at once. An officer sends those of the
own city, a province those of a city of its own; they count once the office accepts them
(:mod:`urbium.pilot.submissions`). A file that holds another city's is refused whole, before anything is said
of it.
"""

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Unpack

import polars as pl

from urbium.access import Actor, clauses
from urbium.errors import ForbiddenError, InputError, NotFoundError
from urbium.model import Status
from urbium.model.dossiers import Dossier
from urbium.pilot.submissions import body_source
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.submission_rules import check_mapping, reading_of
from urbium.programme.cases.source_files import keep_file
from urbium.store import Receipt
from urbium.store.loads import FigureKey
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.sources import Reading

_KEY = ("city", "variable", "area", "source", "period")
_KIND, _SUBMISSION = "figures", "submission"
_LONGEST_NAME = 200
_NOWHERE: Final[Mapping[str, str]] = MappingProxyType({})


class Figures:
    """Figures as people bring them in, and suspect ones that they accept or reject."""

    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._register, self._desk, self._casework = desk.register, desk, casework

    def cities(self, actor: Actor) -> frozenset[str] | None:
        """Return the cities whose figures an actor brings in; None for all. ForbiddenError for nobody's."""
        return check_cities(actor, *_way(actor), (), self._places())

    def count_at_once(self, actor: Actor) -> bool:
        """Say whether what an actor brings in counts at once, or is submitted to the programme office."""
        return _way(actor)[0] == _KIND

    def check(
        self, actor: Actor, path: Path, *, mapping: str = "", source: str = "", projected_from: str = "",
        encoding: str = "",
    ) -> "Reading":  # fmt: skip
        """Read a file that somebody sends and find its faults, whichever cities it names; store nothing.

        Parameters
        ----------
        actor, path : who sends which file; the source of figures that are submitted is the city itself, or
            the province that sends them
        mapping : the name of a packaged mapping, for a file of others
        source, projected_from, encoding : as in :meth:`Register.check`

        Raises ForbiddenError for somebody who brings in no figures.
        """
        cities = self.cities(actor)
        check_mapping(mapping)
        senders = {} if self.count_at_once(actor) else self._senders(actor, cities or ())
        return self._register.check(
            path, mapping=mapping or None, source=source, projected_from=projected_from, senders=senders,
            encoding=encoding,
        )  # fmt: skip

    def check_cities(self, actor: Actor, reading: "Reading") -> None:
        """Raise ForbiddenError for a file with figures of a city that is not the sender's."""
        places = set(self._register.places()["code"])
        strange = {fault.city for fault in reading.faults} & places
        check_cities(actor, *_way(actor), {*reading.table["city"], *strange}, self._places())

    def _places(self) -> Mapping[str, str]:
        """Return the province of every place, as grants name it."""
        rows = self._desk.workspace.store.cities()
        return dict(rows.select("code", "province_en").iter_rows())

    def _senders(self, actor: Actor, cities: Iterable[str]) -> dict[str, str]:
        """Return by city the source of what an actor sends of it: the city, or the province for it."""
        provinces, of_city = self._places(), cities_of(actor, *_way(actor)) or frozenset[str]()
        return {code: body_source(code, "" if code in of_city else provinces[code]) for code in cities}

    def record(self, actor: Actor, reading: "Reading", *, reason: str = "", content: bytes = b"") -> Receipt:
        """Store a file that was read, whole; refuse it (InputError) for a hard fault.

        Its ``content`` is kept where it is handed over, for whoever may have it
        (:mod:`urbium.programme.cases.source_files`).
        """
        check_cities(actor, _KIND, "load", reading.table["city"])
        by, why, store = actor.account, reason or _reason(), self._desk.workspace.store
        with store.together():
            receipt = self._register.record(reading, by=by, reason=why)
            if content:
                keep_file(store, reading.name, content, by=by, reason=why)
        return receipt

    def submit(
        self, actor: Actor, reading: "Reading", content: bytes, *,
        mapping: str = "", projected_from: str = "", reason: str = "", remark: str = "",
    ) -> Dossier:  # fmt: skip
        """Send a file that was read to the programme office, and return its submission.

        Parameters
        ----------
        actor, reading, content : who sends which file, what was read of it, and its bytes
        mapping, projected_from : with which it was read
        reason, remark : what these figures are, and why those that look wrong are right

        Raises ForbiddenError for another city's figures, InputError for a hard fault, or for several cities.
        """
        self.check_cities(actor, reading)
        reading.raise_if_refused()
        city, *others = reading.table["city"].unique().sort().to_list()
        if others:
            raise InputError(
                coded(
                    "programme.figures.several",
                    "the file has figures for {names:list}",
                    names=[city, *others],
                ),
                place=reading.name,
                remedy=text("submit one file for each city"),
            )
        about = {
            "title": reason or _reason(), "name": reading.name, "sha256": reading.sha256,
            "mapping": mapping, "projected_from": projected_from, "encoding": reading.form.encoding,
            "remark": remark,
        }  # fmt: skip
        store = self._desk.workspace.store
        with store.together():
            store.dossiers.keep_attachment(
                content, "application/octet-stream", by=actor.account, reason=about["title"]
            )
            code = f"{city}-{secrets.token_hex(4)}"
            return self._casework.begin(actor, _SUBMISSION, code, about, city=city).dossier

    def submitted(self, actor: Actor, code: str) -> "Reading":
        """Return what is read of the file of a submission, checked against what is stored now.

        Raises NotFoundError where the actor does not see it.
        """
        return reading_of(self._desk, self._casework.opened(actor, _SUBMISSION, code).dossier)

    def submitted_file(self, actor: Actor, code: str) -> tuple[str, bytes]:
        """Return name and content of the file of a submission; NotFoundError where the actor sees none."""
        dossier = self._casework.opened(actor, _SUBMISSION, code).dossier
        kept = self._desk.workspace.store.dossiers.attachment(dossier.content["sha256"])
        if kept is None:
            raise NotFoundError(coded("programme.figures.no_file", "the file is not stored"), place=code)
        return str(dossier.content["name"]), kept[0]

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
        allowed = _joined(cities_of(actor, _KIND, "accept"), cities_of(actor, *_way(actor), self._places()))
        if allowed is not None and not allowed:
            raise _forbidden("read")
        wanted = None if not city else {city}
        chosen = wanted if allowed is None else allowed if wanted is None else allowed & wanted
        rows = self._register.observations(statuses=[Status.SUSPECT], cities=chosen)
        key = pl.concat_str(*_KEY, separator="|").alias("key")
        return rows.with_columns(key).sort("key").filter(pl.col("key") > after).head(most)

    def accept(self, actor: Actor, *, reason: str, **figure: Unpack[FigureKey]) -> None:
        """Accept a suspect figure, with a reason; from then on it enters scores.

        Raises ForbiddenError unless the actor may, NotFoundError, ConflictError and InputError as
        :meth:`Register.accept`.
        """
        check_cities(actor, _KIND, "accept", {self._register.city(figure["city"]).code})
        self._register.accept(**figure, by=actor.account, reason=reason)

    def reject(self, actor: Actor, *, reason: str, **figure: Unpack[FigureKey]) -> None:
        """Reject a suspect figure, with a reason; it stays in the store, is never used, and waits no longer.

        It raises what :meth:`accept` raises.
        """
        check_cities(actor, _KIND, "reject", {self._register.city(figure["city"]).code})
        self._register.reject(**figure, by=actor.account, reason=reason)


def _way(actor: Actor) -> tuple[str, str]:
    """Return by which right an actor brings in figures: to load them, or to submit them."""
    return (_KIND, "load") if clauses(actor, _KIND, "load") else (_SUBMISSION, "create")


def _reason() -> str:
    return text("brought in").render()


def cities_of(
    actor: Actor, kind: str, action: str, provinces: Mapping[str, str] = _NOWHERE
) -> frozenset[str] | None:
    """Return the cities in which an actor may do something; None for every city.

    ``provinces`` are those of the cities, by code; without them, rights in a province open no city.
    """
    rights = clauses(actor, kind, action)
    if any(right.place == "all" for right in rights):
        return None
    of_actor = {right.value for right in rights if right.place == "province"}
    cities = {right.value for right in rights if right.place == "city"}
    return frozenset(cities | {code for code, province in provinces.items() if province in of_actor})


def check_cities(
    actor: Actor, kind: str, action: str, cities: Iterable[str], provinces: Mapping[str, str] = _NOWHERE
) -> frozenset[str] | None:
    """Return the cities in which an actor may do something; raise ForbiddenError unless all given are."""
    allowed = cities_of(actor, kind, action, provinces)
    if allowed is not None and not (clauses(actor, kind, action) and allowed.issuperset(cities)):
        raise _forbidden(action, set(cities) - allowed)
    return allowed


def check_name(name: str) -> str:
    """Return the name of a file without folders; raise InputError where nothing plain is left of it."""
    plain = name.replace("\\", "/").rpartition("/")[2].strip()
    if not plain.strip(".") or not plain.isprintable() or len(plain.encode(errors="replace")) > _LONGEST_NAME:
        raise InputError(
            coded("programme.figures.file_name", "{name!r} is not the name of a file", name=name),
            remedy=text("submit a file with a name such as figures.csv"),
        )
    return plain


def _joined(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    return None if first is None or second is None else first | second


def _forbidden(action: str, strange: Iterable[str] = ()) -> ForbiddenError:
    """Return the refusal of what an actor may not do: in these cities, or in any."""
    codes = sorted(strange)
    return ForbiddenError(
        coded(
            "programme.figures.of_others",
            "you may not change the figures of these cities: {codes:list}",
            codes=codes,
        )
        if codes
        else coded("programme.figures.forbidden", "none of your roles allows this: {action}", action=action),
        remedy=text(
            "submit figures for your own city, or for a city in your province, or ask the programme office"
        ),
    )


def submission_record(submission: Dossier) -> dict[str, Any]:
    """Return what became of figures that are submitted as plain values: nothing of them is stored yet."""
    variables = submission.content["variables"]
    return {
        "submission": submission.code,
        "figures": sum(one["figures"] for one in variables),
        "suspects": sum(one["suspects"] for one in variables),
    }


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
