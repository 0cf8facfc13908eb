"""Bringing in: registers, figures and ages, each file stored whole or refused whole; and what is doubted."""

import getpass
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from urbium.cli.cases.casework import acting
from urbium.cli.opening import opened
from urbium.cli.show import (
    COMMON,
    As,
    Common,
    Flag,
    mark,
    say_explanation,
    say_facts,
    say_faults,
    say_result,
    say_table,
    say_written,
    show,
    tell,
)
from urbium.errors import InputError
from urbium.files import write_whole
from urbium.text import coded, text, texts

if TYPE_CHECKING:
    from urbium.programme import Programme, Reading


def _user() -> str:
    """Return who is logged in, whether or not the environment says so; nothing where nobody is."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""


@Parameter(name="*")
@dataclass(frozen=True)
class Author:
    """Who is acting, and why: both go into the audit log.

    Parameters
    ----------
    by
        Who is acting; by default, your user name.
    reason
        Why.
    """

    by: Annotated[str, Parameter(env_var="URBIUM_USER")] = _user()
    reason: str = ""


AUTHOR: Final = Author()


@Parameter(name="*")
@dataclass(frozen=True)
class HowToRead:
    """How a file of figures is read.

    Parameters
    ----------
    mapping
        A mapping file for a table from another source: it states what each column contains.
    source
        The id of the source of all figures for which the file gives no source.
    projected_from
        The first period for which figures are projections, for example 2019.
    encoding
        The encoding of a text file, such as cp1252 or gb18030, if it is neither UTF-8 nor UTF-16.
    marked
        If there are faults, write a copy of the file here with the faulty cells marked.
    """

    mapping: Path | None = None
    source: str = ""
    projected_from: str = ""
    encoding: str = ""
    marked: Path | None = None


_HOW = HowToRead()


def register(
    file: Path,
    /,
    *,
    mapping: Path | None = None,
    encoding: str = "",
    dry_run: Flag = False,
    author: Author = AUTHOR,
    common: Common = COMMON,
) -> None:
    """Register the cities in a table, or reject the whole table and list every fault by cell.

    Where a row gives no value, the registered value is kept; every new city needs a level. Names in columns
    without a language (name, province) are in the programme's main language; columns such as name_en and
    name_pt state their own.

    Parameters
    ----------
    file
        A table of cities (.csv, .tsv, .txt, .xlsx, .xls, .ods or .geojson): code, name, level, and any
        further columns.
    mapping
        A mapping file for a table with different headings: its [cities] section states what each column
        contains.
    encoding
        The encoding of a text file, such as cp1252 or gb18030, if it is neither UTF-8 nor UTF-16.
    dry_run
        Show what would be new and what would change; store nothing.
    """
    with opened(common, by=author.by) as programme:
        read = programme.check_register(file, mapping=mapping, encoding=encoding)
        read.raise_if_refused()
        if not dry_run:
            reason = author.reason or f"register {file.name}"
            read = programme.register_file(
                file, mapping=mapping, encoding=encoding, by=author.by, reason=reason
            )
    kinds = read.changes["change"].to_list()
    counts = {kind: kinds.count(kind) for kind in ("new", "changed", "unchanged")}
    changed = read.changes.filter(read.changes["change"] == "changed").drop("change")
    if common.json:
        facts = {"registered": 0 if dry_run else len(kinds), **counts, "changes": changed.to_dicts()}
        say_facts(facts | {"faults": [fault.record() for fault in read.faults]}, common)
        return
    say_facts({"registered": 0 if dry_run else len(kinds)} | counts, common)
    if changed.height:
        say_table(changed, common, title=text("Cities with changes"))
    if read.faults:
        records = [fault.record() for fault in read.faults]
        say_faults(records, common, title=text("Findings in {file}", file=read.name))


def check(file: Path, /, *, account: As = "", how: HowToRead = _HOW, common: Common = COMMON) -> None:
    """Read a file and list every fault with its cell; store nothing.

    Parameters
    ----------
    file
        A table of observations (.csv, .tsv, .txt, .xlsx, .xls, .ods or .geojson).
    account
        The account that will submit the file: the file is checked as ``urbium submissions send`` would check
        it, and its figures need no source, because the city is the source.
    """
    with opened(common) as programme:
        reading = _read_as(programme, account, file, how) if account else _read(programme, file, how)
    if how.marked:
        mark(reading, how.marked)
    say_faults(reading.records(), common, title=text("Findings in {file}", file=reading.name))
    _refuse(reading)


def load(
    file: Path,
    /,
    *,
    how: HowToRead = _HOW,
    dry_run: Flag = False,
    author: Author = AUTHOR,
    common: Common = COMMON,
) -> None:
    """Store a whole file, or reject it and list every fault by cell.

    Parameters
    ----------
    file
        A table of observations (.csv, .tsv, .txt, .xlsx, .xls, .ods or .geojson).
    dry_run
        Show every fault, and which figures would be new, changed or unchanged; store nothing.
    """
    with opened(common, by=author.by) as programme:
        reading = _read(programme, file, how)
        if how.marked and (dry_run or reading.faults):
            mark(reading, how.marked)
        if dry_run:
            _preview(programme, reading, common)
            return
        receipt = programme.record(reading, by=author.by, reason=author.reason or f"load of {file.name}")
    say_facts({**asdict(receipt), "file": receipt.file.name, "sha256": receipt.file.sha256}, common)
    if not receipt.new and not receipt.changed:
        tell(
            texts(
                "nothing new: the figure in this file is already stored",
                "nothing new: all {count:,} figures in this file are already stored",
                count=receipt.unchanged,
            )
        )
    if reading.faults and not common.json:
        title = text("Findings in {file}", file=reading.name)
        say_faults(reading.records(), common, title=title)


def _read(programme: "Programme", file: Path, how: HowToRead) -> "Reading":
    return programme.check(
        file,
        mapping=how.mapping,
        source=how.source,
        projected_from=how.projected_from,
        encoding=how.encoding,
    )


def _read_as(programme: "Programme", account: str, file: Path, how: HowToRead) -> "Reading":
    """Read a file as an account that sends it; refuse figures of others as sending does."""
    actor = acting(programme, account)
    reading = programme.figures.check(
        actor, file, mapping=str(how.mapping or ""), source=how.source,
        projected_from=how.projected_from, encoding=how.encoding,
    )  # fmt: skip
    programme.figures.check_cities(actor, reading)
    return reading


def _preview(programme: "Programme", reading: "Reading", common: Common) -> None:
    """Say what a file would change before anything is stored."""
    arrivals = programme.arrivals(reading)
    facts = {
        "file": reading.name,
        "new": arrivals.new,
        "changed": arrivals.changed,
        "unchanged": arrivals.unchanged,
        "suspects": reading.suspects["suspect"].sum(),
    }
    if common.json:
        changes = {"changes": arrivals.differences.to_dicts(), "faults": reading.records()}
        say_facts(facts | {"unknown": reading.unknown} | changes, common)
    else:
        unknown = [f"{name}: {count:,}" for name, count in reading.unknown.items()]
        say_facts(facts | {"unknown": ", ".join(unknown)}, common)
        if arrivals.changed:
            title = text("Figures that would change")
            say_table(arrivals.differences, common, title=title)
        say_faults(reading.records(), common, title=text("Findings in {file}", file=reading.name))
    _refuse(reading)


def _refuse(reading: "Reading") -> None:
    if reading.is_refused:
        raise InputError(
            coded("cli.check.refused", "this file would be rejected as a whole"),
            place=reading.name,
            remedy=text("correct the errors listed"),
        )


def accept(
    city: str,
    variable: str,
    period: str,
    /,
    *,
    area: str | None = None,
    source: str | None = None,
    author: Author = AUTHOR,
    common: Common = COMMON,
) -> None:
    """Accept a suspect figure, giving a reason; from then on it is used in scores.

    Parameters
    ----------
    city
        The city's code or name.
    variable
        The variable's id.
    period
        The period, for example 2012.
    area
        The boundary, if figures for several boundaries are stored.
    source
        The source, if figures from several sources are stored.
    """
    with opened(common, by=author.by) as programme:
        programme.accept(city, variable, period, area=area, source=source, by=author.by, reason=author.reason)
        say_facts({"accepted": f"{city} {variable} {period}"}, common)


def reject(
    city: str,
    variable: str,
    period: str,
    /,
    *,
    area: str | None = None,
    source: str | None = None,
    author: Author = AUTHOR,
    common: Common = COMMON,
) -> None:
    """Reject a suspect figure, giving a reason; it stays in the store but is never used.

    Parameters
    ----------
    city
        The city's code or name.
    variable
        The variable's id.
    period
        The period, for example 2012.
    area
        The boundary, if several are stored.
    source
        The source, if several are stored.
    """
    with opened(common, by=author.by) as programme:
        programme.reject(city, variable, period, area=area, source=source, by=author.by, reason=author.reason)
        say_facts({"rejected": f"{city} {variable} {period}"}, common)


def faults(*, replaced: Flag = False, common: Common = COMMON) -> None:
    """List every suspect figure with its cell and the rule it fails, and every disagreement between sources.

    Parameters
    ----------
    replaced
        Also list findings on figures that have since been corrected, accepted or rejected.
    """
    with opened(common) as programme:
        records = programme.all_faults(replaced=replaced)
        say_faults(records, common, title=text("Findings from all imports"))


def load_ages(file: Path, /, *, author: Author = AUTHOR, common: Common = COMMON) -> None:
    """Store counts by age and sex with births, deaths and migration, from which ages are forecast.

    Parameters
    ----------
    file
        A table, .csv: place, variable, period, sex, age, value, unit, status, area, source_id.
    """
    with opened(common, by=author.by) as programme:
        rows = programme.load_ages(file, by=author.by, reason=author.reason or f"ages of {file.name}")
        say_facts({"rows": rows, "file": file.name}, common)


def check_claims(
    file: Path | None = None, /, *, keep: bool = False, author: Author = AUTHOR, common: Common = COMMON
) -> None:
    """Check each stated figure against the stored series, and report which series it really matches.

    Parameters
    ----------
    file
        A table of claims: claim_id, text, place, variable_as_named, year, value, unit, comparison. By
        default, the claims stored with the programme are used.
    keep
        Store the claims in the file with the programme: the page /about/claims shows the findings.
    """
    with opened(common, by=author.by) as programme:
        checked = programme.check_claims(file)
        if keep and file is not None:
            programme.claims.keep(file, by=author.by, reason=author.reason or f"claims of {file.name}")
    if common.json:
        say_result(checked, common)
        return
    for claim in checked.table["claim"]:
        say_explanation(checked.explain(claim), common)


def draft(file: Path, /, *, save: Path | None = None, encoding: str = "", common: Common = COMMON) -> None:
    """Propose a mapping file for a table by inspecting it; check every line before you use it.

    Parameters
    ----------
    file
        A table of figures in someone else's layout.
    save
        Write the proposal to this new file; its name must end in .toml.
    encoding
        The encoding of a text file, such as cp1252 or gb18030, if it is neither UTF-8 nor UTF-16.
    """
    with opened(common) as programme:
        proposal = programme.draft_mapping(file, encoding=encoding)
    if save is None and common.json:
        say_facts({"mapping": proposal}, common)
        return
    if save is None:
        show(proposal)
        return
    if save.exists() or save.suffix != ".toml":
        raise InputError(
            coded("cli.draft.exists", "the proposal can be written only to a new file that ends in .toml"),
            place=str(save),
            remedy=text("give another name"),
        )
    write_whole(save, proposal.encode())
    say_written(save)


def outline(
    file: Path | None = None,
    /,
    *,
    source: str = "",
    licence: str = "",
    only: list[str] | None = None,
    remove: Flag = False,
    author: Author = AUTHOR,
    common: Common = COMMON,
) -> None:
    """Store the outline that maps show, or reject the whole file; without a file, show what is stored.

    The outline is simplified for the web. Borders are shown as in the source, which is named below each map.

    Parameters
    ----------
    file
        A .geojson or .json file of areas (GeoJSON or TopoJSON), in degrees (WGS 84), at most 32 MB.
    source
        The publisher and edition of the outline, for example Natural Earth 1:50m, version 5.1.
    licence
        The licence, for example public domain.
    only
        The codes (ISO 3166) of the nations to take from a file that contains several; by default, the
        programme's nation.
    remove
        Show maps without an outline.
    """
    with opened(common, by=author.by) as programme:
        outlines = programme.outlines
        if remove:
            outlines.remove(by=author.by, reason=author.reason or "outline removed")
        facts = (
            {name: value for name, value in (outlines.kept() or {}).items() if name != "rings"}
            if file is None
            else outlines.bring(
                file, source=source, licence=licence, only=only or (), by=author.by,
                reason=author.reason or f"outline of {file.name}",
            )
        )  # fmt: skip
    say_facts(facts or {"outline": text("none")}, common)


VERBS: tuple[Callable[..., Any], ...] = (
    register,
    check,
    load,
    load_ages,
    accept,
    reject,
    faults,
    check_claims,
    outline,
)
"""Every verb of this room."""
