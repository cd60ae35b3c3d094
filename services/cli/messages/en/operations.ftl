# Running the product: the server, its keys, its clock, its access log.

command-serve =
    Serve the ledger over HTTP: what services append, what people read, the feed.

    One process records in a SQLite file at a time, any number in PostgreSQL; reading commands, keys, clock and accesses run beside it. SIGTERM and
    Ctrl-C end it once the requests it has taken are answered. The first start of a ledger without keys makes a key of
    the role admin and prints it, alone, on standard output; docs/operations.md tells the rest.
    .host = The address to listen at; another than the loopback one needs TLS, here or in a reverse proxy.
    .port = The port to listen at; 0 lets the system choose one, which is told.
    .tls-cert = The certificate chain (PEM) to speak TLS with.
    .tls-key = The private key (PEM) of the certificate.
    .examples =
        sla-ledger serve --port 8080
        sla-ledger serve --database sqlite:////var/lib/sla/ledger.db --host 0.0.0.0 --tls-cert chain.pem --tls-key key.pem

serve-listening = Serving { $database } at { $address }, from position { $position }. Ctrl-C ends it.
serve-admin-key = There was no key yet. The one on standard output has the role admin; it is not shown again.
serve-stopping = Stopping: what was taken is answered first.
serve-stopped = Stopped; everything acknowledged is recorded.
serve-without-tls = { $host } may be reached from other machines, and keys travel in clear: give --tls-cert and --tls-key, or
    put a reverse proxy with TLS in front and let nobody else reach it.

command-keys = Keys for the API: make, list and revoke them, also beside a running server.
    .examples =
        sla-ledger keys create --role admin
        sla-ledger keys list

command-keys-create =
    Make a key and print it, alone, on standard output; it is not shown again.

    Only the hash of its secret is kept. Its first part, the prefix, is what listings, logs and events name it by.
    .role = What it may: customer, engineer, service, reporter, auditor or admin; docs/roles.md says what each is for.
    .contract = Limit it to this contract. May be given several times; without it the scope is every contract. A
        customer's key needs one.
    .act-as = As whom a service records: customer, engineer, system, separated by commas.
    .actor-id = Who acts in the events recorded by it, where a request does not say; without it the prefix.
    .expires = How long it is valid, an ISO 8601 duration such as P90D or PT12H; without it until it is revoked.
    .examples =
        sla-ledger keys create --role service --act-as engineer,system --actor-id crm
        sla-ledger keys create --role customer --contract C-001 --contract C-002 --expires P365D
        sla-ledger keys create --role admin --database sqlite:////var/lib/sla/ledger.db

command-keys-list = Tell what every key allows, and whether it still does; no secret is told.
    .examples =
        sla-ledger keys list
        sla-ledger keys list --json

command-keys-revoke = Make a key useless, from the next request on and for ever.
    .prefix = The key's prefix: the ten characters after slk_.
    .examples =
        sla-ledger keys revoke abcdefghij

command-keys-forget =
    Erase whose pseudonym it is.

    Events recorded with a token of an identity provider name the person by a random pseudonym. Once its meaning is
    erased nobody can tell whose it was; the person gets another one at the next request.
    .pseudonym = The pseudonym, as it stands in the events under via.
    .examples =
        sla-ledger keys forget oidc-abcdefghijklmnopqrstuvwx

keys-prefix = Prefix
keys-role = Role
keys-contracts = Contracts
keys-act-as = Acts as
keys-actor = Actor
keys-created = Created
keys-state = State
keys-all-contracts = all
keys-state-valid = valid
keys-state-until = valid until { $at }
keys-state-expired = expired { $at }
keys-state-revoked = revoked { $at }
keys-revoked = The key { $prefix } ({ $role }) is revoked since { $revoked_at }.
keys-forgotten = Nobody can tell any more whose pseudonym { $pseudonym } was.
keys-contract-unknown = the ledger has no contract { $contract } yet: the key will fit one that is registered under this very id

command-clock = The clock that events are recorded by.
    .examples =
        sla-ledger clock confirm

command-clock-confirm =
    Say that the machine's clock is right, after it was refused for having jumped ahead.

    A clock that is more than five minutes ahead of what it should read is not believed until a person has looked at it.
    A running server takes this up with the next request.
    .examples =
        sla-ledger clock confirm

clock-confirmed = The clock says { $now }, and is believed.

command-accesses = The access log: who has read values and whole histories.
    .examples =
        sla-ledger accesses list
        sla-ledger accesses verify

command-accesses-list = Tell who read what and when, in order.
    .after = Begin after the entry of this number.
    .examples =
        sla-ledger accesses list
        sla-ledger accesses list --after 1000 --json

command-accesses-verify =
    Compute the log's chain anew from its first entry, and tell its last value.

    Exit code 1 where an entry was changed, taken out or put in. Who could compute the whole chain anew is found out
    only by a last value that was kept elsewhere: keep the one told here.
    .examples =
        sla-ledger accesses verify

accesses-sound = The access log fits its chain: { $count ->
    [one] one entry
   *[other] { $count } entries
  }, the last value { $chain }.
