"""Shells complete what is typed: bash really runs what it is given, others by their protocol."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent

ASKED = """
eval "$(_SOIHTU_COMPLETE=source_bash soihtu)"
complete="$(complete -p soihtu)"
[[ $complete =~ -F\\ ([^ ]+) ]]
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
"${BASH_REMATCH[1]}" soihtu "${@: -1}" "${@: -2:1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""What bash does on a tab: the function that was registered, called with the words so far."""


def run(*command: str, **more: str) -> str:
    own = {name: it for name, it in os.environ.items() if not name.startswith(("SOIHTU_", "LC_"))}
    environment = {**own, "PATH": f"{BIN}:{own['PATH']}", "LANG": "C.UTF-8", **more}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["soihtu", "che"], ["check-in"]),
        (["soihtu", "lo"], ["logs", "login", "logout"]),
        (["soihtu", "check-in", "--conf"], ["--confidence"]),
        (["soihtu", "propose", "Otsikko", "--se"], ["--serves"]),
        (["soihtu", "agree", "--how", ""], ["by-support", "in-meeting"]),
        (["soihtu", "goals", "--language", ""], ["fi", "sv", "en"]),
        (["soihtu", "subscriber", "a"], ["add"]),
        (["soihtu", "--install"], ["--install-completion"]),
    ],
)
def test_bash_completes(typed: list[str], offered: list[str]) -> None:
    said = run("bash", "--norc", "--noprofile", "-c", ASKED, "bash", *typed)
    assert said.split() == offered


def test_zsh_and_fish_show_what_options_are_for_in_the_persons_language() -> None:
    asked = {"_TYPER_COMPLETE_ARGS": "soihtu support --", "SOIHTU_LANGUAGE": "sv"}
    zsh = run("soihtu", **asked, _SOIHTU_COMPLETE="complete_zsh")
    assert '"--withdraw":"Ta tillbaka ditt stöd."' in zsh
    assert '"--help":"Visa den här hjälpen."' in zsh
    fish = run(
        "soihtu", **asked, _SOIHTU_COMPLETE="complete_fish", _TYPER_COMPLETE_FISH_ACTION="get-args"
    )
    assert "--withdraw\tTa tillbaka ditt stöd." in fish.splitlines()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_told_how(shell: str) -> None:
    assert "_SOIHTU_COMPLETE=complete_" + shell in run("soihtu", _SOIHTU_COMPLETE=f"source_{shell}")
