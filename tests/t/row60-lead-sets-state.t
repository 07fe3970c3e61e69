#!/bin/sh
# Row 60: a lead sets the states of the agents led, and logs them off; nobody
# else does; the log says that it was a supervisor, and who.
# covers: agent-state, agent-logout, agent-list
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

at 0
site '{"agents":[{"name":"alice","capacity":{"chat":3,"email":1}},{"name":"bob","capacity":{"chat":3}},{"name":"free","capacity":{"chat":1}},
	{"name":"lee","role":"lead"},{"name":"lou","role":"lead"},{"name":"ada","role":"admin"},{"name":"gate","role":"service"}],
	"teams":[{"name":"support","leads":["lee"],"members":["alice"]},{"name":"sales","leads":["lou"],"members":["bob"]}],"queues":[{"name":"q"}]}'
for a in alice bob free lee lou ada gate; do login "$a"; done
refused() { echo "$(printf '%s\n' "$err" | jq -r '.error | "\(.code) \(.exit)"') $(events seq | tail -1)"; }
before=$(events seq | tail -1)

# Who may not: agents, and leads of another team.
for who in bob lou; do
	status 77 as "$who" agent-state not-ready --of alice --reason training --json
	is "$(refused)" "not_permitted 77 $before" "$who does not lead alice: nothing changed"
	status 77 as "$who" agent-state ready --of alice --after-current
	status 77 as "$who" agent-state --of alice
	status 77 as "$who" agent-logout --of alice --json
	is "$(refused)" "not_permitted 77 $before" "nor logs $who off anybody"
	status 77 as "$who" agent-logout --of alice --requeue
done
is "$(presence alice medium,state,reason,cause)" 'chat not-ready  login
email not-ready  login' 'alice is what she was'

# Who may: a lead of the team; any lead where there is no team; administrators and services.
after 1000
ok as lee agent-state not-ready --of alice --reason training
is "$(presence alice medium,state,reason,cause,since)" 'chat not-ready training supervisor 2026-11-21T09:00:01.000Z
email not-ready training supervisor 2026-11-21T09:00:01.000Z' 'the cause is a supervisor'
is "$(events event,agent,ref,state,reason,actor_kind,actor supervisor)" 'agent.state alice chat not-ready supervisor:training agent lee
agent.state alice email not-ready supervisor:training agent lee' 'in the log, with who'
is "$(as lee agent-state --of alice --fields agent,medium | tr '\t\n' ' ,')" 'alice chat,alice email,' 'and may look'
chat && one=$id
ok as lee agent-state ready --of alice --media chat
is "$(holds "$one") $(presence lee state)" 'offered alice not-ready' 'set ready: what waits is offered; the lead stays as before'
for who in lee lou ada gate; do
	ok as "$who" agent-state not-ready --of free --reason "by-$who"
	is "$(presence free reason,cause)" "by-$who supervisor" "free is in no team: $who may"
done
ok as ada agent-state not-ready --of bob --reason fire
ok as gate agent-state not-ready --of alice --reason plan --media email
is "$(presence bob reason,cause), $(presence alice reason,cause | tail -1)" 'fire supervisor, plan supervisor' 'administrators and services, whoever it is'
ok as lee agent-state ready --of lee
is "$(presence lee cause)" agent 'of oneself one is no supervisor'

# Deferred, and for a time.
as alice ixn-accept "$one" >/dev/null
after 1000
ok as lee agent-state not-ready --of alice --reason training --after-current --for 5m --media chat
is "$(as alice agent-state --media chat --fields state,pending,cause | tr '\t' ' ')" 'ready not-ready supervisor' 'once her chat is done'
is "$(events event,agent,ref,state,reason,actor agent.pending)" 'agent.pending alice chat not-ready supervisor:training lee' 'asked for by a lead'
ok as alice chat-end "$one"
ok as alice ixn-done "$one"
is "$(as alice agent-state --media chat --fields state,reason,cause,until | tr '\t' ' ')" 'not-ready training pending 2026-11-21T09:05:02.000Z' 'then, for five minutes'
ok as alice agent-state ready
is "$(presence alice medium,state,cause)" 'chat ready agent
email ready agent' 'which the agent may end'

# Logging off: what is open is asked about, goes back where it is wanted; offers go on.
chat && one=$id
ok as alice ixn-accept "$one"
chat && two=$id
status 79 as lee agent-logout --of alice --json
is "$(refused | cut -d' ' -f1,2) $(printf '%s\n' "$err" | jq -r '.error.choices[]')" "still_open 79 $one" 'not while something is open'
is "$(holds "$one" "$two")" 'active alice, offered alice' 'nothing changed'
as ada agent-state ready --of bob >/dev/null
after 1000
ok as lee agent-logout --of alice --requeue
is "$(holds "$one" "$two")" 'offered bob, offered bob' 'what was open, and what was offered, goes to others'
is "$(events event,agent,ref,state,reason,actor 'logged-out|agent.logout')" 'agent.state alice chat logged-out supervisor lee
agent.state alice email logged-out supervisor lee
agent.logout alice   supervisor lee' 'the log'
status 77 as alice agent-state
is "$(as lee agent-list --team support --fields agent,presence | tr '\t' ' ')" 'alice logged-out
lee ready' 'logged out'
status 79 as lee agent-state ready --of alice
status 79 as lee agent-logout --of alice
status 66 as lee agent-state ready --of nobody
ok as lee agent-state
ok as lou agent-logout --of bob --requeue
ok as ada agent-logout --of free
done_testing
