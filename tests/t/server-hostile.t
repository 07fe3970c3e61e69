#!/bin/sh
# covers: ixn-routerd
# Clients as they must not be, and a server that is killed at any moment.
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'

site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"],"queues":["q"],"capacity":{"chat":3}}],"queues":[{"name":"q"}]}
J
serve --idle 2s --body 1048576 --connections 60 --per-address 0
at=${url#http://}
is "$(timeout 200 "$top/tests/peers/http-hostile" "${at%:*}" "${at##*:}" "$(pgrep -P "$server")")" '' 'nothing that clients do brings it down, or keeps it busy'
ok stop

serve
login alice '"ready":true'
i=$(create --media chat --queue q --name N --text hi)
call alice ixn.accept "{\"id\":\"$i\"}"
stop
timeout 200 "$top/tests/peers/http-killed" alice "$(cat "$tmp/token.alice")" "$i" 300 ixn-routerd --requests 0 >killed
like "$(cat killed)" '^# killed ([5-9]|[1-9][0-9]+) times' "$(sed -n 's/^# //p' killed)"
is "$(grep -v '^#' killed)" '' 'each message is answered in the end'
is "$(sql "SELECT count(*) || ' ' || count(DISTINCT text) FROM message WHERE text LIKE 'message %'")" '300 300' 'and said once'
is "$(sql "SELECT text FROM message WHERE text LIKE 'message %' ORDER BY seq LIMIT 1 OFFSET 299")" 'message 299' 'in order'
is "$(ixn-doctor)" '' 'all is sound'
done_testing
