"""Outlines: a file of areas (GeoJSON or TopoJSON) becomes the rings of a map, or is refused whole.

A file may hold many nations; only those that are asked for are taken. Rings are made simpler until they are
few enough for a page, and by how much is said.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from urbium.errors import InputError
from urbium.nations import is_nation_code
from urbium.text import Text, coded, text

Floats = npt.NDArray[np.float64]
Ring = Floats
"""Longitudes and latitudes in degrees, one row a vertex; the last is the first."""

MOST_BYTES: Final = 32_000_000
"""Bytes of a file: all nations at a scale of 1 : 10 million have 25 million."""
MOST_VERTICES: Final = 2_000_000
"""Vertices of a file; arcs that two areas of a topology share count for both."""
_KEPT_VERTICES: Final = 6_000
"""Vertices that are kept: some 20 kB of a page, packed."""
_TOLERANCES: Final = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_LEAST_RING: Final = 4
_MOST_DEPTH: Final = 3
"""Collections within collections."""
_CODES: Final = frozenset((
    "id", "iso", "iso2", "iso3", "iso_2", "iso_3", "iso_a2", "iso_a3", "iso_n3", "iso_a2_eh", "iso_a3_eh",
    "adm0_a3", "gid_0", "shapegroup", "country", "country_code", "cntr_id", "code",
))  # fmt: skip
"""Properties that name the nation of an area in common files."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The areas of a file, made simple enough for a page.

    Parameters
    ----------
    rings : the borders of the areas, and of the holes in them
    tolerance : by how many degrees a line may lie off that of the file
    read : how many vertices the file's areas have
    areas : how many areas were taken
    """

    rings: tuple[Ring, ...]
    tolerance: float
    read: int
    areas: int


class _Shape(msgspec.Struct):
    type: str = ""
    properties: dict[str, Any] | None = None
    id: str | int | float | None = None
    geometry: msgspec.Raw = msgspec.Raw(b"null")
    coordinates: msgspec.Raw = msgspec.Raw(b"null")
    geometries: list[msgspec.Raw] = []
    features: list[msgspec.Raw] = []
    arcs: msgspec.Raw = msgspec.Raw(b"null")
    objects: dict[str, msgspec.Raw] = {}
    transform: dict[str, list[float]] | None = None
    crs: msgspec.Raw = msgspec.Raw(b"null")


_Area = tuple[str, set[str], list[Ring]]
"""What an area is called in the file, the codes that it bears, and its rings."""


def read_outline(path: Path, codes: Collection[str] = ()) -> Outline:
    """Return the areas of a file; raise InputError, with the place, for anything that cannot be right.

    Parameters
    ----------
    path : a GeoJSON or TopoJSON file in degrees of WGS 84
    codes : of the nations whose areas are taken, in any of the ways files write them; all areas are taken
        when it is empty, or where no area of the file bears the code of a nation
    """
    if path.stat().st_size > MOST_BYTES:
        raise _refused(path, "", coded(
            "sources.outline.large", "the file is larger than {most:,.0f} MB", most=MOST_BYTES / 1e6
        ))  # fmt: skip
    reader = _Reader(path)
    areas = reader.areas()
    wanted = {code.upper() for code in codes}
    chosen = [area for area in areas if area[1] & wanted]
    if not chosen:
        if wanted and _are_nations(areas):
            raise _refused(path, "", coded(
                "sources.outline.no_nation", "no area in the file has the code {codes}",
                codes=", ".join(sorted(wanted)),
            ), text("name the nations by their codes, or send only this nation's outline"))  # fmt: skip
        chosen = areas
    rings = [
        ring for _, _, of_area in chosen for ring in of_area if len(ring) >= _LEAST_RING
    ]  # no mere points
    if not rings:
        raise _refused(path, "", coded("sources.outline.no_area", "the file contains no areas"))
    simple, tolerance = simplified(rings)
    return Outline(tuple(simple), tolerance, sum(len(ring) for ring in rings), len(chosen))


def simplified(rings: Sequence[Ring]) -> tuple[list[Ring], float]:
    """Return rings of few enough vertices, and the tolerance in degrees by which they were made simpler.

    Rings that are smaller than the tolerance are left out.

    >>> square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float)
    >>> simplified([square])[1]
    0.0
    """
    from shapely import get_coordinates, get_num_points, linestrings, simplify  # noqa: PLC0415 - slow to import

    lines = np.array([linestrings(ring) for ring in rings])
    for tolerance in _TOLERANCES:
        simple = simplify(lines, tolerance, preserve_topology=False)
        simple = simple[get_num_points(simple) >= _LEAST_RING]
        if get_num_points(simple).sum() <= _KEPT_VERTICES:
            break
    longest = simple[np.argsort(-get_num_points(simple), kind="stable")]  # a file may be nothing but dust
    kept = longest[np.cumsum(get_num_points(longest)) <= _KEPT_VERTICES]
    return [np.round(get_coordinates(line), 4) for line in kept], tolerance


def _are_nations(areas: Sequence[_Area]) -> bool:
    """Say whether a file has nations as its areas: at least half of those with a code bear a nation's."""
    coded_areas = [bears for _, bears, _ in areas if bears]
    return len(coded_areas) > 1 and 2 * sum(any(map(is_nation_code, bears)) for bears in coded_areas) >= len(
        coded_areas
    )


class _Reader:
    """Reads one file: what is wrong with it is said with the area and the vertex."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._vertices = 0
        self._arcs: list[Ring] = []

    def areas(self) -> list[_Area]:
        """Return every area of the file."""
        content = self._path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        self._count(content.count(b"["), "")  # each vertex opens one; read, they take a hundred bytes each
        self._vertices = 0
        whole = self._shape(content, "")
        system = bytes(whole.crs)
        if system != b"null" and not any(name in system for name in (b"CRS84", b"4326")):
            raise self._refuse("crs", coded(
                "sources.outline.system", "the coordinates are not in degrees of WGS 84 ({system})",
                system=system[:80].decode(errors="replace"),
            ))  # fmt: skip
        if whole.type == "Topology":
            self._arcs = self._unpacked(whole)
            parts = (list(self._parts(raw, name, {}, set(), 0)) for name, raw in whole.objects.items())
            return next((areas for areas in parts if areas), [])  # the first of several layers
        return list(self._parts(whole, "", {}, set(), 0))

    def _parts(
        self, raw: msgspec.Raw | _Shape, place: str, about: Mapping[str, Any], bears: set[str], depth: int
    ) -> Iterator[_Area]:
        """Yield the areas of a collection, a feature or a geometry."""
        shape = raw if isinstance(raw, _Shape) else self._shape(bytes(raw), place)
        about = shape.properties or about
        bears = _codes_of(shape, about) or bears
        if shape.type in {"FeatureCollection", "GeometryCollection"}:
            if depth >= _MOST_DEPTH:
                raise self._refuse(place, coded("sources.outline.deep", "collections are nested too deeply"))
            for number, part in enumerate(shape.features or shape.geometries, 1):
                yield from self._parts(part, f"{place} {number}".strip(), about, bears, depth + 1)
        elif shape.type == "Feature":
            if bytes(shape.geometry) != b"null":
                yield from self._parts(shape.geometry, place, about, bears, depth + 1)
        elif shape.type in {"Polygon", "MultiPolygon"}:
            yield place, bears, list(self._rings(shape, place))
        else:
            raise self._refuse(place, coded(
                "sources.outline.no_polygon", "{type!r} is not an area", type=shape.type[:40] or "null"
            ))  # fmt: skip

    def _rings(self, shape: _Shape, place: str) -> Iterator[Ring]:
        """Yield the checked rings of an area."""
        is_many, is_arcs = shape.type == "MultiPolygon", bytes(shape.arcs) != b"null"
        raw = shape.arcs if is_arcs else shape.coordinates
        kind: Any = list[list[int]] if is_arcs else list[list[list[float]]]
        content = self._decoded(bytes(raw), list[kind] if is_many else kind, place)
        for area in content if is_many else [content]:
            for line in area:
                yield self._checked(self._joined(line, place) if is_arcs else self._array(line, place), place)

    def _joined(self, numbers: Sequence[int], place: str) -> Ring:
        """Return the ring that arcs of a topology make, each turned round where its number is negative."""
        parts: list[Ring] = []
        for number in numbers:
            at = ~number if number < 0 else number
            if at >= len(self._arcs):
                raise self._refuse(place, coded("sources.outline.arc", "there is no arc {number}", number=at))
            arc = self._arcs[at][::-1] if number < 0 else self._arcs[at]
            self._count(len(arc), place)
            parts.append(arc[1:] if parts else arc)
        return np.concatenate(parts) if parts else np.empty((0, 2))

    def _unpacked(self, whole: _Shape) -> list[Ring]:
        """Return the arcs of a topology in degrees."""
        content = self._decoded(bytes(whole.arcs), list[list[list[float]]], "arcs")
        arcs = [self._array(line, f"arc {number}") for number, line in enumerate(content)]
        if whole.transform is None:
            return arcs
        try:
            scale, shift = (np.array(whole.transform[name], dtype=float) for name in ("scale", "translate"))
            with np.errstate(over="ignore", invalid="ignore"):
                return [arc.cumsum(axis=0) * scale + shift for arc in arcs]
        except (KeyError, ValueError) as error:
            raise self._refuse("transform", coded(
                "sources.outline.transform", "the transform is not two pairs of numbers"
            )) from error  # fmt: skip

    def _array(self, line: Sequence[Sequence[float]], place: str) -> Ring:
        self._count(len(line), place)
        if any(len(vertex) < 2 for vertex in line):  # noqa: PLR2004 - longitude and latitude
            raise self._refuse(place, coded("sources.outline.pair", "a vertex has fewer than two numbers"))
        return np.array([vertex[:2] for vertex in line], dtype=float).reshape(-1, 2)

    def _count(self, vertices: int, place: str) -> None:
        self._vertices += vertices
        if self._vertices > MOST_VERTICES:
            raise self._refuse(place, coded(
                "sources.outline.vertices", "the file has over {most:,} vertices", most=MOST_VERTICES
            ), text("send an outline at a smaller scale, such as 1:50 million"))  # fmt: skip

    def _checked(self, ring: Ring, place: str) -> Ring:
        if not len(ring) or not np.array_equal(ring[0], ring[-1]):
            raise self._refuse(place, coded(
                "sources.outline.open", "a ring of {count} vertices does not end where it begins",
                count=len(ring),
            ), text("end each ring with its first vertex"))  # fmt: skip
        wrong = ~(np.isfinite(ring).all(axis=1) & (np.abs(ring) <= (180.0, 90.0)).all(axis=1))
        if wrong.any():
            at = int(wrong.argmax())
            raise self._refuse(place, coded(
                "sources.outline.range", "vertex {number:,} has the coordinates {x:g}, {y:g}, which are "
                "not in degrees",
                number=at + 1, x=float(ring[at, 0]), y=float(ring[at, 1]),
            ))  # fmt: skip
        return ring

    def _shape(self, content: bytes, place: str) -> _Shape:
        shape: _Shape = self._decoded(content, _Shape, place)
        return shape

    def _decoded(self, content: bytes, kind: Any, place: str) -> Any:  # noqa: ANN401 - of any kind
        try:
            return msgspec.json.decode(content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._refuse(place, coded(
                "sources.outline.damaged", "this is not GeoJSON or TopoJSON ({error})", error=str(error)[:200]
            )) from error  # fmt: skip

    def _refuse(self, place: str, message: Text, remedy: Text | str = "") -> InputError:
        return _refused(self._path, place, message, remedy)


def _codes_of(shape: _Shape, about: Mapping[str, Any]) -> set[str]:
    """Return the codes that an area bears, in capitals."""
    values = [value for key, value in about.items() if key.lower() in _CODES]
    return {
        str(value).upper() for value in (shape.id, *values) if isinstance(value, str | int) and value != ""
    }


def _refused(path: Path, place: str, message: Text, remedy: Text | str = "") -> InputError:
    usual = text("send areas (Polygon, MultiPolygon) as GeoJSON or TopoJSON in degrees (WGS 84)")
    return InputError(message, place=f"{path.name} {place}".strip(), remedy=remedy or usual)
