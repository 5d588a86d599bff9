"""The store: what was committed is there, what was not is not, and the file tells nobody what is in it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion_app.store import Database, Tables
from companion_app.store.errors import DatabaseDamaged, DatabaseUnwritable, NoBackup, SchemaTooNew
from companion_app.vault.errors import VaultLocked
from tests.app.vaults import vault_in

SECRET = b"words seen in a picture"


def first(tables: Tables) -> None:
    tables.create("pictures")


def second(tables: Tables) -> None:
    tables.create("words")
    for key, value in tables.rows("pictures"):
        tables.put("words", key, value.upper())


def broken(tables: Tables) -> None:
    tables.put("pictures", "half", b"done")
    raise RuntimeError("the migration has a mistake")


def opened(folder: Path, *migrations: Callable[[Tables], None]) -> Database:
    return Database.open(folder / "library" / "library.db", migrations or (first,), vault_in(folder))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return opened(tmp_path)


def put(database: Database, key: str, value: bytes) -> None:
    with database.transaction() as tables:
        tables.put("pictures", key, value)


def test_what_was_committed_is_there_and_what_was_not_is_not(database: Database, tmp_path: Path) -> None:
    put(database, "a", b"1")
    put(database, "a", b"2")
    with pytest.raises(RuntimeError), database.transaction() as tables:
        broken(tables)

    assert database.rows("pictures") == [("a", b"2")]
    database.close()
    again = opened(tmp_path)
    assert (again.get("pictures", "a"), again.get("pictures", "half"), again.count("pictures")) == (b"2", None, 1)
    with again.transaction() as tables:
        assert tables.remove("pictures", "a")
        assert not tables.remove("pictures", "a")
    assert again.rows("pictures") == []
    again.check()


def test_it_writes_ahead_and_flushes_every_commit(database: Database) -> None:
    pragmas = {
        name: database._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}


@pytest.mark.promise(4)
def test_the_files_tell_nothing(database: Database) -> None:
    put(database, "breakfast", SECRET)
    put(database, "lunch", SECRET)
    files = list(database.path.parent.iterdir())

    assert len(files) == 3
    for path in files:
        content = path.read_bytes()
        assert SECRET not in content
        assert b"breakfast" not in content
        assert path.stat().st_mode & 0o777 == 0o600, path
    rows = database._connection.execute("SELECT * FROM pictures").fetchall()
    assert len({row[1] for row in rows}) == 2


@pytest.mark.promise(4)
def test_locked_means_unreadable(database: Database, tmp_path: Path) -> None:
    put(database, "a", SECRET)
    database._vault.lock()
    acts: list[Callable[[], object]] = [
        lambda: database.get("pictures", "a"),
        lambda: database.rows("pictures"),
        lambda: put(database, "b", b""),
        database.check,
        lambda: Database.open(tmp_path / "new.db", (first,), database._vault),
    ]
    for act in acts:
        with pytest.raises(VaultLocked):
            act()
    assert not (tmp_path / "new.db").exists()
    database.close()
    assert opened(tmp_path).get("pictures", "a") == SECRET


def test_rows_of_another_table_key_or_database_are_refused(tmp_path: Path, database: Database) -> None:
    other = Database.open(tmp_path / "other.db", (first,), vault_in(tmp_path))
    put(database, "a", b"1")
    put(database, "b", b"2")
    put(other, "a", b"3")
    (foreign,) = other._connection.execute("SELECT value FROM pictures").fetchone()
    name = {key: value for key, value in database._connection.execute("SELECT key, value FROM pictures")}
    for value in (foreign, *name.values()):
        for key, own in name.items():
            if value == own:
                continue
            database._connection.execute("UPDATE pictures SET value = ? WHERE key = ?", (value, key))
            with pytest.raises(DatabaseDamaged):
                database.check()
            heard: list[bytes] = []
            assert len(database.rows("pictures", heard.append)) == 1
            assert heard == [key]
            database._connection.execute("UPDATE pictures SET value = ? WHERE key = ?", (own, key))
    database.check()


def test_a_migration_keeps_a_copy_until_the_new_schema_was_opened_once(tmp_path: Path) -> None:
    database = opened(tmp_path)
    put(database, "a", b"x")
    database.close()

    newer = opened(tmp_path, first, second)
    assert newer.rows("words") == [("a", b"X")]
    newer.close()
    backup = newer.path.with_name("library.db.before-migration")
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT count(*) FROM pictures").fetchone() == (1,)
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
    assert backup.stat().st_mode & 0o777 == 0o600

    opened(tmp_path, first, second).close()
    assert not backup.exists()


def test_a_failed_migration_leaves_the_old_schema_and_the_copy(tmp_path: Path) -> None:
    put(database := opened(tmp_path), "a", b"x")
    database.close()
    with pytest.raises(RuntimeError):
        opened(tmp_path, first, second, broken)

    older = opened(tmp_path, first, second)
    assert (older.rows("pictures"), older.rows("words")) == ([("a", b"x")], [("a", b"X")])


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    opened(tmp_path, first, second).close()
    with pytest.raises(SchemaTooNew) as told:
        opened(tmp_path, first)
    assert (told.value.found, told.value.known) == (2, 1)
    assert opened(tmp_path, first, second).rows("words") == []


def spoilt(tmp_path: Path) -> Path:
    """A database of 200 rows with zeros in its midst."""
    database = opened(tmp_path)
    with database.transaction() as tables:
        for number in range(200):
            tables.put("pictures", str(number), bytes(200))
    database.close()
    content = bytearray(database.path.read_bytes())
    content[8192:20480] = bytes(12288)
    database.path.write_bytes(content)
    return database.path


def test_a_damaged_file_is_told_kept_and_never_dropped_silently(tmp_path: Path) -> None:
    path = spoilt(tmp_path)
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(DatabaseDamaged) as told:
            opened(tmp_path)
        assert told.value.backup is None
        assert path.read_bytes() == before
    with pytest.raises(NoBackup):
        Database.restore(path)

    kept = Database.put_aside(path)
    assert kept.read_bytes() == before
    assert opened(tmp_path).rows("pictures") == []
    spoilt(tmp_path)
    assert Database.put_aside(path) != kept


def test_a_database_damaged_after_its_migration_can_go_back(tmp_path: Path) -> None:
    put(database := opened(tmp_path), "a", b"x")
    database.close()
    opened(tmp_path, first, second).close()
    database.path.write_bytes(b"no database at all" * 999)

    with pytest.raises(DatabaseDamaged) as told:
        opened(tmp_path, first, second)
    assert told.value.backup is not None
    kept = Database.restore(database.path)
    assert kept.read_bytes().startswith(b"no database")
    assert opened(tmp_path, first, second).rows("words") == [("a", b"X")]


def test_a_log_goes_aside_with_its_database(tmp_path: Path) -> None:
    path = spoilt(tmp_path)
    path.with_name("library.db-wal").write_bytes(b"log")
    kept = Database.put_aside(path)
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"log"
    assert [each.name for each in path.parent.iterdir() if "damaged" not in each.name] == []


def test_what_cannot_be_written_is_told_and_not_there(database: Database) -> None:
    put(database, "a", b"1")
    pages = database._connection.execute("PRAGMA page_count").fetchone()[0]
    database._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseUnwritable):
        put(database, "b", bytes(1 << 16))
    put(database, "c", b"3")
    assert sorted(database.rows("pictures")) == [("a", b"1"), ("c", b"3")]


def test_several_threads_take_turns(database: Database) -> None:
    def work(name: str) -> None:
        for number in range(20):
            put(database, f"{name}{number}", b"")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.count("pictures") == 60


def test_a_table_has_a_plain_name(database: Database) -> None:
    with pytest.raises(ValueError, match="no name"), database.transaction() as tables:
        tables.create("a; DROP TABLE pictures")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(content=st.binary(min_size=1, max_size=5000), at=st.integers(0, 8191))
def test_any_bytes_in_the_file_end_in_an_error_of_ours_or_do_no_harm(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, at: int
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    put(database := opened(folder), "a", SECRET)
    database.close()
    whole = bytearray(database.path.read_bytes())
    whole[at : at + len(content)] = content
    database.path.write_bytes(whole)
    try:
        again = opened(folder)
        again.check()
        assert again.rows("pictures") in ([("a", SECRET)], [])
    except (DatabaseDamaged, DatabaseUnwritable, SchemaTooNew):
        pass
