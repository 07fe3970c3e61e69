#!/bin/sh
# Both mail drivers and real servers: what goes to Postfix by SMTP is fetched from Dovecot by IMAP.
# place: embedded - no store: the drivers alone
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/postfix.sh"

smtp=$IXN_BIN/../peers/smtp-client imap=$IXN_BIN/../peers/imap-client
for p in "$smtp" "$imap"; do [ -x "$p" ] || skip_all "no $p"; done
dovecot_find
postfix_find
dovecot_start . ann:pa55 bob:pa55
postfix_start .
token=$(dovecot_token ann)

send() {
	_status=$1 && shift
	status "$_status" "$smtp" host=localhost "port=$SMTP_PORT" timeout=20000 from=ann@example.org "$@"
}
has() { "$imap" "port=$IMAP_PORT" user="$1" password=pa55 select=INBOX | grep -q "^box [0-9]* [0-9]* $2 "; }

printf 'From: ann@example.org\r\nSubject: one\r\n\r\n.\r\n..\r\n\303\251\r\nend\r\n' >one
send 0 to=bob@example.org to=unknown1@example.org to=ann@x.test file=one mails=3
is "$(printf '%s\n' "$out" | grep -c '^rcpt bob@example\.org accepted 250')" 3 'three mails'
is "$(printf '%s\n' "$out" | grep -c '^rcpt unknown1@example\.org refused 550')" 3 'one recipient is unknown'
like "$out" '^usable$' 'and the session goes on'
wait_for has bob 3
wait_for has ann 3
mkdir bob
ok "$imap" "port=$IMAPS_PORT" tls=implicit "ca=$CA" user=bob password=pa55 select=INBOX list=1,100 fetch=bob
# Postfix adds to the header.
for f in one bob/2.eml; do awk 'body { print } /^\r?$/ { body = 1 }' $f >"${f##*/}.body"; done
ok cmp 2.eml.body one.body
send 0 to=unknown1@example.org to=unknown2@example.org file=one mails=2
is "$(printf '%s\n' "$out" | grep -c 'refused 550')" 4 'none taken'
unlike "$out" '^data' 'no content'
like "$out" '^usable$' 'and the session goes on'
for auth in plain login; do
	send 0 tls=starttls "ca=$CA" user=ann password=pa55 auth=$auth to=bob@example.org
	like "$out" '^rcpt bob@example\.org accepted' "AUTH $auth over STARTTLS"
done
send 0 tls=starttls "ca=$CA" user=ann "password=$token" auth=xoauth2 to=bob@example.org
like "$out" '^rcpt bob@example\.org accepted' 'XOAUTH2'
send 1 tls=starttls "ca=$CA" user=ann password=wrong auth=xoauth2
like "$out" '^open login_refused' 'XOAUTH2 refused'
send 1 tls=starttls "ca=$CA" user=ann password=wrong
like "$out" '^open login_refused' 'a wrong password'

# A report asked for comes back, with its id.
send 0 'envid=01J9+x' to=bob@example.org notify=4 file=one
like "$out" '^rcpt bob@example\.org accepted' 'DSN'
wait_for has ann 4
mkdir ann
ok "$imap" "port=$IMAP_PORT" user=ann password=pa55 select=INBOX list=4,1 fetch=ann
like "$(tr -d '\r' <ann/4.eml)" '^Original-Envelope-Id: 01J9\+x$' 'the report names the id that was given'
like "$(tr -d '\r' <ann/4.eml)" '^Original-Recipient: rfc822;bob@example\.org$' 'and the recipient'
done_testing
