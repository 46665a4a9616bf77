# SPDX-License-Identifier: Apache-2.0
"""The one door out: every address is checked before it is connected to.

A name is resolved once, each of its addresses is held against a deny list,
and the connection goes to a checked address; whoever follows redirects passes
here again with each hop. Answers are read whole, within a total time, a size
and a ratio of compression.
"""

from ascolto.net.address import check_url, is_blocked
from ascolto.net.door import Door, Resolve, resolve_by_system
from ascolto.net.unpack import unpack

__all__ = ["Door", "Resolve", "check_url", "is_blocked", "resolve_by_system", "unpack"]
