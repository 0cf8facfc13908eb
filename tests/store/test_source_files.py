"""Of a figure the store says in which file it stands, and of a file whose figures were stored from it."""

import pytest


@pytest.fixture
def judged(store, load, figures):
    """Return a store in which somebody has accepted a suspect figure."""
    load(figures({"status": "suspect", "reason": "a jump"}))
    store.accept(city="340100", variable="gdp", period="2012", by="reviewer", reason="checked")
    return store


def test_a_figure_stays_in_its_file_when_somebody_decides_on_it(judged):
    row = judged.observations().row(0, named=True)
    stamp = judged.source_files.stamp(row["file"], row["recorded_at"])
    first = judged.observations(history=True).row(0, named=True)
    assert stamp == judged.source_files.stamp(first["file"], first["recorded_at"])
    assert judged.source_files.named(stamp.sha256) == stamp
    assert judged.source_files.sources(stamp.sha256) == ["ccsy"]


def test_a_file_is_not_kept_until_somebody_keeps_it(judged):
    row = judged.observations().row(0, named=True)
    stamp = judged.source_files.stamp(row["file"], row["recorded_at"])
    assert not judged.source_files.is_kept(stamp.sha256)
    digest = judged.dossiers.keep_attachment(b"city,value", "text/csv", by="ann", reason="to hand on")
    assert judged.source_files.is_kept(digest)


def test_what_no_figure_was_stored_from_is_no_file_of_figures(judged):
    assert judged.source_files.named("0" * 64) is None
    assert judged.source_files.sources("0" * 64) == []
    row = judged.observations().row(0, named=True)
    assert judged.source_files.stamp("another.xlsx", row["recorded_at"]) is None
