"""``SHA256SUMS``: a hash per file of a release, so that whoever copies it can check the copy without this program.

It is made of the manifest, which holds the hash of every other file: one truth in two forms.
"""

from typing import Final

from pipelines.release.releases import MANIFEST, Release, sha256_of

SUMS: Final = "SHA256SUMS"


def sums_of(release: Release) -> str:
    """The text for ``sha256sum --check``: every file in the manifest, and the manifest itself."""
    hashes = {**release.manifest["bestanden"], MANIFEST: sha256_of(release.folder / MANIFEST)}
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))
