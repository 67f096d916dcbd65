"""What a release offers beside its database, each made from the finished ``monitor.duckdb`` of that release alone.

So the same release always gives the same files, and no export can say anything else than the database does: no clock,
no random ids, no names of machines; times come from the table `release`. What does not belong here: figures, choices
about figures, and the pages that people read (``pages``).
"""

from pathlib import Path

from pipelines.release.exports.boundaries import write_boundaries
from pipelines.release.exports.csv_files import write_csv
from pipelines.release.exports.datapackage import write_datapackage
from pipelines.release.exports.dcat import write_dcat
from pipelines.release.exports.offered import offered
from pipelines.release.exports.opened import ExportError
from pipelines.release.exports.parquet import write_parquet
from pipelines.release.exports.read_me import write_read_me
from pipelines.release.exports.workbook import write_workbook
from pipelines.release.publication import Publication

__all__ = ["ExportError", "write_exports"]


def write_exports(folder: Path, publication: Publication) -> None:
    """Write every export of the release in ``folder``, of which ``monitor.duckdb`` is finished.

    Its metadata describe the files that are there: notes and pages must be in ``folder`` before.

    Raises:
        ExportError: something in the database cannot be said in a file; the message names table and column.
    """
    write_parquet(folder)
    write_csv(folder)
    write_workbook(folder)
    write_boundaries(folder)
    files = offered(folder)
    write_read_me(folder, files, publication)
    write_datapackage(folder, files, publication)
    write_dcat(folder, files, publication)
