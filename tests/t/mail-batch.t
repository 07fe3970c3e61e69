#!/bin/sh
# The mail lines of an administrator's nightly batch, as they stand: what came is
# fetched, what waits is reviewed, what is overdue is named, what may leave leaves,
# and what nobody can tell is listed; where something is wrong the exit status says so.
# covers: email-fetch, email-review, outbox-send, outbox-list
# place: embedded postgresql - mail is fetched and sent on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/drafts.sh"

dovecot_find
dovecot_start . support:support billing:billing
site <<'J'
{"agents":[{"name":"alice","queues":["support"],"capacity":{"email":9}},{"name":"lea","role":"lead","queues":["none"]}],
"queues":[{"name":"support"},{"name":"billing"},{"name":"none"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"},{"name":"billing","address":"billing@example.org","queue":"billing"}],
"review":[{"name":"words","must_not":[{"pattern":"(?i)guarantee","label":"a guarantee"}],"stages":[{"reviewers":["agent:lea"]}]}]}
J
background "$top/tests/peers/smtp-peer" --port-file port --dir mails --log log --reply 'RCPT:later@x.test=450 4.2.0 later'
wait_for test -s port
mkdir -p "$XDG_CONFIG_HOME/ixn"
config() {
	printf '%s\n' 'session_ttl = 30d' '[imap]' 'host = 127.0.0.1' "port = $IMAP_PORT" 'tls = none' '[imap.support]' 'user = support' 'password_command = echo support' \
		'[imap.billing]' 'user = billing' "password_command = echo $1" '[smtp]' 'host = 127.0.0.1' "port = $2" 'tls = none' >"$XDG_CONFIG_HOME/ixn/config"
}
config billing "$(cat port)"
ready alice lea

# batch: as a crontab runs it; "mail" is what tells the lead.
cat >nightly <<'EOT'
set -u
worst=0
step() { "$@"; local rc=$?; case $rc in 0) ;; 75) echo "$1: try again later" >&2 ;; *) echo "$1: exit $rc" >&2; worst=$rc ;; esac; return $rc; }
mail() { { echo "$*"; sed -n 1,2p; } >>overdue; }
step email-fetch support billing
step email-review run
email-review list --older-than 1d --ids | while read -r id; do email-review show "$id" | mail -s "review $id overdue" lead@example.org; done
step outbox-send
outbox-list --state unknown --ids | grep . && echo "mails whose delivery is unknown" >&2
exit $worst
EOT
batch() { rm -f overdue && later && env -u IXN_AGENT bash nightly; }
command -v bash >/dev/null || skip_all 'no bash'

ok batch
is "$out$err" '' 'where nothing is to do nothing is said'
letter m1 'Ann <ann@example.net>' 'One' && letter m2 'Bob <bob@example.net>' 'Two' 'To: billing@example.org' && letter m3 'Cy <cy@example.net>' 'Three'
dovecot_deliver support m1 m3 && dovecot_deliver billing m2
ok batch
is "$(printf '%s\n' "$out" | cut -f 2,3,5 | sort)" 'kept	billing	Two
kept	support	One
kept	support	Three' 'what came'

# An answer that may go, one that must be reviewed, one that is put off.
of() { eye ixn-list --all --json | jq -r --arg s "$1" 'select(.subject == $s) | .id'; }
reply() { as alice ixn-accept "$(of "$1")" >"$tmp/out" && as alice email-reply "$(of "$1")" --text "$2" --send | cut -f 1; }
plain=$(reply One 'It is on its way.')
held=$(reply Three 'We guarantee it.')
ok batch
like "$out" "$held	" 'a line for what waits for review'
is "$(draft "$plain" .state) $(draft "$held" .state)" 'sent for-review' 'what may go goes, the other waits'
is "$(find mails -name '*.eml' | wc -l)" 1 'one has arrived'
is "$(cat overdue 2>/dev/null)" '' 'it is not overdue'
later 90000
ok batch
like "$(cat overdue)" "review $held overdue lead@example\.org" 'a day later it is'
like "$(cat overdue)" "^Review +$held" 'and the lead is sent what email-review shows'

# What is wrong.
as lea email-review approve "$held" >"$tmp/out" 2>"$tmp/err"
kill "$pid" && wait "$pid" 2>/dev/null
: >log && rm port
background "$top/tests/peers/smtp-peer" --port-file port --dir mails --log log --cut-after-dot
wait_for test -s port
config wrong "$(cat port)"
status 79 batch
like "$err" 'refused the login' 'a wrong password is said'
like "$err" '^email-fetch: exit 69$' 'with the status'
like "$err" '^outbox-send: exit 79$' 'a mail was cut after everything had been sent'
like "$out" "^$(outbox "$held" .id)$" 'its id is listed'
like "$err" '^mails whose delivery is unknown$' 'for a person to settle'
config billing "$(cat port)"
ok batch
like "$err" '^mails whose delivery is unknown$' 'until one does; it is not sent again'
is "$(grep -c '^MAIL' log)" 1 'once'
ok as alice outbox-drop "$(outbox "$held" .id)"
ok batch
is "$out$err" '' 'then all is quiet'
done_testing
