"""What is made up to try a programme with is shown as an example, and counts nowhere."""

import msgspec
import pytest

import urbium
from feeds_of import figures, hourly, open_feed
from people_of import staffed
from test_live import BOOK_OF_AIR, NOW, worked
from tracked_towns import report_of
from urbium.model.dossiers import Dossier

ROUNDS = {"call": False, "example-call": True}
"""Whether each round is an example."""


def make(path):
    with staffed(str(path)) as one:
        open_feed(one, "air", "AirQualityObserved", {}, connector="notified", is_example=True)
        rounds = [
            Dossier(kind="round", code=code, state="decided", content={"title": code, "is_example": is_example})
            for code, is_example in ROUNDS.items()
        ]
        one.store.dossiers.record(rounds, by="test", what="round: test", reason="test")


@pytest.fixture
def programme(once, tmp_path):
    with urbium.open(once(tmp_path / "examples.db", make)) as one:
        one.feeds.clock = lambda: NOW
        yield one


def in_force(programme, round_):
    """Store a task book of a round, with the accepted report of its first year."""
    of_city = {"city": "0503", "round": round_}
    row = {"task": "a", "planned": 1.0, "spent": 1.0, "done": 1.0, "contracted": 1.0}
    programme.store.dossiers.record(
        [
            Dossier(kind="taskbook", code=round_, state="in_force", content=BOOK_OF_AIR, **of_city),
            Dossier(kind="report", code=f"{round_}-r", state="accepted", content=report_of(2025, [row]),
                    parent=round_, parent_kind="taskbook", **of_city),
        ],
        by="test", what="taskbook: test", reason="test",
    )  # fmt: skip
