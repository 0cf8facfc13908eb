"""Publications: the pages of what was published, in which formats, and how to cite it."""

from typing import Any

from urbium.web.rendering.parameters import FromOffice, Segment


def publications_page(office: FromOffice) -> dict[str, Any]:
    """Gather the publications, the newest first."""
    return {"publications": [office.open_data.facts(one) for one in office.open_data.listed()]}


def publication_page(office: FromOffice, code: Segment) -> dict[str, Any]:
    """Gather one publication: its files, the formats it is not of, what it is pinned to, how to cite it."""
    publication = office.open_data.one(code)
    return {
        "publication": office.open_data.facts(publication),
        "absent": list(office.open_data.absent(publication)),
    }
