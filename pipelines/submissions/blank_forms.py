"""Ready-made forms: a yml for what no open source has, to which a CSV with its header is written.

What does not belong here: what a filled form may hold (``description``).
"""

import codecs
from pathlib import Path
from typing import Any, Final

import yaml

from pipelines.common.files import read_text
from pipelines.common.suggestions import did_you_mean
from pipelines.submissions.description import CODE, NOTE_COLUMNS, YEAR

FORMS: Final = Path(__file__).resolve().parent / "forms"


class FormError(Exception):
    """A form cannot be written; the message says why and what to do."""


def form_titles() -> dict[str, str]:
    """The title of each form by its name, in order of name."""
    return {path.stem: str(_content(path)["titel"]) for path in sorted(FORMS.glob("*.yml"))}


def write_form(name: str, folder: Path) -> list[Path]:
    """Write the yml of a form, and a CSV file with its header alone, into ``folder``, which is made if it is not there.

    Raises:
        FormError: there is no such form, or one of the files is there already: nothing is overwritten.
        OSError: the folder cannot be written in.
    """
    names = form_titles()
    if name not in names:
        known = ", ".join(names)
        raise FormError(f"There is no form '{name}'.{did_you_mean(name, list(names), limit=1)} There are: {known}.")
    paths = [folder / f"{name}.yml", folder / f"{name}.csv"]
    if there := [str(path) for path in paths if path.exists()]:
        raise FormError(
            f"{' and '.join(there)} exists already, so nothing was written; move it away, or fill that one in."
        )
    source = FORMS / f"{name}.yml"
    folder.mkdir(parents=True, exist_ok=True)
    paths[0].write_text(read_text(source), encoding="utf-8")
    # Excel takes a file for UTF-8 by its byte order mark.
    paths[1].write_bytes(codecs.BOM_UTF8 + f"{_header(_content(source))}\r\n".encode())
    return paths


def _content(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(read_text(path))
    return content


def _header(form: dict[str, Any]) -> str:
    columns = (CODE, YEAR, *form["kolommen"]) if form["soort"] == "cijfers" else NOTE_COLUMNS
    return str(form["csv"]["scheidingsteken"]).join(columns)
