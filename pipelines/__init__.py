"""The overall monitor sociaal domein: CBS StatLine tables in, one comparable indicator set per gemeente out.

The rooms follow the way of the data, each above what it uses: ``sources`` (which tables), ``statline`` (CBS over
HTTP), ``snapshots`` (as published), ``observations`` (one long shape), ``build`` (dbt in a fresh file), ``releases``
(the store, and what people decided), ``audit``, ``publish``, ``refresh`` (one night). Beside them ``recording`` (CBS's
stand-in), ``explain`` (a figure back to its cells), ``watch`` (is all well), ``orchestration`` (thin Dagster) and
``commands`` (what a person types). Figures are computed in ``dbt_project``, not here.
"""

__version__ = "0.1.0"
