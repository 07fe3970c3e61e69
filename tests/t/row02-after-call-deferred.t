#!/bin/sh
# Row 2: what is asked for during the work takes effect behind it, not before;
# states with a deadline; after-call work, to the millisecond.
# covers: agent-state, agent-list, agent-logout, chat-end, ixn-done, ixn-watch
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

agents='"agents":[{"name":"alice","capacity":{"chat":3,"email":2}},{"name":"bob","capacity":{"chat":3}},{"name":"lee","role":"lead"}]'
plain='{'$agents',"queues":[{"name":"q"}]}'
wrapping='{'$agents',"queues":[{"name":"q","wrap_up":"30s"},{"name":"long","wrap_up":"60s"},{"name":"none"}]}'
# moment S: as it is printed, S seconds behind the beginning; S may have decimals.
moment() { date -u -d "@$(awk "BEGIN { printf \"%.3f\", 1795251600 + $1 }")" +%Y-%m-%dT%H:%M:%S.%3NZ; }
# have AGENT OPTION...: a chat comes in and is accepted; its id is in $id.
have() {
	_who=$1 && shift
	chat "$@" && env IXN_AGENT="$_who" ixn-accept "$id" >/dev/null || echo "# $_who has no chat"
}
now_of() { as "$1" agent-state --media "${2-chat}" --fields state,reason,cause,since,until,pending | tr '\t' ' ' | sed 's/ *$//'; }

# The acceptance test: not ready during a chat; the state changes when it is finished.
at 0
site "$plain"
login alice --ready
have alice && one=$id
after 1000
have alice && two=$id
chat && offered=$id
after 1000
ok as alice agent-state not-ready --after-current --reason lunch
is "$out" "alice	chat	ready		$(moment 0)	3	0	not-ready	
alice	email	not-ready	lunch	$(moment 2)	0	2		" 'where there is work the state stays, elsewhere it changes at once'
is "$(as alice agent-state --json --media chat | jq -c '[.state, .free, .pending, .pending_reason, .until, .follows]')" '["ready",false,"not-ready","lunch",null,null]' 'what is asked for is shown'
is "$(events event,agent,ref,state,reason 'agent.pending|agent.state .*lunch')" 'agent.pending alice chat not-ready agent:lunch
agent.state alice email not-ready agent:lunch' 'the log'
ok as alice ixn-reject "$offered"
chat && waits=$id
is "$(holds "$waits" "$offered")" 'queued, queued' 'nothing new meanwhile, though there is room'
after 1000
ok as alice chat-end "$one"
is "$(now_of alice)" "ready  login $(moment 0)  not-ready" 'a chat to be finished is work'
ok as alice ixn-done "$one"
is "$(now_of alice)" "ready  login $(moment 0)  not-ready" 'one of two done changes nothing: the other is open'
ok as alice chat-end "$two"
after 1000
ok as alice ixn-done "$two"
is "$(now_of alice)" "not-ready lunch pending $(moment 4)" 'the last one done'
is "$(events at,event,ref,state,reason,actor_kind pending:)" "$(moment 4) agent.state chat not-ready pending:lunch agent" 'the log'
is "$(holds "$waits")" 'queued' 'and nothing is offered'

# A later request replaces it; ready takes it back.
at 100000
site "$plain"
login alice --ready
have alice && one=$id
ok as alice agent-state not-ready --after-current --reason lunch --media chat
chat && waits=$id
is "$(holds "$waits")" queued 'asked for'
ok as alice agent-state not-ready --after-current --reason training --media chat
is "$(as alice agent-state --json --media chat | jq -r .pending_reason)" training 'another reason'
ok as alice agent-state ready
is "$(now_of alice) $(holds "$waits")" "ready  agent $(moment 100) offered alice" 'taken back: the next one is offered'
ok as alice agent-state not-ready --after-current --media chat
ok as alice agent-state not-ready --reason fire --media chat
is "$(now_of alice)" "not-ready fire agent $(moment 100)" 'at once, after all'
ok as alice agent-state ready --after-current --media chat
is "$(now_of alice)" "not-ready fire agent $(moment 100)  ready" 'ready once this is done'
as alice ixn-reject "$waits" >/dev/null
ok as alice ixn-transfer "$one" --to queue:q
is "$(now_of alice | cut -d' ' -f1-3) $(holds "$waits")" 'ready  pending queued' 'handed over is done, too'
ok as alice agent-state not-ready --after-current --reason nothing
is "$(now_of alice)" "not-ready nothing agent $(moment 100)" 'without work it changes at once'

# A consult is work, an offer is none.
at 150000
site "$plain"
login alice --ready
have alice && one=$id
login bob --ready
ok as alice ixn-consult "$one" --to agent:bob
ok as bob agent-state not-ready --after-current --reason lunch
is "$(now_of bob)" "not-ready lunch agent $(moment 150)" 'only asked for advice'
ok as bob ixn-accept "$one"
ok as bob agent-state ready
ok as bob agent-state not-ready --after-current --reason lunch
is "$(now_of bob)" "ready  agent $(moment 150)  not-ready" 'in a consult'
after 1000
ok as alice ixn-consult "$one" --end
is "$(now_of bob)" "not-ready lunch pending $(moment 151)" 'the consult is over'

# --for: back by itself; each medium and each agent in its own time.
at 200000
site "$plain"
login alice --ready
login bob --ready
ok as alice agent-state not-ready --reason coffee --for 10s --media email
ok as alice agent-state not-ready --reason lunch --for 15m --media chat
ok as bob agent-state after-work --for 20s
is "$(as alice agent-state --fields medium,until | tr '\t' ' ')" "chat $(moment 1100)
email $(moment 210)" 'until when'
is "$(as alice agent-state --json --media chat | jq -c '[.follows, .free]')" '["ready",false]' 'and what follows'
is "$(agent-list --fields agent,presence,reason,until | tr '\t' ' ')" "alice not-ready lunch,coffee $(moment 210)
bob not-ready  $(moment 220)
lee logged-out  " 'agent-list has the first of them'
chat && waits=$id
at 209999
is "$(now_of alice email)" "not-ready coffee agent $(moment 200) $(moment 210)" 'a millisecond before'
at 210000
is "$(now_of alice email)" "ready  timer $(moment 210)" 'then ready, though nobody has written it'
is "$(agent-list --fields agent,presence | tr '\t' ' ' | head -1)" 'alice partial' 'some of the media'
is "$(events event timer)" '' 'a read writes nothing'
at 230000
is "$(now_of alice)" "not-ready lunch agent $(moment 200) $(moment 1100)" 'another medium has its own deadline'
ok as alice agent-state
as lee agent-state >/dev/null 2>&1
ok as alice agent-state ready --media email
is "$(events at,agent,ref,state,reason,actor_kind timer)" "$(moment 210) alice email ready timer system
$(moment 220) bob chat ready timer system" 'the log: each at its own time, by the system'
is "$(holds "$waits")" 'offered bob' 'who is back is offered what waits'
at 240000
ok as alice agent-state not-ready --reason longer --media chat
at 1200000
is "$(now_of alice)" "not-ready longer agent $(moment 240)" 'said anew without a time: for good'
status 64 as alice agent-state ready --for 10m
status 64 as alice agent-state not-ready --for 0s
status 64 as alice agent-state not-ready --for 31d
status 64 as alice agent-state --for 10m
status 64 as alice agent-state --after-current

# With --after-current the time begins when the state does.
at 1300000
site "$plain"
login alice --ready
have alice
ok as alice agent-state not-ready --after-current --for 10s --reason tea --media chat
is "$(as alice agent-state --json --media chat | jq -c '[.pending_for, .until]')" '[10000,null]' 'its time has not begun'
at 1350000
ok as alice chat-end "$id"
ok as alice ixn-done "$id"
is "$(now_of alice)" "not-ready tea pending $(moment 1350) $(moment 1360)" 'it begins with the state'
at 1360000
is "$(now_of alice)" "ready  timer $(moment 1360)" 'and ends behind it'

# After-call work: a state, with its deadline.
at 2000000
site "$wrapping"
login alice --ready
have alice && one=$id
at 2010000
ok as alice chat-end "$one"
is "$(now_of alice)" "after-work  wrap-up $(moment 2010) $(moment 2040)" 'the end of a chat begins it'
is "$(as alice agent-state --json --media chat | jq -c '[.follows, .free, .load]')" '["ready",false,1]' 'ready follows'
is "$(now_of alice email)" "ready  login $(moment 2000)" 'other media go on'
is "$(agent-list --fields agent,state,presence,media | tr '\t' ' ' | head -1)" 'alice ready partial chat:after-work,email:ready' 'agent-list'
chat && waits=$id
is "$(holds "$one" "$waits")" 'wrap alice, queued' 'the interaction is wrap, the agent after-work; nothing new is offered'
at 2020000
ok as alice ixn-done "$one"
is "$(now_of alice), $(holds "$waits")" "ready  wrap-up $(moment 2020), offered alice" 'Mark Done ends it early: the next one'
as alice ixn-accept >/dev/null
ok as '' chat-end "$waits" --as-contact
chat && next=$id
at 2049999
is "$(now_of alice | cut -d' ' -f1), $(holds "$next")" 'after-work, queued' 'a millisecond before its time is over'
at 2050000
is "$(now_of alice)" "ready  timer $(moment 2050)" 'its time is over'
at 2051000
ok as alice agent-state ready --media email
is "$(holds "$waits" "$next"), $(events at,ref,state,reason 'ready timer')" "wrap alice, offered alice, $(moment 2050) chat ready timer" 'not marked done it holds up nobody, and counts as load still'
is "$(as alice agent-state --media chat --fields load,room | tr '\t' ' ')" '2 1' 'load'
as alice ixn-accept >/dev/null
ok as alice chat-end "$next"
ok as alice agent-state ready --media chat
is "$(now_of alice)" "ready  agent $(moment 2051)" 'ready by hand ends it'
ok as alice ixn-done "$next"
is "$(now_of alice)" "ready  agent $(moment 2051)" 'and it stays so'
have alice --queue none && one=$id
ok as alice chat-end "$one"
is "$(now_of alice)" "ready  agent $(moment 2051)" 'a queue without wrap_up gives none'

# Not ready during the chat: at the end plus wrap-up, not before; marked done early, then.
at 2100000
site "$wrapping"
login alice --ready
have alice && one=$id
ok as alice agent-state not-ready --after-current --reason lunch --for 60s --media chat
at 2110000
ok as alice chat-end "$one"
is "$(now_of alice)" "after-work  wrap-up $(moment 2110) $(moment 2140) not-ready" 'not before the wrap-up is over'
is "$(as alice agent-state --json --media chat | jq -c '[.follows, .follows_reason]')" '["not-ready","lunch"]' 'what was asked for follows'
at 2139999
is "$(now_of alice | cut -d' ' -f1)" 'after-work' 'a millisecond before'
at 2140000
is "$(now_of alice)" "not-ready lunch pending $(moment 2140) $(moment 2200)" 'then, marked done or not'
at 2200000
is "$(now_of alice)" "ready  timer $(moment 2200)" 'two deadlines later, for who only looks'
ok as alice ixn-done "$one"
is "$(events at,ref,state,reason 'chat .*(wrap-up|pending|timer)')" "$(moment 2110) chat after-work wrap-up
$(moment 2140) chat not-ready pending:lunch
$(moment 2200) chat ready timer" 'and in the log'
have alice && one=$id
ok as alice chat-end "$one"
ok as alice agent-state not-ready --after-current --reason lunch --media chat
is "$(now_of alice | cut -d' ' -f1,6)" 'after-work not-ready' 'asked for in the wrap-up'
after 5000
ok as alice ixn-done "$one"
is "$(now_of alice)" "not-ready lunch pending $(moment 2205)" 'marked done early'
ok as alice agent-state ready
have alice && one=$id
have alice && two=$id
ok as alice agent-state not-ready --after-current --reason lunch --media chat
ok as alice chat-end "$one"
after 30000
is "$(now_of alice)" "ready  timer $(moment 2235)  not-ready" 'behind the wrap-up of one the other is work still'
chat && waits=$id
is "$(holds "$waits")" queued 'and nothing new comes'
ok as alice ixn-transfer "$two" --to queue:q
is "$(now_of alice)" "not-ready lunch pending $(moment 2235)" 'the last one is gone: what is left is over its time'

# Several to be finished: each has its own time, whatever becomes of the others.
at 2300000
site "$wrapping"
login alice --ready
for n in one two three; do
	have alice && eval "$n=\$id"
done
at 2310000
ok as alice chat-end "$one"
at 2320000
ok as alice chat-end "$two"
is "$(now_of alice)" "after-work  wrap-up $(moment 2310) $(moment 2350)" 'the second one ends later'
ok as alice ixn-transfer "$three" --to queue:q
is "$(now_of alice)" "after-work  wrap-up $(moment 2310) $(moment 2350)" 'a transfer does not touch it'
at 2325000
ok as alice ixn-done "$two"
is "$(now_of alice)" "after-work  wrap-up $(moment 2310) $(moment 2340)" 'the second one done: the first has its own time still'
ok as bob agent-login bob
at 2330000
ok as alice ixn-done "$one"
is "$(now_of alice)" "ready  wrap-up $(moment 2330)" 'the last one done'
at 2340000
site "$wrapping"
login alice --ready
have alice && one=$id
have alice --queue long && two=$id
ok as alice chat-end "$two"
after 5000
ok as alice chat-end "$one"
is "$(now_of alice)" "after-work  wrap-up $(moment 2340) $(moment 2400)" 'a shorter one does not cut a longer one'
at 2380000
ok as alice ixn-done "$two"
is "$(now_of alice)" "ready  wrap-up $(moment 2380)" 'the rest is over its time already'

# Who is not ready, or was set to after-work, stays so; an offer that nobody answers ends it.
at 2400000
site "$wrapping"
login alice --ready
have alice && one=$id
have alice && two=$id
have alice && three=$id
ok as alice agent-state not-ready --reason meeting --for 60s --media chat
ok as alice chat-end "$one"
is "$(now_of alice)" "not-ready meeting agent $(moment 2400) $(moment 2460)" 'not ready: there is nothing to give time for'
ok as alice agent-state after-work --media chat
ok as alice chat-end "$two"
ok as alice ixn-done "$two"
is "$(now_of alice)" "after-work  agent $(moment 2400)" 'set by hand: ended by hand'
ok as alice agent-state ready --media chat
ok as alice ixn-done "$one"
chat && rings=$id
is "$(holds "$rings")" 'offered alice' 'one rings'
after 10000
ok as alice chat-end "$three"
after 20000
is "$(now_of alice)" "not-ready no-answer rona $(moment 2430)" 'missed in the wrap-up'
ok as alice ixn-done "$three"
is "$(now_of alice)" "not-ready no-answer rona $(moment 2430)" 'and not ready behind it'
ok as alice agent-state ready --media chat
have alice && one=$id
chat && rings=$id
ok as alice agent-state not-ready --after-current --reason lunch --media chat
after 30000
is "$(now_of alice)" "not-ready no-answer rona $(moment 2460)  not-ready" 'missed with lunch asked for: it is still asked for'
ok as alice chat-end "$one"
ok as alice ixn-done "$one"
is "$(now_of alice)" "not-ready lunch pending $(moment 2460)" 'and comes'
ok as alice agent-state ready --media chat
chat && rings=$id
is "$(holds "$rings")" 'offered alice' 'one rings'
ok as alice agent-state not-ready --reason lunch --for 60s --media chat
after 30000
ok as alice agent-state ready --media email
is "$(now_of alice), $(offers "$rings")" "not-ready lunch agent $(moment 2460) $(moment 2520), expired alice no-answer" 'missed when not ready anyway: as it was planned'

# Handed to an agent when the contact had left: there is the wrap-up, for this agent.
at 2500000
site "$wrapping"
login alice --ready
have alice && one=$id
login bob --ready
ok as alice chat-end "$one"
at 2510000
ok as alice ixn-transfer "$one" --to agent:bob
is "$(now_of alice)" "ready  wrap-up $(moment 2510)" 'handed over: nothing left to finish'
at 2515000
ok as bob ixn-accept "$one"
is "$(now_of bob) $(holds "$one")" "after-work  wrap-up $(moment 2515) $(moment 2545) wrap bob" 'accepted to be finished'
at 2545000
is "$(now_of bob)" "ready  timer $(moment 2545)" 'in a time of its own'

# Ten agents, a second apart: each its own deadline, in order, though all are settled late and at once.
at 3000000
list=
for n in 0 1 2 3 4 5 6 7 8 9; do list="$list${list:+,}{\"name\":\"a$n\",\"capacity\":{\"chat\":1}}"; done
site '{"agents":['"$list"'],"queues":[{"name":"q","wrap_up":"30s"}]}'
for n in 0 1 2 3 4 5 6 7 8 9; do
	login a$n --ready
	have a$n && eval "ixn$n=\$id"
done
for n in 0 1 2 3 4 5 6 7 8 9; do
	at $((3100000 + n * 1000))
	eval "as a$n chat-end \"\$ixn$n\"" >/dev/null
done
at 3110000
eval "as a3 ixn-done \"\$ixn3\"" >/dev/null
at 3134500
is "$(agent-list --fields agent,presence | grep -c after-work; agent-list --fields agent,state,until | tr '\t' ' ')" "0
a0 ready 
a1 ready 
a2 ready 
a3 ready 
a4 ready 
a5 not-ready $(moment 3135)
a6 not-ready $(moment 3136)
a7 not-ready $(moment 3137)
a8 not-ready $(moment 3138)
a9 not-ready $(moment 3139)" 'in the middle, for who looks'
at 3200000
login a0
is "$(events at,agent,state,reason ' ready (timer|wrap-up)')" "$(moment 3110) a3 ready wrap-up
$(for n in 0 1 2 4 5 6 7 8 9; do echo "$(moment $((3130 + n))) a$n ready timer"; done)" 'nine by the clock, one by Mark Done, each at its own time'

# Killed: the session ends by time in each of these states; nothing comes of its deadlines.
mkdir -p "$XDG_CONFIG_HOME/ixn" && echo 'session_ttl = 90s' >"$XDG_CONFIG_HOME/ixn/config"
at 4000000
site "$wrapping"
login alice --ready
have alice && one=$id
for state in 'ready' 'not-ready --for 400s' 'not-ready --after-current --for 400s' 'wrap-up' 'wrap-up and pending'; do
	# shellcheck disable=SC2086 # options
	case $state in
	wrap-up) as alice chat-end "$one" >/dev/null ;;
	wrap-up*) as alice chat-end "$one" >/dev/null && as alice agent-state not-ready --after-current --for 20s >/dev/null ;;
	*) as alice agent-state $state >/dev/null ;;
	esac
	after 60000
	login lee
	after 30000
	status 77 as alice agent-state
	is "$(as lee agent-list --fields agent,presence,until | tr '\t' ' ' | head -1)" 'alice logged-out ' "killed: $state"
	after 60000
	login bob
	as bob agent-logout >/dev/null
	is "$(sqlite3 "$tmp/work/store.db" "SELECT count(*) FROM due WHERE kind = 'presence'") $(holds "$one")" '0 queued' "no deadline is left: $state"
	is "$(events event,agent,state,reason '^agent.*alice' | tail -1)" 'agent.logout alice  timeout' "and nothing comes behind the end of the session: $state"
	login alice --ready
	if [ "$(field "$one" online)" = no ]; then
		as alice ixn-accept "$one" >/dev/null
		as alice ixn-done "$one" >/dev/null
		have alice && one=$id
	else
		as alice ixn-accept "$one" >/dev/null
	fi
done
is "$(events agent,ref,state,reason 'alice chat logged-out' | sort -u)" 'alice chat logged-out timeout' 'each medium is told of'

# agent-list --watch: a line for each agent that changes.
at 5000000
site "$plain"
login alice
background agent-list --watch --timeout 60s --fields agent,presence,media
watch=$pid
wait_for grep -q lee "$tmp/$watch.out"
as alice agent-state ready --media chat >/dev/null
wait_for grep -q partial "$tmp/$watch.out"
as alice agent-state ready >/dev/null
wait_for grep -q 'alice	ready' "$tmp/$watch.out"
at 5061000
wait "$watch"
is "$? $(tail -n +4 "$tmp/$watch.out")" '0 alice	partial	chat:ready,email:not-ready
alice	ready	chat:ready,email:ready' 'agent-list --watch'

# What was offered before is work from when it is accepted: it puts off what was to follow the after-call work.
at 5200000
site "$wrapping"
login alice --ready
plan_of() { as alice agent-state --json --media chat | jq -c '[.state, .pending, .follows, .load]'; }
have alice && one=$id
chat && offered=$id
ok as alice chat-end "$one"
ok as alice agent-state not-ready --after-current --media chat
is "$(plan_of)" '["after-work","not-ready","not-ready",2]' 'not ready behind the after-call work'
ok as alice ixn-accept "$offered"
is "$(plan_of)" '["after-work","not-ready","ready",2]' 'but not while there is another chat'
done_testing
