#!/bin/sh
# Each recipient of a mail has a fate of its own: who has it gets it no second time, who is
# refused or given up is told by address, and the draft that comes back goes to those alone.
# And of the outbox one sees, sends and settles what is asked for: by mailbox, by state, when due.
# covers: outbox-send, outbox-list, outbox-retry, outbox-drop, ixn-show
# place: embedded - mail is sent on the machine of the store; what is told of it is as at other places
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/peers.sh"

site <<'J'
{"agents":[{"name":"alice","capacity":{"email":30}},{"name":"bea","capacity":{"email":9}}],"queues":[{"name":"support"}],"workbins":[{"name":"drafts"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"},{"name":"sales","address":"sales@sales.example.org","queue":"support"},
 {"name":"copied","address":"copied@example.org","queue":"support","sent":"append"}],
"review":[{"name":"bea","agents":["bea"],"stages":[{"reviewers":["agent:alice"]}]}]}
J
mkdir -p "$XDG_CONFIG_HOME/ixn" mails
# peer OPTION...: a fresh server; leaves $log.
peer() {
	peer_start smtp-peer --dir mails "$@"
	printf '%s\n' 'session_ttl = 30d' '[smtp]' 'host = 127.0.0.1' "port = $port" 'tls = none' >"$XDG_CONFIG_HOME/ixn/config"
}
# compose MAILBOX SUBJECT OPTION...: $id, its interaction; $mail.
compose() {
	_box=$1 _subject=$2
	shift 2
	as alice email-compose --from "$_box" --subject "$_subject" --text Hello --send "$@" >"$tmp/composed" || return
	id=$(cut -f 1 "$tmp/composed") mail=$(outbox "$id" .id)
}
fates() { outbox "$id" '.recipients[]|"\(.address) \(.kind) \(.state) \(.code) \(.attempts) \(.reply)"'; }
asked() { grep -c "^RCPT TO:<$1>" "$log"; }

# One has it, one is refused, one has to wait.
peer --reply RCPT:no@x.test='550 5.1.1 unknown' --reply RCPT:later@x.test='450 4.2.0 grey'
ready alice
ok compose support Three --to yes@x.test --cc no@x.test --bcc later@x.test
status 80 outbox-send
is "$(fates)" 'yes@x.test to sent 250 1 2.0.0 kept
no@x.test cc failed 550 1 5.1.1 unknown
later@x.test bcc deferred 450 1 4.2.0 grey' 'each its own, with what the server said of it'
is "$(outbox "$id" '.state, .next_at, (.recipients[] | select(.state != "deferred") | .state)')" "deferred
$(in_seconds 60)
sent
failed" 'the mail waits for who has to'
is "$(draft "$id" .state) $(show "$id" state)" 'deferred done' 'so does its draft'
like "$err" "mail $mail to no@x\.test is refused: 5\.1\.1 unknown" 'who is refused is told'
like "$err" "mail $mail to later@x\.test has to wait: 4\.2\.0 grey" 'and who has to wait'
unlike "$err" 'yes@x\.test' 'who has it is no trouble'
like "$(ixn-show "$id" --part history)" 'mail\.deferred' 'it stands in the history'
ok outbox-send
is "$out$(asked later@x.test)" 1 'not before its time'

# Tried until it is given up.
tries=1
while [ $tries -lt 30 ]; do
	later 14400
	outbox-send >"$tmp/out" 2>"$tmp/err" && break
	rc=$?
	tries=$((tries + 1))
	[ $rc = 80 ] || break
done
is "$rc $(cut -f 1,2 "$tmp/out")" "65 $mail	failed" 'given up after two days'
like "$(cat "$tmp/err")" "mail $mail to later@x\.test" 'with the address'
is "$(fates | cut -d ' ' -f 1,3,5)" "yes@x.test sent 1
no@x.test failed 1
later@x.test failed $tries" 'nobody else was tried again'
is "$(asked yes@x.test) $(asked no@x.test) $(asked later@x.test)" "1 1 $tries" 'nor asked for at the server'
is "$(find mails -name '*.eml' | wc -l)" 1 'and it arrived once'
like "$(ixn-show "$id" --part history)" 'mail\.failed' 'the history has it'
is "$(draft "$id" '.state, (.to, .cc, .bcc | . // [] | join(","))' | tr '\n' ' ')$(show "$id" state,workbin)" 'failed  no@x.test later@x.test parked	drafts' 'the draft comes back, to those alone who have it not'
is "$(ixn-watch --after 0 --timeout 1ms --ixn "$id" --json | jq -r 'select(.event == "ixn.returned" or .event == "draft.returned" or .reason == "failed") | .agent' | head -n 1)" alice 'to its author'
# It is sent again as it was: who has it is left out.
peer
ok outbox-retry "$mail"
ok outbox-send
is "$(asked yes@x.test) $(asked no@x.test) $(asked later@x.test)" '0 1 1' 'again by a person: to those alone'
is "$(fates | cut -d ' ' -f 1,3)" 'yes@x.test sent
no@x.test sent
later@x.test sent' 'now all have it'
is "$(draft "$id" .state) $(show "$id" state) $(draft "$id" .agent)" 'sent done null' 'and the draft is done'

# By mailbox, by state, when due, so many.
peer --reply RCPT:later@x.test='450 4.2.0 grey' --reply RCPT:no@x.test='550 5.1.1 unknown'
compose support One --to later@x.test && one=$mail
compose sales Two --to later@x.test && two=$mail
compose sales Bad --to no@x.test && bad=$mail
compose support Four --to yes@x.test && four=$mail
ids() { outbox-list --ids "$@" | tr '\n' ' '; }
is "$(ids)" "$one $two $bad $four " 'all that waits'
is "$(ids --mailbox support)" "$one $four " '--mailbox: its mails'
is "$(ids --mailbox sales)" "$two $bad " 'of the other'
status 66 outbox-list --mailbox nobody
like "$err" "the site has no mailbox 'nobody'" 'one that the site does not have'
is "$(ids --mailbox sales --limit 1 2>"$tmp/err")" "$two " 'with a limit'
like "$(cat "$tmp/err")" more 'which says that there are more'
is "$(outbox-send --dry-run sales --ids | tr '\n' ' ')" "$two $bad " 'what would be sent of it'
status 80 outbox-send sales
is "$(cut -f 1,2 "$tmp/out" | tr '\t\n' '  ')" "$two deferred $bad failed " 'outbox-send with a mailbox sends its mails'
is "$(ids --state queued)" "$one $four " 'and leaves those of others'
is "$(ids --state deferred,failed)" "$two $bad " '--state: each of them'
is "$(ids --state sent --mailbox sales)" '' 'both must fit'
is "$(ids --due)" "$one $four " '--due: not what has to wait'
later 60
is "$(ids --due)" "$one $two $four " 'until its time'
is "$(ids --due --mailbox sales)" "$two " 'of its mailbox'
status 75 outbox-send support
is "$(cut -f 1,2 "$tmp/out" | tr '\t\n' '  ')" "$one deferred $four sent " 'then the other'
is "$(ids)" "$one $two $bad " 'what is sent is not listed'
is "$(ids --state sent --limit 1000 --mailbox support | tr ' ' '\n' | grep -c "$four")" 1 'but by its state'

# What a filter names is what is settled.
status 0 sh -c 'outbox-list --mailbox sales --state failed --ids | outbox-drop -'
is "$(ids)" "$one $two " 'given up: of that mailbox and state alone'
is "$(ids --state dropped)" "$bad " 'it is there by its state'
peer --reply RCPT:later@x.test='550 5.1.1 gone'
later 3600
status 65 outbox-send
is "$(ids --state failed)" "$one $two " 'both fail'
peer
status 0 sh -c 'outbox-list --mailbox sales --state failed --ids | outbox-retry -'
is "$(ids --state queued) $(ids --state failed)" "$two  $one " 'tried again: of that mailbox alone'
ok outbox-send
is "$(cut -f 1,2 "$tmp/out")" "$two	sent" 'and sent'

# The draft goes its own way: the mail that was made of it before is not sent as well.
peer --reply RCPT:no@x.test='550 5.1.1 unknown'
compose support Wrong --to no@x.test && old=$mail
status 65 outbox-send support
was=$(draft "$id" .message_id)
ok as alice ixn-take "$id"
ok as alice email-edit "$id" --remove-to no@x.test --add-to yes@x.test --from sales
is "$(draft "$id" .message_id)" "$was" 'one that has been tried keeps its id, whoever it is from'
ok as alice email-send "$id"
status 79 as alice outbox-retry "$old" --json
is "$(code)" mail_edited 'the mail of before is not what the draft is now'
ok outbox-send
is "$(asked yes@x.test) $(asked no@x.test)" '1 1' 'so that it is sent once'
ok outbox-drop "$old"
is "$(draft "$id" .state)" sent 'and giving that one up changes nothing'
compose support Given --to no@x.test && old=$mail
status 65 outbox-send support
ok outbox-drop "$old"
is "$(draft "$id" .state) $(show "$id" state)" 'failed parked' 'who gives up the mail has not given up the draft'
ready bea
id=$(as bea email-compose --from support --to no@x.test --subject Looked --text x --send --ids)
ok as alice email-review approve "$id"
old=$(outbox "$id" .id)
status 65 outbox-send support
ok as bea ixn-take "$id"
ok as bea email-edit "$id" --remove-to no@x.test --add-to yes@x.test
ok as bea email-send "$id"
is "$(draft "$id" .state)" for-review 'changed, it is reviewed anew'
status 79 as alice outbox-retry "$old" --json
is "$(code)" mail_edited 'and what was approved before is not sent meanwhile'
ok as bea email-review withdraw "$id"
ok as bea email-discard "$id"
ok as alice outbox-drop "$old"
ok as bea agent-logout

# A copy is made once somebody has the mail, and once.
compose copied Nobody --to no@x.test
status 65 outbox-send copied
is "$(outbox "$id" .copy)" null 'of what nobody has there is no copy'
peer --reply RCPT:later@x.test='450 4.2.0 grey'
compose copied Some --to yes@x.test --to later@x.test
outbox-send copied >"$tmp/out" 2>"$tmp/err"
is "$(outbox "$id" '.state, .copy' | tr '\n' ' ')" 'deferred due ' 'of what somebody has there is'
sql "UPDATE outbox SET copy = 'kept' WHERE id = '$mail'"
peer
later 60
ok outbox-send copied
is "$(outbox "$id" '.state, .copy' | tr '\n' ' ')" 'sent kept ' 'and none for the second one'

# Of one mail those whose time it is; and what a run that died leaves of each.
compose support Times --to yes@x.test --to soon@x.test
sql "UPDATE outbox_recipient SET next_at = next_at + 100000000 WHERE outbox = '$mail' AND address = 'yes@x.test'"
ok outbox-send support
is "$(fates | cut -d ' ' -f 1,3 | tr '\n' ' ')" 'yes@x.test queued soon@x.test sent ' 'only whose time it is'
sql "UPDATE outbox SET state = 'sending', past_data = 1, epoch = 1 WHERE id = '$mail'"
status 79 outbox-send support
is "$(fates | cut -d ' ' -f 1,3 | tr '\n' ' ')" 'yes@x.test unknown soon@x.test sent ' 'a run that died: who has it, has it; of the other nobody knows'
ok outbox-drop "$mail"
done_testing
