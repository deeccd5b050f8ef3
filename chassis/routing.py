"""Routes of an API: each has a name, one door, and answers a model."""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from functools import wraps
from typing import Any, get_type_hints

from fastapi import APIRouter, FastAPI
from fastapi.responses import Response
from fastapi.routing import APIRoute, iter_route_contexts

from chassis.doors import Answered, Door, DoorKind, refuse_not_finite
from chassis.idempotency import Answer


def _door_of(endpoint: Callable[..., Any]) -> type[Door]:
    doors = [hint for hint in get_type_hints(endpoint).values() if _is_door(hint)]
    if len(doors) != 1:
        raise TypeError(f"{endpoint.__name__} declares {len(doors)} doors; a route has one")
    door: type[Door] = doors[0]
    return door


def _is_door(hint: Any) -> bool:
    return inspect.isclass(hint) and issubclass(hint, Door)


class DoorRoute(APIRoute):
    """A route that answers what leaves by its door."""

    door: DoorKind

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        name = options.get("operation_id")
        if not name:
            raise TypeError(f"{path} has no operation_id")
        self.door = _door_of(endpoint).kind
        if self.door == "creation":
            options["status_code"] = 201
        super().__init__(path, _through_door(endpoint, name), **options)

    @property
    def versioned(self) -> bool:
        """Whether it answers a state with an address and a version, and so an ETag."""
        model = self.response_model
        return inspect.isclass(model) and hasattr(model, "subject") and _has_version(model)


def _has_version(model: Any) -> bool:
    return "version" in getattr(model, "model_fields", ()) or hasattr(model, "version")


def _through_door(endpoint: Callable[..., Awaitable[Any]], operation: str) -> Callable[..., Any]:
    @wraps(endpoint)
    async def answered(**arguments: Any) -> Response:
        door = next(one for one in arguments.values() if isinstance(one, Door))
        door.operation = operation
        refuse_not_finite(arguments)
        try:
            return _response(door.leave(await endpoint(**arguments)))
        except Answered as known:
            return _response(known.answer)

    return answered


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers)


class Router(APIRouter):
    """A noun's routes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=DoorRoute, **options)


def doors(app: FastAPI) -> Iterator[DoorRoute]:
    """Every route of an application. Raises TypeError for one that has no door."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, DoorRoute):
            yield route
        elif context.path != app.openapi_url:
            raise TypeError(f"{context.path} is not a route of a Router of chassis.routing")


def allowed(app: FastAPI, path: str) -> list[str]:
    """The methods that some route takes at `path`."""
    routes = [one for one in iter_route_contexts(app.routes) if one.path_regex.match(path)]
    return sorted({method for route in routes for method in route.methods or ()})
