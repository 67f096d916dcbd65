"""Which versions of CBS tables stay in ``raw/``: those in use, those that releases were made of, and the newest."""

from collections import defaultdict

from pipelines.release.releases import Releases
from pipelines.statline.observing import ObservationStore
from pipelines.statline.snapshots import SnapshotStore

_TABLE = "tabel "


def prune_snapshots(releases: Releases, snapshots: SnapshotStore, observations: ObservationStore) -> list[str]:
    """Remove the versions that nothing is made of; returns ``<tabel>/<hash>`` of each.

    A figure of any release on disk can be followed back to its published cells: `monitor explain` reads them in raw/.
    """
    needed: dict[str, set[str]] = defaultdict(set)
    for release in releases.all():
        for part, version in release.manifest["invoer_delen"].items():
            if part.startswith(_TABLE):
                needed[part.removeprefix(_TABLE)].add(_snapshot_of(version))
    for table in snapshots.folders():
        # Of a table that is no longer understood these are of an older version than the snapshot in use.
        in_use = observations.current(table)
        if in_use is not None:
            needed[table].add(_snapshot_of(in_use.name))
    return [f"{table}/{name}" for table in snapshots.folders() for name in snapshots.prune(table, needed[table])]


def _snapshot_of(version: str) -> str:
    """The snapshot that a version of observations was made of (``<snapshot>-<yml>-<soort>``)."""
    return version.partition("-")[0]
