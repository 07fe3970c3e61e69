#!/bin/sh
# A site whose mail is not fetched: said, and no failure of what runs each night.
# covers: email-fetch
# place: embedded postgresql - mail is fetched on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"

site <<'J'
{"agents":[{"name":"alice"}],"queues":[{"name":"support"}]}
J
nothing='^email-fetch: nothing to fetch: the site has no mailbox with a queue'
ok email-fetch
is "$out" '' 'without mailboxes nothing is printed'
like "$err" "$nothing" 'and it is said why'
ok email-fetch --quiet
is "$out$err" '' 'not where only what went wrong is wanted'
ok email-fetch --follow
like "$err" "$nothing" 'nor is there anything to wait for'
status 66 email-fetch support
ok ixn-setup --load - <<'J'
{"mailboxes":[{"name":"support","address":"support@example.org"}]}
J
ok email-fetch
like "$err" "$nothing" 'a mailbox without a queue is not fetched'
status 79 email-fetch support
ok ixn-setup --load - <<'J'
{"mailboxes":[{"name":"support","queue":"support"}]}
J
status 69 email-fetch
like "$err" 'imap.host' 'one with a queue asks for its server'
done_testing
