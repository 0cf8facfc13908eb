"""Web page: a document as one HTML file that asks no other machine for anything."""

import base64
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from urbium.publish.documents.document import Document
from urbium.publish.documents.fonts import face
from urbium.publish.documents.layout import Layout


def web_page(layout: Layout, document: Document) -> bytes:  # noqa: ARG001 - a writer is given both
    """Return a document as HTML, its charts inside with their texts."""
    return _template().render(said=layout, face=face(layout)).encode()


@cache
def _template() -> Template:
    folder = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["in_base64"] = _in_base64
    return environment.get_template("document.html")


def _in_base64(svg: str) -> str:
    """Return a chart for an address of its own; letters that its reader may lack come with it."""
    head, sign, drawn = svg.partition(">")
    rule = face({"svg": svg})
    style = f"<style>{rule}</style>" if rule else ""
    return base64.b64encode(f"{head}{sign}{style}{drawn}".encode()).decode()
