"""A browser that a person logs in with: fetches the page, fills in its form, follows it back."""

from html.parser import HTMLParser
from threading import Thread

import httpx


class _Form(HTMLParser):
    """The first form of a page: where it goes, and what its fields hold."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.action = said.get("action") or ""
        elif tag in ("input", "textarea") and said.get("name"):
            self.fields[str(said["name"])] = said.get("value") or ""


def sign_in(page: str, **typed: str) -> httpx.Response:
    """What the browser shows in the end, when `typed` was sent in the form at `page`."""
    with httpx.Client(timeout=30, trust_env=False, follow_redirects=True) as browser:
        shown = browser.get(page)
        form = _Form()
        form.feed(shown.raise_for_status().text)
        assert set(typed) <= set(form.fields)
        for cookie in browser.cookies.jar:
            cookie.secure = False  # browsers hold the way to this machine for a safe one
        return browser.post(shown.url.join(form.action), data={**form.fields, **typed})


class Person:
    """Logs in beside a command that waits for it: `show` is what the command shows the page to."""

    def __init__(self, **typed: str) -> None:
        self.pages: list[str] = []
        self.shown: list[httpx.Response] = []
        self._typed = typed

    def show(self, page: str) -> None:
        self.pages.append(page)
        Thread(target=self._sign_in, args=[page], daemon=True).start()

    def _sign_in(self, page: str) -> None:
        self.shown.append(sign_in(page, **self._typed))
