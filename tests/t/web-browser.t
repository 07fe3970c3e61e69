#!/bin/sh
# covers: ixn-routerd, cobrowse-join, cobrowse-show, cobrowse-propose, chat-send
# A contact in a real browser: a whole chat with a pushed page, a reload and a restart of the server in the
# middle, a transcript, with TLS and without; by the keyboard alone; the callback form; the chat within another
# website, in its head, and where that changes its address by itself. SHOTS=DIR keeps the screenshots.
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v chromium >/dev/null || skip_all 'chromium is not installed'
command -v openssl >/dev/null || skip_all 'openssl is not installed'
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
WEBSITE=http://localhost:$(free_port)
port=$(free_port) tls_port=$(free_port)
jq -n --arg website "$WEBSITE" '{
	agents: [{name: "alice", alias: "Alice <b>L</b>", capacity: {chat: 3}}, {name: "boss", role: "admin"}],
	hours: [{name: "office", zone: "Europe/Paris", mon: "09:00-18:00", tue: "09:00-18:00"}],
	queues: [{name: "support"}, {name: "calls", hours: "office"}],
	web: [{name: "shop", origins: [$website], chat_queue: "support", callback_queue: "calls", cobrowse: true,
		titles: {en: "Talk <img src=x onerror=\"alert(1)\">", fr: "Parlons-en"}, greetings: {en: "<script>alert(4)</script>", fr: "Bonjour !"}}]
}' >my-site.json
site <my-site.json
mail
ready alice boss
ixn-routerd --make-certificate tls >made 2>&1 || cat made
serve() {
	background ixn-routerd --listen "127.0.0.1:$port" --plain --requests 0
	echo "$pid" >servers
	background ixn-routerd --listen "127.0.0.1:$tls_port" --tls-cert tls/cert.pem --tls-key tls/key.pem --requests 0
	echo "$pid" >>servers
	wait_for curl -fs -o /dev/null "http://127.0.0.1:$port/healthz"
	wait_for curl -fs -o /dev/null --cacert tls/cert.pem "https://127.0.0.1:$tls_port/healthz"
}
serve
# The servers are started anew by the script that plays the browser: here, so that they end with the test.
mkfifo restart restarted
while read -r meanwhile <restart; do
	while read -r server; do
		kill "$server" && wait_for sh -c "! kill -0 $server 2>/dev/null"
	done <servers
	sh -c "$meanwhile" >/dev/null
	serve
	echo again >restarted
done &
pids="$pids $!"
# As later does, for who is no shell.
cat >clock <<E
n=\$((\$(cat "$tmp/now") + 1))
echo "\$n" >"$tmp/now"
date -u -d "@\$n" +%Y-%m-%dT%H:%M:%S.000Z >"$IXN_CLOCK.new" && mv "$IXN_CLOCK.new" "$IXN_CLOCK"
E
PIN=$(openssl x509 -in tls/cert.pem -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | openssl base64)
export WEBSITE PIN TLS="https://127.0.0.1:$tls_port" LATER='. ./clock' RESTART='echo "MEANWHILE" >restart; read -r _ <restarted'
python3 "$top/tests/peers/web-chat" "http://127.0.0.1:$port" "${SHOTS:-shots}" >played 2>&1 || echo "not ok the script ended badly" >>played
pids="$pids $(tr '\n' ' ' <servers)"
while read -r verdict name; do
	case $verdict in
	ok) _tap 0 "$name" ;;
	not) _tap 1 "${name#ok }" ;;
	*) printf '# %s %s\n' "$verdict" "$name" ;;
	esac
done <played
done_testing
