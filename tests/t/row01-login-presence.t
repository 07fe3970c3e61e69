#!/bin/sh
# Row 1: login, media, presence with reason and cause; who may be whom; the
# session's time to live.
# covers: agent-login, agent-logout, agent-state, agent-list, ixn-watch
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

umask 077
printf 'secret of paula\n' >paula.pw
printf 'secret of Paula\n' >wrong.pw
at 0
site '{"agents":[{"name":"alice","capacity":{"voice":1,"email":5}},{"name":"bob","capacity":{"chat":3,"email":1},"media":["chat"]},
	{"name":"paula","password_file":"'"$PWD"'/paula.pw"},{"name":"lee","role":"lead"}],"queues":[{"name":"q"}]}'
paula_hash=$(ixn-setup --dump | grep -o 'argon2id[^"]*')

# The acceptance test of the table: mail is not ready, only voice is offered.
status 77 agent-state
like "$err" 'nobody is logged in' 'no session'
like "$(agent-state --json 2>&1)" '"code":"no_session","message":.*"exit":77' 'no session, as JSON'
ok agent-login alice --media voice,email --place 4711
is "$out" "alice	not-ready	voice,email	4711" 'ready is asked for'
arrive --media voice --from +33140506070 --queue q && voice=$id
arrive --media email --from ann@example.org --queue q && mail=$id
is "$(holds "$voice")" 'queued' 'who is not ready is offered nothing'
ok agent-state not-ready --media email --reason lunch
is "$out" "alice	email	not-ready	lunch	2026-11-21T09:00:00.000Z	0	5		" 'agent-state prints what it changed'
ok agent-state ready --media voice
is "$(holds "$voice"), $(holds "$mail")" 'offered alice, queued' 'not ready for mail: only voice is offered'
is "$(presence alice medium,state,reason,cause)" 'email not-ready lunch agent
voice ready  agent' 'reason and cause of each medium'
like "$(agent-state --json)" '"medium":"email","state":"not-ready","reason":"lunch","cause":"agent","since":"2026-11-21T09:00:00.000Z"' 'agent-state --json'
is "$(events event,agent,ref,state,reason,actor 'agent\.state alice')" 'agent.state alice voice not-ready login alice
agent.state alice email not-ready login alice
agent.state alice email not-ready agent:lunch alice
agent.state alice voice ready agent alice' 'the log has reason and cause'
like "$(ixn-watch --after 0 --timeout 1ms --json)" '"event":"agent.state","agent":"alice","state":"not-ready","reason":"agent:lunch","ref":"email","actor_kind":"agent","actor":"alice"' 'ixn-watch --json'
after 1000
ok agent-state ready
is "$(holds "$mail")" 'offered alice' 'ready for all: the mail, too'
is "$(presence alice medium,state,reason,cause,since)" 'email ready  agent 2026-11-21T09:00:01.000Z
voice ready  agent 2026-11-21T09:00:01.000Z' 'the reason is gone'
status 64 agent-state asleep
status 64 agent-state logged-out
status 64 agent-state not-ready --media emial
like "$err" 'emial.*email,voice' 'a medium that the agent does not work on'
status 65 agent-state not-ready --reason "$(printf %065d 0)"
is "$(presence alice medium,state)" 'email ready
voice ready' 'refused: nothing changed'

# Media: those asked for, else the agent's own, else those of the capacity rule, else voice.
is "$(agent-login bob --fields state,media)" "not-ready	chat" 'the media of the site'
is "$(agent-login bob --media email --ready --fields state,media)" "ready	email" 'the media asked for, ready'
is "$(agent-login lee --fields media)" 'voice' 'no rule: voice'
is "$(agent-list --fields agent,state,media | tr '\t' ' ')" 'alice ready email:ready,voice:ready
bob ready email:ready
paula logged-out 
lee not-ready voice:not-ready' 'agent-list'

# Several logged in from here: one must be chosen to change anything.
status 77 agent-state ready
like "$err" 'several agents.*' 'which agent'
status 77 as nobody agent-state ready

# Passwords.
status 77 agent-login paula
status 77 agent-login paula --password-file wrong.pw
like "$err" 'wrong name or password' 'wrong password'
status 77 agent-login nobody --password-file paula.pw
like "$err" 'wrong name or password' 'an unknown name tells no more than that'
chmod 640 paula.pw
status 77 agent-login paula --password-file paula.pw
like "$err" 'chmod 600' 'a password file that others may read'
chmod 600 paula.pw
ok agent-login paula --password-file paula.pw
like "$paula_hash" '^argon2id' 'the store has its hash'
unlike "$(strings "$tmp/work/store.db"* 2>/dev/null || cat "$tmp/work/store.db"*)" 'secret of paula' 'and nowhere the password'
unlike "$(ixn-watch --after 0 --timeout 1ms --json; cat "$XDG_STATE_HOME"/ixn/*/*)" 'secret of' 'nor in the log, nor in a session'

# A new login replaces the old session: its token is worth nothing.
session=$(echo "$XDG_STATE_HOME"/ixn/*/paula.session)
is "$(stat -c %a "$session")" 600 'only its owner reads a session'
cp "$session" old
status 77 agent-login paula --password-file wrong.pw
ok as paula agent-state ready
ok agent-login paula --password-file paula.pw
cp "$session" new
cp old "$session"
status 77 as paula agent-state ready
like "$err" 'session of paula has ended' 'the old token'
status 77 as paula agent-state
cp new "$session"
ok as paula agent-state ready
sed 's/^agent = .*/agent = "lee"/' new >"$session"
status 77 as paula agent-state
cp new "$session"

# A lead sets the state of others; an agent may not.
status 77 as bob agent-state not-ready --of alice --reason training
like "$err" 'role lead' 'takes a lead'
status 77 as bob agent-state --of alice
status 77 as bob agent-logout --of alice
ok as bob agent-state ready --of bob
is "$(presence bob state,cause)" 'ready agent' '--of oneself is just oneself'
ok as lee agent-state not-ready --of alice --reason training --media email
is "$(presence alice medium,state,reason,cause)" 'email not-ready training supervisor
voice ready  agent' 'cause supervisor'
is "$(events event,agent,ref,state,reason,actor supervisor:)" 'agent.state alice email not-ready supervisor:training lee' 'the log says who'
ok as lee agent-logout --of paula
is "$(events event,agent,reason,actor agent.logout)" 'agent.logout paula supervisor lee' 'and who logged off whom'
status 77 as paula agent-state
status 79 as lee agent-state ready --of paula
status 66 as lee agent-state ready --of nobody
status 79 as lee agent-logout --of paula

# The time to live: a session lives while it is used, to the millisecond.
mkdir -p "$XDG_CONFIG_HOME/ixn" && echo 'session_ttl = 90s' >"$XDG_CONFIG_HOME/ixn/config"
at 1000000
site '{"agents":[{"name":"alice","capacity":{"chat":3}},{"name":"bob","capacity":{"chat":1}}],"queues":[{"name":"q"}]}'
login alice --ready
chat && mine=$id
ok as alice ixn-accept
after 50000
ok as alice agent-state ready --reason one
after 89999
ok as alice agent-state
ok as alice agent-state ready --reason two
chat && offered=$id
is "$(holds "$offered")" 'offered alice' 'an offer before the end'
after 90000
status 77 as alice agent-state
like "$err" 'session of alice has ended' 'ended by the clock'
after 1000
login bob --ready
is "$(events at,event,agent,reason,actor_kind 'agent\.logout|ixn\.requeued')" '2026-11-21T09:20:29.999Z ixn.requeued alice logout system
2026-11-21T09:20:29.999Z agent.logout alice timeout system' 'the log: at its deadline, by the system'
is "$(holds "$mine"), $(field "$mine" queued)" 'offered bob, 2026-11-21T09:16:40.000Z' 'what was open goes back with its age'
is "$(ixn-show "$offered" --part offers --fields state,agent,reason | tr '\t' ' ')" 'expired alice no-answer' 'the offer expired before'
is "$(holds "$offered")" 'queued' 'and is not offered to a session that ended'
login alice --ready
is "$(holds "$offered")" 'offered alice' 'a new login is offered it'

# All media taken together, and the place: the one given, else the site's; shared by two it is warned of.
at 2000000
site '{"agents":[{"name":"alice","capacity":{"voice":1,"email":5},"place":"4711"},{"name":"bob","capacity":{"chat":3}},{"name":"cleo"}],"queues":[{"name":"q"}]}'
total() { agent-list --fields agent,state,presence,place | tr '\t' ' ' | sed 's/ *$//'; }
is "$(agent-login alice --fields place)" '4711' "the site's place"
is "$(total)" 'alice not-ready not-ready 4711
bob logged-out logged-out
cleo logged-out logged-out' 'ready on none'
ok agent-login bob --place 4711
like "$err" '4711.*alice' 'two at one place: allowed, and said'
is "$(agent-login bob --place 4711 --json 2>/dev/null | jq -c .place_with)" '["alice"]' 'as JSON'
ok agent-login bob --place 4712 --quiet
is "$err" '' 'another place'
ok as alice agent-state not-ready --media email --reason lunch
ok as alice agent-state ready --media voice
is "$(total | head -1)" 'alice ready partial 4711' 'ready on some'
is "$(agent-list --json | jq -c 'select(.agent == "alice") | [.presence, .reason, .place]')" '["partial","lunch","4711"]' 'with the reasons'
ok as alice agent-state ready
is "$(total | head -1)" 'alice ready ready 4711' 'ready on all'
ok as bob agent-logout
ok agent-login bob
is "$(agent-list --fields agent,place | tr '\t' ' ' | sed -n 2p)" 'bob ' 'no place'
done_testing
