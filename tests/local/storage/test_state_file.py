"""Which files are accepted, which are refused and why, and who may use one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from py_swf.local.storage import StateFile, StateFileError
from py_swf.local.storage.state_file import FORMAT

PUT = "INSERT INTO executions VALUES (?, ?, ?, ?)"


def test_a_file_is_made(tmp_path: Path) -> None:
    """If there is no file at the path, a new, empty one is made."""
    file = StateFile(tmp_path / "new.swf")
    assert file.time is None
    assert file.service_record() is None
    file.close()
    assert (tmp_path / "new.swf").exists()


@pytest.mark.parametrize("name", [":memory:", "file:x?mode=memory", "é x.swf"])
def test_a_name_is_only_a_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that mean something else to SQLite are files like any other."""
    monkeypatch.chdir(tmp_path)
    StateFile(name).close()
    assert Path(name).exists()


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    """Nothing is lost where nothing is."""
    path = tmp_path / "empty.swf"
    path.touch()
    StateFile(path).close()
    assert path.stat().st_size


def test_what_was_begun_and_not_finished_is_a_new_file(tmp_path: Path) -> None:
    """A crash while a file is made leaves a database without tables, which is accepted."""
    path = tmp_path / "begun.swf"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    StateFile(path).close()
    StateFile(path).close()


def test_another_kind_of_file_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    """A text, or the database of another program, is named and not touched."""
    text, database = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("to do: everything\n" * 100)
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE books (title TEXT)")
    connection.commit()
    connection.close()
    for path in (text, database):
        before = path.read_bytes()
        with pytest.raises(StateFileError, match="is not a file of the local SWF service") as said:
            StateFile(path)
        assert str(path) in str(said.value)
        assert path.read_bytes() == before


def test_another_format_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    """A file that a later version wrote is never read as one of this version."""
    path = tmp_path / "later.swf"
    StateFile(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StateFileError, match=f"has format {FORMAT + 1}.* format {FORMAT} only"):
        StateFile(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("where", [".", "no/such/folder/shop.swf"])
def test_a_path_that_cannot_be_opened_is_named(where: str, tmp_path: Path) -> None:
    """A folder, or a path in a missing folder, is an error that names the path."""
    path = tmp_path / where
    with pytest.raises(StateFileError, match="unable to open") as said:
        StateFile(path)
    assert str(path) in str(said.value)


def test_one_server_has_a_file(tmp_path: Path) -> None:
    """A second one is refused, until the first has closed it."""
    path = tmp_path / "shop.swf"
    first = StateFile(path)
    with pytest.raises(StateFileError, match=r"shop\.swf: another server is using this file"):
        StateFile(path)
    first.close()
    StateFile(path).close()


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """Half of a file is refused."""
    path = tmp_path / "half.swf"
    file = StateFile(path)
    for number in range(100):
        file.write([(PUT, (number, "execution", 0, "x" * 1000))])
    file.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StateFileError, match=r"half\.swf: "):
        list(StateFile(path).read("SELECT * FROM executions"))


def test_a_write_is_whole_or_nothing(tmp_path: Path) -> None:
    """A failing statement undoes those before it, and the file stays usable."""
    file = StateFile(tmp_path / "shop.swf")
    row = (PUT, (1, "execution", 0, "{}"))
    with pytest.raises(StateFileError, match="UNIQUE"):
        file.write([row, row])
    assert list(file.read("SELECT * FROM executions")) == []
    file.write([row])
    assert list(file.read("SELECT * FROM executions")) == [(1, "execution", 0, "{}")]
    file.close()
