#!/bin/sh
# covers: alert-post, alert-list, ixn-show, ixn-watch
# Alerts: whom they reach, who may post them, how long they stand, who reads them in the events.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
export PLACE_OWNER=gate # over the network a gateway speaks for contacts
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","skills":{"french":3},"queues":["billing"],"capacity":{"chat":9}},
{"name":"bob","skills":{"sales":2},"queues":["sales"],"capacity":{"chat":9}},
{"name":"cleo","alias":"Cleo","skills":{"french":1},"capacity":{"chat":9}},
{"name":"lee","role":"lead","queues":[]},{"name":"mia","role":"lead","queues":[]},{"name":"gate","role":"service","queues":[]}],
"queues":[{"name":"billing"},{"name":"sales","skills":"sales>=1"}],
"teams":[{"name":"support","members":["alice","bob"],"leads":["lee"]},{"name":"other","members":["cleo"],"leads":["mia"]}]}
J
ready alice bob cleo lee mia gate

# post AGENT OPTION...: its id in $id.
post() {
	_poster=$1 && shift
	id=$(as "$_poster" alert-post --ids "$@") || echo "# not posted: $*"
}
# sees ID: who has it in their list.
sees() {
	for _a in alice bob cleo lee mia gate; do
		alert-list --agent $_a --ids | grep -qx "$1" && printf '%s ' $_a
	done
}

# Whom it concerns.
post lee --text 'for all'
is "$(sees "$id")" 'alice bob cleo lee mia gate ' 'without a target everybody'
post lee --text x --to agent:bob
is "$(sees "$id")" 'bob ' 'an agent'
post lee --text x --to team:support
is "$(sees "$id")" 'alice bob lee ' 'a team: its members and leads'
post mia --text x --to lead:support
is "$(sees "$id")" 'lee ' 'the leads of a team'
post lee --text x --to queue:billing
is "$(sees "$id")" 'alice cleo ' 'who serves a queue: by name, or as one who serves all'
post lee --text x --to queue:sales
is "$(sees "$id")" 'bob ' 'and has the skills that it asks for'
post lee --text x --to 'skill:french>=2'
is "$(sees "$id")" 'alice ' 'who has the skills'
post lee --text x --to 'skill:"french | sales>=2"'
is "$(sees "$id") $(alert-list --agent bob --json | jq -r "select(.id == \"$id\") | .target")" 'alice bob cleo  skill:french | sales>=2' 'an expression, as it is written without a shell'
sql 'UPDATE alert SET until = 0' # these are over

# What is shown, in which order.
ok as lee alert-post --to agent:alice --text 'first warning' --level warning --until +2h
is "$(printf '%s' "$out" | cut -f 2-7 | tr '\t' '|')" "warning|$(cat "$IXN_CLOCK")|$(in_seconds 7200)|agent:alice||lee" 'posting prints the alert, without its text'
first=$(printf '%s' "$out" | cut -f 1)
ok as lee alert-post --to agent:alice --text 'all is well' --json
is "$(printf '%s' "$out" | jq -r '[.level, .until] | @csv' | tr -d '"')" "info,2026-11-22T$(cut -c 12-24 "$IXN_CLOCK")" 'an info for a day unless something else is said'
ok as lee alert-post --to agent:alice --text 'second warning' --level warning
printf 'the house\nburns\n' | as gate alert-post --to agent:alice --file - --level critical >"$tmp/posted"
is "$(alert-list --agent alice --json | jq -r .text)" 'the house
burns
second warning
first warning
all is well' 'the most urgent first, then the newest'
is "$(alert-list --agent alice --json | jq -c 'keys_unsorted' | head -n 1)" '["id","level","at","until","target","author","text"]' 'the fields'
is "$(alert-list --agent alice --json | jq -r .author | paste -sd ' ')" 'gate lee lee lee' 'who posted it'
is "$(alert-list --agent alice --level warning --json | jq -r .level | paste -sd ' ')" 'critical warning warning' '--level: so urgent or more'
ok alert-list --agent alice --limit 1
is "$(printf '%s\n' "$out" | wc -l)" 1 '--limit'
like "$err" 'only the first 1 are shown' 'a list that was cut says so'
is "$(as '' alert-list --ids | wc -l)" 4 'who acts as the owner sees all that stand'

# Until when.
later 7195
is "$(alert-list --agent alice --ids | grep -c "$first")" 1 'it stands to the last second'
later
is "$(alert-list --agent alice --ids | grep -c "$first")" 0 'then it is in no list'
# A server settles without being asked.
$served || is "$(sql "SELECT count(*) FROM event WHERE event = 'alert.expired' AND ref = '$first'")" 0 'reading settles nothing'
as alice agent-state ready >/dev/null
is "$(ixn-watch --after 0 --timeout 0s --event alert.expired --json | jq -r "select(.ref == \"$first\") | .at")" \
	"$(as lee alert-list --all --json | jq -r "select(.id == \"$first\") | .until")" 'its end is an event, of the time when it was due'
is "$(as lee alert-list --all --json | jq -r "select(.id == \"$first\") | .text")" 'first warning' 'a lead may look at past ones'
status 77 as alice alert-list --all --json
is "$(code)" not_permitted 'an agent may not'
status 64 as lee alert-post --text x --until -1m
like "$err" 'not a time to come' 'not for the past'

# About an interaction.
ixn=$(create --queue billing --from ann@example.org)
who=$(show "$ixn" agent)
ok as "$who" ixn-accept "$ixn"
other=$(create --queue sales --from bea@example.org)
post lee --ixn "$ixn" --to agent:bob --text 'ask bob'
post lee --ixn "$ixn" --text 'she is angry' --level critical
post lee --ixn "$other" --text 'another one'
is "$(ixn-show "$ixn" --part alerts --agent alice --fields text,level | tr '\t' ',')" 'she is angry,critical' 'ixn-show has those about it that concern me'
is "$(ixn-show "$ixn" --part alerts --agent lee --fields text | paste -sd ,)" 'she is angry,ask bob' 'a lead those for others, too'
is "$(alert-list --ixn "$ixn" --agent bob --json | jq -r '[.ixn, .text] | @csv' | tr -d '"' | paste -sd ' ')" "$ixn,she is angry $ixn,ask bob" 'alert-list --ixn'
unlike "$(alert-list --agent lee --fields text)" 'ask bob' 'which is not in the list of a lead whom it does not concern'
status 66 as lee alert-post --ixn 01ARZ3NDEKTSV4RRFFQ69G5FAV --text x
status 66 alert-list --agent lee --ixn 01ARZ3NDEKTSV4RRFFQ69G5FAV

# Events: that it was posted, to all; what it says, to those whom it concerns. Over a
# network agents are not even told of those that do not concern them.
veiled() { $served || printf %s "$1"; }
said() { ixn-watch --after 0 --timeout 0s --event alert.posted --json "$@" | jq -r "select(.ref == \"$id\") | [.event, .level, .visible, .agent, .actor, .text // \"-\"] | join(\",\")"; }
post lee --to agent:bob --level warning --text 'between us'
is "$(said --agent bob)" 'alert.posted,warning,agent:bob,bob,lee,between us' 'the one meant reads it'
is "$(said --agent alice)" "$(veiled alert.posted,warning,agent:bob,bob,lee,-)" 'another agent does not'
is "$(said --agent mia)" 'alert.posted,warning,agent:bob,bob,lee,between us' 'a lead does'
post alice --to agent:bob --text 'psst'
is "$(said --agent alice) $(said --agent cleo)" "alert.posted,info,agent:bob,bob,alice,psst $(veiled alert.posted,info,agent:bob,bob,alice,-)" 'so does its author'
post lee --to skill:french --text 'en français'
is "$(said --agent cleo) $(said --agent bob)" "alert.posted,info,skill:french,,lee,en français $(veiled alert.posted,info,skill:french,,lee,-)" 'who has the skills'
unlike "$(sqlite3 "$XDG_DATA_HOME/ixn/store.db" 'SELECT * FROM event')" 'between us|psst|en fran' 'the log itself does not hold it'
is "$(ixn-watch --after 0 --timeout 0s --event alert --level critical --agent bob --json | jq -r 'select(.event == "alert.posted") | .text // "-"' | paste -sd ,)" \
	"$(veiled -,)she is angry" 'ixn-watch --level'
post lee --ixn "$ixn" --level critical --text 'run for it'
# shellcheck disable=SC2016 # of the command
ok ixn-watch --after 0 --timeout 0s --agent alice --ixn "$ixn" --level critical --on alert.posted='jq -r .text >>on; echo $IXN_IXN >>on'
is "$(cat on)" "she is angry
$ixn
run for it
$ixn" 'a command at an alert'
is "$(ixn-show "$ixn" --part history --agent alice --json | jq -r 'select(.event == "alert.posted") | .text // "-"' | paste -sd ,)" "$(veiled -,)she is angry,run for it" 'the history of the interaction, likewise'

# Who may post what: leads and services above; agents to their own.
ok as alice alert-post --to agent:bob --text 'a colleague of the team'
ok as alice alert-post --to agent:alice --text 'a note to myself'
ok as alice alert-post --to lead:support --text 'help'
for to in agent:cleo lead:other team:support queue:billing skill:french; do
	status 77 as alice alert-post --to "$to" --text x --json
	is "$(code)" not_permitted "an agent does not speak to $to"
done
status 77 as alice alert-post --text x
foreign=$(create --to agent:cleo --from cy@example.org)
unseen 77 as alice alert-post --ixn "$foreign" --text x
ok as cleo ixn-accept "$foreign"
unseen 0 as alice alert-post --ixn "$foreign" --text 'he called me before' --json
$served || is "$(printf '%s' "$out" | jq -r '.target + " " + .ixn')" "agent:cleo $foreign" 'but to who has the interaction that it is about'
unseen 0 as alice alert-post --ixn "$foreign" --to agent:cleo --text x
unseen 77 as alice alert-post --ixn "$foreign" --to agent:mia --text x

# What is refused.
status 66 as lee alert-post --to agent:nobody --text x
status 66 as lee alert-post --to team:none --text x
status 66 as lee alert-post --to lead:none --text x
status 66 as lee alert-post --to queue:none --text x
status 65 as lee alert-post --to 'skill:french>>2' --text x
status 64 as lee alert-post --to workbin:drafts --text x --json
is "$(code)" target_kind 'other targets'
status 64 as lee alert-post --to mailto:a@example.org --text x
status 64 as lee alert-post --to agent:bob
status 64 as lee alert-post --to agent:bob --text ''
status 64 as lee alert-post --to agent:bob --text x --level urgent
status 65 as lee alert-post --to agent:bob --text "$(head -c 5000 /dev/zero | tr '\0' x)"
before=$(sql 'SELECT count(*) FROM alert')
ok as lee alert-post --to agent:bob --text once --idempotency-key k1 --ids
once=$out
ok as lee alert-post --to agent:bob --text once --idempotency-key k1 --ids
is "$out $(sql 'SELECT count(*) FROM alert')" "$once $((before + 1))" 'the same key again posts nothing twice'

# A queue that the site no longer has.
post lee --to queue:billing --text x
sql "DELETE FROM queue WHERE name = 'billing'"
ok alert-list --agent cleo
is "$(sees "$id")" '' 'a queue that is gone concerns nobody'
done_testing
