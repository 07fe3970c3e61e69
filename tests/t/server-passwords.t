#!/bin/sh
# covers: ixn-routerd, ixn-setup
# A password that is replaced: what the one before opened ends; a key of a request stands for its passwords, too.
# And what keeps a session alive.
# shellcheck disable=SC2119 # serve: its options are its own
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"

site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","capacity":{"chat":3}},{"name":"eve","password":"secret-eve","capacity":{"chat":3}},
{"name":"boss","role":"admin","password":"secret-boss"},{"name":"robot","role":"service","password":"secret-robot"}],"queues":[{"name":"q"}]}
J
serve
for a in alice eve boss; do login $a '"device":"desk"'; done
cp "$tmp/token.eve" "$tmp/token.boss" .
cp "$tmp/token.boss" boss.desk
login eve '"device":"laptop","ready":true'
login boss '"device":"laptop"'
call boss token.give '{"of":"robot"}'
field token >"$tmp/token.robot"
i=$(create --media chat --queue q --name N --text hi)
call alice agent.state '{"state":"not-ready"}'
call eve ixn.accept "{\"id\":\"$i\"}"
is "$http" 200 'eve has work in hand'
# reset NAME PASSWORD [CURL-OPTION...]: by the admin.
reset() {
	_json="{\"agents\":[{\"name\":\"$1\",\"password\":\"$2\"}],\"reset_passwords\":true}"
	shift 2
	call boss site.load "$_json" "$@"
}
by() { curl -s -o /dev/null -w '%{http_code}' -d '{}' -H "Authorization: Bearer $1:$(cat "$2")" "$url/v1/ixn.list"; }
ended() { sql "SELECT count(*) FROM event WHERE event = 'agent.logout' AND reason = 'password'"; }

# The same password again is no change.
reset eve secret-eve
is "$http $(by eve "$tmp/token.eve") $(ended)" '200 200 0' 'the same password logs nobody out'
call boss site.load '{"agents":[{"name":"eve","password":"other"}]}'
is "$http $(by eve "$tmp/token.eve") $(ended)" '200 200 0' 'nor does one that is not taken'
reset eve new
is "$http $(by eve token.eve) $(by eve "$tmp/token.eve") $(ended)" '200 401 401 1' 'another ends the session, on all devices'
is "$(by alice "$tmp/token.alice")" 200 'of nobody else'
is "$(sql "SELECT state || ' ' || coalesce(agent, '') FROM ixn")" 'queued ' 'what was open waits again'
call - session.login '{"name":"eve","password":"secret-eve"}'
is "$http $(error)" '401 bad_password' 'the old one opens nothing'
call - session.login '{"name":"eve","password":"new"}'
is "$http" 200 'the new one does'
reset boss secret-new
is "$http $(by boss "$tmp/token.boss") $(by boss boss.desk)" '200 200 401' "one's own: the device on which it was done stays"
is "$(sql "SELECT coalesce(agent, '') || ' ' || ref FROM event WHERE event = 'agent.revoked'")" 'boss desk' 'as an event, each'
reset robot other
is "$http $(by robot "$tmp/token.robot")" '200 200' 'what was given to a program stays'

# A key stands for the passwords, too.
for n in 1 2; do
	reset alice one -H 'Idempotency-Key: k1'
	is "$http $(field name) $(field change)" '200 alice changed' "asked $n times: the first answer"
done
reset alice two -H 'Idempotency-Key: k1'
is "$http $(error)" '400 key_reused' 'another password is another request'
call - session.login '{"name":"alice","password":"two"}'
is "$http" 401 'and was not set'
call - session.login '{"name":"alice","password":"one"}'
is "$http" 200 'the first was'
call boss site.load '{"agents":[{"name":"alice","password":"two"},{"name":"fresh","password":"x"}],"reset_passwords":true}' -H 'Idempotency-Key: k2'
call boss site.load '{"agents":[{"name":"alice","password":"one"},{"name":"fresh","password":"x"}],"reset_passwords":true}' -H 'Idempotency-Key: k2'
is "$http $(error)" '400 key_reused' 'whichever of several'

# A session lives as long as something is changed by it.
login eve '"device":"desk"' && call - session.login '{"name":"eve","password":"new","device":"desk"}' && field token >"$tmp/token.eve"
later 18000 && call eve agent.state '{"state":"ready"}'
later 18000
is "$(by eve "$tmp/token.eve")" 200 'changed something five hours ago'
later 14400
is "$(by eve "$tmp/token.eve")" 401 'looking alone keeps nobody logged in'
ok stop
done_testing
