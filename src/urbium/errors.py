"""Every way urbium says no: what is wrong, where, and what to do now.

::

    UrbiumError
      InputError        the data given is wrong             HTTP 422, exit 2
      NotFoundError     no such city, plan, indicator       HTTP 404, exit 3
      ConflictError     changed by somebody else            HTTP 409, exit 4
      ForbiddenError    not yours to do                     HTTP 403, exit 5
      InfeasibleError   no plan meets these limits          HTTP 422, exit 6
      UnavailableError  the store or a disk does not answer HTTP 503, exit 7
      NoSpaceError      the disk is full                    HTTP 507, exit 8
"""

import difflib
import json
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, TypeVar

from urbium.packaged import words_of
from urbium.text import Name, Text, coded, say, sentences, text, texts, unpacked
from urbium.text.advice import on_page

F = TypeVar("F")
FEW_OF_A_KIND: Final = 3
"""Faults that say the same and are listed singly; where there are more, one line says how many and where."""
_DIFFERENT: Final = 10
"""Different things that faults of one kind say, each on a line; where there are more, one line is for all."""

Severity = Literal["error", "warning", "note"]

_FIELDS = ("severity", "sheet", "cell", "city", "variable", "period", "value", "rule", "message", "remedy")
"""What a fault tells, in the order in which a person reads it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what was given: where it stands, what it is, what to do.

    ``error`` refuses the whole file; ``warning`` stores the value as ``suspect`` and keeps it out of
    scores until somebody accepts it; ``note`` changes nothing.

    >>> Fault("error", "value is not a number", "write 12.3", sheet="Water", cell="C14").where
    'Water!C14'
    """

    severity: Severity
    message: str
    remedy: str
    rule: str = ""
    sheet: str = ""
    cell: str = ""
    city: str = ""
    variable: str = ""
    period: str = ""
    value: str = ""

    @property
    def where(self) -> str:
        """Sheet and cell, as a spreadsheet writes them."""
        return "!".join(part for part in (self.sheet, self.cell) if part)

    def record(self) -> dict[str, str]:
        """Return the fault as the public record: a flat mapping with a fixed set of keys.

        Message and remedy are said in the language that is spoken; ``code`` is the code of the message, the
        same in every language, and empty where the message has none.
        """
        return {**{name: str(say(getattr(self, name))) for name in _FIELDS}, "code": code_of(self.message)}

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return place + _with_remedy(self.message, self.remedy)


KINDS: Final = words_of("kind")
"""What can be looked up by name, as an error calls it."""


class UrbiumError(Exception):
    """The root of all errors that urbium raises on purpose.

    Parameters
    ----------
    message : what is wrong
    place : where it is (file, sheet and cell; plan and city; setting)
    remedy : what to do now
    faults : the single findings, when there are several
    field : what of that which was sent it is of, where it is of one: ``code``, ``days``
    """

    code: ClassVar[str] = "error"
    title: ClassVar[Text] = text("error")
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        message: str,
        *,
        place: str = "",
        remedy: str = "",
        faults: Sequence[Fault] = (),
        field: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy
        self.faults = tuple(faults)
        self.field = field

    def __str__(self) -> str:
        place = f"{say(self.place)}: " if self.place else ""
        lines = [place + _with_remedy(self.message, self.remedy)]
        return "\n".join([*lines, *(f"  {line}" for line in fault_lines(self.faults))])

    @property
    def whole(self) -> Text:
        """What is wrong, what to do, and each fault that is counted: three of them, where there are more.

        >>> fault = Fault("error", "Aston is missing", "add it")
        >>> InputError("the cities have one fault", remedy="correct it", faults=[fault]).whole
        'the cities have one fault; Aston is missing; add it; correct it'
        """
        named = [part for fault in self.faults[:FEW_OF_A_KIND] for part in (fault.message, fault.remedy)]
        said = dict.fromkeys([self.message, *named, self.remedy])
        return sentences(said)

    @property
    def on_page(self) -> Text:
        """The same as ``whole`` in the words of a page, where nobody types commands."""
        named = [part for one in self.faults[:FEW_OF_A_KIND] for part in (one.message, on_page(one.remedy))]
        return sentences(dict.fromkeys([self.message, *named, on_page(self.remedy)]))

    def problem(self) -> dict[str, object]:
        """Return the error as RFC 9457 problem details, in the language that is spoken.

        ``type`` is the class of error; ``code`` that of its message, empty where it has none.
        """
        return {
            "type": f"urn:urbium:{self.code}",
            "title": self.title.render(),
            "status": self.status,
            "detail": say(self.message),
            "code": code_of(self.message),
            "place": say(self.place),
            "remedy": say(self.remedy),
            "faults": [fault.record() for fault in self.faults],
        }


class InputError(UrbiumError):
    """The data or settings given are wrong; nothing was stored."""

    code = "wrong-input"
    title = text("wrong input")
    status = 422
    exit_code = 2


class NotFoundError(UrbiumError):
    """Nothing goes by that name.

    >>> print(NotFoundError.named("city", "34010", ["340100", "340200"]))
    there is no city '34010'; did you mean '340100'?
    """

    code = "not-found"
    title = text("not found")
    status = 404
    exit_code = 3

    @classmethod
    def named(cls, kind: str, name: str, names: Iterable[str]) -> "NotFoundError":
        """Say that ``name`` is not a known ``kind`` and suggest the nearest one that is.

        ``kind`` is a text, or a word of :data:`KINDS`.
        """
        word = kind if isinstance(kind, Text) else KINDS.get(kind, kind)
        message = coded("errors.not_found", "there is no {kind} {name!r}", kind=word, name=str(name))
        return cls(message, remedy=nearest(name, names), field="" if isinstance(kind, Text) else kind)


class ConflictError(UrbiumError):
    """Somebody else changed it in the meantime, or it exists already."""

    code = "conflict"
    title = text("conflict")
    status = 409
    exit_code = 4


class ForbiddenError(UrbiumError):
    """The person or role may not do this."""

    code = "forbidden"
    title = text("forbidden")
    status = 403
    exit_code = 5


class InfeasibleError(UrbiumError):
    """No plan meets these limits; the faults name the limits that conflict."""

    code = "infeasible"
    title = text("infeasible")
    status = 422
    exit_code = 6


class UnavailableError(UrbiumError):
    """The store, or the disk it lies on, does not answer now; nothing of the change was stored."""

    code = "unavailable"
    title = text("not available now")
    status = 503
    exit_code = 7


class NoSpaceError(UrbiumError):
    """There is no room left on the disk; what was there before is unchanged."""

    code = "no-space"
    title = text("disk full")
    status = 507
    exit_code = 8


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a remedy that names the known word nearest to ``name``.

    >>> nearest("hospitl_beds", ["hospital_beds", "pupils"])
    "did you mean 'hospital_beds'?"
    >>> nearest("x", ["pupils"])
    'choose one of: pupils'
    >>> nearest("beds, pupils", ["beds", "pupils"])
    'enter only one of them'

    A name in several languages is found by any of them, and said in the reader's.
    """
    words = sorted(names)
    spelt = {said: one for one in words for said in (one.names.values() if isinstance(one, Name) else [one])}
    several = [part.strip() for part in re.split(r"[,;，；、]", name)]
    if len(several) > 1 and any(part in spelt for part in several):
        return text("enter only one of them")
    close = difflib.get_close_matches(name, spelt, n=1, cutoff=0.6)
    if close:
        return text("did you mean {name!r}?", name=spelt[close[0]])
    if not words:
        return text("none is declared")
    return text("choose one of: {names}", names=few(words))


def retold(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored finding as a record whose message and remedy can be said in any language again.

    ``said`` holds both as :func:`urbium.text.packed` wrote them, as JSON; it is null in findings that were
    stored before that was kept, and those stay in English.
    """
    record = {name: value for name, value in row.items() if name != "said"}
    kept = json.loads(row.get("said") or "{}")
    return record | {name: unpacked(message) for name, message in kept.items()}


def check_seed(seed: int) -> None:
    """Raise InputError when a number cannot begin random numbers."""
    if seed < 0:
        raise InputError(
            coded("errors.seed", "the seed is {seed}", seed=seed),
            place="seed",
            remedy=text("enter 0 or more"),
        )


def require_columns(
    present: Collection[str], needed: Collection[str], place: str, code: str, remedy: str = ""
) -> None:
    """Raise InputError under a code when a table lacks a column that is needed; the place names the table."""
    absent = [name for name in needed if name not in present]
    if absent:
        said = text("columns are missing: {names:list}", names=absent)
        raise InputError(
            Text(said.message, said.parameters, code=code),
            place=place,
            remedy=remedy or text("use the columns {names:list}", names=needed),
        )


def refuse(faults: Iterable[Fault], place: str = "", message: str = "", remedy: str = "") -> None:
    """Raise one InputError with all faults, where there are any; without a message it says how many.

    >>> refuse([], "roadmap")
    """
    if faults := list(faults):
        raise InputError(
            message
            or coded("errors.refused", "there is one fault", "there are {count:,} faults", count=len(faults)),
            place=place,
            remedy=remedy if message else text("correct each of those listed"),
            faults=faults,
        )


def few(names: Sequence[str], most: int = 12) -> Text:
    """Return the first names, and how many more there are; 12 are a line's worth.

    >>> few(["beds", "doctors", "pupils"], 2)
    'beds, doctors and 1 more'
    """
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        return text("{names:commas} and {more:,.0f} more", names=shown, more=more)
    return Text("{names:commas}", {"names": shown})


def by_kind(faults: Iterable[F], kind: Callable[[F], tuple[Hashable, Hashable]]) -> list[list[F]]:
    """Return faults in groups, in the order in which they first come: those that say the same, or one kind.

    ``kind`` gives the kind of a fault and what it says. Up to three faults that say the same are listed
    singly (each is a group); a kind that says more than ten different things is one group.
    """
    kinds: dict[Hashable, dict[Hashable, list[F]]] = {}
    order: dict[Hashable, list[F]] = {}
    for fault in faults:
        general, exact = kind(fault)
        kinds.setdefault(general, {}).setdefault(exact, []).append(fault)
        order.setdefault(general, []).append(fault)
    groups: list[list[F]] = []
    for general, alike in kinds.items():
        if len(alike) > _DIFFERENT:
            groups.append(order[general])
            continue
        for same in alike.values():
            groups += [same] if len(same) > FEW_OF_A_KIND else [[fault] for fault in same]
    return groups


def kind_of(severity: str, sheet: str, rule: str, message: str, code: str = "") -> tuple[Hashable, Hashable]:
    """Return what faults of one kind share (sheet, rule, sentence), and what a fault says exactly."""
    if isinstance(message, Text):
        code = code or message.code or message.message
    return (severity, sheet, rule, code if rule and code else str(message)), str(message)


def fault_kind(fault: Fault) -> tuple[Hashable, Hashable]:
    """Return the kind of a fault; see :func:`kind_of`."""
    return kind_of(fault.severity, fault.sheet, fault.rule, fault.message)


def fault_lines(faults: Iterable[Fault]) -> Iterator[str]:
    """Yield one line for each fault, or for each kind of which there are many: count, three places, example.

    >>> faults = [Fault("error", "no city", "write one", rule="city", cell=f"A{i}") for i in range(2, 411)]
    >>> list(fault_lines(faults))
    ['409 times, first at A2, A3, A4: no city; write one']
    """
    for group in by_kind(faults, fault_kind):
        first = group[0]
        if len(group) == 1:
            yield str(first)
        else:
            yield f"{say(places_of_many(len(group), [fault.where for fault in group]))}: " + _with_remedy(
                first.message, first.remedy
            )


def places_of_many(count: int, places: Sequence[str]) -> Text:
    """Say how many faults of a kind there are, and where the first three stand.

    >>> places_of_many(409, ["A2", "A3", "A4", "A5"])
    '409 times, first at A2, A3, A4'
    """
    shown = list(dict.fromkeys(place for place in places if place))[:FEW_OF_A_KIND]
    if not shown:
        return text("{count:,} times", count=count)
    return text("{count:,} times, first at {places}", count=count, places=", ".join(shown))


def counted(faults: Sequence[object]) -> Text:
    """Return how many faults there are, in words.

    >>> counted(["one"]), counted(["one", "two"])
    ('one fault', '2 faults')
    """
    return texts("one fault", "{count:,.0f} faults", count=len(faults))


def code_of(message: str) -> str:
    """Return the code of a message; empty where it has none."""
    return message.code if isinstance(message, Text) else ""


def _with_remedy(message: str, remedy: str) -> str:
    return sentences([message, remedy]).render()
