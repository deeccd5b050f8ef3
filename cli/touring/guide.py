"""What the guide of the tour says, and how it shows what was answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

BARS = "▁▂▃▄▅▆▇█"
LANGUAGES = ("fi", "sv", "en")


class Guide:
    """Speaks on a console; waits for Enter after each stop where somebody is there."""

    def __init__(self, console: Console, *, wait: bool) -> None:
        self._console = console
        self._wait = wait

    def stop(self, number: int, title: str) -> None:
        """The next stop begins."""
        self._console.rule(f"[bold]{number}  {escape(title)}[/]", align="left")

    def says(self, words: str) -> None:
        """An explanation."""
        self._console.print(f"{escape(words)}\n")

    def called(self, who: str, what: str) -> None:
        """A call that was made, as one could make it oneself."""
        self._console.print(f"[dim]{escape(who)} ▸ {escape(what)}[/]", soft_wrap=True)

    def shows(self, lines: Sequence[str]) -> None:
        """What was answered, a line each."""
        for line in lines:
            self._console.print(f"  {escape(line)}", style="cyan")
        self._console.print()

    def rests(self) -> None:
        """A stop has ended."""
        if self._wait:
            self._console.input("[dim]Enter to go on[/] ")


def said(text: Mapping[str, Any] | None) -> str:
    """A text in the language that it was written in, with the English one where there is one."""
    if not text:
        return "?"
    own = str(text.get(str(text.get("source"))) or "?")
    english = text.get("en")
    return f"{own} ({english})" if english and english != own else own


def percent(share: float | None) -> str:
    """A share for people."""
    return "no value yet" if share is None else f"{share:.0%}"


def sparkline(values: Sequence[float]) -> str:
    """Values as a row of bars, the lowest one the smallest."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    width = (high - low) or 1.0
    return "".join(BARS[round((value - low) / width * (len(BARS) - 1))] for value in values)
