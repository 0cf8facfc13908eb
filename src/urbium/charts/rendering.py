"""Render: draw a specification as SVG, PNG or PDF, and build what a browser needs to draw it itself.

Nothing is fetched: a specification may not load data from outside, and the browser's module is cut from
the files inside the renderer's own wheel.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from urbium.charts.map_places import SCHEMA, drawn_map
from urbium.errors import InputError
from urbium.extras import needs
from urbium.text import coded, text

Kind = Literal["svg", "png", "pdf"]

_LITE = "6.4"
_CARRIED = "https://cdn.jsdelivr.net/npm/"  # a key into the files inside the wheel; nothing is fetched
_BASE = 'href="https://vega.github.io/vega-datasets//'  # the renderer's own base of relative addresses


def renderer() -> Any:  # noqa: ANN401 - it has no types
    """Return the package that draws; InputError where it is not installed."""
    needs("charts")
    import vl_convert  # noqa: PLC0415 - heavy, and only when a chart is drawn

    return vl_convert


def render(spec: Mapping[str, Any], kind: Kind = "svg") -> bytes:
    """Draw a Vega-Lite or Vega specification.

    Parameters
    ----------
    spec : the specification with its data inside
    kind : ``svg``, ``png`` (twice the size, for sharp print) or ``pdf``

    Raises InputError when the specification cannot be drawn.

    >>> render({"$schema": "https://vega.github.io/schema/vega/v6.json", "width": 9, "height": 9})[:4]
    b'<svg'
    """
    if spec.get("$schema") == SCHEMA:
        return _as(kind, drawn_map(spec, legend=True))
    vega = compiled(spec)
    try:
        vlc = renderer()
        if kind == "svg":
            drawn = str(vlc.vega_to_svg(vega, allowed_base_urls=[]))
            return drawn.replace(_BASE, 'href="/').encode()
        if kind == "png":
            return bytes(vlc.vega_to_png(vega, scale=2, allowed_base_urls=[]))
        return bytes(vlc.vega_to_pdf(vega, allowed_base_urls=[]))
    except ValueError as error:
        raise _undrawable(error) from error


def _as(kind: Kind, svg: str) -> bytes:
    """Return a picture as it is, or as another kind."""
    if kind == "svg":
        return svg.encode()
    vlc = renderer()
    return bytes(vlc.svg_to_png(svg, scale=2) if kind == "png" else vlc.svg_to_pdf(svg))


def compiled(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the specification in plain Vega, which is what a browser is sent.

    Raises InputError when it is not a specification.
    """
    if "/vega-lite/" not in str(spec.get("$schema", "")):
        return dict(spec)
    try:
        return dict(renderer().vegalite_to_vega(dict(spec), vl_version=_LITE))
    except ValueError as error:
        raise _undrawable(error) from error


def bundle(folder: Path | None = None) -> bytes:
    """Return the browser's module: Vega and the interpreter that needs no ``eval``.

    It is built at first use (about a second) and kept in ``folder``, by default the user's own cache.

    Parameters
    ----------
    folder : where the module is kept; when it cannot be written, the module is built anew each time
    """
    kept = (folder or _cache()) / bundle_name()
    if kept.is_file():
        return kept.read_bytes()
    module = str(renderer().javascript_bundle(_snippet())).encode()
    try:
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as part:
            part.write(module)
        Path(part.name).replace(kept)
    except OSError:  # a read-only home: the module is built again next time
        return module
    return module


def bundle_name() -> str:
    """Return the file name of the browser's module; it changes whenever the module does.

    >>> bundle_name().startswith("vega-")
    True
    """
    digest = hashlib.sha256(f"{version('vl-convert-python')} {_snippet()}".encode()).hexdigest()
    return f"vega-{digest[:16]}.js"


def _snippet() -> str:
    return (
        f"import * as V from '{_CARRIED}vega@{renderer().get_vega_version()}/+esm';"
        f"import {{expressionInterpreter}} from '{_CARRIED}vega-interpreter@2.0.0/+esm';"
        "export {V as vega, expressionInterpreter};"
    )


def content_hash(spec: Mapping[str, Any]) -> str:
    """Return the name under which a drawing is kept: the same specification, the same name.

    >>> content_hash({"width": 1, "height": 2}) == content_hash({"height": 2, "width": 1})
    True
    """
    written = json.dumps(spec, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "urbium"


def _undrawable(error: ValueError) -> InputError:
    first = str(error).strip().splitlines()[0] if str(error).strip() else "no reason given"
    return InputError(
        coded("chart.undrawable", "the chart cannot be drawn: {reason}", reason=first),
        place="chart",
        remedy=text("check its specification"),
    )
