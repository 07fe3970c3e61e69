#!/bin/sh
# covers: ixn-setup, ixn-accept
# A call that a contact asks for on the web: an interaction that waits in its queue, from the time on that was wished.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
peer=${IXN_BIN%/bin}/peers/web-contact
[ -x "$peer" ] || skip_all 'no peers'
# Saturday 10:00 in Paris: closed until Monday 09:00.
site <<'J'
{"agents":[{"name":"alice","capacity":{"callback":1}},{"name":"boss","role":"admin","capacity":{"callback":1}}],
"hours":[{"name":"office","zone":"Europe/Paris","mon":"09:00-12:00","tue":"09:00-18:00"}],
"queues":[{"name":"calls","hours":"office"},{"name":"any"}],
"web":[{"name":"shop","callback_queue":"calls"},{"name":"night","callback_queue":"any"},{"name":"chat","chat_queue":"any"}]}
J
store=$(where "$XDG_DATA_HOME/ixn/store.db")
contact() { later && "$peer" "$store" '' "$@"; }
at() { date -u -d "$1" +%s >"$tmp/now" && later 0; }
callback() { contact web.callback "$1"; }
count() { sql "SELECT count(*) FROM ixn"; }

# The times that may be chosen.
is "$(contact web.slots '{"site":"shop"}' | jq -r .at | sed -n '1p;6p;7p;24p;25p')" '2026-11-23T08:00:00.000Z
2026-11-23T10:30:00.000Z
2026-11-24T08:00:00.000Z
2026-11-24T16:30:00.000Z
2026-11-30T08:00:00.000Z' 'half hours within its hours'
is "$(contact web.slots '{"site":"night"}' | jq -r .at | sed -n '1p;$p')" '2026-11-21T09:30:00.000Z
2026-11-23T21:00:00.000Z' 'at all hours where the queue has none'
contact web.slots '{"site":"chat"}' >out
is "$(cat out)" '{"error":"not_offered"}' 'none'

# What is wrong is refused.
for n in '' 12 12345 abc '+33 1' '+3312345678901234567' '612345678' "+33 1 23 45 67 89<script>"; do
	callback "$(jq -nc --arg n "$n" '{site:"night",name:"Ann",number:$n}')" >out
	is "$(cat out)" '{"error":"bad_address"}' "number '$n'"
done
for w in '2026-11-23T07:59:00Z not_open' '2026-11-23T11:00:00Z not_open' '2026-11-22T09:00:00Z not_open' '2027-11-23T09:00:00Z not_open'; do
	callback "{\"site\":\"shop\",\"name\":\"Ann\",\"number\":\"0123456789\",\"at\":\"${w% *}\"}" >out
	is "$(cat out)" "{\"error\":\"${w#* }\"}" "at ${w% *}"
done
callback '{"site":"shop","name":"Ann","number":"0123456789","zone":"Mars/Base"}' >out
is "$(cat out)" '{"error":"bad_zone"}' 'a zone that there is not'
callback '{"site":"shop","number":"0123456789"}' >out
like "$(cat out)" error 'without a name'
is "$(count)" 0 'nothing came of it'

# At once, where it is open.
ok callback '{"site":"night","name":"Ann","number":"+33 1 23 45 67 89","subject":"Bill","language":"fr"}'
like "$out" '"later":false' 'not later'
id=$(sql 'SELECT id FROM ixn')
is "$(show "$id" medium,state,queue,name,from,subject)" 'callback	queued	any	Ann	+33123456789	Bill' 'it waits'
ready alice
ok as alice ixn-accept "$id"
ok as alice ixn-done "$id"

# As soon as possible is when it opens; till then nobody is offered it.
ok callback '{"site":"shop","name":"Bea","number":"0123456789","zone":"America/New_York"}'
is "$out" '{"at":"2026-11-23T08:00:00.000Z","later":true}' 'when it opens'
bea=$(sql "SELECT id FROM ixn WHERE name = 'Bea'")
is "$(eye ixn-show "$bea" --json | jq -r '.data["callback.at"]')" '2026-11-23 03:00 (America/New_York)' 'in the zone of the contact'
is "$(sql "SELECT ref FROM event WHERE event = 'callback.scheduled'")" 2026-11-23T08:00:00.000Z 'in the log'

# At a time of one's choice: neither before, nor missed, whatever becomes of the site or of who asks.
ok callback '{"site":"shop","name":"Cid","number":"0033123456789","at":"2026-11-24T10:00:00Z"}'
cid=$(sql "SELECT id FROM ixn WHERE name = 'Cid'")
ok ixn-setup --load "$tmp/site.json"
echo '{"queues":[{"name":"calls","hours":"office","priority":5}]}' >more.json
ok ixn-setup --load more.json
is "$(show "$cid" state,queue)" 'queued	calls' 'the queue changed: it is held as before'
is "$(sql "SELECT count(*) FROM ixn WHERE lane IS NULL AND id IN ('$bea', '$cid')")" 2 'and waits in no lane'
status 0 ixn-doctor
unlike "$out" 'lane-missing' 'which is no fault'
at 2026-11-23T07:59:50Z
ready alice
status 1 as alice ixn-accept
at 2026-11-23T08:00:01Z
ok as alice ixn-accept
is "$(printf '%s' "$out" | cut -f1)" "$bea" 'its time has come'
is "$(sql "SELECT at FROM event WHERE event = 'callback.queued'" | cut -c1-10)" 1795420800 'at that time'
ok as alice ixn-done "$bea"
at 2026-11-24T09:59:50Z
ready alice boss
ok as boss agent-state not-ready
status 1 as alice ixn-accept
at 2026-11-24T10:00:01Z
ok as alice ixn-accept
is "$(printf '%s' "$out" | cut -f1)" "$cid" 'the other one at its own'
ok as alice ixn-done "$cid"

# Somebody decides otherwise before.
ok callback '{"site":"shop","name":"Dan","number":"0123456789","at":"2026-11-24T15:00:00Z"}'
dan=$(sql "SELECT id FROM ixn WHERE name = 'Dan'")
ok as boss ixn-transfer "$dan" --to queue:any
is "$(sql "SELECT count(*) FROM due WHERE kind = 'callback'")" 0 'it waits elsewhere, for no time'
ok as alice ixn-accept "$dan"
ok as alice ixn-done "$dan"
ok callback '{"site":"shop","name":"Eli","number":"0123456789","at":"2026-11-24T15:00:00Z"}'
eli=$(sql "SELECT id FROM ixn WHERE name = 'Eli'")
ok as boss ixn-done "$eli"
at 2026-11-24T15:00:01Z
ok create --queue any
is "$(show "$eli" state)" 'done' 'what was ended stays so'

# Asked for twice with one key, called once.
"$peer" "$store" '' web.callback '{"site":"night","name":"Flo","number":"0123456789"}' '' key-of-flo >out
"$peer" "$store" '' web.callback '{"site":"night","name":"Flo","number":"0123456789"}' '' key-of-flo >>out
is "$(sql "SELECT count(*) FROM ixn WHERE name = 'Flo'") $(sort -u out | wc -l)" '1 1' 'a key'
done_testing
