"""Advice: the commands that a remedy names, and whether they can be typed as they stand."""

import difflib
import re
import shlex
from collections.abc import Iterator

from urbium.cli import app

__all__ = ["advised", "parses"]

_NAMED = re.compile(r"\burbium ([a-z][a-z-]+(?:[^;()\n]*))")
_PLACES = {
    "FOLDER": "own", "DIR": "out", "FILE": "figures.csv", "YEAR": "2019", "SOURCE": "Bank", "CODE": "USD",
    "WHY": "because", "NAME": "name", "CITY": "AAA", "RATE": "2.5", "LIST": "en", "DATABASE": "p.db",
    "TABLE": "needs", "IDS": "x", "ID": "x", "FROM": "2010", "TO": "2030", "STAGE": "scores",
    "VARIABLE": "population", "PERIOD": "2019", "REASON": "because", "ROLE": "revenue", "SOLUTION": "IOC",
}  # fmt: skip
_LIKE = 0.75


def _verbs() -> set[str]:
    return {name for name in app if not name.startswith("-")}


def advised(remedy: str) -> Iterator[str]:
    """Yield the commands of a remedy, each with the words that follow it.

    >>> list(advised("give the rate: urbium settings --rate 'RATE EUR/USD YEAR SOURCE'; or leave it"))
    ["settings --rate 'RATE EUR/USD YEAR SOURCE'"]
    >>> list(advised("no variable of urbium fills the role"))
    []
    """
    for match in _NAMED.finditer(remedy):
        words = match[1].split()
        verb = words[0].strip(".,:'\"")
        if verb in _verbs() or difflib.get_close_matches(verb, _verbs(), 1, _LIKE):
            yield re.split(r"[,:](?=\s)|\.(?=\s|$)", match[1].strip())[0].strip()


def parses(command: str) -> list[str]:
    """Return the words of a command where it is understood; none where it is not.

    Words of the sentence that follow a command are left out; its options never are.

    >>> parses("settings --rate 'RATE EUR/USD YEAR SOURCE'")
    ['settings', '--rate', '2.5 EUR/USD 2019 Bank']
    >>> parses("plan --yeers 2021")
    []
    """
    filled = re.sub(r"\b[A-Z]{2,}(?:[-_][A-Z]+)*\b", lambda m: _PLACES.get(m[0], m[0]), command)
    try:
        words = shlex.split(filled)
    except ValueError:
        words = filled.split()
    options = [at for at, word in enumerate(words) if word.startswith("--")]
    least = max([1, *(at + 1 for at in options)])
    for end in range(len(words), least - 1, -1):
        try:
            app.parse_args(words[:end], exit_on_error=False, print_error=False)
        except Exception:  # noqa: BLE001 - whatever the parser says no with
            continue
        return words[:end]
    return []
