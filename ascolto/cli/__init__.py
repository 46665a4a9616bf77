# SPDX-License-Identifier: Apache-2.0
"""The command `ascolto`: one file a command, loaded when it is called."""

from __future__ import annotations

import importlib
import sys

import click

from ascolto import __version__
from ascolto.errors import AscoltoError, SettingsError

_COMMANDS = {
    "collect": "Run the collectors now.",
    "demo": "The whole service with a sample brand and a sample world.",
    "doctor": "Check everything and say what a person must do.",
    "import": "Take in posts from NDJSON or CSV files.",
    "init": "Write a commented settings file.",
    "judge": "Read posts and say what would follow, storing nothing.",
    "key": "API keys of programs.",
    "read": "Read posts: NDJSON in, one Reading a line out.",
    "serve": "Run the service.",
    "user": "People who may log in.",
}


class _Commands(click.Group):
    """Finds a command in its own file, so that no command pays for another's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"ascolto.cli.{cmd_name}_")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ascolto")
def ascolto() -> None:
    """Self-hosted social listening: from a published post to an alert with a draft.

    Exit codes: 0 done, 1 a check failed, 2 wrong usage or settings.
    """


def main() -> None:
    """Run the command line; errors of ours become a message and an exit code."""
    try:
        ascolto(prog_name="ascolto")
    except SettingsError as error:
        _fail(error, 2)
    except AscoltoError as error:
        _fail(error, 1)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output is gone: nothing more to say
        sys.exit(1)


def _fail(error: AscoltoError, code: int) -> None:
    click.echo(f"ascolto: {error}", err=True)
    sys.exit(code)
