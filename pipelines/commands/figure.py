"""The command about one figure: ``explain``, back to the cells that CBS published."""

from typing import Annotated

import typer

from pipelines.commands.console import make_console
from pipelines.common.settings import Settings
from pipelines.explain.explainer import ExplainError, open_explainer
from pipelines.explain.own_text import render_own
from pipelines.explain.text import render
from pipelines.releases.warehouse import Warehouse

app = typer.Typer()
console = make_console()


@app.command()
def explain(
    indicator: Annotated[
        str, typer.Argument(help="indicator_id, for instance jeugdzorg_jongeren, or opgave_id of a municipality itself")
    ],
    regio: Annotated[str, typer.Argument(help="CBS code, for instance GM0363, or NL")],
    jaar: Annotated[int, typer.Argument(help="Year of the figure")],
    indeling: Annotated[str, typer.Option(help="origineel or actueel")] = "origineel",
) -> None:
    """Show the way of one figure back to the published cells; exit code 1 when it does not follow from them."""
    try:
        with open_explainer(Warehouse(Settings().monitor_warehouse)) as explainer:
            own = explainer.explain_own(indicator, regio, jaar)
            if own is not None:
                console.print(render_own(own))
                raise typer.Exit(0 if own.agrees else 1)
            explanation = explainer.explain(indicator, regio, jaar, indeling)
    except ExplainError as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    console.print(render(explanation))
    raise typer.Exit(0 if explanation.agrees else 1)
