"""A command of people: its help, and what is wrong with how it was typed, are in their language."""

import sys
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand
from typer.exceptions import TyperException

from cli.words import OTHERWISE, Words, chosen, texts

HELP = "help"


def add(app: typer.Typer, name: str, command: Callable[..., Any]) -> None:
    """Add a command whose help is that of its name in `texts.yaml`."""
    app.command(name, cls=PeoplesCommand)(command)


class PeoplesCommand(TyperCommand):
    """Told in the language that is chosen when it is asked."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._metavars = [param.metavar for param in self.params]
        self.told_in(chosen() or OTHERWISE)

    def told_in(self, language: str) -> None:
        """From now on, help is in `language`."""
        self.words = Words(language)
        said = texts()[HELP]
        own = said["commands"][self.name]
        self.help = own["about"][language]
        self.short_help = own["about"][language].partition("\n")[0]
        self.options_metavar = self.words("options-wanted")
        self.shown = {
            param.name: {**said["shared"], **own["takes"]}[param.name][language]
            for param in self.params
        }
        for param, metavar in zip(self.params, self._metavars, strict=True):
            # Shells show it beside what they complete.
            setattr(param, HELP, self.shown[param.name])
            param.metavar = metavar and self.words.name("metavar", metavar)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        self.told_in(chosen(args) or OTHERWISE)
        try:
            return super().parse_args(ctx, args)
        except TyperException as wrong:
            hint = self.words("see-help", command=ctx.command_path)
            sys.stderr.write(f"{ctx.get_usage()}\n{hint}\n\n{self._wrong(wrong)}\n")
            raise typer.Exit(wrong.exit_code) from wrong

    def get_help_option(self, ctx: Any) -> Any:
        option: Any = super().get_help_option(ctx)
        if option is not None:
            option.help = self.words("help-option")
        return option

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, f"{self.words('usage')} ")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        taken: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                says = self.shown.get(param.name, getattr(param, HELP))
                left = record[0] if kind_of(param) == "option" else str(param.metavar)
                taken[kind_of(param)].append((left, says))
        for kind, rows in taken.items():
            if rows:
                with formatter.section(self.words(f"{kind}s").rstrip(":")):
                    formatter.write_dl(rows)

    def _wrong(self, wrong: Any) -> str:
        """What is wrong with how it was typed. The parser says so by classes of its own."""
        param = getattr(wrong, "param", None)
        choices = getattr(getattr(param, "type_descriptor", None), "choices", None)
        possible = getattr(wrong, "possibilities", None) or choices or ()
        facts = {
            "option": getattr(wrong, "option_name", ""),
            "named": "/".join(_names(param)),
            "possible": ", ".join(possible),
            "given": wrong.message.rpartition("(")[2].removesuffix(")"),
        }
        match type(wrong).__name__:
            case "MissingParameter":
                return self.words("typed-missing", **facts)
            case "NoSuchOption":
                return self.words("typed-close" if facts["possible"] else "typed-unknown", **facts)
            case "BadOptionUsage":
                return self.words("typed-half", **facts)
            case "BadParameter":
                return self.words("typed-choice" if choices else "typed-wrong", **facts)
            case _:
                return self.words("typed-extra", **facts)


def kind_of(param: Any) -> str:
    """An argument or an option."""
    return str(param.param_type_name)


def _names(param: Any) -> list[str]:
    """As it is typed: an option by its names, an argument by what stands for it."""
    if param is None:
        return []
    return list(param.opts) if kind_of(param) == "option" else [param.metavar]
