"""The command that makes a report of a municipality's page: ``rapport``."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.console import make_console
from pipelines.common.files import replace_file
from pipelines.common.settings import Settings
from pipelines.publish.accessible_pdf import PdfError
from pipelines.publish.report import MunicipalReport, ReportError, municipality_code
from pipelines.releases.store import Release, ReleaseError
from pipelines.releases.warehouse import Warehouse

app = typer.Typer()
console = make_console()


@app.command(name="rapport")
def write_report(
    municipality: Annotated[str, typer.Argument(metavar="GEMEENTE", help="Code or name, for instance GM0363")],
    pdf: Annotated[bool, typer.Option("--pdf", help="Make a PDF (needs the extra `pdf` and Pango)")] = False,
    to: Annotated[
        Path | None, typer.Option("--naar", help="File or folder to write; default: a file named by its code, here")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there")] = False,
) -> None:
    """Write the page about a municipality of the current release as one file, to print or to send."""
    settings = Settings()
    try:
        release = _current(Warehouse.of(settings))
        report = MunicipalReport(release, municipality_code(release, municipality), settings.monitor_public_url or "")
        path = _path(to, report.code + (".pdf" if pdf else ".html"), force=force)
        replace_file(path, report.as_pdf() if pdf else report.as_html().encode())
    except (ReportError, PdfError, ReleaseError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    console.print(f"{path}: {report.code} in release {release.release_id}")


def _current(warehouse: Warehouse) -> Release:
    current = warehouse.releases.current()
    if current is None:
        raise ReportError("There is no release yet: run `make refresh`.")
    return current


def _path(to: Path | None, name: str, *, force: bool) -> Path:
    path = to / name if to is not None and to.is_dir() else to or Path(name)
    if not path.parent.is_dir():
        raise ReportError(f"There is no folder {path.parent} to write {path.name} in: make it, or name another file.")
    if path.exists() and not force:
        raise ReportError(f"{path} is there already: name another file with --naar, or replace it with --force.")
    return path
