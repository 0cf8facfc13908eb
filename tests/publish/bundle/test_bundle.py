import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.measure import measure_index
from urbium.measure.panel import measure_panel
from urbium.model import OBSERVATION, Choice
from urbium.publish.bundle import verification
from urbium.publish.bundle.bundle import MEMBERS, verify_bundle, write_bundle
from urbium.publish.bundle.signing import signing_key
from urbium.publish.bundle.verification import compare


@pytest.fixture
def file(few, key, tmp_path):
    return write_bundle(few, tmp_path / "few.zip", key=key).path


def member(path, name):
    with zipfile.ZipFile(path) as package:
        return package.read(name)


def again(scores, **changes):
    """Measure once more, with something changed."""
    given = {
        "observations": pl.concat([scores.used, scores.withheld], how="diagonal").select(*OBSERVATION),
        "index": scores.index,
        "catalogue": scores.catalogue,
        "cities": scores.cities,
        "period": scores.period,
        "runs": 20,
    }
    return measure_index(**(given | changes))


@pytest.mark.long  # the command does the same in every run
def test_a_bundle_of_286_cities_is_computed_again_bit_for_bit(many, key, tmp_path):
    receipt = write_bundle(many, tmp_path / "many.zip", key=key)

    found = verify_bundle(receipt.path, trusted=[key.fingerprint])

    assert found.is_same
    assert found.is_whole
    assert found.is_trusted
    assert found.reworded == ()
    assert found.figures == many.used.height
    assert receipt.size == receipt.path.stat().st_size < 3_000_000
    assert receipt.sha256 == hashlib.sha256(receipt.path.read_bytes()).hexdigest()
    assert "bit for bit" in found.sentence


def test_the_same_scores_and_key_give_the_same_bytes(few, key, tmp_path):
    one, two = (write_bundle(few, tmp_path / name, key=key) for name in ("a.zip", "b.zip"))

    assert one.path.read_bytes() == two.path.read_bytes()


def test_the_order_of_the_observations_changes_no_byte(few, key, tmp_path):
    turned = again(few, observations=few.used.reverse().vstack(few.withheld.drop("why")).select(*OBSERVATION))

    one = write_bundle(few, tmp_path / "a.zip", key=key)
    two = write_bundle(replace(turned, settings=few.settings), tmp_path / "b.zip", key=key)

    assert one.path.read_bytes() == two.path.read_bytes()


def test_a_bundle_holds_what_it_says(file):
    with zipfile.ZipFile(file) as package:
        assert sorted(package.namelist()) == sorted(MEMBERS)


def test_the_scores_can_be_redone_by_hand_from_the_raw_cells(file):
    """Min-max of one indicator, from the observations in the file alone."""
    raw = list(csv.DictReader(io.StringIO(member(file, "observations.csv").decode())))
    share = {
        row["city"]: float(row["value"])
        for row in raw
        if row["variable"] == "tertiary_share_gdp" and not row["kept_out"]
    }
    made = list(csv.DictReader(io.StringIO(member(file, "indicators.csv").decode())))
    stated = {
        row["city"]: float(row["normalised"])
        for row in made
        if row["indicator"] == "tertiary_share" and row["normalised"]
    }
    low, high = min(share.values()), max(share.values())

    assert stated == pytest.approx({city: 100 * (x - low) / (high - low) for city, x in share.items()})


def test_what_was_kept_out_is_in_the_bundle_with_its_reason(file):
    raw = list(csv.DictReader(io.StringIO(member(file, "observations.csv").decode())))

    assert [(row["variable"], row["cell"], row["kept_out"]) for row in raw if row["kept_out"]] == [
        ("public_toilets", "D9", "suspect, excluded until accepted")
    ]


def test_every_explanation_ends_at_the_cells(file):
    told = [json.loads(line) for line in member(file, "explanations.jsonl").decode().splitlines()]

    assert [each["city"] for each in told] == ["340100", "340200", "340300", "340400", "340500"]
    assert '"cell": "C2"' in json.dumps(told[0])
    assert '"file": "figures.xlsx"' in json.dumps(told[0])


def test_the_manifest_names_the_digest_of_every_member(file):
    manifest = json.loads(member(file, "manifest.json"))

    assert manifest["members"].keys() == {*MEMBERS} - {"manifest.json", "manifest.sig", "signer.pem"}
    assert {name: each["sha256"] for name, each in manifest["members"].items()} == {
        name: hashlib.sha256(member(file, name)).hexdigest() for name in manifest["members"]
    }
    assert manifest["run"] == {"period": 2012, "runs": 20, "seed": 0}
    assert manifest["versions"]["numpy"] == np.__version__


def test_the_private_key_is_nowhere_in_the_bundle(file):
    assert b"PRIVATE" not in b"".join(member(file, name) for name in MEMBERS)


def test_a_name_that_looks_like_a_formula_comes_back_as_it_is(file):
    rows = list(csv.DictReader(io.StringIO(member(file, "cities.csv").decode())))

    assert [row["name_en"] for row in rows][1:3] == ["=cmd|' /C calc'!A0", '"Bengbu", the\nthird']


def test_without_pins_any_key_may_have_signed_and_it_is_said(file, key):
    found = verify_bundle(file)

    assert not found.is_trusted
    assert found.signer == key.fingerprint
    assert "a key that you have not named as trusted" in found.sentence


def test_a_key_that_is_not_pinned_is_refused(file, tmp_path):
    other = signing_key(tmp_path / "other.pem")

    with pytest.raises(InputError, match="not one of the keys you trust") as error:
        verify_bundle(file, trusted=[other.fingerprint])
    assert error.value.place == "few.zip"


def test_a_part_of_a_fingerprint_is_no_pin(file, key):
    with pytest.raises(InputError, match="not a fingerprint"):
        verify_bundle(file, trusted=[key.fingerprint[:16]])


def test_a_file_that_is_not_there_is_not_found(tmp_path):
    with pytest.raises(NotFoundError, match="no such file"):
        verify_bundle(tmp_path / "none.zip")


@pytest.mark.parametrize(
    "steps",
    [
        "screen > impute-median > winsorise(limit=2) > z-score(mean=50, spread=10)",
        "screen > impute-mean(group=province) > rank",
        "screen(availability=0.1) > box-cox(only=tertiary_share) > percentile",
    ],
)
@pytest.mark.parametrize("aggregate", ["arithmetic", "copeland > arithmetic"])
def test_other_steps_and_means_are_computed_again_too(few, key, tmp_path, steps, aggregate):
    index = replace(few.index, steps=Choice.row(steps), aggregate=Choice.row(aggregate))
    scores = again(few, index=index)

    found = verify_bundle(write_bundle(scores, tmp_path / "x.zip", key=key).path)

    assert found.is_same
    assert found.reworded == ()


def test_scores_changed_by_hand_are_not_bundled(few, key, tmp_path):
    changed = few.table.with_columns(pl.col("score") + 1e-12)

    with pytest.raises(InputError, match="table scores does not match its own observations"):
        write_bundle(replace(few, table=changed), tmp_path / "x.zip", key=key)
    assert list(tmp_path.iterdir()) == []


def test_the_scores_of_a_panel_are_not_bundled_as_those_of_a_year(many, key, tmp_path):
    table = pl.concat([many.used, many.withheld], how="diagonal").select(*OBSERVATION)
    panel = measure_panel(table, many.index, many.catalogue, cities=many.cities, periods=[2011, 2012])

    with pytest.raises(InputError, match="not match its own observations"):
        write_bundle(panel.year(2012), tmp_path / "x.zip", key=key)


def test_columns_that_others_added_are_left_out(few, key, tmp_path):
    more = replace(few, table=few.table.with_columns(pl.lit(1.0).alias("own")))

    assert verify_bundle(write_bundle(more, tmp_path / "x.zip", key=key).path).is_same


def test_another_numpy_that_rounds_otherwise_is_close_and_named(file, few, monkeypatch):
    monkeypatch.setattr(verification, "versions", lambda: {"urbium": "9.9", "numpy": "9.9"}, raising=True)
    monkeypatch.setattr("urbium.publish.bundle.bundle.versions", lambda: {"urbium": "9.9", "numpy": "9.9"})
    own = measure_index

    def rounded(*args, **kwargs):
        made = own(*args, **kwargs)
        return replace(made, table=made.table.with_columns(pl.col("score") * (1 + 3e-16)))

    monkeypatch.setattr("urbium.publish.bundle.contents.measure_index", rounded)

    found = verify_bundle(file)

    assert not found.is_same
    assert found.is_close
    assert set(found.table["column"]) == {"score"}
    assert "differ in their last bits" in found.sentence
    assert f"numpy is {np.__version__} in the bundle and 9.9 here" in found.sentence


def tables(few):
    return {
        "scores": few.table,
        "pillars": few.pillars,
        "indicators": few.indicators,
        "goalposts": few.goalposts,
    }


def moved(table, column, by):
    return table.with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(pl.col(column) + by).otherwise(pl.col(column)).alias(column)
    )


def test_a_number_that_is_far_off_is_not_close(few):
    theirs = tables(few) | {"scores": moved(few.table, "score", 1.0)}

    cells, differences, reworded = compare(theirs, tables(few))

    assert cells == sum(
        each.height * len([c for c in each.columns if c != "reason"]) for each in theirs.values()
    )
    assert differences.rows() == [
        (
            "scores",
            few.table["city"][0],
            "score",
            str(few.table["score"][0] + 1.0),
            str(few.table["score"][0]),
            1.0 / (few.table["score"][0] + 1.0),
        )
    ]
    assert reworded == ()


def test_the_last_bit_is_seen(few):
    one = few.table["score"][0]
    theirs = tables(few) | {"scores": moved(few.table, "score", np.nextafter(one, 200.0) - one)}

    assert compare(theirs, tables(few))[1].height == 1


def test_a_row_that_is_lacking_or_made_up_is_a_difference(few):
    short, other = few.table.head(4), few.table.with_columns(pl.col("city").str.replace("340500", "999999"))

    assert compare(tables(few) | {"scores": short}, tables(few))[1].row(0)[:5] == (
        "scores",
        few.table["city"][4],
        "",
        None,
        "a row",
    )
    assert compare(tables(few) | {"scores": other}, tables(few))[1].height == 2


def test_other_words_are_no_other_numbers(few):
    theirs = tables(few) | {"scores": few.table.with_columns(reason=pl.lit("said otherwise"))}

    _, differences, reworded = compare(theirs, tables(few))

    assert differences.is_empty()
    assert reworded == ("scores.csv",)


def test_a_score_where_there_is_none_is_a_difference_without_a_size(few):
    filled = few.table.with_columns(pl.col("score").fill_null(50.0))

    row = compare(tables(few) | {"scores": filled}, tables(few))[1].row(0)

    assert row == ("scores", "340500", "score", "50.0", None, None)


@pytest.mark.parametrize("change", [lambda t: t.vstack(t.head(1)), lambda t: t.rename({"city": "town"})])
def test_rows_that_cannot_be_told_apart_are_refused(few, change):
    with pytest.raises(InputError, match="rows of the table scores cannot be distinguished by city"):
        compare(tables(few) | {"scores": change(few.table)}, tables(few))


def test_the_verification_is_a_record_for_programs(file):
    record = verify_bundle(file).record()

    assert record["is_same"] is True
    assert record["is_close"] is True
    assert record["table"] == []
    assert json.dumps(record)
    assert record["about"] == record["sentence"]


def test_the_receipt_says_who_signed(few, key, tmp_path):
    receipt = write_bundle(few, tmp_path / "x.zip", key=key)

    assert key.fingerprint in str(receipt)
    assert "Scores of 5 cities" in str(receipt)
