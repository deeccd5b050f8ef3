"""Routes of an API: each has a name, one door, and answers a model."""

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from functools import wraps
from typing import Any, Final, get_type_hints

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, ValidationError

from chassis.doors import Answered, Door, DoorKind
from chassis.finite import refuse_not_finite
from chassis.idempotency import Answer
from chassis.problem import Problem

IF_MATCH_ONCE_THERE: Final[dict[int | str, dict[str, Any]]] = {428: {}}
"""The further `responses` of a `Repeatable` route that needs If-Match once there is a state."""
EXACT = 2**53
"""Below it every whole number is a float too."""


def _door_of(endpoint: Callable[..., Any]) -> type[Door]:
    doors = [hint for hint in get_type_hints(endpoint).values() if _is_door(hint)]
    if len(doors) != 1:
        raise TypeError(f"{endpoint.__name__} declares {len(doors)} doors; a route has one")
    door: type[Door] = doors[0]
    return door


def _is_door(hint: Any) -> bool:
    return inspect.isclass(hint) and issubclass(hint, Door)


def _body_of(endpoint: Callable[..., Any]) -> type[BaseModel] | None:
    hints = [hint for name, hint in get_type_hints(endpoint).items() if name != "return"]
    models = [hint for hint in hints if inspect.isclass(hint) and issubclass(hint, BaseModel)]
    return models[0] if models else None


class DoorRoute(APIRoute):
    """A route that answers what leaves by its door."""

    door: DoorKind

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        name = options.get("operation_id")
        if not name:
            raise TypeError(f"{path} has no operation_id")
        self.door = _door_of(endpoint).kind
        self._body = _body_of(endpoint)
        if self.door == "creation":
            options["status_code"] = 201
        super().__init__(path, _through_door(endpoint, name), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Serves a request, whose body is held to the types that the description names."""
        serve = super().get_route_handler()

        async def serve_strictly(request: Request) -> Response:
            if self._body and (said := await request.body()):
                _refuse_other_types(self._body, said)
            return await serve(request)

        return serve_strictly

    @property
    def versioned(self) -> bool:
        """Whether it answers a state with an address and a version, and so an ETag."""
        model = self.response_model
        return inspect.isclass(model) and hasattr(model, "subject") and _has_version(model)


def _refuse_other_types(model: type[BaseModel], said: bytes) -> None:
    """Refuse what FastAPI would make fit: a number for a day, true for 1, a text for a number.

    Raises RequestValidationError.
    """
    try:
        model.model_validate_json(orjson.dumps(_whole(orjson.loads(said))), strict=True)
    except ValidationError as error:
        placed = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(placed) from None


def _whole(value: Any) -> Any:
    """To JSON Schema 5.0 is an integer, to a strict reader it is none."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT else value
    if isinstance(value, dict):
        return {name: _whole(part) for name, part in value.items()}
    return [_whole(part) for part in value] if isinstance(value, list) else value


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
        except Problem as problem:
            door.refuse(problem)
            raise

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
    """The methods that some route takes at `path`: those of that very path, where there are any."""
    routes = [one for one in iter_route_contexts(app.routes) if one.path_regex.match(path)]
    very = [one for one in routes if one.path == path]
    return sorted({method for route in very or routes for method in route.methods or ()})
