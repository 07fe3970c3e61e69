#!/bin/sh
# A store that a server keeps, and a server that misbehaves: what is tried again
# and what is not, what is sent, what is said, and what is never said.
# covers: ixn-list, ixn-note, agent-login
# place: embedded - it makes its own servers
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/peers.sh"

command -v jq >/dev/null || skip_all 'no jq'
umask 077
echo 'bot:t0ken/+' >token
export IXN_SERVICE_TOKEN_FILE="$tmp/work/token"
id=01KAJZZZZZ0000000000000000

# peer [OPTION...] ANSWER...: a fresh one; leaves IXN_STORE and $log.
peer() {
	scheme=http
	case $1 in --tls) scheme=https ;; esac
	peer_start http-peer "$@"
	export IXN_STORE="$scheme://localhost:$port"
}
asked() { wc -l <"$log" | tr -d ' '; }
log() { jq -r "$1" "$log"; }
note='{"id":"'$id'","number":1}'

# What is sent.
peer "200 $note"
ok ixn-note "$id" --text 'a "b" é'
is "$(log .path)" /v1/ixn.note 'the operation is the path'
is "$(log .body | jq -c .)" '{"id":"'$id'","text":"a \"b\" é"}' 'its record is the body'
is "$(log '.headers.authorization')" 'Bearer bot:t0ken%2F%2B' 'who asks'
like "$(log '.headers["idempotency-key"]')" '^[0-9A-Z]{26}$' 'what changes something has a key'
like "$(log '.headers["user-agent"]')" "^ixn-tools/$(cat "$top/VERSION")$" 'the version'
ok ixn-note "$id" --text x --idempotency-key 'my key/1'
is "$(log '.headers["idempotency-key"]' | tail -n 1)" 'my%20key%2F1' 'or the key that was given'
ok ixn-note "$id" --text x --debug
like "$err" 'POST localhost:[0-9]+/v1/ixn.note: HTTP 200' 'what is done is said'
unlike "$err" 't0ken' 'without the token'
peer '200 '
ok ixn-list --all
is "$(log '.headers["idempotency-key"]')" null 'what reads needs no key'

# Tried again.
peer '503,retry-after=0 {"error":{"code":"store_busy","class":75,"args":{"holder":"x"}}}' 502 cut half "200 $note"
ok ixn-note "$id" --text x
is "$(asked)" 5 'a server that is busy, a gateway, a connection that is cut'
is "$(log '.headers["idempotency-key"]' | sort -u | wc -l | tr -d ' ')" 1 'with one key'
peer '429,retry-after=1 ' '200 '
start=$(date +%s%N)
ok ixn-list --all
is "$((($(date +%s%N) - start) / 1000000 >= 1000))" 1 'not before the server says'
peer '503,retry-after=60 {"error":{"code":"store_busy","class":75,"args":{"holder":"ixn-done of bob"}}}'
status 75 ixn-note "$id" --text x
is "$(asked)" 1 'nor where that is too long to wait'
like "$err" 'the store is in use by ixn-done of bob' 'the error is the one of the desk'

# Not tried again.
for answer in '79 {"error":{"code":"frozen","class":79,"args":{"id":"'$id'"}}}' '66 {"error":{"code":"no_such_interaction","class":66,"args":{"id":"'$id'"}}}' \
	'77 {"error":{"code":"session_ended","class":77,"args":{"name":"bot"}}}' '65 {"error":{"code":"bad_utf8","class":65,"args":{"where":"text","at":"3"}}}'; do
	peer "4${answer}"
	status "${answer%% *}" ixn-note "$id" --text x
	is "$(asked)" 1 'once'
done
like "$err" 'ixn-note: text: not valid UTF-8 at byte 3' 'worded here'
status 65 ixn-note "$id" --text x --json
is "$(printf '%s\n' "$err" | jq -r .error.code)" bad_utf8 'and the same as JSON'
printf 'a\377' >bad
n_before=$(asked)
status 65 ixn-note "$id" --file bad
is "$(asked)" "$n_before" 'what is wrong at first sight is not sent'

# Broken answers.
peer '200 {"id":"'$id'"' && status 76 ixn-note "$id" --text x
like "$err" 'localhost:[0-9]+' 'half an object, and of whom'
peer '200 {"id":17}' && status 76 ixn-note "$id" --text x
peer '200 <html>' && status 76 ixn-note "$id" --text x
peer '404 <html>' && status 76 ixn-note "$id" --text x
peer '301 ' && status 76 ixn-note "$id" --text x
peer "200 ${note%\}},\"of_tomorrow\":[{}]}" && ok ixn-note "$id" --text x

# Who says 200 may be anybody: it is done where the server says so, to the end.
version=$(cat "$top/VERSION")
peer --version "$version" '200 ' && status 76 ixn-note "$id" --text x
like "$err" 'localhost:[0-9]+ broke its protocol: an answer without a record' 'what changes something is told of'
ok ixn-list --all
echo '{}' >site.json
ok ixn-setup --load site.json
is "$(log .path | tail -n 1) $out" '/v1/site.load ' 'where it can be that nothing was changed, it need not be'
for kind in text/html application/json application/x-ndjsonp; do
	peer --version "$version" "200,type=$kind $note" && status 76 ixn-note "$id" --text x
	like "$err" "localhost:[0-9]+ broke its protocol: $kind instead of records" 'not by a page'
	is "$(asked)" 1 'once'
done
peer '200,type=text/html ' && status 76 ixn-list --all
peer "200,type=Application/X-NDJSON;charset=utf-8 $note" && ok ixn-note "$id" --text x
peer "200,endless $note" && status 76 ixn-note "$id" --text x
like "$err" 'does not say where it ends' 'nor by what may be a part of an answer'
peer --version 9.9 '400 {"error":{"code":"bad_field","class":65,"args":{"where":"request","name":"text","what":"no such field"}}}'
status 76 ixn-note "$id" --text x
like "$err" "is of version 9.9, this is $(cat "$top/VERSION")" 'a server of another version'
peer --version 9.9 '400 {"error":{"code":"invented_later","class":79}}' && status 76 ixn-note "$id" --text x
peer --version "$(cat "$top/VERSION")" '400 {"error":{"code":"bad_field","class":65,"args":{"where":"request","name":"text","what":"is not a string"}}}'
status 65 ixn-note "$id" --text x
peer large
if sh -c 'ulimit -v 4000000; ASAN_OPTIONS="" exec ixn-list --version' >/dev/null 2>&1; then
	status 65 sh -c 'ulimit -v 4000000; exec ixn-list --all'
	like "$err" 'larger than 256 MiB' 'an answer without end'
else
	skip 'an answer without end' 'with what watches it here it cannot start with so little memory'
fi

# Nobody there.
kill "$pid" && wait "$pid" 2>/dev/null
status 69 ixn-note "$id" --text x
like "$err" 'cannot reach localhost:' 'no server'
status 69 ixn-note "$id" --text x --store https://no-such-host.invalid

# In clear only to this machine; no secrets in a URL.
for host in 192.0.2.1 127.example.com 127.0.0.1.example.com localhost.example.com '[2001:db8::1]' 126.255.255.255 128.0.0.1; do
	status 78 ixn-list --all --store "http://$host"
	like "$err" 'would send passwords and messages in clear' 'http: to another machine'
done
peer '200 '
for host in LOCALHOST 127.0.0.1; do
	ok ixn-list --all --store "http://$host:$port"
done
for host in 127.9.9.9 '[::1]'; do
	unlike "$(ixn-list --all --store "http://$host:1" 2>&1)" 'in clear' "to this one: $host"
done
status 78 ixn-list --all --store https://user:pw@localhost
unlike "$(ixn-list --all --store https://localhost --debug 2>&1)" t0ken 'a token is not shown'
peer '200 '
ok env http_proxy=http://127.0.0.1:1 ixn-list --all
is "$(asked)" 1 'and never by a proxy'

# Elsewhere by the proxy that the environment names, but for whom it excepts.
proxy_log=$tmp/work/proxy.log
: >"$proxy_log"
background "$top/tests/peers/http-proxy" --port-file proxy.port --log "$proxy_log" --to "$port"
wait_for test -s proxy.port
proxy=http://127.0.0.1:$(cat proxy.port)
mkdir -p "$XDG_CONFIG_HOME/ixn"
printf '[server]\nplain = yes\n' >"$XDG_CONFIG_HOME/ixn/config"
ok env http_proxy="$proxy" ixn-list --all --store http://desk.invalid
is "$(cat "$proxy_log") $(log .path | tail -n 1)" 'POST http://desk.invalid/v1/ixn.list http://desk.invalid/v1/ixn.list' 'in clear: it is asked for it'
status 69 env http_proxy="$proxy" no_proxy=desk.invalid ixn-list --all --store http://desk.invalid
is "$(wc -l <"$proxy_log" | tr -d ' ')" 1 'no_proxy: it is not'
rm "$XDG_CONFIG_HOME/ixn/config"

# Certificates.
if command -v certtool >/dev/null; then
	"$top/tests/peers/make-certs" certs || exit 1
	peer --tls certs/good.pem certs/good.key '200 '
	status 69 ixn-list --all
	like "$err" 'the certificate is refused' 'an authority that nobody knows'
	ok env IXN_CA=certs/ca.pem ixn-list --all
	is "$(asked)" 1 'unless it is named'
	: >"$proxy_log"
	background "$top/tests/peers/http-proxy" --port-file tunnel.port --log "$proxy_log" --to "$port"
	wait_for test -s tunnel.port
	proxy=http://127.0.0.1:$(cat tunnel.port)
	ok env IXN_CA=certs/ca.pem https_proxy="$proxy" ixn-list --all
	is "$(cat "$proxy_log") $(asked)" "CONNECT localhost:$port 2" 'through a proxy'
	is "$(log .headers.authorization | sort -u)" 'Bearer bot:t0ken%2F%2B' 'which is not told who asks'
	ok env IXN_CA=certs/ca.pem https_proxy="$proxy" no_proxy=localhost ixn-list --all
	is "$(wc -l <"$proxy_log" | tr -d ' ') $(asked)" '1 3' 'no_proxy: past it'
	status 69 env https_proxy="$proxy" ixn-list --all
	like "$err" 'the certificate is refused' 'the certificate is the one of the server'
	: >"$proxy_log"
	background "$top/tests/peers/http-proxy" --port-file refusing.port --log "$proxy_log" --refuse
	wait_for test -s refusing.port
	status 69 env IXN_CA=certs/ca.pem https_proxy="http://127.0.0.1:$(cat refusing.port)" ixn-list --all
	like "$err" 'cannot reach localhost:[0-9]+: .*403' 'a proxy that refuses says so'
	status 69 env IXN_CA=none.pem ixn-list --all
	for bad in wrong expired future self; do
		peer --tls "certs/$bad.pem" "certs/$bad.key" '200 '
		status 69 env IXN_CA=certs/ca.pem ixn-list --all
		is "$(asked)" 0 "nothing is sent: $bad"
	done
else
	skip TLS 'no certtool'
fi

# A password goes in the body, and nowhere else.
echo 'pass word' >password
peer '200 {"agent":"alice","state":"ready","token":"abc"}'
unset IXN_SERVICE_TOKEN_FILE
ok agent-login alice --password-file password
is "$(log .body | jq -r .password)" 'pass word' 'the password'
is "$(log '.headers.authorization')" null 'who logs in is nobody yet'
unlike "$out" abc 'the token is not printed'
is "$(find "$XDG_STATE_HOME" -name alice.session -perm 600 | wc -l | tr -d ' ')" 1 'and kept in a file of the user alone'
peer '200 {"agent":"alice","state":"ready","token":"abc"}'
status 77 ixn-note "$id" --text x
is "$(asked)" 0 'for that server alone'
done_testing
