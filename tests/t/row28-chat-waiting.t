#!/bin/sh
# Row 28: who waits for whom in a chat, flagged at the thresholds of its queue;
# a silence is warned of, then ends the session. Tables of times, in seconds.
# covers: ixn-show, ixn-list, ixn-watch, chat-send, chat-end, ixn-accept
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

moment() { date -u -d "@$((1795251600 + $1))" +%Y-%m-%dT%H:%M:%S.000Z; }
at_s() { at "$(awk "BEGIN { printf \"%d\", $1 * 1000 }")"; }
contact() { env IXN_AGENT='' chat-send "$1" --as-contact --text Hello >/dev/null || echo "# the contact cannot speak in $1"; }
agent() { as alice chat-send "$1" --text Hello >/dev/null || echo "# alice cannot speak in $1"; }
waits() { field "$1" waiting,waiting_since,waiting_level | sed 's/ *$//'; }
# levels ID "SECONDS WAITING SINCE LEVEL" ...: what a look at each time shows.
levels() {
	_id=$1 && shift
	for _row; do
		# shellcheck disable=SC2086 # a row
		set -- $_row
		at_s "$1"
		is "$(waits "$_id")" "${2-}${3:+ $(moment "$3")}${4:+ $4}" "at $1: ${2-nobody} ${3-} ${4-}"
	done
}
log() { events at,event,ixn,agent,ref,reason "$1" | sed 's/ *$//'; }
last() { events seq | tail -n 1; }
said() { eye chat-tail "$1" --fields at,role,text | tr '\t' ' '; }

# The defaults: late after 20 s, overdue after 60 s; each word turns it.
at 0
site '{"agents":[{"name":"alice","capacity":{"chat":5,"voice":1}},{"name":"bob","capacity":{"chat":5}}],"queues":[{"name":"q"},
	{"name":"fast","waiting_late":"5s","waiting_overdue":"10s"},{"name":"never","waiting_late":"0s","waiting_overdue":"0s"},
	{"name":"once","waiting_late":"7s","waiting_overdue":"7s"}]}'
chat --text 'Hello?' && one=$id
levels "$one" '50 '
at_s 100
login alice --ready
ok as alice ixn-accept "$one"
levels "$one" '100 contact 100 ok' '119.999 contact 100 ok' '120 contact 100 late' '159.999 contact 100 late' '160 contact 100 overdue' '999 contact 100 overdue'
at_s 1000
agent "$one"
levels "$one" '1000 agent 1000 ok' '1020 agent 1000 late' '1060 agent 1000 overdue'
at_s 1100
contact "$one"
agent "$one"
is "$(waits "$one")" "agent $(moment 1100) ok" 'within a millisecond the later word counts'
contact "$one"
is "$(waits "$one")" "contact $(moment 1100) ok" 'and again'
at_s 1119
contact "$one"
levels "$one" '1120 contact 1119 ok' '1139 contact 1119 late'
is "$(log chat.waiting)" "$(moment 120) chat.waiting $one alice contact late
$(moment 160) chat.waiting $one alice contact overdue
$(moment 1020) chat.waiting $one alice agent late
$(moment 1060) chat.waiting $one alice agent overdue
$(moment 1139) chat.waiting $one alice contact late" 'the log: at each threshold, once, at its own time'

# What the contact cannot see, and typing, are no answer.
at_s 1145
ok as alice chat-send "$one" --visible agents --text 'who knows?'
ok as alice chat-send "$one" --typing
ok as '' chat-send "$one" --as-contact --typing
ok as alice ixn-note "$one" --text 'a note'
levels "$one" '1178.999 contact 1119 late' '1179 contact 1119 overdue'
login bob
is "$(log 'chat.waiting.*contact' | tail -2)" "$(moment 1139) chat.waiting $one alice contact late
$(moment 1179) chat.waiting $one alice contact overdue" 'nor do they sound twice'
# A page that is pushed is a word.
ok as alice chat-send "$one" --url https://example.org/
levels "$one" '1180 agent 1179 ok'

# Several chats, each its own clock and the thresholds of its queue.
at_s 1999
chat --queue fast && two=$id
after 1
chat --queue never && three=$id
after 1
chat --queue once && four=$id
at_s 2000
for i in "$two" "$three" "$four"; do as alice ixn-accept "$i" >/dev/null; done
at_s 2004
agent "$three"
levels "$two" '2004 contact 2000 ok' '2005 contact 2000 late'
levels "$four" '2006.999 contact 2000 ok' '2007 contact 2000 overdue'
levels "$two" '2010 contact 2000 overdue'
levels "$three" '2010 agent 2004 ok' '2500 agent 2004 ok'
at_s 2510
agent "$one"
ok as alice ixn-transfer "$three" --to agent:bob
is "$(log "chat.waiting ($two|$three|$four)")" "$(moment 2005) chat.waiting $two alice contact late
$(moment 2007) chat.waiting $four alice contact overdue
$(moment 2010) chat.waiting $two alice contact overdue" 'in the order of time'
at_s 2515
is "$(as alice ixn-list --waiting contact --ids | sort; echo -; as alice ixn-list --waiting agent --ids; echo -; as alice ixn-list --level late --ids | sort; echo -; ixn-list --all --level ok --ids | sort)" "$two
$four
-
$one
-
$two
$four
-
$one
$two
$four" 'ixn-list by who waits, and how long'
is "$(as alice ixn-list --waiting contact --level overdue --json | jq -c '[.id, .waiting, .waiting_level]' | sort)" '["'"$two"'","contact","overdue"]
["'"$four"'","contact","overdue"]' 'both, as JSON'
status 64 as alice ixn-list --waiting nobody
status 64 as alice ixn-list --level late,overdue

# Whoever takes it over owes the contact a word; who only has it waiting does not.
is "$(waits "$three")" '' 'queued for bob: nobody waits here'
as bob agent-state ready >/dev/null
at_s 2520
ok as bob ixn-accept "$three"
is "$(waits "$three")" "contact $(moment 2520) ok" 'accepted: the contact waits from then on'
at_s 2530
ok as bob chat-end "$three"
is "$(waits "$three")" '' 'ended: nobody waits'
at_s 2600
ok as bob ixn-done "$three"
unlike "$(log chat.waiting)" "$three" 'and nothing sounds any more'
arrive --media voice --from +33140506070 && call=$id
as alice ixn-accept "$call" >/dev/null
is "$(waits "$call")" '' 'a call has other clocks'

# ixn-watch tells of it when its time comes.
at_s 3000
agent "$one"
background ixn-watch --after "$(last)" --event chat.waiting --ixn "$one" --until chat.waiting --timeout 2m --fields at,event,ref,reason
watch=$pid
at_s 3021
wait "$watch"
is "$? $(tr '\t' ' ' <"$tmp/$watch.out")" "0 $(moment 3020) chat.waiting agent late" 'ixn-watch --until chat.waiting'
background ixn-watch --after "$(last)" --event chat.waiting --on chat.waiting='jq -r .reason >>heard' --until chat.waiting --timeout 2m
watch=$pid
at_s 3060
wait "$watch"
is "$? $(cat heard)" '0 overdue' '--on chat.waiting'

# Silence: one warning, another, the end; each at its own time, however late anybody comes.
at_s 10000
site '{"agents":[{"name":"alice","capacity":{"chat":9}},{"name":"bob","capacity":{"chat":9}}],"queues":[
	{"name":"q","inactivity_warning":"60s","inactivity_warning2":"30s","inactivity_close":"45s","wrap_up":"20s"},
	{"name":"one","inactivity_warning":"60s","inactivity_close":"45s"},{"name":"warn","inactivity_warning":"60s"},
	{"name":"close","inactivity_close":"45s"},{"name":"off"}]}'
login alice --ready
ids=
for queue in q one warn close off; do
	chat --queue $queue --text Hello && ids="$ids $queue=$id"
	as alice ixn-accept "$id" >/dev/null
	eval "$queue=\$id"
done
# shellcheck disable=SC2154 # set by eval
{
	at_s 10044
	is "$(holds "$close") $(field "$close" online)" 'active alice yes' 'before its time'
	at_s 10135
	is "$(holds "$q" "$one" "$warn" "$close" "$off"), $(field "$q" online,ended)" "wrap alice, wrap alice, active alice, wrap alice, active alice, no $(moment 10135)" 'for who looks it is closed'
	is "$(as alice ixn-list --state wrap --ids | sort)" "$(printf '%s\n' "$q" "$one" "$close" | sort)" 'in a list, too'
	# A server settles without being asked.
	$served || is "$(ixn-show "$q" --part history --fields event | grep -E 'inactive|ended')" '' 'a read writes nothing'
	unlike "$(ixn-show "$q" --json | jq -r '.can[]')" 'chat-send|chat-end' 'nor can anything be said'
	status 79 as alice chat-send "$q" --text 'too late'
	is "$(events at,event,ixn,agent,ref,reason 'chat.(inactive|ended)' | sed "s/$q/q/; s/$one/one/; s/$warn/warn/; s/$close/close/; s/ *$//" | LC_ALL=C sort -s -k 1,3)" "$(moment 10045) chat.ended close alice system inactivity
$(moment 10060) chat.inactive one alice 1
$(moment 10060) chat.inactive q alice 1
$(moment 10060) chat.inactive warn alice 1
$(moment 10090) chat.inactive q alice 2
$(moment 10105) chat.ended one alice system inactivity
$(moment 10135) chat.ended q alice system inactivity" 'the log: at the times of the deadlines'
	is "$(events at 'T' | LC_ALL=C sort -c && echo sorted)" sorted 'and in their order'
	is "$(said "$q")" "$(moment 10000) contact Hello
$(moment 10060) system Are you still there? If nothing more is said, this conversation may be closed.
$(moment 10090) system Are you still there? If nothing more is said, this conversation may be closed.
$(moment 10135) system This conversation was closed because nothing more was said." 'the contact is told'
	is "$(as alice agent-state --fields state,cause,since,until | tr '\t' ' ')" "after-work wrap-up $(moment 10135) $(moment 10155)" 'and the after-call work begins then'
	ok as alice ixn-done "$q"
	is "$(waits "$q")" '' 'over'
}

# Any word, of either side, and typing begin it anew; what the contact cannot see does not.
at_s 20000
chat --queue q --language fr-CA && one=$id
at_s 20010
ok as alice agent-state ready
ok as alice ixn-accept "$one"
at_s 20069
contact "$one"
at_s 20128
agent "$one"
at_s 20150
ok as alice chat-send "$one" --visible agents --text psst
at_s 20187
ok as '' chat-send "$one" --as-contact --typing
at_s 20246
ok as alice ixn-note "$one" --text x
is "$(log "chat.inactive $one")" '' 'never silent for a minute'
at_s 20248
ok as alice ixn-note "$one" --text x
is "$(log "chat.inactive $one")" "$(moment 20247) chat.inactive $one alice 1" 'a minute after the last sign of life'
like "$(said "$one")" 'Êtes-vous toujours là' "in the contact's language"
is "$(waits "$one")" "agent $(moment 20128) overdue" 'a warning is no word of anybody'
at_s 20270
ok as '' chat-send "$one" --as-contact --typing
at_s 20299
agent "$one"
is "$(log "chat.inactive $one" | wc -l)" 1 'typing behind the warning: the second is later'
at_s 20360
agent "$one"
at_s 20451
ok as alice ixn-note "$one" --text x
is "$(log "chat.inactive $one" | tail -3)" "$(moment 20359) chat.inactive $one alice 1
$(moment 20420) chat.inactive $one alice 1
$(moment 20450) chat.inactive $one alice 2" 'a word: the warnings begin anew'
contact "$one"
at_s 20510
agent "$one"
is "$(holds "$one")" 'active alice' 'the last moment is soon enough'

# Nobody warns of a silence while it waits for an agent; leaving begins anew.
ok as alice ixn-transfer "$one" --to queue:q
is "$(sqlite3 "$tmp/work/store.db" "SELECT count(*) FROM due WHERE id = '$one' AND kind IN ('waiting', 'inactive')")" 0 'its clocks stand'
ok as alice agent-state not-ready
at_s 21000
login bob --ready
is "$(log "chat.(inactive|ended) $one" | tail -1)" "$(moment 20450) chat.inactive $one alice 2" 'not while it waits'
ok as bob ixn-accept "$one"
at_s 21134
is "$(holds "$one")" 'active bob' 'since bob came'
at_s 21135
is "$(holds "$one")" 'wrap bob' 'since bob came, no longer'
ok as bob ixn-done "$one"

# Who joins, or leaves, is a sign of life; who is only asked for advice is not seen.
at_s 22000
as alice agent-state ready >/dev/null
as bob agent-state not-ready >/dev/null
chat --queue q && one=$id
ok as alice ixn-accept "$one"
as bob agent-state ready >/dev/null
at_s 22030
ok as alice ixn-consult "$one" --to agent:bob
ok as bob ixn-accept "$one"
is "$(waits "$one")" "contact $(moment 22000) late" 'a consult'
at_s 22050
ok as alice ixn-conference "$one" --complete
is "$(waits "$one")" "contact $(moment 22050) ok" 'the colleague joins'
at_s 22109
ok as bob ixn-conference "$one" --end
is "$(log "chat.inactive $one")" '' 'no minute of silence'
at_s 22170
ok as alice ixn-note "$one" --text x
is "$(log "chat.inactive $one")" "$(moment 22169) chat.inactive $one alice 1" 'a minute after the colleague left'

# A site that contradicts itself is refused.
refused() {
	printf '{"queues":[{"name":"off",%s}]}' "$1" >bad.json
	status 65 ixn-setup --load bad.json
	like "$err" "$2" "$1"
}
refused '"waiting_late":"2m"' 'queues.*waiting_overdue'
refused '"waiting_late":"10s","waiting_overdue":"5s"' 'queues.*waiting_overdue'
refused '"inactivity_warning2":"10s","inactivity_close":"10s"' 'queues.*inactivity_warning2'
refused '"wrap_up":"25h"' 'queues.*wrap_up'
done_testing
