"""Registration: how handlers become routes of an application, without reading all routes for each of them."""

from collections.abc import Sequence
from typing import Any

from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.routes import BaseRoute, HTTPRoute


class Application(Litestar):
    """Litestar that, when a handler is registered, gathers the handlers of its path alone."""

    @property
    def route_handler_method_map(self) -> dict[str, Any]:
        """The handlers by path and method."""
        return _ByPath(self.routes)

    def register(self, value: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - as Litestar has it
        """Register a handler; its signature is read once, however many applications of a process have it."""
        if isinstance(value, BaseRouteHandler):
            _ = value.parsed_fn_signature  # kept by the handler, of which each application takes a copy
        super().register(value)


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
