# SPDX-License-Identifier: Apache-2.0
"""The file: one writer, any number of readers, errors in our own words."""

from __future__ import annotations

import queue
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ascolto.crashpoint import crashpoint
from ascolto.errors import BadInput, StoreBusy, StoreDamaged, StoreError, StoreFull
from ascolto.store.sqlite.schema import MIGRATIONS, statements

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph"}
_BUSY_TIMEOUT_MS = 15_000
_APPLICATION_ID = 0x4173636F  # "Asco" in the file's header: this is a store of ours

Clock = Callable[[], datetime]


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970, exact for the years 1 to 9999."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The moment that `to_micros` was given."""
    return _EPOCH + timedelta(microseconds=micros)


class Database:
    """Connections to one SQLite file in WAL mode with ``synchronous=FULL``.

    FULL syncs the log at each commit: what was acknowledged survives a power
    cut as far as the disk honours sync. Raises StoreDamaged for a file that is
    no store or of a newer version, StoreError where it must not lie.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        _refuse_network_file_system(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path.parent}: cannot be made: {error}") from None
        self._readers: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._lock = threading.RLock()
        self._closed = False
        self._writer = self._connect()
        try:
            with self.read() as connection:
                self._version(connection)  # before anything is changed in the file
            with _translated(path):
                self._writer.execute("PRAGMA journal_mode=WAL")
            self._migrate()
        except StoreError:
            self.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        with _translated(self.path):
            connection = sqlite3.connect(
                self.path,
                timeout=_BUSY_TIMEOUT_MS / 1000,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("PRAGMA journal_size_limit=67108864")
            connection.execute("PRAGMA cache_size=-16000")
        return connection

    def _migrate(self) -> None:
        with self.write("migrate") as connection:
            version = self._version(connection)
            if version == len(MIGRATIONS):
                return
            connection.execute(f"PRAGMA application_id={_APPLICATION_ID}")
            for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
                for statement in statements(migration):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={number}")

    def _version(self, connection: sqlite3.Connection) -> int:
        """How many migrations stand in the file. Raises StoreDamaged when it is not for us."""
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
        if owner != _APPLICATION_ID and (tables or version):
            raise StoreDamaged(
                f"{self.path}: is a database of another program; give the store its own file"
            )
        if version > len(MIGRATIONS):
            raise StoreDamaged(
                f"{self.path}: written by a newer Ascolto (store version {version}, "
                f"this one knows {len(MIGRATIONS)}); upgrade the program"
            )
        return version

    @contextmanager
    def write(self, name: str) -> Iterator[sqlite3.Connection]:
        """One commit, alone: all of it or nothing. ``name`` names its crash points."""
        with self._lock, _translated(self.path):
            self._refuse_when_closed()
            connection = self._writer
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                crashpoint(f"{name}.before_commit")
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            crashpoint(f"{name}.after_commit")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A consistent view for as long as the block lasts, beside any writer."""
        self._refuse_when_closed()
        try:
            connection = self._readers.get_nowait()
        except queue.Empty:
            connection = self._connect()
            connection.execute("PRAGMA query_only=ON")
        try:
            with _translated(self.path):
                connection.execute("BEGIN")
                yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if self._closed:
                connection.close()
            else:
                self._readers.put(connection)

    def integrity(self) -> tuple[str, ...]:
        """What SQLite's own quick check finds wrong; empty when sound."""
        with self.read() as connection:
            rows = [str(row[0]) for row in connection.execute("PRAGMA quick_check(10)")]
        return () if rows == ["ok"] else tuple(rows)

    def backup(self, target: Path) -> None:
        """A consistent copy while others write. Raises FileExistsError."""
        if target.exists():
            raise FileExistsError(f"{target} exists; choose another name")
        with self.read() as source, _translated(target):
            copy = sqlite3.connect(target)
            try:
                source.rollback()
                source.backup(copy)
            finally:
                copy.close()

    def close(self) -> None:
        """Close every connection; the last one folds the log into the file."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            while not self._readers.empty():
                self._readers.get_nowait().close()
            self._writer.close()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise StoreError(f"{self.path}: the store is closed")


def take_numbers(connection: sqlite3.Connection, count: int) -> int:
    """The first of ``count`` fresh sequence numbers, inside a write."""
    row = connection.execute(
        "UPDATE counter SET value = value + ? WHERE name = 'seq' RETURNING value", (count,)
    ).fetchone()
    return int(row[0]) - count + 1


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _in_our_words(error, path) from error
    except UnicodeEncodeError:
        raise BadInput("a text with a lone surrogate can be neither stored nor looked up") from None


def _in_our_words(error: sqlite3.Error, path: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary == sqlite3.SQLITE_FULL or (primary == sqlite3.SQLITE_IOERR and _no_space(path)):
        return StoreFull(f"{path}: no space left; free some, nothing acknowledged is lost")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy(f"{path}: another process held the store for too long; try again")
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreDamaged(f"{path}: is damaged or no store ({error}); restore a backup")
    return StoreError(f"{path}: {error}")


def _no_space(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < 1 << 20
    except OSError:
        return False


def _refuse_network_file_system(path: Path) -> None:
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    except OSError:
        return  # not Linux: nothing to ask
    where, kind = "", ""
    target = str(path.resolve())
    for line in mounts:
        fields = line.split()
        inside = target == fields[1] or target.startswith(fields[1].rstrip("/") + "/")
        if inside and len(fields[1]) >= len(where):
            where, kind = fields[1], fields[2]
    if kind in _NETWORK_FILE_SYSTEMS:
        raise StoreError(
            f"{path}: lies on a network file system ({kind}), where SQLite loses data; "
            "put the store on a local disk"
        )
