#!/bin/sh
# What misleads who begins: a word that is none finds nothing in silence; a help that says other than the command does.
# covers: outbox-list, outbox-send, email-review
# place: embedded postgresql - mail is sent on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"

mail_server mails
site <<'J'
{"agents":[{"name":"alice","capacity":{"email":9}}],"queues":[{"name":"support"}],
"mailboxes":[{"name":"support","address":"support@example.org"},{"name":"old","address":"old@example.org"}]}
J
ready alice
ok as alice email-compose --from old --to zoe@example.net --subject One --text Hello --send

status 64 outbox-list --state snet
like "$err" "^outbox-list: --state: 'snet' is not the state of a mail" 'a state that is none'
status 64 outbox-list --state queued,snet
ok outbox-list --state queued,sent --ids
is "$(printf '%s\n' "$out" | grep -c .)" 1 'states that are'
status 64 outbox-list --copy kpt
like "$err" "'kpt' is not due, begun" 'a state of copies that is none'
status 66 outbox-list --mailbox suport
like "$err" "no mailbox 'suport'" 'a mailbox that is none'
ok outbox-list --mailbox support
is "$out" '' 'one that has no mail'
status 66 outbox-send suport
like "$err" "no mailbox 'suport'" 'nor is it sent for'
status 66 outbox-send --dry-run suport
jq '.mailboxes = [.mailboxes[0]]' "$tmp/site.json" >less.json
ok ixn-setup --load less.json --replace
ok outbox-list --mailbox old --ids
is "$(printf '%s\n' "$out" | grep -c .)" 1 'one that the site has no more, but mail of it'
ok outbox-send old
like "$out" '	sent	' 'which is sent'

like "$(outbox-send --help)" 'Usage: outbox-send \[OPTION...\] \[MAILBOX...\]' 'none, one or several mailboxes'
like "$(outbox-send --help)" '^Exit status: 0 done; what the others mean here its manual page says' 'its own statuses'
like "$(email-fetch --help)" '^Exit status: 0 done; what the others mean here its manual page says' 'and those of email-fetch'
like "$(outbox-list --help)" '^Exit status: 0 done, 1 nothing' 'others have those of all'
like "$(email-review --help)" '^ *--state for-review\|rejected$' 'the states that a review can have'
status 64 as alice email-review list --state sent
like "$err" 'for-review\|rejected' 'and no others'
done_testing
