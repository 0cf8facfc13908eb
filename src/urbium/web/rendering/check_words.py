"""Check words: what the checks of figures mean, in words: declared ones, and those of reading a file."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from urbium.errors import few
from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.text import Text, say, text

_RULES: Final[Mapping[str, Text]] = words_of("rule of a check")


def meanings_of(office: Programme) -> Callable[[str], list[Text | str]]:
    """Return what says of the rules of a group what each means."""
    declared = {rule.id: rule.message for rule in office.catalogue.rules}
    return lambda rules: [_RULES.get(rule) or declared.get(rule) or rule for rule in rules.split(", ")]


def rules_told_apart(
    office: Programme, found: pl.DataFrame, names: Mapping[str, Text | str]
) -> list[tuple[str, str]]:
    """Return the rules that found something, each with what it means, by meaning.

    Rules that mean the same name the variables that they found something in: ``rule`` and ``variable`` of
    ``found``, and what ``names`` calls the latter.
    """
    meanings = meanings_of(office)
    variables = dict(found.group_by("rule").agg(pl.col("variable").unique().sort()).iter_rows())
    said = {code: "; ".join(str(say(one)) for one in meanings(code)) for code in variables}
    count = Counter(said.values())
    for code, words in said.items():
        if count[words] > 1:
            called = [str(say(names.get(one, one))) for one in variables[code]]
            said[code] = str(say(text("{rule}: {variables}", rule=words, variables=few(called, 3))))
    return sorted(said.items(), key=lambda pair: pair[1])
