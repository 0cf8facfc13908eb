"""Advice: the commands that a remedy names, and whether they can be typed as they stand."""

import difflib
import re
import shlex
from collections.abc import Iterator

from urbium.cli import app

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
    >>> list(advised("no urbium variable fills the role"))
    []
    """
    for match in _NAMED.finditer(remedy):
        words = match[1].split()
        verb = words[0].strip(".,:'\"")
        if verb in _verbs() or difflib.get_close_matches(verb, _verbs(), 1, _LIKE):
            yield re.split(r"[,:](?=\s)|\.(?=\s|$)", match[1].strip())[0].strip()


def parses(command: str) -> list[str]:
    """Return the words of a command where it is understood; none where it is not.

    A sentence goes on after a command of verbs alone ("urbium doctor shows what is missing"); one with an
    option or a placeholder is typed whole, so nothing but a sign may follow it.

    >>> parses("settings --rate 'RATE EUR/USD YEAR SOURCE'")
    ['settings', '--rate', '2.5 EUR/USD 2019 Bank']
    >>> parses("doctor says what is missing")
    ['doctor']
    >>> parses("plan --yeers 2021"), parses("load FILE loads it"), parses("plan --years 2021 makes one")
    ([], [], [])
    """
    filled = re.sub(r"\b[A-Z]{2,}(?:[-_][A-Z]+)*\b", lambda m: _PLACES.get(m[0], m[0]), command)
    try:
        words = shlex.split(filled)
    except ValueError:
        words = filled.split()
    is_whole = filled != command or any(word.startswith("-") for word in words)
    for end in range(len(words), len(words) - 1 if is_whole else 0, -1):
        try:
            app.parse_args(words[:end], exit_on_error=False, print_error=False)
        except Exception:  # noqa: BLE001 - whatever the parser says no with
            continue
        return words[:end]
    return []
