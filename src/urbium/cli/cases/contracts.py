"""Contracts: what is due and what is to be looked at, grades, and certificates of them.

``--as`` names the account that looks: it sees no more than its roles let it, as on the pages.
"""

from datetime import date
from pathlib import Path
from typing import Final

from cyclopts import App

from urbium.cli.cases.casework import acting
from urbium.cli.opening import opened
from urbium.cli.show import COMMON, LOOKING, Common, Looking, say_facts, say_table, say_written
from urbium.errors import InputError
from urbium.periods import date_of
from urbium.text import Text, coded, text

_ADDRESS: Final = "http://127.0.0.1:8000/certificates/{code}"

contract = App(name="contract")
"""The group of commands on agreements, task books, reports and grades."""
GROUPS: Final[tuple[tuple[App, Text], ...]] = (
    (
        contract,
        text(
            "See which commitments pilots and parties have to meet, which alarms to look into, and "
            "what grades were given."
        ),
    ),
)
"""The group, and what it is for."""


@contract.command(name="alarms")
def list_alarms(*, on: str = "", common: Looking = LOOKING) -> None:
    """List pilots that need attention: late, underspent, cut, duplicated, off track, copied.

    Parameters
    ----------
    on
        The date, such as 2026-03-31; by default, today.
    """
    import polars as pl

    with opened(common) as programme:
        rows = [
            {
                "severity": row.alarm.severity,
                "taskbook": row.taskbook,
                "city": row.city,
                "year": row.year or None,
                "alarm": row.alarm.code,
                "place": row.alarm.place,
                "reason": row.alarm.message.render(),
            }
            for row in programme.alarms(acting(programme, common.account), on=_day(on))
        ]
        columns = {
            "severity": pl.String, "taskbook": pl.String, "city": pl.String, "year": pl.Int64,
            "alarm": pl.String, "place": pl.String, "reason": pl.String,
        }  # fmt: skip
        say_table(pl.DataFrame(rows, schema=columns), common, title=text("Alarms"))


@contract.command(name="due")
def list_due(*, on: str = "", within: int = 30, common: Looking = LOOKING) -> None:
    """List the agreement commitments that are overdue or due soon.

    Parameters
    ----------
    on
        The date, such as 2026-03-31; by default, today.
    within
        How many days ahead count as "soon".
    """
    import polars as pl

    with opened(common) as programme:
        rows = [
            {
                "party": str(row.party),
                "agreement": row.agreement,
                "commitment": row.commitment.code,
                "promise": row.commitment.promise,
                "due": row.commitment.due,
                "days": row.days,
            }
            for row in programme.contracts.due(acting(programme, common.account), on=_day(on), within=within)
        ]
        columns = {
            "party": pl.String, "agreement": pl.String, "commitment": pl.String, "promise": pl.String,
            "due": pl.String, "days": pl.Int64,
        }  # fmt: skip
        say_table(pl.DataFrame(rows, schema=columns), common, title=text("Commitments due"))


@contract.command(name="promises")
def list_promises(agreement: str, /, *, common: Looking = LOOKING) -> None:
    """List what each party to an agreement has promised and done.

    Parameters
    ----------
    agreement
        The code of the agreement.
    """
    import polars as pl

    with opened(common) as programme:
        rows = programme.contracts.promises(acting(programme, common.account), agreement)
        table = pl.DataFrame([row | {"party": str(row["party"])} for row in rows])
        say_table(table, common, title=text("Promises of {name}", name=agreement))


@contract.command(name="grades")
def list_grades(*, common: Looking = LOOKING) -> None:
    """List the published grades of pilots."""
    import polars as pl

    with opened(common) as programme:
        rows = [
            {
                "grade": sight.dossier.code,
                "title": sight.dossier.content["title"],
                "city": sight.dossier.city,
                "stars": sight.dossier.content["stars"],
                "level": sight.dossier.content["level"],
                "points": sight.dossier.content["points"],
                "rule": sight.dossier.content["rule"],
            }
            for sight in programme.contracts.grades(acting(programme, common.account))
        ]
        columns = {
            "grade": pl.String, "title": pl.String, "city": pl.String, "stars": pl.Int64, "level": pl.String,
            "points": pl.Float64, "rule": pl.String,
        }  # fmt: skip
        say_table(pl.DataFrame(rows, schema=columns), common, title=text("Grades"))


@contract.command(name="certificates")
def list_certificates(*, common: Common = COMMON) -> None:
    """List the certificates that are valid, each with the code by which it is verified."""
    import polars as pl

    with opened(common) as programme:
        rows = [
            {
                "check": one.check,
                "grade": one.grade.dossier.code,
                "title": one.grade.dossier.content["title"],
                "stars": one.grade.dossier.content["stars"],
            }
            for one in programme.contracts.certificates()
        ]
        columns = {"check": pl.String, "grade": pl.String, "title": pl.String, "stars": pl.Int64}
        title = text("Certificates")
        say_table(pl.DataFrame(rows, schema=columns), common, title=title)


@contract.command(name="certificate")
def write_certificate(
    grade: str, file: Path, /, *, address: str = _ADDRESS, common: Looking = LOOKING
) -> None:
    """Write the certificate of a published grade as PDF (PDF/UA-1) or Word: only what its reader may see.

    Parameters
    ----------
    grade
        The code of the grade.
    file
        The file to write; end its name in .docx for Word.
    address
        The address at which the certificate is verified; write the word "code" in braces where the
        certificate's check code belongs.
    """
    from urbium.files import write_whole

    with opened(common) as programme:
        content = programme.contracts.certificate(
            acting(programme, common.account), grade, address=address, ending=file.suffix.lower()[1:] or "pdf"
        )
        say_written(write_whole(file, content))


@contract.command(name="verify")
def verify_certificate(check: str, /, *, common: Common = COMMON) -> None:
    """Show which grade a certificate certifies, given its check code.

    Parameters
    ----------
    check
        The code printed on the certificate.
    """
    with opened(common) as programme:
        verified = programme.verify_certificate(check)
        content = verified.grade.dossier.content
        facts = {
            "grade": verified.grade.dossier.code,
            "title": content["title"],
            "level": content["level"],
            "stars": content["stars"],
            "points": content["points"],
            "is_current": verified.is_current,
        }
        say_facts(facts, common)


def _day(written: str) -> date | None:
    """Return a day as it was typed; None, for today, where nothing was."""
    typed = date_of(written)
    if written and typed is None:
        raise InputError(
            coded("cli.contract.day", "{written!r} is not a date", written=written),
            remedy=text("write the date as 2026-03-31"),
        )
    return typed
