#!/bin/sh
# covers: ixn-routerd
# Every operation, with every role, and with everything of somebody else's.
# shellcheck disable=SC2119 # serve: its options are its own
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'

site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"],"queues":["q"],"capacity":{"chat":3},"teams":["one"]},
{"name":"eve","password":"secret-eve","media":["chat"],"queues":["other"],"teams":["two"]},
{"name":"carl","role":"lead","password":"secret-carl","media":["chat"]},
{"name":"boss","role":"admin","password":"secret-boss"},{"name":"robot","role":"service","password":"secret-robot"}],
"queues":[{"name":"q"},{"name":"other"}],"teams":[{"name":"one"},{"name":"two","leads":["carl"]}]}
J
mail
serve
for a in alice eve carl boss robot; do login $a; done
call alice agent.state '{"state":"ready"}'
i=$(create --media chat --queue q --name Zebra --from zebra@example.org --subject Yak --text Quagga)
call alice ixn.accept "{\"id\":\"$i\"}"
is "$http" 200 'somebody has an interaction'
call alice ixn.note "{\"id\":\"$i\",\"text\":\"Okapi\"}"
call alice transcript.send "{\"id\":\"$i\"}"
m=$(sql 'SELECT id FROM outbox')
like "$m" '^[0-9A-Z]{26}$' 'and a mail of it'
python3 "$top/tests/peers/role-matrix" "$url" "$tmp" "$i" "$m" >matrix || echo 'not whole' >>matrix
sed -n 's/^# //p' matrix >walked
like "$(cat walked)" '^[0-9]{3,} calls of [0-9]{2,} operations' "$(cat walked)"
is "$(grep -v '^#' matrix)" '' 'none does what it may not, none sees what is not its own'
is "$(sql 'PRAGMA integrity_check')" ok 'the store is whole'
is "$(show "$i" state,agent)" "$(printf 'active\talice')" 'and nothing of it was moved'
done_testing
