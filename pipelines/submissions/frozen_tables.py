"""The figures and notes of all files in use as the two Parquet files that a build reads."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipelines.submissions.intake import Submission

# Folders beside those of the observations, as the models name them.
FIGURES, NOTES = "eigen_opgaven", "eigen_toelichtingen"
_OWN_ALONE: Final = 0o700
_ABOUT_FILE: Final[dict[str, Any]] = {
    "titel": pl.String,
    "omschrijving": pl.String,
    "status": pl.String,
    "eigenaar": pl.String,
    "datum": pl.Date,
    "bestand": pl.String,
    "regel": pl.Int32,
    "sha256": pl.String,
}
_FIGURE_SCHEMA: Final[dict[str, Any]] = {
    "opgave_id": pl.String,
    "naam": pl.String,
    "soort": pl.String,
    "eenheid": pl.String,
    "decimalen": pl.Int8,
    "van": pl.String,
    "gm_code": pl.String,
    "jaar": pl.Int16,
    "waarde": pl.Float64,
    "tekst": pl.String,
} | _ABOUT_FILE
_NOTE_SCHEMA: Final[dict[str, Any]] = {
    "gm_code": pl.String,
    "jaar": pl.Int16,
    "onderwerp": pl.String,
    "indicator_id": pl.String,
    "tekst": pl.String,
} | _ABOUT_FILE


def write_frozen_tables(submissions: Iterable[Submission], target: Path) -> None:
    """Write the figures and notes of ``submissions`` below ``target``; both files are there too where there are none.

    Persons stand in them as given: rounding is the work of the models.
    """
    given = list(submissions)
    for name, rows, schema in (
        (FIGURES, [row for each in given for row in _figure_rows(each)], _FIGURE_SCHEMA),
        (NOTES, [row for each in given for row in _note_rows(each)], _NOTE_SCHEMA),
    ):
        path = target / name / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        # Numbers of persons are not rounded here.
        path.parent.chmod(_OWN_ALONE)
        pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path)


def _figure_rows(submission: Submission) -> Iterator[dict[str, Any]]:
    for figure in submission.content.figures:
        column = submission.yml.kolommen[figure.column]
        yield {
            "opgave_id": figure.column,
            "naam": column.naam,
            "soort": column.soort,
            "eenheid": column.eenheid,
            "decimalen": column.decimalen,
            "van": column.van,
            "gm_code": figure.code,
            "jaar": figure.year,
            "waarde": figure.value,
            "tekst": figure.text,
        } | _about(submission, figure.line)


def _note_rows(submission: Submission) -> Iterator[dict[str, Any]]:
    for note in submission.content.notes:
        yield {
            "gm_code": note.code,
            "jaar": note.year,
            "onderwerp": note.subject,
            "indicator_id": note.indicator,
            "tekst": note.text,
        } | _about(submission, note.line)


def _about(submission: Submission, line: int) -> dict[str, Any]:
    """What a row says of the file that it comes from."""
    yml = submission.yml
    return {
        "titel": yml.titel,
        "omschrijving": yml.omschrijving,
        "status": yml.status,
        "eigenaar": yml.eigenaar,
        "datum": yml.datum,
        "bestand": submission.file,
        "regel": line,
        "sha256": submission.given.sha256,
    }
