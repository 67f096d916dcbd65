"""What a release offers beside its database, each made from the finished ``monitor.duckdb`` of that release alone.

So the same release always gives the same files, and no file can say anything else than the database does: no clock, no
random ids, no names of machines; times come from the table `release`. What does not belong here: figures, choices about
figures, and the pages that people read (``pages``).
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from pipelines.releases.content import file_hashes
from pipelines.releases.reader import ReleaseReader

__all__ = ["write_files"]


def write_files(
    release: ReleaseReader,
    folder: Path,
    publication: Publication,
    *,
    beside: Sequence[Callable[[], None]] = (),
    there: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Write every file that a release offers into ``folder``, and what describes them.

    Args:
        release: the finished database in ``folder``.
        folder: of the release.
        publication: where and by whom it is offered.
        beside: what else is to be written meanwhile (notes and pages), so that it is described too.
        there: SHA-256, by relative path, of the files of tables that need not be written any more.

    Returns:
        SHA-256 of every file in ``folder``, by relative path.

    Raises:
        ExportError: something in the database cannot be said in a file; the message names table and column.

    """
    known = there or {}
    tables = [table for table in release.tables if not set(files_of_table(table)) <= known.keys()]
    _run_together(
        [
            *beside,
            partial(write_workbook, release.beside(), folder),
            partial(write_tables, release.beside(), tables, folder),
            partial(write_boundaries, release.beside(), folder),
        ]
    )
    hashes = file_hashes(folder, known)
    files = list_files(folder, hashes)
    write_read_me(release, folder, files, publication)
    write_datapackage(release, folder, files, publication)
    write_dcat(release, folder, files, publication)
    return file_hashes(folder, hashes)


def _run_together(tasks: Sequence[Callable[[], None]]) -> None:
    """Run ``tasks`` beside each other, to the end of all; raises what the first of them raised."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        for running in [pool.submit(task) for task in tasks]:
            running.result()
