#!/bin/sh
# covers: cobrowse-join, cobrowse-show, cobrowse-propose, cobrowse-end
# Co-navigation: started by the contact, on pages of the site's, ended by either, never joined again.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
peer=${IXN_BIN%/bin}/peers/web-contact
[ -x "$peer" ] || skip_all 'no peers'
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":3}},{"name":"bob","capacity":{"chat":3}}],"queues":[{"name":"support"}],
"web":[{"name":"shop","origins":["https://www.example.org"],"chat_queue":"support","cobrowse":true},{"name":"plain","origins":["https://www.example.org"],"chat_queue":"support"}]}
J
store=$(where "$XDG_DATA_HOME/ixn/store.db")
contact() { later && "$peer" "$store" "$@"; }
start() { contact '' web.start "$1" | jq -r .secret; }
page=https://www.example.org/shoes
s=$(start '{"site":"shop","name":"Ann"}')
id=$(sql 'SELECT id FROM ixn')
ready alice bob
ok as alice ixn-accept "$id"

# Nothing of it before the contact starts it.
status 79 as alice cobrowse-join "$id" --json
is "$(code)" cobrowse_state 'an agent starts nothing'
status 79 as alice cobrowse-show "$id"
status 79 as alice cobrowse-end "$id"
status 79 contact "$s" web.view "{\"url\":\"$page\"}"

# Only pages of the site's.
for u in https://evil.example/ http://www.example.org/ https://www.example.org.evil.example/ https://www.example.org@evil.example/ https://www.example.org:8443/ 'javascript:alert(1)' ''; do
	contact "$s" web.cobrowse "$(jq -nc --arg u "$u" '{url:$u}')" >out
	is "$(cat out)" '{"error":"page_outside"}' "not '$u'"
done
p=$(start '{"site":"plain","name":"Tom"}')
contact "$p" web.cobrowse "{\"url\":\"$page\"}" >out
is "$(cat out)" '{"error":"not_offered"}' 'nor where the site does not offer it'

ok contact "$s" web.cobrowse "{\"url\":\"$page?n=1#secret\",\"title\":\"Shoes\"}"
is "$out" '{"state":"waiting"}' 'started'
ok as alice cobrowse-show "$id" --json
is "$(printf '%s' "$out" | jq -c '[.state, .url, .title]')" '["waiting",null,null]' 'nobody sees where the contact is before somebody joins'
unseen 77 as bob cobrowse-join "$id"
status 79 as alice cobrowse-propose "$id" --url "$page"
ok as alice cobrowse-join "$id" --json
is "$(printf '%s' "$out" | jq -c '[.state, .agent, .url, .title]')" "[\"active\",\"alice\",\"$page?n=1\",\"Shoes\"]" 'joined: the page, without what stands behind #'
status 79 as alice cobrowse-join "$id"
unseen 77 as bob cobrowse-show "$id"

# Page after page.
background env IXN_AGENT=alice cobrowse-show "$id" --follow --json
f=$pid
wait_for test -s "$tmp/$f.out"
ok contact "$s" web.view "{\"url\":\"$page/2\",\"title\":\"Two\"}"
wait_for grep -q shoes/2 "$tmp/$f.out"
contact "$s" web.view '{"url":"https://evil.example/"}' >out
is "$(cat out)" '{"error":"page_outside"}' 'a page of others is not told'
is "$(as alice cobrowse-show "$id" --fields url)" "$page/2" 'where the contact is'

# A proposal.
status 77 as alice cobrowse-propose "$id" --url https://evil.example/
unseen 77 as bob cobrowse-propose "$id" --url "$page/3"
ok as alice cobrowse-propose "$id" --url "$page/3"
is "$(contact "$s" web.events | jq -c 'select(.state) | [.cobrowse, .proposed]')" "[\"active\",\"$page/3\"]" 'the contact is asked'

# Ended by the contact: no rejoin.
ok contact "$s" web.cobrowse '{"end":true}'
wait_for grep -q '"ended"' "$tmp/$f.out"
is "$(jq -r '[.state, .url] | join(" ")' "$tmp/$f.out" | tr '\n' ',')" "active $page?n=1,active $page/2,active $page/2,ended ," 'what --follow printed'
status 79 as alice cobrowse-join "$id"
status 79 as alice cobrowse-propose "$id" --url "$page"
status 79 contact "$s" web.view "{\"url\":\"$page\"}"
is "$(contact "$s" web.events | jq -c 'select(.state) | [.cobrowse, .proposed]')" '["ended",null]' 'over'

# Anew, and ended by the agent.
ok contact "$s" web.cobrowse "{\"url\":\"$page\"}"
ok as alice cobrowse-join "$id"
ok as alice cobrowse-end "$id"
ok as alice cobrowse-end "$id"
status 79 as alice cobrowse-join "$id"

# It goes with whoever goes: handed over, or at the end.
ok contact "$s" web.cobrowse "{\"url\":\"$page\"}"
ok as alice cobrowse-join "$id"
ok as alice ixn-transfer "$id" --to agent:bob
is "$(sql "SELECT state FROM cobrowse WHERE ixn = '$id' ORDER BY id DESC LIMIT 1")" ended 'the agent is gone'
ok as bob ixn-accept "$id"
status 79 as bob cobrowse-join "$id"
ok contact "$s" web.cobrowse "{\"url\":\"$page\"}"
ok as bob cobrowse-join "$id"
ok contact "$s" web.end
is "$(sql "SELECT count(*) FROM cobrowse WHERE state <> 'ended'")" 0 'the contact is gone'
contact "$s" web.cobrowse "{\"url\":\"$page\"}" >out
is "$(cat out)" '{"error":"state"}' 'and shows nothing any more'
is "$(sql "SELECT event || ' ' || actor_kind FROM event WHERE event LIKE 'cobrowse.%' ORDER BY seq LIMIT 5" | tr '\n' ,)" 'cobrowse.started contact,cobrowse.joined agent,cobrowse.page contact,cobrowse.proposed agent,cobrowse.ended contact,' 'in the log'
is "$(sql "SELECT count(*) FROM event WHERE coalesce(ref, '') || coalesce(reason, '') LIKE '%example%'")" 0 'which holds no page'
done_testing
