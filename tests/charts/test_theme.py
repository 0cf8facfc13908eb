"""Theme: colours that meet in one chart stay apart for every common kind of colour vision.

References
----------
G. Sharma, W. Wu and E. N. Dalal: *The CIEDE2000 color-difference formula*, Color Research and Application 30
(2005). G. M. Machado, M. M. Oliveira and L. A. F. Fernandes: *A physiologically-based model for simulation of
color vision deficiency*, IEEE TVCG 15 (2009), with full severity.
"""

from itertools import combinations

import numpy as np
import pytest

from urbium.charts import theme
from urbium.charts.plan import _PHASE_FILLS
from urbium.charts.pressure import _COLOURS

VISIONS = {
    "common": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
MEETING = {
    "categories": theme.CATEGORIES,
    "two plans": (theme.RAMP[3], theme.WARM),
    "men and women": (theme.ACCENT, theme.WARM),
    "ends of an assumption": (theme.RAMP[2], theme.WARM),
    "phases": _PHASE_FILLS,
    "pressure": _COLOURS,
    "progress": (theme.FAINT, theme.ACCENT, theme.WARM),
    "a city and its peers": (theme.WARM, theme.RAMP[4], theme.RAMP[1]),
}
LEAST = 12.0
"""A difference that is seen at a glance; from about 2.3 on two fields side by side are told apart."""


def lab(colour, vision):
    """Return what a colour of the screen is in CIELAB (D65) for a vision."""
    screen = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    light = np.where(screen <= 0.04045, screen / 12.92, ((screen + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.asarray(VISIONS[vision]) @ light, 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(first, second):
    """Return the CIEDE2000 difference of two colours in CIELAB."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25**7))
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    parts = ((-0.17, 1, 30), (0.24, 2, 0), (0.32, 3, -6), (-0.20, 4, 63))
    t = 1 + sum(size * np.cos(np.radians(times * hue - shift)) for size, times, shift in parts)
    of_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    of_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    of_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    blue = (
        -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
        * 2
        * np.sqrt(chroma**7 / (chroma**7 + 25**7))
    )
    return np.sqrt(of_light**2 + of_chroma**2 + of_hue**2 + blue * of_chroma * of_hue)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_is_that_of_the_published_examples(first, second, expected):
    assert difference(first, second) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", MEETING)
def test_colours_that_meet_in_a_chart_stay_apart(name, vision):
    pairs = {
        (first, second): difference(lab(first, vision), lab(second, vision))
        for first, second in combinations(MEETING[name], 2)
    }
    assert {pair: round(float(value), 1) for pair, value in pairs.items() if value < LEAST} == {}
