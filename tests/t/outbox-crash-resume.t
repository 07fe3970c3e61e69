#!/bin/sh
# outbox-send takes up what earlier runs left, and is killed at it as well: copies begun whose
# answer was lost, of which one is in the folder and one is not, one that was given up so and is
# wanted again, one that waits; a mail with more recipients than go at once, and another behind
# it. One round for each thing that is made durable or said or heard, then it is run again: each
# recipient has the mail once or it is unknown, and of each mail there is one copy.
# place: embedded - killed where the sender, on the machine of the store, keeps what it did
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/crash.sh"

dovecot_find
dovecot_start . support:support
sent=$dovecot/mail/support/Maildir/.Sent

background "$top/tests/peers/smtp-peer" --port-file port --dir mails --log log --most 2
wait_for test -s port || exit 1
mkdir -p "$XDG_CONFIG_HOME/ixn"
printf '%s\n' '[smtp]' 'host = 127.0.0.1' "port = $(cat port)" 'tls = none' \
	'[imap]' 'host = 127.0.0.1' "port = $IMAP_PORT" 'tls = none' 'user = support' 'password_command = echo support' >"$XDG_CONFIG_HOME/ixn/config"
export IXN_STORE="file:$tmp/work/round/store.db"
site <<'J'
{"agents":[{"name":"alice","capacity":{"email":9}}],"queues":[{"name":"support"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support","sent":"append"}]}
J
ready alice
# compose NAME ADDRESS...
compose() {
	_subject=$1 && shift
	_to=
	for _a in "$@"; do _to="$_to --to $_a"; done
	# shellcheck disable=SC2086 # options
	as alice email-compose $_to --subject "$_subject" --text "Text" --send >"$tmp/out" || exit 1
}
at() { sqlite3 round/store.db "UPDATE outbox SET $2 WHERE subject = '$1'"; }
for name in there lost wanted waits; do compose $name "$name@example.net"; done
later
ok outbox-send
is "$(sqlite3 round/store.db "SELECT group_concat(copy) FROM outbox")" kept,kept,kept,kept 'four mails with their copies'
place=$(sed -n '1s/.*V\([0-9]*\).*/\1/p' "$sent/dovecot-uidlist"):1
find "$sent" -type f -path '*/[cn]*' -exec grep -qE '^Subject: (lost|waits)' {} \; -exec rm {} +
at there "copy = 'begun', copy_place = '$place'"
at lost "copy = 'begun', copy_place = '$place'"
at wanted "copy = 'due', copy_place = '$place'"
at waits "copy = 'deferred', copy_reply = 'full', copy_attempts = 1, copy_next = 0"
compose many m1@example.net m2@example.net m3@example.net
compose behind b1@example.net
later
cp -R round fresh
cp -pR "$sent" fresh.sent

# copies: of each mail its copy, and how often it lies in the folder. served: how often each recipient got it.
copies() {
	sqlite3 -separator ' ' round/store.db "SELECT subject, coalesce(copy, 'none'), message_id FROM outbox ORDER BY id" | while read -r _subject _copy _id; do
		echo "$_subject:$_copy:$(find "$sent" -type f -path '*/[cn]*' -exec grep -l "<$_id>" {} + 2>/dev/null | wc -l)"
	done
}
served() {
	sqlite3 -separator ' ' round/store.db "SELECT r.address, r.state FROM outbox o JOIN outbox_recipient r ON r.outbox = o.id WHERE o.subject IN ('many', 'behind') ORDER BY r.address" | while read -r _a _state; do
		echo "$_a:$_state:$(find mails -name '*.env' -newer started -exec grep -h "^rcpt $_a$" {} + | wc -l)"
	done
}
check() {
	wait_for settled || wrong 'the peer still waits'
	saw "$(copies | cut -d : -f 2 | tr '\n' ' ')"
	_status=0
	outbox-send >"$tmp/out" 2>&1 || _status=$?
	case $_status in 0 | 79) ;; *) wrong "$_status: $(cat "$tmp/out")" ;; esac
	wait_for settled
	_copies=$(copies) _served=$(served)
	[ "$(printf '%s\n' "$_served" | grep -cE ':(sent:1|unknown:[01])$')" = 4 ] || wrong "$_served"
	[ "$(printf '%s\n' "$_copies" | head -n 4 | grep -c ':kept:1$')" = 4 ] || wrong "$_copies"
	# Of what nobody is known to have there is no copy; of what some have there is one.
	[ "$(printf '%s\n' "$_copies" | tail -n 2 | grep -cE ':(kept:1|none:0)$')" = 2 ] || wrong "$_copies"
	outbox-send >"$tmp/out" 2>&1 || wrong "again: $? $(cat "$tmp/out")"
	[ "$(copies)$(served)" = "$_copies$_served" ] || wrong 'something happened again'
}
afresh() {
	rm -rf round "$sent" && cp -R fresh round && cp -pR fresh.sent "$sent"
	: >started
}
unhurt() {
	is "$(copies | cut -d : -f 2- | sort -u) $(served | cut -d : -f 2- | sort -u)" 'kept:1 sent:1' "$call: not killed, all are sent and copied"
	saw "# $call: $((nth - 1))"
}
crash 100 fdatasync sendto recvfrom
is "$bad" '' "killed at any of $rounds places: nothing twice, nothing lost"
printf '%s' "$seen" | sort | uniq -c | sort -rn | head -n 20 | sed 's/^/# /'
# Each step of the copies has been a place to die at.
like "$seen" '^begun begun due deferred ' 'before the first of them'
like "$seen" '^kept begun due deferred ' 'the first is found, and the next looked for'
like "$seen" '^kept kept due deferred ' 'the second was not there'
like "$seen" '^kept kept kept (begun|kept) ' 'the third was wanted again'
done_testing
