/*
 * verbs_watch.h - looks at a store of SQLite behind each verb of verbs.c: what
 * must hold of all that was touched since the last look, as one reader sees it. What
 * concerns one row alone is for triggers (tests/t/random-verbs.t).
 */
#ifndef TESTS_VERBS_WATCH_H
#define TESTS_VERBS_WATCH_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define OPEN_DRAFT "('draft', 'rejected', 'failed')"
#define HANDED_ON "('queued', 'sending', 'deferred', 'unknown', 'sent', 'dropped')"
#define LOAD \
	"(SELECT count(*) FROM ixn i WHERE i.agent = m.agent AND i.medium = m.medium AND i.state <> 'done' AND i.direction <> 'outbound')" \
	" + (SELECT count(*) FROM offer o JOIN ixn i ON i.id = o.ixn WHERE o.agent = m.agent AND i.medium = m.medium AND o.state = 'pending' AND o.purpose <> 'monitor')" \
	" + (SELECT count(*) FROM participant p JOIN ixn i ON i.id = p.ixn WHERE p.agent = m.agent AND i.medium = m.medium AND p.until IS NULL AND p.role <> 'monitor')"

/* What is wrong, with what: ?1 is the number of the event behind which is looked. */
static const char watch_sql[] =
	"WITH t(id) AS (SELECT DISTINCT ixn FROM event WHERE seq > ?1 AND ixn IS NOT NULL),"
	" d AS (SELECT e.*, i.state AS istate, i.agent AS iagent FROM t JOIN email e ON e.ixn = t.id JOIN ixn i ON i.id = t.id)"
	" SELECT 'load of', m.agent, m.medium || ' ' || m.load FROM agent_medium m WHERE m.agent IN (SELECT agent FROM event WHERE seq > ?1) AND m.load <> " LOAD
	" UNION ALL SELECT 'mail in state', d.ixn, d.state || ' of ' || d.istate FROM d WHERE d.state IS NOT NULL AND NOT ("
	"(d.state = 'for-review' AND d.istate = 'review') OR (d.state IN " HANDED_ON " AND d.istate = 'done')"
	" OR (d.state IN " OPEN_DRAFT " AND d.istate IN ('active', 'consulting', 'parked', 'queued', 'offered')))"
	" UNION ALL SELECT 'mail in the outbox', d.ixn, d.state || ', there ' || o.state FROM d JOIN outbox o ON o.id = d.outbox"
	" WHERE d.state IN " HANDED_ON " AND o.state <> 'sending' AND o.state <> d.state AND d.state <> 'dropped'"
	" UNION ALL SELECT 'in review without an answer', i.id, coalesce(i.agent, '') FROM t JOIN ixn i ON i.id = t.id WHERE i.state = 'review' AND i.direction <> 'outbound'"
	" AND (SELECT count(*) FROM email e WHERE e.parent = i.id AND e.state = 'for-review' AND e.kind = 'reply' AND e.interim = 0) = 0"
	" UNION ALL SELECT 'with nobody, but has', i.id, i.agent FROM t JOIN ixn i ON i.id = t.id WHERE i.state = 'review' AND (i.agent IS NOT NULL"
	" OR EXISTS (SELECT 1 FROM segment s WHERE s.ixn = i.id AND s.ended IS NULL))"
	" UNION ALL SELECT 'author still has what is answered', d.ixn, d.author FROM d JOIN ixn p ON p.id = d.parent JOIN review r ON r.ixn = d.ixn"
	" WHERE d.state = 'for-review' AND d.kind = 'reply' AND d.interim = 0 AND p.state IN ('active', 'consulting', 'wrap') AND p.agent = d.author"
	" AND NOT EXISTS (SELECT 1 FROM segment s WHERE s.ixn = p.id AND s.agent = d.author AND s.ended IS NULL AND s.started >= r.since)"
	" UNION ALL SELECT 'asked to review what is not in review', o.ixn, o.agent FROM t JOIN offer o ON o.ixn = t.id JOIN ixn i ON i.id = t.id"
	" WHERE o.state = 'pending' AND o.purpose = 'review' AND i.state <> 'review'"
	" UNION ALL SELECT 'has in hand what is not in review', p.ixn, p.agent FROM t JOIN participant p ON p.ixn = t.id JOIN ixn i ON i.id = t.id"
	" WHERE p.until IS NULL AND p.role = 'review' AND i.state <> 'review'"
	" UNION ALL SELECT 'may review what waits no more', v.ixn, v.agent FROM t JOIN review_reviewer v ON v.ixn = t.id JOIN ixn i ON i.id = t.id WHERE v.open = 1 AND i.state <> 'review'"
	" UNION ALL SELECT 'reviews what he wrote', d.ixn, d.author FROM d WHERE d.state = 'for-review' AND (EXISTS (SELECT 1 FROM review_reviewer v WHERE v.ixn = d.ixn AND v.agent = d.author AND v.open = 1)"
	" OR EXISTS (SELECT 1 FROM participant p WHERE p.ixn = d.ixn AND p.agent = d.author AND p.role = 'review' AND p.until IS NULL)"
	" OR EXISTS (SELECT 1 FROM offer o WHERE o.ixn = d.ixn AND o.agent = d.author AND o.purpose = 'review' AND o.state = 'pending'))";

struct watch {
	sqlite3 *db;
	sqlite3_stmt *look, *last;
	atomic_long *seen; /* of all processes: the last event that was looked at */
};

static inline void
watch_open(struct watch *w, const char *path, atomic_long *seen)
{
	w->seen = seen;
	if (sqlite3_open_v2(path, &w->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK || sqlite3_busy_timeout(w->db, 60000) != SQLITE_OK ||
	    sqlite3_prepare_v2(w->db, watch_sql, -1, &w->look, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(w->db, "SELECT max(seq) FROM event", -1, &w->last, NULL) != SQLITE_OK) {
		fprintf(stderr, "verbs: %s: %s\n", path, sqlite3_errmsg(w->db));
		exit(70);
	}
}

static inline void
watch_close(struct watch *w)
{
	sqlite3_finalize(w->look);
	sqlite3_finalize(w->last);
	sqlite3_close(w->db);
}

/* How much is wrong; each is printed. Both reads are of one moment. */
static inline long
watch_look(struct watch *w)
{
	long from = atomic_load(w->seen), wrong = 0, last = from;
	int rc = sqlite3_exec(w->db, "BEGIN", NULL, NULL, NULL);

	if (rc == SQLITE_OK && sqlite3_step(w->last) == SQLITE_ROW)
		last = (long)sqlite3_column_int64(w->last, 0);
	sqlite3_reset(w->last);
	if (last > from) {
		sqlite3_bind_int64(w->look, 1, from);
		while ((rc = sqlite3_step(w->look)) == SQLITE_ROW) {
			printf("%s %s: %s, behind event %ld\n", sqlite3_column_text(w->look, 0), sqlite3_column_text(w->look, 1), sqlite3_column_text(w->look, 2), from);
			wrong++;
		}
		if (rc != SQLITE_DONE)
			printf("the store cannot be read: %s\n", sqlite3_errmsg(w->db)), wrong++;
		sqlite3_reset(w->look);
	}
	sqlite3_exec(w->db, "COMMIT", NULL, NULL, NULL);
	for (long old = from; last > old && !atomic_compare_exchange_weak(w->seen, &old, last);)
		;
	fflush(stdout);
	return wrong;
}

#endif
