"""The rules of the dbt project that dbt does not hold itself: who reads whom, what is listed and documented."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.build.contract import load_contract
from pipelines.common.settings import DBT_PROJECT, GUIDE_TEXTS

MODELS = {path.stem: path for path in sorted((DBT_PROJECT / "models").rglob("*.sql"))}
SEEDS = {path.stem for path in (DBT_PROJECT / "seeds").rglob("*.csv")}
LAYERS = ("staging", "intermediate", "marts")
# Their columns are rows of a seed.
WIDE = {path.stem for path in (DBT_PROJECT / "models/marts/breed").glob("*.sql")}


def layer(model: str) -> str:
    """Of a model the folder under ``models``; of a seed ``seeds``."""
    return MODELS[model].relative_to(DBT_PROJECT / "models").parts[0] if model in MODELS else "seeds"


def macros() -> dict[str, str]:
    """The text of each macro by its name."""
    texts = "\n".join(path.read_text(encoding="utf-8") for path in (DBT_PROJECT / "macros").glob("*.sql"))
    return {
        m[1]: m[0] for m in re.finditer(r"{% macro (\w+)\(.*?endmacro [-%]*}", texts.replace("{%-", "{%"), re.DOTALL)
    }


def read_by(text: str) -> set[str]:
    """The models, seeds and sources (as ``source``) that a model of this text reads, itself or by a macro."""
    names = set(re.findall(r"ref\('(\w+)'\)", text)) | ({"source"} if "source(" in text else set())
    called = [body for name, body in macros().items() if re.search(rf"\b{name}\(", text) and body != text]
    return names.union(*map(read_by, called)) if called else names


READ = {model: read_by(path.read_text(encoding="utf-8")) for model, path in MODELS.items()}


def definitions(kind: str) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Everything of a kind that a yml describes, by name, with the file."""
    found = {}
    for path in sorted(DBT_PROJECT.glob("*/**/*.yml")):
        for node in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get(kind, []):
            found[node["name"]] = (path, node)
    return found


DESCRIBED = definitions("models")
MARTS = {name: node for name, (_, node) in DESCRIBED.items() if name in MODELS and layer(name) == "marts"}


def test_what_a_macro_reads_counts_as_read_by_its_model() -> None:
    assert {"int_gemeente_jaar", "int_cijfer", "int_regio_lid"} <= READ["mart_dekking"]
    assert "parameter" in READ["dim_twijfel"], "a macro that calls a macro"


@pytest.mark.parametrize(
    ("reader", "may_read"),
    [
        ("staging", {"source", "seeds", "staging"}),
        ("intermediate", {"seeds", "staging", "intermediate"}),
        ("marts", {"seeds", "staging", "intermediate", "marts"}),
    ],
)
def test_no_layer_reads_a_later_one(reader: str, may_read: set[str]) -> None:
    readers = [model for model in MODELS if layer(model) == reader]
    assert readers
    wrong = [
        f"{model} reads {name}"
        for model in readers
        for name in sorted(READ[model])
        if (name if name == "source" else layer(name)) not in may_read
    ]
    assert wrong == []


def test_everything_that_is_read_is_there() -> None:
    assert set().union(*READ.values()) - {"source"} <= MODELS.keys() | SEEDS


def test_every_model_lies_in_a_layer_and_what_describes_it_beside_it() -> None:
    assert {layer(model) for model in MODELS} == set(LAYERS)
    assert {name for name, (path, _) in DESCRIBED.items() if path.parent != MODELS[name].parent} == set()
    assert [path.stem for path in MODELS.values() if layer(path.stem) != "staging" and path.parent.name in LAYERS] == []


def test_every_model_and_seed_has_a_description() -> None:
    nodes = DESCRIBED | definitions("seeds")
    assert {name for name, (_, node) in nodes.items() if node.get("description")} == MODELS.keys() | SEEDS


def test_every_column_of_every_mart_has_a_description_and_type() -> None:
    assert len(MARTS) > 40
    lacking = [
        f"{name}.{column['name']}"
        for name, node in MARTS.items()
        for column in node["columns"]
        if not column.get("description") or not (column.get("data_type") or name in WIDE)
    ]
    assert lacking == []


def test_types_and_keys_of_the_contract_are_those_of_the_yml() -> None:
    """The contract is what was promised, the yml what is built: the one is written from a release of the other."""
    promised = load_contract().tables
    for name, node in MARTS.items():
        assert set(promised[name].key) == set(node["config"]["meta"]["sleutel"]), name
        columns = {column["name"]: column["data_type"].upper() for column in node["columns"] if "data_type" in column}
        assert columns.items() <= dict(promised[name].columns).items(), name
        if name not in WIDE:
            assert list(columns) == list(promised[name].columns), name


def final_selects(model: str) -> list[str]:
    """What the last select of a model lists, of a union or a pivot that of each part; macros are put in their place."""
    text = MODELS[model].read_text(encoding="utf-8")
    for name, body in macros().items():
        text = re.sub(rf"{{{{ {name}\(.*?\) }}}}\s*$", lambda _, body=body: body, text, flags=re.MULTILINE)
    text = re.sub(r"--.*", "", text)
    return re.findall(
        r"^(?:select|pivot \w+\non \w+ in)\b(.*?)(?:^from\b| from |^using\b)", text, re.DOTALL | re.MULTILINE
    )


@pytest.mark.parametrize("model", MODELS)
def test_the_final_select_lists_its_columns(model: str) -> None:
    """So a column more upstream is not one more here, and a reader sees what a model gives in its own file."""
    selects = final_selects(model)
    assert selects
    assert [columns for columns in selects if re.search(r"(?:\A|,)\s*(?:\w+\.)?\*", columns)] == []


def test_no_model_before_the_marts_is_public() -> None:
    models = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["models"]["monitor"]
    assert {name for name in LAYERS if models[name].get("+database") == "intern"} == {"staging", "intermediate"}


def test_every_unit_test_says_why_it_is_there() -> None:
    files = {path for path, _ in definitions("unit_tests").values()}
    assert {path.stem.removeprefix("test_") for path in files} >= {
        "int_opvolger",
        "int_basis_som",
        "stg_correctie",
        "int_regio_lid",
        "int_jaarpaar",
    }
    assert [path.name for path in files if not path.read_text(encoding="utf-8").startswith("# ")] == []
    assert [name for name, (_, node) in definitions("unit_tests").items() if not node.get("description")] == []


# --- reasons of absence: what they are stands in seeds/indicatoren/reden.csv ------------------------------------------


def reasons() -> list[dict[str, str]]:
    """The rows of the seed, in their order."""
    with (DBT_PROJECT / "seeds/indicatoren/reden.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["volgorde"]) for row in rows] == list(range(1, len(rows) + 1))
    return rows


def test_the_description_of_reden_ontbreekt_names_every_reason_in_order() -> None:
    texts = (DBT_PROJECT / "models/marts/_teksten.md").read_text(encoding="utf-8")
    (described,) = re.findall(r"{% docs reden_ontbreekt %}Waarom er geen cijfer is: (.*?)\.{% enddocs %}", texts)
    without_asides = re.sub(r" \([^)]*\)", "", described)
    # A region whose members are not known has no row of figures: its reason stands in mart_dekking.
    figures = [row["reden"] for row in reasons() if row["ontstaat_bij"] != "regio"]
    assert re.split(r", | of ", without_asides) == figures


def test_the_guide_explains_every_reason_in_the_words_of_the_seed() -> None:
    guide = (GUIDE_TEXTS / "handleiding/begrippen.md").read_text(encoding="utf-8")
    for row in reasons():
        assert f"| `{row['reden']}` | {row['uitleg']} | {row['raad']} |\n" in guide


def test_a_list_of_reasons_in_a_yml_names_no_other() -> None:
    known = {row["reden"] for row in reasons()}
    lists = {
        f"{model}.{column['name']}": set(test["accepted_values"]["arguments"]["values"])
        for model, node in MARTS.items()
        for column in node["columns"]
        for test in column.get("data_tests", [])
        if "accepted_values" in test
    }
    of_figures = {column: values for column, values in lists.items() if values & known}
    alone = {column: values - known for column, values in of_figures.items() if values - known}
    assert alone == {"mart_volumeontwikkeling_jeugd.reden_pct_ontbreekt": {"te_weinig_leden"}}
    # Where a row may lack, so may a cell and a whole table.
    begins = {row["reden"] for row in reasons() if row["ontstaat_bij"] in ("cel", "tabel", "rij")} - {"niet_geleverd"}
    assert all(begins <= values for values in of_figures.values() if "niet_gepubliceerd" in values)
