"""How Dagster leads a person to the files of a release."""

import dagster as dg

from pipelines.release.releases import GUIDE, INDICATORS, REPORT, WORKBOOK, Release

_FILES = {"kwaliteitsrapport": REPORT, "indicatoren": INDICATORS, "handleiding": GUIDE, "werkboek": WORKBOOK}


def release_links(release: Release, public_url: str) -> dict[str, dg.MetadataValue]:
    """The folder of a release, its pages and workbook as far as it has them.

    Links where a file server shows the warehouse at ``public_url``, else paths: a browser follows no link from a page
    of a server to a file on a disk.
    """
    files = {"map": "", **{name: file for name, file in _FILES.items() if (release.folder / file).exists()}}
    return {
        name: dg.MetadataValue.url(release.address(file, public_url))
        if public_url
        else dg.MetadataValue.path(str(release.folder / file))
        for name, file in files.items()
    }
