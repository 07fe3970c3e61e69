#!/bin/sh
# The proxy of the site template, by a real nginx before two servers, with TLS on both
# sides: commands, a watch, a chat in a browser; who asks is known by the address that
# the proxy saw, and by nothing that a client says of itself.
# covers: ixn-routerd, ixn-watch, chat-send
# place: embedded - it makes its own servers
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
nginx=$(PATH="$PATH:/usr/sbin" command -v nginx) || skip_all 'nginx is not installed (nginx-light)'
command -v openssl >/dev/null || skip_all 'openssl is not installed'
umask 077
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","password":"secret-alice","media":["chat"],"capacity":{"chat":9}}],"queues":[{"name":"orders"}],
"web":[{"name":"shop","origins":["https://www.example.org"],"chat_queue":"orders"}]}
J

# Addresses of its own, so that no other test has the port: the proxy's, and two clients'.
net=127.$(($$ / 250 % 250 + 1)).$(($$ % 250 + 1))
url=https://$net.1:8443
# An authority, the servers' name and the proxy's.
certificate() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "/CN=$1" -out "$1.csr" 2>/dev/null
	printf 'subjectAltName=%s\n' "$2" >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -subj '/CN=authority' -days 2 -out ca.pem 2>/dev/null
certificate server DNS:ixn.example.org
certificate proxy "DNS:desk.example.org,IP:$net.1"
for n in 1 2; do
	background ixn-routerd --listen 127.0.0.1:0 --url --requests 40 --behind-proxy 127.0.0.1 --tls-cert server.pem --tls-key server.key --access-log "access.$n"
	eval "server_$n=$pid"
	wait_for grep -q '^https' "$tmp/$pid.out"
	eval "port_$n=$(sed -n 's/^https:.*://p' "$tmp/$pid.out")"
done
# The shipped file, with the addresses and files of this test; around it what Debian's nginx.conf has.
# shellcheck disable=SC2154 # by eval
sed "s|app1:8443|127.0.0.1:$port_1|; s|app2:8443|127.0.0.1:$port_2|; s|listen 443|listen $net.1:8443|; s|/etc/ssl/desk.example.org.pem|$PWD/proxy.pem|
	s|/etc/ssl/private/desk.example.org.key|$PWD/proxy.key|; s|/etc/ssl/ixn-ca.pem|$PWD/ca.pem|" "$top/scripts/site/nginx.conf" >ixn.conf
is "$(diff "$top/scripts/site/nginx.conf" ixn.conf | grep -c '^>')" 6 'six lines are the site'\''s own'
{
	[ "$(id -u)" != 0 ] || echo 'user root;'
	echo "daemon off; pid $PWD/nginx.pid; error_log $PWD/nginx.log; worker_processes 1; events { }"
	echo "http { access_log off;"
	for d in client_body proxy fastcgi uwsgi scgi; do echo "${d}_temp_path $PWD/tmp.$d;"; done
	echo "include $PWD/ixn.conf; }"
} >nginx.conf
ok "$nginx" -t -q -e "$PWD/nginx.log" -p "$PWD" -c "$PWD/nginx.conf"
background "$nginx" -e "$PWD/nginx.log" -p "$PWD" -c "$PWD/nginx.conf"
export CURL_CA_BUNDLE="$PWD/ca.pem" IXN_CA="$PWD/ca.pem"
wait_for command curl -fs -o got "$url/healthz"
ask /healthz
is "$http" 200 'the proxy reaches its servers, whose certificate it checks'

# Commands, at both servers.
export IXN_STORE="$url" IXN_AGENT=alice
echo secret-alice >alice.pw
later && ok agent-login alice --password-file alice.pw --ready
id=$(at_store ixn-create --ids --queue orders --from max@example.org --text 'Where is my order?')
later && ok ixn-accept "$id"
later && ok chat-send "$id" --text 'I am looking.'
for _ in 1 2 3 4; do ok ixn-show "$id" --fields id; done
is "$out" "$id" 'commands'
is "$(for n in 1 2; do grep -c '"agent":"alice"' access.$n | sed 's/^[1-9].*/some/'; done | paste -sd ' ')" 'some some' 'each server has its share'

token=$(sed -n 's/^token = //p' "$XDG_STATE_HOME"/ixn/*/alice.session)
# A watch: what happens comes at once. The stream, a new connection, says that it stands by its first line.
curl -sN -m 60 -H "Authorization: Bearer alice:$token" "$url/v1/events" >stream 2>/dev/null &
pids="$pids $!"
wait_for grep -q retry stream
at_store chat-send "$id" --as-contact --text 'Thank you' >/dev/null
wait_for grep -q 'Thank you' stream
is $? 0 'a stream is passed on as it comes'
background ixn-watch --ixn "$id" --until chat.message --timeout 30s
watcher=$pid
wait_for sh -c "IXN_STORE=$here XDG_STATE_HOME=$tmp/owner IXN_AGENT= chat-send $id --as-contact --text tick >/dev/null; ! kill -0 $watcher 2>/dev/null"
wait "$watcher"
is $? 0 'and so does ixn-watch'

# Who asks.
lines() { cat access.1 access.2; }
is "$(lines | jq -r 'select(.what == "session.login") | .address' | sort -u)" 127.0.0.1 'who is on the machine of the proxy'
asked() { command curl -s -o got -w '%{http_code}' --interface "$1" -d '{}' ${2:+-H "X-Forwarded-For: $2"} "$url/v1/ixn.list"; }
is "$(asked "$net.5")" 401 'a client'
_left=200
until [ "$(asked "$net.5")" = 429 ] || [ $_left = 0 ]; do _left=$((_left - 1)); done
is "$([ $_left -gt 0 ] && [ $_left -lt 170 ] && echo some)" some 'asks so often and no more'
is "$(asked "$net.6")" 401 'another one is not held back for it'
is "$(lines | jq -r .address | grep -c "^$net.5$" | sed 's/^[1-9].*/some/')" some 'by the address that the proxy saw'
asked "$net.5" 198.51.100.7 >/dev/null
asked "$net.5" '198.51.100.7, 198.51.100.8' >/dev/null
is "$(lines | grep -c 198.51.100)" 0 'what a client says of itself is not believed'
command curl -sk -o got --interface "$net.7" -H 'X-Forwarded-For: 198.51.100.9' "https://127.0.0.1:$port_1/healthz"
is "$(lines | jq -r .address | grep -c "^$net.7$") $(lines | grep -c 198.51.100)" '1 0' 'nor what one says who comes past the proxy'
ask /metrics
is "$http" 404 'figures are not for the world'
head -c 70000000 /dev/zero >large
ask /v1/chat.send -T large -X POST -H "Authorization: Bearer alice:$token"
is "$http $(error)" '400 bad_json' 'what a server would take, the proxy takes'
rm large

# A chat in a browser.
if command -v chromium >/dev/null && command -v python3 >/dev/null; then
	pin=$(openssl x509 -in proxy.pem -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | openssl base64)
	background env -u IXN_CLOCK python3 "$top/tests/peers/web-hello" "$url" "$pin"
	browser=$pid
	wait_for grep -q begun "$tmp/$browser.out"
	ann=$(sql "SELECT id FROM ixn WHERE name = 'Ann'")
	later && ok ixn-accept "$ann"
	later && ok chat-send "$ann" --text 'Hello Ann'
	wait_for grep -q heard "$tmp/$browser.out"
	is $? 0 'the page shows what the agent says, as it comes'
	wait_for sh -c "chat-tail $ann | grep -q 'Hello Alice'"
	is $? 0 'and the agent what the contact answers'
	wait "$browser"
	is "$? $(tail -n 1 "$tmp/$browser.out")" '0 complaints: []' 'without a complaint of the browser'
else
	skip 'a chat in a browser' 'no chromium'
fi

# One of the servers goes.
# shellcheck disable=SC2154 # by eval
kill "$server_2" && wait "$server_2"
for _ in 1 2 3; do later && ok ixn-note "$id" --text 'still here'; done
is "$(ixn-note "$id" --show | grep -c 'still here')" 3 'the other one does all, once'
done_testing
