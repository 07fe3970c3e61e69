#!/bin/sh
# covers: every operation of the desk, asked by whoever there is for anything that its
# record can say: nulls, numbers at their bounds, ids of what is something else. Whatever
# comes of it is refused as what it is, or done; nothing is the desk's own fault.
# VERBS=100000 SEED=7 for more.
# place: embedded - what is looked for is in the desk, not on the way there
. "$(dirname "$0")/lib.sh"
: "${VERBS:=6000}" "${PROCESSES:=4}" "${SEED:=1}"
# In memory where that can be: what is looked for is not durability.
dir=$tmp/work
[ ! -w /dev/shm ] || { dir=$(mktemp -d /dev/shm/ixn-calls.XXXXXX) && trap 'rm -rf "$dir"; _end' EXIT; }
mkdir -p "$dir"
export IXN_STORE="file:$dir/store.db" IXN_CLOCK="$dir/clock"
echo 2026-11-21T09:00:00Z >"$IXN_CLOCK"

cat >site.json <<'J'
{"agents":[
{"name":"a1","skills":{"s":3},"capacity":{"chat":3,"email":1,"callback":1},"teams":["t"]},{"name":"a2","skills":{"s":2},"capacity":{"chat":2,"voice":1},"teams":["t"]},
{"name":"a3","skills":{"s":1},"capacity":{"chat":1,"email":2}},{"name":"a4","capacity":{"chat":4},"queues":["q1","pull"]},
{"name":"a5"},{"name":"a6","skills":{"s":5}},{"name":"a7"},{"name":"qa","capacity":{"email":2}},
{"name":"l1","role":"lead","teams":["t"],"capacity":{"chat":2}},{"name":"l2","role":"admin","capacity":{"chat":1,"email":1}},{"name":"gw","role":"service"}],
"teams":[{"name":"t","leads":["l1"]}],
"queues":[{"name":"q1","fallback":"q2","inactivity_warning":"60s","inactivity_close":"30s"},{"name":"q2","skills":"s>=2","widen":[{"after":"20s","skills":""}],"overflow_to":"q1","overflow_after":"90s"},
{"name":"q3","auto_answer":true,"hours":"office","closed":"overflow","closed_to":"q1"},{"name":"pull","push":false,"pull":true}],
"hours":[{"name":"office","zone":"Europe/Paris","sat":"09:00-12:00","sun":"22:00-06:00"}],
"workbins":[{"name":"mine"},{"name":"team","kind":"team","team":"t"},{"name":"shelf","kind":"shared"}],
"workflow":[{"name":"q1","next":["q2","q3"],"stop":true}],
"custom_data":[{"name":"rank","type":"enum","values":[{"name":"low"},{"name":"high"}],"editable":true},{"name":"due","type":"date","editable":true}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"q1"}],
"review":[{"name":"some","agents":["a5","a6"],"stages":[{"reviewers":["lead:t","agent:qa"],"quorum":1}]}],
"web":[{"name":"shop","origins":["https://www.example.org"],"chat_queue":"q1","callback_queue":"q1","cobrowse":true}],
"gateways":[{"name":"gw","queue":"q1"}],
"dispositions":[{"code":"ok"}]}
J
ok ixn-setup --test --load site.json
mkdir -p "$XDG_CONFIG_HOME/ixn" && printf '[mail]\nfrom = desk@example.org\n' >"$XDG_CONFIG_HOME/ixn/config"

export VERBS_WILD=1
status 0 "${IXN_BIN%/bin}/peers/verbs" "$dir/store.db" "$IXN_CLOCK" "$PROCESSES" "$VERBS" "$SEED"
like "$out" "^$VERBS [0-9]+ 0\$" 'nothing but the desk refused anything'
echo "# $(printf '%s\n' "$out" | tail -n 1): verbs, refused, strange"
# Whatever was asked of it, the store is whole: clocks and counts that jobs were told are theirs.
ok ixn-doctor
done_testing
