# shellcheck shell=sh
# server.sh - ixn-routerd: requests on a kept connection, beside libmicrohttpd with a
# constant answer; what thousands of idle event streams take. After remote.sh.

# streams NAME TARGET COUNT: MiB for so many at the server at $url.
streams() {
	IXN_STORE=$url agent-login a0001 --password-file "$tmp/password" --quiet >/dev/null
	token=$(sed -n 's/^token = //p' "$(grep -l "$url" "$tmp"/ixn/*/a0001.session)")
	if ! mib=$("$top/tests/bench/streams" "$url" "${servers##* }" a0001 "$token" "$3"); then
		echo "  $1: skipped, no $3 connections here"
		return
	fi
	row "$1, MiB" "$mib" - - "ours <= $2"
}

# message_time CHATS AGENTS PACE: the median; contacts speak every PACE seconds. Nothing where a message was lost, or late.
message_time() {
	rm -rf "$tmp/chats"
	mkdir -p "$tmp/chats/ixn"
	printf '[mail]\nfrom = desk@example.org\n' >"$tmp/chats/ixn/config"
	jq -n '{queues: [{name: "support", offer_timeout: "1m"}], web: [{name: "shop", chat_queue: "support"}],
		agents: [range(20) | "a\(. + 1)" | {name: ., password: "secret-\(.)", media: ["chat"], queues: ["support"], capacity: {chat: 13}}]}' >"$tmp/chats/site.json"
	(
		export STORE="$tmp/chats/store" IXN_STORE="file:$tmp/chats/store" XDG_CONFIG_HOME="$tmp/chats"
		ixn-setup --load "$tmp/chats/site.json" --quiet >/dev/null
		"$top/tests/soak/soak" 30 "$@" ixn-routerd --requests 0 >"$tmp/chats/fared"
	) || return 0
	! grep -v '^#' "$tmp/chats/fared" >&2 || return 0
	sed -n "s/^# from a contact's message to the agent's terminal: median \([0-9.]*\) ms.*/\1/p" "$tmp/chats/fared"
}

bench_server() {
	store
	password=secret-a0001
	printf '%s\n' "$password" >"$tmp/password" && chmod 600 "$tmp/password"
	printf '{"agents":[{"name":"a0001","password_file":"%s"}]}' "$tmp/password" >"$tmp/site.json"
	ixn-setup --load "$tmp/site.json" --reset-passwords --quiet >/dev/null
	serve plain
	token=$(curl -s -d "{\"name\":\"a0001\",\"password\":\"$password\",\"device\":\"bench\"}" "$url/v1/session.login" | jq -r .token)
	"$O/bench/http" --constant 18599 >/dev/null 2>&1 &
	servers="$servers $!"
	sleep 0.5
	head 'Requests a second on a kept connection' 'constant'
	: >"$tmp/rounds"
	_round=0
	while [ "$_round" -lt "${ROUNDS:-9}" ]; do
		_round=$((_round + 1))
		_ours=$("$O/bench/http" 1 "$url/v1/agent.presence" "Authorization: Bearer a0001:$token" '{}')
		_peer=$("$O/bench/http" 1 http://127.0.0.1:18599/ 'X-Nothing: x' '{}')
		echo "$_ours $_peer" | awk '{ print $1, $2, $1 / $2 }' >>"$tmp/rounds"
	done
	row 'agent.presence : a constant answer' "$(cut -d ' ' -f 1 "$tmp/rounds" | median)" "$(cut -d ' ' -f 2 "$tmp/rounds" | median)" \
		"$(printf %.2f "$(cut -d ' ' -f 3 "$tmp/rounds" | median)")" 'ratio >= 0.45'
	head 'Idle event streams, resident memory of the server' ''
	serve idle --per-address 0
	streams '10,000 streams' 150 10000
	ixn-routerd --make-certificate "$tmp/streams-cert"
	export IXN_CA="$tmp/streams-cert/cert.pem"
	serve idle-tls --per-address 0 --tls-cert "$tmp/streams-cert/cert.pem" --tls-key "$tmp/streams-cert/key.pem"
	streams '10,000 streams with TLS' 450 10000
	unset IXN_CA
	# shellcheck disable=SC2086 # a list of ids
	kill $servers
	servers=
	head "A message from a contact to an agent's terminal (ixn-watch)" ''
	# Alone, nobody else's change wakes the server.
	for people in '200 20 3' '1 1 1'; do
		# shellcheck disable=SC2086 # three numbers
		median=$(message_time $people)
		if [ -n "$median" ]; then
			row "${people%% *} chats going on, median, ms" "$median" - - 'ours <= 5'
		else
			echo '  the chats were not whole' && missed=1
		fi
	done
}
