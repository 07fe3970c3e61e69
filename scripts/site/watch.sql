-- What to watch on the primary: psql -d ixn -f watch.sql. Each line has a bound;
-- beyond it somebody should look.

-- The standby: 'sync' or 'quorum', and less than a second behind.
SELECT application_name, state, sync_state, replay_lag < interval '1 second' AS fine FROM pg_stat_replication;

-- Changes that wait for the turn: none for longer than a second.
SELECT count(*) AS waiting, coalesce(max(now() - query_start), interval '0') < interval '1 second' AS fine
FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database();

-- Who has begun something and does nothing: none for longer than 5 seconds.
SELECT pid, client_addr, now() - state_change AS since FROM pg_stat_activity
WHERE datname = current_database() AND state = 'idle in transaction' AND now() - state_change > interval '5 seconds';

-- Changes that wait for the standby: a few at a time.
SELECT count(*) AS waiting, count(*) < 20 AS fine FROM pg_stat_activity WHERE wait_event = 'SyncRep';

-- Events that are not kept yet: none, but for a moment.
SELECT (SELECT coalesce(max(seq), 0) FROM event) - (SELECT coalesce(max(n), 0) FROM flushed) AS ahead;

-- The two rows that every change writes: few dead ones.
SELECT relname, n_live_tup, n_dead_tup, n_dead_tup < 10000 AS fine FROM pg_stat_user_tables WHERE relname IN ('turn', 'flushed', 'due', 'agent_medium');

-- Connections: less than four fifths of what the server takes.
SELECT count(*) AS connections, count(*) * 5 < current_setting('max_connections')::int * 4 AS fine FROM pg_stat_activity;
