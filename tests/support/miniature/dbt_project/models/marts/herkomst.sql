select * from {{ source('observaties', 'tabellen') }} order by tabel_id
