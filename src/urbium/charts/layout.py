"""Layout: one specification, laid out for the width at which it is shown, down to that of a phone.

A picture that is only made smaller has letters that nobody reads, and one that is not made smaller is cut
off. So each chart is laid out anew: where there is little room names stand above their rows, years are named
further apart, and legends take the place of names at the ends of lines. Layers whose name begins with
``wide_`` are for wide frames alone.

What a chart needs of its own stands in its ``usermeta``: ``narrow``, the width below which a frame is narrow
for it; ``least``, the smallest width at which it can be read; ``room``, the pixels above a row for its name;
``besides``, layers for a narrow frame alone.
"""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from urbium.charts.frame import Spec, letters, wrapped

WIDTHS: Final = (340, 560, 820)
"""The widths, in pixels, at which a picture is drawn: for a phone, for half a page, for a whole one."""
_NARROW: Final = 480
_ENDS: Final = "wide_ends"
_PARTS: Final = "wide_parts"
_STEPS: Final = (1, 2, 5, 10, 20, 25, 50, 100)
_YEAR_ROOM: Final = 46  # pixels that the name of a year takes, with the space around it
_AXIS_ROOM: Final = 60
_SLACK: Final = 40  # pixels that a live chart may have less than it was laid out for
_TITLE: Final = 36  # letters of an axis' title in one line of a narrow frame
_LETTER: Final = 6.9
_WIDER: Final = 0.12  # by how much the letters of a reader's machine may be wider than those drawn with here
_PADDING: Final = 5  # pixels around a chart, as Vega has it
_NAME_ROOM: Final = 18  # pixels above a row for its name
_BARE: Final = 0.9  # of the step of a row is its band, as Vega-Lite has it
_MAP: Final = 1.3  # how much higher than wide a narrow map is: room below for its legend


def laid_out(spec: Mapping[str, Any], width: int) -> Spec:
    """Return a specification for a frame of so many pixels, without its title, which stands above it.

    >>> wide = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "title": "People", "width": 640}
    >>> laid_out(wide, 340)["width"]
    340
    """
    if "/vega-lite/" not in str(spec.get("$schema", "")):
        height = spec.get("height")
        tall = {} if height is None else {"height": round(min(width * _MAP, height))}
        return {**spec, "width": width, **tall}
    needs = spec.get("usermeta", {})
    width = max(width, needs.get("least", 0))
    is_narrow = width < needs.get("narrow", _NARROW)
    laid = {key: value for key, value in spec.items() if key != "title"} | {"width": width}
    if is_narrow and "layer" in laid:
        kept = [each for each in laid["layer"] if not _name(each).startswith("wide_")]
        laid["layer"] = [*kept, *needs.get("besides", ())]
    beside = 0.0
    names = next(filter(None, map(_names, _encodings(laid))), None)
    step = laid["height"].get("step") if isinstance(laid.get("height"), dict) else None
    if names is not None and is_narrow and step is not None:
        room = needs.get("room", _NAME_ROOM)
        laid["height"] = {"step": round(_BARE * step) + room}
        laid = _changed(laid, lambda each: _named_above(each, _BARE * step, width, room))
    elif names is not None:
        beside = names["labelLimit"]
    ends = next((each for each in laid.get("layer", ()) if _name(each) == _ENDS), None)
    if ends is not None:
        beside += max((letters(str(row[_of(ends)])) for row in ends["data"]["values"]), default=0) * _LETTER
        laid = _changed(laid, _without_colours_legend)
    parts = next((each for each in laid.get("layer", ()) if _name(each) == _PARTS), None)
    if parts is not None:
        named = {str(row[_of(parts)]) for row in parts["data"]["values"]}
        laid = _changed(laid, lambda each: _key_of_the_rest(each, named))
    years = _years(laid, width - _AXIS_ROOM - beside)
    laid = _changed(laid, lambda each: _dated(each, years))
    if is_narrow:
        laid = _changed(laid, _broken_title)
    return laid | {"padding": _padding(laid), "config": _config(laid, width, is_narrow=is_narrow)}


def _padding(spec: Spec) -> Spec:
    """Leave room at either side for the letters of other machines, where names begin or end a picture.

    A picture is measured with the letters of the machine that draws it; a browser that has others would cut
    the names beside the axis, and those at the ends of lines and bars.
    """
    axes = [each["y"] for each in _encodings(spec) if _names(each) and "labelAlign" not in each["y"]["axis"]]
    ends = [each for each in spec.get("layer", ()) if _name(each) in (_ENDS, _PARTS)]
    before = {str(name) for axis in axes for name in _values(spec, axis["field"])}
    behind = {str(row[_of(each)]) for each in ends for row in each["data"]["values"]}
    room = {side: _room(names) for side, names in (("left", before), ("right", behind))}
    return {"top": _PADDING, "bottom": _PADDING, **room}


def _room(names: Collection[str]) -> int:
    return _PADDING + math.ceil(_WIDER * _LETTER * max(map(letters, names), default=0))


def _values(spec: Spec, field: str) -> Iterator[Any]:
    for part in (spec, *spec.get("layer", ())):
        yield from (row[field] for row in part.get("data", {}).get("values", ()) if field in row)


def _changed(spec: Spec, change: Callable[[Spec], Spec]) -> Spec:
    """Change the encoding of a specification, and that of each of its layers."""
    changed = spec | {"encoding": change(spec["encoding"])} if "encoding" in spec else spec
    if "layer" in spec:
        changed = changed | {"layer": [_changed(each, change) for each in spec["layer"]]}
    return changed


def _without_colours_legend(encoding: Spec) -> Spec:
    colour = encoding.get("color", {})
    return encoding | {"color": colour | {"legend": None}} if "field" in colour else encoding


def _key_of_the_rest(encoding: Spec, named: Collection[str]) -> Spec:
    """Leave out of the key of a stack what is named on its parts; without a rest there is no key."""
    colour = encoding.get("color", {})
    if not colour.get("legend"):
        return encoding
    rest = [name for name in colour["legend"]["values"] if name not in named]
    return encoding | {"color": colour | {"legend": {"values": rest} if rest else None}}


def _broken_title(encoding: Spec) -> Spec:
    across = encoding.get("x", {})
    lines = wrapped(str(across.get("title") or ""), _TITLE)
    return encoding | {"x": across | {"title": lines}} if len(lines) > 1 else encoding


def _dated(encoding: Spec, years: Sequence[int]) -> Spec:
    if not years or not _is_of_years(encoding):
        return encoding
    axis = encoding["x"]["axis"] | {"values": list(years), "labelOverlap": False}
    return encoding | {"x": encoding["x"] | {"axis": axis}}


def _named_above(encoding: Spec, band: float, width: int, room: int) -> Spec:
    """Move the names of rows above them, so that the rows have the whole width.

    Points, too, stand in bands then: else half of the room above the first row would be missing.
    """
    if not _names(encoding):
        return encoding
    place, share = encoding["y"], room / (round(band) + room)
    axis = place["axis"] | {
        "labelAlign": "left", "labelPadding": 0, "labelLimit": width - _SLACK, "minExtent": 0, "zindex": 1,
        "labelOffset": -round(band / 2 + room - _NAME_ROOM / 2 - 1), "domain": False,
    }  # fmt: skip
    scale = {key: value for key, value in place.get("scale", {}).items() if key != "padding"}
    return encoding | {
        "y": place
        | {"axis": axis, "scale": scale | {"type": "band", "paddingInner": share, "paddingOuter": share}}
    }


def _name(layer: Mapping[str, Any]) -> str:
    return str(layer.get("name", ""))


def _encodings(spec: Spec) -> Iterator[Spec]:
    for part in (spec, *spec.get("layer", ())):
        yield part.get("encoding", {})


def _names(encoding: Spec) -> Spec | None:
    """Return the axis of long names, where an encoding has one: that which says how long they may be."""
    axis = encoding.get("y", {}).get("axis")
    return axis if isinstance(axis, dict) and axis.get("labelLimit") else None


def _of(ends: Spec) -> str:
    """Return the field that a layer of names at the ends of lines writes."""
    return str(ends["encoding"]["text"]["field"])


def _is_of_years(encoding: Spec) -> bool:
    across = encoding.get("x", {})
    axis = across.get("axis")
    is_year = across.get("field") == "year" or ("values" in (axis or ()) and axis.get("format") == "d")
    return isinstance(axis, dict) and is_year


def _years(spec: Spec, room: float) -> list[int]:
    """Choose the years that are named: the last one always, and so many before it as there is room for."""
    there: set[Any] = set()
    is_ordinal = any(each["x"].get("type") == "ordinal" for each in _encodings(spec) if _is_of_years(each))
    for encoding in _encodings(spec):
        if _is_of_years(encoding):
            there.update(encoding["x"]["axis"].get("values", ()))
    for part in () if there else (spec, *spec.get("layer", ())):
        there.update(row.get("year") for row in part.get("data", {}).get("values", ()))
    years = sorted(year for year in there if isinstance(year, int))
    if len(years) < 2:  # noqa: PLR2004 - nothing to leave out
        return years
    span, most = years[-1] - years[0], max(2, room // _YEAR_ROOM)
    step = next((step for step in _STEPS if span // step + 1 <= most), span)
    every = [year for year in range(years[0], years[-1] + 1) if (years[-1] - year) % step == 0]
    return [year for year in every if year in years] if is_ordinal else every


def _config(spec: Spec, width: int, *, is_narrow: bool) -> Spec:
    """Set legends in as many columns as fit, below one another where there is little room."""
    longest = max(
        (
            letters(str(name))
            for encoding in _encodings(spec)
            for channel in ("color", "strokeDash", "fill")
            for name in encoding.get(channel, {}).get("scale", {}).get("domain", ())
        ),
        default=12,
    )
    apart = 2 * _PADDING + math.ceil(_WIDER * longest * _LETTER)
    columns = max(1, int((width - _AXIS_ROOM / 2) // (longest * _LETTER + apart + 24)))
    top = {"anchor": "start", "direction": "vertical" if is_narrow else "horizontal", "margin": 4}
    limit = width - (_AXIS_ROOM + _SLACK if is_narrow else _SLACK)
    legend = {
        "columns": columns,
        "columnPadding": apart,
        "labelLimit": limit,
        "titleLimit": limit,
        "layout": {"top": top},
    }
    return {**spec["config"], "legend": spec["config"]["legend"] | legend} if "config" in spec else {}
