# SPDX-License-Identifier: Apache-2.0
"""Where to answer: the first matching row decides, blocked ways are closed whatever the rows say.

A block with a medium closes that way of travelling; a block without one closes
the label.
"""

from __future__ import annotations

from dataclasses import replace

from alerts.channel_rules import RULES, ChannelRule
from alerts.matter import Matter
from ascolto.model import Channel, ChannelBlock, ChannelChoice, ChannelOption, Medium

PUBLIC = (Channel.public_reply, Channel.public_then_private)

# From the most careful to the least: what a case keeps when its posts differ.
CAUTION = (
    Channel.human_only,
    Channel.private_only,
    Channel.public_then_private,
    Channel.public_reply,
    Channel.no_reply,
)


def choose_channel(matter: Matter) -> ChannelChoice:
    """The channel with its reasons, the other ways, the closed ones, and what would change it."""
    label = decide(matter)
    return ChannelChoice(
        label=label,
        medium=medium_for(label, matter),
        options=_options(matter, label),
        blocks=_blocks(matter, label),
        would_change=_would_change(matter, label),
    )


def decide(matter: Matter) -> Channel:
    """The label of the first row that holds."""
    return next(rule.label for rule in RULES if rule.when(matter))


def medium_for(label: Channel, matter: Matter) -> Medium | None:
    """What can be reached now for a label; None when nothing can.

    For `public_then_private` it is the private way: its public part goes
    wherever the post stands. A person who decides gets the private way of a
    private message and none for a public post.
    """
    able = matter.abilities
    private = able.media[0] if able.private != "no" and able.media else None
    if label is Channel.public_reply:
        return {"api": Medium.comment, "by_hand": Medium.by_hand, "no": None}[able.public]
    if label in (Channel.public_then_private, Channel.private_only):
        return private
    return private if label is Channel.human_only and matter.private else None


def _options(matter: Matter, chosen: Channel) -> tuple[ChannelOption, ...]:
    """Every open label that a row speaks for, best first; scores add up to 1.

    A score is the share of support: each further row counts 0.4 of the one
    before, times how sure its facts are (from a half, for a row that holds, up).
    """
    closed = {block.label for block in _blocks(matter, chosen) if block.medium is None}
    support: dict[Channel, float] = {}
    reasons: dict[Channel, list[str]] = {}
    weight = 1.0
    last = [_ANYBODY] if _ANYBODY.when(matter) else []
    for rule in (*_holding(matter), *last):
        if rule.label in closed or (rule is _ANYBODY and rule.label in support):
            continue
        if rule.label not in support:
            support[rule.label] = weight * (0.5 + rule.certainty(matter) / 2)
            weight *= 0.4
        reasons.setdefault(rule.label, []).append(rule.because)
    total = sum(support.values())
    return tuple(
        ChannelOption(
            label=label,
            medium=medium_for(label, matter),
            score=round(share / total, 3),
            reasons=tuple(reasons[label]),
        )
        for label, share in support.items()
    )


_ANYBODY = ChannelRule(
    Channel.human_only, "a person may always take it over", lambda matter: matter.waits
)


def _holding(matter: Matter) -> list[ChannelRule]:
    """The rows that hold; the last one, which always does, only when it stands alone."""
    rows = [rule for rule in RULES[:-1] if rule.when(matter)]
    return rows or [RULES[-1]]


def _blocks(matter: Matter, chosen: Channel) -> tuple[ChannelBlock, ...]:
    closed: dict[Channel, str] = {}
    if matter.private:
        closed |= dict.fromkeys(PUBLIC, "the author wrote in private")
    if matter.shows_data:
        kinds = ", ".join(sorted(matter.data)) or "personal data"
        closed |= dict.fromkeys(PUBLIC, f"the post shows {kinds}")
    if chosen is Channel.private_only and not closed:
        closed |= dict.fromkeys(PUBLIC, "what troubles the author is not for everybody's eyes")
    if chosen is Channel.human_only:
        reason = "only a person with authority may decide on an answer"
        closed |= dict.fromkeys((*PUBLIC, Channel.private_only), reason)
    if matter.competitor is not None:
        answers = (*PUBLIC, Channel.private_only, Channel.human_only)
        closed = dict.fromkeys(answers, f"{matter.competitor} is a competitor")
    blocks = [ChannelBlock(label=label, reason=reason) for label, reason in closed.items()]
    if matter.abilities.private == "no":
        reason = "the source offers no private way to its authors"
        way = Medium.direct_message
        blocks.append(ChannelBlock(label=Channel.private_only, medium=way, reason=reason))
    return tuple(blocks)


def _would_change(matter: Matter, label: Channel) -> tuple[str, ...]:
    """Sentences about single facts that would lead elsewhere: tried, not guessed."""
    flips = [
        (f"If the brand were not {matter.competitor}", replace(matter, competitor=None)),
        ("Without the personal data in the post", matter.without_data()),
        ("If the post showed a card number", replace(matter, data=matter.data | {"card"})),
        ("If the author had written in private", replace(matter, private=True)),
        ("If the author had written in public", replace(matter, private=False)),
        ("If nobody waited for an answer", replace(matter, needs_reply=False)),
        ("If the author waited for an answer", replace(matter, needs_reply=True)),
    ]
    flips += [
        (f"If {risk} ({chance:.2f}) were certain", matter.with_risk(risk))
        for risk, chance in sorted(matter.doubts.items())
    ]
    texts = [
        f"{text}: {other}."
        for text, changed in flips
        if changed != matter and (other := decide(changed)) is not label
    ]
    private = (Channel.public_then_private, Channel.private_only)
    if label in private and medium_for(label, matter) is None:
        texts.append("With a private contact of the author: the private part could be sent.")
    return tuple(texts)
