#!/bin/sh
# Three mails of an agent in a row, with copies in the folder of sent mails: outbox-send
# is killed before each of its durable acts, one round for each, then run again. Each
# mail arrived once or is unknown, two of them at most; of each that is sent there is
# one copy, however often a copy was begun.
# place: embedded - killed where the sender, on the machine of the store, keeps what it did
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/crash.sh"

dovecot_find
dovecot_start . support:support
sent=$dovecot/mail/support/Maildir/.Sent

background "$top/tests/peers/smtp-peer" --port-file port --dir mails --log log
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
for n in 1 2 3; do
	as alice email-compose --to "c$n@example.net" --bcc "d$n@example.net" --subject "Mail $n" --text "Text $n" --send >"$tmp/out" || exit 1
done
later
cp -R round fresh

# fates: of each mail its state, its copy, how often it arrived, and how often it lies in the folder.
fates() {
	ixn-list --all --ids --state 'done' | sort | while read -r _ixn; do
		outbox-list --ixn "$_ixn" --json
	done | jq -r '"\(.state) \(.copy) \(.message_id)"' | while read -r _state _copy _id; do
		_arrived=$(find mails -name '*.eml' -newer started -exec grep -l "<$_id>" {} + | wc -l)
		_kept=$(find "$sent" -type f -path '*/[cn]*' -exec grep -l "<$_id>" {} + 2>/dev/null | wc -l)
		echo "$_state:$_copy:$_arrived:$_kept"
	done
}
check() {
	wait_for settled || wrong 'the peer still waits'
	_status=0
	outbox-send >"$tmp/out" 2>&1 || _status=$?
	case $_status in 0 | 79) ;; *) wrong "$_status: $(cat "$tmp/out")" ;; esac
	wait_for settled
	_fates=$(fates)
	[ "$(printf '%s\n' "$_fates" | grep -cxE 'sent:kept:1:1|unknown:null:[01]:0')" = 3 ] || wrong "$_fates"
	_unknown=$(printf '%s\n' "$_fates" | grep -c '^unknown')
	[ "$_unknown" -le 2 ] || wrong "$_unknown are unknown"
	saw "$_unknown unknown"
	outbox-send >"$tmp/out" 2>&1 || wrong "again: $? $(cat "$tmp/out")"
	[ "$(fates)" = "$_fates" ] || wrong 'something happened again'
}
afresh() {
	rm -rf round "$sent" && cp -R fresh round
	: >started
}
unhurt() {
	is "$(fates)" 'sent:kept:1:1
sent:kept:1:1
sent:kept:1:1' "$call: not killed, all are sent and copied"
	saw "# $call: $((nth - 1))"
}
crash 100 fdatasync pwrite64 sendto recvfrom
is "$bad" '' "killed at any of $rounds places: once or unknown, never twice, never lost, and one copy of each that is sent"
printf '%s' "$seen" | sort | uniq -c | tee seen | sed 's/^/# /'
like "$(cat seen)" ' 0 unknown' 'killed where all is known'
like "$(cat seen)" ' 2 unknown' 'and where two are not'
done_testing
