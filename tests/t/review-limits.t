#!/bin/sh
# Reviews at their edges: who may when reviewers are few, who is asked while another has it in
# hand, when a stage is passed on, and what an approval, a change and a way back leave behind.
# covers: email-review, email-forward, email-send
# place: embedded - rules of the desk alone; what others see of them is in the tests of the rows
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/review.sh"
. "$top/tests/t/responses.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
site <<'J'
{"agents":[{"name":"alice","teams":["t1"],"queues":["support"],"capacity":{"email":1}},{"name":"zed","teams":["t1"],"queues":["support"],"capacity":{"email":9}},
 {"name":"two","queues":["support"],"capacity":{"email":9}},{"name":"ola","teams":["t1"],"queues":["support"],"capacity":{"email":9}},{"name":"pre","queues":["support"],"capacity":{"email":9}},
 {"name":"bob","teams":["qa","trio"],"queues":["other"],"capacity":{"email":1}},{"name":"cat","teams":["qa","trio"],"queues":["none"],"capacity":{"email":1}},
 {"name":"dan","teams":["qa","trio"],"queues":["none"],"capacity":{"email":1}},{"name":"lea","role":"lead","teams":["t1"],"queues":["none"],"capacity":{"email":3}}],
"teams":[{"name":"t1","leads":["lea"]},{"name":"qa"},{"name":"trio"}],
"queues":[{"name":"support","push":false,"pull":true},{"name":"other"},{"name":"none"}],"workbins":[{"name":"drafts"},{"name":"mine"},{"name":"shelf","kind":"shared"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}],
"review":[{"name":"alice","agents":["alice"],"stages":[{"reviewers":["team:qa"]}]},
 {"name":"pre","agents":["pre"],"rejected_to":"preview","stages":[{"reviewers":["team:qa"]}]},
 {"name":"few","agents":["zed"],"stages":[{"reviewers":["team:trio"],"quorum":3}]},
 {"name":"enough","agents":["ola"],"must_not":[{"pattern":"(?i)promise"}],"stages":[{"reviewers":["agent:bob","agent:cat"],"quorum":2}]},
 {"name":"two","agents":["two"],"stages":[{"reviewers":["team:qa"],"escalate_after":"4h","escalate_to":"agent:lea"},{"reviewers":["team:qa"],"escalate_after":"4h","escalate_to":"agent:lea"}]}]}
J
mkdir -p "$XDG_CONFIG_HOME/ixn" && echo 'session_ttl = 30d' >"$XDG_CONFIG_HOME/ixn/config"
ready alice zed two ola pre
for a in bob cat dan lea; do later && agent-login "$a" --media voice >/dev/null; done
# written AGENT FILE [OPTION...]: a mail comes, and the agent, who takes it, answers it: $m, and the draft $d.
written() {
	_author=$1 _file=$2
	shift 2
	letter "$_file" 'Ann Doe <ann@example.net>' "About $_file" 'Where?' && arrive "$_file" && as "$_author" ixn-take "$id" >/dev/null || return
	m=$id
	[ $# -gt 0 ] || set -- --text Soon.
	d=$(as "$_author" email-reply "$m" --send --ids "$@")
}
asked() { ixn-show "$d" --part offers --json | jq -r 'select(.state == "pending") | .agent' | sort | tr '\n' ' '; }
emails() { for _a; do later && agent-login "$_a" --media email --ready >/dev/null; done; }
no_emails() { for _a; do later && as "$_a" agent-state not-ready >/dev/null; done; }

# Too few: then who leads the author stands in, once.
sql "DELETE FROM team_member WHERE agent IN ('cat', 'dan') AND team = 'trio'"
ok written zed f1
ok as lea email-review approve "$d"
is "$out" "$d	for-review	1	1	2" 'who leads the author counts where reviewers are too few'
status 79 as lea email-review approve "$d" --json
is "$(code)" approved_already 'but once'
ok as bob email-review approve "$d"
is "$out" "$d	for-review	1	1	1" 'and never for all of them'
ok as zed email-review withdraw "$d"
ok as zed email-discard "$d"
# Just enough.
ok written ola f2
status 77 as lea email-review approve "$d" --json
is "$(code)" not_reviewer 'where they are just enough a lead is none of them'
ok as bob email-review approve "$d"
ok as cat email-review approve "$d"
is "$(sql "SELECT count(*) FROM review_reviewer WHERE ixn = '$d' AND open = 1")" 0 'nobody is to review it any more'

# In hand: where two must approve another may, but nobody else disposes of it.
ok written ola h1
emails bob
is "$(asked)" 'bob ' 'one of two is there'
ok as bob ixn-accept "$d"
status 79 as cat email-review reject "$d" --remark no --json
is "$(code)" taken 'nobody else rejects it'
ok as cat email-review approve "$d"
is "$out" "$d	for-review	1	1	1" 'but the second one may approve'
is "$(as cat email-review list --mine --ids)" '' 'who then has it no longer before him'
ok as bob email-review approve "$d"
is "$(fate "$d")" 'queued done' 'then the first'

# Asked are as many as must approve, however many become free.
ok written alice a1
is "$(asked)" 'bob ' 'one is asked'
emails cat
is "$(asked)" 'bob ' 'who becomes free is not asked as well'
ok as bob ixn-accept "$d"
emails dan
is "$(asked)" '' 'nor while one has it in hand'
no_emails cat dan

# Whose room is free again gets what waits.
letter w1 'Ann Doe <ann@example.net>' Waits && arrive w1
ok owner ixn-transfer "$id" --to queue:other
waits=$id
is "$(show "$waits" state)" queued 'no room for another one'
ok as alice email-review withdraw "$d"
is "$(ixn-show "$waits" --part offers --json | jq -r 'select(.state == "pending") | .agent')" bob 'until what was in hand is withdrawn'
ok as bob ixn-accept "$waits"
ok as bob ixn-done "$waits"

# Withdrawn, and no room: the draft is open, what it answers lies ready.
is "$(fate "$d") $(show "$m" state)" 'draft active active' 'with room: both are open'
ok as alice email-send "$d"
letter n1 'Ann Doe <ann@example.net>' Next && arrive n1 && ok as alice ixn-take "$id"
next=$id
ok as alice email-review withdraw "$d"
is "$(fate "$d") $(show "$m" state,workbin)" 'draft active parked	drafts' 'without room: what it answers lies in a workbin'
ok as alice email-discard "$d"
ok as alice ixn-place "$next" --in workbin:mine

# Who declined is asked again when it was given to review anew.
no_emails bob
ok written alice e1
emails bob
ok as bob ixn-reject "$d"
is "$(asked)" '' 'who declines is not asked at once'
ok as cat email-review reject "$d" --remark no
ok as alice ixn-take "$d"
ok as alice email-send "$d"
is "$(asked)" 'bob ' 'but anew, when it is given to review anew'
ok as bob ixn-accept "$d"
ok as bob email-review approve "$d"
no_emails bob

# Handed on: what is handed on stays where it is.
letter g1 'Ann Doe <ann@example.net>' Given && arrive g1 && ok as zed ixn-take "$id"
m=$id
d=$(as zed email-forward "$m" --to lab@example.net --text See --send --ids)
is "$(fate "$d") $(show "$m" state,agent)" 'for-review review active	zed' 'a forward alone waits'
ok as zed email-review withdraw "$d"
is "$(fate "$d") $(show "$m" state,agent)" 'draft active active	zed' 'and comes back alone'

# A first answer in review holds nothing back, but nobody else writes another beside it.
letter i1 'Ann Doe <ann@example.net>' First && arrive i1 && ok as zed ixn-take "$id"
m=$id
d=$(as zed email-reply "$m" --text 'We look into it.' --send --interim --ids)
is "$(fate "$d") $(show "$m" state)" 'for-review review active' 'what it answers stays open'
ok as zed ixn-place "$m" --in workbin:shelf
ok as ola ixn-take "$m"
status 79 as ola email-reply "$m" --text 'Me too.' --json
is "$(code)" draft_open 'another agent is told that there is one'
ok as zed email-review withdraw "$d"
ok as zed email-discard "$d"

# Back to its author for another look: to nobody else.
ok written pre p1
ok as bob email-review reject "$d" --remark 'look again'
is "$(sql "SELECT queue IS NULL FROM ixn WHERE id = '$d'") $(asked)" '1 pre ' 'it leaves its queue, and is offered to its author alone'

# Each stage has its own time.
ok written two s1
later 10800
ok as bob email-review approve "$d"
is "$(reviewed "$d" '"\(.stage) \(.reviewers | join(","))"')" '2 bob,cat,dan' 'the second stage after three hours'
later 10800
as zed agent-state ready >/dev/null
is "$(reviewed "$d" '.reviewers | join(",")')" 'bob,cat,dan' 'six hours after it was given to review it is not passed on yet'
later 4000
as zed agent-state ready >/dev/null
is "$(reviewed "$d" '.reviewers | join(",")')" 'bob,cat,dan,lea' 'but four hours after its stage began'
ok as lea email-review approve "$d"
is "$(fate "$d")" 'queued done' 'by whom it was passed to'

# Changed: its HTML says no more what the text says.
ok owner response-edit --approved --shortcut both --name both --text 'You get 10 percent.' --html '<p>You get <b>10 percent</b>.</p>' --language en --media email
ok written alice x1 --response both
like "$(draft "$d" .html)" '<b>10 percent' 'a draft with HTML'
ok as bob email-review edit "$d" --text 'You get nothing.'
ok as bob email-review approve "$d"
is "$(sql "SELECT text, coalesce(html, 'none') FROM outbox WHERE ixn = '$d'" | grep -c percent)" 0 'what is sent says nowhere what was changed'

# Who has been idle longest is asked first.
no_emails bob cat dan
emails dan
later 60
emails cat
ok written alice y1
is "$(asked)" 'dan ' 'the longest idle one'
ok as dan ixn-reject "$d"
is "$(asked)" 'cat ' 'then the next'
ok as cat ixn-accept "$d"
ok as cat email-review approve "$d"
no_emails cat dan

# What was found is found in the mail as it was given to review.
ok written ola z1 --text 'We promise it.'
is "$(reviewed "$d" '.findings | length')" 1 'found'
ok as bob email-review reject "$d" --remark no
ok as ola ixn-take "$d"
ok as ola email-edit "$d" --text 'We try.'
ok as ola email-send "$d"
is "$(reviewed "$d" '"\(.cycle) \(.findings // [] | length)"')" '2 0' 'and no more in what was written anew'
ok as ola email-review withdraw "$d"
ok as ola email-discard "$d"

# All that is sent is in the digest.
d=$(as ola email-compose --to ann@example.net --cc bea@example.net --subject S --text x --ids)
printf one >file && ok as ola email-edit "$d" --attach file
last=$(draft "$d" .digest)
differs() { # NAME OPTION...
	_what=$1 && shift
	as ola email-edit "$d" "$@" >"$tmp/out" 2>"$tmp/err"
	is "$? $([ "$(draft "$d" .digest)" != "$last" ] && echo other)" '0 other' "another digest: $_what"
	last=$(draft "$d" .digest)
}
differs 'a name' --remove-to ann@example.net --add-to 'Ann <ann@example.net>'
differs 'a copy that becomes a blind one' --remove-cc bea@example.net --add-bcc bea@example.net
printf two >file
differs 'other bytes in a file of the same name' --attach file
differs 'a subject' --subject T
ok as ola email-save "$d" --in workbin:shelf
ok as zed ixn-take "$d"
ok as zed email-edit "$d" --text 'By another.'
is "$(draft "$d" .author)" zed 'who changes it is its author'
status 64 as ola email-compose --to ann@example.net --text x --signature fr --no-signature
ok ixn-doctor
is "$out" '' 'nothing is amiss'
done_testing
