"""What a file of idempotency keys keeps over crashes, full disks and two who want it."""

import errno
import json
import os
import random
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sla_ledger_client import FileKeyStore, KeyStore, MemoryKeyStore, PendingWrite
from sla_ledger_client.problem import KeyStoreUnusable
from sla_ledger_client.request import Request


def write(key: str, text: str = "Привет", body_bytes: int = 0) -> PendingWrite:
    body = json.dumps({"title": text + "x" * body_bytes}, ensure_ascii=False).encode()
    return PendingWrite(key, Request("POST", "/v1/incidents", headers={"Idempotency-Key": key}, body=body))


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    return MemoryKeyStore() if request.param == "memory" else FileKeyStore(tmp_path / "keys")


def test_a_write_is_kept_until_it_is_settled(store: KeyStore) -> None:
    assert store.begin(write("a")) is None
    assert store.begin(write("b")) is None
    assert store.pending() == (write("a"), write("b"))
    store.settle("a")
    store.settle("never begun")
    assert store.pending() == (write("b"),)


def test_a_key_that_is_kept_is_not_replaced(store: KeyStore) -> None:
    store.begin(write("a"))
    assert store.begin(write("a", "another")) == write("a")
    assert store.pending() == (write("a"),)


def test_another_run_finds_what_was_begun(tmp_path: Path) -> None:
    with FileKeyStore(tmp_path / "keys") as store:
        for key in ("a", "b", "c"):
            store.begin(write(key))
        store.settle("b")
    with FileKeyStore(tmp_path / "keys") as store:
        assert store.pending() == (write("a"), write("c"))


def test_a_write_is_on_the_disk_before_it_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileKeyStore(tmp_path / "keys")
    seen: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append((tmp_path / "keys").read_bytes()))
    store.begin(write("a"))
    assert [b'"begun": "a"' in text for text in seen] == [True]


def test_a_file_whose_writes_are_settled_holds_nothing(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "keys")
    store.begin(write("a"))
    store.settle("a")
    assert (tmp_path / "keys").read_bytes() == b""


def test_a_file_that_is_never_idle_does_not_grow_for_ever(tmp_path: Path) -> None:
    with FileKeyStore(tmp_path / "keys") as store:
        store.begin(write("first"))
        for number in range(60):
            store.begin(write(f"k{number}", body_bytes=64 << 10))
            store.settle(f"k{number}")
        assert (tmp_path / "keys").stat().st_size < 3 << 20
        with pytest.raises(KeyStoreUnusable, match="in use"):
            FileKeyStore(tmp_path / "keys")
        store.begin(write("last"))
    assert [kept.key for kept in FileKeyStore(tmp_path / "keys").pending()] == ["first", "last"]


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    FileKeyStore(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600


def test_a_file_cut_off_anywhere_gives_what_was_whole(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    with FileKeyStore(path) as store:
        store.begin(write("a"))
        whole = len(path.read_bytes())
        store.begin(write("b"))
    text = path.read_bytes()
    chance = random.Random(20_240_427)
    for end in chance.sample(range(whole, len(text) - 1), 50):
        path.write_bytes(text[:end])
        with FileKeyStore(path) as store:
            assert store.pending() == (write("a"),)
            store.begin(write("c"))
        with FileKeyStore(path) as store:
            assert store.pending() == (write("a"), write("c"))


def test_a_second_client_is_refused(tmp_path: Path) -> None:
    with FileKeyStore(tmp_path / "keys"):
        script = (
            "import sys; from sla_ledger_client import FileKeyStore, errors\n"
            "try: FileKeyStore(sys.argv[1])\n"
            "except errors.KeyStoreUnusable as error: print(error)"
        )
        said = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "keys")],
            capture_output=True,
            text=True,
            check=True,
        )
    assert "in use by another client" in said.stdout


def test_a_file_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreUnusable, match="No such file"):
        FileKeyStore(tmp_path / "nowhere" / "keys")


@pytest.mark.parametrize("call", ["fsync", "write"])
def test_a_write_that_is_not_kept_is_not_sent_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with FileKeyStore(tmp_path / "keys") as store:
        store.begin(write("a"))
        with monkeypatch.context() as patched:
            patched.setattr(os, call, fail)
            with pytest.raises(KeyStoreUnusable, match="nothing was sent"):
                store.begin(write("b"))
        assert store.pending() == (write("a"),)
        store.begin(write("c"))
    with FileKeyStore(tmp_path / "keys") as store:
        assert store.pending() == (write("a"), write("c"))


def test_a_full_disk_does_not_hide_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    store = FileKeyStore(tmp_path / "keys")
    store.begin(write("a"))
    store.begin(write("b"))
    monkeypatch.setattr(os, "write", fail)
    store.settle("a")
    assert store.pending() == (write("b"),)
