"""Check words: what the checks of figures mean, in words: declared ones, and those of reading a file."""

from collections.abc import Callable, Mapping
from typing import Final

from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.text import Text

_RULES: Final[Mapping[str, Text]] = words_of("rule of a check")


def meanings_of(office: Programme) -> Callable[[str], list[Text | str]]:
    """Return what says of the rules of a group what each means."""
    declared = {rule.id: rule.message for rule in office.catalogue.rules}
    return lambda rules: [_RULES.get(rule) or declared.get(rule) or rule for rule in rules.split(", ")]
