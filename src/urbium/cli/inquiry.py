"""Inquiry: the verbs that look into the adopted index and change nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from cyclopts import Parameter

from urbium.cli.opening import opened
from urbium.cli.show import Common, named, say, say_explanation, say_result, say_table
from urbium.errors import Fault, InputError

__all__ = ["VERBS"]

_COMMON = Common()
_ACCUSED = 5
_WEIGHT = "write economy=0.5"
_VALUE = "write Hefei:green_cover=45"

Pairs = Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())]


def analyse(
    part: Literal["parts", "correlations", "statistics"] = "parts",
    /,
    *,
    save: Path | None = None,
    common: Common = _COMMON,
) -> None:
    """Say whether the parts of the adopted index hold together, and what each really does.

    Parameters
    ----------
    part
        parts (weights, removals, alpha), correlations (the closest first), or statistics of the indicators.
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    """
    from urbium.result import save_table

    with opened(common) as programme:
        found = programme.analyse()
    table = found.table if part == "parts" else getattr(found, part)
    if part == "correlations":
        table = table[table["coefficient"].abs().arg_sort(descending=True, nulls_last=True)]
    if save:
        save_table(table, save)
    say_table(table, common, title=repr(found))


def what_if(
    *,
    weight: Pairs = None,
    value: Pairs = None,
    steps: str | None = None,
    aggregate: str | None = None,
    availability: float | None = None,
    save: Path | None = None,
    common: Common = _COMMON,
) -> None:
    """Say how the adopted ranks would change; nothing is stored.

    Parameters
    ----------
    weight
        Other weights of pillars or indicators beside their siblings: economy=0.5 society=0.3.
    value
        Other figures, by city, indicator and value: Hefei:green_cover=45; an empty value takes it away.
    steps
        Other steps: "screen > z-score".
    aggregate
        Another mean of each level, from the bottom up: "geometric > arithmetic".
    availability
        Another least share (0 to 1) of the indicators that must be known.
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    """
    with opened(common) as programme:
        weights = {
            name: _number(number, part, _WEIGHT)
            for part in weight or []
            for name, number in [_pair(part, _WEIGHT)]
        }
        values = {}
        for part in value or []:
            place, number = _pair(part, _VALUE)
            city, is_named, indicator = place.partition(":")
            if not is_named:
                raise InputError("no indicator is named", place=repr(part), remedy=_VALUE)
            known = _number(number, part, _VALUE) if number else None
            values[programme.city(city).code, indicator] = known
        found = programme.what_if(
            values=values, weights=weights, steps=steps, aggregate=aggregate, availability=availability
        )
        say_result(found, common, save, names=programme.cities())


def panel(
    part: Literal["scores", "trends"] = "scores",
    /,
    *,
    years: str,
    save: Path | None = None,
    common: Common = _COMMON,
) -> None:
    """Score every city by the adopted index in several years on one scale, or say how its figures grow.

    Parameters
    ----------
    part
        scores of each year, or trends: the growth of each figure a year, as a share.
    years
        The years: 2008-2012.
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    """
    from urbium.result import save_table

    with opened(common) as programme:
        found = programme.panel(years)
        names = programme.cities()
    table = found.trends if part == "trends" else found.table
    if save:
        save_table(table, save)
    say_table(table if common.json else named(table, names), common, title=repr(found))
    if not common.json:
        say({"mind": list(found.cautions)}, common)


def profile(
    city: str,
    /,
    *,
    by: Literal["nearest", "size", "income", "region"] = "nearest",
    common: Common = _COMMON,
) -> None:
    """Draw the portrait of a city: its levels, strengths, weaknesses and peers.

    Parameters
    ----------
    city
        The city's code or English name.
    by
        What makes cities its peers: nearest (in people and income), size, income or region.
    """
    with opened(common) as programme:
        found = programme.profile(city, by=by)
        names = dict(programme.cities().select("code", "name_en").iter_rows())
    if common.json:
        say(found.record(), common)
        return
    say_table(found.table, common, title=repr(found))
    say_table(found.strengths.drop("indicator", "pillar"), common, title="Strengths: where it stands best")
    say_table(
        found.weaknesses.drop("indicator", "pillar"),
        common,
        title="Weaknesses: where it stands worst, be it well",
    )
    if found.progress.height:
        say_table(found.progress, common, title="Towards the targets")
    say({"peers": ", ".join(names.get(code, code) for code in found.peers["city"])}, common)


def silence(*, save: Path | None = None, common: Common = _COMMON) -> None:
    """Say what score each city could reach by not reporting, and its score if silence counts as the worst.

    Parameters
    ----------
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    """
    with opened(common) as programme:
        say_result(programme.silence(), common, save, names=programme.cities())


def information(*, save: Path | None = None, common: Common = _COMMON) -> None:
    """Say which missing or poor figure would move which rank most.

    Parameters
    ----------
    save
        Write the table here (.csv, .xlsx, .json, .parquet).
    """
    with opened(common) as programme:
        say_result(programme.information(), common, save, names=programme.cities())


def suspicions(*, save: Path | None = None, common: Common = _COMMON) -> None:
    """List figures that look copied, carried on, or made for a threshold: questions, not verdicts.

    Parameters
    ----------
    save
        Write the table here (.csv, .json, .parquet).
    """
    with opened(common) as programme:
        found = programme.suspicions()
    if common.json:
        say_result(found, common, save)
        return
    if save:
        found.save(save)
    say_explanation(found.explain_all(common.rows), common)


def sensitivity(*, base: int = 128, common: Common = _COMMON) -> None:
    """Say which of the choices behind the intervals moves the adopted ranks most (Sobol indices).

    Parameters
    ----------
    base
        Base rows of the design; it makes (choices + 2) times as many runs.
    """
    with opened(common) as programme:
        found = programme.sensitivity(base=base)
        choices = programme.required("scores").uncertainty.settings["factors"]
    say_table(found.table.drop("output"), common, title="Share of the moves of the ranks, with 90 % bounds")
    if not common.json:
        say({f"{name} is one of": alternatives for name, alternatives in choices.items()}, common)


def bundle(file: Path, /, *, common: Common = _COMMON) -> None:
    """Write the adopted scores as a signed file that anybody can compute again with verify.

    Parameters
    ----------
    file
        Where to write it (.zip). The key lies where URBIUM_KEY says, and is made on first use.
    """
    with opened(common) as programme:
        made = programme.bundle(file)
    facts = {"written": str(made.path), "sha256": made.sha256, "bytes": made.size, "signed by": made.signer}
    say({"about": made.about, **facts}, common)


def verify(file: Path | None = None, /, *, trust: Pairs = None, common: Common = _COMMON) -> None:
    """Compute a bundle again, bit for bit; without a file, recompute the audit chain of the programme.

    Parameters
    ----------
    file
        A bundle that somebody wrote with bundle.
    trust
        Fingerprints of the keys that may have signed it.
    """
    if file is None:
        with opened(common) as programme:
            programme.store.verify()
            say({"audit chain": "intact", "entries": programme.store.audit().height}, common)
        return
    from urbium.publish.bundle.bundle import verify_bundle

    found = verify_bundle(file, trusted=trust or ())
    say(dict(found.facts) if common.json else {"verified": found.sentence}, common)
    if not found.is_close:
        raise InputError(
            "the numbers are not those that the figures of the bundle give",
            place=file.name,
            remedy="ask who signed it",
            faults=[_fault(row) for row in found.table.head(_ACCUSED).iter_rows(named=True)],
        )
    if found.is_rewritten:
        raise InputError(
            f"{', '.join(found.reworded)} say not what the figures of the bundle give",
            place=file.name,
            remedy="ask who signed it",
        )


def workbook(file: Path, /, *, common: Common = _COMMON) -> None:
    """Write every stage of the adopted scores as an Excel workbook.

    Parameters
    ----------
    file
        Where to write it (.xlsx).
    """
    with opened(common) as programme:
        say({"written": str(programme.workbook(file))}, common)


def _fault(row: dict[str, Any]) -> Fault:
    place = f"{row['table']}, {row['row']}, {row['column']}"
    return Fault("error", f"{place}: {row['theirs']} is {row['ours']} here", "compare the figures behind it")


def _pair(text: str, remedy: str) -> tuple[str, str]:
    name, is_pair, number = text.rpartition("=")
    if not is_pair or not name:
        raise InputError("no value is given", place=repr(text), remedy=remedy)
    return name, number


def _number(text: str, whole: str, remedy: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no number", place=repr(whole), remedy=remedy) from error


VERBS: Final[tuple[Callable[..., None], ...]] = (
    analyse,
    what_if,
    panel,
    profile,
    silence,
    information,
    suspicions,
    sensitivity,
    bundle,
    workbook,
    verify,
)
"""Every verb of this file, in the order of the help."""
