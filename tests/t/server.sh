# server.sh - for tests of ixn-routerd, read after lib.sh and rows.sh: a server on
# the store, and requests to it by curl.
# shellcheck shell=sh
command -v curl >/dev/null || skip_all 'curl is not installed'
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy

# serve OPTION...: a server in the background; leaves $url, $server (its pid) and $server_out.
serve() {
	background ixn-routerd --listen 127.0.0.1:0 --url --requests 0 "$@"
	server=$pid server_out=$tmp/$pid.out
	wait_for grep -Eq '^https?://' "$server_out" || { cat "$server_out" && echo 'Bail out! no server' && exit 1; }
	url=$(sed -n '/^http/{p;q;}' "$server_out")
}
# at_store COMMAND...: by its owner, at the file itself ($here), while others ask the server.
here=file:$XDG_DATA_HOME/ixn/store.db
at_store() { later && env -u IXN_AGENT IXN_STORE="$here" XDG_STATE_HOME="$tmp/owner" "$@"; }
# stop: it ends as told to, and says how.
stop() { kill "$server" && wait "$server"; }
# ask PATH CURL-OPTION...: $http is the status, $out the body.
ask() {
	_path=$1 && shift
	http=$(curl -s -m 30 -o "$tmp/body" -w '%{http_code}' "$@" "$url$_path") || http=$http-$?
	out=$(cat "$tmp/body" 2>/dev/null) && : >"$tmp/body"
}
# call AGENT OP JSON [CURL-OPTION...]: as an agent who is logged in; '-' is nobody.
call() {
	_agent=$1 _op=$2 _json=$3 && shift 3
	[ "$_agent" = - ] || set -- -H "Authorization: Bearer $_agent:$(cat "$tmp/token.$_agent")" "$@"
	ask "/v1/$_op" -d "$_json" "$@"
}
# login AGENT [JSON-MEMBERS]: with the password that all have here.
login() {
	call - session.login "{\"name\":\"$1\",\"password\":\"secret-$1\"${2:+,$2}}"
	printf '%s\n' "$out" | jq -r .token >"$tmp/token.$1"
}
# field NAME: of the first record of the answer. error: the code of what was refused.
field() { printf '%s\n' "$out" | jq -rs ".[0].$1"; }
error() { printf '%s\n' "$out" | jq -r .error.code; }
# listen AGENT FILE [AFTER]: what happens, into the file, in the background; $pid.
listen() {
	curl -sN -m 60 -H "Authorization: Bearer $1:$(cat "$tmp/token.$1")" ${3:+-H "Last-Event-ID: $3"} "$url/v1/events" >"$2" 2>/dev/null &
	pid=$! pids="$pids $!"
}
