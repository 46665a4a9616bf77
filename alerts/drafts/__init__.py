# SPDX-License-Identifier: Apache-2.0
"""Suggested answers, put together from approved sentences only."""
