"""Publishing: what everybody may see, in open formats, pinned and kept for good."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from urbium.cli.bringing import AUTHOR, Author
from urbium.cli.opening import opened
from urbium.cli.show import COMMON, Common, Flag, say_facts, say_table, say_written, tell
from urbium.files import write_folder
from urbium.periods import instant
from urbium.text import text

Names = Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())]


def publish(
    *,
    formats: Names = None,
    as_known_on: str = "",
    licence: str = "",
    folder: Path | None = None,
    dry_run: Flag = False,
    author: Author = AUTHOR,
    common: Common = COMMON,
) -> None:
    """Publish figures, scores, outlook and projects that everyone may see; a publication is permanent.

    Parameters
    ----------
    formats
        oc4ids, sdmx, sdmx-ml, json-stat, ngsi-ld, geojson or dcat, in addition to csv; by default, all
        (sdmx-ml only if urbium[sdmx] is installed).
    as_known_on
        Use the data as of a day or time, such as 2026-03-31 or 2026-03-31T12:00; by default, now.
    licence
        The address of the licence for the whole publication; by default, the one in the programme's
        settings. The sources' licences apply in addition.
    folder
        Also write the files to this folder.
    dry_run
        Show which files would be published, with their sizes; write and store nothing.
    """
    with opened(common, by=author.by) as programme:
        publication = programme.publish(
            formats=formats or (),
            as_known_on=instant(as_known_on, programme.settings.zone()),
            licence=licence,
            dry_run=dry_run,
            by=author.by,
            reason=author.reason,
        )
        facts: dict[str, Any] = programme.open_data.facts(publication)
        for name, extra in programme.open_data.absent(publication).items():
            if extra and not formats:
                tell(
                    text(
                        "{name} is not among the formats: to add it, run pip install 'urbium[{extra}]'",
                        name=name,
                        extra=extra,
                    )
                )
        if folder is not None and not dry_run:
            names = [file.name for file in publication.files]
            files = {name: programme.open_data.content(publication.id, name) for name in names}
            for path in write_folder(folder, files):
                say_written(path)
        say_facts(facts if common.json else _told(facts), common)


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    files = [
        text("{name}: {title}, {size:,} bytes", name=one["name"], title=one["title"], size=one["bytes"])
        if one["bytes"]
        else text("{name}: {title}, made on request", name=one["name"], title=one["title"])
        for one in facts["files"]
    ]
    return {"publication": facts["cite"], "supersedes": facts["supersedes"], "files": files}


def publications(*, common: Common = COMMON) -> None:
    """List the publications, latest first; each stays at the same address."""
    with opened(common) as programme:
        rows = [programme.open_data.facts(one) for one in programme.open_data.listed()]
        if common.json:
            print(json.dumps(rows, ensure_ascii=False, default=str))
            return
        say_table(programme.open_data.table(), common, title=text("Publications"))


VERBS: Final[tuple[Callable[..., None], ...]] = (publish, publications)
"""Every command of open publishing."""
