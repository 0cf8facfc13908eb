"""Searching: what a person sees while a plan is searched for, and how Ctrl-C ends the search."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from cyclopts import Parameter

from urbium.cli.bringing import Author
from urbium.cli.show import Flag
from urbium.errors import InputError
from urbium.packaged import words_of
from urbium.plan_rules import SECONDS, WORK
from urbium.text import Text, coded, say, text

if TYPE_CHECKING:
    from urbium.programme import Plan, Programme

_REFRESHES = 4
"""How often a second the board is drawn again."""
_COUNTED = words_of("what a search counts")
_SOUGHT: Final = words_of("search")
_STOP_ONE = text("Ctrl-C stops the search and keeps the best plan so far")
_STOP_MANY = text("Ctrl-C stops and keeps what was found")
_STOPPING_ONE = text("stopping; the best plan is kept. Press Ctrl-C again to end at once, without a plan")
_STOPPING_MANY = text(
    "stopping; what was found is kept. Press Ctrl-C again to end at once, without keeping it"
)


@dataclass
class Board:
    """What is known of a search: how long it has run, the best plan found, and how near the best it is.

    Parameters
    ----------
    time_limit : seconds that the search may take
    of : what is counted when several plans are sought (``plans`` or ``points``); empty for the one best plan
    found : how many of these there are
    gain, most : what the best plan found gains over doing nothing, and the most that any could; None while
        not known. Of a robust plan: what it reaches of its aim
    projects : how many projects the best plan has; None while not known
    is_stopping : whether somebody pressed Ctrl-C
    is_over, has_news : whether the search has ended, and whether it ever told anything
    """

    time_limit: float
    of: str = ""
    found: int = 0
    gain: float | None = None
    most: float | None = None
    projects: int | None = None
    is_stopping: bool = False
    is_over: bool = False
    has_news: bool = False
    begun: float = field(default_factory=time.monotonic)

    @property
    def gap(self) -> float | None:
        """By what share a better plan could at most gain more than the best one found."""
        from urbium.programme.results.plan_tables import PlanTables

        return PlanTables.gap_to(self.most, self.gain)

    def lines(self) -> list[tuple[Text, str]]:
        """Return what is known as (label, words)."""
        time_spent = text(
            "{spent} of at most {limit}",
            spent=_clock(time.monotonic() - self.begun),
            limit=_clock(self.time_limit),
        )
        label = text("time")
        if self.of:
            return [(label, time_spent), (_COUNTED[self.of], text("{n}", n=self.found))]
        return [
            (label, time_spent),
            (text("best plan so far"), self._best()),
            (text("proven gap"), self._gap()),
        ]

    def _best(self) -> str:
        if self.gain is None:
            return text("none yet")
        if self.projects is None:
            return text("found and being improved")
        from urbium.programme.results.plan_tables import PlanTables

        return PlanTables.count_of_projects(self.projects)

    def _gap(self) -> Text:
        if self.gap is None:
            return text("unknown yet")
        from urbium.programme.results.plan_tables import PlanTables

        words = PlanTables.gap_words(self.gap)
        if not PlanTables.is_useful(self.gap):
            return text("{words}", words=words)
        return text(
            "{gap}: no plan can beat the best plan so far by more than this share of that plan's "
            "gain over doing nothing",
            gap=words,
        )

    @property
    def advice(self) -> Text | None:
        """What Ctrl-C does, or did."""
        if self.is_over:
            return None
        if self.of:
            return _STOPPING_MANY if self.is_stopping else _STOP_MANY
        return _STOPPING_ONE if self.is_stopping else _STOP_ONE

    def __rich__(self) -> Any:  # noqa: ANN401 - rich's own type
        """Return the board as rich draws it."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text as Line

        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim")
        grid.add_column()
        rows = self.lines()
        for at, (label, words) in enumerate(rows):
            is_gap = not self.of and at == len(rows) - 1
            grid.add_row(f"{say(label)}", Line(f"{say(words)}", style="bold" if is_gap else ""))
        passed = min(time.monotonic() - self.begun, self.time_limit)
        bar = ProgressBar(total=self.time_limit or 1.0, completed=passed, width=60)
        ended = text("search ended")
        head = Line(f"{say(ended if self.is_over else _SOUGHT[self.of])}", style="bold")
        if self.is_over:
            return Group(head, grid)
        return Group(head, bar, grid, Line(f"{say(self.advice)}", style="dim"))


@Parameter(name="*")
@dataclass(frozen=True)
class Limits:
    """How long the search may take.

    Parameters
    ----------
    work_limit
        How far to search, in units of work: each takes about a second on one processor core, and the same
        amount of work gives the same plan on every machine.
    time_limit
        Seconds after which the search ends in any case; Ctrl-C stops it earlier and keeps the best plan.
    """

    work_limit: float = WORK
    time_limit: float = SECONDS


LIMITS: Final = Limits()


@Parameter(name="*")
@dataclass(frozen=True)
class Adopting:
    """Whether a plan is adopted once it is found.

    Parameters
    ----------
    adopt
        Adopt the plan: pages show it, and urbium finance and urbium explain use it.
    accept_unproven
        Adopt the plan even if no useful bound shows how good it is.
    """

    adopt: Flag = False
    accept_unproven: Flag = False

    def of(self, programme: "Programme", plan: "Plan", author: Author, reason: str = "") -> None:
        """Adopt a plan where that is wanted, for the reason that stands in for one that is not stated."""
        if self.adopt:
            programme.adopt(
                plan, by=author.by, reason=author.reason or reason, accept_unproven=self.accept_unproven
            )


ADOPTING: Final = Adopting()


def check_first(
    author: Author | None, *, save: Path | None = None, workbook: Path | None = None, keep: str = ""
) -> None:
    """Refuse, before a long search, what would be refused after it; ``author`` is who keeps what is found."""
    from urbium.programme import plan_name
    from urbium.result import check_ending

    if author is not None and not author.by:
        raise InputError(
            coded("cli.nobody", "the person who keeps or adopts the plan is not named"),
            place="--by",
            remedy=text("add --by NAME"),
        )
    if keep:
        plan_name(keep)
    if save is not None and not check_ending(save).parent.is_dir():
        raise InputError(
            coded("cli.save.folder", "the table could not be written"),
            place=str(save),
            remedy=text("choose an existing folder"),
        )
    if workbook is not None and (workbook.suffix.lower() != ".xlsx" or not workbook.parent.is_dir()):
        raise InputError(
            coded("cli.workbook.folder", "the workbook could not be written"),
            place=str(workbook),
            remedy=text("use a name that ends in .xlsx, and choose an existing folder"),
        )


@contextmanager
def search(time_limit: float, *, of: str = "") -> Iterator[Any]:
    """Show a search on standard error; the first Ctrl-C stops it and keeps the best plan.

    While the search has told nothing yet, as while its roadmap is made, Ctrl-C ends at once: there is no plan
    to keep.

    Yields a function of seconds, what the best plan gains, the most that any could and, where the search
    tells it, the number of projects; of seconds and how many were found where several plans are sought.
    """
    from rich.console import Console
    from rich.live import Live

    board = Board(time_limit, of)

    def stop(number: int, frame: FrameType | None) -> None:
        if board.is_stopping or not board.has_news:  # nothing was found yet that could be kept
            if callable(before):
                before(number, frame)
            raise KeyboardInterrupt
        board.is_stopping = True

    def progress(seconds: float, gain: float | None, most: float | None, projects: int | None = None) -> bool:
        board.begun, board.has_news = time.monotonic() - seconds, True
        board.gain, board.most = gain, most
        board.projects = board.projects if projects is None else projects
        return board.is_stopping

    def count(seconds: float, found: int) -> bool:
        board.begun, board.has_news = time.monotonic() - seconds, True
        board.found = found
        return board.is_stopping

    before = signal.signal(signal.SIGINT, stop)
    console = Console(stderr=True)
    try:
        with Live(board, console=console, refresh_per_second=_REFRESHES) as live:
            try:
                yield count if of else progress
            finally:
                board.is_over = True
                live.transient = not board.has_news  # what is refused before a search leaves no board
    finally:
        if not console.is_terminal and board.has_news:  # it is written once, and its last line left open
            console.print()
        signal.signal(signal.SIGINT, before)


def _clock(seconds: float) -> str:
    """Write seconds as minutes and seconds.

    >>> _clock(72.4)
    '1:12'
    """
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
