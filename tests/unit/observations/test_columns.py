"""Columns are found by titles and unit, on the real metadata of the recorded tables."""

import json

import pytest

from pipelines.common.settings import RECORDING
from pipelines.observations.columns import SchemaDriftError, Topic, resolve, topics
from tests.support.recorded_datasets import recorded_datasets

WMO, AANTAL = [["Zorg", "Wmo-cliënten"]], ["aantal"]


def topics_of(table: str) -> list[Topic]:
    return topics(json.loads((RECORDING / table / "DataProperties.json").read_bytes()))


@pytest.mark.parametrize(
    ("table", "key"), [("84286NED", "WmoClienten_86"), ("84583NED", "WmoClienten_89"), ("84799NED", "WmoClienten_89")]
)
def test_the_same_topic_is_found_under_each_years_number(table: str, key: str) -> None:
    assert resolve(topics_of(table), WMO, AANTAL, table=table, measure="wmo_clienten").key == key


def test_a_title_that_stands_under_many_groups_is_told_apart_by_its_path() -> None:
    found = topics_of("83553NED")
    assert sum(topic.path[-1] == "Code" for topic in found) > 5
    path = ["Lokaliseringen van gemeenten", "Provincies", "Code"]
    assert resolve(found, [path], ["code"], table="83553NED", measure="provincie_code").key == "Code_34"


def test_every_measure_of_every_dataset_is_found_exactly_once_in_each_of_its_tables() -> None:
    resolved = 0
    for dataset in recorded_datasets().values():
        for table in dataset.tabellen:
            for name, measure in dataset.measures_of(table).items():
                for paths in measure.columns.values():
                    resolve(topics_of(table.tabel), paths, measure.eenheid, table=table.tabel, measure=name)
                    resolved += 1
    assert resolved == 323


def test_a_renamed_column_is_drift_and_the_message_names_the_nearest() -> None:
    renamed = [
        Topic(t.key, tuple(p.replace("Wmo-cliënten", "Cliënten Wmo") for p in t.path), t.unit, t.datatype, 0, "")
        for t in topics_of("84286NED")
    ]
    with pytest.raises(SchemaDriftError) as error:
        resolve(renamed, WMO, AANTAL, table="84286NED", measure="wmo_clienten")
    message = str(error.value)
    assert "Table 84286NED, measure wmo_clienten" in message
    assert "'Zorg > Wmo-cliënten' (aantal), found 0" in message
    assert "'Zorg > Cliënten Wmo' (aantal)" in message


def test_a_moved_column_is_named_first_among_the_nearest() -> None:
    moved = [Topic(t.key, ("Sociale zekerheid", t.path[-1]), t.unit, t.datatype, 0, "") for t in topics_of("84286NED")]
    with pytest.raises(SchemaDriftError, match=r"Nearest in the table: 'Sociale zekerheid > Wmo-cliënten' \(aantal\)"):
        resolve(moved, WMO, AANTAL, table="84286NED", measure="wmo_clienten")


def test_another_unit_is_another_column() -> None:
    with pytest.raises(SchemaDriftError, match="found 0"):
        resolve(topics_of("84286NED"), WMO, ["x 1 000"], table="84286NED", measure="wmo_clienten")


def test_a_doubled_column_is_drift() -> None:
    doubled = [*topics_of("84286NED"), *topics_of("84286NED")]
    with pytest.raises(SchemaDriftError, match="found 2"):
        resolve(doubled, WMO, AANTAL, table="84286NED", measure="wmo_clienten")


GROUPS = {"84378NED": "Jeugdzorgregio's", "84721NED": "Jeugdregio's"}


@pytest.mark.parametrize("table", GROUPS)
def test_a_column_is_found_by_whichever_of_its_paths_the_table_has(table: str) -> None:
    paths = recorded_datasets()["gebieden_in_nederland"].maten["jeugdregio_code"].kolom
    found = resolve(topics_of(table), paths, ["code"], table=table, measure="jeugdregio_code")
    assert found.path == ("Lokaliseringen van gemeenten", GROUPS[table], "Code")


def test_a_column_that_two_of_its_paths_fit_is_drift_and_the_message_names_both() -> None:
    paths = [["Zorg", "Wmo-cliënten"], ["Zorg", "Wmo-cliënten relatief"]]
    units = ["aantal", "per 1 000 inwoners"]
    expected = r"'Zorg > Wmo-cliënten' or 'Zorg > Wmo-cliënten relatief' \(aantal or per 1 000 inw.*found 2"
    with pytest.raises(SchemaDriftError, match=expected):
        resolve(topics_of("84799NED"), paths, units, table="84799NED", measure="wmo_clienten")
