-- Figures in the newest division, with names: start here for series over years.
{{ cijfers_met_namen('actueel') }}
