"""Check words: what the checks of figures mean, in words: declared ones, and those of reading a file."""

from collections.abc import Callable, Mapping
from typing import Final

from urbium.programme import Programme
from urbium.text import Text, text

_RULES: Final[Mapping[str, Text]] = {
    "control-character": text("a text has characters that cannot be seen"),
    "duplicate": text("a figure appears twice"),
    "formula": text("a cell has a formula instead of a value"),
    "hard-range": text("the value is impossible by definition"),
    "hidden": text("a row, column or sheet is hidden"),
    "merged-cells": text("cells are merged"),
    "plausible-range": text("the value is outside the range for cities of this kind"),
    "column-copied": text("the column seems to be copied from the provinces"),
    "column-unit": text("the column seems to be in another unit"),
    "copied-year": text("the figures seem to be copied from another year"),
    "quality": text("no quality is stated"),
    "row-shift": text("the figures seem to be in the rows of other cities"),
    "row-swap": text("two rows seem to be swapped"),
}


def meanings_of(office: Programme) -> Callable[[str], list[Text | str]]:
    """Return what says of the rules of a group what each means."""
    declared = {rule.id: rule.message for rule in office.catalogue.rules}
    return lambda rules: [_RULES.get(rule) or declared.get(rule) or rule for rule in rules.split(", ")]
