-- Figures in the division of the year itself, as published, with names: start here for one year.
{{ cijfers_met_namen('origineel') }}
