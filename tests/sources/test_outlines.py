"""Outlines: areas are read as their files say, and what cannot be right is refused whole with its place."""

import json

import numpy as np
import pytest

from urbium.errors import InputError
from urbium.sources import outlines
from urbium.sources.outlines import read_outline

SQUARE = [[0, 0], [4, 0], [4, 3], [0, 3], [0, 0]]
HOLE = [[1, 1], [2, 1], [2, 2], [1, 1]]
TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.25], "translate": [10, 40]},
    "arcs": [[[0, 0], [8, 0], [0, 8]], [[8, 8], [-8, 0], [0, -8]]],
}  # fmt: skip
"""Arcs in steps of a half and a quarter of a degree: 10, 40 to 14, 40 to 14, 42, and back by 10, 42."""


def feature(*rings, **properties):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "land.geojson"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


def test_an_area_is_its_border_and_the_borders_of_its_holes(written):
    outline = read_outline(written(collection(feature(SQUARE, HOLE))))
    assert [ring.tolist() for ring in outline.rings] == [SQUARE, HOLE]
    assert (outline.areas, outline.read, outline.tolerance) == (1, 9, 0.0)


@pytest.mark.parametrize("codes", [{"MEX"}, {"mx"}, {"484"}])
@pytest.mark.parametrize("key", ["iso_a3", "ADM0_A3", "shapeGroup", "ISO3"])
def test_of_a_file_of_nations_only_those_asked_for_are_taken(written, key, codes):
    named = {"MEX": "MEX", "mx": "MX", "484": "484"}[next(iter(codes))]
    file = written(collection(feature(SQUARE, **{key: named}), feature(HOLE, **{key: "GTM"})))
    assert [ring.tolist() for ring in read_outline(file, codes).rings] == [SQUARE]


def test_of_a_file_of_nations_without_the_one_asked_for_nothing_is_taken(written):
    file = written(collection(feature(SQUARE, iso_a3="GTM"), feature(HOLE, iso_a3="BLZ")))
    with pytest.raises(InputError, match="MEX"):
        read_outline(file, {"MEX"})


def test_of_a_file_of_parts_of_one_nation_all_are_taken(written):
    file = written(collection(feature(SQUARE, code="A1"), feature(HOLE, code="A2")))
    assert read_outline(file, {"MEX"}).areas == 2


@pytest.mark.parametrize(
    ("arcs", "ring"),
    [
        ([0, 1], [[10, 40], [14, 40], [14, 42], [10, 42], [10, 40]]),
        ([-2, -1], [[10, 40], [10, 42], [14, 42], [14, 40], [10, 40]]),
    ],
)
def test_a_topology_is_read_as_its_arcs_say(written, arcs, ring):
    shape = {"type": "Polygon", "arcs": [arcs]}
    outline = read_outline(written(TOPOLOGY | {"objects": {"land": shape}}))
    assert [one.tolist() for one in outline.rings] == [ring]


def test_of_a_topology_of_nations_one_is_taken_by_its_number(written):
    assert read_outline(written(TOPOLOGY | {"objects": {
        "nations": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "id": "484", "arcs": [[0, 1]]},
            {"type": "Polygon", "id": "320", "arcs": [[1, 0]]},
        ]}}}), {"MEX", "484"}).areas == 1  # fmt: skip


def _deep(levels, **shape):
    inner = {"type": "Polygon", **(shape or {"coordinates": [SQUARE]})}
    for _ in range(levels):
        inner = {"type": "GeometryCollection", "geometries": [inner]}
    return inner


MALFORMED = {
    "not JSON": (b"{", "not GeoJSON"),
    "not an object": (b"[1, 2]", "not GeoJSON"),
    "not UTF-8": (b'{"type": "\xff"}', "not GeoJSON"),
    "nested without end": (b"[" * 100_000, "not GeoJSON"),
    "collections within collections": (_deep(6), "nested too deeply"),
    "a hundred thousand collections": (
        b'{"type":"GeometryCollection","geometries":[' * 9_000 + b"]}" * 9_000,
        "nested too deeply|not GeoJSON",
    ),
    "no area": (collection(), "no area"),
    "points": ({"type": "Point", "coordinates": [1, 2]}, "'Point' is not an area"),
    "lines": ({"type": "LineString", "coordinates": SQUARE}, "'LineString' is not an area"),
    "a ring that is open": (collection(feature(SQUARE[:4])), "does not end where it begins"),
    "metres": (collection(feature([[4e5, 5e6], [4.1e5, 5e6], [4.1e5, 5.1e6], [4e5, 5e6]])), "not in degrees"),
    "degrees turned round": (collection(feature([[19, 99], [20, 99], [20, 98], [19, 99]])), "not in degrees"),
    "infinity": (b'{"type":"Polygon","coordinates":[[[0,0],[1e999,0],[1,1],[0,0]]]}', "GeoJSON|in degrees"),
    "NaN": (b'{"type":"Polygon","coordinates":[[[0,0],[NaN,0],[1,1],[0,0]]]}', "not GeoJSON"),
    "words": (b'{"type":"Polygon","coordinates":[[["0",0],[1,0],[1,1],["0",0]]]}', "not GeoJSON"),
    "half a vertex": (b'{"type":"Polygon","coordinates":[[[0],[1,0],[1,1],[0]]]}', "fewer than two"),
    "another system": (collection(feature(SQUARE)) | {"crs": {"name": "EPSG:3857"}}, "WGS 84"),
    "an arc that is not there": (
        TOPOLOGY | {"objects": {"a": {"type": "Polygon", "arcs": [[7]]}}}, "no arc 7",
    ),
    "a transform of words": (TOPOLOGY | {"transform": {"scale": [1.0]}}, "transform"),
    "a transform beyond all numbers": (
        TOPOLOGY
        | {"transform": {"scale": [1e308, 1e308], "translate": [0, 0]}}
        | {"objects": {"a": {"type": "Polygon", "arcs": [[0, 1]]}}},
        "not in degrees|does not end",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MALFORMED)
def test_a_file_that_cannot_be_right_is_refused_with_place_and_advice(written, what):
    content, message = MALFORMED[what]
    with pytest.raises(InputError, match=message) as refused:
        read_outline(written(content))
    assert "land.geojson" in str(refused.value)
    assert refused.value.remedy


@pytest.mark.parametrize(
    "of_depth",
    [_deep, lambda levels: TOPOLOGY | {"objects": {"land": _deep(levels, arcs=[[0, 1]])}}],
    ids=["GeoJSON", "TopoJSON"],
)
def test_collections_within_collections_are_read_three_deep_and_no_deeper(written, of_depth):
    assert read_outline(written(of_depth(3))).areas == 1
    with pytest.raises(InputError, match="nested too deeply"):
        read_outline(written(of_depth(4)))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(written, monkeypatch):
    monkeypatch.setattr(outlines, "MOST_BYTES", 100)
    with pytest.raises(InputError, match="larger"):
        read_outline(written(b" " * 101))


def test_a_file_of_too_many_vertices_is_refused(written, monkeypatch):
    monkeypatch.setattr(outlines, "MOST_VERTICES", 8)
    with pytest.raises(InputError, match="over 8 vertices"):
        read_outline(written(collection(feature(SQUARE), feature(SQUARE))))


def test_a_detailed_coast_keeps_few_vertices_and_no_line_is_off_by_more_than_is_said(written):
    angle = np.linspace(0, 2 * np.pi, 40_001)
    coast = np.column_stack([10 + np.cos(angle) * (5 + 0.02 * np.sin(900 * angle)), 40 + 5 * np.sin(angle)])
    coast[-1] = coast[0]
    outline = read_outline(written(collection(feature(coast.tolist()))))
    kept = outline.rings[0]
    assert outline.read == 40_001
    assert len(kept) <= 6_000
    start, step = kept[:-1], np.diff(kept, axis=0)
    for vertex in coast[::397]:
        along = np.clip(((vertex - start) * step).sum(1) / (step**2).sum(1), 0, 1)
        away = np.hypot(*(vertex - start - along[:, None] * step).T).min()
        assert away <= outline.tolerance + 1e-3


def test_a_file_of_nothing_but_dust_keeps_no_more_than_a_page_bears(written):
    dust = [feature([[x, y], [x + 0.1, y], [x, y + 0.1], [x, y]]) for x in range(90) for y in range(80)]
    outline = read_outline(written(collection(*dust)))
    assert sum(map(len, outline.rings)) <= 6_000
