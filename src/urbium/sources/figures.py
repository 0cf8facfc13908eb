"""Figures as people type them: what is a number, and what to write instead when it is none."""

import re
import unicodedata

__all__ = ["explain_figure"]

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?")
_COMMA_DECIMAL = re.compile(r"([+-]?\d{1,3}(?:\.\d{3})*|[+-]?\d+),(\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_INDIAN = re.compile(r"[+-]?\d{1,2}(?:,\d{2})*,\d{3}(?:\.\d+)?")
_SPACED = re.compile(r"[+-]?\d{1,3}(?:['’_\s]\d{3})+(?:[.,]\d+)?")
_WITH_UNIT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([^\d\s.,].*)")
_ENDLESS = ("inf", "infinity", "nan")
_LONGEST = 40


def explain_figure(text: str) -> tuple[str, str]:
    """Return message and remedy for a cell that holds no plain number.

    >>> explain_figure("12,3")
    ('"12,3" is not a number', 'write 12.3')
    >>> explain_figure("１２")[1]
    'write 12'
    """
    return f'"{_short(text)}" {_what(text)}', _remedy(text.strip())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _what(text: str) -> str:
    lowered = text.strip().lower()
    if _is_formula(lowered):
        return "is the text of a formula, not a number"
    if lowered.startswith("#"):
        return "is an error of the spreadsheet program, not a number"
    if lowered.lstrip("+-") in _ENDLESS or _PLAIN.fullmatch(lowered):
        return "is not a finite number"
    if _DATE.fullmatch(lowered):
        return "is a date, not a number"
    return "is not a number"


def _remedy(text: str) -> str:
    lowered = text.lower()
    folded = unicodedata.normalize("NFKC", text)
    plain = _plain_figure(text)
    share = _plain_figure(folded[:-1].strip()) if folded.endswith(("%", "‰")) else ""
    with_unit = None if _DATE.fullmatch(lowered) else _WITH_UNIT.fullmatch(folded)
    remedy = "write a number with a decimal point, or leave the cell empty"
    if _is_formula(lowered):
        remedy = "paste its value instead of the formula"
    elif lowered in ("true", "false"):
        remedy = "write 1 or 0"
    elif plain and plain != text:
        remedy = f"write {plain}"
    elif share:
        remedy = f"write {share} and give the unit apart"
    elif _INDIAN.fullmatch(folded):
        remedy = f"write {folded.replace(',', '')}"
    elif with_unit:
        remedy = f"write {with_unit[1]} and give the unit apart"
    return remedy


def _is_formula(lowered: str) -> bool:
    is_signed_word = re.match(r"[+-][a-z(@=]", lowered) and lowered.lstrip("+-") not in _ENDLESS
    return lowered[:1] in ("=", "@") or bool(is_signed_word)


def _plain_figure(text: str) -> str:
    """Return the figure that was meant, written plainly, or nothing when it is not clear."""
    folded = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if _PLAIN.fullmatch(folded):
        return folded
    if _SPACED.fullmatch(folded):
        return re.sub(r"['’_\s]", "", folded).replace(",", ".")
    if _GROUPED.fullmatch(folded):
        whole = folded.replace(",", "")
        return whole if folded.count(",") > 1 or "." in folded else f"{whole} or {folded.replace(',', '.')}"
    decimal = _COMMA_DECIMAL.fullmatch(folded)
    return f"{decimal[1].replace('.', '')}.{decimal[2]}" if decimal else ""
