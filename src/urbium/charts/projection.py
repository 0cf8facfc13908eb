"""Projections: from degrees to the plane, chosen by the extent of what is drawn; areas are always kept.

They are computed here a second time beside the renderer's, so that the frame fits the data and labels are
placed without overlap; a test holds each against the renderer's own.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from urbium.errors import InputError
from urbium.model import FITTED
from urbium.text import coded, text

Floats = npt.NDArray[np.float64]

_WORLD: Final = 150.0
"""From this extent in longitude on, in degrees, a cone no longer shows what it keeps of shapes."""
_POLE: Final = 85.0
"""Parallels stay off the poles, where a cone has no width."""
_EQUATOR: Final = 0.1
"""Sum of the sines of the parallels below which the cone is a cylinder."""
_SIXTH: Final = 6.0
"""The true parallels lie a sixth of the extent inside of its ends."""
_LINES: Final = 5
"""How many lines of degrees cross the places, about."""
_STEPS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_AROUND: Final = 3
"""How many more lines are drawn on each side."""
_MIDDLE: Final = 1e-9
_EARTH: Final = (1.340264, -0.081106, 0.000893, 0.003796)
"""The coefficients of the Equal Earth projection."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A projection that keeps areas.

    Attributes
    ----------
    kind : ``conic`` (Albers), or ``world`` (Equal Earth)
    meridian : the middle one, in degrees east
    south, north : the true parallels of a cone in degrees; alike but for the sign it is a cylinder

    >>> x, y = Projection("conic", 10.0, 40.0, 60.0).project(np.array([10.0]), np.array([0.0]))
    >>> abs(round(float(x[0]), 9)), abs(round(float(y[0]), 9))
    (0.0, 0.0)
    """

    kind: Literal["conic", "world"]
    meridian: float
    south: float = 0.0
    north: float = 0.0

    def project(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        r"""Return x to the east and y to the north of the middle of the equator, in radii of the globe.

        .. math:: n = (\sin\phi_1 + \sin\phi_2)/2, \quad
            \rho = \sqrt{1 + \sin\phi_1 \sin\phi_2 - 2 n \sin\phi}/n

        Parameters
        ----------
        longitude, latitude : degrees, arrays of one shape; longitudes may lie on either side of 180

        References
        ----------
        Snyder: *Map Projections: A Working Manual*, USGS Professional Paper 1395, 1987, chapters 10 and 14.
        Savric, Patterson, Jenny: *The Equal Earth map projection*, International Journal of Geographical
        Information Science 33 (3), 2019.
        """
        east = np.radians(wrapped(longitude - self.meridian))
        north = np.radians(latitude)
        if self.kind == "world":
            return _equal_earth(east, north)
        first, second = math.sin(math.radians(self.south)), math.sin(math.radians(self.north))
        cone = (first + second) / 2
        if abs(cone) < _MIDDLE:
            true = math.cos(math.radians(self.south))
            return east * true, np.sin(north) / true
        constant = 1 + first * second
        radius = np.sqrt(constant - 2 * cone * np.sin(north)) / cone
        return radius * np.sin(cone * east), math.sqrt(constant) / cone - radius * np.cos(cone * east)

    def specification(self) -> dict[str, Any]:
        """Return the projection as the renderer knows it, moved and enlarged by the signals of a map."""
        kind: dict[str, Any] = (
            {"type": "equalEarth"}
            if self.kind == "world"
            else {"type": "conicEqualArea", "parallels": [self.south, self.north]}
        )
        return {
            "name": "projection",
            **kind,
            "rotate": [-self.meridian, 0],
            "center": [0, 0],
            "scale": {"signal": "base * zoom"},
            "translate": {"signal": "[east, south]"},
        }

    def graticule(self, longitude: Floats, latitude: Floats) -> Mapping[str, Any]:
        """Return the lines of degrees around the places, as the renderer draws them."""
        if not longitude.size:
            return {"type": "graticule"}
        east = self.meridian + wrapped(longitude - self.meridian)
        sides = [(float(side.min()), float(side.max())) for side in (east, latitude)]
        wanted = max(high - low for low, high in sides) / _LINES
        step = next((step for step in _STEPS if step >= wanted), _STEPS[-1])
        (west, right), (south, top) = (
            (math.floor(low / step - _AROUND) * step, math.ceil(high / step + _AROUND) * step)
            for low, high in sides
        )
        south, top = max(south, -_POLE), min(top, _POLE)
        west, right = max(west, self.meridian - 180), min(right, self.meridian + 180)
        return {"type": "graticule", "extent": [[west, south], [right, top]], "step": [step, step]}


def fitted(longitude: Floats, latitude: Floats) -> Projection:
    """Return the projection that suits the extent of the places.

    The middle meridian halves the shortest arc that holds all of them, on whichever side of the 180th
    meridian they lie. A nation or a continent is drawn by Albers' conic with its true parallels a sixth
    inside of the extent, or by the cylinder where the extent lies about the equator; what goes half around
    the globe by Equal Earth.

    Parameters
    ----------
    longitude, latitude : degrees; without any the whole globe is drawn

    >>> fitted(np.array([-117.0, -86.8]), np.array([14.9, 32.6])).meridian
    -101.9
    >>> fitted(np.array([178.0, -178.0]), np.array([-18.0, -16.0])).meridian
    180.0
    """
    if not longitude.size:
        return Projection("world", 0.0)
    meridian, across = _shortest_arc(longitude)
    if across > _WORLD:
        return Projection("world", meridian)
    low, high = float(latitude.min()), float(latitude.max())
    inside = (high - low) / _SIXTH
    south, north = (min(max(side, -_POLE), _POLE) for side in (low + inside, high - inside))
    if abs(math.sin(math.radians(south)) + math.sin(math.radians(north))) < _EQUATOR:
        true = max(abs(south), abs(north)) / 2
        return Projection("conic", meridian, -true, true)
    return Projection("conic", meridian, round(south, 3), round(north, 3))


def projection_of(setting: str, longitude: Floats, latitude: Floats) -> Projection:
    """Return the projection that a setting names: ``fitted``, or ``conic MERIDIAN SOUTH NORTH`` in degrees.

    Raises InputError for any other.

    >>> projection_of("conic 10 40 60", np.array([]), np.array([])).north
    60.0
    """
    if setting == FITTED:
        return fitted(longitude, latitude)
    kind, *degrees = setting.split()
    try:
        meridian, south, north = map(float, degrees)
    except ValueError:
        kind = ""
    if kind != "conic":
        raise InputError(
            coded("chart.map.projection", "{given!r} is not a projection", given=setting),
            remedy=text("enter fitted, or conic followed by three numbers in degrees"),
        )
    return Projection("conic", meridian, south, north)


def wrapped(degrees: Floats) -> Floats:
    """Return angles within 180 degrees of nought."""
    turned: Floats = (degrees + 180.0) % 360.0 - 180.0
    return turned


def _shortest_arc(longitude: Floats) -> tuple[float, float]:
    """Return the middle and the length, in degrees, of the shortest arc that holds all longitudes."""
    around = np.unique(longitude % 360.0)
    gaps = np.diff(np.append(around, around[0] + 360.0))
    widest = int(np.argmax(gaps))
    first, across = float(around[(widest + 1) % around.size]), 360.0 - float(gaps[widest])
    middle = (first + across / 2 + 180.0) % 360.0 - 180.0
    return round(middle if middle > -180.0 else 180.0, 6), across  # noqa: PLR2004 - the same meridian


def _equal_earth(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    first, second, third, fourth = _EARTH
    root = math.sqrt(3) / 2
    angle = np.arcsin(root * np.sin(north))
    square = angle**2
    sixth = square**3
    below = root * (first + 3 * second * square + sixth * (7 * third + 9 * fourth * square))
    return (
        east * np.cos(angle) / below,
        angle * (first + second * square + sixth * (third + fourth * square)),
    )
