#!/bin/sh
# A service records an incident while the ledger's server is killed and started again: nothing is lost, nothing twice.
# Needs `sla-ledger`, and a python that has `sla-ledger-client`; nothing is left behind.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill -9 "$server" 2>/dev/null || true; fi; rm -rf "$folder"' EXIT
cd "$folder"

database="sqlite:///$folder/ledger.db"
port=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

serve() {
    sla-ledger serve --database "$database" --host 127.0.0.1 --port "$port" >/dev/null 2>>server.log &
    server=$!
}

sla-ledger init --provider "Example Support" --database "$database" >/dev/null
sla-ledger import "$here/contract.jsonl" --database "$database" >/dev/null
KEY=$(sla-ledger keys create --database "$database" --role service --act-as engineer --actor-id desk-1)
URL="http://127.0.0.1:$port"
export KEY URL

serve
python "$here/desk.py" <"$here/ticket.json" >said &
desk=$!
until grep -qs "is open" said; do
    kill -0 "$desk" || { cat server.log >&2; exit 1; }
    sleep 0.05
done
kill -9 "$server"
wait "$server" 2>/dev/null || true
cat said
echo "The server was killed."
serve
wait "$desk"
tail -n +2 said
