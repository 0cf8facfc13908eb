"""Rounds: applications prefilled, experts assigned, the ranking of a round, and the register of pilots."""

import json
from typing import Final

from cyclopts import App

from urbium.cli.cases.accounts import account as account_app
from urbium.cli.cases.accounts import log
from urbium.cli.cases.casework import acting, case
from urbium.cli.cases.submissions import submissions
from urbium.cli.opening import opened
from urbium.cli.show import COMMON, LOOKING, Acting, Common, Flag, Looking, say_table, show
from urbium.text import Text, text

round_ = App(name="round")
"""The group of commands on the rounds of a programme."""
GROUPS: Final[tuple[tuple[App, Text], ...]] = (
    (
        case,
        text("Rounds, applications, reviews and all other dossiers, as an account sees them."),
    ),
    (round_, text("Prefill applications, assign experts, and view the ranking of a round.")),
    (
        submissions,
        text("Files of figures submitted by cities: accepted or returned."),
    ),
    (account_app, text("Invite people and list their accounts.")),
)
"""The groups of commands on the work of people, and what each is for."""


@round_.command(name="form")
def show_form(
    round: str,  # noqa: A002 - what it is called everywhere
    /,
    *,
    common: Looking = LOOKING,
) -> None:
    """List what a round requires of applicants: questions to answer and documents to submit.

    Parameters
    ----------
    round
        The round.
    """
    import polars as pl

    with opened(common) as programme:
        form = programme.applications.form(acting(programme, common.account), round)
        rows = [
            {
                "section": one.section_title, "code": one.code, "title": one.title, "type": one.type,
                "is_required": one.is_required,
                "asked_when": f"{one.condition} {one.condition_is}".strip(),
                "calculation": one.calculation, "least": one.least, "most": one.most,
                "choices": ", ".join(one.choices), "source": one.source,
            }
            for one in form.questions
        ] + [
            {
                "section": "documents", "code": one.code, "title": one.title, "type": one.by,
                "is_required": one.is_required, "asked_when": "", "calculation": "", "least": None,
                "most": None, "choices": "", "source": one.source,
            }
            for one in form.documents
        ]  # fmt: skip
        columns = {
            "section": pl.String(), "code": pl.String(), "title": pl.String(), "type": pl.String(),
            "is_required": pl.Boolean(), "asked_when": pl.String(), "calculation": pl.String(),
            "least": pl.Float64(), "most": pl.Float64(), "choices": pl.String(), "source": pl.String(),
        }  # fmt: skip
        title = text("Form {form} of {round}", form=form.form or None, round=round)
        say_table(pl.DataFrame(rows, schema=columns), common, title=title)


@round_.command(name="prefill")
def prefill_application(
    round: str,  # noqa: A002
    city: str,
    /,
    *,
    kind: str = "new",
    common: Looking = LOOKING,
) -> None:
    """Print the contents of a new application as JSON, with what the programme knows about the city.

    Parameters
    ----------
    round
        The round.
    city
        The city, given by code or name.
    kind
        new, widened or special.
    """
    with opened(common) as programme:
        content = programme.applications.prefilled(acting(programme, common.account), round, city, kind=kind)
        print(json.dumps(content, ensure_ascii=False, indent=None if common.json else 1))


@round_.command(name="assign")
def assign_experts(
    round: str,  # noqa: A002
    /,
    *,
    each: int | None = None,
    most: int | None = None,
    dry_run: Flag = False,
    common: Acting,
) -> None:
    """Assign experts to applications: balanced workloads, matching expertise, no conflicts of interest.

    Parameters
    ----------
    round
        The round.
    each
        Reviews per application; by default, the number set in the rules of the round.
    most
        Maximum number of reviews per expert.
    dry_run
        Show who would review what, without storing anything.
    """
    import polars as pl

    with opened(common) as programme:
        actor = acting(programme, common.account)
        if dry_run:
            pairs = programme.reviews.assignment(actor, round, each=each, most=most)
        else:
            begun = programme.reviews.assign(actor, round, each=each, most=most)
            pairs = [(one.dossier.parent, one.dossier.owner) for one in begun]
        table = pl.DataFrame(pairs, schema=["application", "expert"], orient="row")
        say_table(table, common, title=text("Reviews of {round}", round=round))


@round_.command(name="standing")
def show_standing(round: str, /, *, common: Acting) -> None:  # noqa: A002
    """Show the ranking of a round, raw and adjusted for experts' severity, and the resulting selection.

    Parameters
    ----------
    round
        The round.
    """
    with opened(common) as programme:
        standing = programme.reviews.standing(acting(programme, common.account), round)
        say_table(standing.table, common, title=text("Ranking of {round}", round=round))
        agreement = standing.judgement.agreement
        if not common.json:
            for name, estimate in (
                (text("agreement between experts, ICC(2,1)"), agreement.icc_one),
                (
                    text("reliability of the experts' mean for an application, ICC(2,k)"),
                    agreement.icc_mean,
                ),
                (text("Krippendorff's alpha"), agreement.alpha),
            ):
                if estimate is None:
                    show(text("{name}: unknown", name=name))
                elif estimate.low is None or estimate.high is None:
                    show(text("{name}: {value:.2f}", name=name, value=estimate.value))
                else:
                    show(
                        text(
                            "{name}: {value:.2f} ({low:.2f} to {high:.2f})",
                            name=name, value=estimate.value, low=estimate.low, high=estimate.high
                        )
                    )  # fmt: skip


def pilots(*, names: Flag = False, common: Common = COMMON) -> None:
    """Report how many pilots, special projects and organisations there are, by round.

    Parameters
    ----------
    names
        Instead, list the pilots that are known by name.
    """
    with opened(common) as programme:
        register = programme.pilots_register
        if names:
            say_table(register.pilots(), common, title=text("Pilots known by name"))
        else:
            say_table(register.table(), common, title=register.said())


VERBS: Final = (pilots, log)
"""The commands that belong to no group."""
