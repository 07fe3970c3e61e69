#!/bin/sh
# The mirror of a server: what an agent works on is read from it as from the server,
# where that is away or not to be asked; it holds the agent's own and nothing else,
# and what is not the agent's any more leaves it.
# covers: ixn-sync, ixn-list, ixn-show, contact-show, chat-tail, transcript-show
# place: embedded - a server, and the files on the machines of its agents
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
umask 077
site <<'J'
{"agents":[
{"name":"alice","alias":"Alice","password":"secret-alice","queues":["orders"],"media":["chat"],"capacity":{"chat":9}},
{"name":"bob","alias":"Bob","password":"secret-bob","queues":["billing"],"media":["chat"],"capacity":{"chat":9}}],
"queues":[{"name":"orders","offer_timeout":"1d","inactivity_warning":"2d"},{"name":"billing","offer_timeout":"1d"}],
"workbins":[{"name":"drafts"}],"sites":[],
"data_display":[{"name":"order","label":"Order"}],"dispositions":[{"code":"ok","label":"fine"},{"code":"bad"}]}
J
# An earlier chat of Ann's, with bob; one of Zoe's with bob that is none of alice's business.
before=$(create --queue billing --from ann@example.org --name Ann --text 'An earlier question')
foreign=$(create --queue billing --from zoe@example.org --name Zoe --text 'A stranger says xylophone')
old=$(create --queue orders --from max@example.org --name Max --text 'Some time ago')
serve
export IXN_STORE="$url"
for a in alice bob; do
	echo "secret-$a" >"$a.pw" && later
	agent-login "$a" --password-file "$a.pw" --ready >/dev/null
done
as bob ixn-accept "$before" >/dev/null
as bob ixn-note "$before" --text 'she likes tea' >/dev/null
as bob ixn-accept "$foreign" >/dev/null
as alice ixn-accept "$old" >/dev/null
as alice chat-send "$old" --text 'Hello Max' >/dev/null
as alice chat-end "$old" >/dev/null && as alice ixn-done "$old" >/dev/null
id=$(at_store ixn-create --ids --queue orders --from ann@example.org --name Ann --subject 'My order' --text 'Where is order 1234? Call +33140506070' --data order=1234)
as alice ixn-accept "$id" >/dev/null
as alice chat-send "$id" --text 'I am looking.' >/dev/null
at_store chat-send "$id" --visible agent:bob --text 'only for bob: marzipan' >/dev/null
as alice ixn-note "$id" --text 'asked twice' >/dev/null
as alice ixn-disposition "$id" --set ok >/dev/null
contact=$(as alice ixn-show "$id" --fields contact) zoe=$(as bob ixn-show "$foreign" --fields contact) max=$(as alice ixn-show "$old" --fields contact)

export IXN_AGENT=alice
ok ixn-sync
is "$out" '' 'there is nothing to send'
mirror=$(find "$XDG_STATE_HOME" -name alice.mirror)
is "$(find "$XDG_STATE_HOME" -type f ! -perm 600)" '' 'all of it is for its owner alone'

# same COMMAND...: with the server and without it, to the byte.
same() {
	"$@" >online 2>/dev/null && _on=0 || _on=$?
	"$@" --offline >offline 2>said && _off=0 || _off=$?
	is "$_on $(cat online)" "$_off $(cat offline)" "$*: the same without the server"
	[ -s online ] || is '' 'something' "$*: prints something"
}
same ixn-list
same ixn-list --json
same ixn-list --contact "$contact" --json
same ixn-show "$id" --json
same ixn-show "$old" --json
same ixn-show "$before" --json
for part in data notes participants messages history offers; do same ixn-show "$id" --part $part --json; done
same ixn-show "$id" --phones
same ixn-show "$before" --part notes
same ixn-show "$(printf %s "$id" | cut -c 19-)"
same ixn-note "$id" --show
same chat-tail "$id" --json
same transcript-show "$id"
same ixn-data "$id" --json
same ixn-disposition --list "$id"
same contact-show "$contact" --json
same contact-show "$max" --json
is "$(ixn-status --offline --fields agent,open 2>/dev/null)" "alice	$id" 'ixn-status: who one is and what is open'
is "$(ixn-status --offline --fields presence 2>/dev/null)" '' 'and nothing of what only the server knows'
like "$(cat said)" 'contact-show: without the server: .* 0s old' 'which is said, and how old it is'
ok ixn-show "$id" "$old" --offline
is "$(printf '%s\n' "$err" | grep -c 'without the server')" 1 'once'
ok ixn-list --offline --quiet
is "$err" '' 'not with --quiet'

# What is not there.
status 66 ixn-show "$foreign" --offline --json
is "$(code)" not_mirrored 'what is not the agent'\''s is not in it'
status 66 contact-show "$zoe" --offline --json
is "$(code)" not_mirrored 'nor its contact'
is "$(cat "$mirror"* | grep -c 'xylophone\|zoe@\|marzipan\|argon2')" 0 'whoever reads the file: neither that, nor what is said to another agent, nor what a password is checked by'
token=$(sed -n 's/^token = //p' "${mirror%.mirror}.session")
is "$(cat "$mirror"* | grep -c "$token")" 0 'nor what proves the session'
for c in "ixn-done $id" ixn-accept "agent-state ready" "chat-send $id --text x" "ixn-list --offline --team none" "ixn-watch --timeout 1s" "chat-tail $id --follow"; do
	# shellcheck disable=SC2086 # a command and its words
	case $c in
	*--team*) status 0 $c ;;
	*) status 69 $c --offline --json && is "$(code)" needs_server "$c needs the server" ;;
	esac
done

# Killed; and never there.
kill -9 "-$server" && wait "$server" 2>/dev/null
later 90
ok ixn-show "$id" --fields id,name,agent
is "$out" "$id	Ann	alice" 'the server was killed: it is read'
like "$err" 'without the server: .* (1m3[0-9]s|9[0-9]s) old' 'with its age'
status 69 ixn-done "$id"
like "$err" 'cannot reach' 'what needs the server says that it is away'
status 77 ixn-show "$id" --offline --store http://127.0.0.1:1 --json
cp "$XDG_STATE_HOME"/ixn/*/bob.session "$tmp/bob.session" && rm -f "$XDG_STATE_HOME"/ixn/*/bob.mirror*
status 69 ixn-list --agent bob --offline --json
is "$(code)" no_mirror 'where nothing was mirrored'

# What changes, and what leaves.
serve --store "$here" --listen "127.0.0.1:${url##*:}"
is "$IXN_STORE" "$url" 'the server is back'
later
ixn-place "$id" --in workbin:drafts >/dev/null
ok ixn-sync
same ixn-show "$id" --json
is "$(ixn-show "$id" --offline --fields state 2>/dev/null)" parked 'what changed'
status 66 ixn-show "$before" --offline
ok ixn-sync
later && ixn-take "$id" >/dev/null && ixn-sync
ok ixn-show "$before" --offline
later && ixn-assign "$id" --contact "$max" >/dev/null && ixn-sync
same ixn-show "$id" --json
status 66 ixn-show "$before" --offline
same contact-show "$max" --json
later && ixn-assign "$id" --contact "$contact" >/dev/null && ixn-sync
same contact-show "$contact" --json
sql "DELETE FROM contact_address WHERE contact = '$contact'; DELETE FROM contact WHERE id = '$contact'; UPDATE ixn SET name = NULL, address = NULL, scheme = NULL WHERE id = '$id'"
later && ixn-note "$id" --text 'wishes to be forgotten' >/dev/null && ixn-sync
status 66 contact-show "$contact" --offline
is "$(sqlite3 "$mirror" 'SELECT count(*) FROM contact_address' 'SELECT count(*) FROM ixn WHERE address LIKE "ann%" AND id = "'"$id"'"' | tr '\n' ' ')" '1 0 ' 'who is erased leaves'
sql "UPDATE segment SET started = started - 2678400000 WHERE ixn = '$old'"
later && ixn-note "$id" --text again >/dev/null && ixn-sync
status 66 ixn-show "$old" --offline
later && ixn-note "$id" --text again >/dev/null
jq '.dispositions[0].label = "very fine"' "$tmp/site.json" >other.json
at_store ixn-setup --load other.json >/dev/null 2>&1
ixn-sync
same ixn-disposition --list "$id" --json

# By the way, without being asked: at first, and when it has grown old.
later && ixn-list --agent bob >/dev/null
ok ixn-show "$before" --agent bob --offline
touch "$mirror.lock"
later && ixn-note "$id" --text 'by the way' >/dev/null
unlike "$(ixn-note "$id" --show --offline 2>/dev/null)" 'by the way' 'not each time'
touch -d '1 hour ago' "$mirror.lock"
ixn-list >/dev/null
like "$(ixn-note "$id" --show --offline 2>/dev/null)" 'by the way' 'when it is old'
touch "$mirror.lock"
ok ixn-list --debug
unlike "$err" mirror.since 'a fresh one costs nothing'
touch -d '1 hour ago' "$mirror.lock"
ok ixn-list --debug
is "$(printf '%s\n' "$err" | grep -c mirror.since)" 1 'an old one a request'

# Damaged, it is made anew.
printf x >"$mirror"
ok ixn-sync
same ixn-show "$id" --json
# Another store at the same address: all is had anew.
sqlite3 "$mirror" "UPDATE meta SET value = '999999 0' WHERE key = 'mirror'; UPDATE note SET text = 'of elsewhere'"
ok ixn-sync
same ixn-note "$id" --show

# With the session it goes.
later && agent-logout --requeue >/dev/null
is "$(find "$XDG_STATE_HOME" -name 'alice.mirror' -o -name 'alice.mirror-*')" '' 'it goes with the session'
status 77 ixn-list --offline

# A server that means ill: only rows of the agent's own tables are taken over.
# evil ROW: is answered to mirror.since; leaves $evil.
n=0
evil() {
	n=$((n + 1))
	background env IXN_CLOCK= "$top/tests/peers/http-peer" --port-file "port.$n" --log evil.log '200 {"agent":"alice","state":"ready","token":"abc"}' "200 $1"
	wait_for test -s "port.$n"
	evil=http://localhost:$(cat "port.$n")
	env -u IXN_CLOCK agent-login alice --password-file alice.pw --store "$evil" >/dev/null
	status 0 env -u IXN_CLOCK ixn-sync --store "$evil"
	evil=$(find "$XDG_STATE_HOME" -name alice.mirror)
}
end='{"noun":"end","seq":1}'
evil "$(printf '%s\n%s\n%s' '{"noun":"site","table":"unsent","row":{"ord":"1","id":"x","at":"1","op":"ixn.note","key":"k","input":"{}","seq":"1"}}' \
	'{"noun":"site","table":"team","row":{"name":"t","ord":"1","no_such_column":"x","x) VALUES (1); --":"y"}}' "$end")"
is "$(sqlite3 "$evil" 'SELECT count(*) FROM unsent; SELECT name FROM team' | tr '\n' ' ')" '0 t ' 'neither other tables nor other columns'
rm "$evil"

# A store in a file has nothing to be mirrored.
stop
ok env IXN_STORE="$here" IXN_AGENT= ixn-list --all --offline --ids
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 4 'a store in a file is always there'
ok env IXN_STORE="$here" IXN_AGENT= ixn-sync
status 66 env IXN_STORE="$here" IXN_AGENT= ixn-sync --drop 01ABCDEF
done_testing
