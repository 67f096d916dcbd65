"""A yml file is read exactly, or refused with the file and the line of every mistake."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipelines.common.located_yaml import LocatedYaml, Mistake, YamlError, load_model

TABLES = """\
# Wmo, one table a year.
dataset: wmo
tabellen:
  - {tabel: 84751NED, jaar: 2017}
  - tabel: 84752NED
    jaar: 2018
"""


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    tabel: str
    jaar: int = Field(ge=2015)

    @field_validator("tabel")
    @classmethod
    def _is_an_id(cls, tabel: str) -> str:
        if not tabel.endswith("NED"):
            raise ValueError(f"'{tabel}' is no table of CBS: write for instance 84751NED")
        return tabel


class Tables(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dataset: str
    tabellen: list[Table]


def write(folder: Path, text: str) -> Path:
    path = folder / "wmo.yml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> list[str]:
    with pytest.raises(YamlError) as caught:
        load_model(path, Tables)
    return str(caught.value).splitlines()


def test_a_good_file_is_read_as_its_model(tmp_path: Path) -> None:
    tables = load_model(write(tmp_path, TABLES), Tables)
    assert [(table.tabel, table.jaar) for table in tables.tabellen] == [("84751NED", 2017), ("84752NED", 2018)]


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("jaar: 2017", "jaar: 2014", "4: tabellen.0.jaar: input should be greater than or equal to 2015, found 2014."),
        ("    jaar: 2018", "    jaren: 2018", "5: tabellen.1.jaar: field required."),
        ("jaar: 2018", "jaar: '2018'", "6: tabellen.1.jaar: input should be a valid integer, found '2018'."),
        ("dataset: wmo", "data: wmo", "1: dataset: field required."),
        ("84752NED", "84752", "5: tabellen.1.tabel: input should be a valid string, found 84752."),
        (
            "84752NED",
            "'84752'",
            "5: tabellen.1.tabel: '84752' is no table of CBS: write for instance 84751NED.",
        ),
        ("    jaar: 2018", "    jaar: 2018\n    jaar: 2019", "7: key 'jaar' stands here twice; keep one."),
        ("  - tabel: 84752NED", "  - tabel: [84752NED", "6: not valid YAML: expected ',' or ']', but got ':'."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_found(tmp_path: Path, old: str, new: str, mistake: str) -> None:
    path = write(tmp_path, TABLES.replace(old, new))
    assert f"{path}:{mistake}" in refusal(path)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, TABLES.replace("2017", "2014").replace("2018", "tweeduizend").replace("dataset", "naam"))
    assert [mistake.removeprefix(f"{path}:").split(":")[0] for mistake in refusal(path)] == ["1", "4", "6", "2"]


def test_every_double_key_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, TABLES + "    jaar: 2019\ndataset: jeugd\n")
    assert refusal(path) == [
        f"{path}:7: key 'jaar' stands here twice; keep one.",
        f"{path}:8: key 'dataset' stands here twice; keep one.",
    ]


@pytest.mark.parametrize("text", ["", "- een lijst\n", "alleen tekst\n"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(write(tmp_path, text)) == [
        f"{tmp_path}/wmo.yml:1: expected a mapping of keys and values, found another shape."
    ]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (mistake,) = refusal(tmp_path / "bijstand.yml")
    assert mistake.startswith(f"{tmp_path}/bijstand.yml:1: cannot be read as YAML: ")


def test_rules_beyond_the_schema_are_told_the_same_way(tmp_path: Path) -> None:
    def years_rise(tables: Tables) -> Iterator[Mistake]:
        for index, (earlier, later) in enumerate(zip(tables.tabellen, tables.tabellen[1:], strict=False), start=1):
            if later.jaar <= earlier.jaar:
                yield ("tabellen", index, "jaar"), f"{later.jaar} comes after {earlier.jaar}; sort the tables"

    path = write(tmp_path, TABLES.replace("2018", "2016"))
    with pytest.raises(YamlError, match="2016 comes after 2017") as caught:
        load_model(path, Tables, rules=years_rise)
    assert str(caught.value) == f"{path}:6: tabellen.1.jaar: 2016 comes after 2017; sort the tables."


def test_a_location_that_is_not_there_points_at_the_nearest_level_above(tmp_path: Path) -> None:
    source = LocatedYaml(write(tmp_path, TABLES))
    places: list[tuple[str | int, ...]] = [("tabellen",), ("tabellen", 1), ("tabellen", 1, "x"), ("tabellen", 9), ()]
    assert [source.line(place) for place in places] == [3, 5, 5, 3, 1]
