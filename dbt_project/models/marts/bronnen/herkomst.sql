-- Provenance: the CBS tables behind this release.
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
from {{ ref('stg_tabellen') }}
order by dataset, tabel_id
