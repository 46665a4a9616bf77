# SPDX-License-Identifier: Apache-2.0
"""What a term can stand for. The names of the entries in ``terms/*.toml``."""

from __future__ import annotations

POLARITY = {
    "great": 2.0,
    "good": 1.0,
    "solved": 1.0,
    "thanks": 0.5,
    "bad": -1.2,
    "awful": -2.0,
    "problem": -0.7,
    "waiting": -0.8,
    "broken": -0.8,
    "down": -0.5,
    "double_charge": -1.0,
    "blocked": -0.4,
    "slow": -0.5,
    "leaving": -0.8,
    "gone": -0.9,
    "stolen": -0.5,
    "leak": -0.9,
    "group_claim": -1.0,
    "foreign_operation": -0.7,
    "lawyer": -0.5,
    "regulator": -0.5,
    "boycott": -1.5,
    "slur": -1.5,
    "threat": -2.0,
    "rival_better": -1.5,
    "irony": -2.5,
    "declined": -0.7,
}
"""How much each says for or against the brand."""

PRAISING = frozenset({"great", "good", "thanks"})
"""What irony turns round."""

NEGATED_BY_THE_WORD_BEFORE = frozenset({"leaving", "closing", "gone", "fraud", "stolen", "lost"})
"""What did not happen when a negation stands right before it."""

CONCEPTS = frozenset(POLARITY) | frozenset(
    """negation intensifier diminisher but ignore
    joke you duration ask request suggestion advert bait me theory news urgent no_money
    stand_down anniversary
    card payment refund fee order access account app network product staff
    lost stolen fraud phishing warning
    gone closing inheritance police group_claim journalist deadline leak viral
    selfharm violence hardship vulnerable vital minor arrears
    rival home_address person_named contract_id""".split()  # noqa: SIM905  # a list to read
)
