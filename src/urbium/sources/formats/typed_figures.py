"""Figures as people type them: what is a number, and what to write instead when it is none.

See ADR 0038, 0097.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from urbium.text import Text, coded, languages, text
from urbium.text.formats import compact_words

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?")
_COMMA_DECIMAL = re.compile(r"([+-]?\d{1,3}(?:\.\d{3})*|[+-]?\d+),(\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_INDIAN = re.compile(r"[+-]?\d{1,2}(?:,\d{2})*,\d{3}(?:\.\d+)?")
_SPACED = re.compile(r"[+-]?\d{1,3}(?:['’_\s]\d{3})+(?:[.,]\d+)?")
_WITH_UNIT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([^\d\s.,].*)")
_POINTED = re.compile(r"[+-]?\d*\.\d+", re.ASCII)
_ENDLESS = ("inf", "infinity", "nan")
_LONGEST = 40
_SPACES: Final = "[ \u00a0\u2007\u2009\u202f]"
"""What people put between thousands where they put a space."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs that stand in figures which are typed as texts; a cell of a number has none.

    Parameters
    ----------
    thousands : parts thousands; a space stands for every kind of space
    decimal : stands before the decimals
    strip : what stands beside the digits; a letter is a mark of the figure
    """

    thousands: str = ""
    decimal: str = "."
    strip: tuple[str, ...] = ()

    def bare(self, texts: pl.Expr) -> pl.Expr:
        """Return texts without what stands beside the digits, before or after them.

        >>> written = pl.Series(["12.3 p", "1e5", "(b) 4 e"]).to_frame("text")
        >>> written.select(Signs(strip=("p", "e", "(b)")).bare(pl.col("text"))).to_series().to_list()
        ['12.3', '1e5', '4']
        """
        return texts.str.replace(rf"^{self._beside}", "").str.replace(rf"{self._beside}$", "")

    def marks(self, texts: pl.Expr) -> pl.Expr:
        """Return what stands beside the digits of texts where a letter is in it, null elsewhere."""
        ends = (texts.str.extract(end, 1) for end in (rf"^({self._beside})", rf"({self._beside})$"))
        marks = pl.concat_str(*ends, separator=" ").str.strip_chars()
        return pl.when(marks.str.contains(r"\pL")).then(marks)

    @property
    def _beside(self) -> str:
        return rf"(?:\s|{'|'.join(map(re.escape, self.strip))})*" if self.strip else r"\s*"

    def numbers(self, texts: pl.Expr) -> pl.Expr:
        """Return the numbers that texts stand for, null where a text stands for none.

        A sign that parts thousands counts only where three digits follow it at last (12,34,567 too). Where
        the decimal sign is another one, a point that parts no thousands is no figure.

        >>> written = pl.Series(["14.002,6", "812", "15.9"])
        >>> written.to_frame("text").select(Signs(".", ",").numbers(pl.col("text"))).to_series().to_list()
        [14002.6, 812.0, None]
        """
        texts = self.bare(texts)
        if self.thousands:
            sign = _SPACES if self.thousands.isspace() else re.escape(self.thousands)
            grouped = rf"^[+-]?\d{{1,3}}(?:{sign}\d{{2,3}})*{sign}\d{{3}}(?:{re.escape(self.decimal)}\d+)?$"
            texts = (
                pl.when(texts.str.contains(grouped)).then(texts.str.replace_all(sign, "")).otherwise(texts)
            )
        if self.decimal not in ("", "."):
            pointed = texts.str.replace(self.decimal, ".", literal=True)
            texts = pl.when(~texts.str.contains(".", literal=True)).then(pointed)
        return texts.cast(pl.Float64, strict=False)


PLAIN: Final = Signs()


def explain_figure(cell: str, signs: Signs = PLAIN) -> tuple[str, str]:
    """Return message and remedy for a cell that holds no number; ``signs`` are those that its table has.

    >>> explain_figure("12,3")
    ('"12,3" is not a number', 'write 12.3')
    >>> explain_figure("１２")[1]
    'write 12'
    >>> explain_figure("15.9", Signs(".", ","))[0]
    '"15.9" is not a number when "," is the decimal separator'
    """
    if signs.decimal not in ("", ".") and _POINTED.fullmatch(cell.strip()):
        return (
            coded(
                "sources.type.other_sign",
                '"{cell}" is not a number when "{sign}" is the decimal separator',
                cell=_short(cell),
                sign=signs.decimal,
            ),
            text(
                "write {plain}, or correct the decimal separator in the mapping",
                plain=cell.strip().replace(".", signs.decimal),
            ),
        )
    return _what(cell), _remedy(cell.strip())


def _short(cell: str) -> str:
    return cell if len(cell) <= _LONGEST else cell[: _LONGEST - 3] + "..."


def _what(cell: str) -> Text:
    lowered, shown = cell.strip().lower(), _short(cell)
    if _is_formula(lowered):
        return coded("sources.type.formula", '"{cell}" is a formula stored as text, not a number', cell=shown)
    if lowered.startswith("#"):
        return coded("sources.type.error", '"{cell}" is a spreadsheet error, not a number', cell=shown)
    if lowered.lstrip("+-") in _ENDLESS or _PLAIN.fullmatch(lowered):
        return coded("sources.type.not_finite", '"{cell}" is not a finite number', cell=shown)
    if _DATE.fullmatch(lowered):
        return coded("sources.type.date", '"{cell}" is a date, not a number', cell=shown)
    return coded("sources.type.not_a_number", '"{cell}" is not a number', cell=shown)


def _remedy(cell: str) -> str:
    lowered = cell.lower()
    folded = unicodedata.normalize("NFKC", cell)
    plain = _plain_figure(cell)
    share = _plain_figure(folded[:-1].strip()) if folded.endswith(("%", "‰")) else ""
    with_unit = None if _DATE.fullmatch(lowered) else _WITH_UNIT.fullmatch(folded)
    if with_unit and (size := _sizes().get(with_unit[2])):
        plain, with_unit = f"{float(with_unit[1]) * size:.15g}", None
    remedy = coded(
        "sources.type.remedy.number", "write a number with a decimal point, or leave the cell empty"
    )
    if _is_formula(lowered):
        remedy = coded("sources.type.remedy.formula", "replace the formula with its value")
    elif lowered in ("true", "false"):
        remedy = coded("sources.type.remedy.truth", "write 1 or 0")
    elif ways := _two_ways(folded):
        remedy = text("write {whole}, or {pointed}", whole=ways[0], pointed=ways[1])
    elif plain and plain != cell:
        remedy = coded("sources.type.remedy.plain", "write {plain}", plain=plain)
    elif share:
        remedy = coded(
            "sources.type.remedy.percent", "write {share} and state the unit separately", share=share
        )
    elif _INDIAN.fullmatch(folded):
        remedy = coded("sources.type.remedy.without_commas", "write {folded}", folded=folded.replace(",", ""))
    elif with_unit:
        remedy = coded(
            "sources.type.remedy.unit_apart",
            "write {with_unit} and state the unit separately",
            with_unit=with_unit[1],
        )
    return remedy


@cache
def _sizes() -> Mapping[str, int]:
    """Return how much the words for large numbers say, as of ten thousand; letters may be units as well."""
    pairs = (pair for tongue in languages() for pair in compact_words(tongue))
    return {word: size for size, word in pairs if not word.isascii()}


def _is_formula(lowered: str) -> bool:
    is_signed_word = re.match(r"[+-][a-z(@=]", lowered) and lowered.lstrip("+-") not in _ENDLESS
    return lowered[:1] in ("=", "@") or bool(is_signed_word)


def _two_ways(folded: str) -> tuple[str, ...]:
    """Return what a single comma may part: thousands, or decimals; nothing where it can part only one."""
    if not _GROUPED.fullmatch(folded.strip()) or folded.count(",") > 1 or "." in folded:
        return ()
    whole, group = folded.strip().split(",")
    decimals = group.rstrip("0")
    return f"{whole}{group}", f"{whole}.{decimals}" if decimals else whole


def _plain_figure(cell: str) -> str:
    """Return the figure that was meant, written plainly, or nothing when it is not clear."""
    folded = unicodedata.normalize("NFKC", cell).strip().replace("−", "-")
    if _PLAIN.fullmatch(folded):
        return folded
    if _SPACED.fullmatch(folded):
        return re.sub(r"['’_\s]", "", folded).replace(",", ".")
    if _GROUPED.fullmatch(folded):
        return folded.replace(",", "")
    decimal = _COMMA_DECIMAL.fullmatch(folded)
    return f"{decimal[1].replace('.', '')}.{decimal[2]}" if decimal else ""
