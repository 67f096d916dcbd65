"""A shape that was written by an earlier version is read as it was, and a shape that was accepted stays accepted."""

import json
from pathlib import Path

from pipelines.observations.drift import Refusal, ShapeRecord
from pipelines.observations.store import ObservationStore
from pipelines.sources.drift_rules import DriftKind

SHAPE = {
    "kolommen": [
        {"sleutel": "WmoClienten_86", "pad": ["Zorg", "Wmo-cliënten"], "eenheid": "aantal", "datatype": "Long"},
    ],
    "codelijsten": {
        "Perioden": {"codes": {}, "breedte": 8},
        "Type": {"codes": {"T001": "Totaal"}, "breedte": 7},
    },
    "onbekende_codes": {"Type": ["A9"]},
    "regiosoorten": ["gemeente", "land"],
    "regiovormen": {"T1": "Totaal"},
    "gemeenten": {"GM1680": "Aa en Hunze"},
    "statuswoorden": ["Definitief"],
    "kolomtelling": 4,
}
RECORD = {
    "vorm": SHAPE,
    "vorige": None,
    "afwijkingen": [{"soort": "nieuwe_kolom", "wat": "new columns: 'Zorg > Extra' (aantal) (Extra_87)"}],
    "niet_begrepen": [{"maat": "extra", "jaren": [2018], "melding": "not there", "melding_nl": "Staat er niet."}],
    "gemeenten_na_de_lijst": {"GM1999": "Nieuw"},
}
REFUSAL = {"vorm": "a4c80582be2c4676", "snapshot": "f3503b30", "melding": "Table 84286NED changed its shape."}


def compact(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def test_a_shape_is_read_and_written_with_the_keys_it_always_had() -> None:
    record = ShapeRecord.model_validate_json(compact(RECORD))
    assert record.shape.columns[0].path == ("Zorg", "Wmo-cliënten")
    assert record.shape.code_lists["Type"].width == 7
    assert (record.before, record.drifts[0].kind) == (None, DriftKind.NEW_COLUMN)
    assert record.model_dump_json() == compact(RECORD)


def test_a_version_of_before_measures_could_lack_is_read_too() -> None:
    older = {key: value for key, value in RECORD.items() if key != "niet_begrepen"}
    assert ShapeRecord.model_validate_json(compact(older)).lacking == ()


def test_what_a_person_accepted_is_still_accepted() -> None:
    """The digest stands in journals: another one for the same shape would bring every accepted warning back."""
    assert ShapeRecord.model_validate_json(compact(RECORD)).shape.digest == "a4c80582be2c4676"
    renumbered = json.loads(compact(RECORD))
    renumbered["vorm"]["kolommen"][0]["sleutel"] = "WmoClienten_89"
    assert ShapeRecord.model_validate(renumbered).shape.digest == "a4c80582be2c4676"
    renumbered["vorm"]["kolommen"][0]["eenheid"] = "x 1 000"
    assert ShapeRecord.model_validate(renumbered).shape.digest != "a4c80582be2c4676"


def test_a_refusal_is_read_and_written_with_the_keys_it_always_had(tmp_path: Path) -> None:
    path = tmp_path / "observations" / "84286NED" / "afgewezen.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(REFUSAL), encoding="utf-8")
    store = ObservationStore(tmp_path)
    refusal = store.refusal("84286NED")
    assert refusal == Refusal(digest="a4c80582be2c4676", snapshot="f3503b30", message=REFUSAL["melding"])
    store.refuse("84286NED", refusal)
    assert json.loads(path.read_bytes()) == REFUSAL
