# pg.sh - behind lib.sh, for tests over PostgreSQL: throw-away servers on a unix
# socket, in the folder $pg, run by nobody where the test is run by root. What it
# needs of lib.sh, scripts/demo has, too: $tmp, _end, skip_all, background, wait_for.
# shellcheck shell=sh disable=SC2154

# pg_begin: finds PostgreSQL, or skips the whole test.
pg_begin() {
	pgbin=''
	for _d in /usr/lib/postgresql/*/bin; do
		[ ! -x "$_d/initdb" ] || pgbin=$_d
	done
	[ -n "$pgbin" ] || ! command -v initdb >/dev/null || pgbin=$(dirname "$(command -v initdb)")
	[ -n "$pgbin" ] || skip_all 'no PostgreSQL'
	# It refuses to run as root. Nobody but root gets into $tmp, so the folder is
	# elsewhere; its name is short, as that of a socket must be.
	pg=$(mktemp -d /tmp/ixn-pg.XXXXXX) || exit 1
	trap 'pg_end; _end; rm -rf "$pg"' EXIT
	pg_as=
	[ "$(id -u)" != 0 ] && return
	command -v setpriv >/dev/null || skip_all 'root, and no setpriv'
	chown nobody "$pg" && pg_as='setpriv --reuid=nobody --regid=nogroup --clear-groups'
}
# pg_end: all servers, whoever is still connected.
pg_end() {
	for _d in "$pg"/*/postmaster.pid; do
		[ ! -e "$_d" ] || kill -INT "$(head -n 1 "$_d")" 2>/dev/null || :
	done
}
# pg_run PROGRAM ARGUMENT...: one of PostgreSQL's, as its user.
pg_run() {
	_program=$pgbin/$1 && shift
	# shellcheck disable=SC2086 # a command and its options
	(cd "$pg" && $pg_as env HOME="$pg" "$_program" "$@")
}
# pg_init NAME [OPTION...]: a server's folder; commits are not synced unless fsync=on is said.
pg_init() {
	_name=$1 && shift
	pg_run initdb -D "$pg/$_name" -U ixn --auth=trust --encoding=UTF8 --locale=C --no-sync "$@" >"$tmp/initdb" 2>&1 || {
		sed 's/^/# /' "$tmp/initdb"
		skip_all 'initdb does not work here'
	}
}
# pg_start NAME PORT [-c SETTING...]: in the background; its process is $pid.
pg_start() {
	_name=$1 pg_port=$2 && shift 2
	# shellcheck disable=SC2086 # as above
	background $pg_as "$pgbin/postgres" -D "$pg/$_name" -k "$pg" -p "$pg_port" -c listen_addresses= -c fsync=off -c shared_buffers=64MB \
		-c dynamic_shared_memory_type=mmap "$@"
	wait_for "$pgbin/pg_isready" -q -h "$pg" -p "$pg_port" -U ixn -d postgres || cat "$tmp/$pid.out"
}
# pg_sql PORT [DATABASE]: what psql says to standard input.
pg_sql() { "$pgbin/psql" -X -q -A -t -h "$pg" -p "$1" -U ixn -d "${2:-postgres}" -v VERBOSITY=terse 2>&1; }
# pg_pair ONE TWO: at 5432, where a change counts once its synchronous standby at 5433 has it.
pg_pair() {
	pg_init "$1"
	pg_start "$1" 5432 -c fsync=on -c wal_log_hints=on -c synchronous_standby_names='*' -c synchronous_commit=local
	pg_run pg_basebackup -h "$pg" -p 5432 -U ixn -D "$pg/$2" -R --no-sync >"$tmp/backup" 2>&1 || cat "$tmp/backup"
	pg_start "$2" 5433 -c fsync=on -c wal_log_hints=on
	wait_for pg_follows
}
pg_follows() { [ "$(echo 'SELECT sync_state FROM pg_stat_replication' | pg_sql 5432)" = sync ]; }
# pg_kill NAME: it goes without a warning; what it held in memory goes with it.
pg_kill() {
	_shared=$(sed -n '7s/.* //p' "$pg/$1/postmaster.pid")
	kill -9 "$(head -n 1 "$pg/$1/postmaster.pid")"
	ipcrm -m "$_shared" 2>/dev/null || :
	rm "$pg/$1/postmaster.pid"
}
# pg_promote NAME: the standby takes changes.
pg_promote() { pg_run pg_ctl promote -D "$pg/$1" >"$tmp/promote" 2>&1 || cat "$tmp/promote"; }
# pg_url PORT DATABASE
pg_url() { echo "postgresql://ixn@/$2?host=$pg&port=$1"; }
