#!/bin/sh
# covers: ixn-routerd
# A server at work: 200 chats going on at once, for SOAK_SECS (20); nothing is lost, nothing comes twice.
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'
command -v jq >/dev/null || skip_all 'jq is not installed'
secs=${SOAK_SECS:-20} agents=20
export STORE="$XDG_DATA_HOME/ixn/store.db"
sql() { sqlite3 "$STORE" "$1"; }

mkdir -p "$XDG_CONFIG_HOME/ixn" && printf '[mail]\nfrom = desk@example.org\n' >"$XDG_CONFIG_HOME/ixn/config"
jq -n --argjson n $agents '{queues: [{name: "support", offer_timeout: "1m"}], web: [{name: "shop", chat_queue: "support"}],
	agents: [range($n) | "a\(. + 1)" | {name: ., password: "secret-\(.)", media: ["chat"], queues: ["support"], capacity: {chat: 13}}]}' >site.json
ixn-setup >/dev/null
ok ixn-setup --load site.json
# A minute more than it works: what goes on then ends.
timeout -k 10 $((secs + 240)) "$top/tests/soak/soak" "$secs" 200 $agents "${SOAK_PACE:-3}" ixn-routerd --requests 0 >soaked || echo 'not whole' >>soaked
sed -n 's/^# /# /p' soaked
is "$(grep -v '^#' soaked)" '' 'each message came once and in order at both ends'
chats=$(sed -n 's/^# \([0-9]*\) chats,.*/\1/p' soaked)
like "$chats" '^[1-9][0-9]{2,}$' 'hundreds of chats'
is "$(sql 'SELECT count(*) FROM ixn')" "$chats" 'no interaction is lost, none was begun twice'
is "$(sql "SELECT count(*) FROM ixn WHERE state <> 'done'")" 0 'each was brought to its end'
is "$(sql "SELECT count(*) FROM event WHERE event IN ('ixn.done', 'ixn.abandoned') GROUP BY ixn HAVING count(*) > 1")" '' 'once'
is "$(sql 'SELECT count(*) FROM segment WHERE ended IS NULL')" 0 'nobody has any left'
is "$(sql 'SELECT a.ixn FROM segment a JOIN segment b ON b.ixn = a.ixn AND b.started > a.started AND b.started < a.ended')" '' 'none had two agents at a time'
is "$(sql "SELECT count(*) FROM outbox")" "$(sql "SELECT count(*) FROM event WHERE event = 'transcript.queued'")" 'each transcript is a mail'
is "$(ixn-doctor)" '' 'all is sound'
done_testing
