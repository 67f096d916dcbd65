"""The unmodified ``cbsodata4`` package, written for CBS's own OData v4 service, reads the recording's figures."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cbsodata4
import pandas as pd
import pytest
from cbsodata4.metadata import CbsMetadata

from pipelines.common.settings import RECORDING
from pipelines.recording import recorded_base, serve_recording
from tests.support.statline_service import count_all_tables, recorded, recorded_rows


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    # Its pages are small, so that a table of a few thousand observations has several.
    with pytest.MonkeyPatch.context() as environment, serve_recording(RECORDING, page_size=100) as url:
        # The package asks through the proxy of the environment, also what is on this machine.
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            environment.delenv(name, raising=False)
            environment.delenv(name.lower(), raising=False)
        # The package waits five seconds for an answer.
        count_all_tables(url)
        yield recorded_base(url, "v4")


def of_cbs() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((RECORDING / "catalog" / "Tables.json").read_bytes())
    return [row for row in rows if row["Catalog"] == "CBS"]


def topics(table: str) -> list[dict[str, Any]]:
    return [row for row in recorded(table, "DataProperties") if row["Type"] == "Topic"]


def published(table: str) -> dict[tuple[str, ...], str]:
    """Every recorded cell that is no dot: by the title of its topic and its codes, what stands there."""
    keys = [row["Key"] for row in recorded(table, "DataProperties") if row["Type"] not in ("Topic", "TopicGroup")]
    return {
        (topic["Title"], *(row[key].strip() for key in keys)): row[topic["Key"]].strip()
        for row in recorded_rows(table)
        for topic in topics(table)
        if row[topic["Key"]].strip() != "."
    }


def test_the_datasets_are_the_tables_of_cbs_with_their_changes_and_sizes(base_url: str) -> None:
    assert list(cbsodata4.get_catalogs(base_url=base_url)["value"][0]) == [
        "Identifier",
        "Index",
        "Title",
        "Description",
        "Organization",
    ]
    found = cbsodata4.get_datasets(base_url=base_url)
    assert list(found["Identifier"]) == [row["Identifier"] for row in of_cbs()]
    by_id = found.set_index("Identifier")
    assert by_id.loc["70072ned", "Modified"] == pd.Timestamp("2026-07-17T02:00:00", tz="Europe/Amsterdam")
    assert by_id.loc["85098NED", "Status"] == "Regulier"
    assert by_id.loc["85098NED", "ObservationCount"] == len(published("85098NED"))


@pytest.mark.parametrize("table", ["83262NED", "84751NED", "85098NED"])
def test_the_metadata_are_those_recorded(table: str, base_url: str) -> None:
    meta: CbsMetadata = cbsodata4.get_metadata(table, base_url=base_url)
    infos = recorded(table, "TableInfos")[0]
    dimensions = [row for row in recorded(table, "DataProperties") if row["Type"] not in ("Topic", "TopicGroup")]
    assert (meta.identifier, meta.title) == (table, infos["Title"])
    assert meta.dimension_identifiers == [row["Key"] for row in dimensions]
    assert meta.time_dimension_identifiers == ["Perioden"]
    assert list(meta.measurecode_mapping.values()) == [topic["Title"] for topic in topics(table)]
    for dimension in dimensions:
        key = dimension["Key"]
        titles = {row["Key"].strip(): row["Title"] for row in recorded(table, key)}
        occurring = {row[key].strip() for row in recorded_rows(table)}
        assert meta.get_dimension_mapping(key) == {code: titles[code] for code in titles if code in occurring}


@pytest.mark.parametrize("table", ["83262NED", "84751NED", "85098NED", "85335NED"])
def test_every_published_cell_arrives_once(table: str, base_url: str, tmp_path: Path) -> None:
    found = cbsodata4.get_observations(table, download_dir=tmp_path / table, base_url=base_url)
    meta = found.attrs["meta"]
    titles = meta.measurecode_mapping
    keys = [[titles[measure] for measure in found["Measure"]], *(found[key] for key in meta.dimension_identifiers)]
    expected = published(table)
    arrived = dict(zip(zip(*keys, strict=True), found.itertuples(), strict=True))
    assert len(found) == len(arrived) == len(expected)
    assert found["Id"].is_unique
    texts = {topic["Title"] for topic in topics(table) if topic["Datatype"] == "String"}
    for cell, text in expected.items():
        row = arrived[cell]
        if text == "":
            assert (row.ValueAttribute, pd.isna(row.Value), pd.isna(row.StringValue)) == ("Impossible", True, True)
        elif cell[0] in texts:
            assert (row.ValueAttribute, pd.isna(row.Value), row.StringValue.strip()) == ("None", True, text)
        else:
            assert (row.ValueAttribute, row.Value, pd.isna(row.StringValue)) == ("None", float(text), True)
    # More than one answer: the package followed the links.
    assert len(list((tmp_path / table / "Observations").iterdir())) == -(-len(found) // 1000)


def test_known_figures_come_by_filter_with_the_titles_and_units_of_their_codes(base_url: str, tmp_path: Path) -> None:
    wmo = cbsodata4.get_observations(
        "83262NED",
        download_dir=tmp_path / "wmo",
        base_url=base_url,
        RegioS="NL01",
        Perioden=["2019JJ00", "2016JJ00"],
        KenmerkenVanPersonen="T009002",
    )
    labelled = cbsodata4.add_unit_column(cbsodata4.add_label_columns(wmo))
    clients = labelled[labelled["MeasureLabel"] == "Wmo-cliënten"]
    assert dict(zip(clients["PeriodenLabel"], clients["Value"], strict=True)) == {"2016": 1053505, "2019": 1166485}
    assert set(clients["Unit"]) == {"aantal"}
    youth = cbsodata4.get_wide_data("85098NED", download_dir=tmp_path / "youth", base_url=base_url, RegioS="GM1680")
    assert youth["Jongeren met jeugdhulp in natura"].to_list() == [13.0]
