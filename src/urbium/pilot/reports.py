"""Reports: the yearly self-evaluation of a pilot against its task book."""

import msgspec

from urbium.model.dossiers import Internal, Open, Parties

__all__ = ["Progress", "Reached", "Report"]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a task is, in money of the task book's currency: planned, tendered, contracted, done, spent."""

    task: str
    planned: float = 0.0
    tendered: float = 0.0
    contracted: float = 0.0
    done: float = 0.0
    spent: float = 0.0
    note: str = ""


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """What an indicator reached."""

    indicator: str
    value: float | None
    unit: str
    source: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a pilot says of one year."""

    title: Open[str]
    year: Open[int]
    progress: Open[list[Progress]] = []
    reached: Open[list[Reached]] = []
    narrative: Open[str] = ""
    alarms: Parties[list[str]] = []
    requests: Parties[list[str]] = []
    note: Internal[str] = ""
