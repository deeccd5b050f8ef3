"""People who live in terminals: they log in, choose, check in and score, by typed commands."""

import uuid
from pathlib import Path

import pytest

from tests.signing_in import sign_in
from tests.system.agency import Agency, Team, text, until
from tests.system.terminal import Terminal


@pytest.fixture
def terminal(agency: Agency, tmp_path: Path) -> Terminal:
    return Terminal(agency, tmp_path)


@pytest.fixture
def cycle(agency: Agency) -> str:
    return agency.cycle_of_today()


@pytest.fixture
def team(agency: Agency, cycle: str) -> Team:
    """A team whose cycle goes on, and of which every service has heard."""
    made = agency.team("Lumme")
    made.move(cycle, "running")
    made.board(cycle)
    agency.do(made.as_("member"), "GET", "checkins", f"/retros?team={made.id}")
    return made


def log_in(terminal: Terminal, name: str) -> str:
    """Log in as people do; what the command says in the end."""
    command = terminal.begin("login", "--no-browser")
    assert command.stderr
    page = next(line for line in command.stderr if line.startswith("http")).strip()
    assert "päätteeseen" in sign_in(page, username=name).text
    out, err = command.communicate()
    assert command.returncode == 0, err
    return out


def test_a_person_logs_in_and_is_known(agency: Agency, team: Team, tmp_path: Path) -> None:
    terminal = Terminal(agency, tmp_path, local=False)
    assert "soihtu login" in terminal.refuses("whoami")
    assert log_in(terminal, team.as_("member")) == "Lumme member\n  member, Lumme\n"
    assert terminal.answers("whoami")["person"]["id"] == team.people["member"]
    assert "SOIHTU_LOCAL=1" in terminal.refuses("whoami", "--as", team.as_("supervisor"))
    assert "logged out" in terminal.says("logout")
    assert "soihtu login" in terminal.refuses("whoami")


def test_whoever_is_nobody_here_is_told_so_in_their_language(terminal: Terminal) -> None:
    told = terminal.refuses("whoami", "--as", "stranger")
    assert told.endswith("(unknown-person)")
    assert told != terminal.refuses("whoami", "--as", "stranger", "--language", "sv")


def test_commands_speak_the_language_that_is_chosen_else_the_persons(
    terminal: Terminal, team: Team, cycle: str
) -> None:
    """`--language`, SOIHTU_LANGUAGE, the terminal's, and where none says one, what okr knows."""
    team.objective(cycle, *TWO)
    me = ("goals", "--as", team.as_("member"))
    own = terminal.answers("whoami", "--as", team.as_("member"))["person"]["language"]
    assert own == "fi"
    assert "confidence" in terminal.says(*me)
    terminal.environment = {**terminal.environment, "SOIHTU_LANGUAGE": "sv"}
    assert "tilltro" in terminal.says(*me)
    assert "confidence" in terminal.says(*me, "--language", "en")
    terminal.environment = {**terminal.environment, "SOIHTU_LANGUAGE": "", "LC_ALL": "C.UTF-8"}
    assert "luottamus" in terminal.says(*me)
    in_finnish = terminal.answers(*me)["objectives"][0]
    assert {"key_results", "progress", "status"} <= set(in_finnish)


def test_a_goal_is_proposed_and_found(terminal: Terminal, team: Team) -> None:
    me = ("--as", team.as_("member"))
    told = terminal.says(
        "propose", "Puhelin ei soi turhaan", "--benefit", "Vastaus tulee kerralla.",
        "-k", "decrease: Puhelut: 300 -> 150 kpl", "-k", "milestones: Ohje: luonnos; käytössä *2",
        *me,
    )  # fmt: skip
    assert told.startswith("proposed to Lumme for Kausi: Puhelin ei soi turhaan (")
    [goal] = until(lambda: terminal.answers("goals", *me)["objectives"], "the board to show it")
    assert (goal["title"]["source"], goal["title"]["fi"]) == ("fi", "Puhelin ei soi turhaan")
    assert goal["benefit"]["fi"] == "Vastaus tulee kerralla."
    assert [one["kind"] for one in goal["key_results"]] == ["decrease", "milestones"]
    table = terminal.says("goals", *me)
    assert "Puhelin ei soi turhaan" in table
    assert "– → 150 kpl" in table
    assert "proposed" in table


def test_hints_come_with_a_proposal(terminal: Terminal, team: Team) -> None:
    told = terminal.says("propose", "Puhelin ei soi turhaan", "--as", team.as_("member"))
    hints = [line for line in told.splitlines() if line.startswith("hint: ")]
    assert len(hints) >= 2, "it says no benefit, and has no key result"
    promised = terminal.answers(
        "propose", "Puhelin", "--committed", "-k", "decrease: Puhelut: ? -> 150 kpl",
        "--as", team.as_("member"),
    )  # fmt: skip
    assert promised["ambition"] == "committed"
    assert [one["definitions"][-1]["baseline"] for one in promised["key_results"]] == [None]
    again = Terminal(terminal.agency, terminal.state, language="sv_FI.UTF-8")
    in_swedish = again.says("propose", "Puhelin ei soi turhaan", "--as", team.as_("member"))
    assert hints[0] not in in_swedish


def test_what_the_api_refuses_is_told_in_its_words(terminal: Terminal, team: Team) -> None:
    told = terminal.refuses(
        "propose", "Puhelin", "-k", "increase: Puhelut: 3 -> 3", "--as", team.as_("member")
    )
    assert told.startswith("key_results.0: ")


TWO = (
    {"title": text("Jono"), "kind": "decrease", "baseline": 620, "target": 250, "unit": "kpl"},
    {"title": text("Ohje käytössä"), "kind": "binary"},
)


def test_a_check_in_is_made_by_options(terminal: Terminal, team: Team, cycle: str) -> None:
    goal = team.objective(cycle, *TWO)
    told = terminal.says(
        "check-in", goal["id"][-6:], "-v", "jono=435", "-c", "jono=6", "-w", "jono=Se lyhenee.",
        "--help-wanted", "Liiteohje on epäselvä.", "--as", team.as_("torchbearer"),
    )  # fmt: skip
    assert told.startswith("check-in 1 of ")
    assert "435 → 250 kpl" in told, "the board has what was said"
    last = team.goal_on_board(cycle, goal)["last_check_in"]
    assert [(one["value"], one["words"]) for one in last["entries"]] == [(435, "Se lyhenee.")]
    assert last["help_wanted"] == "Liiteohje on epäselvä."


def test_a_check_in_is_made_by_answers(terminal: Terminal, team: Team, cycle: str) -> None:
    """Enter keeps what was said last; what can't be read is asked again."""
    team.objective(cycle, *TWO, title=text("Asumisen tuki"))
    me = ("--as", team.as_("member"))
    first = "400\n11\n5\n\nkyllä\n8\nSe on verkossa.\n\n"
    assert "400 → 250 kpl" in terminal.says("check-in", "asumisen", *me, answers=first)
    again = terminal.type("check-in", "asumisen", *me, answers="\n7\n\n-\n\n")
    assert again.returncode == 0, again.stderr
    assert "value [400]" in again.stderr
    board = terminal.answers("goals", "--cycle", cycle, *me)["objectives"]
    [queue, guide] = board[0]["key_results"]
    assert (queue["value"], queue["confidence"]) == (400, 7)
    assert (guide["value"], guide["confidence"]) == (1, 8)


def test_an_answer_that_never_comes_records_nothing(
    terminal: Terminal, team: Team, cycle: str
) -> None:
    goal = team.objective(cycle, *TWO)
    done = terminal.type("check-in", goal["id"], "--as", team.as_("member"), answers="400\n")
    assert done.returncode == 1
    assert team.goal_on_board(cycle, goal)["last_check_in"] is None


def test_what_is_named_badly_is_told_with_what_there_is(
    terminal: Terminal, team: Team, cycle: str
) -> None:
    team.objective(cycle, *TWO, title=text("Asumisen tuki"))
    team.objective(cycle, *TWO, title=text("Asumisen hakemus"))
    me = ("--as", team.as_("member"))
    assert "Asumisen hakemus (" in terminal.refuses("check-in", "asumisen", "-v", "1", *me)
    assert "choose of these: " in terminal.refuses("check-in", "eläke", "-v", "1", *me)
    assert "of which key result" in terminal.refuses("check-in", "hakemus", "-v", "1", *me)


def test_a_team_chooses_a_goal_together(terminal: Terminal, team: Team) -> None:
    member, torchbearer, supervisor = (
        ("--as", team.as_(role)) for role in ("member", "torchbearer", "supervisor")
    )
    terminal.says("propose", "Puhelin ei soi turhaan", "-k", "binary: Ohje verkossa", *member)
    told = terminal.says("support", "puhelin", *member)
    assert told.startswith("Puhelin ei soi turhaan: 1 in support, 1 of the team's 3, 2 choose it")
    assert terminal.answers("support", "puhelin", *torchbearer)["count"] == 2
    assert terminal.answers("support", "puhelin", "--withdraw", *torchbearer)["mine"] is False
    assert "--how by-support" in terminal.refuses("agree", "puhelin", *torchbearer)
    recorded = terminal.says("agree", "puhelin", "--how", "by-support", *torchbearer)
    assert "recorded: the goal, by support" in recorded
    assert "fewer than the team's share" in recorded
    waiting = until(lambda: terminal.says("goals", *member), "the board to show it")
    assert "waits for the other to confirm it (`soihtu agree`): Puhelin ei soi" in waiting
    agreed = terminal.answers("agree", "puhelin", *supervisor)
    assert agreed["state"] == "agreed"
    assert agreed["agreements"][-1]["how"] == "by-support"


def test_a_change_of_an_agreed_goal_is_chosen_the_same_way(
    terminal: Terminal, team: Team, cycle: str
) -> None:
    goal = team.objective(cycle, *TWO, title=text("Asumisen tuki"))
    member, torchbearer, supervisor = (
        ("--as", team.as_(role)) for role in ("member", "torchbearer", "supervisor")
    )
    path = f"/objectives/{goal['id']}"
    now = team.agency.do(team.as_("member"), "GET", "okr", path)["version"]
    drop = {"kind": "drop"}
    team.agency.do(team.as_("member"), "PUT", "okr", f"{path}/change", drop, version=now)
    assert "1 in support" in terminal.says("support", "asumisen tuki", *member)
    told = terminal.says("goals", "--cycle", cycle, *member)
    assert "whether to drop it is being chosen: Asumisen tuki" in told
    recorded = terminal.says("agree", "asumisen tuki", "--present", "3", *torchbearer)
    assert "recorded: to drop it, in a meeting" in recorded
    agreed = terminal.says("agree", "asumisen tuki", *supervisor)
    assert "agreed: to drop it, in a meeting" in agreed


def test_a_goal_is_proposed_with_all_that_belongs_to_it(
    terminal: Terminal, team: Team, cycle: str, tmp_path: Path
) -> None:
    """What it serves is named in words, wherever it is; what options can't say is in a file."""
    code = uuid.uuid4().hex[:6]
    other = team.agency.team("Kide")
    other.move(cycle, "running")
    served = other.objective(cycle, *TWO, title=text(f"Ennuste {code}"))
    pillar = team.agency.do(
        "strategy", "POST", "okr", "/pillars",
        {"name": text(f"Ajallaan {code}"), "promise": text("Apu ehtii."), "order": 1},
    )  # fmt: skip
    file = tmp_path / "goal.yaml"
    file.write_text(
        "benefit: {fi: Vastaus tulee., en: An answer comes.}\n"
        f"serves: [ajallaan {code}]\n"
        "key_results:\n"
        "  - {title: Palvelu, kind: zones, commit: 5, target: 8, stretch: 10}\n",
        encoding="utf-8",
    )
    me = ("--as", team.as_("member"))
    made = terminal.answers(
        "propose", "Puhelin ei soi turhaan", "--from", str(file), "--committed",
        "--serves", served["key_results"][0]["id"], "--with", other.id,
        "-k", "decrease: Puhelut: ? -> 150 kpl | weight 3 | aspirational | better: vähemmän", *me,
    )  # fmt: skip
    assert made["serves"] == [pillar["id"]]
    assert made["contributes_to"] == [served["id"]]
    assert made["contributes_to_key_results"] == [served["key_results"][0]["id"]]
    assert [one["team"] for one in made["invitations"]] == [other.id]
    assert (made["ambition"], made["benefit"]["en"]) == ("committed", "An answer comes.")
    zones, calls = made["key_results"]
    assert zones["definitions"][-1]["stretch"] == 10
    assert (calls["direction"], calls["ambition"]) == ("vähemmän", "aspirational")
    assert (calls["definitions"][-1]["weight"], calls["definitions"][-1]["baseline"]) == (3, None)
    assert "choose of these: " in terminal.refuses("propose", "X", "--serves", "eläke", *me)
    assert "language is" in terminal.refuses("propose", "--from", "-", *me, answers="language: de")


def test_a_choice_in_a_meeting_says_how_many_were_there(terminal: Terminal, team: Team) -> None:
    by = ("--as", team.as_("supervisor"))
    terminal.says("propose", "Puhelin", "-k", "binary: Ohje", "--as", team.as_("member"))
    assert "recorded: the goal, in a meeting" in terminal.says(
        "agree", "puhelin", "--present", "3", *by
    )


def test_a_key_result_gets_its_score(terminal: Terminal, team: Team, cycle: str) -> None:
    goal = team.objective(cycle, *TWO)
    team.check_in(goal, 435, 1)
    team.goal_on_board(cycle, goal)
    by = ("--as", team.as_("torchbearer"))
    assert terminal.refuses("score", "jono", "0,6", *by).endswith("(reason-missing)")
    assert "choose of these: " in terminal.refuses("score", "eläke", "0,6", *by)
    told = terminal.says(
        "score", "jono", "0,6", "--reason", "Loput ratkesivat viime viikolla.", *by
    )
    assert told.splitlines()[2].split()[-4:] == ["0.50", "0.60", "0.70", "middle"]
    by_ending = goal["key_results"][1]["id"][-6:]
    assert terminal.answers("score", "jono", *by)["key_results"][0]["agreed"] == 0.6
    scored = terminal.answers("score", by_ending, "1", *by)
    assert [one["score"]["agreed"] for one in scored["key_results"]] == [0.6, 1.0]
    assert "from 0.0 to 1.0" in terminal.refuses("score", "jono", "hyvä", *by)
