"""Proving: the verbs that show whether a bundle, or a programme's store, is what it says."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from urbium.cli.bringing import AUTHOR, Author
from urbium.cli.show import COMMON, Common, say_facts, say_written
from urbium.errors import Fault, InputError
from urbium.files import write_whole
from urbium.text import coded, text

_ACCUSED = 5

Pairs = Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())]


def verify(
    file: Path | None = None,
    /,
    *,
    trust: Pairs = None,
    head: Path | None = None,
    expect: str = "",
    save: Path | None = None,
    common: Common = COMMON,
) -> None:
    """Recompute a bundle bit for bit; without a file, prove that the programme's store is intact.

    The check covers the store's database, schema and audit chain, and everything that each entry added. The
    last entry is printed, signed: keep it elsewhere, because a rewritten log can be detected only by
    comparison with an entry kept elsewhere.

    Parameters
    ----------
    file
        A bundle written with urbium bundle.
    trust
        Fingerprints of the trusted keys: the signature must have been made with one of them.
    head
        A signed head kept elsewhere (written by --save): the log must still contain its entry.
    expect
        The hash of an entry that the log must contain.
    save
        Write the signed head to this file (.json).
    """
    if file is None:
        _verify_store(head, expect, save, trust or [], common)
        return
    from urbium.programme import verify_bundle

    verified = verify_bundle(file, trusted=trust or ())
    say_facts(dict(verified.facts) if common.json else {"verified": verified.sentence}, common)
    if not verified.is_close:
        raise InputError(
            coded("cli.verify.numbers", "the numbers do not follow from the figures in the bundle"),
            place=file.name,
            remedy=text("ask whoever signed the bundle"),
            faults=[_fault(row) for row in verified.table.head(_ACCUSED).iter_rows(named=True)],
        )
    if verified.is_rewritten:
        raise InputError(
            coded(
                "cli.verify.words",
                "the wording of {names:list} does not follow from the figures in the bundle",
                names=list(verified.reworded),
            ),
            place=file.name,
            remedy=text("ask whoever signed the bundle"),
        )


def restart_clock(*, author: Author = AUTHOR, common: Common = COMMON) -> None:
    """Make timestamps follow the clock again, after entries were dated in the future by a wrong clock.

    The wrong timestamps stay in the audit log, in order, and verify lists the restart.
    """
    from urbium.programme import restart_clock

    restart_clock(common.database, by=author.by, reason=author.reason)
    say_facts({"change": text("timestamps follow the clock again")}, common)


def _verify_store(
    head: Path | None, expect: str, save: Path | None, trusted: Sequence[str], common: Common
) -> None:
    from urbium.programme import verify_store

    document = dict(verify_store(common.database, head=head, expect=expect, trusted=trusted))
    restarts = document.pop("restarts")
    if save is not None:
        if "unsigned" in document:
            raise InputError(
                coded(
                    "cli.verify.unsigned", "the head cannot be signed: {reason}", reason=document["unsigned"]
                )
            )
        write_whole(save, json.dumps(document, ensure_ascii=False, indent=1).encode())
    facts = {
        "audit chain": "intact" if common.json else text("intact"),
        "entries": document["entry"],
        "instant": document["instant"],
        "hash": document["hash"],
        "signed by": document.get("signed_by", ""),
        "signature": document.get("signature", ""),
        "not signed": document.get("unsigned", ""),
        "clock restarted": [
            text(
                "entry {number}, {at:%Y-%m-%d %H:%M} (UTC), by {who}: {why}",
                number=row["seq"],
                at=row["at"],
                who=row["who"],
                why=row["why"],
            )
            for row in restarts
        ],
    }
    say_facts(facts, common)
    if save is not None:
        say_written(save)


def _fault(row: dict[str, Any]) -> Fault:
    return Fault(
        "error",
        coded(
            "cli.verify.difference",
            "{table}, {row}, {column}: the bundle states {theirs}, but the figures give {ours}",
            **{name: row[name] for name in ("table", "row", "column", "theirs", "ours")},
        ),
        text("compare the underlying figures"),
    )


VERBS: Final[tuple[Callable[..., None], ...]] = (verify, restart_clock)
"""Every verb of this file, in the order of the help."""
