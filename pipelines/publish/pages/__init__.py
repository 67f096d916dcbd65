"""The pages of a release that people read in a browser: the website, and three that stand alone.

The quality report, what each indicator means, and the guide (``quality``, ``indicators``, ``guide``) are one file each
that loads nothing and runs nothing, since people send them on. The website (``site``) is many: ``material`` reads the
release for it once, ``cells`` says how a figure stands in a cell, and a module per kind of page does the rest:
``home``, ``municipality`` (with its ``sentences``), ``indicator``, ``region``, ``regions``, ``country`` and
``comparison``; ``data_files`` are what its script reads.

In Dutch. A page says only what ``monitor.duckdb`` of that release says, so the same release always gives the same
bytes. The guide is the exception: its words come with the program, since an analyst has the release and not the
repository; of the release it says only which one it came with. What does not belong here: figures and choices about
figures, how something is drawn (``charts``), and files for programs (``files``).
"""

from pathlib import Path

from pipelines.publish.pages.guide import guide_page
from pipelines.publish.pages.indicators import indicator_page
from pipelines.publish.pages.quality import quality_page
from pipelines.releases.reader import ReleaseReader
from pipelines.releases.store import GUIDE, INDICATORS, REPORT

__all__ = ["write_pages"]


def write_pages(release: ReleaseReader, folder: Path) -> None:
    """Write the pages of a release that stand alone into ``folder``."""
    (folder / REPORT).write_text(quality_page(release), encoding="utf-8")
    (folder / INDICATORS).write_text(indicator_page(release), encoding="utf-8")
    (folder / GUIDE).write_text(guide_page(release), encoding="utf-8")
