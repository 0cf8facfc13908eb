"""Markdown: a document as text that people and programs read."""

from urbium.publish.documents.document import Document
from urbium.publish.documents.layout import Layout

_RULE = "---"


def markdown(layout: Layout, document: Document) -> bytes:  # noqa: ARG001 - a writer is given both
    """Return a document as Markdown; of a chart its words."""
    parts = [f"# {_escaped(layout['title'])}", _escaped(layout["first_line"])]
    for section in layout["sections"]:
        if section["title"]:
            parts.append(f"{'#' * (section['level'] + 1)} {_escaped(section['title'])}")
        for part in section["parts"]:
            parts += [_part(part), _escaped(part["basis"])]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def _part(part: Layout) -> str:
    if part["kind"] == "table":
        lines = [part["headings"], [_RULE] * len(part["headings"]), *part["rows"]]
        return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)
    return _escaped(part["words"] if part["kind"] == "paragraph" else part["alt"])


def _escaped(words: str) -> str:
    """Return words that no reader of Markdown takes for a sign or for HTML."""
    for sign in "\\`*_[]<>#":
        words = words.replace(sign, f"\\{sign}")
    return words


def _cell(words: str) -> str:
    return words if words == _RULE else _escaped(words).replace("|", "\\|").replace("\n", " ")
