"""A file is recognised by its shape; what is wrong with one is said in a sentence."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.importing.reading import read
from local.problems import LocalProblem

FORMAT = Path(__file__).parents[3] / "docs" / "import-format.md"


def documented() -> dict[str, Any]:
    found = re.search(r"```json\n(.*?)```", FORMAT.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    example: dict[str, Any] = json.loads(found[1])
    return example


def written(folder: Path, document: Any) -> Path:
    file = folder / "file.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return file


def test_the_documented_example_is_a_file(tmp_path: Path) -> None:
    file = read(written(tmp_path, documented())).file
    assert [team.key for team in file.teams] == ["johto", "salg"]
    assert file.text(file.teams[0].name) == {"source": "fi", "fi": "Johto"}
    assert file.text(file.teams[1].name) == {"source": "sv", "sv": "Sälg"}


def test_a_retro_names_what_the_file_has(tmp_path: Path) -> None:
    document = documented()
    document["retros"][0]["team"] = "pesa"
    document["retros"][0]["findings"][0]["objective"] = "jono"
    with pytest.raises(LocalProblem, match=r"team 'pesa'.*objective 'jono'"):
        read(written(tmp_path, document))


def test_a_quarter_of_gitlabs_is_converted(tmp_path: Path) -> None:
    cycle = {"name": "Q", "start": "2018-07-01", "end": "2018-09-30"}
    file = read(written(tmp_path, {"cycle": cycle, "objectives": [{"owner": "A"}]})).file
    assert (file.cycle.key, file.objectives[0].key) == ("q", "q/a:")


def test_a_deep_file_can_be_read(tmp_path: Path) -> None:
    tree = '{"owner":"A","title":"leaf"}'
    for _ in range(900):
        tree = f'{{"owner":"A","title":"t","children":[{tree}]}}'
    cycle = '{"name":"Q","start":"2018-07-01","end":"2018-09-30"}'
    file = read(written(tmp_path, f'{{"cycle":{cycle},"objectives":[{tree}]}}')).file
    assert (len(file.objectives), len(file.key_results)) == (900, 1)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("[", r"not JSON: Expecting value \(line 1, column 2\)"),
        ('{"cycle": NaN}', "NaN is not a number of JSON"),
        ("[]", "it is not a JSON object"),
        ({"a": 1}, "neither a `format`"),
        ({"format": "other/2"}, "its format is 'other/2'"),
        ({"format": "soihtu-import/1"}, "language: Field required"),
        ({"cycle": {}, "objectives": []}, "cycle.name: a name such as"),
        ({"cycle": {"name": "Q"}, "objectives": []}, "cycle.start: a date as"),
        (
            {
                "cycle": {"name": "Q", "start": "2018-07-01", "end": "2018-09-30"},
                "objectives": {"owner": "A"},
            },
            "objectives: a list is needed",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, document: Any, said: str) -> None:
    with pytest.raises(LocalProblem, match=said) as failure:
        read(written(tmp_path, document))
    assert "file.json" in str(failure.value)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LocalProblem, match=r"can't be read: No such file or directory\.$"):
        read(tmp_path / "none.json")


def _doubled(file: dict[str, Any]) -> None:
    file["teams"].append(file["teams"][0])


def _unknown(file: dict[str, Any]) -> None:
    file["key_results"][0]["objective"] = "nowhere"


def _looped(file: dict[str, Any]) -> None:
    file["objectives"][0]["contributes_to"] = ["ko"]


def _looped_by_a_key_result(file: dict[str, Any]) -> None:
    file["objectives"][0]["contributes_to_key_results"] = ["ko/skillnad"]


def _above_itself(file: dict[str, Any]) -> None:
    file["units"][0]["parent"] = "svensk"


def _of_no_unit(file: dict[str, Any]) -> None:
    file["teams"][0]["unit"] = "nowhere"


def _as_the_department(file: dict[str, Any]) -> None:
    file["units"][0]["key"] = "department"


def _elsewhere(file: dict[str, Any]) -> None:
    file["check_ins"][0]["objective"] = "palvelu"


def _extended(file: dict[str, Any]) -> None:
    file["objectives"][0]["colour"] = "green"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_doubled, "teams: the key 'johto' is there 2 times"),
        (_unknown, "names objective 'nowhere', which is not there"),
        (_looped_by_a_key_result, "contribute to each other in a loop: palvelu, ko"),
        (_above_itself, "units: these are above each other in a loop: asiakaspalvelu, svensk"),
        (_of_no_unit, "teams: 'johto' names unit 'nowhere', which is not there"),
        (_as_the_department, "units: the key 'department' is that of the department itself"),
        (_looped, "contribute to each other in a loop: palvelu, ko"),
        (_elsewhere, "which objective 'palvelu' does not have"),
        (_extended, "objectives.0.colour: Extra inputs are not permitted"),
    ],
)
def test_the_parts_of_a_file_have_to_fit(tmp_path: Path, spoil: Any, said: str) -> None:
    document = documented()
    spoil(document)
    with pytest.raises(LocalProblem, match=re.escape(said)):
        read(written(tmp_path, document))
