# SPDX-License-Identifier: Apache-2.0
"""The tables, as a list of migrations: version N is what the first N leave behind.

Every version opens the store of every earlier one; a migration that was
released is never changed. Times are integers, microseconds since 1970 in UTC.
Documents are the JSON of the records of `ascolto.model`; columns beside them
exist only to be searched.

``seq`` is one counter for the whole store. Every change of a mention, a
reading, an alert or a case takes the next number inside its commit, and there
is one writer, so numbers appear in the order of commits: watermarks and the
live stream read "above N" and miss nothing.
"""

from __future__ import annotations

_FIRST = """
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counter VALUES ('seq', 0), ('read', 0), ('judge', 0);

CREATE TABLE mention (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  seq INTEGER NOT NULL,
  source TEXT NOT NULL,
  language TEXT NOT NULL,
  private INTEGER NOT NULL,
  content TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  collected_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  deleted_because TEXT,
  doc TEXT NOT NULL,
  sentiment TEXT,
  reading TEXT,
  reading_seq INTEGER
);
CREATE UNIQUE INDEX mention_seq ON mention (seq);
CREATE UNIQUE INDEX mention_reading_seq ON mention (reading_seq) WHERE reading_seq IS NOT NULL;
CREATE INDEX mention_collected ON mention (collected_at, key);
CREATE INDEX mention_published ON mention (published_at, key);
CREATE INDEX mention_updated ON mention (updated_at, key);

CREATE TABLE mention_brand (
  brand TEXT NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (brand, key)
) WITHOUT ROWID;
CREATE INDEX mention_brand_key ON mention_brand (key);
CREATE TABLE mention_risk (
  risk TEXT NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (risk, key)
) WITHOUT ROWID;
CREATE INDEX mention_risk_key ON mention_risk (key);

CREATE TABLE source (
  name TEXT PRIMARY KEY,
  cursor TEXT,
  paused INTEGER NOT NULL DEFAULT 0,
  last_started INTEGER,
  last_success INTEGER,
  last_item INTEGER,
  next_due INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  last_error_kind TEXT,
  fetched INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0,
  duplicate INTEGER NOT NULL DEFAULT 0,
  filtered INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE reject (
  digest TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  payload TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE dead_letter (
  stage TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (stage, subject)
) WITHOUT ROWID;

CREATE TABLE judged (
  mention_id TEXT PRIMARY KEY, alert_id TEXT, doc TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL UNIQUE,
  mention_id TEXT,
  case_id TEXT,
  created_at INTEGER NOT NULL,
  doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX alert_created ON alert (created_at, id);
CREATE INDEX alert_case ON alert (case_id);

CREATE TABLE care_case (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  priority INTEGER NOT NULL,
  level TEXT NOT NULL,
  channel TEXT NOT NULL,
  unit TEXT NOT NULL,
  brand TEXT,
  source TEXT NOT NULL,
  thread TEXT,
  customer TEXT,
  claimed_by TEXT,
  opened_at INTEGER NOT NULL,
  doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX care_case_queue ON care_case (state, priority, opened_at, id);
CREATE INDEX care_case_thread ON care_case (source, thread, customer);

CREATE TABLE delivery (
  id TEXT PRIMARY KEY,
  alert_id TEXT NOT NULL,
  receiver TEXT NOT NULL,
  state TEXT NOT NULL,
  next_at INTEGER,
  doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX delivery_next ON delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_alert ON delivery (alert_id);

CREATE TABLE lease (
  name TEXT PRIMARY KEY, holder TEXT, fence INTEGER NOT NULL, until INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE person (name TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE api_key (
  id TEXT PRIMARY KEY, secret_digest TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
  doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE session (
  token_digest TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE replayable (
  key TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, doc TEXT NOT NULL
) WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST,)


def statements(migration: str) -> list[str]:
    """The single statements of a migration (none holds a semicolon inside)."""
    return [statement for part in migration.split(";") if (statement := part.strip())]
