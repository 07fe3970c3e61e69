#!/bin/sh
# covers: ixn-routerd
# The HTTP face: what is asked and answered, what is refused, and how it ends.
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"

site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"],"queues":["q"],"capacity":{"chat":3}},
{"name":"boss","role":"admin","password":"secret-boss"},{"name":"open","role":"admin"}],
"queues":[{"name":"q"}]}
J
serve --access-log "$tmp/log"

ask /healthz
is "$http $(field status) $(field test)" '200 ok true' 'it lives'
ask /readyz
is "$http $(field status)" '200 ready' 'it can serve'
ask /v1/openapi.json
is "$http $(printf '%s' "$out" | jq -r '.openapi, .paths["/v1/ixn.accept"].post["x-roles"][0]' | tr '\n' ' ')" '200 3.1.0 agent ' 'it says what it knows'
is "$(printf '%s' "$out" | jq -r '. as $d | .paths["/v1/ixn.note"].post.parameters[] | .["$ref"] | split("/") | $d.components.parameters[.[3]] | .in + ":" + .name' | tr '\n' ' ')" \
	'header:Idempotency-Key header:IXN-Seen ' 'and the headers of what changes something'
is "$(printf '%s' "$out" | jq -r '.paths["/v1/ixn.list"].post.parameters')" null 'what reads has none'
is "$(printf '%s' "$out" | jq '[.paths|keys[]|select(test("/v1/web\\.(start|send)"))]|length')" 0 'but not what is for contacts alone'
ask /metrics
like "$out" '^ixn_requests_total [0-9]' 'and how it fares'

# Nobody.
call - ixn.list '{}'
is "$http $(error)" '401 no_session' 'nobody has no rights'
for op in site.dump ixn.create site.load event.list outbox.step words.learn doctor.list agent.state; do
	call - $op '{}'
	like "$http" '^(401|400)$' "nobody has none: $op"
done
call - session.login '{"name":"open"}'
is "$http $(error)" '401 bad_password' 'an account without a password is shut over a network'
call - session.login '{"name":"alice","password":"wrong"}'
is "$http $(error)" '401 bad_password' 'a wrong password'
login alice '"ready":true'
is "$http $(field agent) $(printf %s "$(field token)" | wc -c)" '200 alice 64' 'a session'
ask /v1/ixn.list -d '{}' -H 'Authorization: Bearer alice:0000'
is "$http $(error)" '401 session_ended' 'a token that is none'
ask /v1/ixn.list -d '{}' -H "Authorization: Bearer boss:$(cat "$tmp/token.alice")"
is "$http $(error)" '401 session_ended' "somebody else's token"
ask /v1/ixn.list -d '{}' -H 'Authorization: Basic YTpi'
is "$http $(error)" '400 bad_request' 'another way to say who one is'
call alice ixn.list '{}'
is "$http" 200 'the right one'

# Records.
refused() { # NAME JSON CODE WHAT
	call alice ixn.list "$2"
	is "$http $(error)" "400 $3" "$1"
	like "$out" "$4" "$1: where"
}
refused 'an unknown field' '{"limits":1}' bad_field '"name":"limits"'
refused 'a number for a text' '{"queue":7}' bad_field '"name":"queue"'
refused 'a text for a number' '{"limit":"7"}' bad_field '"name":"limit"'
refused 'a number too large to be exact' '{"limit":9007199254740993}' bad_json 'request:1'
refused 'a key twice' '{"limit":1,"limit":2}' bad_json 'request:1'
refused 'a NUL' '{"queue":"a\u0000b"}' bad_json 'request:1'
refused 'half a surrogate' '{"queue":"\ud800"}' bad_json 'request:1'
refused 'bytes behind it' '{} {}' bad_json 'request:1'
refused 'a list' '[]' bad_field 'is not an object'
refused 'nothing of JSON' 'limit=1' bad_json 'request:1'
printf '{"queue":"\377"}' >bad
call alice ixn.list '' --data-binary @bad
is "$http $(error)" '400 bad_json' 'what is not UTF-8'
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "["; }' >deep
call alice ixn.list '' --data-binary @deep
is "$http $(error)" '400 bad_json' 'too deep'
call alice ixn.list ''
is "$http" 200 'no body is no field'
call alice ixn.nothing '{}'
is "$http $(error)" '404 no_such_operation' 'no such operation'
call alice web.start '{}'
is "$http $(error)" '404 no_such_operation' 'and none of a contact'
ask /v1/ixn.list
is "$http $(error)" '405 bad_method' 'GET changes nothing'
for path in /v1/ixn.list/ /v1/../v1/ixn.list /v1/%69xn.list /v1/ixn.list%00 //v1/ixn.list /V1/ixn.list /v1/ixn.list%2f..; do
	ask "$path" --path-as-is -d '{}'
	is "$http" 404 "not a path: $path"
done

# Doing something, once.
i=$(create --media chat --queue q --name N --text hi)
call alice ixn.accept '{}' -H 'Idempotency-Key: k%201'
is "$http $(field id) $(field state)" "200 $i active" 'accepted'
call alice ixn.accept '{}' -H 'Idempotency-Key: k%201'
is "$http $(field id)" "200 $i" 'asked again: the first answer'
call alice chat.send "{\"id\":\"$i\",\"text\":\"Zebra\"}" -H 'Idempotency-Key: k%201'
is "$http" 200 'a key is an operation its own'
call alice chat.send "{\"id\":\"$i\",\"text\":\"Yak\"}" -H 'Idempotency-Key: k%201'
is "$http $(error)" '400 key_reused' 'for another request it is refused'
call alice chat.send "{\"id\":\"$i\",\"text\":\"x\"}" -H "Idempotency-Key: $(awk 'BEGIN { for (i = 0; i < 300; i++) printf "k"; }')"
is "$http $(error)" '400 bad_request' 'a key without end'
call alice ixn.done "{\"id\":\"$i\"}"
is "$http $(error) $(field error.class)" '409 still_connected 79' 'what the state does not allow'

# gzip, and its limits.
login boss
call boss name.list '{"kind":"agents"}' -H 'Accept-Encoding: gzip' -D headers
unlike "$(cat headers)" 'Content-Encoding' 'what is short is sent as it is'
ask /v1/openapi.json -H 'Accept-Encoding: gzip' -D headers
like "$(cat headers)" 'Content-Encoding: gzip' 'what is long is packed'
is "$(curl -s --compressed "$url/v1/openapi.json" | jq -r .openapi)" 3.1.0 'and unpacked the same'

# Who and from where is in the log of events, for admins; secrets are in none.
call boss event.list '{}'
is "$(printf '%s\n' "$out" | jq -r 'select(.event == "offer.accepted") | .actor + " " + .origin')" 'alice 127.0.0.1' 'who, and from where'
is "$(printf '%s\n' "$out" | jq -rs '[.[] | select(.event == "agent.refused") | (.agent // "-")] | join(" ")')" 'open alice' 'and who was refused'
call alice event.list '{}'
is "$(printf '%s\n' "$out" | jq -rs '[.[] | select(.origin)] | length')" 0 'agents are not told from where'
like "$(cat "$tmp/log")" '"address":"127.0.0.1","agent":"alice","method":"POST","what":"chat.send","status":200' 'the access log'
unlike "$(cat "$tmp/log")" "secret|$(cat "$tmp/token.alice")|Zebra|Yak" 'has neither secrets nor words'
unlike "$(cat "$server_out")" 'secret' 'nor has what it prints'

# It is moved away, and written anew: what was begun is timeout(1).
mv "$tmp/log" old.log
ask /healthz
wait_for grep -q '"what":"/healthz"' old.log
kill -HUP "$(pgrep -P "$server")"
answered() { ask "/v1/openapi.json" && grep -q openapi "$tmp/log"; }
wait_for answered
is "$(test -e "$tmp/log" && echo there)" there 'behind SIGHUP there is a new log'
sort old.log >before
ask /healthz
wait_for grep -q '"what":"/healthz"' "$tmp/log"
like "$(cat "$tmp/log")" '"what":"/healthz","status":200' 'where the next request is'
is "$(sort old.log | cmp - before && echo same)" same 'and not in the one before'

# Sizes.
head -c 3000000 /dev/zero | tr '\0' ' ' >large
call - session.login '' --data-binary @large
is "$http $(error)" '413 too_large' 'nobody sends much'
head -c 1000 /dev/zero | tr '\0' x >long
ask /healthz -H "X-A: $(cat long long long long long long long long)" -H "X-B: $(cat long long long long long long long long)" \
	-H "X-C: $(cat long long long long long long long long)" -H "X-D: $(cat long long long long long long long long long)"
like "$http" '^(4..|000)' 'nor many headers'
ask /healthz
is "$http" 200 'and it goes on'

# It ends when it is told to, and ends its streams.
listen alice events
wait_for grep -q retry events
ok stop
like "$(cat "$server_out")" 'serving' 'in peace'
unlike "$(curl -s -m 2 "$url/healthz" 2>&1)" 'ok' 'nobody is there'
serve --behind-proxy 192.0.2.1,127.0.0.1
ask /metrics -H 'X-Forwarded-For: 10.0.0.1, 203.0.113.9'
is "$http" 404 'a proxy that is known says for whom it asks'
ask /metrics -H 'X-Forwarded-For: 127.0.0.1' -H 'X-Forwarded-For: 203.0.113.9'
is "$http" 404 'by the last that it says: what stands before may be its client'\''s'
stop && serve --behind-proxy 127.0.0.10
ask /metrics -H 'X-Forwarded-For: 203.0.113.9'
is "$http" 200 'nobody else is believed'
stop && serve --requests 5
_left=8
while [ $_left -gt 0 ]; do call - session.login '{"name":"nobody"}' && _left=$((_left - 1)); done
is "$http $(error)" '429 too_many_requests' 'who has no session asks so often and no more'
ask /healthz
is "$http" 200 'but for what watches it'
stop
status 78 timeout 20 ixn-routerd --listen 0.0.0.0:0
like "$err" 'certificate' 'without TLS it serves this machine only'
status 64 ixn-routerd --tls-cert x
status 69 timeout 20 ixn-routerd --plain --listen 192.0.2.1:8443
done_testing
