#!/bin/bash
# covers: response-search, chat-send, chat-tail, ixn-accept, ixn-transfer, ixn-done
# An agent that is a script: it answers chats from the library, and hands over what it
# cannot answer. The contact is scripted, too.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/responses.sh"

mail
site <<'J'
{"agents":[{"name":"robot","alias":"Desk","password":"secret","queues":["shop"],"media":["chat"],"capacity":{"chat":1}},
{"name":"ann","alias":"Ann","queues":["people"],"media":["chat"],"capacity":{"chat":1}}],
"queues":[{"name":"shop"},{"name":"people"}],
"dispositions":[{"code":"answered","mandatory_for":["chat"]}],"workbins":[{"name":"failed","kind":"shared"}],
"workflow":[{"name":"shop","next":["people"],"stop":true}]}
J
responses_library
response welcome --name 'Welcome' --category Customers/Welcome --usage acknowledgement --text 'Welcome. I am a program, and look for an answer.'
(umask 077 && echo secret >robot.pw)
cat >robot <<'B'
#!/bin/bash
set -u
export IXN_AGENT=robot
agent-login robot --media chat --ready --password-file robot.pw || exit
trap 'agent-logout --requeue' EXIT
while [ ! -e stop ]; do
	line=$(ixn-accept --wait 1s)
	rc=$?
	case $rc in 0) ;; 1 | 79) continue ;; *) exit $rc ;; esac
	id=${line%%$'\t'*} left=
	chat-send "$id" --response welcome --idempotency-key "$id.welcome"
	while IFS= read -r m; do
		[ "$(jq -r .role <<<"$m")" = contact ] || continue
		best=$(response-search --for "$id" --min-score 60 --limit 1 --json | jq -r .id)
		if [ -n "$best" ]; then
			chat-send "$id" --response "$best" --idempotency-key "$id.$(jq -r .seq <<<"$m")"
		else
			ixn-transfer "$id" --to queue:people --note 'no answer found'
			left=yes
			break
		fi
	done < <(chat-tail "$id" --follow --json)
	[ -z "$left" ] || continue
	chat-end "$id"
	ixn-done "$id" --disposition answered --stop --transcript || ixn-place "$id" --in workbin:failed
done
B
ready ann
background bash ./robot
robot=$pid
wait_for sh -c 'agent-list --json | grep -q "\"agent\":\"robot\".*ready"'

said() { chat-tail "$1" --public-only --fields role,text | grep -c "^$2	$3"; }
told() { [ "$(said "$@")" -ge 1 ]; }
says() { later && chat-send "$1" --as-contact --text "$2" >/dev/null; }
state() { show "$1" state; }
in_state() { [ "$(state "$1")" = "$2" ]; }

# One who can be helped, twice.
one=$(create --queue shop --from zoe@example.org --name Zoe --language en --text 'Hello, I was charged twice')
wait_for told "$one" agent Welcome
is "$(said "$one" agent Welcome)" 1 'the welcome, once'
wait_for told "$one" agent 'Your bank has reserved'
is "$(said "$one" agent 'Your bank has reserved')" 1 'the answer'
says "$one" 'And my parcel is late'
wait_for told "$one" agent 'We are sorry that your parcel is late'
is "$(said "$one" agent 'We are sorry')" 1 'the second question, the second answer'
later && chat-end "$one" --as-contact >/dev/null
wait_for in_state "$one" "done"
is "$(show "$one" state,agent,dispositions)" 'done	robot	answered' 'it ends the chat: done'
is "$(outbox-list --json | jq -r .ixn)" "$one" 'with a transcript'
is "$(sql "SELECT count(*) FROM response_use WHERE ixn = '$one' AND kind = 'sent'")" 3 'three uses are learned from'

# One who cannot: over to people.
two=$(create --queue shop --from bea@example.org --name Bea --language en --text 'Xylophone? Quagga!')
wait_for told "$two" agent Welcome
wait_for in_state "$two" offered
is "$(show "$two" state,queue)" 'offered	people' 'handed over'
like "$(ixn-note "$two" --show 2>&1)" 'no answer found' 'with the reason'
is "$(as ann ixn-accept --ids)" "$two" 'to a person'

# And it goes on.
three=$(create --queue shop --from cas@example.org --name Cas --language fr --text 'Bonjour, mon colis est en retard')
wait_for told "$three" agent 'Nous sommes désolés'
is "$(said "$three" agent 'Nous sommes désolés')" 1 'in the language of the contact'
later && chat-end "$three" --as-contact >/dev/null
wait_for in_state "$three" "done"
touch stop
wait_for sh -c "! kill -0 $robot 2>/dev/null"
unlike "$(grep -vE 'nothing_found|session_ended' "$tmp/$robot.out")" "error|usage|bug" "without complaint"

done_testing
