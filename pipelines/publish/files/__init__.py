"""What a release offers beside its database, each made from the finished ``monitor.duckdb`` of that release alone.

So the same release always gives the same files, and no file can say anything else than the database does: no clock, no
random ids, no names of machines; times come from the table `release`. What does not belong here: figures, choices about
figures, and the pages that people read (``pages``).
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

from pipelines.publish.files.boundaries import write_boundaries
from pipelines.publish.files.datapackage import write_datapackage
from pipelines.publish.files.dcat import write_dcat
from pipelines.publish.files.listing import list_files
from pipelines.publish.files.read_me import write_read_me
from pipelines.publish.files.tables import files_of_table, write_tables
from pipelines.publish.files.workbook import write_workbook
from pipelines.publish.publication import Publication
from pipelines.releases.reader import ReleaseReader

__all__ = ["describe_files", "writers"]


def writers(release: ReleaseReader, folder: Path, there: Collection[str] = ()) -> list[Callable[[], None]]:
    """What writes the files of a release into ``folder``, in parts that may run beside each other.

    Files of tables that are ``there`` (relative paths) are not written. A writer raises ExportError when something in
    the database cannot be said in a file; the message names table and column.
    """
    tables = [table for table in release.tables if not set(files_of_table(table)) <= set(there)]
    return [
        partial(write_workbook, release.beside(), folder),
        partial(write_tables, release.beside(), tables, folder),
        partial(write_boundaries, release.beside(), folder),
    ]


def describe_files(release: ReleaseReader, folder: Path, publication: Publication, hashes: Mapping[str, str]) -> None:
    """Write what describes the files of a release, which are all in ``folder``: notes and pages too.

    Raises:
        ExportError: a column has a type that no CSV of a release holds.
    """
    files = list_files(folder, hashes)
    write_read_me(release, folder, files, publication)
    write_datapackage(release, folder, files, publication)
    write_dcat(release, folder, files, publication)
