"""The APIs as a client sees them, in memory: by-ref, places, pages, tokens, and what went wrong."""

import json
from collections.abc import Callable
from urllib.parse import unquote

import httpx

from cli.client import Client
from cli.reach import Credentials, Reach

ISSUER = "http://issuer.example/soihtu"
REACH = Reach(ISSUER, {"okr": "http://okr.example", "checkins": "http://checkins.example"})

Answers = Callable[[httpx.Request], httpx.Response | None]


class FakeApis:
    """Remembers every request; `special` may answer instead of it."""

    def __init__(self, special: Answers = lambda _: None, lifetime: int = 600) -> None:
        self.requests: list[httpx.Request] = []
        self.authorizations: list[str] = []
        self.tokens = 0
        self.bodies: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self._special = special
        self._lifetime = lifetime

    def client(self) -> Client:
        return Client(REACH, Credentials("admin", "any"), httpx.MockTransport(self.answer))

    def asked(self, part: str) -> list[httpx.Request]:
        return [one for one in self.requests if part in str(one.url)]

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "issuer.example":
            return self._identity(request)
        self.requests.append(request)
        self.authorizations.append(request.headers["authorization"])
        special = self._special(request)
        if special is not None:
            return special
        if request.url.path.endswith("/place"):
            return self._place(request)
        if request.method == "GET" and request.url.path.endswith("/cycles/c"):
            at = self.places[request.url.path.split("/")[2]]
            return httpx.Response(200, json={"place": at, "version": 1})
        if request.url.path.endswith("/open"):
            return _told({"id": "c", "version": 2, "state": "open"}, "cycles/c@2")
        return self._by_ref(request)

    def _identity(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"token_endpoint": f"{ISSUER}/token"})
        self.tokens += 1
        granted = {"access_token": f"token-{self.tokens}", "expires_in": self._lifetime}
        return httpx.Response(200, json=granted)

    def _place(self, request: httpx.Request) -> httpx.Response:
        team, wanted = request.url.path.split("/")[2], json.loads(request.content)["place"]
        if "if-match" in request.headers:
            self.places[team] = wanted
        if self.places.setdefault(team, wanted) != wanted:
            return problem(428, "if-match-required")
        return _told({"version": 1, "place": wanted}, f"team-cycles/{team}/c@1")

    def _by_ref(self, request: httpx.Request) -> httpx.Response:
        address, said = request.url.raw_path.decode(), request.content.decode()
        before = self.bodies.get(address)
        self.bodies[address] = said
        outcome = "created" if before is None else "unchanged" if before == said else "changed"
        noun, key = address.split("/")[1], unquote(address.rpartition("/")[2])
        id_ = "c" if noun == "cycles" else key
        state = "open" if before else "planned"
        answer = _told({"id": id_, "version": 1, "state": state}, f"{noun}/{id_}@1")
        answer.headers["soihtu-outcome"] = outcome
        return answer


def _told(body: dict[str, object], reached: str) -> httpx.Response:
    return httpx.Response(200, json=body, headers={"soihtu-version": reached})


def problem(status: int, code: str, **facts: object) -> httpx.Response:
    headers = {"retry-after": "0"} if status == 503 else {}
    body = {"code": code, "detail": f"It is {code}.", **facts}
    return httpx.Response(status, json=body, headers=headers)
