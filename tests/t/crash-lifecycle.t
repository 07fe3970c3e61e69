#!/bin/sh
# covers: every changing command of a chat's life, killed (SIGKILL) at a step of
# what it makes durable, then asked again with its idempotency key: it happened
# once, it answers as it would have, and the life ends as an undisturbed one.
# peers/preload/crashpoint.c kills from outside: the product has no hooks for it.
#
# Each round takes the state before command k from an undisturbed run, kills
# the command at step n, asks again, and compares the store with that of the
# undisturbed run after k; every few rounds it goes on to the end and compares
# there, too. POINTS is the number of rounds; there are more places than that,
# so they are taken evenly, and OFFSET chooses others.
# place: embedded - killed at what the process that has the store makes durable
. "$(dirname "$0")/lib.sh"
: "${POINTS:=150}" "${OFFSET:=0}"

command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
full=$IXN_BIN/../libexec/ixn/ixn-full
[ -x "$full" ] || skip_all "no $full"
${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o crashpoint.so "$top/tests/peers/preload/crashpoint.c" 2>cc.err || skip_all 'no C compiler'

# The light program is static: its commands are run by the full one, which a library can be loaded into.
mkdir bin
for _c in "$IXN_BIN"/*-*; do ln -s "$full" "bin/${_c##*/}"; done
PATH=$tmp/work/bin:$PATH
desk=$tmp/work/desk
export CRASHPOINT_FOLDER="$desk" IXN_STORE="file:$desk/store.db" XDG_STATE_HOME="$desk/state"
mkdir -p "$XDG_CONFIG_HOME/ixn"
printf '[mail]\nfrom = desk@example.org\nname = Example Desk\n' >"$XDG_CONFIG_HOME/ixn/config"
# No deadline falls on a command's own time: two seconds later it would come behind it.
cat >site.json <<'J'
{"agents":[{"name":"alice","alias":"Alice A","skills":{"billing":3},"capacity":{"chat":2}},
 {"name":"bob","alias":"Bob B","skills":{"french":3},"capacity":{"chat":1}},{"name":"lee","role":"lead","capacity":{"chat":1}}],
"queues":[{"name":"billing","skills":"billing>=2","exclusion":"5s","offer_timeout":"10m","waiting_late":"25s","waiting_overdue":"65s"},
 {"name":"french","skills":"french>=2","exclusion":"5s","offer_timeout":"10m","waiting_late":"25s","waiting_overdue":"65s"}],
"dispositions":[{"code":"ok","mandatory_for":["chat"]}],"workflow":[{"name":"french","next":["billing"],"stop":true}],"workbins":[{"name":"later"}]}
J

# A life. $id is the chat; each line is one command, its key is its number.
cat >life <<'L'
ixn-setup --test --load site.json
agent-login alice --ready
agent-login bob --ready
agent-login lee
ixn-create --external-id web-1 --from ann@example.net --name Ann --queue billing --subject Invoice --text Hello --data order=12
ixn-accept --agent alice
chat-send @ --agent alice --text 'Good morning'
chat-send $id --as-contact --text 'My invoice is wrong'
chat-send $id --agent alice --url https://www.example.org/invoice --text 'Look here'
ixn-note $id --agent alice --text 'speaks French'
ixn-data $id --agent alice --set order=13 --set vip=yes
ixn-disposition $id --agent alice --set ok
ixn-transfer $id --agent alice --to agent:bob --note 'for you'
ixn-reject $id --agent bob --reason busy
ixn-transfer $id --agent lee --to queue:french --note 'French, please'
ixn-accept $id --agent bob
chat-send $id --agent bob --text 'Bonjour'
team-monitor bob --agent lee --mode listen
team-monitor --agent lee --mode off
ixn-consult $id --agent bob --to agent:lee --note 'may I?'
ixn-accept $id --agent lee
ixn-conference $id --agent bob --complete
ixn-conference $id --agent bob --remove agent:lee
alert-post --agent lee --to agent:bob --ixn $id --text 'be quick' --level warning
ixn-place $id --agent bob --in workbin:later
ixn-take $id --agent bob
ixn-create --external-id web-2 --from zoe@example.net --queue billing --text 'Me too'
chat-end $id --agent bob
agent-state not-ready --agent bob --reason lunch
ixn-done $id --agent bob --stop --transcript
transcript-send $id --agent bob --to boss@example.org
agent-logout --agent bob
L
last=0
while read -r line; do
	last=$((last + 1))
	# What is loaded twice is loaded once: no key for the first.
	[ $last = 1 ] || line="$line --idempotency-key key-$last"
	eval "line_$last=\$line"
done <life

# one K [LATER]: command K at its time; its answer in $tmp/out, its status returned.
one() {
	IXN_CLOCK=$(printf '2026-11-21T09:%02d:%02dZ' $(($1 / 6)) $(($1 % 6 * 10 + ${2:-0})))
	export IXN_CLOCK
	# shellcheck disable=SC2034 # the lines of life name it
	[ "$1" -le 5 ] || read -r id <"$desk/id"
	_rc=0
	eval "eval \"\$line_$1\"" >"$tmp/out" 2>"$tmp/err" || _rc=$?
	[ $_rc = 137 ] || [ "$1" != 5 ] || cut -f 1 "$tmp/out" >"$desk/id"
	return $_rc
}

# dump: the store and the sessions, without times and secrets; ids as they first appear.
masked() {
	sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g; s/\[?[0-9]{2}:[0-9]{2}(:[0-9]{2})?/TIME/g; s/"(score|idle)":[0-9.]+/"\1":0/g' |
		awk 'BEGIN { for (i = 0; i < 26; i++) re = re "[0-9A-HJKMNP-TV-Z]" }
		{
			line = ""
			while (match($0, re)) {
				id = substr($0, RSTART, 26)
				if (!(id in name)) name[id] = "ID" ++n
				line = line substr($0, 1, RSTART - 1) name[id]
				$0 = substr($0, RSTART + 26)
			}
			print line $0
		}'
}
dump() {
	# A copy: a reader, too, may leave files beside a store.
	rm -rf copy && mkdir copy && cp "$desk"/store.db* copy
	[ -s dump.sql ] || sqlite3 -readonly copy/store.db "SELECT 'SELECT ''' || m.name || '''' || (SELECT group_concat(', ' ||
		CASE WHEN p.name IN ('at','since','seen','used','idle_since','until','created','expires','ended','queued','offered','answered','done','started','next_at','sort_key','entered','contact_spoke','agent_spoke')
		THEN p.name || ' IS NULL' WHEN p.name IN ('rid','token_hash','hash','date','message_id') THEN 'length(' || p.name || ')' ELSE 'quote(' || p.name || ')' END, '')
		FROM pragma_table_info(m.name) p) || ' FROM ' || m.name || ' NOT INDEXED;' FROM sqlite_master m WHERE m.type = 'table' ORDER BY m.rowid" >dump.sql
	{
		echo 'PRAGMA integrity_check; PRAGMA application_id; PRAGMA journal_mode;'
		cat dump.sql
		echo "SELECT name, sql FROM sqlite_master ORDER BY name;"
	} | sqlite3 -readonly copy/store.db 2>&1 | masked
	# A killed command may leave a temporary file behind, but nothing that is taken for a session.
	(cd "$desk/state" 2>/dev/null && grep -r . --include='*.session' ixn | sed 's/^[^:]*\///; s/token = .*/token/') | sort | masked
}
keep() { rm -rf "$1" && cp -R "$desk" "$1"; }
put_back() { rm -rf "$desk" && cp -R "$1" "$desk"; }

# Undisturbed: before.K, answer.K and state.K; steps has a line for each step of each command.
mkdir -p "$desk"
k=0 statuses=''
while [ $k -lt "$last" ]; do
	k=$((k + 1))
	keep before.$k
	rm -f log
	rc=0
	CRASHPOINT_LOG=$tmp/work/log LD_PRELOAD=$tmp/work/crashpoint.so one $k || rc=$?
	[ $rc = 0 ] || statuses="$statuses$k: $rc $(cat "$tmp/err") "
	masked <"$tmp/out" >answer.$k
	dump >state.$k
	[ ! -e log ] || awk -v k=$k '{ print k, NR, $0 } END { print k, NR ":after", $0 }' log >>steps
done
is "$statuses" '' 'the whole life, undisturbed'
sqlite3 -readonly "$desk/store.db" >facts <<'Q'
SELECT 'pending', count(*) FROM offer o JOIN ixn i ON i.id = o.ixn WHERE o.state = 'pending' AND i.external_id = 'web-1';
SELECT state, agent, reason FROM ixn WHERE external_id = 'web-1';
SELECT 'mail', kind, state FROM outbox ORDER BY id;
SELECT 'twice', count(*) FROM event GROUP BY ixn, version, event, ref, agent, at HAVING count(*) > 1 AND ixn IS NOT NULL;
SELECT role, text, url FROM message WHERE ixn = (SELECT id FROM ixn WHERE external_id = 'web-1') ORDER BY seq;
Q
is "$(cat facts)" 'pending|0
done|bob|stopped
mail|transcript|queued
mail|transcript|queued
contact|Hello|
agent|Good morning|
contact|My invoice is wrong|
agent|Look here|
agent||https://www.example.org/invoice
agent|Bonjour|
agent|may I?|
system|Agent has joined the conversation.|
system|Agent has left the conversation.|' 'and what came of it'

# The places: all of the session's file, where the store has the change and the
# agent has not yet; of the store evenly spread. Every second write is cut in half.
total=$(wc -l <steps)
awk -v total="$total" -v points="$POINTS" -v offset="$OFFSET" '
	$4 ~ /session/ || points >= total || int((NR + offset) * points / total) != int((NR - 1 + offset) * points / total) {
		print $1, $3 == "write" && $2 !~ /:/ && n++ % 2 ? $2 ":half" : $2, $3, $4
	}' steps >places
echo "# $(wc -l <places) of $total places: $(cut -d ' ' -f 3- places | sed 's/\.session\.*.*/.session/' | sort | uniq -c | tr -s ' \n' ' ')"

bad='' round=0 ends=0
wrong() { bad="${bad}command $k ($(sed -n "${k}p" life)), step $at $kind $file: $1
"; }
same() { # WANT
	dump >now
	cmp -s "$1" now || wrong "$(diff "$1" now | head -n 8)"
}
# again K: asked again, it answers as it would have, but for the site, which then
# has nothing new, and for logging out: who is out already cannot prove who asks.
again() {
	_rc=0
	one "$1" 2 || _rc=$?
	masked <"$tmp/out" >answer
	case $1:$_rc in
	1:0 | "$last":77) ;;
	*:0) cmp -s answer answer."$1" || wrong "another answer: $(cat answer)" ;;
	*) wrong "asked again: $_rc $(cat "$tmp/err")" ;;
	esac
}
while read -r k at kind file; do
	round=$((round + 1))
	put_back before."$k"
	rc=0
	CRASHPOINT=$at LD_PRELOAD=$tmp/work/crashpoint.so one "$k" || rc=$?
	[ $rc = 137 ] || wrong "not killed: $rc"
	# Had the machine failed, too, only these two files would be there.
	rm -rf copy && mkdir copy && cp "$desk"/store.db copy 2>/dev/null && cp "$desk"/store.db-wal copy 2>/dev/null
	[ ! -s copy/store.db ] || [ "$(sqlite3 copy/store.db 'PRAGMA integrity_check' 2>&1)" = ok ] || wrong 'damaged'
	again "$k"
	same state."$k"
	[ $((round % 5)) = 0 ] || continue
	ends=$((ends + 1))
	_k=$k
	while [ "$_k" -lt "$last" ]; do
		_k=$((_k + 1))
		one "$_k" || wrong "then $_k: $(cat "$tmp/err")"
	done
	same state."$last"
	[ ${#bad} -lt 4000 ] || break
done <places 2>/dev/null
is "$bad" '' "killed at $round places, $ends times on to the end: as if it had not been"
done_testing
