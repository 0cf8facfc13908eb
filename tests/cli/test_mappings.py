"""The mappings that come along are listed for people and for programs."""

import json


def test_mappings_are_listed_with_what_they_read(run):
    code, out, _ = run("mappings", "--json")
    rows = {row["mapping"]: row["reads"] for row in json.loads(out)}

    assert code == 0
    assert {"oecd-cities", "eurostat-urban-audit", "wup-agglomerations"} <= set(rows)
    assert "OECD" in rows["oecd-cities"]
