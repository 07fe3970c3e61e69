#!/bin/sh
# covers: agent-login, ixn-doctor, response-index, response-check, response-show, response-export, response-import, ixn-setup, transcript-show, cobrowse-show, agent-logout
# A server whose answers leave out what they are about: said to be that, or passed over.
# place: embedded - it makes its own servers
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/peers.sh"
umask 077
echo 'bot:token' >token
export IXN_SERVICE_TOKEN_FILE="$tmp/work/token" IXN_AGENT=bot
end='{"kind":"end","seq":5}'

# peer ANSWER...: a fresh one; leaves IXN_STORE.
peer() {
	peer_start http-peer --version "$(cat "$top/VERSION")" "$@"
	export IXN_STORE="http://localhost:$port"
}

for change in '{"kind":"use","seq":1}' '{"kind":"use","seq":1,"id":"x","number":1}' '{"kind":"use","seq":1,"id":"x","use":"sent"}' '{"kind":"use","seq":1,"id":"x","use":null,"number":1}' \
	'{"kind":"favourite","seq":1}' '{"kind":"favourite","seq":1,"id":"x"}' '{"kind":"agent","seq":1}' '{"kind":"response","seq":1}' '{"kind":"response","id":"x"}' '{"seq":1}' '{}'; do
	peer "200 $change
$end"
	status 76 response-index
	like "$err" 'a change of the library that does not say of what' "$change"
done
peer "200 $end"
ok response-index

peer '200 {}'
echo secret >password
status 76 agent-login bob --password-file password
like "$err" 'a session without a token' 'no session is kept'
ok ixn-doctor
status 76 ixn-setup --demo
like "$err" 'a change of the site that does not say of what' 'nobody is told a password that may be none'

# Of an agent's commands.
unset IXN_SERVICE_TOKEN_FILE IXN_AGENT
id=01KAJZZZZZ0000000000000000
# said ANSWER STATUS COMMAND...: that answer to all.
said() {
	peer '200 {"agent":"bob","token":"0123456789abcdef"}' "200 $1" && shift
	agent-login bob --password-file password >/dev/null
	status "$@"
}
said '{}' 0 response-check
said '{}' 76 response-show x --attachment form.pdf --output form.pdf
ok test ! -e form.pdf
said '{}' 76 transcript-show "$id"
said '{}' 76 cobrowse-show "$id"
said '{}' 0 agent-logout
for one in '{}' "{\"id\":\"$id\"}" "{\"id\":\"$id\",\"name\":\"n\"}"; do
	said "$one" 76 response-export --output all.jsonl
	like "$err" 'a response that is not the next' "$one"
done
echo '{"name":"Way","text":"Turn left."}' >way.jsonl
for one in '{}' '{"items":0,"uses":0}' '{"items":-1,"uses":0}' '{"items":2,"uses":0}' '{"items":9007199254740991,"uses":9007199254740991}'; do
	said "$one" 76 response-import way.jsonl
	like "$err" 'an import that does not say how far it is' "$one"
done
done_testing
