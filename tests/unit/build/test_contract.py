"""What analysts may build on: what breaks it, what does not, and that every version says what it changed."""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from pipelines.build.contract import CONTRACTS, Contract, TableShape, breaks, load_contract, versions
from pipelines.common.settings import DBT_PROJECT, GUIDE_TEXTS
from pipelines.publish.gate import require_promises
from pipelines.releases.store import PublishError

REGIO = TableShape(
    {"regio_code": "VARCHAR", "regio_soort": "VARCHAR", "naam": "VARCHAR"}, ("regio_soort", "regio_code")
)
JAAR = TableShape({"jaar": "SMALLINT", "begin": "DATE"}, ("jaar",))


def version(number: str, **tables: TableShape) -> Contract:
    return Contract(number, tables)


def with_columns(shape: TableShape, columns: Mapping[str, str | None]) -> TableShape:
    merged = {**shape.columns, **columns}
    return TableShape({name: data_type for name, data_type in merged.items() if data_type}, shape.key)


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        (None, "table dim_regio, which is not there"),
        (with_columns(REGIO, {"naam": None}), "column dim_regio.naam, which is not there"),
        (with_columns(REGIO, {"naam": "INTEGER"}), "column dim_regio.naam as VARCHAR, found INTEGER"),
        (
            TableShape(REGIO.columns, ("regio_code", "naam")),
            "table dim_regio with one row per regio_soort, regio_code, found per regio_code, naam",
        ),
    ],
)
def test_a_query_breaks_on_what_goes(change: TableShape | None, phrase: str) -> None:
    new = version("1.0.0", dim_periode=JAAR, **({"dim_regio": change} if change else {}))
    assert breaks(version("1.0.0", dim_regio=REGIO, dim_periode=JAAR), new) == [phrase]


@pytest.mark.parametrize(
    "change", [REGIO, with_columns(REGIO, {"inwoners": "INTEGER"}), TableShape(REGIO.columns, ("regio_code",))]
)
def test_a_query_does_not_break_on_what_comes_or_on_a_shorter_key(change: TableShape) -> None:
    assert breaks(version("1.0.0", dim_regio=REGIO), version("1.0.0", dim_regio=change, dim_periode=JAAR)) == []


def test_a_table_without_a_stated_key_promised_none() -> None:
    keyless = TableShape(REGIO.columns, ())
    assert breaks(version("1.0.0", dim_regio=keyless), version("1.0.0", dim_regio=REGIO)) == []
    assert breaks(version("1.0.0", dim_regio=REGIO), version("1.0.0", dim_regio=keyless)) == [
        "table dim_regio with one row per regio_soort, regio_code, found without a key"
    ]


def test_a_file_that_lacks_what_the_contract_promises_is_refused() -> None:
    promised = version("1.3.0", dim_regio=REGIO, dim_periode=JAAR)
    with pytest.raises(PublishError, match=r"the contract 1\.3\.0 promises table dim_periode, which is not there"):
        require_promises(version("1.3.0", dim_regio=REGIO), promised, None)


def test_what_the_current_release_offers_goes_only_with_a_higher_major_version() -> None:
    current, without = version("1.2.0", dim_regio=REGIO, dim_periode=JAAR), {"dim_regio": REGIO}
    with pytest.raises(PublishError, match=r"the current release offers table dim_periode, which is not there"):
        require_promises(version("1.3.0", **without), version("1.3.0", **without), current)
    require_promises(version("2.0.0", **without), version("2.0.0", **without), current)


def test_no_version_breaks_the_one_before_it_without_a_higher_major() -> None:
    assert len(versions()) > 1
    for older, newer in pairwise(map(load_contract, versions())):
        assert newer.major > older.major or breaks(older, newer) == []


def test_every_version_says_what_it_changed_newest_first() -> None:
    text = (CONTRACTS / "wijzigingen.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (\d+\.\d+\.\d+) \| \S", text, flags=re.MULTILINE)
    assert told[0] == versions()[-1]
    assert set(versions()) <= set(told)
    assert told == sorted(told, reverse=True)


def test_every_added_table_is_named_in_the_changes() -> None:
    text = (CONTRACTS / "wijzigingen.md").read_text(encoding="utf-8")
    older, newer = map(load_contract, versions()[-2:])
    added = newer.tables.keys() - older.tables.keys()
    assert {name for name in added if f"`{name}`" not in text} == set()


def test_versions_are_ordered_by_number(tmp_path: Path) -> None:
    for number in ("1.9.0", "1.10.0", "1.2.0"):
        (tmp_path / f"{number}.json").write_text('{"tabellen": {}}', encoding="utf-8")
    assert versions(tmp_path) == ["1.2.0", "1.9.0", "1.10.0"]
    assert load_contract(folder=tmp_path).version == "1.10.0"


def test_the_models_under_contract_are_those_of_the_marts_and_the_exposure() -> None:
    exposures = yaml.safe_load((DBT_PROJECT / "models/marts/_openbaar.yml").read_text(encoding="utf-8"))["exposures"]
    named = {e["name"]: {re.sub(r"ref\('(\w+)'\)", r"\1", ref) for ref in e["depends_on"]} for e in exposures}
    marts = {path.stem for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql")}
    appended = {"kwaliteit", "revisies", "revisie_telling", "release", "dictionary"}
    assert named["openbaar_bestand"] == marts
    assert load_contract().tables.keys() == marts | appended
    questions = "".join(path.read_text(encoding="utf-8") for path in (GUIDE_TEXTS / "vragen").glob("*.sql"))
    assert named["tien_vragen"] == set(re.findall(r"\b(?:from|join) (\w+)", questions))


def test_dbt_enforces_the_columns_of_every_mart_whose_columns_are_not_rows_of_a_seed() -> None:
    models = [
        model
        for path in (DBT_PROJECT / "models" / "marts").rglob("*.yml")
        for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("models", [])
    ]
    free = {m["name"] for m in models if not m["config"].get("contract", {}).get("enforced")}
    domains = ("jeugd", "wmo", "bijstand", "participatie", "sociaal_domein")
    assert free == {"mart_gemeente_jaar", *(f"mart_gemeente_jaar_{domain}" for domain in domains)}
