#!/bin/sh
# covers: chat-send, chat-tail, ixn-done, ixn-setup
# A contact on the web: by the secret of a session it reaches one interaction, and of that only what is for all.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
peer=${IXN_BIN%/bin}/peers/web-contact
[ -x "$peer" ] || skip_all 'no peers'
site <<'J'
{"agents":[{"name":"alice","alias":"Alice L.","capacity":{"chat":3}},{"name":"bob","alias":"Bob","capacity":{"chat":3}},{"name":"lea","alias":"Lea","role":"lead","capacity":{"chat":1}}],
"teams":[{"name":"t","leads":["lea"],"members":["alice","bob"]}],
"queues":[{"name":"support"}],
"web":[{"name":"shop","origins":["https://www.example.org","http://localhost:8080"],"chat_queue":"support","titles":{"en":"Talk to us","fr":"Parlons-en"},"greetings":{"fr":"Bonjour !"}}]}
J
store=$(where "$XDG_DATA_HOME/ixn/store.db")
mail
# contact SECRET OPERATION [JSON [ORIGIN [KEY]]]
contact() { later && "$peer" "$store" "$@"; }
secret() { contact '' web.start "$1" | jq -r .secret; }
state() { contact "$1" web.events '{"after":999}' | jq -c "$2"; }

# The page.
ok contact '' web.show '{"language":"fr"}'
is "$out" '{"site":"shop","title":"Parlons-en","greeting":"Bonjour !","chat":true,"callback":false,"cobrowse":false,"open":true,"origins":["https://www.example.org","http://localhost:8080"]}' 'in the language'
is "$(contact '' web.show '{"language":"de-CH"}' | jq -r .title)" 'Talk to us' 'English where there is none'
ok contact '' web.show '{}' https://www.example.org
for o in https://evil.example http://www.example.org https://www.example.org.evil.example https://www.example.org:444 null; do
	status 77 contact '' web.show '{}' "$o"
	is "$out" '{"error":"bad_origin"}' "not for pages of $o"
	status 77 contact '' web.start '{"name":"Eve"}' "$o"
done
status 66 contact '' web.show '{"site":"none"}'

# Beginning.
for bad in '{}' '{"name":" "}' '{"name":"Ann","address":"nowhere"}' '{"name":"Ann","text":"x","secret":"y"}' '{"name":1}'; do
	contact "" web.start "$bad" >out
	like "$(cat out)" "^\{\"error\":" "$bad"
done
is "$(sql 'SELECT count(*) FROM ixn')" 0 'nothing came of what was wrong'
s=$(secret '{"name":"Ann","address":"ann@example.org","subject":"Parcel","language":"fr","text":"Bonjour"}')
is "$(printf %s "$s" | wc -c) $(sql "SELECT count(*) FROM web_session WHERE hash = '$s'")" '64 0' 'a secret of 32 bytes, which the store has not'
id=$(sql 'SELECT id FROM ixn')
is "$(show "$id" medium,queue,name,subject,language)" 'chat	support	Ann	Parcel	fr' 'a chat that waits'
is "$(sql "SELECT actor_kind FROM event WHERE event = 'ixn.created'")" contact 'made by a contact'
ok contact "$s" web.events
is "$out" "$(printf '%s' "$out" | jq -c . )" 'JSON'
is "$(printf '%s\n' "$out" | jq -c 'del(.at, .ixn)')" '{"seq":1,"role":"contact","text":"Bonjour"}
{"state":"waiting","position":1,"transcript":false}' 'what was said, and how it stands'
t=$(secret '{"name":"Tom"}')
is "$(state "$t" .position)" 2 'the second one'

# The answer that was lost on its way is given again, with another secret; the key fits no other request.
k=0123456789abcdef0123456789abcdef
a=$(contact '' web.start '{"name":"Kim"}' '' $k | jq -r .secret)
b=$(contact '' web.start '{"name":"Kim"}' '' $k | jq -r .secret)
is "$(sql "SELECT count(*) FROM ixn WHERE name = 'Kim'")" 1 'asked for twice, one chat'
status 77 contact "$a" web.events
ok contact "$b" web.end
contact '' web.start '{"name":"Eve"}' '' $k >out
is "$(cat out)" '{"error":"key_reused"}' 'another request'
# Whoever brings the secret along has it again, and in no other chat.
own=$(printf '%064d' 5)
for _ in 1 2; do contact '' web.start "{\"name\":\"Lou\",\"secret\":\"$own\"}" '' "${k}l" >lou; done
is "$(jq -r .secret lou)" "$own" 'asked for again, it is the same'
ok contact "$own" web.end
contact '' web.start "{\"name\":\"Lou\",\"secret\":\"$own\"}" >out
is "$(cat out)" '{"error":"key_reused"}' 'another chat has another one'

# Nobody without a secret, nobody with another one; and agents are no contacts.
status 77 contact '' web.events
status 77 contact "$(printf '%064d' 0)" web.send '{"text":"x"}'
is "$out" '{"error":"session_ended"}' 'no such session'
status 77 contact "$s" ixn.show "{\"id\":\"$id\"}"
is "$out" '{"error":"contacts_only"}' 'a contact has the operations of contacts, and no other'
status 77 contact "$s" chat.tail "{\"id\":\"$id\"}"
contact "$s" web.events "{\"id\":\"$id\"}" >out
is "$(cat out)" '{"error":"bad_field"}' 'and names no interaction'

# Both ways.
ready alice bob
ok as alice ixn-accept "$id"
is "$(state "$s" '[.state, .agents]')" '["talking",["Alice L."]]' 'the alias, never the login'
ok as alice chat-send "$id" --typing
like "$(state "$s" .typed)" '^"2026-' 'the agent types'
ok as alice chat-send "$id" --text 'Good day <b>'
is "$(state "$s" .typed)" null 'no longer'
ok contact "$s" web.typing
is "$(sql "SELECT ref || ' ' || actor_kind FROM event WHERE event = 'chat.typing' ORDER BY seq DESC LIMIT 1")" 'contact contact' 'the contact types'
ok contact "$s" web.send '{"text":"Where is it?"}'
is "$out" '{"seq":3}' 'the number of what was said'
ok as alice chat-send "$id" --url https://www.example.org/track
contact "$s" web.send '{"text":"again"}' '' key-1 >out
contact "$s" web.send '{"text":"again"}' '' key-1 >>out
is "$(jq .seq out | tr '\n' ' ')" '5 5 ' 'said twice with one key, once heard'
is "$(chat-tail "$id" --json | jq -r '[.seq, .role, .author, .text] | join("|")')" '1|contact|Ann|Bonjour
2|agent|Alice L.|Good day <b>
3|contact|Ann|Where is it?
4|agent|Alice L.|
5|contact|Ann|again' 'the agent reads the same'
is "$(contact "$s" web.events '{"after":2}' | jq -c 'select(.seq) | [.seq, .text, .url]')" '[3,"Where is it?",null]
[4,null,"https://www.example.org/track"]
[5,"again",null]' 'from the cursor on, each once'
is "$(contact "$t" web.events | jq -c 'select(.seq)')" '' 'and nothing of it in another session'
for bad in '{"text":""}' '{"text":"  "}' "{\"text\":\"$(head -c 8193 /dev/zero | tr '\0' x)\"}"; do
	contact "$s" web.send "$bad" >out
	like "$(cat out)" '^\{"error":' 'refused'
done

# What is not for the contact never comes: notes, words among agents, a colleague who is consulted, a lead who follows.
ok as alice ixn-note "$id" --text 'secret-note'
ok as alice chat-send "$id" --visible agents --text 'secret-among'
ok as alice ixn-consult "$id" --to agent:bob
is "$(state "$s" .agents)" '["Alice L."]' 'who is asked'
ok as bob ixn-accept "$id"
ok as bob chat-send "$id" --text 'secret-consult'
ok as alice chat-send "$id" --visible agent:bob --text 'secret-one'
ok as bob chat-send "$id" --typing
is "$(state "$s" '[.agents, .typed]')" '[["Alice L."],null]' 'is not there for the contact, and types unseen'
ready lea
ok as lea team-monitor "$id" --mode coach
ok as lea chat-send "$id" --visible agent:alice --text 'secret-coach'
is "$(state "$s" .agents)" '["Alice L."]' 'nor is a lead who coaches'
is "$(contact "$s" web.events | grep -c secret-)" 0 'none of it'
is "$(contact "$s" web.events | jq -r 'select(.state) | keys_unsorted | join(",")')" 'state,agents,transcript,ixn' 'and no more than this'
ok as lea team-monitor "$id" --mode barge
is "$(state "$s" .agents)" '["Alice L.","Lea"]' 'who speaks to all is seen'
ok as lea team-monitor "$id" --mode off
ok as alice ixn-conference "$id" --complete
is "$(state "$s" .agents)" '["Alice L.","Bob"]' 'a conference is'

# Handed over: the session goes on.
ok as alice ixn-transfer "$id" --to queue:support
is "$(state "$s" '[.state, .agents]')" '["waiting",null]' 'nobody has it'
ok as bob ixn-accept "$id"

# The end, and the transcript.
ok contact "$s" web.transcript '{"address":"else@example.org"}'
is "$(state "$s" .transcript)" true 'it will be mailed'
ok contact "$s" web.end
is "$(state "$s" '[.state, .agents]')" '["ended",null]' 'over'
is "$(show "$id" state)" wrap 'the agent finishes it'
status 79 contact "$s" web.send '{"text":"x"}'
ok contact "$s" web.end
ok as bob ixn-done "$id"
is "$(sql "SELECT r.address FROM outbox o JOIN outbox_recipient r ON r.outbox = o.id WHERE o.ixn = '$id'")" else@example.org 'mailed where it was asked for'
is "$(sql "SELECT count(*) FROM outbox WHERE text LIKE '%secret-%' OR html LIKE '%secret-%'")" 0 'with nothing that was not for the contact'
ok contact "$s" web.transcript
ok contact "$s" web.transcript
contact "$s" web.transcript >out
is "$(cat out) $(sql "SELECT count(*) FROM outbox")" '{"error":"not_offered"} 3' 'not without end'
contact "$t" web.transcript >out
is "$(cat out)" '{"error":"no_address"}' 'to nobody'

# Left before an agent came.
ok contact "$t" web.end
is "$(sql "SELECT state || ' ' || reason FROM ixn WHERE name = 'Tom'")" 'done abandoned' 'nothing waits'

u=$(secret '{"name":"Una","address":"una@example.org"}')
ok contact "$u" web.transcript
ok contact "$u" web.end
is "$(sql "SELECT r.address FROM outbox o JOIN outbox_recipient r ON r.outbox = o.id JOIN ixn i ON i.id = o.ixn WHERE i.name = 'Una'")" una@example.org 'the transcript goes out nevertheless'

# A day later it is over.
later 86401
status 77 contact "$s" web.events
later 2600000
ok create --queue support
ok create --queue support
is "$(sql 'SELECT count(*) FROM web_session')" 0 'forgotten for good'

# What the site says is checked, dumped, and loaded again.
ixn-setup --dump >dump.json
is "$(jq -c '.web' dump.json)" '[{"name":"shop","origins":["https://www.example.org","http://localhost:8080"],"chat_queue":"support","titles":{"en":"Talk to us","fr":"Parlons-en"},"greetings":{"fr":"Bonjour !"}}]' 'the dump'
is "$(ixn-setup --load dump.json)" '' 'again changes nothing'
refuse() { # JSON WORDS
	printf '{"web":[%s]}' "$1" >bad.json
	status 65 ixn-setup --load bad.json
	like "$err" "web: $2" "$2"
}
refuse '{"name":"x","origins":["www.example.org"]}' "x: origins: 'www.example.org' is no origin"
refuse '{"name":"x","origins":["https://www.example.org/"]}' 'x: origins:'
refuse '{"name":"x","origins":["https://*.example.org"]}' 'x: origins:'
refuse '{"name":"x","origins":["https://a.example; script-src *"]}' 'x: origins:'
refuse '{"name":"x","chat_queue":"none"}' "x.chat_queue: no queue 'none'"
refuse '{"name":"x","callback_queue":"none"}' "x.callback_queue: no queue 'none'"
refuse '{"name":"x","cobrowse":true}' 'x: cobrowse: there are no origins'
refuse '{"name":"x","titles":{"e\"n":"x"}}' 'x.titles:'
echo '{"queues":[{"name":"other"}]}' >bad.json
status 65 ixn-setup --load bad.json --replace
like "$err" "shop.chat_queue: no queue 'support'" 'the queue of a page is not removed'
done_testing
