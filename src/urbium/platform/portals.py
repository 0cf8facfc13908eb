"""Portals: what CKAN and catalogues in data.json say of their data sets, as resources."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from urbium.errors import InputError
from urbium.platform.resources import Distribution, Resource, frequency_named, normal
from urbium.text import coded, text

_ACCESS: Final = {"public": "PUBLIC", "restricted public": "RESTRICTED", "non-public": "NON_PUBLIC"}
"""Access levels of data.json and of CKAN's visibility, by the codes of the EU."""


def read_ckan(content: bytes, *, name: str = "") -> tuple[list[Resource], int]:
    """Return the data sets of an answer of CKAN's ``package_search``, and how many there are in all.

    Raises InputError for what is no such answer.
    """
    document = _document(content, name)
    result = document.get("result")
    packages = result.get("results") if isinstance(result, dict) else None
    if document.get("success") is not True or not isinstance(packages, list):
        raise _unreadable(name)
    count = result.get("count") if isinstance(result, dict) else 0
    rows = [one for one in packages if isinstance(one, dict) and one.get("state", "active") == "active"]
    return [_package(one) for one in rows], count if isinstance(count, int) else len(rows)


def _package(package: Mapping[str, Any]) -> Resource:
    extras = {
        _word(one, "key"): _word(one, "value") for one in package.get("extras") or [] if isinstance(one, dict)
    }

    def said(*names: str) -> str:
        return next((value for name in names if (value := _word(package, name) or extras.get(name, ""))), "")

    organisation = package.get("organization")
    rights = said("access_rights", "access_level").rpartition("/")[2]
    return normal(
        Resource(
            title=said("title", "name"),
            description=said("notes"),
            identifier=said("identifier", "id", "name"),
            publisher=said("publisher_name") or _word(organisation, "title"),
            contact=said("contact_name", "maintainer", "author"),
            email=said("contact_email", "maintainer_email", "author_email"),
            themes=_words(package.get("groups"), "title", "name"),
            keywords=_words(package.get("tags"), "display_name", "name"),
            licence=said("license_url", "license_title", "license_id"),
            access_rights=_ACCESS.get(rights.lower(), rights if rights in _ACCESS.values() else "")
            or ("NON_PUBLIC" if package.get("private") is True else "PUBLIC"),
            periodicity=frequency_named(said("frequency", "accrual_periodicity", "update_frequency")),
            issued=said("issued", "metadata_created"),
            modified=said("modified", "metadata_modified"),
            temporal_start=said("temporal_start"),
            temporal_end=said("temporal_end"),
            spatial=said("spatial_uri", "spatial_text"),
            version=said("version"),
            landing_page=_web(said("url")),
            distributions=[
                Distribution(
                    access_url=_word(one, "url"),
                    title=_word(one, "name"),
                    media_type=_word(one, "mimetype"),
                    format=_word(one, "format"),
                    size=one["size"] if type(one.get("size")) is int else None,
                )
                for one in package.get("resources") or []
                if isinstance(one, dict) and _web(_word(one, "url"))
            ],
        )
    )


def read_data_json(content: bytes, *, name: str = "") -> list[Resource]:
    """Return the data sets of a ``data.json`` (Project Open Data, 1.1); raise InputError for another file."""
    rows = _document(content, name).get("dataset")
    if not isinstance(rows, list):
        raise _unreadable(name)
    return [_data_set(one) for one in rows if isinstance(one, dict)]


def _data_set(row: Mapping[str, Any]) -> Resource:
    contact = row.get("contactPoint")
    start, _, end = _word(row, "temporal").partition("/")
    return normal(
        Resource(
            title=_word(row, "title"),
            description=_word(row, "description"),
            identifier=_word(row, "identifier"),
            publisher=_word(row.get("publisher"), "name"),
            contact=_word(contact, "fn"),
            email=_word(contact, "hasEmail").removeprefix("mailto:"),
            themes=_words(row.get("theme")),
            keywords=_words(row.get("keyword")),
            licence=_word(row, "license"),
            access_rights=_ACCESS.get(_word(row, "accessLevel").lower(), ""),
            periodicity=frequency_named(_word(row, "accrualPeriodicity")),
            issued=_word(row, "issued"),
            modified=_word(row, "modified"),
            temporal_start=start,
            temporal_end=end,
            spatial=_word(row, "spatial"),
            landing_page=_web(_word(row, "landingPage")),
            distributions=[
                Distribution(
                    access_url=_word(one, "accessURL") or _word(one, "downloadURL"),
                    download_url=_web(_word(one, "downloadURL")),
                    title=_word(one, "title"),
                    media_type=_word(one, "mediaType"),
                    format=_word(one, "format"),
                )
                for one in row.get("distribution") or []
                if isinstance(one, dict) and _web(_word(one, "accessURL") or _word(one, "downloadURL"))
            ],
        )
    )


def _document(content: bytes, name: str) -> Mapping[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise _unreadable(name) from None
    if not isinstance(document, dict):
        raise _unreadable(name)
    return document


def _word(row: Any, name: str) -> str:  # noqa: ANN401 - JSON
    value = row.get(name) if isinstance(row, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _words(rows: Any, *names: str) -> list[str]:  # noqa: ANN401 - JSON
    listed: Iterable[Any] = rows if isinstance(rows, list) else []
    words = (
        one.strip()
        if isinstance(one, str)
        else next((word for name in names if (word := _word(one, name))), "")
        for one in listed
    )
    return [word for word in words if word]


def _web(address: str) -> str:
    """Return an address of the web; empty for another word."""
    return address if re.match(r"https?://", address) else ""


def _unreadable(name: str) -> InputError:
    return InputError(
        coded("platform.portal.unreadable", "urbium cannot read this portal's answer"),
        place=name,
        remedy=text(
            "use the address of CKAN's package_search, or of a data.json file; check the format of the source"
        ),
    )
