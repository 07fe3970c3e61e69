# pair.sh - behind pg.sh: the primary and the standby of the site template, as Debian
# has servers (settings beside the data), at two addresses of the loopback network,
# made by the commands of promote.md. The shipped files are what is run.
# shellcheck shell=sh disable=SC2154

# pair_begin: the servers 1 and 2, empty; the template's settings and certificates.
pair_begin() {
	for _c in pg_createcluster pg_ctlcluster openssl setsid; do
		command -v $_c >/dev/null || skip_all "no $_c"
	done
	pg_version=$(basename "${pgbin%/bin}")
	net=127.$(($$ / 250 % 250 + 1)).$(($$ % 250 + 1))
	password=open-sesame
	# In the place of postgres: pg_ctlcluster asks as whoever runs the server whether it is up.
	pair_owner=$(id -un)
	[ -z "$pg_as" ] || pair_owner=nobody
	trap 'pair_end; _end; rm -rf "$pg"' EXIT
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$tmp/ca.key" -subj '/CN=authority' -days 2 -out "$pg/ca.pem" 2>/dev/null
	chmod 644 "$pg/ca.pem"
	for _n in 1 2; do
		pair_server $_n >"$tmp/made.$_n" 2>&1 &
		eval "_made_$_n=\$!"
	done
	# shellcheck disable=SC2154 # by eval
	{ wait "$_made_1" && wait "$_made_2"; } || { sed 's/^/# /' "$tmp"/made.? && skip_all 'no server can be made here'; }
}
pair_server() (
	set -eu
	_home=$pg/home.$1
	_conf=$pg/etc.$1/$pg_version/main
	mkdir "$_home"
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$_home/key" -subj "/CN=db$1" -out "$tmp/$1.csr" 2>/dev/null
	echo "subjectAltName=IP:$net.$1" >"$tmp/$1.ext"
	openssl x509 -req -in "$tmp/$1.csr" -CA "$pg/ca.pem" -CAkey "$tmp/ca.key" -set_serial "$1" -days 2 -extfile "$tmp/$1.ext" -out "$_home/cert" 2>/dev/null
	echo "*:*:*:replicator:$password" >"$_home/.pgpass"
	chmod 600 "$_home/.pgpass" "$_home/key"
	mkdir "$pg/etc.$1" "$pg/run.$1"
	[ -z "$pg_as" ] || chown -R nobody "$_home" "$pg/etc.$1" "$pg/run.$1"
	echo "pg_createcluster $pg_version main -d $pg/$1 -s $pg/run.$1 -l $pg/home.$1/log -p 5432 --locale C.UTF-8 --start-conf manual --no-status \
		-- -U $pair_owner --auth-local=trust --auth-host=scram-sha-256 --no-sync" | pair_at "$1"
	pair_put "$1" <"$top/scripts/site/postgresql.conf" >"$_conf/conf.d/ixn.conf"
	sed -n 's/^    \(hostssl .*\)10.0.0.0\/24/\1127.0.0.0\/8/p' "$top/scripts/site/promote.md" >>"$_conf/pg_hba.conf"
	# What a process leaves when it is killed is in the files; only power that fails needs more.
	printf 'fsync = off\nshared_buffers = 32MB\ndynamic_shared_memory_type = mmap\n' >"$_conf/conf.d/test.conf"
	chmod 644 "$_conf"/conf.d/*.conf
	echo "pg_ctlcluster $pg_version main start" | pair_at "$1"
)
# pair_put N: a shipped file, with what is this site's own at server N.
pair_put() {
	sed "s|/etc/ssl/ixn-db.pem|$pg/home.$1/cert|; s|/etc/ssl/private/ixn-db.key|$pg/home.$1/key|; s|^listen_addresses = '\*'|listen_addresses = '$net.$1'|
		s|/etc/postgresql/15/main|$pg/etc.$1/$pg_version/main|g; s|/var/lib/postgresql/15/main|$pg/$1|g; s|/usr/lib/postgresql/15/bin|$pgbin|g
		s|15 main|$pg_version main|g; s|db\([12]\)\>|$net.\1|g; s|/etc/ssl/ixn-ca.pem|$pg/ca.pem|g"
}
# pair_at N: commands on standard input, as the administrator of server N. Who asks for a password is given it.
pair_at() {
	cat >"$pg/step.$1"
	chmod 644 "$pg/step.$1"
	printf '%s\n' "$password" "$password" >"$pg/answer.$1"
	# Beside, as a trap is not heard while something runs.
	# shellcheck disable=SC2086 # a command and its options
	(cd "$pg" && exec setsid -w timeout 60 $pg_as env -u PGPASSFILE HOME="$pg/home.$1" PG_CLUSTER_CONF_ROOT="$pg/etc.$1" PGDATABASE=postgres sh -eu "$pg/step.$1") <"$pg/answer.$1" &
	wait $!
}
# pair_sql N STATEMENT [DATABASE]
pair_sql() { "$pgbin/psql" -X -q -A -t -h "$pg/run.$1" -U "$pair_owner" -d "${3:-ixn}" -c "$2" 2>&1; }
# pair_follow HEADING [changed]: what promote.md says under it, each where it is to be run; changed: with the names exchanged.
pair_follow() {
	rm -f "$tmp"/part.*
	{
		[ -z "${2-}" ] || echo 's/db1/db@/g; s/db2/db1/g; s/db@/db2/g; s/ixn_a/ixn_@/g; s/ixn_b/ixn_a/g; s/ixn_@/ixn_b/g'
	} >"$tmp/names"
	sed -f "$tmp/names" "$top/scripts/site/promote.md" | awk -v heading="## $1" -v to="$tmp/part." '
		/^## /{ on = $0 == heading }
		/^[^ ]/{ file = "" }
		on && /^    # db[12]$/{ file = to (++n) "." substr($2, 3); next }
		on && file && /^    /{ print substr($0, 5) >file }'
	for _part in "$tmp"/part.*; do
		[ -e "$_part" ] || { _tap 1 "promote.md: nothing under $1" && return; }
		_at=${_part##*.}
		pair_put "$_at" <"$_part" | pair_at "$_at" >"$tmp/said" 2>&1
		_tap $? "promote.md: $1: $(head -n 1 "$_part" | cut -c 1-60)" || sed 's/^/# /' "$tmp/said"
	done
}
# pair_url: of the routers, as promote.md has it.
pair_url() { sed -n "s/.*--store '\(postgresql:[^']*\)'.*/\1/p" "$top/scripts/site/promote.md" | pair_put 1; }
# pair_streams N [SYNC]: the other one follows server N.
pair_streams() { [ "$(pair_sql "$1" 'SELECT application_name, state, sync_state FROM pg_stat_replication' postgres)" = "$([ "$1" = 1 ] && echo ixn_b || echo ixn_a)|streaming|$2" ]; }
# pair_lose N: its machine is gone: no word to anybody, and nothing put in order.
pair_lose() {
	_main=$(head -n 1 "$pg/$1/postmaster.pid")
	_all=$(pgrep -P "$_main")
	_shared=$(sed -n '7s/.* //p' "$pg/$1/postmaster.pid")
	# shellcheck disable=SC2086 # numbers
	kill -9 "$_main" $_all
	# shellcheck disable=SC2086 # as above
	wait_for pair_gone "$_main" $_all
	ipcrm -m "$_shared" 2>/dev/null || :
}
pair_gone() { for _p; do ! kill -0 "$_p" 2>/dev/null || return 1; done; }
pair_end() {
	for _n in 1 2; do
		[ ! -e "$pg/$_n/postmaster.pid" ] || pg_run pg_ctl stop -s -m immediate -D "$pg/$_n" >/dev/null 2>&1 || :
	done
}
