"""Certificates: the certificate of a grade as a file, and the page on which anybody verifies one."""

from typing import Any
from urllib.parse import quote

from litestar import HttpMethod, Request, Response, route

from urbium.errors import NotFoundError
from urbium.text import text
from urbium.web.desk import Card, card_of
from urbium.web.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.routes import page, reading, see
from urbium.web.security import BY_POLICY

__all__ = ["CERTIFICATES"]

_TITLE = text("web.page.verify", "Verify a certificate")


def verify_form(code: Word = "") -> Any:  # noqa: ANN401
    """Show the form that takes the code of a certificate, or lead to what it stands for."""
    return see(f"/verify/{code.strip()}") if code.strip().replace("-", "").isalnum() else _verify(code, None)


def verify_page(office: FromOffice, code: Segment) -> Any:  # noqa: ANN401
    """Show the grade that a code stands for, or that none does."""
    try:
        verified = office.verify_certificate(code)
    except NotFoundError as error:
        return _verify(code, None, status=404, problem=error.problem())
    return _verify(code, card_of(office, verified.grade), is_current=verified.is_current)


def _verify(
    code: str,
    card: Card | None,
    *,
    status: int = 200,
    is_current: bool = False,
    problem: dict[str, Any] | None = None,
) -> Any:  # noqa: ANN401
    return page(
        "verify.html",
        _TITLE,
        status=status,
        code=code,
        card=card,
        is_current=is_current,
        problem=problem,
        page="programme",
    )


def certificate(
    request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, code: Segment
) -> Response[bytes]:
    """Send the certificate of a grade, which names the address where it is verified."""
    address = f"{request.url.scheme}://{request.url.netloc}/verify/{{code}}"
    content = office.contracts.certificate(actor, code, address=address)
    name = quote(f"{code}.pdf")
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


CERTIFICATES = (
    reading("/verify")(verify_form),
    reading("/verify/{code:str}")(verify_page),
    route(
        "/certificates/{code:str}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=BY_POLICY,
        include_in_schema=False,
        sync_to_thread=True,
    )(certificate),
)
"""The addresses of certificates."""
