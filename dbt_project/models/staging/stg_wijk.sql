-- Wijken and buurten that a table has rows of, with the name it gives them and what it says of their borders.
with gebieden as (
    select
        dataset,
        tabel_id,
        regio as regio_code,
        jaar,
        any_value(regio_soort) as regio_soort
    from {{ source('observaties', 'observaties') }}
    where regio_soort in ('wijk', 'buurt')
    group by dataset, tabel_id, regio, jaar
),

-- "Indelingswijziging wijken en buurten", or only "wijken" in a table without buurten.
wijzigingen as (
    select
        cel.tabel_id,
        cel.regio as regio_code,
        cel.jaar,
        min(try_cast(cel.tekst as tinyint)) as indelingswijziging
    from {{ source('observaties', 'observaties') }} as cel
    inner join {{ source('observaties', 'onderwerpen') }} as onderwerp
        on cel.tabel_id = onderwerp.tabel_id and cel.onderwerp = onderwerp.onderwerp
    where cel.regio_soort in ('wijk', 'buurt') and starts_with(onderwerp.pad, 'Regioaanduiding > Indelingswijziging')
    group by cel.tabel_id, cel.regio, cel.jaar
)

select
    gebieden.dataset,
    gebieden.tabel_id,
    gebieden.regio_code,
    gebieden.regio_soort,
    gebieden.jaar,
    -- The code stands in for a name that the code list of the table lacks.
    coalesce(namen.naam, gebieden.regio_code) as naam,
    wijzigingen.indelingswijziging
from gebieden
left join {{ source('observaties', 'gebieden') }} as namen
    on gebieden.tabel_id = namen.tabel_id and gebieden.regio_code = namen.regio
left join wijzigingen
    on
        gebieden.tabel_id = wijzigingen.tabel_id
        and gebieden.regio_code = wijzigingen.regio_code
        and gebieden.jaar = wijzigingen.jaar
