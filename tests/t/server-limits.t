#!/bin/sh
# covers: ixn-routerd
# What strangers may: how often, how much, how many connections from one address; and
# that a token which is good, and no other, is not held up by any of it.
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'

site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"],"queues":["q"],"capacity":{"chat":3}},
{"name":"boss","role":"admin","password":"secret-boss"},{"name":"robot","role":"service"}],
"queues":[{"name":"q"}],"web":[{"name":"shop","chat_queue":"q"}]}
J
for n in 1 2 3 4 5 6 7 8 9; do
	(umask 077 && at_store agent-token robot --device "d$n" | sed 's/^robot://' >"$tmp/token.robot$n")
done
made_up='Authorization: Bearer alice:0000000000000000000000000000000000000000000000000000000000000000'
# each COMMAND...: what it comes to at first, and the last time of thirty.
each() {
	"$@" && first=$http _times=29
	while [ "$_times" -gt 0 ]; do "$@" && _times=$((_times - 1)); done
	each="$first $http"
}
# as_robot N CURL-OPTION...: by one of its tokens.
as_robot() {
	_n=$1 && shift
	ask /v1/ixn.list -H "Authorization: Bearer robot:$(cat "$tmp/token.robot$_n")" "$@"
}
# again OPTION...: another server, to which nobody is known.
again() { stop && serve "$@"; }

serve --requests 5
each call - ixn.list '{}'
is "$each" '401 429' 'who is nobody asks so often'
for path in /v1/ixn.list /v1/ixn.nothing /v1/session.login /contact/v1/send /hooks/v1/none; do
	again --requests 5
	each ask "$path" -d '{"text":"x"}' -H "$made_up"
	like "$each" '^4.. 429$' "and so does whoever makes up a token: $path"
done
again --requests 5
each ask /v1/events -H "$made_up"
is "$each" '401 429' 'a stream'
again --requests 5
each ask /v1/ixn.list -d '{}' -H 'Authorization: Bearer alice'
is "$each" '400 429' 'half a token'
again --requests 5
each ask /v1/ixn.list -d '{}' -H 'Authorization: Bearer %ff:00'
is "$each" '400 429' 'a name that can be none'
# It fills again while time goes on.
each call - ixn.list '{}'
each ask /v1/ixn.list -d '{"nothing":1}' -H "$made_up"
is "$each" '429 429' 'one address has one measure'

# Agents behind one address, at a server that has just begun: none of them is counted.
again --requests 5
for n in 1 2 3 4 5 6 7 8 9; do as_robot $n -d '{}' && echo "$http"; done >codes
is "$(sort codes | uniq -c | tr -s ' ')" ' 9 200' 'a token that is good is not counted'
login alice '"ready":true'
call alice ixn.list '{}'
each call - ixn.list '{}'
is "$each" '401 429' 'a stranger at the same address'
each call alice ixn.list '{}'
is "$each" '200 200' 'does not hold up who is known'
each call alice ixn.show '{"id":"none"}'
is "$each" '400 400' 'whatever is asked for'
for path in /contact/v1/send /hooks/v1/none; do
	each call - ixn.list '{}'
	each ask "$path" -d '{}' -H "Authorization: Bearer alice:$(cat "$tmp/token.alice")"
	is "$each" '429 429' "but not where contacts and gateways ask: $path"
done

# Taken back.
again --requests 5
login boss
call boss ixn.list '{}'
call alice ixn.list '{}'
is "$http" 200 'who is known'
call boss session.logout '{"of":"alice"}'
is "$http" 200 'is logged out'
each call alice ixn.list '{}'
is "$each" '401 429' 'and a stranger from then on'
each call boss ixn.list '{}'
is "$each" '200 200' 'others are not'

# Sizes. Of what is refused no more is kept than strangers may send.
bytes_in() { curl -s "$url/metrics" | sed -n 's/^ixn_received_bytes_total //p'; }
{ printf '{"limit":1}' && head -c 3000000 /dev/zero | tr '\0' ' '; } >large
head -c 900000 large >small
again --requests 0
ask /v1/ixn.list --data-binary @large
is "$http $(error)" '413 too_large' 'nobody sends much'
ask /v1/session.login --data-binary @large -H "$made_up"
is "$http $(error)" '413 too_large' 'nor does a token where none is asked for'
ask /hooks/v1/none --data-binary @large -H "$made_up"
is "$http $(error)" '413 too_large' 'nor a hook'
is "$(bytes_in)" 0 'nothing of it was read'
ask /v1/ixn.list --data-binary @large -H "$made_up"
is "$http $(error)" '401 session_ended' 'a token that is made up'
ask /v1/ixn.list --data-binary @large -H "$made_up" -H 'Transfer-Encoding: chunked'
is "$http $(error)" '401 session_ended' 'in chunks'
is "$(($(bytes_in) <= 2097152)) $(($(bytes_in) > 1000000))" '1 1' 'what is read before that is known is little'
ask /v1/ixn.list --data-binary @small -H "$made_up"
is "$http $(error)" '401 session_ended' 'what is small'
as_robot 1 --data-binary @large
is "$http" 200 'one that is good, seen for the first time'
as_robot 2 --data-binary @large -H 'Transfer-Encoding: chunked'
is "$http" 200 'in chunks'
as_robot 3 --data-binary @large -H 'Expect: 100-continue'
is "$http" 200 'when it is told to go on'
as_robot 4 --data-binary @small
is "$http" 200 'what is small'
again --requests 0 --body 2000000
as_robot 5 --data-binary @large
is "$http $(error)" '413 too_large' 'there is an end for everybody'
as_robot 5 --data-binary @large -H 'Transfer-Encoding: chunked'
like "$http" '-[0-9]+$' 'in chunks, too'

# Many at once, who never come to an end: what they hold is not all that there is.
cat >hold.py <<'P'
import socket, sys
port, n, held = int(sys.argv[1]), int(sys.argv[2]), []
for _ in range(n):
    s = socket.create_connection(("127.0.0.1", port))
    try:
        s.sendall(b"POST /v1/ixn.list HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + b" " * 900000)
    except OSError:
        pass
    held.append(s)
print("held", flush=True)
sys.stdin.read()
P
limited() { [ "$(curl -s "$url/metrics" | sed -n 's/^ixn_requests_limited_total //p')" -gt "$1" ]; }
again --requests 0 --body 1048576
as_robot 7 -d '{}'
mkfifo go
background sh -c "python3 hold.py ${url##*:} 16 <go"
exec 9>go
wait_for limited 0
is $? 0 'half of it is for strangers'
as_robot 7 --data-binary @small
is "$http" 200 'the rest for who is known'
exec 9>&-
wait_for sh -c "curl -s -f --data-binary @small $url/v1/session.login; [ \$? = 22 ]"
is $? 0 'and when they are gone there is room'

# The same with TLS.
ixn-routerd --make-certificate tls >/dev/null 2>&1
again --requests 0 --tls-cert tls/cert.pem --tls-key tls/key.pem
as_robot 6 --data-binary @large -k
is "$http" 200 'encrypted'
ask /v1/ixn.list --data-binary @large -H "$made_up" -k
is "$http $(error)" '401 session_ended' 'and refused'

# Whether it is ready: a reading of the store, and asked for again and again by who watches it.
again --requests 5 --behind-proxy 127.0.0.1
each ask /readyz
is "$each" '200 200' 'from this machine it may be asked for at any time'
each ask /readyz -H 'X-Forwarded-For: 203.0.113.9'
is "$each" '200 429' 'from others so often'
each ask /v1/ixn.list -d '{}' -H 'X-Forwarded-For: 203.0.113.9'
is "$each" '401 429' 'which is counted apart'
each ask /v1/ixn.list -d '{}' -H 'X-Forwarded-For: 203.0.113.7'
ask /readyz -H 'X-Forwarded-For: 203.0.113.7'
is "$each $http" '401 429 200' 'so that nobody has it taken for ill by asking for something else'

# Connections, by streams that stay open; one that was let go may still be counted: it is tried again.
begun() { grep -qs retry "$1" || { kill -0 "$pid" || listen alice "$1" && false; }; }
open_streams() {
	rm -f stream.*
	for n in $(seq "$1"); do
		pid=none
		wait_for begun "stream.$n" || break
	done
}
refused() { ask /healthz && case $http in 000-*) ;; *) false ;; esac }
again --requests 0 --connections 9
login alice
open_streams 3
is "$(cat stream.* | grep -c retry)" 3 'a third of the connections is one address'\''s'
refused
is "$? $http" "0 $http" 'and no more'
again --requests 0 --connections 9 --per-address 1
open_streams 1
refused
is "$? $http" "0 $http" 'or as many as it is told'
for unlimited in '--per-address 0' '--behind-proxy 127.0.0.1'; do
	# shellcheck disable=SC2086 # an option and its value
	again --requests 0 --connections 9 $unlimited
	open_streams 8
	is "$(cat stream.* | grep -c retry)" 8 "$unlimited: all that there are"
done
done_testing
