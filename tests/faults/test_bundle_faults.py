"""Bundles that were changed or do harm: each is refused with its member named, or shown to differ."""

import csv
import hashlib
import io
import json
import re
import struct
import zipfile
from datetime import UTC, datetime

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.cli import main
from urbium.errors import InputError
from urbium.measure import measure_index
from urbium.model import OBSERVATION
from urbium.publish.bundle import contents
from urbium.publish.bundle.bundle import MEMBERS, verify_bundle, write_bundle
from urbium.publish.bundle.container import Member, pack
from urbium.publish.bundle.signing import signing_key

PLACES = ("340100", "340200", "340300")
LOOSE = ("manifest.json", "manifest.sig", "signer.pem")


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return signing_key(tmp_path_factory.mktemp("keys") / "signing.pem")


@pytest.fixture(scope="module")
def other_key(tmp_path_factory):
    return signing_key(tmp_path_factory.mktemp("other") / "signing.pem")


@pytest.fixture(scope="module")
def members(key, tmp_path_factory):
    """Return the members of an honest bundle."""
    common = {
        "unit": "%", "area": "prefecture", "status": "reported", "quality": "measured", "source": "ccsy",
        "recorded_at": datetime(2026, 1, 2, tzinfo=UTC), "recorded_by": "anna", "file": "a.xlsx",
        "sheet": "S", "cell": "C2", "reason": "", "period": "2012", "variable": "tertiary_share_gdp",
    }  # fmt: skip
    rows = [common | {"city": city, "value": 30.0 + 7.3 * n} for n, city in enumerate(PLACES)]
    catalogue = load_catalogue()
    scores = measure_index(
        pl.DataFrame(rows, schema=dict(OBSERVATION)),
        catalogue.indices["yearbook"],
        catalogue,
        cities=pl.DataFrame({"code": PLACES, "name_en": ["A", "B", "C"]}),
        period=2012,
        availability=0.05,
        runs=5,
    )
    path = write_bundle(scores, tmp_path_factory.mktemp("b") / "b.zip", key=key).path
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def raw(members):
    """Pack members as urbium does, whatever they say."""
    return pack({name: Member.of(each, is_stored=name in LOOSE) for name, each in members.items()})


def signed(members, key, **changes):
    """Return a bundle whose maker signs what is in it: everything fits, whatever it says."""
    made = {name: changes.pop(name, each) for name, each in members.items()}
    manifest = json.loads(made["manifest.json"])
    for name in made.keys() - {*LOOSE}:
        packed = Member.of(made[name]).packed
        manifest["members"][name] = {
            "bytes": len(made[name]),
            "packed_sha256": hashlib.sha256(packed).hexdigest(),
            "sha256": hashlib.sha256(made[name]).hexdigest(),
        }
    manifest |= {"signer": key.fingerprint} | changes
    text = (json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
    made |= {
        "manifest.json": text,
        "manifest.sig": key.sign(hashlib.sha256(text).digest()),
        "signer.pem": key.public,
    }
    return raw(made)


@pytest.fixture
def refusal(tmp_path):
    """Return the words with which a bundle of these bytes is refused."""

    def words(content):
        path = tmp_path / "sent.zip"
        path.write_bytes(content)
        with pytest.raises(InputError) as error:
            verify_bundle(path)
        assert error.value.place.startswith("sent.zip")
        assert error.value.remedy
        return str(error.value)

    return words


def test_the_honest_bundle_is_whole_and_the_same(members, key, tmp_path):
    (tmp_path / "b.zip").write_bytes(signed(members, key))

    assert verify_bundle(tmp_path / "b.zip", trusted=[key.fingerprint]).is_same


# Changed after it was signed


@pytest.mark.parametrize("name", sorted({*MEMBERS} - {*LOOSE}))
def test_a_changed_member_is_named(members, refusal, name):
    changed = members | {name: members[name][:-2] + b"~" + members[name][-1:]}

    assert f"member {name!r} has been changed" in refusal(raw(changed))


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_a_missing_member_is_named(members, refusal, name):
    left = {other: each for other, each in members.items() if other != name}

    assert f"member {name!r} is missing" in refusal(raw(left))


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_an_emptied_member_is_refused(members, refusal, name):
    assert refusal(raw(members | {name: b""}))


@pytest.mark.parametrize("name", sorted({*MEMBERS} - {*LOOSE}))
def test_a_member_that_is_packed_otherwise_has_the_same_content_and_it_is_said(members, name, tmp_path):
    other = {each: Member.of(text, is_stored=each in LOOSE) for each, text in members.items()}
    is_packed = other[name].method == zipfile.ZIP_DEFLATED
    other[name] = Member.of(members[name], is_stored=True) if is_packed else _loosely(members[name])
    (tmp_path / "b.zip").write_bytes(pack(other))
    found = verify_bundle(tmp_path / "b.zip")

    assert found.is_same
    assert found.is_repacked
    assert "unpacked and repacked" in found.sentence


def _loosely(content):
    import zlib  # noqa: PLC0415

    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return Member(packer.compress(content) + packer.flush(), 8, zlib.crc32(content), len(content))


def test_a_changed_manifest_does_not_fit_its_signature(members, refusal):
    changed = members["manifest.json"].replace(b'"period": 2012', b'"period": 2011')

    assert "signature does not match" in refusal(raw(members | {"manifest.json": changed}))


def test_a_changed_signature_does_not_fit(members, refusal):
    changed = bytes([members["manifest.sig"][0] ^ 1]) + members["manifest.sig"][1:]

    assert "signature does not match" in refusal(raw(members | {"manifest.sig": changed}))


def test_the_key_of_another_does_not_fit(members, refusal, other_key):
    assert "signature does not match" in refusal(raw(members | {"signer.pem": other_key.public}))


def test_signed_by_another_it_is_theirs_and_no_longer_trusted(members, key, other_key, tmp_path):
    (tmp_path / "b.zip").write_bytes(signed(members, other_key))

    assert verify_bundle(tmp_path / "b.zip").signer == other_key.fingerprint
    with pytest.raises(InputError, match="not one of the keys you trust"):
        verify_bundle(tmp_path / "b.zip", trusted=[key.fingerprint])


def test_signed_by_another_in_the_name_of_the_first_it_is_refused(members, key, other_key, refusal):
    sent = signed(members, other_key, signer=key.fingerprint)

    assert "manifest names the signer" in refusal(sent)


def test_a_packed_manifest_is_still_the_one_that_was_signed(members, tmp_path):
    (tmp_path / "b.zip").write_bytes(pack({name: Member.of(each) for name, each in members.items()}))

    assert verify_bundle(tmp_path / "b.zip").is_repacked


def test_half_a_file_is_refused(members, key, refusal):
    whole = signed(members, key)

    assert "not a zip package, or it is damaged or cut short" in refusal(whole[: len(whole) // 2])


def packed_again(members, *more, method=zipfile.ZIP_DEFLATED, **about):
    """Return what another program makes of the same members, in its own order, with dates of today."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", method) as package:
        for name, each in [*sorted(members.items(), reverse=True), *more]:
            package.writestr(name, each)
        package.comment = about.get("comment", b"")
    return into.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_unpacked_and_packed_again_bundle_has_the_same_content(members, key, method, tmp_path):
    (tmp_path / "b.zip").write_bytes(packed_again(members, method=method))
    found = verify_bundle(tmp_path / "b.zip", trusted=[key.fingerprint])

    assert found.is_same
    assert found.is_trusted
    assert found.is_repacked
    assert found.record()["is_repacked"] is True


def test_a_bundle_that_was_streamed_through_another_program_has_the_same_content(members, tmp_path):
    """Sizes then stand behind each member, not before it."""

    class Pipe(io.RawIOBase):
        def __init__(self):
            self.parts = []

        def writable(self):
            return True

        def write(self, part):
            self.parts.append(bytes(part))
            return len(part)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as package:
        [package.writestr(name, each) for name, each in members.items()]
    (tmp_path / "b.zip").write_bytes(b"".join(pipe.parts))

    assert verify_bundle(tmp_path / "b.zip").is_repacked


def test_a_bundle_as_it_was_written_is_not_said_to_be_packed_again(members, tmp_path):
    (tmp_path / "b.zip").write_bytes(raw(members))

    assert not verify_bundle(tmp_path / "b.zip").is_repacked


def test_what_is_packed_again_with_anything_besides_is_refused(members, refusal):
    whole = packed_again(members)

    assert "was changed" in refusal(packed_again(members, comment=b"hidden"))
    assert "was changed" in refusal(b"#!/bin/sh\n" + whole)
    assert "does not belong here" in refusal(packed_again(members, ("more.txt", b"x")))


@pytest.mark.parametrize("name", sorted({*MEMBERS} - {*LOOSE}))
def test_a_member_that_was_changed_before_it_was_packed_again_is_named(members, refusal, name):
    changed = members | {name: members[name][:-2] + b"~" + members[name][-1:]}

    assert f"member {name!r} has been changed" in refusal(packed_again(changed))


def test_a_bomb_in_place_of_a_table_is_refused_unopened(members, refusal):
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as package:
        [package.writestr(name, each) for name, each in members.items() if name != "scores.csv"]
        package.writestr("scores.csv", bytes(50_000_000))

    assert "'scores.csv' unpacks to 50.0 MB (a zip bomb)" in refusal(into.getvalue())


def test_a_bomb_that_lies_about_its_size_is_refused(members, refusal):
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as package:
        [package.writestr(name, each) for name, each in members.items() if name != "scores.csv"]
        package.writestr("scores.csv", bytes(50_000_000))
    sent = into.getvalue().replace(struct.pack("<I", 50_000_000), struct.pack("<I", 5_000))

    assert refusal(sent)


# Signed by its maker, and wrong


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bundle": 2}, "edition 2"),
        ({"bundle": "1"}, "bundle is not of the type int"),
        ({"bundle": True}, "bundle is not of the type int"),
        ({"about": None}, "about is not of the type str"),
        ({"columns": []}, "columns is not of the type dict"),
        ({"run": 2012}, "run is not of the type dict"),
        ({"versions": "all"}, "versions is not of the type dict"),
        ({"columns": {}}, "manifest does not state its columns"),
        ({"columns": {"cities.csv": [["code"]]}}, "manifest does not state its columns"),
        ({"columns": {"cities.csv": [["code", "text"], ["code", "text"]]}}, "does not state its columns"),
        ({"columns": {"cities.csv": [["code", ["text"]]]}}, "does not state its columns"),
        ({"run": {"period": 2012, "runs": 5}}, "run lacks seed"),
        ({"run": {"period": 2012.5, "runs": 5, "seed": 0}}, "not a whole number"),
        ({"run": {"period": 10**30, "runs": 5, "seed": 0}}, "cannot be computed here"),
        ({"run": {"period": 2012, "runs": 10**9, "seed": 0}}, "cannot be computed here"),
        ({"run": {"period": 2012, "runs": -1, "seed": 0}}, "cannot be computed here"),
        ({"run": {"period": 2012, "runs": 5, "seed": -1}}, "cannot be computed here"),
        ({"run": {"period": 2012, "runs": 5, "seed": 0, "x": 1}}, "'x', which is unknown"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(members, key, refusal, changes, words):
    assert words in refusal(signed(members, key, **changes))


def resigned_text(members, key, text):
    return raw(
        members
        | {"manifest.json": text, "manifest.sig": key.sign(hashlib.sha256(text).digest())}
        | {"signer.pem": key.public}
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "JSON cannot be read"),
        (b"[" * 100_000, "JSON cannot be read"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": 1e999}', "1e999 is not a number"),
        (b'{"a": "\\ud800"}', "half of a surrogate pair"),
        (b'{"a": "\\\\\\uDFFF"}', "half of a surrogate pair"),
        (b'{"a": 1, "a": 2}', "a key is listed twice"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "JSON cannot be read"),
        (b"\xff", "JSON cannot be read"),
        (b"[]", "not the manifest"),
        (b"null", "not the manifest"),
    ],
)
def test_a_manifest_that_is_no_record_is_refused(members, key, refusal, text, words):
    assert words in refusal(resigned_text(members, key, text))


def test_a_manifest_written_otherwise_is_refused(members, key, refusal):
    text = json.dumps(json.loads(members["manifest.json"])).encode()

    assert "not the manifest" in refusal(resigned_text(members, key, text))


def catalogue_with(members, change):
    content = json.loads(members["catalogue.json"])
    change(content)
    return json.dumps(content).encode()


def put(*path, value):
    def change(content):
        for step in path[:-1]:
            content = content[step]
        content[path[-1]] = value

    return change


CYCLE = [
    {"id": "yearbook", "parent": "", "weight": 1, "name": {}},
    {"id": "tertiary_share", "parent": "yearbook", "weight": 1, "name": {}},
    {"id": "a", "parent": "b", "weight": 1, "name": {}},
    {"id": "b", "parent": "a", "weight": 1, "name": {}},
]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c.pop("units"), "not a catalogue with exactly"),
        (put("indicators", value={}), "indicators is not a list"),
        (put("indicators", value=[3]), "indicators 1 is not a record"),
        (put("indicators", 0, "factor", value="1"), "is not a number"),
        (put("indicators", 0, "factor", value=True), "is not a number"),
        (put("indicators", 0, "factor", value=10**400), "too large"),
        (put("indicators", 0, "direction", value=2), "has the direction 2"),
        (put("indicators", 0, "direction", value=1.5), "not a whole number"),
        (put("indicators", 0, "name", value="GDP"), "not a set of names"),
        (put("indicators", 0, "numerator", value=[]), "has no formula"),
        (put("indicators", 0, "numerator", value=[["gdp", 3]]), "not a sum of variables"),
        (put("indicators", 0, "numerator", value=["gdp"]), "not a sum of variables"),
        (put("indicators", 0, "numerator", value=[["nothing", 1]]), "variable 'nothing' is not declared"),
        (put("indicators", 0, "unit", value="furlongs"), "unit 'furlongs' is unknown"),
        (put("indicators", 0, "extra", value=1), "'extra', which is unknown"),
        (lambda c: c["indicators"][0].pop("id"), "lacks id"),
        (lambda c: c["indicators"].append(c["indicators"][0]), "is listed twice"),
        (lambda c: c["indicators"].pop(0), "indicator 'gdp_per_head' is not declared"),
        (put("index", "nodes", value=CYCLE), "are not below the root"),
        (put("index", "nodes", value=[]), "has no nodes"),
        (put("index", "nodes", 1, "weight", value=0.9), "sum to"),
        (lambda c: c["index"]["nodes"].append(c["index"]["nodes"][-1]), "two nodes of the index"),
        (put("index", "steps", value=["rm -rf /"]), "is not a step"),
        (put("index", "steps", value=["min-max", "nonsense"]), "no step 'nonsense'"),
        (put("index", "steps", value=["winsorise(limit=1e999)", "min-max"]), "cannot be computed"),
        (put("index", "steps", value=["z-score(mean=1e308, spread=1e308)"]), "not a finite number"),
        (put("index", "steps", value=[]), "unnormalised"),
        (put("index", "aggregate", value=["magic"]), "magic"),
        (put("index", "availability", value=7), "is not between 0 and 1"),
        (put("index", "maximum_age", value=10**9), "is not between 0 and 1,000 years"),
        (put("index", "note", value=None), "is not text"),
        (put("variables", 0, "hard_min", value="low"), "is not a number"),
        (put("variations", 0, "alternative", value="((("), "is not a step"),
        (put("assumptions", value=[]), "cannot be computed"),
        (put("assumptions", 0, "evidence", value="hearsay"), "hearsay"),
    ],
)
def test_a_catalogue_that_is_wrong_is_refused_with_the_fault(members, key, refusal, change, words):
    sent = signed(members, key, **{"catalogue.json": catalogue_with(members, change)})

    told = refusal(sent)

    assert words in told


def rows_of(members, name):
    text = members[name].decode()
    return text.splitlines(keepends=True)


def with_first_row(members, name, change):
    head, first, *rest = rows_of(members, name)
    return "".join([head, change(first), *rest]).encode()


@pytest.mark.parametrize(
    "case",
    [
        ("observations.csv", lambda row: row.replace("30.0", "NaN"), "not a number"),
        ("observations.csv", lambda row: row.replace("30.0", "1e999"), "not a number"),
        ("observations.csv", lambda row: row.replace("30.0", '"30"'), "is text, but"),
        ("observations.csv", lambda row: row.replace('"prefecture"', ""), "lacks one of"),
        ("observations.csv", lambda row: row[:-1] + ",1\n", "not a table with 16 columns"),
        ("observations.csv", lambda row: row.replace("+00:00", ""), "not a time in UTC"),
        ("cities.csv", lambda row: row.replace('"340100"', ""), "has no code"),
        ("cities.csv", lambda row: row.replace('"340100"', '"340100'), "not a table with 2 columns"),
        ("scores.csv", lambda row: row + row, "cannot be distinguished by city"),
        ("scores.csv", lambda row: row.replace(",1,", ',"first",', 1), "is text, but"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_name(members, key, refusal, case):
    name, change, words = case
    told = refusal(signed(members, key, **{name: with_first_row(members, name, change)}))

    assert words in told


def test_a_table_of_more_cells_than_are_read_is_refused(members, key, refusal, monkeypatch):
    monkeypatch.setattr("urbium.publish.bundle.lossless_csv.MAX_CELLS", 20)

    assert "more than 20 cells" in refusal(signed(members, key))


@pytest.mark.parametrize("limit", ["_MOST_CITIES", "_MOST_FIGURES", "_MOST_WORK"])
def test_more_work_than_is_done_here_is_refused(members, key, refusal, monkeypatch, limit):
    monkeypatch.setattr(contents, limit, 2)

    assert re.search("computed? here; ask the sender", refusal(signed(members, key)))


@pytest.mark.parametrize("value", ["1e308", "-1e308", "5e-324", "0.0", "-0.0"])
def test_figures_of_any_size_are_computed_without_a_crash(members, key, tmp_path, value):
    changed = with_first_row(members, "observations.csv", lambda row: row.replace("30.0", value))
    (tmp_path / "b.zip").write_bytes(signed(members, key, **{"observations.csv": changed}))

    found = verify_bundle(tmp_path / "b.zip")

    assert not found.is_same
    assert found.figures == 3


# Signed by its maker, and lying


@pytest.fixture
def found(tmp_path):
    def verification(content):
        path = tmp_path / "sent.zip"
        path.write_bytes(content)
        return verify_bundle(path)

    return verification


def test_a_score_that_its_figures_do_not_give_is_shown(members, key, found):
    row = next(csv.reader([rows_of(members, "scores.csv")[1]]))
    lie = with_first_row(members, "scores.csv", lambda line: line.replace(row[1], "99.5", 1))

    told = found(signed(members, key, **{"scores.csv": lie}))

    assert not told.is_same
    assert not told.is_close
    assert told.table.select("table", "row", "column", "theirs", "ours").rows() == [
        ("scores", row[0], "score", "99.5", row[1])
    ]
    assert "NOT match the results computed from the bundle's own figures" in told.sentence


def test_a_rank_that_its_figures_do_not_give_is_shown(members, key, found):
    lie = with_first_row(members, "scores.csv", lambda line: line.replace(",1,", ",2,", 1))

    told = found(signed(members, key, **{"scores.csv": lie}))

    assert told.table["column"].to_list() == ["rank"]
    assert not told.is_close


def test_a_figure_changed_before_signing_gives_other_scores(members, key, found):
    lie = with_first_row(members, "observations.csv", lambda row: row.replace("30.0", "30.000001"))

    told = found(signed(members, key, **{"observations.csv": lie}))

    assert not told.is_same
    assert "goalposts" in told.table["table"].to_list()


def test_a_weight_changed_before_signing_gives_other_tables(members, key, found):
    def change(content):
        first, second = content["index"]["nodes"][2:4]
        first["weight"], second["weight"] = 0.3, 0.1

    told = found(signed(members, key, **{"catalogue.json": catalogue_with(members, change)}))

    assert not told.is_same


def test_a_unit_declared_otherwise_is_named(members, key, found):
    def change(content):
        next(each for each in content["units"] if each["id"] == "%")["factor"] = 0.1

    told = found(signed(members, key, **{"catalogue.json": catalogue_with(members, change)}))

    assert told.other_units == ("%",)
    assert "Units are declared differently here: %" in told.sentence


def test_an_explanation_that_was_rewritten_is_named(members, key, found):
    lie = members["explanations.jsonl"].replace(b"A, Yearbook index", b"A, the best city")

    told = found(signed(members, key, **{"explanations.jsonl": lie}))

    assert told.is_same
    assert told.reworded == ("explanations.jsonl",)
    assert told.is_rewritten
    assert "do NOT match what the bundle's own figures give: explanations.jsonl" in told.sentence


def test_an_explanation_written_by_another_version_is_named_and_not_accused(members, key, found):
    lie = members["explanations.jsonl"].replace(b"A, Yearbook index", b"A, the index")

    told = found(signed(members, key, **{"explanations.jsonl": lie}, versions={"urbium": "0.0.1"}))

    assert told.reworded == ("explanations.jsonl",)
    assert not told.is_rewritten
    assert "The wording of explanations.jsonl differs from the text here" in told.sentence


def test_the_command_refuses_rewritten_words(members, key, tmp_path, capsys):
    lie = members["explanations.jsonl"].replace(b"A, Yearbook index", b"A, the best city")
    path = tmp_path / "sent.zip"
    path.write_bytes(signed(members, key, **{"explanations.jsonl": lie}))

    with pytest.raises(SystemExit) as stop:
        main(["verify", str(path)])

    assert stop.value.code == 2
    assert (
        "sent.zip: the wording of explanations.jsonl does not follow from the figures in the bundle"
        in capsys.readouterr().err
    )


def test_a_reason_that_was_rewritten_is_named(members, key, found):
    lie = members["indicators.csv"].replace(b"never reported", b"not asked for")

    told = found(signed(members, key, **{"indicators.csv": lie}))

    assert told.is_same
    assert told.reworded == ("indicators.csv",)


def test_a_suspect_figure_passed_off_as_used_changes_nothing_and_is_named(members, key, found):
    lie = with_first_row(members, "observations.csv", lambda row: row[:-1] + '"suspect"\n')

    told = found(signed(members, key, **{"observations.csv": lie}))

    assert told.is_same
    assert told.reworded == ("observations.csv",)


def test_a_bundle_cannot_write_on_the_terminal(members, key, found):
    told = found(signed(members, key, versions={"urbium\x1b[2J": "9\n9" * 99}, about="\x1b[2J"))

    assert told.sentence.isprintable()
    assert len(told.sentence) < 800


def test_a_digest_that_is_none_is_refused(members, key, refusal):
    content = json.loads(members["manifest.json"])
    content["members"]["scores.csv"] = ["a"]
    text = (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()

    assert "'scores.csv' has been changed" in refusal(resigned_text(members, key, text))


def test_hidden_runs_are_shown(members, key, found):
    told = found(signed(members, key, run={"period": 2012, "runs": 0, "seed": 0}))

    assert {*told.table["column"]} >= {"rank_low"}
