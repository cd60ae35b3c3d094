"""A ledger is moved beside its server, and the servers of its new database answer as the old one did."""

from pathlib import Path

from tests.server.audit import feed
from tests.server.bodies import status
from tests.server.support import Server, found
from tests.server.wire import new_key
from tests.unit.cli.calls import call


def test_clients_of_a_moved_ledger_lose_nothing(tmp_path: Path, postgres_url: str) -> None:
    founded = found(tmp_path)
    path = f"/v1/incidents/{founded.incident}/events"
    body = status("The very same")
    answered, late = new_key(), new_key()
    with founded.open() as desk, desk.wire() as old:
        first = old.post(path, body, answered)
        assert first.status == 201
        before = feed(old)
        moved = call("copy", "--from", founded.url, "--to", postgres_url)
        assert moved.code == 0, moved.talk
        refused = old.post(path, status("After the move"), late)
        assert (refused.status, refused.problem) == (503, "ledger-moved")
        assert refused.headers["retry-after"] == "30"
        assert postgres_url not in refused.body.decode()
        assert old.get(f"/v1/incidents/{founded.incident}").status == 200
        written_down = old.get("/v1/feed?wait=0")
        assert (written_down.status, written_down.problem) == (503, "ledger-moved")
    with Server(postgres_url, tmp_path / "new.log") as server, server.wire(founded.keys.service) as new:
        assert feed(new) == before
        taken = new.post(path, status("After the move"), late)
        assert (taken.status, taken.replayed) == (201, False)
        back = f"sqlite:///{tmp_path}/back.db"
        assert call("copy", "--from", postgres_url, "--to", back).code == 0
        assert new.post(path, body).problem == "ledger-moved"
    with Server(back, tmp_path / "back.log") as server, server.wire(founded.keys.service) as wire:
        again = wire.post(path, body, answered)
        assert (again.status, again.body, again.replayed) == (201, first.body, True)
        assert again.headers.get("etag") == first.headers.get("etag")
        assert wire.post(path, status("After the move"), late).problem == "idempotency-key-reused"
        assert len(feed(wire)) == len(before) + 1
