"""Map frame: where degrees lie in a picture: its extent, the land, the net of degrees, and a scale."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from urbium.charts.projection import Projection, wrapped

Floats = npt.NDArray[np.float64]

_MARGIN: Final = 30.0
"""Pixels around the outermost places."""
_LEAST: Final = 0.0008
"""The least extent in radii of the globe, about 5 km."""
_AROUND: Final = 0.012
"""What a map of one place shows around it: about 75 km."""
_POINT: Final = 1e-6
_TALLEST, _FLATTEST = 0.95, 0.45
"""Height over width of a map."""
_WHOLE: Final = 2.2
"""How many times the extent of the places land may have, to be shown whole."""
_SEAM: Final = 179.99
"""Borders along the 180th meridian are where a file cuts an area, and are not drawn."""
_EDGE: Final = 179.999
_EARTH: Final = 6371.0
"""The mean radius of the globe in kilometres."""
_STEPS: Final = 32
_ROUND: Final = (1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class MapFrame:
    """A rectangle of the plane of a projection, in pixels.

    Parameters
    ----------
    shape : the projection
    width, height : in pixels
    scale : pixels in a radius of the globe
    west, north : of the left upper corner, in radii of the globe
    """

    shape: Projection
    width: float
    height: float
    scale: float
    west: float
    north: float

    def at(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Return where places lie, in pixels to the right and down."""
        x, y = self.shape.project(longitude, latitude)
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def land(self, rings: Sequence[Floats]) -> tuple[str, str]:
        """Return the land as paths in tenths of a pixel: its areas, and its borders.

        What lies outside of the frame is left out, and so are borders along the 180th meridian.
        """
        areas, borders = [], []
        for ring in rings:
            east = np.unwrap(wrapped(ring[:, 0] - self.shape.meridian), period=360.0)
            x, y = self.at(self.shape.meridian + np.clip(east, -_EDGE, _EDGE), ring[:, 1])
            if x.max() < 0 or x.min() > self.width or y.max() < 0 or y.min() > self.height:
                continue
            points = np.rint(np.column_stack([x, y]) * 10).astype(int)
            areas.append(_path(points) + "z")
            is_seam = np.abs(ring[:, 0]) > _SEAM
            cuts = np.flatnonzero(is_seam[1:] & is_seam[:-1]) + 1
            borders += [_path(part) for part in np.split(points, cuts) if len(part) > 1]
        return "".join(areas), "".join(borders)

    def net(self, longitude: Floats, latitude: Floats) -> str:
        """Return the lines of degrees around places as a path in tenths of a pixel."""
        lines = self.shape.graticule(longitude, latitude)
        if "extent" not in lines:
            return ""
        (west, south), (east, north) = lines["extent"]
        step = lines["step"][0]
        ends = np.array([-_EDGE, _EDGE]) + self.shape.meridian
        meridians = [
            (np.full(2, np.clip(across, *ends)), np.array([south, north]))
            for across in np.arange(west, east + step / 2, step)
        ]
        along = np.clip(np.linspace(west, east, _STEPS), *ends)
        parallels = [(along, np.full(_STEPS, up)) for up in np.arange(south, north + step / 2, step)]
        drawn = (np.column_stack(self.at(*part)) for part in meridians + parallels)
        return "".join(_path(np.rint(points * 10).astype(int)) for points in drawn)

    def length(self, level: float = 1.0) -> tuple[float, float]:
        """Return a round number of kilometres, about a sixth of the picture, and its length in pixels."""
        wanted = self.width / 6 / level / self.scale * _EARTH
        power = 10.0 ** math.floor(math.log10(wanted))
        kilometres = max(step * power for step in _ROUND if step * power <= wanted)
        return kilometres, kilometres / _EARTH * self.scale


def frame_of(
    shape: Projection, longitude: Floats, latitude: Floats, rings: Sequence[Floats], width: float
) -> MapFrame:
    """Return the frame of a map that shows all places, and the land whole where it is not far larger."""
    x, y = shape.project(longitude, latitude) if longitude.size else (np.zeros(1), np.zeros(1))
    sides = [(float(side.min()), float(side.max())) for side in (x, y)]
    if rings:
        land = shape.project(*np.concatenate(list(rings)).T)
        whole = [
            (min(low, float(on.min())), max(high, float(on.max())))
            for (low, high), on in zip(sides, land, strict=True)
        ]
        if not longitude.size or all(
            right - left <= _WHOLE * max(high - low, _LEAST)
            for (left, right), (low, high) in zip(whole, sides, strict=True)
        ):
            sides = whole
    elif not longitude.size:
        sides = [(-2.7, 2.7), (-1.3, 1.3)]
    (west, east), (south, north) = sides
    least = _LEAST if max(east - west, north - south) > _POINT else _AROUND
    across, up = max(east - west, least), max(north - south, least)
    room = width - 2 * _MARGIN
    height = min(max(up / across * room + 2 * _MARGIN, _FLATTEST * width), _TALLEST * width)
    scale = min(room / across, (height - 2 * _MARGIN) / up)
    return MapFrame(
        shape, width, round(height), scale,
        (west + east) / 2 - width / 2 / scale, (south + north) / 2 + round(height) / 2 / scale,
    )  # fmt: skip


def _path(points: npt.NDArray[np.int_]) -> str:
    """Write a line as a path of relative steps, without those that lead nowhere."""
    steps = np.diff(points, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    return "".join(_written(points[0], steps))


def _written(first: npt.NDArray[np.int_], steps: npt.NDArray[np.int_]) -> Iterator[str]:
    yield f"M{first[0]} {first[1]}"
    if len(steps):
        yield "l" + " ".join(f"{x} {y}" for x, y in steps.tolist()).replace(" -", "-")
