# SPDX-License-Identifier: Apache-2.0
"""Ascolto: self-hosted social listening and reputation."""

__version__ = "0.1.0"
