"""Searching: what a person sees while a plan is searched for, and how Ctrl-C ends the search."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from urbium.cli.bringing import Author
from urbium.errors import InputError

__all__ = ["Board", "check_first", "search"]

_REFRESHES = 4
"""How often a second the board is drawn again."""


@dataclass
class Board:
    """What is known of a search: how long it has run, the best plan found, and what none can exceed.

    Parameters
    ----------
    time_limit : seconds that the search may take
    of : what is counted when several plans are sought; empty for the one best plan
    found : how many of these there are
    worth, bound : of the best plan found, and of any plan; None while not known
    projects : how many projects the best plan has; None while not known
    is_stopping : whether somebody pressed Ctrl-C
    is_over, has_news : whether the search has ended, and whether it ever told anything
    """

    time_limit: float
    of: str = ""
    found: int = 0
    worth: float | None = None
    bound: float | None = None
    projects: int | None = None
    is_stopping: bool = False
    is_over: bool = False
    has_news: bool = False
    begun: float = field(default_factory=time.monotonic)

    @property
    def gap(self) -> float | None:
        """By what share of its worth the best plan found could at most be better."""
        if not self.worth or self.bound is None:
            return None
        return max(self.bound - self.worth, 0.0) / abs(self.worth)

    def lines(self) -> list[tuple[str, str]]:
        """Return what is known as (label, words)."""
        time_spent = f"{_clock(time.monotonic() - self.begun)} of at most {_clock(self.time_limit)}"
        if self.of:
            return [("time", time_spent), (f"{self.of} found so far", f"{self.found}")]
        worth = "none yet" if self.worth is None else f"{self.worth:,.5g}"
        if self.worth is not None and self.projects is not None:
            worth += f", with {self.projects:,} projects"
        bound = "not known yet" if self.bound is None else f"{self.bound:,.5g}"
        gap = (
            "not known yet"
            if self.gap is None
            else f"{100 * self.gap:.2f} %: by so much could it at most be better"
        )
        return [
            ("time", time_spent),
            ("worth of the best plan so far", worth),
            ("no plan can be worth more than", bound),
            ("proven gap", gap),
        ]

    @property
    def advice(self) -> str:
        """What Ctrl-C does, or did."""
        if self.is_over:
            return ""
        kept = f"the {self.of} found" if self.of else "the best plan"
        if self.is_stopping:
            verb, lost = ("are", "without them") if self.of else ("is", "without a plan")
            return f"stopping; {kept} {verb} kept. Ctrl-C once more ends at once, {lost}"
        return f"Ctrl-C stops and keeps {kept}"

    def __rich__(self) -> Any:  # noqa: ANN401 - rich's own type
        """Return the board as rich draws it."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim")
        grid.add_column()
        for label, words in self.lines():
            grid.add_row(label, Text(words, style="bold" if label == "proven gap" else ""))
        passed = min(time.monotonic() - self.begun, self.time_limit)
        bar = ProgressBar(total=self.time_limit or 1.0, completed=passed, width=60)
        sought = f"searching for {self.of or 'the best plan'}"
        head = Text("search ended" if self.is_over else sought, style="bold")
        if self.is_over:
            return Group(head, grid)
        return Group(head, bar, grid, Text(self.advice, style="dim"))


def check_first(
    author: Author | None, *, save: Path | None = None, workbook: Path | None = None, keep: str = ""
) -> None:
    """Refuse, before a long search, what would be refused after it; ``author`` is who keeps what is found."""
    from urbium.programme.plans import plan_name
    from urbium.result import check_ending

    if author is not None and not author.by:
        raise InputError("nobody is named who keeps or adopts the plan", place="--by", remedy="add --by NAME")
    if keep:
        plan_name(keep)
    if save is not None and not check_ending(save).parent.is_dir():
        raise InputError(
            "the table could not be written", place=str(save), remedy="choose a folder that is there"
        )
    if workbook is not None and (workbook.suffix.lower() != ".xlsx" or not workbook.parent.is_dir()):
        raise InputError(
            "the workbook could not be written",
            place=str(workbook),
            remedy="end the name in .xlsx, and choose a folder that is there",
        )


@contextmanager
def search(time_limit: float, *, of: str = "") -> Iterator[Any]:
    """Show a search on standard error; the first Ctrl-C stops it and keeps the best plan.

    Yields a function of seconds, plan value, bound and, where the search tells it, the number of projects; of
    seconds and how many were found where several plans (``of``) are sought.
    """
    from rich.console import Console
    from rich.live import Live

    board = Board(time_limit, of)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if board.is_stopping:
            raise KeyboardInterrupt
        board.is_stopping = True

    def progress(
        seconds: float, value: float | None, bound: float | None, projects: int | None = None
    ) -> bool:
        board.begun, board.has_news = time.monotonic() - seconds, True
        board.worth, board.bound = value, bound
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
