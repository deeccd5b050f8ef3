"""The small pure pieces of the local run."""

import errno
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.addresses import ROOT
from local.files import write_private
from local.graph import Ports
from local.home import Home
from local.identity import configuration
from local.jars import ROOTS, locked
from local.java import major_version, release_version
from local.logs import Follower, logs_of, shorten
from local.problems import LocalProblem, disk_full_explained, port_taken
from local.steps import Step, run
from local.supervisor import check_ports
from local.unprivileged import copied


@pytest.mark.parametrize(
    ("printed", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "25" 2025-09-16', 25),
        ('java version "1.8.0_202"', 8),
        ("java: command not found", 0),
    ],
)
def test_the_version_of_a_java_is_read(printed: str, major: int) -> None:
    assert major_version(printed) == major


def test_a_runtime_says_its_version_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    (tmp_path / "release").write_text('IMPLEMENTOR="x"\nJAVA_VERSION="21.0.4"\n')
    assert release_version(tmp_path / "bin" / "java") == 21
    assert release_version(tmp_path / "java") == 0


@pytest.mark.parametrize("program", sorted(ROOTS))
def test_every_jar_is_locked_by_its_hash(program: str) -> None:
    jars = locked(program)
    assert set(ROOTS[program]) <= set(jars)
    assert all(len(sha256) == 64 for sha256 in jars.values())
    assert not any("/" in coordinate for coordinate in jars)


def test_a_taken_port_says_which_and_how_to_move() -> None:
    said = str(port_taken(7401, "the API of checkins", 7400))
    assert "7401, for the API of checkins" in said
    assert "SOIHTU_PORT_BASE=8400 make up" in said


def test_no_space_left_becomes_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LocalProblem, match="free at least"), disk_full_explained(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_other_failures_pass_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), disk_full_explained(tmp_path):
        raise PermissionError


def test_a_secret_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    write_private(tmp_path / "secret", "x")
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_a_port_base_is_remembered_and_the_issuer_stays(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = home.choose_ports({"SOIHTU_PORT_BASE": "8400"})
    home.keep_ports(first)
    assert home.choose_ports({}) == first
    moved = home.choose_ports({"SOIHTU_PORT_BASE": "9400"})
    assert (moved.kafka, moved.identity) == (9420, first.identity)


def check(home: Home, ports: Ports, taken: int) -> None:
    check_ports(
        ports.purposes({"kafka", "postgres", "identity"}),
        ports,
        started_before=home.ports_file.exists(),
        free=lambda port: port != taken,
    )


@pytest.mark.parametrize("purpose", ["the identity provider", "Kafka", "the API of okr"])
def test_the_advice_for_a_taken_port_cures_it(tmp_path: Path, purpose: str) -> None:
    home = Home(tmp_path)
    first = home.choose_ports({})
    [taken] = [port for port, use in first.purposes({"kafka", "identity"}) if use == purpose]
    with pytest.raises(LocalProblem) as told:
        check(home, first, taken)
    [advised] = re.findall(r"`SOIHTU_PORT_BASE=(\d+) make up`", str(told.value))
    check(home, home.choose_ports({"SOIHTU_PORT_BASE": advised}), taken)


def test_an_issuer_that_people_are_known_by_cannot_move(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.keep_ports(first := home.choose_ports({}))
    moved = home.choose_ports({"SOIHTU_PORT_BASE": "8400"})
    with pytest.raises(LocalProblem, match=r"`\.venv/bin/soihtu reset --yes`"):
        check(home, moved, first.identity)


@pytest.mark.parametrize("said", ["x", "80", "70000", "-1"])
def test_a_port_base_that_is_none_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(LocalProblem, match="SOIHTU_PORT_BASE"):
        Home(tmp_path).choose_ports({"SOIHTU_PORT_BASE": said})


def test_only_one_runs_a_home(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.only_one() as first, home.only_one() as second:
        assert first
        assert not second


def test_of_many_who_want_a_copy_one_makes_it(tmp_path: Path) -> None:
    for number in range(200):
        programs = tmp_path / "package" / "bin"
        programs.mkdir(parents=True, exist_ok=True)
        (programs / f"program{number}").write_text("run")
    copy, begin = tmp_path / "place" / "programs-1.0", threading.Barrier(8)

    def want(_: int) -> int:
        begin.wait()
        return len(list((copied(tmp_path, ["package"], copy) / "package" / "bin").iterdir()))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(want, range(8))) == {200}
    assert sorted(it.name for it in copy.parent.iterdir()) == ["programs-1.0", "programs-1.0.lock"]


def test_machines_get_a_scope_and_agency_roles_their_claim() -> None:
    [callback] = configuration("{}")["tokenCallbacks"]
    claims = {each["match"]: each["claims"] for each in callback["requestMappings"]}
    assert claims["admin"]["roles"] == ["admin"]
    assert claims[r"machine\..+"]["scope"] == "values:write values:write-named"
    assert claims[".+"] == {"sub": "${clientId}", "aud": ["soihtu"]}
    assert list(claims)[-1] == ".+"


def test_a_grown_log_is_moved_aside(tmp_path: Path) -> None:
    log = tmp_path / "okr-api-0.log"
    log.write_text("0123456789")
    shorten(log, largest=5)
    assert log.read_text() == ""
    assert (tmp_path / "okr-api-0.log.1").read_text() == "0123456789"


def test_logs_are_found_by_service(tmp_path: Path) -> None:
    for name in ("okr-api-0", "okr-worker-0", "checkins-api-0", "kafka"):
        (tmp_path / f"{name}.log").write_text("x\n")
    assert [log.stem for log in logs_of(tmp_path, "okr")] == ["okr-api-0", "okr-worker-0"]
    assert len(logs_of(tmp_path, None)) == 4


def test_following_gives_each_whole_line_once(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    log.write_text("one\ntwo\n")
    follower = Follower()
    assert list(follower.start_at_end([log], 1)) == [("kafka", "two")]
    with log.open("a") as file:
        file.write("three\nfou")
    assert list(follower.new_lines([log])) == [("kafka", "three")]
    with log.open("a") as file:
        file.write("r\n")
    assert list(follower.new_lines([log])) == [("kafka", "four")]


def test_steps_come_after_what_they_need() -> None:
    order: list[str] = []
    lock = threading.Lock()

    def note(name: str) -> None:
        with lock:
            order.append(name)

    run(
        [
            Step("roof", ("walls",), then=lambda: note("roof")),
            Step("walls", ("ground",), first=lambda: note("walls")),
            Step("ground", then=lambda: note("ground")),
        ]
    )
    assert order == ["ground", "walls", "roof"]


def test_a_failed_step_lets_the_others_give_up() -> None:
    gave_up = threading.Event()

    def fail() -> None:
        raise LocalProblem("no")

    with pytest.raises(LocalProblem, match="no"):
        run([Step("waits", then=gave_up.wait), Step("fails", then=fail)], give_up=gave_up.set)


def test_steps_that_nothing_leads_to_are_told() -> None:
    with pytest.raises(ValueError, match="roof"):
        run([Step("roof", ("walls",))])


def test_roles_are_held_for_as_long_as_who_holds_them_lives(tmp_path: Path) -> None:
    home = Home(tmp_path)
    holds = (
        "import pathlib, sys, local.home\n"
        "with local.home.Home(pathlib.Path(sys.argv[1])).hold(['okr-api-0', 'okr-relay-0']):\n"
        "    print('holds', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holds, str(tmp_path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == b"holds\n"
        with home.hold(["okr-api-0", "checkins-api-0"]):
            assert home.held() == {"okr-api-0", "okr-relay-0", "checkins-api-0"}
        assert home.held() == {"okr-api-0", "okr-relay-0"}
        other.kill()
    assert home.held() == set()
    assert not list((tmp_path / "holds").iterdir())
