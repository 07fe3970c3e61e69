#!/bin/sh
# A store on PostgreSQL, and what goes wrong there: the connection cut and errors told
# at each step of a change, a server that begins anew, a full disk, a right that is
# missing, a standby that is gone. What the exit status says is what happened.
# covers: ixn-create, ixn-setup
# place: embedded - it has servers of its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/pg.sh"
command -v python3 >/dev/null || skip_all 'no python3'
command -v curl >/dev/null || skip_all 'no curl'
load=$IXN_BIN/../peers/desk-load
[ -x "$load" ] || skip_all "no $load"
pg_begin
pg_init data
pg_start data 5432
new() { echo "CREATE DATABASE $1 ${2-}" | pg_sql 5432; }
tell() { echo "$1" | pg_sql 5432 "${2:-desk}"; }
new desk
direct=$(pg_url 5432 desk)
cat >site.json <<'J'
{"agents":[{"name":"a0","skills":{"f":1},"capacity":{"email":2}},{"name":"a1","skills":{"f":2},"capacity":{"email":2}},
{"name":"a2","skills":{"f":3},"capacity":{"email":2}},{"name":"a3","skills":{"f":3},"capacity":{"email":2}}],"queues":[{"name":"q","skills":"f>=1"}]}
J
ok ixn-setup --store "$direct" --load site.json
agent-login a0 --store "$direct" --ready --quiet >login.out 2>&1

# At each step. What was tried: SUBJECT STATUS DOUBT, one a line.
mkdir "$tmp/between"
background "$top/tests/peers/pg-proxy" "$pg/.s.PGSQL.5432" "$tmp/between/.s.PGSQL.5432" "$tmp/work/plan"
wait_for test -S "$tmp/between/.s.PGSQL.5432"
between="postgresql://ixn@/desk?host=$tmp/between"
# each WHAT [--idempotency-key]: something comes in, as often as there are steps.
each() {
	# The startup can be cut, and nothing else.
	_step=$([ "$1" = before ]; echo $?)
	while [ $((_step += 1)) -lt 500 ]; do
		_subject=$1-$_step${2:+-key}
		echo "$_step $1" >plan
		rc=0
		ixn-create --store "$between" --media email --queue q --from x@example.org --subject "$_subject" --quiet ${2:+"$2" "$_subject"} >out 2>err || rc=$?
		[ -e plan.hit ] || break
		rm plan.hit
		echo "$_subject $rc $(grep -c 'nobody knows' err)" >>tried
	done
	rm -f plan
	_steps="$_steps $1:$((_step - 1))"
}
_steps=''
for what in before after 40001 53100; do
	each $what --idempotency-key
done
for what in before fatal; do
	each $what
done
echo "# steps:$_steps"
tell "SELECT subject, count(*) FROM ixn GROUP BY subject" | tr '|' ' ' | sort >there
sort tried | join -a 1 -e 0 -o 1.1,1.2,1.3,2.2 - there >outcome
echo "# exit statuses: $(cut -d ' ' -f 2 outcome | sort | uniq -c | tr -s ' \n' ' ')"
like "$(wc -l <outcome)" '^[1-9][0-9][0-9]' 'hundreds of steps'
is "$(awk '$4 > 1' outcome)" '' 'nothing happened twice'
is "$(awk '$2 == 0 && $4 != 1' outcome)" '' 'what was acknowledged is there'
is "$(awk '$2 != 0 && !$3 && $4' outcome)" '' 'what failed did not happen'
is "$(awk '$3 && $2 != 75' outcome)" '' 'who does not know says so'
is "$(grep -E '^(before|after|40001)-[0-9]+-key ' outcome | awk '$2 != 0 && $1 !~ /-[1-6]-key/')" '' 'with a key each cut is mended, and each refusal'
is "$(awk '$1 ~ /^40001/ && $2 != 0 && !$3' outcome)" '' 'a refusal is, without one, until it has happened'
is "$(awk '$2 != 0 && $2 != 69 && $2 != 74 && $2 != 75' outcome)" '' 'no other exit status'
is "$(tell 'SELECT count(*) = max(seq) AND min(seq) = 1 FROM event')" t 'no number of an event is left out'

# Reading, the same.
want=$(ixn-list --store "$direct" --all --limit 5 --fields id,state,subject 2>/dev/null)
_step=1 wrong=''
while [ $((_step += 3)) -lt 100 ]; do
	for what in before fatal; do
		echo "$_step $what" >plan
		got=$(ixn-list --store "$between" --all --limit 5 --fields id,state,subject 2>err) || got="$? $(cat err)"
		[ -e plan.hit ] || break 2
		rm plan.hit
		[ "$got" = "$want" ] || wrong="$wrong $_step:$what:$got"
	done
done
is "$(echo "$wrong" | tr ' ' '\n' | grep -vE '^([2-7]:.*)?$|cannot|reach')" '' "a reader goes on, cut at each of $_step steps"

# Ended by its administrator while it waits for its turn; and who goes on holding it.
echo 'BEGIN; UPDATE turn SET n = n; SELECT pg_sleep(60)' | pg_sql 5432 desk >/dev/null &
wait_for sh -c "[ -n \"\$(echo \"SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'\" | '$pgbin/psql' -X -q -A -t -h '$pg' -U ixn -d desk)\" ]"
waits() { [ "$(tell "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ixn' AND wait_event_type = 'Lock'")" -ge "$1" ]; }
status 75 ixn-create --store "$direct" --media email --queue q --from x@example.org --subject busy
like "$err" 'in use by' 'who waits for 10 s says for whom'
ixn-create --store "$direct" --media email --queue q --from x@example.org --subject waited --quiet >waited.out 2>waited.err &
waiting=$!
wait_for waits 1
tell "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ixn' AND wait_event_type = 'Lock'" >terminated
wait_for waits 1
tell "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" >terminated
wait $waiting
is "$?:$(tell "SELECT count(*) FROM ixn WHERE subject IN ('busy', 'waited')")" 0:1 'it waits again, and its turn comes'

# A deadlock with somebody who does not take turns.
echo "BEGIN; UPDATE due SET at = at; SELECT pg_sleep(1); UPDATE turn SET n = n; COMMIT" | pg_sql 5432 desk >stranger 2>&1 &
stranger=$!
wait_for sh -c "[ -n \"\$(echo \"SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'\" | '$pgbin/psql' -X -q -A -t -h '$pg' -U ixn -d desk)\" ]"
ok ixn-create --store "$direct" --media email --queue q --from x@example.org --subject deadlock --quiet
wait $stranger
is "$(tell "SELECT count(*) FROM ixn WHERE subject = 'deadlock'")" 1 'once'

# A right that is missing; a database that only reads; one of another version.
tell "CREATE ROLE clerk LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk; REVOKE INSERT ON ixn FROM clerk" >granted
clerk="postgresql://clerk@/desk?host=$pg"
ok ixn-list --all --store "$clerk"
made() { tell "SELECT (SELECT count(*) FROM ixn), (SELECT count(*) FROM contact), (SELECT count(*) FROM event WHERE event = 'ixn.created')"; }
before=$(made)
status 77 ixn-create --store "$clerk" --media email --queue q --from x@example.org
like "$err" 'permission denied for table ixn' 'a right that is missing is named'
is "$(made)" "$before" 'nothing is half done'
tell 'ALTER DATABASE desk SET default_transaction_read_only = on'
status 69 ixn-create --store "$direct" --media email --queue q --from x@example.org
like "$err" 'read-only' 'a database that only reads says so'
echo 'SET transaction_read_only = off; ALTER DATABASE desk RESET default_transaction_read_only' | pg_sql 5432 postgres >reset
format=$(sed -n 's/^#define STORE_VERSION //p' "$top/lib/store/store.h")
tell "UPDATE meta SET value = '4' WHERE key = 'version'"
status 78 ixn-list --all --store "$direct"
like "$err" "older format \(4, this is [0-9]+\).*" 'an older version'
like "$err" "'ixn-setup' brings it up to date" 'and what to do'
tell "UPDATE meta SET value = '$format' WHERE key = 'version'"
tell "UPDATE meta SET value = '77' WHERE key = 'min_reader'"
status 78 ixn-create --store "$direct" --media email --queue q --from x@example.org
like "$err" 'newer ixn-tools \(format 77' 'a newer one'
like "$err" 'upgrade this installation' 'and what to do then'
tell "UPDATE meta SET value = '$format' WHERE key = 'min_reader'"
new ascii "TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"
status 78 ixn-setup --store "$(pg_url 5432 ascii)"
like "$err" 'SQL_ASCII, not as UTF-8' 'one that knows no encoding'

# Passwords: from a file or a service, in no message and no list of processes.
pg_run sh -c 'true' 2>/dev/null
printf 'local all clerk scram-sha-256\n' | cat - "$pg/data/pg_hba.conf" >hba && cat hba >"$pg/data/pg_hba.conf"
tell "ALTER ROLE clerk PASSWORD 'open:sesame'; GRANT INSERT ON ixn TO clerk; SELECT pg_reload_conf()" >granted
refused() { ! ixn-list --all --store "$clerk" >/dev/null 2>&1; }
wait_for refused
status 69 ixn-list --all --store "$clerk"
like "$err" 'refused the login.*no password' 'none was given'
(umask 077 && echo '*:*:*:clerk:open\:sesam' >other.pass && echo '*:*:*:clerk:open\:sesame' >right.pass)
status 69 env PGPASSFILE="$tmp/work/other.pass" ixn-list --all --store "$clerk"
like "$err" 'refused the login.*authentication failed' 'a wrong one'
unlike "$err$out" 'sesam' 'is not said'
ok env PGPASSFILE="$tmp/work/right.pass" ixn-list --all --store "$clerk"
printf '[desk]\nhost=%s\ndbname=desk\nuser=clerk\n' "$pg" >services
ok env PGPASSFILE="$tmp/work/right.pass" PGSERVICEFILE="$tmp/work/services" ixn-list --all --store 'postgresql:///?service=desk'
ok env PGPASSFILE="$tmp/work/right.pass" PGSERVICEFILE="$tmp/work/services" ixn-create --store 'postgresql:///?service=desk' --media email --queue q --from x@example.org --quiet
IXN_STORE="postgresql://clerk:open%3Asesame@/desk?host=$pg" background ixn-routerd --listen 127.0.0.1:0 --url --access-log "$tmp/work/access"
server=$pid
wait_for grep -q '^http' "$tmp/$server.out"
curl -s "$(grep -m 1 '^http' "$tmp/$server.out")/readyz" >ready 2>&1 || :
unlike "$(cat "$tmp/$server.out" access ready)" 'sesame' 'a password of the URL: not in what a server prints'
unlike "$(tr '\0' ' ' </proc/"$server"/cmdline; for p in $(pgrep -P "$server"); do tr '\0' ' ' </proc/"$p"/cmdline; done)" 'sesame' 'nor in the list of processes'
unlike "$(tell "SELECT application_name || query FROM pg_stat_activity")" 'sesame' 'nor on the server'
kill "$server"

# A standby that is waited for and is not there.
echo '{"agents":[{"name":"robot","role":"service"}]}' >robot.json
ixn-setup --store "$direct" --load robot.json >robot.out 2>&1
agent-token robot --store "$direct" --token-file robot.token >robot.out 2>&1
IXN_STORE=$direct background ixn-routerd --listen 127.0.0.1:0 --url
server=$pid
wait_for grep -q '^http' "$tmp/$server.out"
at_server=$(grep -m 1 '^http' "$tmp/$server.out")
# posts SUBJECT [CURL-OPTION...]: something comes in, in the background; $asking, what is answered in FILE, its headers in FILE.head.
posts() {
	_subject=$1 && shift
	curl -s -m 60 -o "$_subject" -D "$_subject.head" -H "Authorization: Bearer $(cat robot.token)" -d "{\"media\":\"email\",\"queue\":\"q\",\"from\":\"x@example.org\",\"subject\":\"$_subject\"}" "$@" "$at_server/v1/ixn.create" &
	asking=$!
}
echo "ALTER SYSTEM SET synchronous_standby_names = 'nobody'" | pg_sql 5432
echo 'SELECT pg_reload_conf()' | pg_sql 5432 >reload
wait_for sh -c "[ \"\$(echo 'SHOW synchronous_standby_names' | '$pgbin/psql' -X -q -A -t -h '$pg' -U ixn -d desk)\" = nobody ]"
flushes() { [ "$(tell "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ixn' AND wait_event = 'SyncRep'")" -ge 1 ]; }
free() { tell "SELECT $1(pid) FROM pg_stat_activity WHERE application_name = 'ixn' AND wait_event = 'SyncRep'" >freed; }
for how in pg_cancel_backend pg_terminate_backend; do
	ixn-create --store "$direct" --media email --queue q --from x@example.org --subject $how --quiet >sync.out 2>sync.err &
	waiting=$!
	wait_for flushes
	free $how
	wait $waiting
	is "$?:$(grep -c 'nobody knows' sync.err)" 75:1 "$how: what the standby has not is not acknowledged"
done
# Whoever heeds "Retry-After" asks again: who gave no key might do it twice.
posts doubt
wait_for flushes
free pg_cancel_backend
wait $asking
posts doubt-key -H 'Idempotency-Key: doubt'
cancelled() { free pg_cancel_backend && ! kill -0 "$asking"; }
wait_for cancelled
is "$(jq -r .error.code doubt) $(head -n 1 doubt.head | tr -d '\r')" 'store_doubt HTTP/1.1 503 Service Unavailable' 'a server says so'
is "$(grep -ci '^retry-after:' doubt.head)" 0 'and not to ask again'
is "$(jq -r .error.code doubt-key) $(grep -ci '^retry-after: 1' doubt-key.head)" 'store_doubt 1' 'but with a key'
kill "$server"
ixn-create --store "$direct" --media email --queue q --from x@example.org --subject key --idempotency-key k --quiet >sync.out 2>sync.err &
waiting=$!
wait_for flushes
free pg_cancel_backend
wait_for flushes
echo "ALTER SYSTEM RESET synchronous_standby_names" | pg_sql 5432
echo 'SELECT pg_reload_conf()' | pg_sql 5432 >reload
wait $waiting
is "$?:$(tell "SELECT count(*) FROM ixn WHERE subject = 'key'")" 0:1 'with a key it waits until it is, and happens once'

# The server begins anew, in peace and not, while agents work.
for a in 0 1 2 3; do
	"$load" login "$direct" "a$a" >"$tmp/token.$a"
done
for a in 0 1 2 3; do
	"$load" work "$direct" "a$a" "$(cat "$tmp/token.$a")" 60 >"work.$a" 2>"wrong.$a" &
	eval "work_$a=\$!"
done
for signal in INT QUIT KILL; do
	had=$(cat work.? 2>/dev/null | wc -l)
	wait_for sh -c "[ \$(cat work.? | wc -l) -gt $((had + 40)) ]"
	postmaster=$(head -n 1 "$pg/data/postmaster.pid")
	pgrep -P "$postmaster" >children
	kill -$signal "$postmaster"
	wait_for sh -c "! kill -0 $postmaster && ! kill -0 \$(cat children)"
	[ $signal != KILL ] || rm -f "$pg/data/postmaster.pid"
	pg_start data 5432
done
worked=
for a in 0 1 2 3; do
	eval "wait \$work_$a"
	worked=$worked$?
done
is "$worked:$(cat wrong.*)" 0000: 'all agents go on to the end'
cat work.? >acknowledged
echo "# $(wc -l <acknowledged) changes; the longest took $(cut -d ' ' -f 4 acknowledged | sort -n | tail -n 1) ms"
for pair in ixn.create:ixn.created ixn.accept:offer.accepted ixn.done:ixn.done; do
	grep "^${pair%:*} " acknowledged | cut -d ' ' -f 3 | sort >said
	tell "SELECT ixn FROM event WHERE event = '${pair#*:}'" | sort >is
	is "$(comm -23 said is)$(uniq -d said)$(uniq -d is)" '' "all of ${pair%:*} that was acknowledged is there, once"
done
is "$(tell 'SELECT count(*) = max(seq) AND min(seq) = 1 FROM event')" t 'and no number of an event is left out'
ok ixn-doctor --store "$direct"

# No room: a small disk for the tables, in a world of the server's own.
if [ "$(id -u)" != 0 ] || ! unshare -m mount -t tmpfs tmpfs /mnt 2>/dev/null; then
	skip 'a full disk' 'no file system may be mounted here'
	done_testing
fi
pg_init small
mkdir "$pg/disk"
BACKGROUND_SECS=300 background unshare -m sh -c "mount -t tmpfs -o size=40m tmpfs '$pg/disk' && chown nobody '$pg/disk' &&
	exec $pg_as '$pgbin/postgres' -D '$pg/small' -k '$pg' -p 5433 -c listen_addresses= -c fsync=off"
wait_for "$pgbin/pg_isready" -q -h "$pg" -p 5433 -U ixn -d postgres
disk=/proc/$(head -n 1 "$pg/small/postmaster.pid")/root$pg/disk
echo "CREATE TABLESPACE disk LOCATION '$pg/disk'" | pg_sql 5433
echo 'CREATE DATABASE full_one TABLESPACE disk' | pg_sql 5433
full=$(pg_url 5433 full_one)
ok ixn-setup --store "$full" --load site.json
id=$(ixn-create --store "$full" --media email --queue q --from x@example.org --ids)
head -c 60000 /dev/urandom | base64 -w 0 >long
cat /dev/zero >"$disk/filler" 2>/dev/null
n=0
while [ $((n += 1)) -le 20 ] && ixn-note "$id" --store "$full" --file long --quiet >/dev/null 2>&1; do :; done
before=$(echo 'SELECT (SELECT count(*) FROM note), (SELECT count(*) FROM event), (SELECT version FROM ixn)' | pg_sql 5433 full_one)
status 74 ixn-note "$id" --store "$full" --file long
like "$err" 'no space left' 'a full disk says so'
is "$(echo 'SELECT (SELECT count(*) FROM note), (SELECT count(*) FROM event), (SELECT version FROM ixn)' | pg_sql 5433 full_one)" "$before" 'nothing is half done'
ok ixn-list --all --store "$full"
rm "$disk/filler"
ok ixn-note "$id" --store "$full" --file long --quiet
done_testing
