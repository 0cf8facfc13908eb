"""Platform: the catalogue of resources, harvests of catalogues, requests for data, and base databases.

``--as`` names the account that acts: it sees and does no more than its roles let it, as on the pages.
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import App, Parameter

from urbium.cli.bringing import AUTHOR, Author
from urbium.cli.cases.casework import acting
from urbium.cli.opening import opened
from urbium.cli.show import COMMON, LOOKING, Acting, Common, Flag, Looking, say_facts, say_table, say_written
from urbium.files import write_whole
from urbium.text import Text, text

resources = App(name="resources")
requests = App(name="requests")
base_data = App(name="base-data")


@resources.command(name="list")
def list_resources(
    *, words: str = "", city: str = "", nature: str = "", late: Flag = False, common: Common = COMMON
) -> None:
    """List the resources open to everyone, and show how complete and how up to date each one is.

    Parameters
    ----------
    words
        Words that occur in the title, description, publisher or keywords.
    city
        Only for this city, given by code or name.
    nature
        dataset, service or feed.
    late
        Only resources that are not up to date.
    """
    with opened(common) as programme:
        code = programme.city(city).code if city else ""
        table = programme.resources.table(city=code, words=words, nature=nature, late=late)
        say_table(
            table.select("code", "title", "city", "state", "modified", "completeness", "due", "days_late"),
            common,
            title=text("Resources"),
        )


@resources.command(name="cities")
def cities_of_resources(*, common: Common = COMMON) -> None:
    """List how many resources each city publishes, how complete they are, and how many are overdue."""
    with opened(common) as programme:
        say_table(programme.resources.by_city(), common, title=text("By city"))


@resources.command(name="import")
def import_resources(file: Path, /, *, city: str, reason: str = "", common: Acting) -> None:
    """Import a file of resources: new ones are drafts until someone else publishes them.

    Parameters
    ----------
    file
        A table (.csv, .xlsx), DCAT (.ttl, .rdf, .jsonld) or a data.json.
    city
        The city to which the resources belong, given by code or name.
    reason
        Why.
    """
    with opened(common) as programme:
        actor = acting(programme, common.account)
        say_facts(asdict(programme.resources.bring(actor, file, city=city, reason=reason)), common)


@resources.command(name="export")
def export_resources(file: Path, /, *, city: str = "", address: str = "", common: Common = COMMON) -> None:
    """Write the published catalogue as DCAT in JSON-LD, as served at /catalogue.jsonld.

    Parameters
    ----------
    file
        The file to write (.jsonld).
    city
        Only for this city, given by code or name.
    address
        The public address of the pages; by default, the one in the settings.
    """
    with opened(common) as programme:
        code = programme.city(city).code if city else ""
        document = programme.resources.document(city=code, address=address)
        say_written(write_whole(file, document.encode()))


def harvest(
    catalogues: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    /,
    *,
    every: int = 0,
    author: Author = AUTHOR,
    common: Common = COMMON,
) -> None:
    """Harvest the catalogues of cities: those named, or those that are due.

    A server queues due catalogues by itself once a minute, and a worker
    harvests them.

    Parameters
    ----------
    catalogues
        Codes of the catalogues (urbium case list harvests); by default, those that are due.
    every
        Keep going, and check again after this many seconds; 0 checks once.
    """
    import polars as pl

    with opened(common, by=author.by) as programme:
        while True:
            codes = catalogues or programme.harvests.due()
            outcomes = [asdict(one) for one in programme.harvests.run_all(codes, by=author.by)]
            names = ("source", "new", "changed", "unchanged", "gone", "differing", "failure")
            schema: Any = {name: pl.String if name in ("source", "failure") else pl.Int64 for name in names}
            say_table(pl.DataFrame(outcomes, schema=schema), common, title=text("Harvested"))
            if not every:
                return
            time.sleep(every)


def harvest_status(*, common: Looking = LOOKING) -> None:
    """List the harvested catalogues visible to an account: when each was harvested, and with what result."""
    with opened(common) as programme:
        table = programme.harvests.table(acting(programme, common.account))
        say_table(table, common, title=text("Harvested catalogues"))


def reconcile(city: str, /, *, common: Acting) -> None:
    """List where a city's description of its resources differs from the programme's own.

    Each difference is settled by a step in the dossier of the resource: adopt takes the city's version, and
    keep retains the programme's.

    Parameters
    ----------
    city
        The city's code or name.
    """
    with opened(common) as programme:
        table = programme.harvests.differences(acting(programme, common.account), city)
        title = text("Where {city} states something different", city=city)
        first = ("code", "what", "field", "here", "there", "title", "identifier")
        say_table(table.select(first), common, title=title)


@requests.command
def deliver(code: str, file: Path, /, *, common: Acting) -> None:
    """Hand over a file under an approved data request.

    Parameters
    ----------
    code
        The code of the request.
    file
        The file, at most 50 MB.
    """
    with opened(common) as programme:
        actor = acting(programme, common.account)
        sight = programme.exchange.deliver(actor, code, file.name, file.read_bytes())
        say_facts({"request": code, "files": [one["name"] for one in sight.dossier.content["files"]]}, common)


@requests.command
def collect(code: str, folder: Path, /, *, common: Acting) -> None:
    """Collect the files of an approved request; each collection is logged.

    Parameters
    ----------
    code
        The code of the request.
    folder
        The folder in which to write the files.
    """
    with opened(common) as programme:
        actor = acting(programme, common.account)
        sight = programme.casework.opened(actor, "data_request", code)
        for one in sight.dossier.content["files"]:
            name, _, content = programme.exchange.file(actor, code, one["sha256"])
            say_written(write_whole(folder / name, content))


@requests.command
def push(*, common: Common = COMMON) -> None:
    """Send new versions of data to the addresses in approved requests; a server does this automatically."""
    with opened(common) as programme:
        say_facts(
            dict.fromkeys(("sent", "dropped", "waiting", "failed"), 0) | programme.exchange.push(), common
        )


@requests.command
def key(code: str, /, *, common: Acting) -> None:
    """Show a new key, once only, for the service of an approved request; earlier keys stop working.

    Parameters
    ----------
    code
        The code of the request.
    """
    with opened(common) as programme:
        say_facts({"key": programme.exchange.key(acting(programme, common.account), code)}, common)


@base_data.command(name="show")
def show_base_data(city: str, /, *, common: Common = COMMON) -> None:
    """Show how complete, linked and up to date a city's base databases are, or why this is unknown.

    Parameters
    ----------
    city
        The city, given by code or name.
    """
    with opened(common) as programme:
        title = text("Base databases of {city}", city=city)
        say_table(programme.base_data.table(city), common, title=title)


@base_data.command(name="hash")
def hash_identifiers(file: Path, /, *, key_file: Path, to: Path) -> None:
    """Hash a list of identifiers (one a line), so that two databases can be compared without showing them.

    Parameters
    ----------
    file
        The identifiers.
    key_file
        A file with a key of your own, the same for both lists; it stays with you.
    to
        Where to write the hashes.
    """
    from urbium.programme.cases.rules.base_data import hashed_list

    say_written(
        write_whole(to, hashed_list(file.read_text(encoding="utf-8"), key_file.read_bytes()).encode())
    )


@base_data.command
def link(first: Path, second: Path, /, *, common: Common = COMMON) -> None:
    """Show what share of the hashes in the first list also occurs in the second.

    Parameters
    ----------
    first
        The hashes of the database to be linked.
    second
        The hashes of the other database.
    """
    from urbium.programme.cases.rules.base_data import linked_share

    say_facts(linked_share(first.read_text(encoding="utf-8"), second.read_text(encoding="utf-8")), common)


GROUPS: Final[tuple[tuple[App, Text], ...]] = (
    (resources, text("The catalogue of resources: list, import or write as DCAT.")),
    (requests, text("Hand over and collect data under approved requests.")),
    (base_data, text("Base databases: how complete, linked and up to date they are.")),
)
"""The groups of commands on the platform, and what each is for."""
VERBS: Final[tuple[Callable[..., None], ...]] = (harvest, harvest_status, reconcile)
