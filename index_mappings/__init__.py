# SPDX-License-Identifier: Apache-2.0
"""Elasticsearch mappings and their loader; empty until that store is built."""
