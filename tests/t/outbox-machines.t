#!/bin/sh
# Several machines send the mails of one store: over one database, and by servers. One
# sends the mails of an account at a time, and no other settles what that one is at
# before it has been silent for five minutes; the same machine goes on at once. On a
# machine where nobody ever logged in a token is enough. What two fetch is there once.
# covers: outbox-send, email-fetch, email-review
# place: embedded - it has a database and servers of its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/server.sh"
. "$top/tests/t/pg.sh"
command -v python3 >/dev/null || skip_all 'no python3'
pg_begin
pg_init data
pg_start data 5432
umask 077
swift='' && ${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o swift.so "$top/tests/peers/preload/swift.c" 2>cc.err && swift=$PWD/swift.so

mkdir mails
background "$top/tests/peers/smtp-peer" --port-file port --dir mails --log log --hold-dot hold
wait_for test -s port || exit 1
peers=0
# imap OPTION...: from now on the server of folders behaves so; $peer is its log.
imap() {
	peers=$((peers + 1)) peer=$PWD/imap.$peers
	background "$top/tests/peers/imap-peer" --port-file "$peer.port" --log "$peer" "$@"
	wait_for test -s "$peer.port"
	printf '%s\n' 'session_ttl = 30d' '[mail]' 'from = desk@example.org' '[smtp]' 'host = 127.0.0.1' "port = $(cat port)" 'tls = none' \
		'[imap]' 'host = 127.0.0.1' "port = $(cat "$peer.port")" 'tls = none' 'user = support' 'password_command = echo secret' >"$XDG_CONFIG_HOME/ixn/config"
}
mkdir -p "$XDG_CONFIG_HOME/ixn"
imap

# store URL: the site there, for its owner.
store() {
	owner=$1
	export IXN_STORE="$owner"
	site <<'J'
{"agents":[{"name":"alice","capacity":{"email":9}},{"name":"robot","role":"service","password":"secret-robot"}],
"queues":[{"name":"support"}],"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"},
 {"name":"sales","address":"sales@example.org","queue":"support","sent":"append"}]}
J
	ready alice
	rm -f robot && agent-token robot --token-file robot --lasts 30d >/dev/null
}
# m MACHINE COMMAND...: there, over the store that the file of its name holds.
m() {
	_machine=$PWD/$kind.$1 && shift
	$begun env HOME="$_machine" XDG_STATE_HOME="$_machine/state" IXN_STORE="$(cat "$_machine.store")" IXN_SERVICE_TOKEN_FILE="$PWD/robot" "$@"
}
# begin MACHINE COMMAND...: in the background; $pid.
begun=''
begin() {
	begun=background
	m "$@"
	begun=''
}
compose() {
	ok as alice email-compose --from "$1" --to zoe@example.net --subject "$kind $2" --text Hello --send
	id=$(first)
}
# fetched FILE: how many became what.
fetched() { cut -f 2 "$1" | grep -x '[a-z]*' | sort | uniq -c | tr -s ' ' | sed 's/^ //'; }
state() { outbox "$id" .state; }
arrived() { find mails -name '*.eml' | wc -l; }
# held: the machine's mail is where the server owes the answer to it, from the last compose on.
held() { [ "$(grep -c '^DOT' log)" -gt "$dots" ]; }
hold() { dots=$(grep -c '^DOT' log) && : >hold; }
# killed PID: whoever runs by it, without a word; and the server is rid of it.
killed() {
	pkill -9 -P "$1"
	wait "$1" 2>/dev/null
	rm hold
	wait_for through
}
# shellcheck disable=SC2317 # wait_for calls it
through() { [ "$(grep -c '^BEGIN' log)" = "$(grep -c '^END' log)" ]; }

# machines: two of them, m1 and m2.
machines() {
	# Nobody ever logged in there.
	before=$(arrived)
	compose support first
	status 0 m one outbox-send
	is "$(state) $(($(arrived) - before))" 'sent 1' "$kind: a machine sends"
	status 0 m two outbox-send
	status 0 m two email-review run

	# What both fetch at once: the other takes it while this one has read where it is, and waits for the server.
	: >hold.fetch
	imap --hold-fetch hold.fetch
	begin one email-fetch support
	one=$pid
	wait_for grep -q FETCH "$peer"
	imap
	status 0 m two email-fetch support
	is "$(fetched "$tmp/out")" '3 kept' "$kind: a machine fetches"
	rm hold.fetch
	wait "$one"
	is "$? $(fetched "$tmp/$one.out")" '0 3 duplicate' "$kind: so does the other, and takes nothing twice"
	is "$(ixn-list --all --media email --ids | wc -l)" 4 "$kind: they are there once, beside the mail that was sent"

	# While one is at it.
	hold
	compose support second
	before=$(arrived)
	begin one outbox-send
	one=$pid
	wait_for held
	status 75 m two outbox-send
	like "$err" "outbox-send is already running: $(uname -n)" "$kind: the other machine is told"
	is "$(state)" sending "$kind: and has touched nothing"
	status 75 m two outbox-send --lock-wait 10ms
	begin two outbox-send --lock-wait 60s
	two=$pid
	rm hold
	wait "$one"
	is "$? $(state) $(($(arrived) - before))" '0 sent 1' "$kind: it is sent, once"
	wait "$two"
	is "$? $(($(arrived) - before))" '0 1' "$kind: who waited has its turn, and nothing to do"

	# It dies.
	hold
	compose support third
	begin one outbox-send
	one=$pid
	wait_for held
	killed "$one"
	status 75 m two outbox-send
	later 299
	status 75 m two outbox-send
	is "$(state)" sending "$kind: a machine that died is believed in for a while"
	later 1
	status 79 m two outbox-send
	is "$(state)" unknown "$kind: then what it left is settled"
	hold
	compose support fourth
	begin one outbox-send
	one=$pid
	wait_for held
	killed "$one"
	status 79 m one outbox-send
	is "$(state)" unknown "$kind: the machine itself settles it at once"
	compose support fifth
	status 0 m two outbox-send
	is "$(state)" sent "$kind: and gives the account back"

	# Copies of what was sent.
	imap --silent-at APPEND
	compose sales sixth
	begin one outbox-send
	one=$pid
	wait_for grep -q '^APPEND' "$peer"
	is "$(outbox "$id" '"\(.state) \(.copy)"')" 'sent begun' "$kind: its copy is on its way"
	status 75 m two outbox-send
	is "$(grep -c '^APPEND' "$peer")" 1 "$kind: no other machine makes one"
	pkill -9 -P "$one"
	wait "$one" 2>/dev/null
	imap
	later 301
	status 0 m two outbox-send
	is "$(outbox "$id" .copy) $(grep -c '^APPEND' "$peer")" 'kept 1' "$kind: until that one is dead"
	outbox-list --ids --state unknown | xargs -r outbox-drop >/dev/null
}

kind=server
store "file:$PWD/server.db"
here=$owner
serve --store "$owner"
echo "$url" >server.one.store && cp server.one.store server.two.store
IXN_STORE=$owner machines

kind=database
for db in desk desks; do echo "CREATE DATABASE $db" | pg_sql 5432; done
store "$(pg_url 5432 desk)"
echo "$owner" >database.one.store && cp database.one.store database.two.store
machines
# A live run is never believed dead, however long a server thinks.
if [ "$swift" ]; then
	until_of() { echo "SELECT until FROM outbox_run WHERE mailbox = 'support'" | pg_sql 5432 desk; }
	goes_on() { [ "$(until_of)" -gt "$until" ]; }
	hold
	compose support long
	begin one LD_PRELOAD="$swift" SWIFT=20 outbox-send
	one=$pid
	wait_for held
	until=$(until_of)
	later 200
	wait_for goes_on
	is "$(($(until_of) - until))" 200000 'who waits goes on to say that it lives'
	later 200
	status 75 m two outbox-send
	is "$(state)" sending 'and is believed'
	rm hold
	wait "$one"
	is "$? $(state)" '0 sent' 'it is sent'
else
	skip 'who waits goes on to say that it lives' 'no C compiler'
fi

kind=servers
store "$(pg_url 5432 desks)"
serve --store "$owner"
echo "$url" >servers.one.store
serve --store "$owner"
echo "$url" >servers.two.store
machines
done_testing
