"""Laws: what holds of every answer of urbium, whatever programme it is and whatever was asked.

A breach says which law, where, and the words. ``KNOWN`` holds exceptions while they are being mended; it is
empty otherwise.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from page_reader import PageReader, read_page

KNOWN: Mapping[str, str] = {}
"""A part of the words of a breach, and why it is let pass."""

NO_WORDS = re.compile(r"\b(?:nan|NaN|None(?!\.)|null|undefined|inf|True|False|Traceback|Infinity)\b")
"""Words of a program, which no reader is shown; "None." is the sentence of a list without rows."""
PLACEHOLDER = re.compile(r"(?<![\w$@{])\{[a-z_]+(?::[a-z_]+)?\}(?!\})")
"""A place of a sentence that was never filled."""
_UNDRAWN = "cannot be drawn"
_REPR = re.compile(r"<[a-z_.]+ object at 0x|polars\.exceptions|\bError\(['\"]|[a-z]Error: ")
_HTML = "text/html"
_SERVER_FAILED = 500
_NOT_THERE = 404


@dataclass(frozen=True)
class Breach:
    """A law that did not hold.

    Attributes
    ----------
    law : its name
    place : the address, command or file
    words : what was seen
    """

    law: str
    place: str
    words: str

    def __str__(self) -> str:
        return f"[{self.law}] {self.place}: {self.words}"


def broken(breaches: list[Breach]) -> list[str]:
    """Return the breaches that nobody is mending, each once, as lines."""
    lines = dict.fromkeys(str(breach) for breach in breaches)
    return [line for line in lines if not any(part in line for part in KNOWN)]


def of_text(place: str, words: str, allowed: str = "") -> Iterator[Breach]:
    """No words of a program: ``allowed`` holds what users themselves wrote."""
    for match in (*NO_WORDS.finditer(words), *PLACEHOLDER.finditer(words), *_REPR.finditer(words)):
        if match[0] not in allowed:
            near = words[max(0, match.start() - 60) : match.end() + 40]
            yield Breach("no word of a program is shown", place, " ".join(near.split()))
    if _UNDRAWN in words:
        yield Breach("every chart is drawn", place, _UNDRAWN)


def of_page(address: str, status: int, kind: str, markup: str, allowed: str = "") -> Iterator[Breach]:
    """An answer to an address that a page links: it is there, whole, and says nothing of a program."""
    if status >= _SERVER_FAILED:
        yield Breach("the server never fails", address, f"{status} {markup[-300:]}")
        return
    if status == _NOT_THERE:
        yield Breach("a linked address is there", address, _said(address, kind, markup))
        return
    if kind.startswith(_HTML):
        yield from of_html(read_page(address, markup), allowed)
    elif "json" in kind and re.search(r"[\[:,]\s*-?(?:NaN|Infinity)\b", markup):
        yield Breach("no number is missing in what programs read", address, "NaN or Infinity")


def of_html(page: PageReader, allowed: str = "") -> Iterator[Breach]:
    """A page is whole: what is opened is closed, ids are unique, links within it lead somewhere."""
    yield from of_text(page.address, page.text, allowed)
    if page.unclosed:
        yield Breach("a page is whole", page.address, f"not closed: {page.unclosed[:3]}")
    if len(page.ids) != len(set(page.ids)):
        twice = sorted({name for name in page.ids if page.ids.count(name) > 1})
        yield Breach("an id stands once", page.address, f"{twice[:3]}")
    lost = page.fragments() - set(page.ids) - {"top"}
    if lost:
        yield Breach("a link within a page leads somewhere", page.address, f"{sorted(lost)[:3]}")


def of_refusal(place: str, problem: Mapping[str, Any]) -> Iterator[Breach]:
    """A refusal says what is wrong and what to do now; every fault of a file says where."""
    for key in ("detail", "remedy"):
        if not str(problem.get(key) or "").strip() and not problem.get("faults"):
            yield Breach("a refusal says what, where, what now", place, f"no {key}: {problem}")
    for fault in problem.get("faults") or ():
        if not fault.get("message") or not fault.get("remedy"):
            yield Breach("a fault says what, where, what now", place, f"{fault}")
    yield from of_text(place, _flat(problem))


def of_document(place: str, content: bytes, ending: str) -> Iterator[Breach]:
    """A document has the form that its name says."""
    begins = {"pdf": b"%PDF-", "docx": b"PK", "xlsx": b"PK", "html": b"<!doctype", "svg": b"<svg"}
    expected = begins.get(ending, b"")
    if not content.lower().startswith(expected.lower()):
        yield Breach("a document has its form", place, repr(content[:40]))
    if ending == "html":
        yield from of_text(place, read_page(place, content.decode()).text)


def _flat(problem: Mapping[str, Any]) -> str:
    faults = (f"{fault.get('message')} {fault.get('remedy')}" for fault in problem.get("faults") or ())
    return " ".join([str(problem.get("detail", "")), str(problem.get("remedy", "")), *faults])


def _said(address: str, kind: str, markup: str) -> str:
    words = read_page(address, markup).text if kind.startswith(_HTML) else markup
    return words[-240:]
