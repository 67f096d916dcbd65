-- Provenance of the snapshot of each table that this build uses.
select
    tabel_id,
    titel,
    dataset,
    jaar,
    jaren,
    gewijzigd,
    opgehaald,
    rijen,
    sha256,
    soort,
    status,
    licentie,
    bronvermelding,
    kanttekening
from {{ source('observaties', 'tabellen') }}
