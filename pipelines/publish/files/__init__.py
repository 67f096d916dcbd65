"""What a release offers beside its database, each made from the finished ``monitor.duckdb`` of that release alone.

So the same release always gives the same files, and no export can say anything else than the database does: no clock,
no random ids, no names of machines; times come from the table `release`. What does not belong here: figures, choices
about figures, and the pages that people read (``pages``).
"""

from pathlib import Path

from pipelines.publish.files.boundaries import write_boundaries
from pipelines.publish.files.csv_files import write_csv
from pipelines.publish.files.datapackage import write_datapackage
from pipelines.publish.files.dcat import write_dcat
from pipelines.publish.files.listing import offered
from pipelines.publish.files.parquet_files import write_parquet
from pipelines.publish.files.read_me import write_read_me
from pipelines.publish.files.workbook import write_workbook
from pipelines.publish.publication import ExportError, Publication

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
