#!/bin/sh
# Row 25: commands run at events, by name; one of higher priority ends another; one that is
# repeated stops when what it announced is settled, as an offer is by being accepted.
# covers: ixn-watch
# shellcheck disable=SC2016 # the commands' own shells expand
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":99}}],
"queues":[{"name":"sales","offer_timeout":"2h","exclusion":"9h","rona":false,"waiting_late":"30s","waiting_overdue":"1m"}],"dispositions":[{"code":"ok"}]}
J
ready alice
# This one is for saying something: a watch prints it, a command writes it down.
beat=$(create --queue sales --from beat@example.org)
ok as alice ixn-accept "$beat"
mkfifo gate

# live OPTION...: a watch in the background that has begun: it prints what is said in a chat.
live() {
	rm -f log watcher
	: >log
	background sh -c 'echo $$ >watcher; exec env --default-signal=INT ixn-watch "$@"' sh "$@"
	watch=$pid said=0
	wait_for sh -c "chat-send $beat --as-contact --typing >/dev/null; grep -q chat.typing $tmp/$watch.out"
}
printed() { wait_for grep -q "$1" "$tmp/$watch.out"; }
# gone PID: it runs no more, whether it was waited for or not.
gone() { ! grep -q '^State:	[^ZX]' "/proc/$1/status" 2>/dev/null; }
# ended [SIGNAL]: the watch has ended; its status in $got.
ended() {
	[ $# -eq 0 ] || kill -s "$1" "$(cat watcher)"
	wait_for gone "$(cat watcher)" || kill -s KILL "$(cat watcher)"
	got=0
	wait "$watch" 2>/dev/null || got=$?
}
log() { paste -sd ' ' log; }
logged() { wait_for sh -c "[ \"\$(paste -sd ' ' log)\" = '$1' ]"; }
# twice: with --on chat.message='echo beat >>log' what was due before is in the log now: one
# command runs at a time, and they take turns.
twice() {
	for _b in 1 2; do
		said=$((said + 1))
		chat-send "$beat" --as-contact --text beat >/dev/null
		wait_for sh -c "[ \"\$(grep -c beat log)\" = $said ]"
	done
}
# pass WORD: to the command that reads the gate.
pass() { timeout 20 sh -c 'echo "$0" >gate' "$1" || echo "# nobody reads $1"; }

# By name; what a contact wrote is nowhere but on standard input.
evil='$(touch pwned); echo "`touch pwned`" --help'
id=$(create --queue sales --from ann@example.org --name "$evil" --subject "$evil" --text "$evil")
cat >dump <<'S'
#!/bin/sh
cat >>input
{ env; tr '\0' '\n' <"/proc/$$/cmdline"; tr '\0' '\n' <"/proc/$PPID/cmdline"; } >>seen
echo "$IXN_EVENT ${IXN_IXN-none}" >>names
S
chmod +x dump
ok ixn-watch --after 0 --timeout 0s --ixn "$id" --on ixn.created=./dump --on chat=./dump --on offer=./dump
is "$(cat names)" "ixn.created $id
chat.message $id
offer.created $id" 'IXN_EVENT and IXN_IXN name the event and the interaction'
is "$(jq -r 'select(.event == "chat.message") | .text' input)" "$evil" 'what was said is on standard input'
unlike "$(cat seen)" 'pwned|--help' 'and neither in the environment nor among the arguments'
is "$([ -e pwned ]; echo $?)" 1 'nor was it run'
IXN_IXN=stale ixn-watch --after 0 --timeout 0s --on agent.login='echo "$IXN_EVENT ${IXN_IXN-none}" >login' >/dev/null
is "$(cat login)" 'agent.login none' 'no interaction, no id'
ok as alice ixn-accept "$id"

# What is past is worked off, one by one, whatever the time.
pass first &
ok ixn-watch --after 0 --timeout 0s --ixn "$id" --on ixn.created='cat gate >>past' --on offer='echo $IXN_EVENT >>past' --priority offer=9
is "$(paste -sd ' ' past)" 'first offer.created offer.accepted' 'what happened before it began: each runs to its end'

# Beside the watch, in turn.
live --on ixn.created='echo low >>log; cat gate >>log; echo low-end >>log' --on ixn.changed='echo equal >>log' \
	--on disposition.set='echo high >>log' --priority disposition=5 --on chat.ended='echo later >>log' --priority chat.ended=-1
id=$(create --queue sales --from ann@example.org)
logged low
ok as alice ixn-accept "$id"
ok as alice ixn-note "$id" --text x
ok as alice chat-end "$id"
printed "chat.ended	$id"
is "$(log)" low 'while one runs the watch goes on; those of equal or lower priority wait'
pass passed
logged 'low passed low-end equal later'
is "$(log)" 'low passed low-end equal later' 'and take their turn in order'

# Higher priority.
: >log
id=$(create --queue sales --from ann@example.org)
logged low
ok as alice ixn-accept "$id"
ok as alice chat-end "$id"
ok as alice ixn-note "$id" --text x
ok as alice ixn-disposition "$id" --set ok
logged 'low high equal later'
is "$(log)" 'low high equal later' 'one of higher priority ends the one that runs, which does not go on; the rest follow by priority'
ended TERM
unlike "$(cat "$tmp/$watch.out")" '^ixn-watch' 'that one was ended is no failure'

# What does not want to end.
cat >stubborn <<'S'
#!/bin/sh
trap '' TERM
echo $$ >stubborn.pid
echo stubborn >>log
cat gate
S
cat >orphan <<'S'
#!/bin/sh
(trap '' TERM; echo orphan >>log; exec cat gate) &
echo $! >orphan.pid
wait
S
cat >gentle <<'S'
#!/bin/sh
trap 'echo told >>log; wait; exit 1' TERM
echo gentle >>log
cat gate &
wait
S
chmod +x stubborn orphan gentle
live --on ixn.changed='exec ./$(cat which)' --on disposition.set='echo high >>log' --priority disposition=1
for which in stubborn orphan gentle; do
	: >log
	echo $which >which
	ok as alice ixn-note "$id" --text x
	logged $which
	ok as alice ixn-disposition "$id" --set ok
	wait_for grep -q high log
done
is "$(log)" 'gentle told high' 'it is told by SIGTERM, and may tidy up'
is "$(gone "$(cat stubborn.pid)"; echo $?)" 0 'what ignores that is killed'
is "$(gone "$(cat orphan.pid)"; echo $?)" 0 'so is what it left behind, before the next one starts'
ended TERM

# Again and again, until it is accepted; only what was asked for is printed.
live --event offer.created --event chat --on offer.created='echo ring >>log' --repeat offer.created=5m --on chat.message='echo beat >>log'
id=$(create --queue sales --from ann@example.org)
logged ring
later 299
twice
is "$(log)" 'ring beat beat' 'not before its time'
later 1
wait_for sh -c '[ "$(grep -c ring log)" = 2 ]'
later 720
wait_for sh -c '[ "$(grep -c ring log)" = 3 ]'
twice
is "$(log)" 'ring beat beat ring ring beat beat' 'every 5 minutes of the clock, once where several were missed'
ok as alice ixn-accept "$id"
later 3600
twice
is "$(log)" 'ring beat beat ring ring beat beat beat beat' 'accepted: it stops'
unlike "$(cut -f 3 "$tmp/$watch.out")" 'offer.accepted' 'though that was not asked for and is not printed'
for how in rejected withdrawn expired; do
	: >log
	said=0
	id=$(create --queue sales --from ann@example.org)
	logged ring
	case $how in
	rejected) as alice ixn-reject "$id" ;;
	withdrawn) chat-end "$id" --as-contact ;;
	expired) later 7200 && as alice agent-state ready ;; # any change settles what is due
	esac >"$tmp/settled" 2>&1
	like "$(ixn-show "$id" --part history --fields event)" "offer.$how" "an offer is $how"
	[ $how != expired ] || : >log
	later 3600
	twice
	is "$(log)" "$([ $how = expired ] || echo 'ring ')beat beat" "$how: it stops"
done
ended TERM

# Two offers: one settled, the other not.
live --on offer.created='echo $IXN_IXN >>log' --repeat offer=5s
one=$(create --queue sales --from ann@example.org)
two=$(create --queue sales --from bea@example.org)
logged "$one $two"
ok as alice ixn-accept "$one"
later 5
logged "$one $two $two"
is "$(log)" "$one $two $two" 'each offer has its own'
ended TERM
ok as alice ixn-accept "$two"

# A run that goes on is ended when it is settled.
live --on offer.created='./gentle' --repeat offer.created=1h
id=$(create --queue sales --from ann@example.org)
logged gentle
ok as alice ixn-accept "$id"
logged 'gentle told'
is "$(log)" 'gentle told' 'a run that goes on is ended when the offer is accepted'
ended TERM

# A repeat that is due waits, whatever its priority.
live --on offer.created='echo ring >>log' --repeat offer.created=5s --priority offer.created=9 --on chat.ended='echo busy >>log; cat gate >>log'
id=$(create --queue sales --from ann@example.org)
logged ring
ok as alice chat-end "$two"
logged 'ring busy'
later 60
chat-send "$beat" --as-contact --text due >/dev/null
printed due
pass passed
logged 'ring busy passed ring'
is "$(log)" 'ring busy passed ring' 'a repeat that is due waits for the one that runs'
ended TERM
ok as alice ixn-accept "$id"

# A message: until an agent answers the contact.
live --on chat.message='echo "$(jq -r "[.role, .text] | @csv" | tr -d \")" >>log' --repeat chat.message=5s
as '' chat-send "$id" --as-contact --text one >/dev/null
logged contact,one
as '' chat-send "$id" --as-contact --text two >/dev/null
logged 'contact,one contact,two'
later 6
logged 'contact,one contact,two contact,two'
is "$(log)" 'contact,one contact,two contact,two' 'a second message is repeated in place of the first'
as alice chat-send "$id" --visible agents --text aside >/dev/null
wait_for grep -q aside log
later 6
wait_for sh -c '[ "$(grep -c two log)" = 3 ]'
is "$(log)" 'contact,one contact,two contact,two agent,aside contact,two' 'a word among agents is no answer'
as alice chat-send "$id" --text answer >/dev/null
wait_for grep -q answer log
later 60
as alice chat-send "$id" --text end >/dev/null
wait_for grep -q end log
is "$(log)" 'contact,one contact,two contact,two agent,aside contact,two agent,answer agent,end' 'an answer is, and is not repeated itself'
ended TERM

# A contact who waits for an answer too long, likewise; an agent who waits does not ring.
live --event chat --ixn "$beat" --ixn "$id" --on chat.waiting='jq -r "[.ref, .reason] | @csv" | tr -d \" >>log' --repeat chat.waiting=20m --on chat.message='echo beat >>log'
as '' chat-send "$id" --as-contact --text 'Are you there?' >/dev/null
logged beat
later 30
logged 'beat contact,late'
later 30
logged 'beat contact,late contact,overdue'
later 1200
logged 'beat contact,late contact,overdue contact,overdue'
as alice chat-send "$id" --text answer >/dev/null
wait_for sh -c '[ "$(grep -c beat log)" = 2 ]'
later 60
wait_for grep -q agent,overdue log
later 3600
as '' chat-send "$id" --as-contact --text 'Good' >/dev/null
as alice chat-send "$id" --text bye >/dev/null
wait_for sh -c '[ "$(grep -c beat log)" = 4 ]'
is "$(grep -v late log | paste -sd ' ')" 'beat contact,overdue contact,overdue beat agent,overdue beat beat' 'a contact who waits is repeated until there is an answer'
ended TERM

# An alert: until its time is over; about an interaction, until the agent who has it has done something.
posted() { env XDG_STATE_HOME="$tmp/nobody" alert-post "$@" >/dev/null; } # by the owner of the store
live --event alert --on alert.posted='echo alert >>log' --repeat alert=5s --on chat.message='echo beat >>log' --event chat
posted --text 'Fire drill' --until +12s
logged alert
later 5
logged 'alert alert'
later 5
logged 'alert alert alert'
later 2
printed alert.expired
later 60
twice
is "$(log)" 'alert alert alert beat beat' 'an alert is repeated until its time is over'
: >log
said=0
posted --ixn "$id" --text Hurry
logged alert
posted --ixn "$id" --text 'Hurry up'
logged 'alert alert'
later 5
logged 'alert alert alert alert'
as alice ixn-note "$id" --text 'on it' >/dev/null
later 60
twice
is "$(log)" 'alert alert alert alert beat beat' 'one about an interaction until its agent does something'
ended TERM

# What is past and settled is not rung for; what still stands is.
next=$(create --queue sales --from ann@example.org)
live --after 0 --on offer.created='echo $IXN_IXN >>log' --repeat offer.created=5s
logged "$next"
is "$(log)" "$next" 'offers that were accepted long ago do not ring, the one that stands does'
ended TERM
ok as alice ixn-accept "$next"

# Failing.
live --on ixn.created='exit 3' --on chat.message='kill -9 $$' --on ixn.changed=./there-is-none --on chat.ended='echo on >>log'
id=$(create --queue sales --from ann@example.org --text x)
ok as alice ixn-accept "$id"
ok as alice ixn-note "$id" --text x
ok as alice chat-end "$id"
logged on
is "$(grep '^ixn-watch' "$tmp/$watch.out")" "ixn-watch: ixn.created: 'exit 3' ended with status 3
ixn-watch: chat.message: 'kill -9 \$\$' was ended by signal 9
ixn-watch: ixn.changed: './there-is-none' ended with status 127" 'what fails is told of, a line each, and the watch goes on'

# The end of the watch.
ended TERM
is "$got" 143 'SIGTERM ends it, as it ends others'
for signal in INT TERM HUP; do
	live --on ixn.changed=./gentle
	ok as alice ixn-note "$id" --text x
	logged gentle
	ended $signal
	is "$(log) $((got - 128))" "gentle told $(kill -l $signal 2>/dev/null || /bin/kill -l $signal)" "SIG$signal: the command that runs is ended first"
done
live --on ixn.changed=./gentle --timeout 1h
ok as alice ixn-note "$id" --text x
logged gentle
later 3600
ended
is "$(log) $got" 'gentle told 0' '--timeout: likewise'
live --on ixn.changed=./gentle --on disposition.set='echo never >>log' --until chat.message
ok as alice ixn-note "$id" --text x
logged gentle
ok as alice ixn-disposition "$id" --set ok
chat-send "$beat" --as-contact --text until >/dev/null
ended
is "$(log) $got" 'gentle told 0' '--until: likewise, and what waits is not run'
live --on ixn.changed='echo begin >>log; cat gate >>log' --on ixn.done='echo done >>log; cat gate >>log' --until ixn.done
ok as alice ixn-note "$id" --text x
logged begin
ok as alice ixn-done "$id"
printed "ixn.done	$id"
pass end
logged 'begin end done'
pass done-end
ended
is "$(log) $got" 'begin end done done-end 0' 'where the event of --until has a command, all take their turn and finish'

# A reader that stands still keeps nobody from ending it.
head -c 300000 /dev/zero | tr '\0' x >large
chat-send "$beat" --as-contact --file large >/dev/null
mkfifo still
exec 8<>still
background sh -c 'echo $$ >watcher; exec ixn-watch --after 0 --ixn "$0" --on offer=true >still 8<&-' "$beat"
watch=$pid
timeout 20 head -c 1000 <&8 >/dev/null
ended TERM
is "$got" 143 'SIGTERM ends it also while it writes to a pipe that nobody empties'
exec 8<&-

# Options.
status 64 ixn-watch --timeout 0s --on offer=true --priority offer=high --json
is "$(code)" bad_value 'a priority is a number'
status 64 ixn-watch --timeout 0s --on offer=true --repeat offer=often
status 64 ixn-watch --timeout 0s --on offer=true --repeat offer=0s
status 64 ixn-watch --timeout 0s --on chat=true --repeat offer=5s
like "$err" "^ixn-watch: --repeat: 'offer' is not an event of --on" 'nothing would be repeated'
status 64 ixn-watch --timeout 0s --on agent=true --repeat agent.login=5s
like "$err" 'another one settles' 'nothing would ever end it'
ok ixn-watch --timeout 0s --on offer=true --priority offer.created=-3 --repeat offer=90s
done_testing
