"""When the current release stays: nothing changed, or what the inputs would make is held."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.release.holds import Hold, hold_on
from pipelines.release.releases import Release


@dataclass(frozen=True)
class Standing:
    """The release that stays, and the hold that is the reason; without a hold nothing changed."""

    release: Release
    hold: Hold | None = None

    @property
    def words(self) -> str:
        """The reason, as whoever looks at a run reads it (Dutch)."""
        if self.hold is None:
            return "Ongewijzigd: alles waarvan de laatste uitgave is gemaakt is nog hetzelfde."
        return (
            f"Vastgehouden: deze invoer geeft uitgave {self.hold.release_id}, die sinds {self.hold.since} wordt "
            f"vastgehouden door {self.hold.by}: {self.hold.reason}. Er is niets gebouwd; de uitgave van nu blijft. "
            f"`monitor unhold {self.hold.release_id} --reason ...` geeft haar vrij."
        )


def standing(current: Release, inputs: str, warehouse: Path) -> Standing | None:
    """Why ``current`` stays when a run has these inputs, or None when they make a release of their own."""
    if current.manifest["invoer"] == inputs:
        return Standing(current)
    held = hold_on(warehouse, inputs)
    return Standing(current, held) if held else None
