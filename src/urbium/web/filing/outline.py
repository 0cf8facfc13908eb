"""Outline: the form by which the programme office brings in the outline of the maps, or takes it away."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from urbium.access import Actor
from urbium.errors import ForbiddenError, InputError, UrbiumError
from urbium.files import write_whole
from urbium.programme import Programme
from urbium.programme.cases.figures import check_name
from urbium.text import coded, text
from urbium.web.desk.marks import marked
from urbium.web.rendering.parameters import FromActor, FromOffice
from urbium.web.server.routes import absent, page, reading, see, writing

_TITLE = text("Outline of the maps")


@dataclass
class SentOutline:
    """What the form of an outline sends."""

    file: UploadFile
    csrf: str = ""
    source: str = ""
    licence: str = ""
    only: str = ""


OutlineForm = Annotated[SentOutline, Body(media_type=RequestEncodingType.MULTI_PART)]


def outline_page(office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Show the outline that is kept, and the form that sends another."""
    return _form(office, actor)


def _form(
    office: Programme, actor: Actor, problem: UrbiumError | None = None, typed: SentOutline | None = None
) -> Any:  # noqa: ANN401
    _check(office, actor)
    return page(
        "outline.html",
        _TITLE,
        status=problem.status if problem else 200,
        outline=office.outlines.kept(),
        nation=office.settings().nation,
        source=typed.source if typed else "",
        licence=typed.licence if typed else "",
        only=typed.only if typed else "",
        problem=marked(problem, {"source": "source", "licence": "licence"}, rest="file"),
    )


def _check(office: Programme, actor: Actor) -> None:
    """Let nobody else know of the page."""
    try:
        office.outlines.check(actor)
    except ForbiddenError:
        raise absent() from None


def bring(office: FromOffice, actor: FromActor, data: OutlineForm) -> Any:  # noqa: ANN401
    """Keep an outline, or show the form again with what was wrong."""
    _check(office, actor)
    content = data.file.file.read()
    try:
        if not content:
            raise InputError(
                coded("web.figures.empty", "no file was sent"),
                remedy=text("choose a file that contains areas"),
            )
        with tempfile.TemporaryDirectory(prefix="urbium-") as folder:
            path = Path(folder) / check_name(data.file.filename)
            write_whole(path, content)
            office.outlines.bring(
                path, source=data.source, licence=data.licence, only=data.only.replace(",", " ").split(),
                by=actor.account, reason=f"outline of {path.name}",
            )  # fmt: skip
    except UrbiumError as error:
        return _form(office, actor, error, data)
    return see("/outline")


def remove(office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Show maps without an outline from now on."""
    _check(office, actor)
    office.outlines.remove(by=actor.account, reason="outline removed")
    return see("/outline")


OUTLINE_PAGES = (
    reading("/outline")(outline_page),
    writing("/outline/send", most=33_000_000)(bring),
    writing("/outline/remove")(remove),
)
"""The pages by which the outline of the maps comes in."""
