#!/bin/sh
# A store on a PostgreSQL server over the network, as ixn-postgresql(7) tells: TLS with a
# certificate that is looked at, a password in a file. What is not as it should be is
# refused at once and named; the password is in no message, log, list of processes or
# file, and never sent.
# covers: ixn-setup, ixn-create, ixn-watch, ixn-routerd
# place: embedded - it has servers of its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/pg.sh"
command -v certtool >/dev/null || skip_all 'no certtool (gnutls-bin)'
command -v curl >/dev/null || skip_all 'no curl'
umask 077
pg_begin
"$top/tests/peers/make-certs" "$tmp/certs"
# tls NAME: the server's certificate from now on.
tls() {
	cp "$tmp/certs/$1.pem" "$pg/cert"
	cp "$tmp/certs/$1.key" "$pg/key"
	[ -z "$pg_as" ] || chown nobody "$pg/cert" "$pg/key"
	[ ! -e "$pg/data/postmaster.pid" ] || tell 'SELECT pg_reload_conf()' >reloaded
}
tell() { echo "$1" | pg_sql 5432 "${2:-desk}"; }
pg_init data
printf 'local all ixn trust\nlocal desk router scram-sha-256\nhostssl desk router 127.0.0.0/8 scram-sha-256\n' >hba && cat hba >"$pg/data/pg_hba.conf"
tls good
# An address of its own, so that no other test has the port; the name is looked at all the same.
address=127.$(($$ / 250 % 250 + 1)).$(($$ % 250 + 1)).1
pg_start data 5432 -c listen_addresses="$address" -c ssl=on -c ssl_cert_file="$pg/cert" -c ssl_key_file="$pg/key" \
	-c log_connections=on -c log_statement=all -c log_min_duration_statement=0 -c log_parameter_max_length=-1
log=$tmp/$pid.out
# Of this test alone, as it is looked for in the whole machine.
password=open-sesame-$$
echo "SET log_statement = 'none'; SET log_min_duration_statement = -1; CREATE ROLE router LOGIN PASSWORD '$password'; CREATE DATABASE desk OWNER router;" |
	sed 's/; /;\n/g' | pg_sql 5432 postgres
echo "*:*:*:router:$password" >right
export PGPASSFILE="$tmp/work/right"

# What the page says of it.
said=$(sed -n "s/^store='.*ixn?\(.*\)'$/\1/p" "$top/man/ixn-postgresql.7")
like "$said" '^sslmode=verify-full&sslrootcert=/etc/ssl/ixn-ca.pem$' 'the page says how the certificate is looked at'
said=$(echo "$said" | sed "s|/etc/ssl/ixn-ca.pem|$tmp/certs/ca.pem|")
at="postgresql://router@localhost/desk?hostaddr=$address"
export IXN_STORE="$at&$said"
echo '{"agents":[{"name":"a0","password":"secret-a0"}],"queues":[{"name":"q"}]}' >site.json
ok ixn-setup --load site.json
comes() { ixn-create --media email --queue q --from x@example.org --subject "$@"; }
ok comes first --ids
background ixn-routerd --listen 127.0.0.1:0 --url --access-log "$tmp/work/access"
server=$pid
wait_for grep -q '^http' "$tmp/$server.out"
url=$(grep -m 1 '^http' "$tmp/$server.out")
ready() { [ "$(curl -s -m 20 -o ready -w '%{http_code}' "$url/readyz")" = "$1" ]; }
ok wait_for ready 200
background ixn-watch --timeout 300s --debug
watcher=$pid
connected() { [ "$(tell "SELECT count(*) > 1 FROM pg_stat_activity WHERE usename = 'router'")" = t ]; }
ok wait_for connected
is "$(tell "SELECT bool_and(ssl), min(version) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'router'")" 't|TLSv1.3' 'all of it is TLS'
ok ixn-list --all --store "$IXN_STORE&channel_binding=require"

# refused WORDS [URL]: so it is said, and nothing is waited for.
refused() {
	status 69 ixn-list --all --store "${2:-$IXN_STORE}"
	like "$err" "$1" "refused: $1"
	unlike "$err" "trying again|$password" 'and no more is said'
}
refused 'no encryption' "$at&sslmode=disable"
refused 'certificate verify failed' "$at&sslmode=verify-full&sslrootcert=$tmp/certs/self.pem"
refused 'root certificate file .*none.pem.* does not exist' "$at&sslmode=verify-full&sslrootcert=$tmp/certs/none.pem"
refused 'does not match host name' "$(echo "$IXN_STORE" | sed 's/localhost/db1/')"

# A certificate that is none any more: nobody goes on without.
shows() { ! ixn-list --all >/dev/null 2>shown && grep -Eq "$1" shown; }
cut_off() { tell "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'router'" >ended; }
for x in wrong:'does not match host name' expired:'certificate verify failed' self:'certificate verify failed'; do
	tls "${x%%:*}"
	wait_for shows "${x#*:}"
	refused "${x#*:}"
done
cut_off
ok wait_for ready 503
like "$(cat ready)" unreachable 'a server that has lost its database waits until it can look at it'
tls good
ok wait_for ready 200
ok comes second --quiet

# Passwords.
echo '*:*:*:router:open-says-me' >wrong
echo "*:*:other:router:$password" >other
PGPASSFILE=wrong refused 'refused the login.*authentication failed'
unlike "$err" 'open-says-me' 'nor the wrong one'
PGPASSFILE=other refused 'refused the login.*no password'
cp right readable && chmod 644 readable
PGPASSFILE=readable refused 'refused the login.*no password'
like "$err" 'password file "readable" has group or world access' 'a file that all may read is none'
with_password=$(echo "$IXN_STORE" | sed "s/router@/router:$password@/")
PGPASSFILE=none refused 'does not match host name' "$(echo "$with_password" | sed 's/localhost/db1/')"
IXN_STORE=$with_password PGPASSFILE=none ok comes third --quiet --debug
unlike "$out$err" "$password" 'one in the URL is not said'
IXN_STORE=$with_password PGPASSFILE=none background ixn-watch --timeout 300s --debug
wait_for connected
IXN_STORE=$with_password PGPASSFILE=none ok ixn-doctor --debug
unlike "$out$err" "$password" 'nor by ixn-doctor'

# What is sent, and what is left.
if command -v strace >/dev/null; then
	socket="postgresql://router@/desk?host=$pg"
	ok traced -f -qq -s 9999 -e trace=write,writev,sendto,sendmsg,execve -o sent ixn-create --store "$socket" --media email --queue q --from x@example.org --subject fourth --debug
	like "$(cat sent)" 'SCRAM-SHA-256' 'the server asks for a proof'
	is "$(grep -c "$password" sent)" 0 'and gets it without the password'
else
	skip 'what is sent' 'no strace'
fi
echo "$password" >secret
is "$(grep -l -a -f secret /proc/[0-9]*/cmdline 2>/dev/null)" '' 'in no list of processes'
is "$(grep -l -a -f secret "/proc/$(pgrep -P "$server")/environ" "/proc/$(pgrep -P "$watcher")/environ")" '' 'where it is in a file, in no environment'
kill "$server" && wait "$server"
is "$(grep -r -l -a -f secret "$HOME" "$XDG_RUNTIME_DIR" "$tmp"/*.out access)" '' 'in no file, and nothing that was printed'
is "$(grep -c 'connection authorized: user=router' "$log" | sed 's/^[1-9].*/some/') $(grep -a -c -f secret "$log")" 'some 0' "nor in the server's log"
is "$(tell 'SELECT count(*), count(DISTINCT subject) FROM ixn')" "$(tell 'SELECT count(*), count(*) FROM ixn')" 'each came in, once'
done_testing
