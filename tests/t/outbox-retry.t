#!/bin/sh
# Whoever sends a mail again sends what its author wants to have sent: a draft that was
# discarded, or taken back from review, is not sent by the way of the outbox.
# covers: outbox-retry, outbox-drop
# place: embedded postgresql - mail is sent on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"

mail_server mails --reply 'RCPT:no@example.net=550 5.1.1 nobody here'
site <<'J'
{"agents":[{"name":"alice","capacity":{"email":9}},{"name":"pat","teams":["t1"],"capacity":{"email":9}},{"name":"bob","teams":["qa"],"capacity":{"email":1}}],
"teams":[{"name":"t1"},{"name":"qa"}],"queues":[{"name":"support"}],"workbins":[{"name":"drafts"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}],
"review":[{"name":"t1","teams":["t1"],"stages":[{"reviewers":["team:qa"]}]}]}
J
ready alice pat
later && agent-login bob --media voice >/dev/null
# failed_mail AGENT: a mail that the server refuses: the draft $d lies in the agent's workbin, $mail in the outbox.
failed_mail() {
	ok as "$1" email-compose --from support --to no@example.net --subject Parcel --text Hello
	d=$(first)
	ok as "$1" email-send "$d"
	[ "$1" != pat ] || ok as bob email-review approve "$d"
	later
	status 65 outbox-send
	mail=$(outbox "$d" .id)
	is "$(draft "$d" '"\(.state) \(.ixn_state) \(.workbin)"')" 'failed parked drafts' 'it is its author'\''s again'
}
refused() {
	status 79 as bob outbox-retry "$mail" --json
	is "$(code)" "$1" "refused: $1"
	like "$(printf '%s\n' "$err" | jq -c .error)" "outbox-drop" 'and it says what to do'
	is "$(outbox "$d" '"\(.state) \(.recipients[0].state)"')" 'failed failed' 'nothing has changed'
}

failed_mail alice
ok as alice email-discard "$d"
refused draft_discarded
later 60
ok outbox-send
is "$out" '' 'and nothing is sent'
ok as bob outbox-drop "$mail"
status 79 as bob outbox-retry "$mail" --json
is "$(code)" draft_discarded 'nor when it was dropped'
is "$(outbox-list)" '' 'nothing is left'

# What its author has not touched goes again; so does what was given up too early.
failed_mail alice
ok as bob outbox-retry "$mail"
is "$(draft "$d" '"\(.state) \(.ixn_state)"')" 'queued done' 'sent again as it was'
ok as bob outbox-drop "$mail"
ok as bob outbox-retry "$mail"
is "$(draft "$d" '"\(.state) \(.ixn_state)"')" 'queued done' 'dropped, and sent after all'
ok as bob outbox-drop "$mail"

# Given to review again, and taken back.
failed_mail pat
ok as pat ixn-take "$d"
ok as pat email-send "$d"
is "$(draft "$d" .state)" for-review 'in review'
refused mail_edited
ok as pat email-review withdraw "$d"
refused mail_edited
ok as pat email-discard "$d"
refused draft_discarded
is "$(find mails -name '*.eml' | wc -l)" 0 'nobody got anything'
done_testing
