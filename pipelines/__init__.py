"""The overall monitor sociaal domein: CBS StatLine tables in, one comparable indicator set per gemeente out.

The packages follow the way of the data: ``sources`` (which tables), ``statline`` (fetch and normalise), ``quality``
(audit), ``release`` (build, publish, explain) and ``assets`` (thin Dagster on top). Beside them ``watch`` (is all well,
and who is told) and ``commands`` (what a person types). Figures are computed in ``dbt_project``, not here.
"""

__version__ = "0.1.0"
