#!/bin/sh
# covers: team-monitor, chat-send, ixn-accept
# A lead listens unseen, coaches the agent alone, barges in before all; this interaction or the next.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
mail
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","teams":["t"],"capacity":{"chat":3}},{"name":"bob","alias":"Bob","teams":["t"],"capacity":{"chat":3}},
{"name":"cleo","teams":["u"],"capacity":{"chat":3}},{"name":"lea","alias":"Lea","role":"lead","capacity":{"chat":1}},{"name":"max","role":"lead","capacity":{"chat":1}}],
"teams":[{"name":"t","leads":["lea","max"]},{"name":"u","leads":["max"]}],"queues":[{"name":"q","rona":false}],"dispositions":[{"code":"ok"}]}
J
agent-login lea >/dev/null
agent-login max >/dev/null
ready alice bob cleo
contact_sees() { transcript-show "$id"; transcript-show "$id" --html; }
talk() { chat-tail "$1" --agent "$2" --fields author,visible,text; }
log() { ixn-watch --after 0 --timeout 0s --ixn "$id" --fields event,agent,ref,reason --event monitor --agent "$1"; }
take() { id=$(create --queue q --from ann@example.org --name Ann --to "agent:$1") && as "$1" ixn-accept "$id" >/dev/null; }

# Listening: nobody sees it.
take alice
all_see() { contact_sees; ixn-show "$id" --agent alice --json | jq 'del(.elapsed)'; for part in history offers participants; do ixn-show "$id" --agent alice --part $part; done; agent-list --agent alice --fields agent,load; }
before=$(all_see)
ok as lea team-monitor alice --mode listen
is "$(printf %s "$out" | cut -f 1-5)" "lea	listen	alice	$id	this" 'the lead follows what the agent has in hand'
is "$(all_see)" "$before" 'of which neither contact nor agent sees anything'
unlike "$(ixn-show "$id" --part participants --agent alice)" 'lea|monitor' 'nor in the list of those who take part'
like "$(ixn-show "$id" --part participants --agent lea)" 'monitor' 'but those who lead'
is "$(log alice)" '' 'not in the log, for an agent'
is "$(log lea)" "monitor.started	alice	lea	listen" 'but in that of a lead'
status 79 as lea chat-send "$id" --text 'hello' --json
is "$(code)" monitor_mode 'who listens says nothing'
status 79 as lea chat-send "$id" --text 'psst' --visible agent:alice
status 79 as lea chat-send "$id" --text 'psst' --visible agents
is "$(talk "$id" lea)" '' 'nothing was said'

# Coaching: the agent alone.
ok as lea team-monitor alice --mode coach
ok as lea chat-send "$id" --visible agent:alice --text 'offer her a discount'
like "$(talk "$id" alice)" 'agent:alice	offer her a discount' 'the agent reads it'
for who in alice lea; do like "$(transcript-show "$id" --internal --agent $who)" 'offer her a discount' "in the transcript for colleagues, too: $who"; done
unlike "$(transcript-show "$id" --internal --agent bob 2>&1)" 'offer her a discount' 'another colleague does not'
unlike "$(talk "$id" bob)" 'discount' 'no other agent does'
unlike "$(contact_sees)" 'discount' 'nor the contact'
status 79 as lea chat-send "$id" --text 'to all'
status 79 as lea chat-send "$id" --visible agents --text 'to all agents'
status 79 as lea chat-send "$id" --visible agent:bob --text 'to another'

# Barging in: all see it.
ok as lea team-monitor "$id" --mode barge
like "$(contact_sees)" 'Lea has joined the conversation' 'the contact sees the lead come, by the alias'
ok as lea chat-send "$id" --text 'I am the lead'
like "$(contact_sees)" 'I am the lead' 'and reads what the lead says'
ok as lea team-monitor "$id" --mode listen
like "$(contact_sees)" 'Lea has left the conversation' 'and go'
status 79 as lea chat-send "$id" --text 'still here'
is "$(ixn-show "$id" --part participants --agent lea --fields agent,role,mode | grep monitor)" "$(printf '%s\n' 'lea	monitor	listen' 'lea	monitor	coach' 'lea	monitor	barge' 'lea	monitor	listen')" 'each interval is recorded'
is "$(sql "SELECT count(*) FROM participant a JOIN participant b ON a.ixn = b.ixn AND a.agent = b.agent AND a.since < b.since AND (a.until IS NULL OR a.until > b.since)")" 0 'and they tile'

# One at a time, by right of team.
take bob
bobs=$id
status 79 as lea team-monitor bob --mode listen --json
is "$(code)" monitoring 'one at a time'
ok as max team-monitor bob --mode listen
is "$(ixn-show "$bobs" --part participants --agent max | grep -c monitor)" 1 'another lead may follow another'
ok as max team-monitor --mode off
status 79 as max team-monitor --mode off
take cleo
ok as lea team-monitor --mode off
status 77 as lea team-monitor cleo --mode listen
unseen 77 as lea team-monitor "$id" --mode listen
status 77 as alice team-monitor bob --mode listen
ok as max team-monitor cleo --mode listen
is "$(team-monitor --list --agent lea)" '' 'a lead does not see who follows the agents of others'
like "$(team-monitor --list --agent max)" "^max	listen	cleo	$id" 'but the own'
status 66 as lea team-monitor nobody --mode listen
status 64 as lea team-monitor alice --mode nonsense
status 64 as lea team-monitor alice

# The next one.
as alice chat-end "$(ixn-list --agent alice --ids)" >/dev/null
status 79 as lea team-monitor alice --mode listen --json
is "$(code)" nothing_in_hand 'nothing to follow'
ok as lea team-monitor alice --mode coach --next
is "$(printf %s "$out" | cut -f 1-5)" "lea	coach	alice		next" 'armed'
take alice
next=$id
is "$(ixn-list --offers --agent lea --ids)" "$next" 'what the agent begins is offered'
is "$(show "$next" state,agent)" 'active	alice' 'which changes nothing for the agent'
ok as lea ixn-accept "$next"
is "$(team-monitor --list --agent lea --fields lead,mode,ixn)" "lea	coach	$next" 'accepted: followed'
is "$(agent-list --fields agent,load | grep lea)" 'lea	0' 'it takes no room'
as alice chat-end "$next" >/dev/null
is "$(team-monitor --list --agent lea --fields lead,mode,ixn)" "lea	coach	" 'when it ends: armed again'
take alice
third=$id
ok as lea ixn-reject "$third"
is "$(team-monitor --list --agent lea --fields lead,ixn)$(show "$third" state,agent)" "lea	active	alice" 'declined: the next one, perhaps'
ok as lea team-monitor --mode off
take alice
is "$(ixn-list --offers --agent lea --ids)" '' 'off'

# Handed over: with the interaction, or with the agent.
as alice ixn-done "$(ixn-list --agent alice --state wrap --ids | head -n 1)" >/dev/null
ok as lea team-monitor "$third" --mode listen
ok as alice ixn-transfer "$third" --to agent:bob
ok as bob ixn-accept "$third"
is "$(team-monitor --list --agent lea --fields lead,agent,ixn)" "lea	bob	$third" 'the lead stays with the interaction'
ok as bob ixn-transfer "$third" --to agent:cleo
ok as cleo ixn-accept "$third"
is "$(team-monitor --list --agent lea)" '' 'unless it goes to an agent of others'
printf '{"settings":[{"name":"monitor.follow","value":"agent"}]}' >s.json
ok ixn-setup --load s.json
ok as lea team-monitor "$bobs" --mode listen
ok as bob ixn-transfer "$bobs" --to agent:alice
is "$(team-monitor --list --agent lea --fields lead,agent,ixn)" "lea	bob	" 'or with the agent, as the site has settled'

# What is over before the lead says yes is followed no more.
ok as lea team-monitor --mode off
ok as lea team-monitor alice --mode listen --next
later
draft=$(email-compose --agent alice --to mailto:ann@example.org --subject Hello --text hi --ids)
is "$(ixn-list --offers --agent lea --ids)" "$draft" 'a mail that is begun is the next one'
ok as alice email-send "$draft"
status 79 as lea ixn-accept "$draft" --json
is "$(code) $(sql "SELECT count(*) FROM participant WHERE ixn = '$draft' AND agent = 'lea'")" 'offer_gone 0' 'it is sent'

# The lead goes home.
later
ok as lea agent-logout
is "$(sql "SELECT count(*) FROM monitor WHERE lead = 'lea'") $(sql "SELECT count(*) FROM participant WHERE agent = 'lea' AND until IS NULL")" '0 0' 'nothing is left of it'
done_testing
