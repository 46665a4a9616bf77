# SPDX-License-Identifier: Apache-2.0
"""The store against an oracle of plain dicts, over random histories."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

RUNS = int(os.environ.get("ASCOLTO_HISTORIES", "100"))
STEPS = 30


def test_any_history_leaves_what_the_oracle_says(new_store, samples, beside):
    oracle, machine = beside("oracle"), beside("machine")
    history = machine.build(new_store, samples, oracle.Oracle)
    run_state_machine_as_test(
        history,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="ASCOLTO_HISTORIES" not in os.environ,
            print_blob=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
