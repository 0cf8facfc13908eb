"""Every way urbium says no: what is wrong, where, and what to do now.

::

    UrbiumError
      InputError        the data given is wrong             HTTP 422, exit 2
      NotFoundError     no such city, plan, indicator       HTTP 404, exit 3
      ConflictError     changed by somebody else            HTTP 409, exit 4
      ForbiddenError    not yours to do                     HTTP 403, exit 5
      InfeasibleError   no plan meets these limits          HTTP 422, exit 6
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar, Literal

__all__ = [
    "ConflictError",
    "Fault",
    "ForbiddenError",
    "InfeasibleError",
    "InputError",
    "NotFoundError",
    "Severity",
    "UrbiumError",
    "check_seed",
    "counted",
    "few",
    "nearest",
]

Severity = Literal["error", "warning", "note"]


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
        """Return the fault as the public record: a flat mapping with a fixed set of keys."""
        fields = asdict(self)
        order = (
            "severity",
            "sheet",
            "cell",
            "city",
            "variable",
            "period",
            "value",
            "rule",
            "message",
            "remedy",
        )
        return {name: fields[name] for name in order}

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message}; {self.remedy}" if self.remedy else f"{place}{self.message}"


class UrbiumError(Exception):
    """The root of all errors that urbium raises on purpose.

    Parameters
    ----------
    message : what is wrong
    place : where it is (file, sheet and cell; plan and city; setting)
    remedy : what to do now
    faults : the single findings, when there are several
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(
        self, message: str, *, place: str = "", remedy: str = "", faults: Sequence[Fault] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy
        self.faults = tuple(faults)

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        lines = [f"{head}; {self.remedy}" if self.remedy else head]
        return "\n".join([*lines, *(f"  {fault}" for fault in self.faults)])

    def problem(self) -> dict[str, object]:
        """Return the error as RFC 9457 problem details."""
        return {
            "type": f"urn:urbium:{self.code}",
            "title": self.code.replace("-", " "),
            "status": self.status,
            "detail": self.message,
            "place": self.place,
            "remedy": self.remedy,
            "faults": [fault.record() for fault in self.faults],
        }


class InputError(UrbiumError):
    """The data or settings given are wrong; nothing was stored."""

    code = "wrong-input"
    status = 422
    exit_code = 2


class NotFoundError(UrbiumError):
    """Nothing goes by that name.

    >>> print(NotFoundError.named("city", "34010", ["340100", "340200"]))
    there is no city '34010'; did you mean '340100'?
    """

    code = "not-found"
    status = 404
    exit_code = 3

    @classmethod
    def named(cls, kind: str, name: str, known: Iterable[str]) -> "NotFoundError":
        """Say that ``name`` is not a known ``kind`` and suggest the nearest one that is."""
        return cls(f"there is no {kind} {name!r}", remedy=nearest(name, known))


class ConflictError(UrbiumError):
    """Somebody else changed it in the meantime, or it exists already."""

    code = "conflict"
    status = 409
    exit_code = 4


class ForbiddenError(UrbiumError):
    """The person or role may not do this."""

    code = "forbidden"
    status = 403
    exit_code = 5


class InfeasibleError(UrbiumError):
    """No plan meets these limits; the faults name the limits that conflict."""

    code = "infeasible"
    status = 422
    exit_code = 6


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a remedy that names the known word nearest to ``name``.

    >>> nearest("hospitl_beds", ["hospital_beds", "pupils"])
    "did you mean 'hospital_beds'?"
    >>> nearest("x", ["pupils"])
    'known are: pupils'
    """
    words = sorted(known)
    close = difflib.get_close_matches(name, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known are: {few(words)}" if words else "none is known yet"


def check_seed(seed: int) -> None:
    """Raise InputError when a number cannot begin random numbers."""
    if seed < 0:
        raise InputError(f"the seed is {seed}", place="seed", remedy="give 0 or more")


def few(names: Sequence[str], most: int = 12) -> str:
    """Return the first names, and how many more there are; 12 are a line's worth.

    >>> few(["beds", "doctors", "pupils"], 2)
    'beds, doctors ... (1 more)'
    """
    more = f" ... ({len(names) - most:,} more)" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def counted(faults: Sequence[object]) -> str:
    """Return how many faults there are, in words.

    >>> counted(["one"]), counted(["one", "two"])
    ('one fault', '2 faults')
    """
    return "one fault" if len(faults) == 1 else f"{len(faults)} faults"
