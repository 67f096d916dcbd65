-- Every taakveld of a group is one that the Iv3 definitions know that year, as such or as the sum of its parts.
select
    groep.jaar,
    groep.taakveld,
    groep.groep
from {{ ref('taakveld_groep') }} as groep
anti join {{ ref('iv3_taakvelden_sociaal_domein') }} as bekend
    on groep.jaar = bekend.jaar and starts_with(bekend.taakveld, groep.taakveld)
