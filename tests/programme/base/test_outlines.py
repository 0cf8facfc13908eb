"""Outline of the maps: kept with source and licence, taken away, and refused where it is of elsewhere."""

import json

import pytest

import urbium
from urbium.errors import InputError
from urbium.model import City

MEXICO = [[-118, 14], [-86, 14], [-86, 33], [-118, 33], [-118, 14]]
INDIA = [[68, 8], [97, 8], [97, 35], [68, 35], [68, 8]]


def nations(**rings):
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"ISO_A3": code},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
            for code, ring in rings.items()
        ],
    }


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "nations.geojson"
    path.write_text(json.dumps(nations(MEX=MEXICO, IND=INDIA)), encoding="utf-8")
    return path


@pytest.fixture(
    params=[("MX", "León", 21.12, -101.68), ("IN", "Pune", 18.52, 73.86)], ids=["Mexico", "India"]
)
def programme(request, tmp_path):
    nation, name, latitude, longitude = request.param
    with urbium.new(tmp_path / "programme.db", nation=nation) as opened:
        place = City("X1", {"en": name}, "city", latitude=latitude, longitude=longitude)
        opened.register(cities=[place], by="office", reason="a beginning")
        yield opened


BY = {"by": "office", "reason": "maps", "source": "a mapping agency", "licence": "public domain"}


def test_of_a_file_of_nations_the_programmes_own_is_kept_with_source_and_licence(programme, file):
    programme.outlines.bring(file, **BY)
    kept = programme.outlines.kept()
    ring = {"MEX": MEXICO, "IND": INDIA}[programme.settings().nation]
    assert (kept["rings"], kept["source"], kept["licence"]) == ([ring], "a mapping agency", "public domain")
    assert str(programme.outlines.credit()).startswith("Outline: a mapping agency (public domain).")


def test_the_outline_of_another_nation_is_refused(programme, file):
    other = {"MEX": "IND", "IND": "MEX"}[programme.settings().nation]
    with pytest.raises(InputError, match="no city lies within"):
        programme.outlines.bring(file, only=[other], **BY)
    assert programme.outlines.kept() is None


@pytest.mark.parametrize("absent", ["source", "licence"])
def test_an_outline_without_source_or_licence_is_refused_at_its_field(programme, file, absent):
    with pytest.raises(InputError) as refused:
        programme.outlines.bring(file, **BY | {absent: " "})
    assert refused.value.field == absent


def test_an_outline_can_be_taken_away(programme, file):
    programme.outlines.bring(file, **BY)
    programme.outlines.remove(by="office", reason="disputed")
    assert programme.outlines.kept() is None
    assert (programme.outlines.rings(), programme.outlines.credit()) == ([], "")
