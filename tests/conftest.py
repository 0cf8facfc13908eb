"""What all tests share: the reference folder, and a catalogue loaded once."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference data beside the clone, or skip and say so."""
    folder = ROOT.parent / "shared"
    if not (folder / "data" / "real").is_dir():
        pytest.skip("the reference folder ../shared is absent: comparisons with original files are skipped")
    return folder
