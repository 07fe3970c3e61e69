#!/bin/sh
# covers: ixn-routerd, cobrowse-join, cobrowse-show, cobrowse-propose, chat-send
# A contact in a real browser: a whole chat with a pushed page, a reload and a restart of the server in the
# middle, a transcript; the callback form; the chat within another website. SHOTS=DIR keeps the screenshots.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v chromium >/dev/null || skip_all 'chromium is not installed'
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
WEBSITE=http://localhost:$(free_port)
port=$(free_port)
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
serve() {
	background ixn-routerd --listen "127.0.0.1:$port" --plain --requests 0
	wait_for curl -fs -o /dev/null "http://127.0.0.1:$port/healthz"
}
serve
# The server is started anew by the script that plays the browser: here, so that it ends with the test.
mkfifo restart restarted
echo "$pid" >server
while read -r meanwhile <restart; do
	server=$(cat server)
	kill "$server" && wait_for sh -c "! kill -0 $server 2>/dev/null"
	sh -c "$meanwhile" >/dev/null
	serve
	echo "$pid" >server
	echo again >restarted
done &
pids="$pids $!"
# As later does, for who is no shell.
cat >clock <<E
n=\$((\$(cat "$tmp/now") + 1))
echo "\$n" >"$tmp/now"
date -u -d "@\$n" +%Y-%m-%dT%H:%M:%S.000Z >"$IXN_CLOCK.new" && mv "$IXN_CLOCK.new" "$IXN_CLOCK"
E
export WEBSITE LATER='. ./clock' RESTART='echo "MEANWHILE" >restart; read -r _ <restarted'
python3 "$top/tests/peers/web-chat" "http://127.0.0.1:$port" "${SHOTS:-shots}" >played 2>&1 || echo "not ok the script ended badly" >>played
pids="$pids $(cat server)"
while read -r verdict name; do
	case $verdict in
	ok) _tap 0 "$name" ;;
	not) _tap 1 "${name#ok }" ;;
	*) printf '# %s %s\n' "$verdict" "$name" ;;
	esac
done <played
done_testing
