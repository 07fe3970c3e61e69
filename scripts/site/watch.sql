-- What to watch on the primary: psql -d ixn -f watch.sql. Where 'fine' is not t
-- somebody should look. Done by one who may look and nothing else:
--   psql -d ixn -c 'CREATE ROLE watcher LOGIN' -c 'GRANT pg_monitor TO watcher' -c 'GRANT SELECT ON event, flushed TO watcher'

-- The standby: there is one, 'sync' or 'quorum', and less than a second behind.
SELECT string_agg(concat_ws(' ', application_name, state, sync_state), ', ') AS standby,
	count(*) FILTER (WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum') AND coalesce(replay_lag < interval '1 second', true)) > 0 AS fine
FROM pg_stat_replication;

-- What is kept for it: somebody takes it, and none of it is given up.
SELECT slot_name AS slot, active AND wal_status IN ('reserved', 'extended') AS fine FROM pg_replication_slots;

-- Changes that wait for the turn: none for longer than a second.
SELECT count(*) AS waiting_for_turn, coalesce(max(now() - query_start), interval '0') < interval '1 second' AS fine
FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database();

-- Who has begun something and does nothing: none for longer than 5 seconds.
SELECT pid, client_addr, now() - state_change AS idle_since, false AS fine FROM pg_stat_activity
WHERE datname = current_database() AND state = 'idle in transaction' AND now() - state_change > interval '5 seconds';

-- Changes that wait for the standby: none for longer than a second.
SELECT count(*) AS waiting_for_standby, coalesce(max(now() - query_start), interval '0') < interval '1 second' AS fine
FROM pg_stat_activity WHERE wait_event = 'SyncRep';

-- Events that are not kept yet: those of a moment.
SELECT ahead, ahead < 1000 AS fine
FROM (SELECT (SELECT coalesce(max(seq), 0) FROM event) - (SELECT coalesce(max(n), 0) FROM flushed) AS ahead) AS e;

-- The rows that every change writes: few dead ones.
SELECT relname AS rows_of, n_live_tup, n_dead_tup, n_dead_tup < 10000 AS fine
FROM pg_stat_user_tables WHERE relname IN ('turn', 'flushed', 'due', 'agent_medium');

-- Connections: less than four fifths of what the server takes.
SELECT count(*) AS connections, count(*) * 5 < current_setting('max_connections')::int * 4 AS fine
FROM pg_stat_activity WHERE backend_type = 'client backend';
