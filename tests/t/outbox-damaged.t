#!/bin/sh
# A mail that cannot be read from the store holds up none that goes before it.
# covers: outbox-send
# place: embedded postgresql - mail is sent on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'

mail_server mails
site <<'J'
{"agents":[{"name":"alice","capacity":{"email":9}}],"queues":[{"name":"support"}],"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}]}
J
ready alice
echo 'a file' >form.txt
ok as alice email-compose --from support --to zoe@example.net --subject Whole --text Hello --send
whole=$(first)
ok as alice email-compose --from support --to zoe@example.net --subject Damaged --text Hello --attach form.txt --send
sql 'DELETE FROM blob'
status 74 outbox-send --json
is "$(code)" store_damaged 'the one that is damaged is told'
is "$(outbox "$whole" .state) $(find mails -name '*.eml' | wc -l)" 'sent 1' 'behind the one that is whole, which went'
done_testing
