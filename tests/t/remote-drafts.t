#!/bin/sh
# Mails written while the server is away: the drafts wait on the agent's machine under
# the ids that they will have, and go out later, once, in order; what is there already
# is read.
# covers: email-compose, email-reply, email-edit, email-save, ixn-sync
# place: embedded - a server, and the files on the machines of its agents
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
umask 077
site <<'J'
{"agents":[
{"name":"alice","password":"secret-alice","queues":["orders"],"media":["email"],"capacity":{"email":9}},
{"name":"lea","role":"lead","password":"secret-lea","queues":["none"],"media":["email"]}],
"queues":[{"name":"orders","offer_timeout":"1d"},{"name":"none"}],"workbins":[{"name":"drafts"}],
"mailboxes":[{"name":"support","address":"support@example.com","queue":"orders"}]}
J
id=$(create --media email --queue orders --from ann@example.org --subject Lamp --text 'Where is it?')
serve
export IXN_STORE="$url"
for a in alice lea; do
	echo "secret-$a" >"$a.pw" && later
	agent-login "$a" --password-file "$a.pw" >/dev/null
done
export IXN_AGENT=alice
agent-state ready >/dev/null
ixn-accept "$id" >/dev/null
kept=$(email-compose --to max@example.org --subject Chair --text 'It is made.' --ids)
ixn-sync
again() { serve --store "$here" --listen "127.0.0.1:${url##*:}"; }

stop
later
ok ixn-show "$kept" --part draft --json
is "$(printf '%s\n' "$out" | jq -r '.subject, .text' | tr '\n' ' ')" 'Chair It is made. ' 'a draft is read without the server'
printf 'bytes\n' >file.txt
ok email-reply "$id" --text 'On its way.' --attach file.txt --ids
reply=$out
like "$reply" '^[0-9A-HJKMNP-TV-Z]{26}$' 'an answer has its id at once'
like "$err" 'without the server: this is kept on this machine' 'and it is said what became of it'
ok email-edit "$reply" --text 'On its way, by Friday.' --add-cc bob@example.org --ids
is "$out" "$reply" 'it can be changed'
later
ok email-compose --to zoe@example.org --subject Table --text 'We have it.' --ids
new=$out
ok email-save "$new" --quiet
ok email-edit "$kept" --text 'It is made of oak.'
ok ixn-sync --list
is "$(printf '%s\n' "$out" | cut -f 3 | tr '\n' ' ')" 'email-reply email-edit email-compose email-save email-edit ' 'they wait, in order'
is "$(printf '%s\n' "$out" | cut -f 4 | tr '\n' ' ')" "$reply $reply $new $new $kept " 'under the ids of the drafts'
status 69 email-send "$reply"
status 69 email-discard "$reply"

again
later
ok ixn-list --ids
like "$err" 'what was kept on this machine was sent: 5' 'the next command sends them'
ok ixn-show "$reply" --part draft --json
is "$(printf '%s\n' "$out" | jq -r '.subject, .text, .parent, (.cc | tostring), .state' | tr '\n' ' ')" \
	"Re: Lamp On its way, by Friday. $id [\"bob@example.org\"] draft " 'the answer stands, as it was changed'
is "$(ixn-show "$reply" --part attachment:1 -o -)" bytes 'with its file'
is "$(ixn-show "$new" --fields state,workbin)" 'parked	drafts' 'the other lies in the workbin'
is "$(ixn-show "$kept" --part draft --json | jq -r .text)" 'It is made of oak.' 'and so is the one that was there'
ok ixn-sync
is "$(ixn-list --media email --json | jq -r 'select(.direction == "outbound") | .id' | sort -u | grep -c .)" 2 'each once'
stop

# Taken by a colleague meanwhile: what was written is kept, and goes over nothing.
later
ok email-edit "$kept" --text 'It is made of ash.' --quiet
again
later
ixn-take "$kept" --from alice --agent lea >/dev/null
later
ixn-list >/dev/null 2>&1 || :
like "$(ixn-sync --list 2>/dev/null | cut -f 2,3)" 'refused	email-edit' 'it is refused, and kept to be looked at'
is "$(ixn-show "$kept" --part draft --json --agent lea | jq -r .text)" 'It is made of oak.' 'and goes over nothing'
stop
done_testing
