"""What the files of O*NET and ESCO say of occupations, read from the real files."""

import shutil

import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError, NotFoundError
from urbium.talent import curriculum, read_references

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def references(shared):
    return read_references(shared / "data" / "real" / "talent")


def test_every_row_of_the_files_is_read(shared, references):
    def lines(name):
        return (shared / "data" / "real" / "talent" / name).read_bytes().count(b"\n") - 1

    assert references.tables["technology"].height == lines("onet_technology_skills.txt")
    assert references.tables["related"].height == lines("onet_related_occupations.txt")
    assert references.tables["zones"].height == lines("onet_job_zones.txt")


def test_every_occupation_of_the_catalogue_stands_in_both_classifications(references):
    known = set(references.tables["titles"]["onet_soc"])

    assert {skill.onet_soc for skill in CATALOGUE.skills} <= known
    assert all(references.esco_uri(skill.isco08, skill.title) for skill in CATALOGUE.skills)


def test_a_curriculum_names_what_employers_ask_for_and_the_nearest_occupations(shared, references):
    software = curriculum("2512", CATALOGUE, references)

    # onet_related_occupations.txt: 15-1252.00, 15-1299.08, index 1; onet_job_zones.txt: 15-1252.00, zone 4
    text = (shared / "data" / "real" / "talent" / "onet_technology_skills.txt").read_text()
    asked = {line.split("\t")[1] for line in text.splitlines() if line.startswith("15-1252.00\t")
             and line.endswith("Y\tY")}  # fmt: skip
    assert software.onet == (("15-1252.00", "Software Developers"),)
    assert set(software.skills["skill"]) <= asked
    assert software.related.row(0)[0] == "15-1299.08"
    assert software.zone == 4
    assert software.esco[0][1].endswith("/f2b15a0e-e65a-438a-affb-29b9d50b77d1")


def test_an_unknown_occupation_is_refused_with_the_nearest(references):
    with pytest.raises(NotFoundError, match="no occupation '2513'; did you mean '25"):
        curriculum("2513", CATALOGUE, references)


def test_skills_of_esco_are_read_where_their_file_is_brought(shared, tmp_path):
    real = shared / "data" / "real" / "talent" / "esco_occupations_en.csv"
    shutil.copy(real, tmp_path / "occupations_en.csv")
    developer = "http://data.europa.eu/esco/occupation/f2b15a0e-e65a-438a-affb-29b9d50b77d1"
    (tmp_path / "occupationSkillRelations_en.csv").write_text(
        "occupationUri,relationType,skillType,skillUri,skillLabel\n"
        f"{developer},essential,knowledge,http://data.europa.eu/esco/skill/x,computer programming\n"
    )
    skills = curriculum("2512", CATALOGUE, read_references(tmp_path)).esco_skills

    assert skills.select("title", "relation", "skill").rows() == [
        ("software developer", "essential", "computer programming")
    ]


def test_a_folder_without_any_of_the_files_is_refused(tmp_path):
    with pytest.raises(InputError, match="there is no O"):
        read_references(tmp_path)


def test_every_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "Technology Skills.txt").write_text("O*NET-SOC Code\tExample\n")
    (tmp_path / "Job Zones.txt").write_bytes("O*NET-SOC Code\tJob Zone\n\xff".encode("latin-1"))
    with pytest.raises(InputError) as refused:
        read_references(tmp_path)

    assert {(fault.cell, str(fault.message)) for fault in refused.value.faults} == {
        ("Technology Skills.txt", "columns are missing: Commodity Title, Hot Technology and In Demand"),
        ("Job Zones.txt", "it is not encoded in UTF-8"),
    }
