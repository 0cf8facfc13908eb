"""Registration: how handlers become routes of an application, without reading all routes for each of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.routes import BaseRoute, HTTPRoute

__all__ = ["Application", "with_signatures"]


class Application(Litestar):
    """Litestar that, when a handler is registered, gathers the handlers of its path alone."""

    @property
    def route_handler_method_map(self) -> dict[str, Any]:
        """The handlers by path and method."""
        return _ByPath(self.routes)


class _ByPath(dict[str, Any]):
    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        super().__init__()
        self._routes = routes

    def get(self, path: str, default: Any = None) -> Any:  # noqa: ANN401 - as dict has it
        handlers = {
            method: handler
            for route in self._routes
            if route.path == path and isinstance(route, HTTPRoute)
            for handler in route.route_handlers
            for method in handler.http_methods
        }
        return handlers or default


def with_signatures(handlers: Iterable[BaseRouteHandler]) -> list[BaseRouteHandler]:
    """Return handlers that have read their signatures, for the copies that each application registers.

    What a signature means depends on no application, as none declares names of types.
    """
    return [handler for handler in handlers if handler.parsed_fn_signature]
