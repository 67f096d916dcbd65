"""A split measure takes the classes that the table has, with what CBS calls them; of ages only some are asked."""

from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.observations.columns import SchemaDriftError
from pipelines.observations.plan import Metadata, TablePlan, plan_table
from pipelines.recording.filters import parse_filter
from pipelines.sources.datasets import load_datasets
from pipelines.statline.dialects import condition_in_v4_terms
from tests.support.cbs_2026 import overlap, population
from tests.support.cbs_2026.form import Table

DATASETS = load_datasets()
LAWS = DATASETS["gebruik_voorzieningen"]
AGES = DATASETS["bevolking_naar_leeftijd"]
SPLIT = "clienten_naar_aantal_voorzieningen"


def made(tables: list[Table], table: str) -> Table:
    return next(each for each in tables if each.id == table)


def metadata_of(table: Table) -> dict[str, list[dict[str, Any]]]:
    return {"DataProperties": table.properties(), **{d.key: d.rows() for d in table.dimensions}}


def plan_of(metadata: Metadata) -> TablePlan:
    return plan_table(LAWS, LAWS.reference("85994NED"), metadata)


def test_the_total_is_left_out_and_the_other_classes_keep_their_titles() -> None:
    plan = plan_of(metadata_of(made(overlap.tables(), "85994NED")))
    classes = {code: title for code, (title, share) in overlap.NUMBERS.items() if share < 1}
    (found,) = {
        tuple(column.selection["AantalVoorzieningen"])
        for columns in plan.mapped.values()
        for column in columns
        if column.definition.uitsplitsing
    }
    assert set(found) == classes.keys()
    assert classes.items() <= plan.split_titles["AantalVoorzieningen"].items()


def test_without_a_total_to_leave_out_the_split_is_not_understood() -> None:
    metadata = metadata_of(made(overlap.tables(), "85994NED"))
    codes = [row | {"Title": row["Title"].replace("Totaal", "Alles")} for row in metadata["AantalVoorzieningen"]]
    split = LAWS.model_copy(update={"maten": {SPLIT: LAWS.maten[SPLIT]}})
    with pytest.raises(SchemaDriftError, match="one code that is 'Totaal', and others beside it"):
        plan_table(split, split.reference("85994NED"), metadata | {"AantalVoorzieningen": codes})


@pytest.mark.parametrize("is_v4", [False, True], ids=["v3", "v4"])
def test_of_the_population_only_the_young_of_all_kinds_are_asked(is_v4: bool) -> None:
    assert AGES.filter
    keys = ["BurgerlijkeStaat", "Geslacht", "Leeftijd", "RegioS", "Perioden"]
    wanted = parse_filter(condition_in_v4_terms(AGES.filter) if is_v4 else AGES.filter, keys)

    def asked(**codes: str) -> bool:
        everybody = {"BurgerlijkeStaat": "T001019", "Geslacht": "T001038", "Leeftijd": "10010", "RegioS": "GM0014"}
        return wanted({**everybody, "Perioden": "2021JJ00", **codes}) is True

    single = set(population.SINGLE_AGES)
    # Beside them five year classes, open ones and the total, as published clients name their codes.
    others = {"10000", "19905", "22300", "70100", "70200", "71600", "80200", "90100"}
    assert {code for code in single | others if asked(Leeftijd=code)} == {
        code for code, age in population.SINGLE_AGES.items() if age < 23
    }
    assert asked(RegioS="NL01  ")
    assert not any(
        [
            asked(Geslacht="3000   "),
            asked(BurgerlijkeStaat="1010   "),
            asked(RegioS="CR01  "),
            asked(Perioden="2020JJ00"),
        ]
    )


def test_every_age_up_to_23_is_in_one_class() -> None:
    def codes() -> Iterator[str]:
        for measure in AGES.maten.values():
            wanted = measure.dimensies["Leeftijd"]
            assert isinstance(wanted, list)
            yield from wanted

    ages = list(codes())
    assert [population.SINGLE_AGES[code] for code in ages] == list(range(23))
    assert {name: len(m.dimensies["Leeftijd"]) for name, m in AGES.maten.items()} == {  # type: ignore[arg-type]
        "inwoners_0_4": 4,
        "inwoners_4_12": 8,
        "inwoners_12_18": 6,
        "inwoners_18_23": 5,
    }
