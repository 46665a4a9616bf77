# SPDX-License-Identifier: Apache-2.0
"""`ascolto doctor`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ascolto.cli.options import json_option, settings_option, show_table


@click.command("doctor")
@settings_option
@json_option
def command(config: Path, as_json: bool) -> None:
    """Check settings, store, model, sources, receivers, disk, clock and packages.

    Each line says what was found and, where it is wrong, what to do. Exit code
    1 when a check failed, 2 when the settings cannot be read.
    """
    from ascolto.doctor import examine
    from ascolto.settings_file import read_settings

    findings = examine(read_settings(config))
    rows = [
        {"check": finding.check, "result": finding.result, "detail": finding.detail}
        for finding in findings
    ]
    show_table(rows, as_json=as_json)
    if any(finding.result == "failed" for finding in findings):
        sys.exit(1)
