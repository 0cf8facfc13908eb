"""Registration: how handlers become routes of an application, without reading all routes for each of them.

What a route needs for an answer is made when a first request comes to it: a server starts sooner.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

from litestar import Litestar, Router
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from urbium.web.server.prefix import inside, outside

_OPTIONS: dict[str, BaseRouteHandler] = {}
"""The first handler that Litestar made for OPTIONS: those of all addresses have the same signature."""


class Application(Litestar):
    """Litestar that reads a handler's signature once a process, and lays out all addresses at once."""

    @property
    def route_handler_method_map(self) -> dict[str, Any]:
        """The handlers by path and method."""
        by_path: dict[str, Any] = self.__dict__.setdefault("_by_path", {})  # asked before Litestar has begun
        return by_path

    def register(self, value: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - as Litestar has it
        """Register a handler of HTTP; each application takes a copy of it, with what was read."""
        if isinstance(value, BaseRouteHandler):
            _ = value.parsed_fn_signature
        for route in Router.register(self, value):
            if not isinstance(route, HTTPRoute):
                raise TypeError(route)
            for handler in route.route_handlers:
                if _is_made(handler):
                    _share(handler, _OPTIONS.setdefault("OPTIONS", handler))
                else:
                    handler.on_registration(self)
            route.route_handler_map = read = _Read(self, route)
            self.route_handler_method_map[route.path] = {
                method: handler for method, (handler, _) in read.items()
            }
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


def in_turn(*layers: Callable[[ASGIApp], ASGIApp]) -> Callable[[ASGIApp], ASGIApp]:
    """Return layers of middleware, the outermost first, as one that is laid when a first request comes."""

    def lay(app: ASGIApp) -> ASGIApp:
        laid: list[ASGIApp] = []

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if not laid:
                laid.append(reduce(lambda inner, layer: layer(inner), reversed(layers), app))
            await laid[0](scope, receive, send)

        return answer

    return lay


class _Read(dict[Any, Any]):
    """The handlers of a route by method; what each asks of a request is read when the first one comes."""

    def __init__(self, app: Litestar, route: HTTPRoute) -> None:
        handlers = route.route_handlers
        super().__init__({method: (handler, None) for handler in handlers for method in handler.http_methods})
        self._app, self._parameters = app, route.path_parameters

    def __getitem__(self, method: Any) -> Any:  # noqa: ANN401 - as dict has it
        handler, model = super().__getitem__(method)
        if model is None:
            if _is_made(handler):
                handler.on_registration(self._app)
            model = handler.create_kwargs_model(path_parameters=self._parameters)
            self[method] = handler, model
        return handler, model


def _is_made(handler: BaseRouteHandler) -> bool:
    """Say whether Litestar made a handler, which need not be checked before somebody asks for it."""
    return bool(handler.http_methods == {"OPTIONS"})  # type: ignore[attr-defined]


def _share(handler: BaseRouteHandler, other: BaseRouteHandler) -> None:
    """Let a handler have the signature of another; all applications have dependencies of the same names."""
    handler._parsed_fn_signature = other._parsed_fn_signature  # noqa: SLF001
    handler._signature_model = other._signature_model  # noqa: SLF001
