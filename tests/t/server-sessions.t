#!/bin/sh
# covers: ixn-routerd, agent-list, agent-logout, agent-token
# Tokens of devices and programs, wrong passwords, TLS, streams that are taken up again, timers.
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"

site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"],"queues":["q"],"capacity":{"chat":3}},
{"name":"bob","password":"secret-bob","media":["chat"],"queues":["q"],"capacity":{"chat":3}},
{"name":"eve","password":"secret-eve","media":["chat"],"queues":["other"],"capacity":{"chat":3}},
{"name":"boss","role":"admin","password":"secret-boss"},{"name":"robot","role":"service"}],
"queues":[{"name":"q","offer_timeout":"20s","skills":"french>=1"},{"name":"other"},{"name":"third"}],"teams":[]}
J
serve

# A token each device, none of which is kept as it is.
login alice '"device":"desk"'
cp "$tmp/token.alice" desk
later && login alice '"device":"laptop"'
is "$(curl -s -d '{}' -H "Authorization: Bearer alice:$(cat desk)" -o /dev/null -w '%{http_code}' "$url/v1/ixn.list")" 200 'two devices, two tokens'
later && login alice '"device":"laptop"'
is "$(sql 'SELECT count(*) FROM token')" 2 'one more from the same device takes the place of its own'
for t in desk "$tmp/token.alice"; do
	is "$(grep -c "$(cat "$t")" "$XDG_DATA_HOME/ixn/store.db")" 0 'the store knows no token'
done
login eve '"device":"desk"'
call alice token.list '{}'
is "$(printf '%s\n' "$out" | jq -r '.agent + "/" + .device + "/" + .address' | sort | tr '\n' ' ')" 'alice/desk/127.0.0.1 alice/laptop/127.0.0.1 ' 'an agent sees its own'
call alice token.list '{"of":"eve"}'
is "$http $(error)" '403 not_permitted' "not those of others"
is "$(agent-list --tokens --fields agent,device | sort | tr '\t\n' '/ ')" 'alice/desk alice/laptop eve/desk ' 'who owns the store sees all'
call alice session.logout '{"device":"desk"}'
is "$http" 200 'one is taken back'
is "$(curl -s -d '{}' -H "Authorization: Bearer alice:$(cat desk)" -o /dev/null -w '%{http_code}' "$url/v1/ixn.list")" 401 'it proves nothing any more'
call alice ixn.list '{}'
is "$http" 200 'the other one does'
call alice session.logout '{"device":"desk"}'
is "$http $(error)" '404 no_such_device' 'there is no such device now'
call eve session.logout '{"device":"laptop","of":"alice"}'
is "$http $(error)" '403 not_permitted' "nobody takes back what is not theirs"
# Its answer was lost, and it is asked for again; the first request may end behind the second.
own=$(printf '%064d' 7)
for x in first second; do
	call - session.login "{\"name\":\"alice\",\"password\":\"secret-alice\",\"device\":\"desk\",\"token\":\"$own\"}" -H 'Idempotency-Key: login'
	is "$(field token)" "$own" "a login with a token of its own: the $x"
done
is "$(curl -s -d '{}' -H "Authorization: Bearer alice:$own" -o /dev/null -w '%{http_code}' "$url/v1/ixn.list")" 200 'which proves the session'
call - session.login '{"name":"alice","password":"secret-alice","token":"short"}'
is "$http $(error)" '400 bad_field' 'one that could be guessed is refused'
later 30000
call alice ixn.list '{}'
is "$http $(error)" '401 session_ended' 'unused for too long'

# Wrong passwords.
wrong() { call - session.login "{\"name\":\"$1\",\"password\":\"guess\"}"; }
for _ in 1 2 3 4 5; do wrong bob; done
is "$http $(error)" '401 bad_password' 'five are looked at'
call - session.login '{"name":"bob","password":"secret-bob"}'
is "$http $(error)" '429 wait_login' 'then not even the right one'
like "$(sql 'SELECT who FROM guess')" '^[0-9a-f]{32}@127' 'names that are typed are not kept'
stop && serve
call - session.login '{"name":"bob","password":"secret-bob"}'
is "$http $(error)" '429 wait_login' 'a server that begins anew knows'
later 1
login bob
is "$http" 200 'after a while it is looked at again'
for _ in 1 2 3 4; do wrong bob; done
is "$http $(error)" '401 bad_password' 'and counted anew'
later 7200
login boss
call boss agent.list '{}' # a write settles what is due
login boss
is "$(sql "SELECT count(*) FROM guess WHERE count > 0")" 0 'in the end it is forgotten'

# Streams: what concerns the agent, taken up where it was left.
login alice '"ready":true' && login eve '"ready":true'
sql "INSERT INTO agent_skill (agent, skill, level) VALUES ('alice', 'french', 2)" 2>/dev/null
call boss site.load '{"agents":[{"name":"alice","skills":{"french":2}}]}'
listen alice a1 && listen eve e1 && listen boss b1
for f in a1 e1 b1; do wait_for grep -q retry $f; done
i=$(create --media chat --queue q --name Foreign --text Quux)
wait_for grep -q offer.created a1
wait_for grep -q offer.created b1
like "$(cat a1)" "event: offer.created" 'an agent hears of its own'
call alice ixn.accept "{\"id\":\"$i\"}"
is "$http" 200 'it is accepted'
wait_for grep -q offer.accepted b1
unlike "$(cat e1)" "$i" 'not of what others have'
call eve ixn.show "{\"id\":\"$i\"}"
is "$http $(error)" '404 no_such_interaction' 'for others it is not there'
call eve chat.send "{\"id\":\"$i\",\"text\":\"x\"}"
is "$http $(error)" '404 no_such_interaction' 'nor can they speak in it'
call eve event.list "{\"ixn\":[\"$i\"]}"
is "$http" 404 'nor read what happened'
call eve event.list '{}'
unlike "$out" "$i" 'nor see it among all'
call eve ixn.list '{"all":true}'
unlike "$out" "$i" 'nor in lists'
call boss ixn.show "{\"id\":\"$i\"}"
is "$http" 200 'admins see all'
last=$(sed -n 's/^id: //p' a1 | tail -n 1)
ok stop
wait_for sh -c '! kill -0 '"$pid"' 2>/dev/null'
serve
chat-send "$i" --as-contact --text Later >/dev/null
listen alice a2 "$last"
wait_for grep -q Later a2
is "$(sed -n 's/^id: //p' a1 a2 | sort -n | uniq -d)" '' 'none twice'
is "$(sed -n 's/^event: //p' a2 | head -n 1)" chat.message 'and none left out'

# A page of a list is full of what one may see, however much there is that one may not.
n=0
while [ $n -lt 6 ]; do
	create --media chat --queue third --name Foreign --text x >/dev/null
	create --media chat --queue other --name Own --text x >/dev/null
	n=$((n + 1))
done
call eve ixn.list '{"state":"in-progress","limit":3}'
is "$(printf '%s\n' "$out" | jq -r .queue | sort | uniq -c | tr -s ' ')" ' 4 other' 'so many as were asked for, and one that says there are more'
call boss ixn.list '{"state":"in-progress","limit":30}'
is "$(printf '%s\n' "$out" | jq -r .queue | grep -cE 'other|third')" 12 'of all there are'

# What falls due happens by itself, when it does.
call alice chat.end "{\"id\":\"$i\"}" && call alice ixn.done "{\"id\":\"$i\"}"
i=$(create --media chat --queue q --name N --text hi)
wait_for grep -q "\"$i\"" a2
later 21
wait_for grep -q offer.expired a2
like "$(cat a2)" 'event: offer.expired' 'an offer that nobody answers expires'
stop

# Programs: what an admin gives them needs neither a password nor a login, and is a service's alone.
serve
call boss token.give '{"of":"robot","device":"web1"}'
is "$http $(field agent) $(field token | tr -d '\n' | wc -c)" '200 robot 64' 'an admin gives a token'
field token >"$tmp/token.robot"
call robot ixn.create '{"media":"chat","queue":"q","name":"Robot","text":"x"}'
is "$http $(field state)" '200 queued' 'by which the account works'
call robot site.dump '{}'
is "$http $(error)" '403 not_permitted' 'as the service that it is'
call boss token.list '{"of":"robot"}'
is "$(field device) $(field address)" 'web1 127.0.0.1' 'it is listed'
is "$(sql "SELECT count(*) FROM token WHERE hash = '$(cat "$tmp/token.robot")'")" 0 'and known by its hash alone'
own=$(printf '%064d' 8)
for x in first second; do
	call boss token.give "{\"of\":\"robot\",\"device\":\"web2\",\"token\":\"$own\"}" -H 'Idempotency-Key: give'
	is "$(field token)" "$own" "one that is brought along, for who may ask twice: the $x"
done
is "$(curl -s -d '{}' -H "Authorization: Bearer robot:$own" -o /dev/null -w '%{http_code}' "$url/v1/ixn.list")" 200 'which works'
call boss token.give '{"of":"robot","token":"short"}'
is "$http $(error)" '400 bad_field' 'one that could be guessed is refused'
call boss session.logout '{"of":"robot","device":"web2"}'
for a in alice robot; do
	call $a token.give '{"of":"robot"}'
	is "$http $(error)" '403 not_permitted' "$a gives none"
done
call boss token.give '{"of":"alice"}'
is "$http $(error)" '400 bad_value' 'and no agent is given one'
call boss session.logout '{"of":"robot","device":"web1"}'
call robot ixn.list '{}'
is "$http $(error)" '401 session_ended' 'taken back, it proves nothing at once'
ok agent-token robot --token-file robot.token
is "$(stat -c %a robot.token) $(cut -d : -f 1 robot.token)" '600 robot' 'written to a file of its own'
status 73 agent-token robot --token-file robot.token
ok agent-token robot --device other --lasts 1h
like "$out" '^robot:[0-9a-f]{64}$' 'or printed'
printf '%s\n' "${out#*:}" >"$tmp/token.robot"
is "$(IXN_STORE=$url IXN_SERVICE_TOKEN_FILE="$PWD/robot.token" ixn-create --media chat --queue q --name File --text x --json | jq -r .state)" queued 'a command takes it from there'
later 1800
call robot ixn.create '{"media":"chat","queue":"q","name":"Robot","text":"x"}'
later 3599
call robot ixn.list '{}'
is "$http" 200 'it lives while something is changed by it'
later 1
call robot ixn.list '{}'
is "$http $(error)" '401 session_ended' 'and no longer'
call boss site.load '{"agents":[{"name":"robot","role":"agent"}]}'
printf '%s\n' "$(cut -d : -f 2 robot.token)" >"$tmp/token.robot"
call robot ixn.list '{}'
is "$http $(error)" '401 session_ended' 'nor when the account is no service any more'
stop

# TLS.
ok ixn-routerd --make-certificate cert
status 73 ixn-routerd --make-certificate cert
is "$(stat -c %a cert/key.pem)" 600 'the key is for its owner alone'
serve --tls-cert cert/cert.pem --tls-key cert/key.pem
like "$url" '^https://' 'all is encrypted'
is "$(curl -s --cacert cert/cert.pem "$url/healthz" | jq -r .status)" ok 'for who knows the certificate'
is "$(curl -s -o /dev/null -w '%{exitcode}' "$url/healthz")" 60 'and for nobody else'
if command -v openssl >/dev/null; then
	like "$(echo | timeout 10 openssl s_client -connect "${url#https://}" -tls1_1 2>&1)" 'alert|no protocols|unsupported|wrong version|Cipher is \(NONE\)' 'old TLS is refused'
fi
# A new certificate, without a pause. What was begun is timeout(1).
routerd=$(pgrep -P "$server")
ok ixn-routerd --make-certificate next
listening() { curl -sN -m 60 --cacert "$1" "$url/healthz" >/dev/null; }
curl -sN -m 60 --cacert cert/cert.pem -H "Authorization: Bearer boss:$(cat "$tmp/token.boss")" "$url/v1/events" >kept 2>/dev/null &
pids="$pids $!" kept=$!
wait_for grep -q retry kept
cp cert/cert.pem old.pem && cp next/key.pem cert/key.pem
kill -HUP "$routerd"
wait_for grep -q 'fit together' "$server_out"
ok listening old.pem
cp next/cert.pem cert/cert.pem
kill -HUP "$routerd"
wait_for listening next/cert.pem
status 60 listening old.pem
create --media chat --queue other --name Kept --text x >/dev/null
wait_for grep -q ixn.created kept
ok kill -0 "$kept"
ok stop
printf nonsense >cert/bad.pem
status 78 timeout 20 ixn-routerd --listen 127.0.0.1:0 --tls-cert cert/bad.pem --tls-key cert/key.pem
done_testing
