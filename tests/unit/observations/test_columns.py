"""Columns are found by titles and unit, on the real metadata of the recorded tables."""

import json
from typing import Any

import pytest

from pipelines.common.settings import RECORDING
from pipelines.observations.columns import SchemaDriftError, Topic, resolve, topics
from pipelines.observations.plan import plan_table
from pipelines.sources.datasets import load_datasets
from tests.support.recorded_datasets import recorded_datasets

WMO, AANTAL = [["Zorg", "Wmo-cliënten"]], ["aantal"]


def metadata_of(table: str) -> dict[str, list[dict[str, Any]]]:
    return {path.stem: json.loads(path.read_bytes()) for path in (RECORDING / table).glob("*.json")}


def topics_of(table: str) -> list[Topic]:
    return topics(metadata_of(table)["DataProperties"])


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
    assert resolved == 354


def test_what_the_yml_says_that_the_recording_lacks_is_in_no_recorded_table() -> None:
    """Else the mark would hide that a column is no longer found. Baten have the column of lasten, and own codes."""
    recorded = {name: dataset.tabellen for name, dataset in recorded_datasets().items()}
    marked = [
        (name, table.tabel, measure)
        for name, dataset in load_datasets().items()
        for table in recorded.get(name, ())
        for measure, definition in dataset.measures_of(table).items()
        if definition.is_unrecorded(table)
    ]
    assert ("regionale_kerncijfers", "70072ned", "inwoners_0_5") in marked
    single = {table for _, table, measure in marked if measure == "eenpersoonshuishoudens"}
    assert single == {"83765NED", "84286NED", "84583NED", "85039NED"}  # and so not the whole table of 2020
    for name, table, measure in marked:
        dataset = load_datasets()[name]
        reference = next(listed for listed in dataset.tabellen if listed.tabel == table)
        plan = plan_table(dataset, reference, metadata_of(table), held=(), recorded=True)
        assert measure in plan.unrecorded, (table, measure)


def test_baten_are_in_some_recorded_tables_and_lack_in_others() -> None:
    """So that they are not expected of each, and are read where they are."""
    iv3 = recorded_datasets()["iv3_gemeenten"]
    codes = {
        table.tabel: [code["Key"][0] for code in json.loads((RECORDING / table.tabel / "Categorie.json").read_bytes())]
        for table in iv3.tabellen
    }
    assert {table for table, letters in codes.items() if "B" in letters} == {"45063NED", "45067NED", "45071NED"}
    assert all("L" in letters for letters in codes.values())
    marked = {name for name, measure in load_datasets()["iv3_gemeenten"].maten.items() if measure.niet_in_opname}
    assert marked == {"baten_begroting", "baten_jaarrekening"}


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


def topic(*path: str, unit: str = "aantal") -> Topic:
    return Topic("_".join(path), path, unit, "Long", 0, "")


def advice(wanted: list[str], *there: Topic, taken: tuple[str, ...] = (), units: tuple[str, ...] = ("aantal",)) -> str:
    with pytest.raises(SchemaDriftError) as error:
        resolve(there, [wanted], units, table="T", measure="m", taken=taken, file="d.yml")
    return str(error.value)


AGES = [topic("Leeftijd", f"{span} jaar") for span in ("0 tot 4 (nieuw)", "4 tot 12", "12 tot 18", "45 tot 65")]


def test_of_age_groups_the_one_with_the_same_ages_is_named_first() -> None:
    """A line that names another age group would give its figures under the name of this one."""
    assert "Nearest in the table: 'Leeftijd > 0 tot 4 (nieuw) jaar'" in advice(["Leeftijd", "0 tot 4 jaar"], *AGES)


def test_of_age_groups_a_percentage_is_never_named_before_the_count_with_a_new_title() -> None:
    """As in 70072ned: every age group stands there twice, and one of the counts gets another title."""
    spans = [
        "Jonger dan 5",
        *(f"{age} tot {age + 5}" for age in (5, 10, 15, 20)),
        "25 tot 45",
        "45 tot 65",
        "65 tot 80",
    ]
    counts = [topic("Leeftijd", "Leeftijdsgroepen", f"{span} jaar") for span in spans]
    rates = [topic("Leeftijd", "Leeftijdsgroepen, relatief", f"{span} jaar", unit="%") for span in spans]
    for wanted in counts:
        renamed = topic("Leeftijd", "Leeftijdsgroepen", f"{wanted.path[-1]} (nieuw)")
        there = [renamed if each is wanted else each for each in counts]
        taken = tuple(each.key for each in counts[:5] if each is not wanted)
        said = advice([*wanted.path], *there, *rates, taken=taken)
        assert f"Nearest in the table: 'Leeftijd > Leeftijdsgroepen > {renamed.path[-1]}' (aantal)" in said
        assert "`eenheid:" not in said


def test_a_column_that_another_measure_has_is_never_named_first() -> None:
    said = advice(["Leeftijd", "4 tot 14 jaar"], *AGES, taken=("Leeftijd_4 tot 12 jaar",))
    assert "Nearest in the table: 'Leeftijd > 4 tot 12 jaar'" not in said
    assert "write for this measure in d.yml `kolom: [[Leeftijd, 4 tot 14 jaar], [Leeftijd, " in said


def test_a_title_that_many_groups_have_says_nothing_about_where_a_column_went() -> None:
    groups = [topic(group, "Code", unit="code") for group in ("Landsdelen", "GGD-regio's", "Gemeenten")]
    said = advice(["Provincies", "Code"], *groups, topic("Provincies", "Code nieuw", unit="code"), units=("code",))
    assert "Nearest in the table: 'Provincies > Code nieuw'" in said


def test_another_title_and_another_unit_are_two_lines_of_yml() -> None:
    said = advice(["Zorg", "Wmo-cliënten"], topic("Zorg", "Cliënten Wmo", unit="x 10"))
    assert "`kolom: [[Zorg, Wmo-cliënten], [Zorg, Cliënten Wmo]]` and `eenheid: [aantal, x 10]`, or take" in said
