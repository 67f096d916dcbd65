"""A night on which CBS changed the shape of one table and stopped another, until a person has decided."""

import json
from collections.abc import Iterator

import pytest

from tests.support.altered_recording import AlteredRecording, Rows
from tests.support.place import Place
from tests.support.statline_service import Service
from tests.support.warehouses import query

STOPPED, CHANGED = "85335NED", "85098NED"
WARNED = "select controle, gevonden from kwaliteit where not geslaagd order by controle"
FIGURES = "select * exclude (tabel_gewijzigd) from fct_indicator order by all"


def strange_region(rows: Rows) -> None:
    rows.append(rows[-1] | {"Key": "XG0001", "Title": "Nieuw gebied"})


@pytest.fixture(scope="module")
def cbs(small_recording: AlteredRecording) -> Iterator[Service]:
    """A service that has a region of another form in one table, and has stopped another."""
    small_recording.entity(CHANGED, "RegioS", strange_region)
    small_recording.rows(CHANGED, lambda rows: rows.append(rows[-1] | {"ID": 1 + rows[-1]["ID"], "RegioS": "XG0001"}))
    # That CBS stops a table of one year is no news, but for one that names a table which nobody knows.
    small_recording.entity(STOPPED, "TableInfos", lambda rows: rows[0].update(Description="Opgevolgd door 86001NED."))
    small_recording.stamp(STOPPED, OutputStatus="Gediscontinueerd", Frequency="Stopgezet", ReasonDelivery="Stopgezet")
    with small_recording.served() as running:
        yield running


@pytest.mark.slow
def test_what_cbs_changed_is_told_kept_out_and_accepted(small_house: Place, cbs: Service) -> None:
    warehouse = small_house.warehouse
    before = query(warehouse, FIGURES)
    night = small_house.run("refresh", url=cbs.url)
    assert night.returncode == 2, night.stdout
    assert "Tables: 1 fetched, 1 unchanged, 1 failed." in night.stdout
    assert (
        "FAILED Table 85098NED changed its shape: there are rows of XG0001 'Nieuw gebied', region codes of no"
        in night.stdout
    )
    assert "WARNING Table 85335NED of jeugdzorg_wijken was stopped by CBS (OutputStatus Gedisc" in night.stdout
    told = dict(query(warehouse, WARNED))
    assert told.keys() == {f"ophalen.{CHANGED}", f"vorm.{STOPPED}"}
    assert told[f"ophalen.{CHANGED}"].startswith("De tabel heeft gebieden met een code van onbekende vorm; ")
    assert "run `monitor accept-drift 85098NED --reason ...`" in night.stdout
    assert told[f"vorm.{STOPPED}"] == (
        "CBS heeft deze tabel gestopt; haar cijfers blijven in gebruik. Als opvolger noemt CBS 86001NED."
    )
    assert "jaren: 2022, gestopt: true}`" in night.stdout
    assert query(warehouse, FIGURES) == before
    accepted = small_house.run("accept-drift", CHANGED, "--reason", "hoort erbij")
    assert accepted.returncode == 0, accepted.stdout
    morning = small_house.run("refresh", url=cbs.url)
    assert morning.returncode == 0, morning.stdout
    assert [*dict(query(warehouse, WARNED))] == [f"vorm.{STOPPED}"]
    (act,) = (json.loads(line) for line in (warehouse / "journaal.ndjson").read_text(encoding="utf-8").splitlines())
    assert (act["handeling"], act["tabel"], act["reden"]) == ("vorm_aanvaarden", CHANGED, "hoort erbij")
