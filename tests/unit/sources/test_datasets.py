"""The dataset yml: what the real ones say, and how a mistake in one is told to the person who made it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.common.files import read_csv
from pipelines.common.located_yaml import YamlError
from pipelines.common.settings import DBT_PROJECT
from pipelines.sources.datasets import SOURCES, AlternativeSelection, PrefixSelection, all_years, load_datasets

WMO = "wmo_maatwerkarrangement.yml"
JEUGD = "jeugdzorg_wijken.yml"


def altered(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of one real dataset in ``folder``, with one change."""
    text = (SOURCES / name).read_text(encoding="utf-8")
    assert text.count(old) >= 1
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(YamlError) as caught:
        load_datasets(folder)
    return str(caught.value)


def line_of(name: str, text: str) -> int:
    lines = (SOURCES / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_every_recorded_table_belongs_to_one_dataset() -> None:
    datasets = load_datasets()
    owners = {table.tabel: name for name, dataset in datasets.items() for table in dataset.tabellen}
    recording = SOURCES.parents[1] / "warehouse" / "recording" / "statline"
    recorded = {path.parent.name for path in recording.glob("*/DataProperties.json")}
    assert recorded <= owners.keys()
    assert len(owners) == sum(len(dataset.tabellen) for dataset in datasets.values()) > len(recorded) == 34
    assert owners["83262NED"] == "wmo_regio"


def test_the_years_run_from_the_first_table_up_to_next_year() -> None:
    assert all_years(load_datasets()) == list(range(2015, datetime.now(UTC).year + 2))


def test_what_leads_an_indicator_is_a_measure_or_a_sum_of_measures_of_its_dataset() -> None:
    measures = {(name, measure) for name, dataset in load_datasets().items() for measure in dataset.maten}
    seeds = DBT_PROJECT / "seeds" / "indicatoren"
    sums = {(row["dataset"], row["maat"]): row for row in read_csv(seeds / "maat_som.csv")}
    parts = {(row["dataset"], row["deel"]) for row in read_csv(seeds / "maat_som.csv")}
    leaders = {(row["dataset"], row["maat"]) for row in read_csv(seeds / "indicator_leider.csv")}
    assert parts <= measures
    assert sums.keys() & measures == set()
    assert sums.keys() <= leaders <= measures | sums.keys()


def test_an_open_span_of_a_measure_covers_every_later_table() -> None:
    iv3 = load_datasets()["iv3_gemeenten"]
    newest = iv3.tabellen[-1]
    assert (newest.tabel, str(newest.jaren)) == ("45078NED", "2026")
    sides, reports = ("lasten", "baten"), ("begroting", "jaarrekening")
    assert set(iv3.measures_of(newest)) == {f"{side}_{report}" for side in sides for report in reports}


def test_the_dimensions_of_a_measure_come_on_top_of_those_of_the_dataset() -> None:
    wmo = load_datasets()["wmo_maatwerkarrangement"]
    cube = wmo.model_copy(update={"dimensies": {"Financieringsvorm": "T001029"}})
    assert cube.selection(wmo.maten["wmo_clienten"]) == {
        "Financieringsvorm": "T001029",
        "TypeMaatwerkarrangement": AlternativeSelection(code=["T001024"], titel=["Totaal"]),
    }


@pytest.mark.parametrize(
    ("written", "years"),
    [("true", [2017, 2019, 2021]), ("false", []), ("2017", [2017]), ("[2017, 2021-]", [2017, 2021])],
)
def test_the_recording_can_lack_a_measure_in_some_years(tmp_path: Path, written: str, years: list[int]) -> None:
    kwb = "kerncijfers_wijken_en_buurten"
    folder = altered(tmp_path, f"{kwb}.yml", "niet_in_opname: [2017-2019, 2021-]", f"niet_in_opname: {written}")
    dataset = load_datasets(folder)[kwb]
    measure = dataset.maten["eenpersoonshuishoudens"]
    lacking = {year for table in dataset.tabellen if measure.is_unrecorded(table) for year in table.jaren.as_set()}
    assert sorted(lacking & {2017, 2019, 2021}) == years


def test_a_selection_by_prefix_is_understood(tmp_path: Path) -> None:
    folder = altered(tmp_path, "iv3_gemeenten.yml", "{begint_met: L}", "{begint_met: L1}")
    measure = load_datasets(folder)["iv3_gemeenten"].maten["lasten_begroting"]
    assert measure.dimensies == {"Categorie": PrefixSelection(begint_met="L1")}


def test_a_change_of_the_yml_changes_its_fingerprint(tmp_path: Path) -> None:
    changed = load_datasets(altered(tmp_path, WMO, "A019507", "A048188"))
    assert changed["wmo_maatwerkarrangement"].fingerprint != load_datasets()["wmo_maatwerkarrangement"].fingerprint


@pytest.mark.parametrize(
    ("name", "old", "new", "clue"),
    [
        (WMO, "catalogus: CBS", "catalogues: CBS", "catalogues: extra inputs are not permitted, found 'CBS'"),
        (WMO, "84752NED, jaren: 2018", "84752, jaren: 2018", "tabellen.1.tabel: "),
        (WMO, "84752NED, jaren: 2018", "84752NED, jaren: 2O18", "tabellen.1.jaren: '2O18' is not a span of years"),
        (WMO, "84752NED, jaren: 2018", "84752NED, jaren: 2018-2012", "'2018-2012' is not a span of years"),
        (WMO, "link: https://", "link: http://", "link: "),
        (JEUGD, "{code: [T001203], ", "{coder: [T001203], ", ".coder: extra inputs are not permitted"),
        (WMO, "{code: [A019507], titel: [Hulp bij het huishouden]}", "{}", "write at least one `code` or `titel`"),
        (JEUGD, "    eenheid: aantal", "    eenhied: aantal", "maten.jeugdzorg_jongeren.eenhied: extra inputs"),
    ],
)
def test_a_mistake_points_at_its_line(tmp_path: Path, name: str, old: str, new: str, clue: str) -> None:
    message = refusal(altered(tmp_path, name, old, new))
    (told,) = [line for line in message.splitlines() if clue in line]
    assert told.startswith(f"{tmp_path / name}:{line_of(name, old)}: ")


@pytest.mark.parametrize(
    ("new", "clue"),
    [
        ("{Vormen: [X]}", "`andere_namen` is about 'Vormen', which is no dimension that this yml names"),
        ("{VormenVanJeugdzorg: [Wijken]}", "calls 'VormenVanJeugdzorg' also 'Wijken', which this yml names too"),
    ],
)
def test_other_names_are_of_a_dimension_of_the_yml_and_of_no_second_one(tmp_path: Path, new: str, clue: str) -> None:
    assert clue in refusal(altered(tmp_path, JEUGD, "{VormenVanJeugdzorg: [Vormen]}", new))


def test_names_of_dimensions_are_changed_wherever_the_yml_names_them() -> None:
    iv3 = load_datasets()["iv3_gemeenten"]
    names = {"Gemeenten": "RegioS", "Verslagsoort": "Perioden", "Categorie": "Soort", "TaakveldBalanspost": "Taakveld"}
    named = iv3.named(names)
    assert (named.regio, named.periode) == ("RegioS", "Perioden")
    assert named.maten["lasten_jaarrekening"].dimensies == {"Soort": PrefixSelection(begint_met="L")}
    assert named.maten["baten_jaarrekening"].dimensies == {"Soort": PrefixSelection(begint_met="B")}
    assert {measure.uitsplitsing for measure in named.maten.values()} == {"Taakveld"}
    assert iv3.named({}) == iv3


def test_a_missing_key_points_at_the_measure_that_lacks_it(tmp_path: Path) -> None:
    message = refusal(altered(tmp_path, JEUGD, "    eenheid: aantal\n", ""))
    line = line_of(JEUGD, "  jeugdzorg_jongeren:")
    assert message == f"{tmp_path / JEUGD}:{line}: maten.jeugdzorg_jongeren.eenheid: field required."


def test_a_table_listed_twice_in_one_mapping_is_not_silently_dropped(tmp_path: Path) -> None:
    message = refusal(altered(tmp_path, JEUGD, "    jaren: 2021-\n", "    jaren: 2021-\n    jaren: 2022-\n"))
    assert f"{JEUGD}:{line_of(JEUGD, '    jaren: 2021-') + 1}: key 'jaren' stands here twice" in message


@pytest.mark.parametrize(
    ("old", "new", "clue"),
    [
        ("jaren: 2018", "jaren: 2017", "tables 84751NED and 84752NED both claim a year of 2017: one leads"),
        (
            "jaren: 2025",
            "jaren: 2025-",
            "table 86158NED has open years '2025-', but of a series each year has a table of its own",
        ),
    ],
)
def test_tables_that_overlap_or_never_end_are_refused(tmp_path: Path, old: str, new: str, clue: str) -> None:
    message = refusal(altered(tmp_path, WMO, old, new))
    assert message.startswith(f"{tmp_path / WMO}:1: ")
    assert clue in message


def test_a_table_without_a_period_dimension_holds_one_year(tmp_path: Path) -> None:
    folder = altered(tmp_path, "kerncijfers_wijken_en_buurten.yml", "jaren: 2026}", "jaren: 2026-2027}")
    assert "table 86358NED lists 2026-2027, but without `periode` a table holds one year" in refusal(folder)


def test_a_dataset_is_called_like_its_file(tmp_path: Path) -> None:
    message = refusal(altered(tmp_path, WMO, "dataset: wmo_maatwerkarrangement", "dataset: wmo_maatwerk"))
    assert "dataset is 'wmo_maatwerk', expected 'wmo_maatwerkarrangement' like the file" in message


def test_a_table_belongs_to_one_dataset_only(tmp_path: Path) -> None:
    shutil.copy(SOURCES / WMO, tmp_path)
    message = refusal(altered(tmp_path, "wmo_regio.yml", "tabel: 83262NED", "tabel: 84908NED"))
    assert "table 84908NED already belongs to wmo_maatwerkarrangement" in message


def test_a_folder_without_datasets_is_an_error(tmp_path: Path) -> None:
    assert "holds no dataset yml" in refusal(tmp_path)
