#!/bin/sh
# 'ixn-show --why': who was considered, why not each, why this one, what comes and when;
# for what waits and for what has gone its way, to programs and to people.
# covers: ixn-show, ixn-setup
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

command -v jq >/dev/null || skip_all 'no jq'
# Agents stay logged in over a weekend here.
mkdir -p "$XDG_CONFIG_HOME/ixn" && echo 'session_ttl = 1000d' >"$XDG_CONFIG_HOME/ixn/config"
# why: all of it, times without the day. about REGEX [ID]: some of it, without the time.
why() { eye ixn-show "$id" --why | tr '\t' ' ' | sed 's/^2026-11-21T//'; }
about() { eye ixn-show "${2-$id}" --why --fields about,why,detail | tr '\t' ' ' | grep -E "^$1 "; }
json() { eye ixn-show "$id" --why --json | jq -c "$1"; }
sql() { sqlite3 "$tmp/work/store.db" "$1"; }
# served AGENT: the chat in $id, from its offer to its end.
served() { as "$1" ixn-accept "$id" >/dev/null && as "$1" chat-end "$id" >/dev/null && as "$1" ixn-done "$id" >/dev/null; }

# Why nobody: one agent for each reason, those who came nearest first.
at 0
site '{"agents":[{"name":"alice","skills":{"french":4},"capacity":{"chat":1}},{"name":"nora","skills":{"french":4}},{"name":"mel","skills":{"french":4},"capacity":{"email":2}},
	{"name":"shay","skills":{"french":4},"capacity_rule":"shares"},{"name":"cody","skills":{"french":4},"capacity_rule":"conditions"},
	{"name":"lena","skills":{"french":4},"capacity":{"chat":9}},{"name":"penny","skills":{"french":4},"capacity":{"chat":9}},{"name":"ned","capacity":{"chat":9}},
	{"name":"ursula","skills":{"french":2},"capacity":{"chat":9}},{"name":"mona","queues":["p","x"],"capacity":{"chat":9}},{"name":"emil","media":["email","sms"]},{"name":"otto"}],
	"queues":[{"name":"q","skills":"french>=3"},{"name":"p"},{"name":"x"}],
	"capacities":[{"name":"shares","media":[{"name":"chat","takes":30,"needs":50},{"name":"email","takes":60}]},
		{"name":"conditions","media":[{"name":"chat","max":5,"unless":"email>=1 | voice"},{"name":"email","max":1}]}]}'
for a in alice lena penny ned ursula mona emil; do login $a --ready; done
login nora --media voice,chat --ready
login mel --media chat,email --ready
login shay --media chat,email --ready
login cody --media chat,email --ready
# Each has work in hand, or is away.
as lena agent-state not-ready --reason lunch --for 15m >/dev/null
as ned agent-state not-ready >/dev/null
work() { w=$(ixn-create --ids --media "$1" --queue q) && as "$2" ixn-accept "$w" >/dev/null || echo "# no work: $*"; }
for a in nora mel cody alice; do as $a agent-state not-ready >/dev/null; done
work email shay
as mel agent-state ready --media email >/dev/null
as shay agent-state not-ready >/dev/null
work email mel
as cody agent-state ready --media email >/dev/null
as mel agent-state not-ready --media email >/dev/null
work email cody
work chat penny
as penny agent-state not-ready --reason meeting --after-current >/dev/null
as alice agent-state ready >/dev/null
work chat alice
for a in nora mel shay cody; do as $a agent-state ready >/dev/null; done
after 1000
chat
one=$id
is "$(about agent:.* | grep -v ' ready is')" 'agent:alice full 1 in hand, at most 1 at once
agent:nora full has no capacity rule, which means one voice call and nothing else
agent:mel full the capacity has no chat
agent:shay full 40 % are free, 50 % are needed
agent:cody full not while email | voice; in hand: email=1
agent:ursula unskilled lacks french>=3; asked for is french>=3
agent:mona not_member serves p,x, not q
agent:lena not_ready not-ready (lunch) until 2026-11-21T09:15:00.000Z
agent:penny not_ready not-ready as soon as the work in hand is done
agent:ned not_ready not-ready
agent:emil not_on_medium logged in for email,sms, not for chat
agent:otto logged_out not logged in' 'a reason for each, those who came nearest first'
is "$(why | grep -v agent:)" "09:00:01.000Z $id arrived came to the queue q
09:00:01.000Z lane waits number 1 of 1 that ask for french>=3; score 0" 'how it came, and its place'
is "$(why | tail -n 1)" '09:15:00.000Z agent:lena ready is ready again' 'and what comes'
is "$(json 'select(.agent == "shay") | del(.ixn)')" \
	'{"at":"2026-11-21T09:00:01.000Z","about":"agent:shay","why":"full","detail":"40 % are free, 50 % are needed","agent":"shay","chosen":false,"medium":"chat","idle":1000,"load":0,"room":0,"capacity":"shares","limit":"shares","needs":50,"spare":40,"in_hand":{"email":1}}' 'in JSON the numbers beside'
is "$(json 'select(.agent == "cody") | [.limit, .max, .unless, .in_hand]')" '["condition",5,"email | voice",{"email":1}]' 'a condition'
is "$(json 'select(.agent == "ursula") | [.missing, .skills, .chosen]')" '["french>=3","french>=3",false]' 'skills'
is "$(json 'select(.agent == "lena" and .chosen == false) | [.state, .reason, .since, .until]')" '["not-ready","lunch","2026-11-21T09:00:00.000Z","2026-11-21T09:15:00.000Z"]' 'a state'
is "$(json 'select(.agent == "emil") | [.media, .load]')" '[["email","sms"],null]' 'media'
is "$(json 'select(.chosen) | .agent')$(json 'select(.fault) | .agent')" '' 'nobody is chosen, and nothing is at fault'
is "$(eye ixn-show "$one" --why --ids | sort -u)" "$(eye ixn-show "$one" --why --fields at | sort -u)" 'the time is the first column'
ixn-create --media voice --queue q >/dev/null && v=$(ixn-create --ids --media voice --queue q)
is "$(about agent:nora "$v")" 'agent:nora full has no capacity rule, which means one voice call and nothing else' 'nor a second call'
# Whoever asks.
is "$(as alice ixn-show "$one" --why)" "$(eye ixn-show "$one" --why)" 'an agent is told the same'
status 66 ixn-show 01M7ZA7XK0BG1VPX6C6ZWJSMQA --why
is "$(printf '%s\n%s\n' "$one" "$w" | ixn-show - --why --json | jq -r .ixn | uniq)" "$one
$w" 'several'

# Refused and missed; what was asked is kept.
as alice chat-end "$w" >/dev/null && after 1000 && as alice ixn-done "$w" >/dev/null
is "$(why | grep -v ' agent:[b-z]')" "09:00:01.000Z $id arrived came to the queue q
09:00:02.000Z agent:alice offered asked: became free, and nothing else waited for this agent
09:00:32.000Z agent:alice expires the offer ends unanswered: it waits again" 'an offer that stands'
is "$(json 'select(.why == "offered") | [.state, .until, .chosen, .score, .purpose]')" '["pending","2026-11-21T09:00:32.000Z",true,0.017,"route"]' 'in JSON'
after 1000
as alice ixn-reject --reason busy >/dev/null
is "$(about agent:alice)" 'agent:alice offered asked: became free, and nothing else waited for this agent
agent:alice rejected declined: busy
agent:alice excluded declined it: not asked again until 2026-11-21T09:01:03.000Z
agent:alice again may be asked again' 'who declined'
is "$(why | grep 'alice again')" '09:01:03.000Z agent:alice again may be asked again' 'and until when'
is "$(json 'select(.why == "offered") | .state')" '"rejected"' 'what became of the offer'
at 63000
# A server settles without being asked.
if ! $served; then
	is "$(why | tail -n 3)" "09:01:03.000Z agent:alice offered asked: the only one who was free; idle for 61s
09:01:03.000Z $id unsettled deadlines have passed since the last change: this is what the next one will make of them
09:01:33.000Z agent:alice expires the offer ends unanswered: it waits again" 'a deadline that has come counts as settled'
	before=$(sql 'SELECT count(*) FROM event')
	is "$(field "$id" state), $(sql 'SELECT count(*) FROM event')" "queued, $before" 'but nothing is: who reads changes nothing'
fi
login ned
is "$(why | tail -n 2 | cut -d ' ' -f 1-3)" '09:01:03.000Z agent:alice offered
09:01:33.000Z agent:alice expires' 'the next change does it'
at 94000
is "$(about agent:alice | tail -n 3)" 'agent:alice offered asked: the only one who was free; idle for 61s
agent:alice expired did not answer
agent:alice not_ready not-ready (no-answer)' 'who does not answer'
as alice agent-state ready >/dev/null
is "$(about agent:alice | tail -n 2)" 'agent:alice excluded did not answer: not asked again until 2026-11-21T09:02:33.000Z
agent:alice again may be asked again' 'and is kept from it for a while'

# For one agent alone.
at 200000
two='{"name":"alice","capacity":{"chat":1}},{"name":"bob","capacity":{"chat":1}}'
site '{"agents":['"$two"'],"queues":[{"name":"q","last_agent":"member","last_agent_wait":"3m","widen":[{"after":"1m","skills":"german<9"},{"after":"5m"}],"skills":"english<9"}]}'
login alice --ready
chat && served alice
chat --from eve@example.org && x=$id
as alice ixn-accept >/dev/null
after 1000
login bob --ready
chat
is "$(about 'agent:.*')" 'agent:alice kept kept for alice, who served the contact last
agent:alice kept kept for alice, who served the contact last, until 2026-11-21T09:06:21.000Z
agent:alice full 1 in hand, at most 1 at once
agent:bob reserved it waits for alice alone until 2026-11-21T09:06:21.000Z
agent:alice releases waits no longer for alice alone' 'kept for who served the contact last'
is "$(why | tail -n 2)" '09:06:21.000Z agent:alice releases waits no longer for alice alone
09:08:21.000Z queue:q widens asks for no skills any more' 'a step that comes meanwhile counts then'
is "$(json 'select(.why == "releases") | .skills'), $(json 'select(.why == "waits") | .skills'), $(json 'select(.why == "reserved") | [.winner, .reason]')" \
	'"german<=8", null, ["alice","last-agent"]' 'what is asked for then'
as alice ixn-transfer "$x" --to agent:bob >/dev/null
is "$(about 'agent:.*')" 'agent:alice kept kept for alice, who served the contact last
agent:alice offered asked: it was kept for alice
agent:alice expires the offer ends unanswered: it waits again' 'asked because of that'
is "$(about 'agent:.*' "$x" | tail -n 3)" 'agent:bob transferred handed over by alice
agent:bob offered asked: it was handed over to bob
agent:bob expires the offer ends unanswered: it waits again' 'handed over'
as bob ixn-accept "$x" >/dev/null
as alice ixn-accept "$id" >/dev/null && as alice ixn-transfer "$id" --to agent:bob >/dev/null
is "$(about 'agent:.*' | tail -n 3)" 'agent:bob kept handed over: it waits for bob alone
agent:bob full 1 in hand, at most 1 at once
agent:alice reserved it waits for bob alone' 'what waits for one agent, however long'

# Why it is not kept for who served the contact last.
gone() { json 'select(.why == "released") | .detail'; }
at 300000
site '{"agents":[{"name":"alice","capacity":{"chat":1}},{"name":"carl","queues":["p"],"capacity":{"chat":1}},{"name":"tick","media":["sms"]}],"queues":[{"name":"q","last_agent":"member","last_agent_wait":"1m"},{"name":"p"}]}'
login alice --ready
chat && served alice
as alice agent-state not-ready >/dev/null
chat
is "$(gone)" '"not kept: alice takes nothing new"' 'not ready'
as alice agent-logout >/dev/null
chat
is "$(gone)" '"not kept: alice is not logged in"' 'not logged in'
login alice --ready
as alice ixn-accept >/dev/null
chat
is "$(json 'select(.why == "kept") | .agent' | uniq)" '"alice"' 'kept'
as alice agent-logout --requeue >/dev/null
is "$(gone)" '"not kept: alice is not logged in"' 'logged out'
login carl --ready
id=$(ixn-create --ids --queue p --from bob@example.org) && served carl
chat --from bob@example.org
is "$(gone)" '"not kept: carl does not serve the queue"' 'of another queue'
site '{"agents":['"$two"'],"queues":[{"name":"q","last_agent":"member"}]}'
login alice --ready
chat && served alice
chat --from eve@example.org
as alice ixn-accept >/dev/null
chat
after 60000
is "$(gone)" '"kept no longer: alice had no time for it"' 'for as long as the queue says'
chat
printf '%s\n' '{"queues":[{"name":"q","last_agent":"off"}]}' >"$tmp/more.json"
ixn-setup --load "$tmp/more.json" >/dev/null
is "$(gone)" '"kept no longer: the rules have changed"' 'by other rules'

# Queues that are closed, or offer nothing. 2026-11-21 is a Saturday.
at 500000
site '{"agents":['"$two"'],"queues":[{"name":"q","hours":"week"},{"name":"p","push":false,"pull":true},{"name":"x","hours":"morning"}],
	"hours":[{"name":"week","zone":"UTC","mon":"09:00-17:00"},{"name":"morning","zone":"UTC","sat":"08:00-09:30","sun":"10:00-12:00"}]}'
login alice --ready
chat
is "$(why)" "09:08:20.000Z $id arrived came to the queue q
09:08:20.000Z queue:q afterhours closed: it waits for the opening
09:08:20.000Z lane waits number 1 of 1; score 0
09:08:20.000Z queue:q closed q is closed until 2026-11-23T09:00:00.000Z
09:08:20.000Z agent:alice closed q is closed until 2026-11-23T09:00:00.000Z
09:08:20.000Z agent:bob closed q is closed until 2026-11-23T09:00:00.000Z
2026-11-23T09:00:00.000Z queue:q opens opens" 'closed'
id=$(ixn-create --ids --queue p)
is "$(why | tail -n 3)" '09:08:20.000Z queue:p not_pushed p offers nothing: agents take from it
09:08:20.000Z agent:alice not_pushed p offers nothing: agents take from it
09:08:20.000Z agent:bob not_pushed p offers nothing: agents take from it' 'a queue from which agents take'
as alice ixn-take "$id" >/dev/null
is "$(about agent:.*)" 'agent:alice taken took it' 'and one did'
id=$(ixn-create --ids --queue x)
is "$(why | tail -n 2)" '09:08:20.000Z agent:bob logged_out not logged in
09:30:00.000Z queue:x closes closes' 'it will close'

# Overflow and widening, done and to come.
at 600000
site '{"agents":[{"name":"alice","queues":["y"],"skills":{"french":1},"capacity":{"chat":1}},{"name":"tick","media":["sms"],"queues":[]}],
	"queues":[{"name":"q","skills":"french>=3","overflow_to":"p","overflow_after":"10m","widen":[{"after":"2m","skills":"french"},{"after":"20m"}]},{"name":"p","overflow_to":"x","overflow_length":1,"overflow_after":"1m"},
		{"name":"x","overflow_to":"y","overflow_nobody":true},{"name":"y","hours":"week","closed":"overflow","closed_to":"z"},{"name":"z"}],
	"hours":[{"name":"week","zone":"UTC","mon":"09:00-17:00"}]}'
chat --skill billing
is "$(why | tail -n 2)" '09:12:00.000Z queue:q widens asks for billing & french only
09:20:00.000Z queue:p overflows goes on to p' 'no step behind the overflow'
at 720000
is "$(about 'lane|queue:.*')" 'lane widened step 1 of widening: less is asked for
lane waits number 1 of 1 that ask for billing & french; score 2
queue:p overflows goes on to p' 'wider'
at 1200000
is "$(about 'lane|queue:.*')" 'lane widened step 1 of widening: less is asked for
queue:p overflowed on to p: it had waited too long
lane waits number 1 of 1 that ask for billing; score 10
queue:x overflows goes on to x' 'overflowed'
login tick
id=$(ixn-create --ids --queue p)
is "$(about 'queue:.*')" 'queue:x overflowed on to x: too many waited
queue:y overflowed on to y: nobody who could serve it was logged in
queue:z overflowed on to z: it was closed' 'in a chain'

# Why this one: by each policy, and for who becomes free.
past() { about 'agent:.*|01.*' | grep -vE 'arrived|accepted|transferred| expires '; }
pick() { # POLICY
	site '{"agents":[{"name":"ada","skills":{"french":5},"capacity":{"chat":3}},{"name":"ben","skills":{"french":3},"capacity":{"chat":3}},{"name":"cleo","skills":{"french":3},"capacity":{"chat":3}}],
		"queues":[{"name":"q","selection":"'"$1"'","skills":"french"}]}'
	login ada --ready
	after 2000
	login ben --ready
	login cleo --ready
	after 3000
	chat
}
at 2000000
pick longest-idle
is "$(past)" 'agent:ada offered asked: idle for 5s, the longest of 3
agent:ben less_idle idle for 3s, ada for 5s
agent:cleo less_idle idle for 3s, ada for 5s' 'idle longest'
is "$(json 'select(.why == "offered") | [.policy, .idle, .considered, .counts]')" '["longest-idle",5000,3,{"chosen":1,"less_idle":2}]' 'in numbers'
is "$(json 'select(.why == "less_idle") | [.agent, .chosen, .idle, .winner, .winner_idle]' | head -n 1)" '["ben",false,3000,"ada",5000]' 'of the others'
pick least-loaded
chat
is "$(past)" 'agent:ben offered asked: 0 in hand, the least of 3
agent:cleo tie alike in all; the name decided
agent:ada more_loaded 1 in hand, ben had 0' 'least loaded'
pick best-fit
is "$(past)" 'agent:ben offered asked: 2 levels above what is asked, the closest of 3
agent:cleo tie alike in all; the name decided
agent:ada worse_fit 4 levels above what is asked, ben 2' 'the best fit'
pick order
is "$(past)" 'agent:ada offered asked: the first of 3 in the order of the site
agent:ben later_in_order behind ada in the order of the site
agent:cleo later_in_order behind ada in the order of the site' 'the order of the site'

at 2100000
site '{"agents":[{"name":"ada","capacity":{"chat":1}}],"queues":[{"name":"q"},{"name":"p","ageing":7},{"name":"x","ageing":0.5}]}'
chat && a=$id
b=$(ixn-create --ids --queue p)
after 60000
c=$(ixn-create --ids --queue x --priority 3)
id=$a
is "$(why | tail -n 1)" "09:40:00.001Z $c overtakes comes before this one from then on" 'what it overtakes, and when'
is "$(about lane)" 'lane waits number 1 of 1; score 1; 2 in other lanes score higher' 'what is before it'
login ada --ready
id=$b
is "$(past)" "agent:ada offered asked: became free, and its score of 7 was the highest of 3
$c lower_score score 3, that of the other was 7
$a lower_score score 1, that of the other was 7" 'the next one for an agent'
is "$(json 'select(.why == "lower_score") | [.other, .score, .winner_score, .chosen]' | head -n 1)" '["'"$c"'",3,7,false]' 'in numbers'

# The rest of its way, and the end.
as ada ixn-accept "$b" >/dev/null
as ada ixn-place "$b" --in queue:x >/dev/null
is "$(about 'queue:x|agent:.*' "$b" | tail -n 3)" 'queue:x requeued put back
agent:ada excluded put it back: not asked again until 2026-11-21T09:37:00.000Z
agent:ada again may be asked again' 'put back'
as ada agent-logout >/dev/null
id=$c
is "$(about agent:ada | head -n 2)" 'agent:ada offered asked: became free, and its score of 3 was the highest of 2
agent:ada withdrawn the offer was taken back: agent' 'taken back'
chat-end "$a" --as-contact >/dev/null
id=$a
is "$(why)" "$(printf '09:35:00.000Z %s arrived came to the queue q\n09:36:00.000Z %s abandoned the contact left' "$a" "$a")" 'the contact left'
site '{"agents":[{"name":"ada","capacity":{"chat":1}},{"name":"lea","role":"lead"}],"queues":[{"name":"q"}],"workbins":[{"name":"later"}]}'
login ada --ready
chat
as ada ixn-accept >/dev/null
as ada ixn-place "$id" --in workbin:later >/dev/null
as ada ixn-take "$id" >/dev/null
as ada chat-end "$id" >/dev/null
as ada ixn-done "$id" >/dev/null
is "$(about 'workbin:.*|agent:.*|01.*')" "$id arrived came to the queue q
agent:ada offered asked: the only one who was free; idle for 0s
agent:ada accepted accepted
workbin:later parked put aside
agent:ada taken took it
agent:ada done marked done" 'put aside, taken, done'
# That a lead follows is not said.
chat
as ada ixn-accept "$id" >/dev/null
login lea --media chat --ready
as lea team-monitor "$id" --mode listen >/dev/null
is "$(about 'agent:.*' | grep -c lea)" 0 'no invitation of another kind'

# A decision of an older version, and none.
sql "UPDATE offer SET why = '{\"chosen\":\"ada\",\"best\":[{\"id\":\"ada\",\"idle\":113,\"why\":\"chosen\"}],\"counts\":{\"chosen\":1}}'"
is "$(about agent:ada | head -n 1)" 'agent:ada offered asked: the only one who was free; idle for 113ms' 'what an older version kept'
sql 'UPDATE offer SET why = NULL'
like "$(about agent:ada | head -n 1)" '^agent:ada offered ' 'nothing was kept'

# Where routing is at fault that is said.
at 2200000
site '{"agents":[{"name":"ada","capacity":{"chat":1}},{"name":"ben","capacity":{"chat":1}}],"queues":[{"name":"q"}]}'
login ada --ready
after 1000
login ben --ready
as ada agent-state not-ready >/dev/null
as ben agent-state not-ready >/dev/null
chat
sql "UPDATE agent_medium SET state = 'ready', free = 1"
is "$(about 'agent:.*')" 'agent:ada chosen nothing is in the way, and yet it was not offered: this is a fault of the routing
agent:ben less_idle idle for 0s, ada for 1s' 'somebody could have it'
is "$(json 'select(.fault) | [.agent, .chosen, .room]')" '["ada",true,1]' 'and is named'
sql 'UPDATE lane SET open = 0'
is "$(about 'queue:q')" 'queue:q closed the lane is shut though q is open: this is a fault of the routing' 'a lane that is shut'

# To people: sentences, a time once, agents of whom the same is true in one line.
at 2300000
site '{"agents":[{"name":"alice","capacity":{"chat":1}},{"name":"bob"},{"name":"carl"},{"name":"dora"},{"name":"emma"},{"name":"fred"}],"queues":[{"name":"q","overflow_to":"p","overflow_after":"2d"},{"name":"p","push":false,"pull":true}]}'
login alice --ready
chat && x=$id
as alice ixn-accept >/dev/null
after 1500
login bob --media chat --ready
chat
cat >people.py <<'P'
"""A command at a terminal."""
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
P
people() { python3 people.py ixn-show "$@" --why </dev/null | tr -d '\r' | sed "s/${id#??????????????????}/ID-ID-ID/"; }
if command -v python3 >/dev/null; then
	is "$(people "$id")" 'AT                   ABOUT                 WHY
09:38:21             ID-ID-ID              came to the queue q
                     lane                  number 1 of 1; score 0.0
                     alice                 1 in hand, at most 1 at once
                     bob                   has no capacity rule, which means one voice call and nothing else
                     carl, dora, emma, +1  not logged in
2026-11-23 09:38:21  queue:p               goes on to p' 'on a terminal'
	id=$(ixn-create --ids --queue p)
	is "$(people "$id")" 'AT        ABOUT     WHY
09:38:21  ID-ID-ID  came to the queue p
          lane      number 1 of 1; score 0.0
          queue:p   p offers nothing: agents take from it' 'what is said of the queue is not said of each agent'
	is "$(people "$x" | sed "s/${x#??????????????????}/ID-ID-ID/")" 'AT        ABOUT     WHY
09:38:20  ID-ID-ID  came to the queue q
          alice     asked: the only one who was free; idle for 0s
          alice     accepted' 'of one that was asked'
	is "$(python3 people.py ixn-show "$x" --why --fields about,why </dev/null | tr -d '\r' | tail -n 1 | tr -s ' ')" 'agent:alice accepted' 'fields'
else
	skip 'on a terminal' 'no python3'
fi

# No capacity rule is said when the site is checked, too.
is "$(ixn-setup --check | grep '^capacity' | tr '\t' '|')" 'capacity|unset|no capacity rule, which means one voice call and nothing else: bob, carl, dora, emma, fred' 'ixn-setup --check'
site '{"agents":[{"name":"alice","capacity":{"chat":1}},{"name":"robot","role":"service"},{"name":"root","role":"admin"},{"name":"bob","capacity_rule":"r"}],"queues":[{"name":"q"}],"capacities":[{"name":"r","media":[{"name":"chat","max":1}]}]}'
is "$(ixn-setup --check | grep '^capacity' | tr '\t' '|')" 'capacity|ok|' 'nobody is without'

# Where there are many, the lane is long and the kept decision short.
site '{"agents":['"$(seq -f '{"name":"a%02g","capacity":{"chat":1}}' -s , 12)"'],"queues":[{"name":"q"}]}'
for a in $(seq -f 'a%02g' 12); do login "$a" --ready; done
chat
is "$(json 'select(.offer and has("chosen")) | .agent' | tr -d '\n')" '"a01""a02""a03""a04""a05""a06""a07""a08"' 'the best eight'
is "$(json 'select(.why == "offered") | [.considered, .counts]')" '[12,{"chosen":1,"tie":11}]' 'of all'
done_testing
