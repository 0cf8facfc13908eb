"""Submissions: files of figures that cities send, and what the programme office says of them."""

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from urbium.cli.cases.casework import acting, say_case, table_of_cases
from urbium.cli.opening import opened
from urbium.cli.show import LOOKING, Acting, Flag, Looking, say_facts, say_table
from urbium.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping

submissions = App(name="submissions")
"""The group of commands on submitted figures."""

_SUBMISSION = "submission"


@submissions.command(name="list")
def list_submissions(*, state: str = "submitted", city: str = "", common: Looking = LOOKING) -> None:
    """List the submitted files of figures; by default, those that await the programme office.

    Parameters
    ----------
    state
        submitted, accepted, returned or withdrawn.
    city
        Only for this city, given by code.
    """
    where = {"state": state} | ({"city": city} if city else {})
    with opened(common) as programme:
        sights = programme.casework.listed(acting(programme, common.account), _SUBMISSION, where=where)
        say_table(table_of_cases(sights), common, title=text("Submitted figures"))


@submissions.command(name="send")
def send_figures(
    file: Path,
    /,
    *,
    reason: str,
    projected_from: str = "",
    common: Acting,
) -> None:
    """Submit figures for your city to the programme office; they are used once the office accepts them.

    Parameters
    ----------
    file
        A table of observations, .csv, .xlsx or .ods.
    reason
        About these figures.
    projected_from
        The first period for which figures are projections, for example 2019.
    """
    with opened(common) as programme:
        actor = acting(programme, common.account)
        reading = programme.figures.check(actor, file, projected_from=projected_from)
        sent = programme.figures.submit(
            actor, reading, file.read_bytes(), projected_from=projected_from, reason=reason
        )
        say_facts({"submission": sent.code, "state": sent.state, "figures": reading.table.height}, common)


@submissions.command(name="accept")
def accept_submission(
    code: str,
    /,
    *,
    leave_out: list[str] | None = None,
    suspects: Flag = False,
    answer: str = "",
    common: Acting,
) -> None:
    """Accept a file of figures, in full or leaving out some variables; its figures are used from then on.

    The account must differ from the one that sent the file.

    Parameters
    ----------
    code
        The submission.
    leave_out
        Variables whose figures are not accepted.
    suspects
        Accept suspect figures as well; otherwise they are kept out of scores until accepted one by one.
    answer
        The message to the city; needed if variables are left out.
    """
    changes = {"left_out": leave_out or [], "takes_suspects": suspects, "answer": answer}
    _act(code, "accept", changes, common)


@submissions.command(name="return")
def return_submission(code: str, answer: str, /, *, common: Acting) -> None:
    """Return a file of figures to its city.

    Parameters
    ----------
    code
        The submission.
    answer
        What has to be corrected.
    """
    _act(code, "return", {"answer": answer}, common)


@submissions.command(name="withdraw")
def withdraw_submission(code: str, /, *, common: Acting) -> None:
    """Withdraw a file of figures that the programme office has not yet accepted.

    Parameters
    ----------
    code
        The submission.
    """
    _act(code, "withdraw", {}, common)


def _act(code: str, action: str, changes: "Mapping[str, object]", common: Acting) -> None:
    with opened(common) as programme:
        actor = acting(programme, common.account)
        version = programme.casework.opened(actor, _SUBMISSION, code).dossier.version
        say_case(programme.casework.act(actor, _SUBMISSION, code, action, changes, version=version), common)
