"""Registration: how handlers become routes of an application, without reading all routes for each of them."""

from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Router
from litestar.handlers import BaseRouteHandler
from litestar.routes import BaseRoute, HTTPRoute
from litestar.types import ASGIApp

from urbium.web.server.prefix import inside, outside

_OPTIONS: dict[str, BaseRouteHandler] = {}
"""The first handler that Litestar made for OPTIONS: those of all addresses have the same signature."""


class Application(Litestar):
    """Litestar that reads a handler's signature once a process, and lays out all addresses at once."""

    @property
    def route_handler_method_map(self) -> dict[str, Any]:
        """The handlers by path and method."""
        return _ByPath(self.routes)

    def register(self, value: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - as Litestar has it
        """Register a handler of HTTP; each application takes a copy of it, with what was read."""
        if isinstance(value, BaseRouteHandler):
            _ = value.parsed_fn_signature
        for route in Router.register(self, value):
            if not isinstance(route, HTTPRoute):
                raise TypeError(route)
            for handler in route.route_handlers:
                if handler.http_methods == {"OPTIONS"}:
                    _share(handler, _OPTIONS.setdefault("OPTIONS", handler))
                handler.on_registration(self)
            route.create_handler_map()
            for plugin in self.plugins.receive_route:
                plugin.receive_route(route)
            if isinstance(value, BaseRouteHandler):
                _share(value, route.route_handlers[0])
        if hasattr(self, "asgi_handler"):  # one that comes later
            self.asgi_router.construct_routing_trie()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
        """Answer a request, which may have been sent to an address below a prefix."""
        if (prefix := self.state.prefix) and scope["type"] == "http":
            scope, send = inside(scope, prefix), outside(send, prefix)
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        await self.state.watch.answer(super().__call__, scope, receive, send)

    def _create_asgi_handler(self) -> ASGIApp:
        """Lay out the addresses of all handlers; Litestar asks for this when the last one is registered."""
        self.asgi_router.construct_routing_trie()
        return super()._create_asgi_handler()


def _share(handler: BaseRouteHandler, other: BaseRouteHandler) -> None:
    """Let a handler have the signature of another; all applications have dependencies of the same names."""
    handler._parsed_fn_signature = other._parsed_fn_signature  # noqa: SLF001
    handler._signature_model = other._signature_model  # noqa: SLF001


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
