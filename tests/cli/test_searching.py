"""What a person sees while a plan is searched for."""

import io
import signal

import pytest
from rich.console import Console

from urbium.cli.searching import Board, search


def shown(board):
    console = Console(file=io.StringIO(), width=100)
    console.print(board)
    return console.file.getvalue()


def test_before_the_first_plan_nothing_is_made_up():
    said = dict(Board(30).lines())

    assert said["best plan so far"] == "none yet"
    assert said["proven gap"] == "unknown yet"


def test_gap_and_projects_are_said():
    said = dict(Board(30, gain=64.535, most=64.798, projects=4396).lines())

    assert said["best plan so far"] == "4,396 projects"
    assert said["proven gap"] == (
        "0.41%: no plan can beat the best plan so far by more than this share of that plan's gain over "
        "doing nothing"
    )


@pytest.mark.parametrize(("gain", "most"), [(0.0, 1.0), (None, 1.0), (1.0, None)])
def test_a_gap_that_has_no_meaning_is_not_known(gain, most):
    assert Board(30, gain=gain, most=most).gap is None


def test_a_gap_is_a_share_of_an_aim_below_zero_too():
    assert Board(30, gain=-2.0, most=-1.0).gap == pytest.approx(0.5)


def test_the_board_says_what_an_interrupt_does_until_the_search_is_over():
    board = Board(30)
    assert "Ctrl-C stops the search and keeps the best plan so far" in shown(board)

    board.is_stopping = True
    assert "the best plan is kept" in shown(board)

    board.is_over = True
    assert "Ctrl-C" not in shown(board)
    assert "search ended" in shown(board)


@pytest.mark.parametrize("is_told", [True, False])
def test_a_search_that_fails_leaves_its_board_only_when_it_had_begun(is_told, capsys):
    def fails():
        with search(30) as progress:
            if is_told:
                progress(1.0, None, 5.0)
            raise ValueError("no plan")

    with pytest.raises(ValueError, match="no plan"):
        fails()
    assert ("search ended" in capsys.readouterr().err) == is_told


def test_a_search_for_several_plans_counts_them():
    board = Board(30, of="plans", found=3)
    assert board.lines()[1] == ("plans found so far", "3")
    assert "searching for plans" in shown(board)
    assert "Ctrl-C stops and keeps what was found" in shown(board)

    board.is_stopping = True
    assert "what was found is kept" in shown(board)


def test_a_search_for_several_plans_is_told_of_each(capsys):
    with search(30, of="points") as progress:
        assert not progress(1.0, 2)
    assert "points found so far  2" in capsys.readouterr().err


def test_the_time_is_said_in_minutes_and_seconds():
    assert " of at most 2:05" in shown(Board(125))


def test_an_interrupt_before_the_search_tells_anything_ends_at_once(capsys):
    def makes_a_roadmap():
        with search(30):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        makes_a_roadmap()
    assert not capsys.readouterr().err.strip()


def test_the_first_interrupt_of_a_search_that_told_something_keeps_what_was_found(capsys):
    with search(30) as progress:
        progress(1.0, 2.0, 5.0)
        signal.raise_signal(signal.SIGINT)
        assert progress(1.5, 2.0, 5.0)
