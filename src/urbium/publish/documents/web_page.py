"""Web page: a document as one HTML file that asks no other machine for anything."""

import base64
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from urbium.publish.documents.document import Document
from urbium.publish.documents.layout import Layout

__all__ = ["web_page"]


def web_page(layout: Layout, document: Document) -> bytes:  # noqa: ARG001 - a writer is given both
    """Return a document as HTML, its charts inside with their texts."""
    return _template().render(said=layout).encode()


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
    environment.filters["in_base64"] = lambda svg: base64.b64encode(svg.encode()).decode()
    return environment.get_template("document.html")
