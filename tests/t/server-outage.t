#!/bin/sh
# covers: ixn-routerd
# A store that cannot be read for a while: the streams of contacts and agents outlast it and miss nothing; nobody is
# told that a conversation, or a session, is gone. Pages of the file are damaged, and put right again.
# place: embedded - what goes wrong with a file
# shellcheck disable=SC2119 # serve: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","capacity":{"chat":3}}],"queues":[{"name":"q"}],"web":[{"name":"shop","chat_queue":"q"}]}
J
serve
store=$XDG_DATA_HOME/ixn/store.db
login alice '"ready":true'
ask /contact/v1/start -d '{"name":"Ann","text":"Hello"}'
secret=$(field secret) i=$(sql 'SELECT id FROM ixn')
later && call alice ixn.accept "{\"id\":\"$i\"}"
is "$http" 200 'a chat'
listen alice agent
curl -sN -m 60 -H "Authorization: Bearer $secret" "$url/contact/v1/events" >contact 2>/dev/null &
pids="$pids $!"
wait_for grep -q retry agent
wait_for grep -q talking contact

# pages TABLE: the roots of it and of its indices; they are the whole of it.
pages() { sql "SELECT rootpage FROM sqlite_master WHERE tbl_name = '$1' AND rootpage > 0"; }
size=$(sql 'PRAGMA page_size')
# damage TABLE, from now on; mend puts it right.
damage() {
	sql 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	damaged=$(pages "$1")
	for page in $damaged; do
		dd if="$store" of="page.$page" bs="$size" skip=$((page - 1)) count=1 status=none
		tr '\0' x </dev/zero | dd of="$store" conv=notrunc bs="$size" seek=$((page - 1)) count=1 iflag=fullblock status=none
	done
}
mend() { for page in $damaged; do dd if="page.$page" of="$store" conv=notrunc bs="$size" seek=$((page - 1)) status=none; done; }
# said TEXT FILE: something is said, of which this stream, which can be read, tells.
said() { later && chat-send "$i" --as-contact --text "$1" >/dev/null && wait_for grep -q "\"$1\"" "$2"; }
# during TABLE HEALTHY BROKEN: what the stream that needs the table does without it. When the other one tells of what
# came second, both have been asked for what came first.
during() {
	damage "$1"
	said "$1-1" "$2" && said "$1-2" "$2"
	unlike "$(cat "$3")" "$1-|gone|error" "$3: without $1 there is nothing to tell"
	mend
	said "$1-3" "$3"
	is "$(grep -o "\"text\":\"$1-[0-9]" "$3" | tr '\n' ' ')" "\"text\":\"$1-1 \"text\":\"$1-2 \"text\":\"$1-3 " "$3: then it goes on, each once"
}
during web_session agent contact
during token contact agent
stop
done_testing
