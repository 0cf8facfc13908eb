"""Chart: a specification that draws itself, in a notebook or into a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from urbium.errors import InputError
from urbium.files import write_whole
from urbium.text import coded, text


class Chart(dict[str, Any]):
    """One Vega-Lite or Vega specification with its data inside; a mapping that programs read as it is.

    >>> Chart({"$schema": "https://vega.github.io/schema/vega/v6.json", "width": 9, "height": 9})["width"]
    9
    """

    def save(self, path: str | Path) -> Path:
        """Draw the chart into a file; its ending (.png, .svg, .pdf, .html) chooses the form.

        An .html file holds all it needs and can be pointed at and enlarged. Raises InputError for another
        ending, and where the specification cannot be drawn.
        """
        from urbium.charts.rendering import render  # noqa: PLC0415 - heavy, and only when a chart is drawn

        target = Path(path)
        kind = target.suffix.lower().removeprefix(".")
        if kind == "html":
            return write_whole(target, as_html(self).encode())
        for drawn in ("png", "svg", "pdf"):
            if kind == drawn:
                return write_whole(target, render(self, drawn))
        raise InputError(
            coded(
                "chart.ending",
                "{suffix} is not a supported chart format",
                suffix=target.suffix or "no ending",
            ),
            place=str(target),
            remedy=text("use a name that ends in .png, .svg, .pdf or .html"),
        )

    def _repr_svg_(self) -> str:
        """Return the drawing, for a notebook."""
        from urbium.charts.rendering import render  # noqa: PLC0415

        return render(self).decode()


def as_html(spec: Mapping[str, Any]) -> str:
    """Return a page that draws a specification by itself and asks no other machine for anything."""
    from urbium.charts.rendering import compiled, renderer  # noqa: PLC0415

    return str(renderer().vega_to_html(compiled(spec), bundle=True))
