#!/bin/sh
# covers: ixn-routerd, chat-send, ixn-watch
# place: embedded - it has a server of its own, behind a proxy that breaks connections
# The network is cut in every state of a request and of its answer.
# shellcheck disable=SC2119 # serve: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'

site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"],"queues":["q"],"capacity":{"chat":3}}],"queues":[{"name":"q"}]}
J
serve
at=${url#http://}
: >plan
background python3 "$top/tests/peers/http-cutter" "${at%:*}" "${at##*:}" "$PWD/plan"
wait_for grep -q . "$tmp/$pid.out"
proxy=http://127.0.0.1:$(cat "$tmp/$pid.out")
(umask 077 && echo secret-alice >password)
export IXN_STORE="$proxy"
ok agent-login alice --ready --password-file password
i=$(IXN_STORE='' create --media chat --queue q --name N --text hi)
ok ixn-accept "$i"

# A command asks again under its key until it is answered.
n=0
for where in 'request 0' 'request 1' 'request 17' 'request 90' 'request 200' 'request 300' 'answer 0' 'answer 1' 'answer 12' 'answer 60' 'answer 150' 'answer 260'; do
	n=$((n + 1))
	echo "$where" >plan
	later
	ok chat-send "$i" --text "message $n"
	is "$(cat plan)" '' "cut: $where"
done
is "$(sql "SELECT count(*) || ' ' || count(DISTINCT text) FROM message WHERE text LIKE 'message %'")" "$n $n" 'each message is said once'
is "$(sql "SELECT text FROM message WHERE text LIKE 'message %' ORDER BY seq" | tr -d 'a-z ' | tr '\n' ' ')" "$(seq -s ' ' 1 $n) " 'in order'

for where in 20 100 180 240 300 400; do
	echo "answer $where" >plan
	is "$(chat-tail "$i" --json | jq -r .text | grep -c message)" "$n" "half an answer is none: cut at $where"
done

# Cut for good, it says so, and what became of it can be looked up.
yes 'answer 0' | head -n 100 >plan
status 75 chat-send "$i" --text 'the last one'
like "$err" '.' "$err"
: >plan
is "$(chat-tail "$i" --json | jq -r .text | grep -c 'the last one')" 1 'it was said all the same, once'

# A stream that is broken off is taken up where it was.
last=$(ixn-watch --after 0 --timeout 0s --fields seq | tail -n 1)
{ seq -f 'answer %g' 300 77 1500 && yes 'answer 900' | head -n 10; } >plan
background ixn-watch --after "$last" --event chat.message --json
watch=$pid
wait_for sh -c "[ \$(wc -l <'$PWD/plan') -lt 26 ]"
n=0
while [ $n -lt 12 ]; do
	n=$((n + 1))
	IXN_STORE='' chat-send "$i" --as-contact --text "heard $n" >/dev/null
	wait_for grep -q "heard $n\"" "$tmp/$watch.out"
done
is "$(jq -r .text "$tmp/$watch.out" | grep heard | tr -d 'a-z ' | tr '\n' ' ')" "$(seq -s ' ' 1 12) " 'none is left out, none comes twice'
done_testing
