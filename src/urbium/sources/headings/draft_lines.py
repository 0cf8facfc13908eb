"""Lines of a draft that hold for the whole file, and how words and patterns stand in it (TOML)."""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from urbium.nations import official_languages
from urbium.sources.formats.typed_figures import PLAIN, Signs
from urbium.sources.headings.heading_words import mark_beside, pattern_of
from urbium.sources.headings.table_looks import Written

_MISSING: Final = ("", "-", "..", "...", "n/a")


def usual_signs(nation_code: str) -> Signs:
    """Return the signs with which the first official language of a nation writes figures."""
    from babel import Locale  # noqa: PLC0415 - Babel loads when a draft is made

    languages = official_languages(nation_code)
    if not languages:
        return PLAIN
    symbols = Locale.parse(languages[0]).number_symbols.get("latn", {})
    group, decimal = symbols.get("group", ","), symbols.get("decimal", ".")
    return Signs(" " if group.isspace() else group, decimal)


def head_of(look: Written, sources: list[str], encoding: str) -> Iterator[str]:
    """Yield the lines that hold for the whole file."""
    if len(sources) == 1:
        yield f"source = {quoted(sources[0])}   # the only source of your own"
    else:
        yield (
            f'source = ""   # the id of the source: {", ".join(sources)}'
            if sources
            else 'source = ""   # the id of the source; bring in one of your own: urbium catalogue import'
        )
    yield '# projected_from = "2025"   # figures of this period and later ones are projections'
    if encoding:
        yield f"encoding = {quoted(encoding)}"
    if look.signs.thousands or look.signs.decimal != ".":
        doubt = (
            "   # look whether this is meant: the figures can be read in another way"
            if look.is_doubtful
            else ""
        )
        yield f"thousands = {quoted(look.signs.thousands)}{doubt}"
        yield f"decimal = {quoted(look.signs.decimal)}"
    if look.signs.strip:
        yield f"strip = {quoted(list(look.signs.strip))}   # flags next to the figures"
    yield f"missing = {quoted(list(dict.fromkeys((*_MISSING, *look.missing))))}"


def lines_of_marks(place: str, texts: Iterable[str]) -> Iterator[str]:
    """Yield what marks beside years say of their figures: a grade of quality, or that they are projected."""
    words: dict[str, dict[str, str]] = {}
    for mark, part, meaning in filter(None, map(mark_beside, texts)):
        words.setdefault(part, {})[mark] = meaning
    for part, marks in words.items():
        pairs = ", ".join(f"{quoted(mark)} = {quoted(meaning)}" for mark, meaning in marks.items())
        pattern = literal(pattern_of(marks))
        yield f"{part} = {{{place}, pattern = {pattern}, words = {{{pairs}}}}}"


def quoted(word: object) -> str:
    """Return a text, or a list of texts, as TOML writes it."""
    return json.dumps(word, ensure_ascii=False)


def literal(pattern: str) -> str:
    """Return a regular expression as TOML writes it, with nothing escaped."""
    return f"'{pattern}'"
