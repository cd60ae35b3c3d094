-- What each connection sets for itself, and what the server is asked before anything is recorded on it.

-- name: settings
SELECT set_config('synchronous_commit', 'on', false),
       set_config('default_transaction_isolation', 'read committed', false),
       set_config('statement_timeout', %(statement)s, false),
       set_config('idle_in_transaction_session_timeout', %(statement)s, false),
       set_config('lock_timeout', %(lock)s, false),
       set_config('enable_seqscan', 'off', false),
       set_config('jit', 'off', false);

-- name: safety
SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('server_encoding');
