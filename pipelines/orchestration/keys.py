"""The keys that more than one place names, apart so that telling Dagster of an act needs no definitions."""

from typing import Final

import dagster as dg

CATALOGUE: Final = dg.AssetKey("catalogus")
AUDIT: Final = dg.AssetKey("audit")
RELEASE: Final = dg.AssetKey("uitgave")
END: Final = dg.AssetKey("afsluiting")
