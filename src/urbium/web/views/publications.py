"""Publications: the pages of what was published, in which formats, and how to cite it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from urbium.errors import NotFoundError
from urbium.programme import Programme
from urbium.web.rendering.embedded import origin_asked
from urbium.web.rendering.parameters import FromOffice, Segment


def publications_page(office: FromOffice) -> dict[str, Any]:
    """Gather the publications, the newest first."""
    return {"publications": [office.open_data.facts(one) for one in office.open_data.listed()]}


def publication_page(office: FromOffice, code: Segment) -> dict[str, Any]:
    """Gather one publication: its files, the formats it is not of, what it is pinned to, how to cite it."""
    publication = office.open_data.one(code)
    facts = office.open_data.facts(publication, origin_asked())
    return {
        "publication": facts,
        "changed": partial(_changed, office, publication.id),
        "before": publication.supersedes,
        "absent": list(office.open_data.absent(publication)),
        "schema_org": _schema_org(office, facts),
    }


def _changed(office: Programme, code: str) -> dict[str, Any]:
    """Gather how many rows of each table changed; why not, where they cannot be compared."""
    try:
        return {"tables": office.open_data.changed(code), "reason": ""}
    except NotFoundError as error:
        return {"tables": [], "reason": error.whole}


def _schema_org(office: Programme, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a publication as search engines of data sets read it (schema.org, in JSON-LD)."""
    name = office.settings.name() or "urbium"
    base = (office.settings().address or origin_asked()).rstrip("/")
    tables = office.open_data.described(office.open_data.one(facts["id"])).get("resources", ())
    days = [day for table in tables for day in table.get("temporal", ())]
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"{name}: {facts['id']}",
        "description": facts["cite"].render(),
        "identifier": facts["id"],
        "version": facts["id"],
        "url": f"{base}{facts['address']}",
        "dateModified": facts["known_on"],
        "isAccessibleForFree": True,
        "keywords": [table["title"] for table in tables],
        **({"temporalCoverage": f"{min(days)}/{max(days)}"} if days else {}),
        "creator": {"@type": "Organization", "name": name},
        **({"license": facts["licence"]} if facts["licence"] else {}),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file["name"],
                "encodingFormat": file["media_type"],
                **({"contentSize": str(file["bytes"])} if file["bytes"] else {}),
                "contentUrl": f"{base}{file['address']}",
            }
            for file in facts["files"]
        ],
    }
