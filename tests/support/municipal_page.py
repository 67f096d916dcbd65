"""A release with a page about one municipality: small, with one of each thing that a report changes."""

import json
from hashlib import sha256
from pathlib import Path

from pipelines.releases.content import SUMS, sums_of
from pipelines.releases.store import MANIFEST, Release
from tests.support.made_up_releases import stored_release

STYLE = """:root { --c-own: #0b57a4; --c-ink: #1b1f24; }
body { color: #1b1f24; }
svg.st { width: 150px; height: 22px; }
.st .o { fill: var(--c-own); stroke: var(--c-ink); }
.sl .l { stroke: var(--c-ink); }
@media (prefers-color-scheme: dark) { :root { --c-own: #8ec2ff; } }
@media print { :root { --c-own: #003366; } nav.site { display: none; } }
"""
PAGE = """<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self' file:">
<title>Aalten, uitgave proef</title>
<link rel="stylesheet" href="../beeld/monitor.css">
<script defer src="../beeld/monitor.js"></script>
</head>
<body>
<nav class="site" aria-label="Monitor"><ul><li><a href="../index.html">Zoek</a></li></ul></nav>
<main id="inhoud">
<h1>Aalten &amp; omgeving</h1>
<p>Per 1&nbsp;000 inwoners &#233;&#233;n. <a href="#cijfers">Bekijk</a> of lees
<a href="../regio/PV25.html">Gelderland</a> en <a href="https://opendata.cbs.nl/85335NED">85335NED</a>.</p>
<div class="keuzes" data-keuzes data-code="GM0197"><div>Keuze</div></div>
<details><summary>Alle jaren</summary>
<table id="cijfers"><caption>Cijfers van Aalten</caption>
<thead><tr><th scope="col">Onderwerp<th scope="col">Aalten<th scope="col">Alle gemeenten
<tbody><tr><th scope="row">Bijstand<td>290<td><svg class="st s12" viewBox="0 0 150 22" role="img" \
aria-label="Alle gemeenten, van 10 tot 900"><path class="o" d="M60 19V6l-4-6h8l-4 6z"/></svg>
</table>
</details>
</main>
</body>
</html>
"""


def release_with_page(warehouse: Path) -> Release:
    """A release with a page about Aalten, and none about Utrecht; Groningen is a municipality and a province."""
    release = stored_release(
        warehouse,
        1,
        "a",
        "alter table dim_regio add column regio_soort varchar default 'gemeente'",
        "insert into dim_regio values ('GM0014', 'Groningen', 'gemeente'), ('PV20', 'Groningen', 'provincie')",
    )
    for name, text in {"gemeente/GM0197.html": PAGE, "beeld/monitor.css": STYLE}.items():
        add_file(release, name, text)
    return release


def add_file(release: Release, name: str, text: str) -> None:
    """Add a file to what was published."""
    path = release.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    manifest = json.loads((release.folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["bestanden"][name] = sha256(text.encode()).hexdigest()
    (release.folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    (release.folder / SUMS).write_text(sums_of(release), encoding="utf-8")
