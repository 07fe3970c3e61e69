#!/bin/sh
# covers: every verb of every state: agents, leads, contacts and the clock do what comes to
# mind, from many processes at once. At each moment an interaction has one owner, no
# agent more than the capacity allows; at the end none is lost, times tile, and
# ixn-doctor finds nothing. VERBS=1000000 SEED=7 for more.
# shellcheck disable=SC2317 # functions are called by name
# place: embedded https - triggers in the words of SQLite watch
. "$(dirname "$0")/lib.sh"
# Over a network each takes longer.
! $served || : "${VERBS:=15000}"
: "${VERBS:=100000}" "${PROCESSES:=8}" "${SEED:=1}"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
# In memory where that can be: what is looked for is order, not durability.
dir=$tmp/work
[ ! -w /dev/shm ] || { dir=$(mktemp -d /dev/shm/ixn-verbs.XXXXXX) && trap 'rm -rf "$dir"; _end' EXIT; }
export IXN_STORE="file:$dir/store.db" IXN_CLOCK="$dir/clock"
echo 2026-11-21T09:00:00Z >"$IXN_CLOCK"
sql() { sqlite3 "$dir/store.db" "$1"; }

cat >site.json <<'J'
{"agents":[
{"name":"a1","skills":{"s":3},"capacity":{"chat":3,"email":1,"callback":2},"teams":["t"]},{"name":"a2","skills":{"s":2},"capacity":{"chat":2,"voice":1,"callback":2},"teams":["t"]},
{"name":"a3","skills":{"s":1},"capacity":{"chat":1,"email":2,"callback":2},"teams":["t"]},{"name":"a4","capacity":{"chat":4,"callback":4},"queues":["q1","pull"]},
{"name":"a5","capacity_rule":"mixed"},{"name":"a6","capacity_rule":"shares","skills":{"s":5}},{"name":"a7"},
{"name":"qa","capacity":{"email":2},"queues":["pull"]},
{"name":"l1","role":"lead","teams":["t"],"capacity":{"chat":2}},{"name":"l2","role":"lead","capacity":{"chat":1,"email":1}},{"name":"gw","role":"service","capacity":{"chat":1}}],
"capacities":[{"name":"mixed","media":[{"name":"chat","max":3,"unless":"email | voice"},{"name":"email","max":2,"unless":"chat>=2"},{"name":"voice","max":1}]},
{"name":"shares","media":[{"name":"chat","takes":25,"needs":25},{"name":"email","takes":25,"needs":100},{"name":"voice","takes":100,"needs":50}]}],
"teams":[{"name":"t","leads":["l1"]}],
"queues":[{"name":"q1","offer_timeout":"15s","exclusion":"5s","selection":"least-loaded","wrap_up":"20s","last_agent":"always","last_agent_wait":"10s","fallback":"q2",
"inactivity_warning":"60s","inactivity_close":"30s"},
{"name":"q2","offer_timeout":"15s","exclusion":"5s","skills":"s>=2","widen":[{"after":"20s","skills":"s>=1"},{"after":"60s","skills":""}],"overflow_to":"q1","overflow_after":"90s"},
{"name":"q3","offer_timeout":"15s","auto_answer":true,"selection":"best-fit","hours":"office","closed":"overflow","closed_to":"q1"},
{"name":"pull","push":false,"pull":true}],
"hours":[{"name":"office","zone":"Europe/Paris","sat":"09:00-12:00","sun":"22:00-06:00"}],
"workbins":[{"name":"mine"},{"name":"team","kind":"team","team":"t"},{"name":"shelf","kind":"shared"}],
"workflow":[{"name":"q1","next":["q2","q3"],"stop":true},{"name":"q2","next":["q1"],"stop":true}],
"custom_data":[{"name":"rank","type":"enum","values":[{"name":"low"},{"name":"high"}],"editable":true}],
"web":[{"name":"shop","origins":["https://www.example.org"],"chat_queue":"q1","callback_queue":"q2","cobrowse":true}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"q1"}],
"review":[{"name":"twice","teams":["t"],"stages":[{"reviewers":["team:t","agent:a5","agent:a6","agent:qa"],"quorum":2,"escalate_after":"60s","escalate_to":"agent:l2"},
 {"reviewers":["agent:qa","agent:a4","agent:a5","agent:a6","agent:l2","skill:s>=3"],"quorum":2}]},
{"name":"some","agents":["a5","a6","l2"],"every":2,"clean":"release","rejected_to":"preview","stages":[{"reviewers":["lead:t","skill:s>=1","agent:qa"],"escalate_after":"30s","escalate_to":"team:t"}]}],
"dispositions":[{"code":"ok","mandatory_for":["email"]}]}
J
ok ixn-setup --test --load site.json

# What must never be, not for a moment.
sql "CREATE TRIGGER one_owner BEFORE INSERT ON segment WHEN EXISTS (SELECT 1 FROM segment s WHERE s.ixn = NEW.ixn AND s.ended IS NULL
AND (s.agent, s.started) <> (NEW.agent, NEW.started)) BEGIN SELECT RAISE(ABORT, 'two owners'); END;
CREATE TRIGGER over BEFORE UPDATE ON agent_medium WHEN NEW.load > OLD.load AND NEW.load >
coalesce((SELECT c.max FROM agent_capacity c WHERE c.agent = NEW.agent AND c.medium = NEW.medium),
 (SELECT coalesce(m.max, 4) FROM capacity_medium m JOIN agent a ON a.capacity_rule = m.rule WHERE a.name = NEW.agent AND m.medium = NEW.medium),
 CASE WHEN NEW.medium = 'voice' THEN 1 ELSE 0 END) BEGIN SELECT RAISE(ABORT, 'over capacity'); END;
CREATE TRIGGER shares BEFORE INSERT ON offer WHEN NEW.agent = 'a6' AND NEW.purpose <> 'monitor' AND
100 - (SELECT sum(m.takes * p.load) FROM agent_medium p JOIN capacity_medium m ON m.rule = 'shares' AND m.medium = p.medium WHERE p.agent = 'a6') <
(SELECT m.needs FROM capacity_medium m JOIN ixn i ON i.medium = m.medium WHERE m.rule = 'shares' AND i.id = NEW.ixn) BEGIN SELECT RAISE(ABORT, 'shares taken'); END;
CREATE TRIGGER no_loss BEFORE DELETE ON ixn BEGIN SELECT RAISE(ABORT, 'lost'); END;
CREATE TRIGGER no_mail_lost BEFORE DELETE ON email BEGIN SELECT RAISE(ABORT, 'mail lost'); END;
CREATE TRIGGER own_mail BEFORE INSERT ON review_step WHEN NEW.verdict IN ('approved', 'rejected', 'edited')
AND EXISTS (SELECT 1 FROM email e WHERE e.ixn = NEW.ixn AND e.author = NEW.agent) BEGIN SELECT RAISE(ABORT, 'reviews what he wrote'); END;
CREATE TRIGGER made_twice BEFORE INSERT ON outbox WHEN NEW.kind = 'email'
AND EXISTS (SELECT 1 FROM outbox o WHERE o.ixn = NEW.ixn AND o.kind = 'email' AND o.state NOT IN ('failed', 'dropped')) BEGIN SELECT RAISE(ABORT, 'a mail made twice'); END;
CREATE TRIGGER fixed BEFORE UPDATE OF text, subject, sender, message_id ON outbox BEGIN SELECT RAISE(ABORT, 'a mail changed behind its making'); END;
CREATE TABLE seen (ixn TEXT, digest TEXT, text TEXT, subject TEXT, people TEXT, PRIMARY KEY (ixn, digest));
CREATE TRIGGER look AFTER INSERT ON review_step WHEN NEW.verdict IN ('approved', 'released') BEGIN INSERT INTO seen SELECT e.ixn, NEW.digest, e.text, i.subject,
(SELECT group_concat(a.address) FROM (SELECT DISTINCT address FROM email_address WHERE ixn = e.ixn AND kind IN ('to', 'cc', 'bcc') ORDER BY address) a) FROM email e JOIN ixn i ON i.id = e.ixn WHERE e.ixn = NEW.ixn
ON CONFLICT DO NOTHING; END;
CREATE TRIGGER unseen AFTER UPDATE OF outbox ON email WHEN NEW.outbox IS NOT OLD.outbox AND NEW.cycle > 0 AND NOT EXISTS (SELECT 1 FROM seen s JOIN ixn i ON i.id = s.ixn JOIN outbox o ON o.id = NEW.outbox
WHERE s.ixn = NEW.ixn AND s.digest = NEW.approved AND s.text IS NEW.text AND s.subject IS i.subject AND o.subject = coalesce(i.subject, '')
AND substr(o.text, 1, length(coalesce(s.text, ''))) = coalesce(s.text, '')
AND s.people = (SELECT group_concat(r.address) FROM (SELECT address FROM outbox_recipient WHERE outbox = o.id ORDER BY address) r)) BEGIN SELECT RAISE(ABORT, 'sent is not what was approved'); END;
CREATE TRIGGER too_few AFTER UPDATE OF outbox ON email WHEN NEW.outbox IS NOT OLD.outbox AND NEW.cycle > 0 AND NOT EXISTS (SELECT 1 FROM review_step s WHERE s.ixn = NEW.ixn AND s.cycle = NEW.cycle AND s.verdict = 'released')
AND EXISTS (SELECT 1 FROM review r, json_each('[\"' || replace(r.rules, ',', '\",\"') || '\"]') n JOIN review_stage g ON g.rule = n.value WHERE r.ixn = NEW.ixn AND instr(r.rules, ',') = 0
AND g.quorum > (SELECT count(DISTINCT s.agent) FROM review_step s WHERE s.ixn = NEW.ixn AND s.cycle = NEW.cycle AND s.verdict = 'approved' AND s.digest = NEW.approved AND s.stage = g.ord + 1))
BEGIN SELECT RAISE(ABORT, 'too few have approved'); END;
CREATE TRIGGER unreviewed AFTER UPDATE OF outbox ON email WHEN NEW.outbox IS NOT OLD.outbox AND NEW.cycle = 0 AND NEW.author IN (SELECT agent FROM team_member WHERE team = 't')
BEGIN SELECT RAISE(ABORT, 'sent without a review'); END"

set --
mkdir -p "$XDG_CONFIG_HOME/ixn" && printf '[mail]\nfrom = desk@example.org\n' >"$XDG_CONFIG_HOME/ixn/config"
! $served || { place_url "$dir/store.db" && set -- "$url" "$PLACE_CERTS/cert.pem" place; }
status 0 "${IXN_BIN%/bin}/peers/verbs" "$dir/store.db" "$IXN_CLOCK" "$PROCESSES" "$VERBS" "$SEED" "$@"
like "$out" "^$VERBS [0-9]+ 0\$" 'nothing but the desk refused anything'
echo "# $(printf '%s\n' "$out" | tail -n 1): verbs, refused, strange; $(sql 'SELECT count(*) FROM ixn') interactions, $(sql 'SELECT count(*) FROM event') events"

# Rare ones need their time.
if [ "$VERBS" -ge 100000 ]; then
	for event in $(sed -n 's/^V(.*"\([a-z.]*\)".*/\1/p; s/^HANDLED(.*"\([a-z.]*\)",.*/\1/p; s/^LEAVES(.*"\([a-z.]*\)",.*/\1/p' "$top/lib/desk/verbs.def" | sort -u) ixn.overflowed ixn.widened ixn.reserved monitor.started draft.created review.escalated review.released mail.returned mail.sent mail.failed mail.deferred mail.unknown mail.dropped; do
		like "$(sql "SELECT count(*) FROM event WHERE event = '$event'")" '^[1-9]' "$event happened"
	done
fi

none() { is "$(sql "$1")" '' "$2"; }
none "SELECT id, state FROM ixn WHERE (state IN ('active', 'consulting', 'wrap')) <> (agent IS NOT NULL) AND state <> 'done'" 'who handles it has it'
none "SELECT i.id, i.state FROM ixn i WHERE (i.state IN ('active', 'consulting', 'wrap')) <> ((SELECT count(*) FROM segment s WHERE s.ixn = i.id AND s.ended IS NULL AND s.agent = i.agent) = 1)" 'in one open segment'
none "SELECT ixn FROM segment WHERE ended < started" 'no time runs backwards'
none "SELECT max(at) FROM event HAVING max(at) > max((SELECT at FROM event ORDER BY seq DESC LIMIT 1), coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'latest'), 0))" 'nor may it, where the clock does'
none "SELECT a.ixn, a.started, b.started FROM segment a JOIN segment b ON a.ixn = b.ixn AND a.started < b.started AND (a.ended IS NULL OR a.ended > b.started)" 'segments tile'
none "SELECT i.id FROM ixn i WHERE (i.state = 'offered') <> ((SELECT count(*) FROM offer o WHERE o.ixn = i.id AND o.state = 'pending' AND o.purpose IN ('route', 'transfer')) = 1)" 'what is offered has one offer'
none "SELECT id FROM ixn WHERE (state = 'parked') <> (workbin IS NOT NULL AND agent IS NULL) AND state NOT IN ('active', 'consulting', 'wrap', 'review', 'done')" 'what is parked lies in a workbin'
none "SELECT p.ixn FROM participant p JOIN ixn i ON i.id = p.ixn WHERE p.until IS NULL AND i.state NOT IN ('active', 'consulting')
AND (p.role = 'consult' OR i.state NOT IN ('queued', 'offered')) AND (p.role <> 'review' OR i.state <> 'review')" 'nobody takes part in what nobody handles, unless it is on its way to the next'
none "SELECT i.id FROM ixn i WHERE (i.state = 'consulting') <> EXISTS (SELECT 1 FROM participant p WHERE p.ixn = i.id AND p.role = 'consult' AND p.until IS NULL)" 'who consults has a colleague'
none "SELECT m.agent, m.medium, m.load FROM agent_medium m WHERE m.load <> (SELECT count(*) FROM ixn i WHERE i.agent = m.agent AND i.medium = m.medium AND i.state <> 'done' AND i.direction <> 'outbound')
+ (SELECT count(*) FROM offer o JOIN ixn i ON i.id = o.ixn WHERE o.agent = m.agent AND i.medium = m.medium AND o.state = 'pending' AND o.purpose <> 'monitor')
+ (SELECT count(*) FROM participant p JOIN ixn i ON i.id = p.ixn WHERE p.agent = m.agent AND i.medium = m.medium AND p.until IS NULL AND p.role <> 'monitor')" 'loads are as they are counted'
none "SELECT id FROM ixn WHERE state = 'queued' AND lane IS NULL AND id NOT IN (SELECT id FROM due WHERE kind = 'callback')" 'what waits stands in a lane, but for a call whose time has not come'
is "$(sql "SELECT count(*) FROM event WHERE event IN ('ixn.created', 'chat.started', 'draft.created') OR (event = 'mail.fetched' AND reason = 'returned')")" "$(sql 'SELECT count(*) FROM ixn')" 'none was lost or doubled'
is "$(sql 'SELECT max(uid) - count(*) FROM fetch_mail')" 0 'each mail that came was taken'
none "SELECT f.uid FROM fetch_mail f WHERE f.outcome IN ('kept', 'threaded', 'returned') AND (SELECT count(*) FROM email e JOIN ixn i ON i.id = e.ixn WHERE e.digest = f.digest) <> 1" 'and stands exactly once'
none "SELECT ixn FROM email WHERE digest IS NOT NULL AND digest NOT IN (SELECT digest FROM fetch_mail)" 'none stands that did not come'
none "SELECT o.id FROM outbox o LEFT JOIN email e ON e.ixn = o.ixn WHERE o.kind = 'email' AND (SELECT count(*) FROM event v WHERE v.event = 'mail.queued' AND v.ref = o.id AND v.reason IS NULL) <> 1" 'each mail was made once'
none "SELECT e.ixn FROM email e JOIN ixn i ON i.id = e.ixn WHERE e.state IS NOT NULL AND (e.state = 'for-review') <> (i.state = 'review')" 'what is in review is in review'
none "SELECT ixn, seq FROM message GROUP BY ixn, seq HAVING count(*) > 1" 'nor a message'
ok ixn-doctor
is "$out" '' 'ixn-doctor finds nothing'
done_testing
