# shellcheck shell=sh
# postgresql.sh - routing cycles over PostgreSQL, beside pg-boss on the same
# server: on a unix socket, every commit synced.

# postgresql_begin: $pg, its folder; run by nobody where the bench is run by root.
postgresql_begin() {
	pgbin=
	for _d in /usr/lib/postgresql/*/bin; do
		[ ! -x "$_d/initdb" ] || pgbin=$_d
	done
	[ -n "$pgbin" ] || { echo '  no PostgreSQL: left out' && return 1; }
	pg=$(mktemp -d /tmp/ixn-pg.XXXXXX) as=
	trap 'kill "$server" 2>/dev/null && wait "$server"; rm -rf "$tmp" "$pg"' EXIT
	server=
	if [ "$(id -u)" = 0 ]; then
		chown nobody "$pg" && as='setpriv --reuid=nobody --regid=nogroup --clear-groups'
	fi
	# shellcheck disable=SC2086 # a command and its options
	(cd "$pg" && $as env HOME="$pg" "$pgbin/initdb" -D "$pg/data" -U ixn --auth=trust --encoding=UTF8 --locale=C) >"$tmp/initdb" 2>&1 ||
		{ echo '  initdb does not work here: left out' && return 1; }
	# shellcheck disable=SC2086 # as above
	(cd "$pg" && exec $as "$pgbin/postgres" -D "$pg/data" -k "$pg" -c listen_addresses= -c shared_buffers=256MB) >"$tmp/server" 2>&1 &
	server=$!
	_tries=100
	until "$pgbin/psql" -X -q -h "$pg" -U ixn -d postgres -c 'CREATE DATABASE ixn' -c 'CREATE DATABASE boss' >/dev/null 2>&1; do
		_tries=$((_tries - 1))
		[ $_tries -gt 0 ] || { echo '  PostgreSQL does not start: left out' && return 1; }
		sleep 0.1
	done
}

pgboss() {
	for tool in npm node; do
		command -v "$tool" >/dev/null || { echo "  no $tool: pg-boss is left out" && return 1; }
	done
	mkdir -p "$tmp/boss"
	(cd "$tmp/boss" && npm install --silent --no-audit --no-fund pg-boss@10 >"$tmp/boss.log" 2>&1) ||
		{ echo '  npm cannot install pg-boss: it is left out' && return 1; }
	cp "$top/tests/bench/pgboss.js" "$tmp/boss"
}

bench_postgresql() {
	head 'Create, offer, accept, done over PostgreSQL: durable cycles a second' 'pg-boss'
	postgresql_begin || return 0
	cycle_site >"$tmp/site.json"
	ours="postgresql://ixn@/ixn?host=$pg" peers="postgresql://ixn@localhost/boss?host=$pg"
	ixn-setup --store "$ours" --load "$tmp/site.json" >/dev/null 2>&1
	beside_boss=false
	! pgboss || beside_boss=true
	for clients in 1 8; do
		: >"$tmp/rounds"
		for _ in 1 2 3; do
			_peer=-
			! $beside_boss || _peer=$(node "$tmp/boss/pgboss.js" "$peers" 4 $clients)
			echo "$("$O/bench/cycle" "$ours" 4 $clients) $_peer" >>"$tmp/rounds"
		done
		_ours=$(cut -d ' ' -f 1 "$tmp/rounds" | median)
		if $beside_boss; then
			_peer=$(cut -d ' ' -f 2 "$tmp/rounds" | median)
			row "ours, with skills and capacity : pg-boss; clients: $clients" "$_ours" "$_peer" "$(divide "$_ours" "$_peer")" "$([ $clients = 1 ] || echo 'ratio >= 1.5')"
		else
			row "ours, with skills and capacity; clients: $clients" "$_ours" - -
		fi
	done
	kill "$server" && wait "$server" || :
}
