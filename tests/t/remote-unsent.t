#!/bin/sh
# What is written while the server is away waits on the agent's machine and goes out
# later: once, in order, whoever is killed meanwhile and however many processes there
# are; what would overwrite somebody else's change is kept, never sent over it.
# covers: ixn-sync, ixn-note, ixn-disposition
# place: embedded - a server, and the files on the machines of its agents
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
umask 077
site <<'J'
{"agents":[
{"name":"alice","password":"secret-alice","queues":["orders"],"media":["chat"],"capacity":{"chat":9}},
{"name":"lea","role":"lead","password":"secret-lea","queues":["none"],"media":["chat"]}],
"queues":[{"name":"orders","offer_timeout":"1d","inactivity_warning":"2d"},{"name":"none"}],"dispositions":[{"code":"ok"},{"code":"bad"},{"code":"d1"},{"code":"d2"},{"code":"d3"},{"code":"d4"},{"code":"d5"},{"code":"d6"}]}
J
id=$(create --queue orders --from ann@example.org --text 'Where is it?')
id2=$(create --queue orders --from zoe@example.org --text 'Where is mine?')
serve
export IXN_STORE="$url"
for a in alice lea; do
	echo "secret-$a" >"$a.pw" && later
	agent-login "$a" --password-file "$a.pw" >/dev/null
done
as alice agent-state ready >/dev/null
as alice ixn-accept "$id" >/dev/null
as alice ixn-accept "$id2" >/dev/null
export IXN_AGENT=alice
ixn-sync
state=$XDG_STATE_HOME/ixn mirror=$(find "$XDG_STATE_HOME" -name alice.mirror)
again() { serve --store "$here" --listen "127.0.0.1:${url##*:}"; }
notes() { sql "SELECT text FROM note WHERE ixn = '${1:-$id}' ORDER BY text" | tr '\n' ' '; }
# What was done since mark, in order.
mark() { mark=$(sql 'SELECT max(seq) FROM event'); }
done_since() { sql "SELECT ref FROM event WHERE seq > $mark AND event IN ('ixn.changed', 'disposition.set') ORDER BY seq" | tr '\n' ' '; }
unsent() { sqlite3 "$mirror" 'SELECT count(*) FROM unsent'; }

# Written without the server.
mark
stop
later
ok ixn-note "$id" --text one --ids
is "$out" "$id" 'it prints what it is about'
like "$err" 'ixn-note: without the server: this is kept on this machine' 'and says what became of it'
ok ixn-disposition "$id" --set ok --json
is "$(printf '%s\n' "$out" | jq -c .)" '{"id":"'"$id"'"}' 'the state nobody knows'
later
ok ixn-note "$id" --text two --idempotency-key mine
ok ixn-note "$id2" --text 'of the other' --quiet
is "$err" '' 'silent if asked to be'
printf 'a\377' >bad
status 65 ixn-note "$id" --file bad
is "$(unsent)" 4 'four wait'
is "$(find "$state" -type f ! -perm 600)" '' 'in files of their owner alone'
ok ixn-sync --list
is "$(printf '%s\n' "$out" | cut -f 2,3 | tr '\t\n' '  ')" 'waiting ixn-note waiting ixn-disposition waiting ixn-note waiting ixn-note ' 'they are listed, in order'
is "$(ixn-sync --list --json | jq -r 'select(.input | fromjson | .text == "two") | .ixn')" "$id" 'with all that was written'
status 69 ixn-sync
is "$(unsent)" 4 'the server is still away: they wait on'
status 69 chat-send "$id" --text now
is "$(unsent)" 4 'what cannot be late is not kept'

# The server is back.
again
later
ok ixn-list --ids
like "$err" 'what was kept on this machine was sent: 4' 'the next command sends them'
is "$(notes)$(notes "$id2")" 'one two of the other ' 'each once'
is "$(done_since)" 'note ok note note ' 'in order'
is "$(unsent) $(find "$state" -name '*.unsent' | wc -l | tr -d ' ')" '0 0' 'nothing waits'
ok ixn-list --ids
is "$err" '' 'nor is anything said'
ok ixn-note "$id" --text two --idempotency-key mine
is "$(notes)" 'one two ' 'the key of the caller was theirs'

# A lock that cannot be made is no other process.
rm "$mirror.lock" && mkdir "$mirror.lock"
status 73 ixn-sync
like "$err" 'Is a directory' 'it says why'
rmdir "$mirror.lock"

# Conflicts. With --offline another agent can be there meanwhile.
ixn-sync
later
ok ixn-disposition "$id" --set ok --clear --offline
ok ixn-note "$id" --text mine --replace --offline
ok ixn-note "$id" --text more --offline
as lea ixn-disposition "$id" --set bad >/dev/null
as lea ixn-note "$id" --text 'of lea' >/dev/null
before=$(sql "SELECT group_concat(code) FROM ixn_disposition WHERE ixn = '$id'")
ok ixn-list --ids
like "$err" 'sent: 1' 'what overwrites nothing is sent'
like "$err" "refused: 2; 'ixn-sync --list' shows it" 'the rest is refused'
is "$(sql "SELECT group_concat(code) FROM ixn_disposition WHERE ixn = '$id'") $(notes)" "$before more of lea one two " 'and nothing of it is done'
ok ixn-sync --list --json
is "$(printf '%s\n' "$out" | jq -r '.state + " " + .code' | tr '\n' ' ')" 'refused changed_meanwhile refused changed_meanwhile ' 'it is kept, with the reason'
like "$out" 'somebody else has changed the same meanwhile' 'in words'
first=$(ixn-sync --list | sed -n 1p | cut -f 1) second=$(ixn-sync --list | sed -n 2p | cut -f 1)
ok ixn-list --ids
is "$err $(unsent)" ' 2' 'it is not sent again by itself'
ok ixn-sync --drop "$second"
is "$(printf '%s\n' "$out" | cut -f 1,2)" "$second	dropped" 'given up'
status 66 ixn-sync --drop "$second" --json
is "$(code)" no_such_unsent 'once'
ok ixn-sync --retry "$(printf %s "$first" | cut -c 19-)"
is "$(printf '%s\n' "$out" | cut -f 1,2)" "$first	sent" 'or sent all the same'
is "$(sql "SELECT group_concat(code) FROM ixn_disposition WHERE ixn = '$id'") $(unsent)" 'ok 0' 'by who has seen what is there'
# One's own changes in between are no conflict; nor is a note beside another's.
ok ixn-disposition "$id" --set bad --offline
later && ixn-disposition "$id" --set ok >/dev/null 2>&1
is "$(unsent) $(sql "SELECT count(*) FROM ixn_disposition WHERE ixn = '$id'")" '0 2' 'what is asked for first goes first'
# What is not possible any more.
ok ixn-note "$id2" --text late --offline
at_store chat-end "$id2" >/dev/null && at_store ixn-done "$id2" >/dev/null
status 79 ixn-sync --json
is "$(code) $(unsent)" 'frozen 1' 'done meanwhile'
is "$(printf '%s\n' "$out" | jq -r .code)" frozen 'which is told of each'
ok ixn-sync --drop "$(ixn-sync --list --json | jq -r .id)"
# Not mine: nobody else's session sends it.
ok ixn-note "$id" --text 'from alice' --offline
as lea ixn-list --all --ids >/dev/null
is "$(unsent)" 1 'another agent of this machine does not send it'
# A session that has ended: it waits for the next one.
cp "$(find "$state" -name alice.session)" "$tmp/session"
sed -i 's/^token = .*/token = 0123456789abcdef/' "$(find "$state" -name alice.session)"
status 77 ixn-list
is "$(unsent)" 1 'without a session it waits'
cp "$tmp/session" "$(find "$state" -name alice.session)"
ok ixn-sync
is "$(printf '%s\n' "$out" | cut -f 2) $(unsent)" 'sent 0' 'with the next one it goes'
# Tried so long ago that the server does not know it any more: nobody sends it blindly.
ok ixn-note "$id" --text 'who knows' --offline
sqlite3 "$mirror" 'UPDATE unsent SET tried = 1'
status 75 ixn-sync --json
is "$(code) $(unsent) $(notes | grep -c 'who knows')" 'store_doubt 1 0' 'what may have been done long ago is for a person'
ixn-sync --drop "$(ixn-sync --list --json | jq -r .id)" >/dev/null

# Many processes at once: writing, then sending.
mark
for k in 1 2 3 4 5 6; do ixn-disposition "$id" --set "d$k" --offline >/dev/null 2>&1 & eval "w$k=$!"; done
# shellcheck disable=SC2154 # w1 to w6 are set by eval
wait "$w1" "$w2" "$w3" "$w4" "$w5" "$w6"
is "$(unsent)" 6 'six writers: nothing is lost'
want=$(sqlite3 "$mirror" 'SELECT input FROM unsent ORDER BY ord' | jq -r '.set[0]' | tr '\n' ' ')
for k in 1 2 3 4; do ixn-list --ids >/dev/null 2>&1 & eval "w$k=$!"; done
wait "$w1" "$w2" "$w3" "$w4"
ixn-sync >/dev/null
is "$(done_since)" "$want" 'four senders: each once, in the order in which they were written'

# Killed before each durable step: of who writes, and of who sends.
if ${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o crashpoint.so "$top/tests/peers/preload/crashpoint.c" 2>cc.err; then
	bad='' writes=0 sends=0
	killed() {
		_at=$1 && shift
		CRASHPOINT_FOLDER=$state CRASHPOINT=$_at LD_PRELOAD=$PWD/crashpoint.so "$@" >/dev/null 2>&1
	}
	while [ $writes -lt 100 ]; do
		writes=$((writes + 1))
		sql "DELETE FROM note WHERE ixn = '$id'"
		killed $writes ixn-note "$id" --text "w$writes" --offline --idempotency-key "w$writes" && through=true || through=false
		# Nobody knows whether it was kept: asked for again, it is done once.
		ixn-note "$id" --text "w$writes" --idempotency-key "w$writes" >/dev/null 2>&1
		[ "$(notes) $(unsent)" = "w$writes  0" ] || bad="$bad writer $writes: $(notes) $(unsent);"
		! $through || break
	done
	while [ $sends -lt 200 ]; do
		sends=$((sends + 1))
		mark
		ixn-disposition "$id" --set d1 --offline >/dev/null 2>&1
		ixn-note "$id" --text x --offline >/dev/null 2>&1
		ixn-disposition "$id" --set d2 --offline >/dev/null 2>&1
		killed $sends ixn-sync && through=true || through=false
		ixn-sync >/dev/null 2>"$tmp/err" || bad="$bad $sends: $(cat "$tmp/err")"
		[ "$(done_since) $(unsent)" = 'd1 note d2  0' ] || bad="$bad sender $sends: $(done_since) $(unsent);"
		! $through || break
	done
	is "$bad" '' "killed $writes times writing, $sends times sending: each once, in order"
	is "$([ $writes -gt 3 ] && [ $sends -gt 10 ] && $through; echo $?)" 0 'at each step, to the last'
else
	skip 'killed' 'no C compiler'
fi
# And the server, behind the answer that it could not give.
ixn-note "$id" --text last --offline >/dev/null 2>&1
is "$(unsent)" 1 'one waits'
kill -9 "-$server" && wait "$server" 2>/dev/null
status 69 ixn-sync
again
later
sql "DELETE FROM note WHERE ixn = '$id'"
ok ixn-sync
is "$(notes)$(unsent)" 'last 0' 'it is sent once the server is there again'
done_testing
