-- Every year with Iv3 figures has its taakvelden in the seed: those of a year that is forgotten lack (niet_begrepen).
{{ config(severity='warn') }}
select distinct leider.jaar
from {{ ref('int_leider') }} as leider
anti join {{ ref('taakveld_groep') }} as groep on leider.jaar = groep.jaar and leider.groep = groep.groep
where leider.wijze = 'taakvelden'
