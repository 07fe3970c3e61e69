#!/bin/sh
# The files of a response go along with an answer that is given by itself, as they do with an agent's.
# covers: outbox-send
# place: embedded postgresql - mail is sent on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/responses.sh"

mail_server mails
site <<'J'
{"agents":[{"name":"ann","capacity":{"email":9}}],"queues":[{"name":"support"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support","acknowledgement":"ack","auto_limit":9},
 {"name":"info","address":"info@example.org","queue":"support","autoresponse":"large"}]}
J
printf 'From here\n.\nlast line, without an end' >terms.txt
head -c 100000 /dev/urandom >'Prix été.pdf'
ok owner response-edit --approved --shortcut ack --name ack --text 'We have it.' --language en --media email --attach terms.txt --attach 'Prix été.pdf'
# files: of the last mail that was sent.
files() {
	python3 - "$(find mails -name '*.eml' | sort | tail -n 1)" <<'END'
import email, email.policy, hashlib, sys
m = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=email.policy.default)
print(m["Auto-Submitted"], m.get_body(("plain",)).get_content().rstrip())
for p in m.iter_attachments():
    print(p.get_filename(), p.get_content_type(), hashlib.sha256(p.get_payload(decode=True)).hexdigest())
END
}
digest() { sha256sum "$1" | cut -d ' ' -f 1; }

letter m1 'Zoe <zoe@example.net>' Hello
ok arrive m1
before=$(outbox-list --json | jq -r .kind)
# What went to the outbox is what the response was.
ok owner response-edit ack --detach terms.txt --text 'We have that.'
ok outbox-send
is "$before $(files)" "auto-reply auto-replied We have it.
terms.txt text/plain $(digest terms.txt)
Prix été.pdf application/pdf $(digest 'Prix été.pdf')" 'its files, byte for byte, as they were when it was made'
letter m2 'Zoe <zoe@example.net>' Again
ok arrive m2
later
ok outbox-send
is "$(files)" "auto-replied We have that.
Prix été.pdf application/pdf $(digest 'Prix été.pdf')" 'then as they are'
unlike "$(ixn-show "$id" --part attachments)" . 'they are none of what the contact sent'

# More than any mail may have: none goes, and the log says why.
for n in 1 2 3; do head -c 9000000 /dev/zero | tr '\0' "$n" >"$n.bin"; done
ok owner response-edit --approved --shortcut large --name large --text 'Our catalogues.' --language en --media email --attach 1.bin --attach 2.bin --attach 3.bin
letter m3 'Zoe <zoe@example.net>' Large x 'To: info@example.org'
ok arrive m3 info
is "$outcome" kept 'the mail is taken all the same'
like "$(events "$id" unacknowledged)" 'too_large$' 'not answered, and why'
ok outbox-send
is "$out" '' 'nothing went'
done_testing
