#!/bin/sh
# Agents' mails through a real Postfix into a real Dovecot: what stands in their
# headers, who gets them, what is told of each recipient, reports that come back,
# copies of what was sent, and one account's fault that is no other's.
# covers: outbox-send, outbox-list, email-fetch
# place: embedded postgresql - mail is sent on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/postfix.sh"

dovecot_find
postfix_find
dovecot_start . support:s3cret sales:s4les zoe:zoe ann:ann bob:bob
postfix_start . 'smtpd_recipient_restrictions = check_recipient_access inline:{{later@example.org = 450 4.2.0 come back later}}'

site <<'J'
{"agents":[{"name":"alice","alias":"Alice L.","capacity":{"email":9}}],"queues":[{"name":"support"}],
"mailboxes":[{"name":"support","address":"support@example.org","sender_name":"Support, Société","queue":"support","sent":"append","sent_folder":"Envoyés"},
 {"name":"sales","address":"sales@example.org","queue":"support"}]}
J
# config LINE...: behind what all accounts share.
config() {
	printf '%s\n' 'session_ttl = 30d' '[smtp]' 'host = localhost' "port = $SMTP_PORT" 'tls = starttls' "ca_file = $CA" \
		'[imap]' 'host = localhost' "port = $IMAPS_PORT" "ca_file = $CA" \
		'[imap.support]' 'user = support' 'password_command = echo s3cret' \
		'[smtp.support]' 'user = support' 'password_command = echo s3cret' "$@" >"$XDG_CONFIG_HOME/ixn/config"
}
mkdir -p "$XDG_CONFIG_HOME/ixn"
sales='[smtp.sales]'
config "$sales" 'user = sales' 'auth = xoauth2' "password_command = printf %s $(dovecot_token sales)"
ready alice

# The files of a user's folder.
box() { find "$dovecot/mail/$1/Maildir${2:+/.$2}/new" "$dovecot/mail/$1/Maildir${2:+/.$2}/cur" -type f 2>/dev/null; }
count() { box "$@" | wc -l; }
has() { [ "$(count "$2" "${3-}")" = "$1" ]; }
# compose OPTION...: a mail that is queued: $id, its interaction; $mail.
compose() {
	as alice email-compose "$@" --send >"$tmp/out" 2>"$tmp/err" || { _note compose: "$(cat "$tmp/err")" && return 1; }
	id=$(cut -f 1 "$tmp/out")
	mail=$(outbox "$id" .id)
}
read_mail() {
	python3 - "$@" <<'END'
import email, email.policy, hashlib, sys
m = email.message_from_bytes(open(sys.argv[2], "rb").read(), policy=email.policy.default)
if sys.argv[1] == "head":
    for k in ("From", "Reply-To", "To", "Cc", "Bcc", "Subject", "In-Reply-To", "References", "Auto-Submitted", "X-Ixn-Loop"):
        for v in m.get_all(k, []):
            print("%s: %s" % (k, v))
elif sys.argv[1] == "files":
    for p in m.iter_attachments():
        print(p.get_filename(), p.get_content_type(), hashlib.sha256(p.get_payload(decode=True)).hexdigest())
elif sys.argv[1] == "text":
    print(m.get_body(("plain",)).get_content().rstrip())
else:
    print(m[sys.argv[1]])
END
}
fates() { outbox "$id" '.recipients[]|"\(.address) \(.kind) \(.state) \(.code) \(.report)"'; }

# With names, a copy, a blind copy and files.
head -c 200000 /dev/urandom >'déjà vu.bin'
printf 'From here\n.\n..\nlast\n' >notes.txt
ok compose --from support --to 'Zoé "Z" Martin <zoe@example.org>' --cc ann@example.org --bcc bob@example.org --subject 'Votre commande n° 17 — prête' \
	--text 'Bonjour,
.
..deux
From ici' --attach 'déjà vu.bin' --attach notes.txt
ok outbox-send
is "$(printf '%s\n' "$out" | cut -f 1-4)" "$mail	sent	$id	zoe@example.org,ann@example.org,bob@example.org" 'sent to all three'
is "$err" 'outbox-send: 1 sent, 0 deferred, 0 failed, 0 unknown' 'and said'
for who in zoe ann bob; do
	wait_for has 1 "$who"
	is "$(count "$who")" 1 "$who has it once"
done
is "$(read_mail head "$(box zoe)")" 'From: "Support, Société" <support@example.org>
To: "Zoé \"Z\" Martin" <zoe@example.org>
Cc: ann@example.org
Subject: Votre commande n° 17 — prête' 'its header: names, no blind copy'
unlike "$(cat "$(box zoe)" "$(box ann)")" 'bob@' 'of which the others see nothing'
is "$(read_mail head "$(box bob)")" "$(read_mail head "$(box zoe)")" 'who gets it blindly gets the same'
is "$(read_mail text "$(box zoe)")" 'Bonjour,
.
..deux
From ici' 'the text, dots and all'
is "$(read_mail files "$(box zoe)")" "déjà vu.bin application/octet-stream $(sha256sum 'déjà vu.bin' | cut -d ' ' -f 1)
notes.txt text/plain $(sha256sum notes.txt | cut -d ' ' -f 1)" 'the files, by name, byte for byte'
is "$(read_mail Message-ID "$(box zoe)")" "<$(outbox "$id" .message_id)>" 'its Message-ID is that of the outbox'
like "$(cat "$postfix/log")" "sasl_method=PLAIN, sasl_username=support" 'by the account of its mailbox'

# A copy of what was sent.
is "$(count support Envoy\&AOk-s)" 1 'a copy lies in the folder of sent mails, which was made'
is "$(read_mail Message-ID "$(box support Envoy\&AOk-s)")" "<$(outbox "$id" .message_id)>" 'of that mail'
is "$(outbox "$id" '.copy, .mailbox')" 'kept
support' 'and the outbox knows'
like "$(box support Envoy\&AOk-s)" ':2,.*S' 'marked as read'
ok outbox-send
is "$out$(count support Envoy\&AOk-s)" 1 'once'

# An answer stands in its thread.
letter m1 'Ann <ann@example.org>' 'AW: Parcel' 'Where?' 'References: <a@x> <b@x>' 'In-Reply-To: <b@x>'
dovecot_deliver support m1
ok email-fetch support
id=$(first)
as alice ixn-accept "$id" >"$tmp/out"
as alice email-reply "$id" --text 'On its way.' --send >"$tmp/out"
ok outbox-send support
wait_for has 2 ann
answer=$(box ann | while read -r f; do ! grep -q 'Subject: Re:' "$f" || echo "$f"; done)
is "$(read_mail head "$answer" | grep -v ^From)" 'To: Ann <ann@example.org>
Subject: Re: Parcel
In-Reply-To: <m1@test>
References: <a@x> <b@x> <m1@test>' 'In-Reply-To and References'

# Each recipient for itself; by XOAUTH2, without a copy of ours.
later 60
ok compose --from sales --to bob@example.org --cc unknown1@example.org --cc later@example.org --subject Three --text x
status 80 outbox-send sales
is "$(fates)" 'bob@example.org to sent 250 null
unknown1@example.org cc failed 550 null
later@example.org cc deferred 450 null' 'each its own'
like "$err" "mail $mail to unknown1@example\.org is refused: 5\.1\.1" 'who is refused'
like "$err" "mail $mail to later@example\.org has to wait: 4\.2\.0" 'and who has to wait'
like "$(cat "$postfix/log")" 'sasl_method=XOAUTH2, sasl_username=sales' 'by XOAUTH2'
is "$(outbox "$id" .copy)" null 'no copy is wanted of it'
wait_for has 2 bob
is "$(outbox-list --mailbox sales --ids)" "$mail" '--mailbox: its mails'
is "$(outbox-list --mailbox support --ids)" '' 'and no others'
is "$(outbox-send --dry-run support)$(outbox-send --dry-run sales)" '' 'not yet due'
later 60
is "$(outbox-send --dry-run sales --fields id,state)" "$mail	deferred" 'due again'
ok outbox-drop "$mail"

# A report ties itself to its recipient.
ok compose --from support --to nowhere@example.org --to zoe@example.org --subject Lost --text x
ok outbox-send support
wait_for has 2 support
bounce=$(cat "$(box support | xargs grep -l '^Final-Recipient')")
like "$bounce" "^X-Postfix-Sender: rfc822; support@example.org|^Final-Recipient: rfc822; nowhere@example.org" 'a report comes back'
like "$bounce" "^Original-Envelope-Id: $mail" 'about our id, as we asked'
like "$bounce" '^Original-Recipient: rfc822;nowhere@example.org' 'and our recipient'
unlike "$bounce" '^x$' 'with the header alone'
ok email-fetch support
like "$out" '	reported	' 'fetched'
is "$(fates)" 'nowhere@example.org to sent 250 failed 5.1.1
zoe@example.org to sent 250 null' 'it stands with its recipient'

# Where copies cannot be kept the mail is sent all the same.
sed -i "s/^port = $IMAPS_PORT/port = 1/" "$XDG_CONFIG_HOME/ixn/config"
ok compose --from support --to zoe@example.org --subject Nocopy --text x
status 75 outbox-send support
like "$out" "^$mail	sent	" 'sent'
like "$err" 'no copies of sent mails could be kept for support: localhost:1: ' 'and why there is no copy'
is "$(outbox "$id" '.state, .copy')" 'sent
due' 'it waits'
config "$sales" 'user = sales' 'password_command = echo wrong'
before=$(count support Envoy\&AOk-s)
ok outbox-send support
is "$(outbox "$id" .copy) $(($(count support Envoy\&AOk-s) - before))" 'kept 1' 'until the server is there'
is "$(read_mail Subject "$(box support Envoy\&AOk-s | xargs grep -l 'Subject: Nocopy')")" Nocopy 'it is that mail'

# A wrong password stops its account alone, and counts as no try.
later 3600
ok compose --from sales --to zoe@example.org --subject Waits --text x
sales_id=$id
ok compose --from support --to ann@example.org --subject Goes --text x
status 69 outbox-send
like "$err" 'refused the login' 'a wrong password'
is "$(outbox "$sales_id" '.state, .attempts')" 'queued
0' 'its mails wait as they did'
is "$(outbox "$id" .state)" sent 'those of others are sent'

# Two at once: each account has its own lock.
config "$sales" 'user = sales' 'password_command = echo s4les'
: >"$tmp/locked"
python3 - "$(find "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$XDG_RUNTIME_DIR" -name '*-outbox.sales' 2>/dev/null | head -n 1)" "$tmp/locked" <<'END' &
import fcntl, sys, time, os
f = open(sys.argv[1], "r+")
fcntl.flock(f, fcntl.LOCK_EX)
open(sys.argv[2], "w").write("held")
while os.path.exists(sys.argv[2]):
    time.sleep(0.05)
END
pids="$pids $!"
wait_for test -s "$tmp/locked"
ok compose --from support --to zoe@example.org --subject Beside --text x
status 75 outbox-send
like "$err" 'outbox-send is already running' 'the other is told'
is "$(outbox "$id" .state) $(outbox "$sales_id" .state)" 'sent queued' 'only the account that is free was served'
rm "$tmp/locked"
ok outbox-send --lock-wait 10s
is "$(outbox "$sales_id" .state)" sent 'then the other'

# Nor does one account settle what another is at.
background "$top/tests/peers/smtp-peer" --port-file port --dir mails --log log --silent-after DOT
wait_for test -s port
config '[smtp.sales]' 'host = 127.0.0.1' "port = $(cat port)" 'tls = none'
ok compose --from sales --to zoe@example.org --subject Awaited --text x
sales_id=$id
background outbox-send sales
sender=$pid
wait_for grep -q '^DOT' log
ok compose --from support --to zoe@example.org --subject Meanwhile --text x
ok outbox-send support
is "$(outbox "$id" .state) $(outbox "$sales_id" .state)" 'sent sending' 'its mail is still on its way'
pkill -9 -P "$sender"
wait "$sender" 2>"$tmp/err"
config '[smtp.sales]' 'user = sales' 'password_command = echo s4les'
status 79 outbox-send sales --lock-wait 10s
is "$(outbox "$sales_id" .state)" unknown 'until its own next run does'
done_testing
