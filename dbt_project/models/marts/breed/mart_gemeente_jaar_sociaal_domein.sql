-- Wide: everything of the domain sociaal_domein, one row per municipality of the newest division and year.
{{ gemeente_jaar_van_domein('sociaal_domein') }}
-- The columns are read from the seed while the model runs. depends_on: {{ ref('indicator') }}
