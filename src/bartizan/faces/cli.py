"""The command line. It alone starts work, in the commands that it gathers here."""

from __future__ import annotations

import sys

import click

from bartizan import __version__
from bartizan.faces.commands import mapping, playing, results, scenarios, valuing
from bartizan.faces.commands.terminal import INTERRUPTED, OUR_MISTAKE, USER_MISTAKE


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="bartizan %(version)s")
def cli() -> None:
    """What a layered air defence, as publicly reported, can see, stop and let through - and how sure that answer is.

    Begin with: bartizan run power-station
    """


for _command in (
    playing.run, scenarios.check, results.report, results.serve, results.export, mapping.coverage, mapping.surface,
    valuing.value, scenarios.catalog, scenarios.new, scenarios.schema, playing.verify,
):  # fmt: skip
    cli.add_command(_command)


def main() -> None:
    """Run the command line; errors become one message and an exit code."""
    from bartizan.ground.errors import BartizanError, UserError

    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(USER_MISTAKE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. What a run has done is kept; the same command goes on from there.", err=True)
        sys.exit(INTERRUPTED)
    except UserError as error:
        click.echo(f"bartizan: {error}", err=True)
        sys.exit(USER_MISTAKE)
    except BartizanError as error:
        click.echo(f"bartizan: our mistake: {error}", err=True)
        sys.exit(OUR_MISTAKE)
