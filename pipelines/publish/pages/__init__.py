"""The pages of a release that people read in a browser: its quality report, what each indicator means, and the guide.

In Dutch. Each is one file that needs no other: it loads nothing, runs nothing, and says only what ``monitor.duckdb`` of
that release says, so the same release always gives the same bytes. The guide for analysts is the exception: its words
come with the program (``guide``), since an analyst has the release and not the repository; of the release it says
only which one it came with. What does not belong here: figures and choices about figures, and files for programs
(``files``).
"""

from pathlib import Path

from pipelines.publish.pages.guide import guide_page
from pipelines.publish.pages.indicators import indicator_page
from pipelines.publish.pages.quality import quality_page
from pipelines.releases.reader import ReleaseReader
from pipelines.releases.store import GUIDE, INDICATORS, REPORT

__all__ = ["write_pages"]


def write_pages(release: ReleaseReader, folder: Path) -> None:
    """Write the pages of a release into ``folder``."""
    (folder / REPORT).write_text(quality_page(release), encoding="utf-8")
    (folder / INDICATORS).write_text(indicator_page(release), encoding="utf-8")
    (folder / GUIDE).write_text(guide_page(release), encoding="utf-8")
