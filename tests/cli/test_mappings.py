"""The mappings that come along are listed for people and for programs."""

import json


def test_mappings_are_listed_with_what_they_read(run):
    code, out, _ = run("mappings", "--json")
    rows = {row["mapping"]: row["reads"] for row in json.loads(out)}

    assert code == 0
    assert {"oecd-cities", "eurostat-urban-audit", "wup-agglomerations"} <= set(rows)
    assert "OECD" in rows["oecd-cities"]


def test_a_draft_is_one_document_for_programs(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "figures.csv").write_text("city,period,gdp\nAston,2019,1\n", encoding="utf-8")
    run("new", "programme.db", "--nation", "GBR")
    code, out, _ = run("mapping", "draft", "figures.csv", "--json")
    assert code == 0
    assert 'layout = "variables"' in json.loads(out)["mapping"]


def test_every_key_that_a_mapping_may_have_is_listed_with_a_line(run):
    code, out, _ = run("mapping", "keys", "--json")
    rows = json.loads(out)

    assert code == 0
    assert {"layout", "pattern", "others", "projected_from", "latitude"} <= {row["key"] for row in rows}
    assert all(row["says"] for row in rows)
