#!/bin/sh
# covers: email-forward, email-send, ixn-show
# Row 37: a mail is handed on to somebody outside, with its files; the answer comes back to the interaction and to who has it.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"email":3}},{"name":"bob","capacity":{"email":3}}],
"queues":[{"name":"support"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support","signatures":[{"language":"en","text":"Example"}]},
 {"name":"signed","address":"signed@example.org","queue":"support","token":true}]}
J
ready alice

cat >m1 <<'M'
Message-ID: <m1@test>
Date: Sat, 21 Nov 2026 08:30:00 +0000
From: Ann Doe <ann@example.net>
To: support@example.org
Subject: A broken part
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

It broke, see the picture.

--b
Content-Type: image/png; name="broken part.png"
Content-Disposition: attachment; filename="broken part.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="../evil"

x
--b
Content-Type: application/pdf
Content-Disposition: attachment

y
--b--
M
ok arrive m1
ok as alice ixn-accept "$id"
m=$id
status 64 as alice email-forward "$m" --text x
ok as alice email-forward "$m" --to 'Expert <expert@outside.example>' --text 'What do you say?'
d=$(first)
is "$(draft "$d" '.kind, .parent, .to[], .subject')" "forward
$m
Expert <expert@outside.example>
Fwd: A broken part" 'to whom, and what about'
is "$(draft "$d" .quote)" '---------- Forwarded message ----------
From: Ann Doe <ann@example.net>
Date: 2026-11-21 08:30
Subject: A broken part
To: support@example.org

> It broke, see the picture.

-- 
Example' 'the mail, introduced'
is "$(draft "$d" '.attachments[0]')" 'broken part.png' 'with its files'
like "$(draft "$d" '.attachments[]')" '^attachment-[0-9]+$' 'one without a name, too'
unlike "$(draft "$d" '.attachments[]')" '/' 'by names that files may have'
is "$(sql "SELECT hex(b.bytes) FROM email_part p JOIN blob b ON b.digest = p.digest WHERE p.ixn = '$d' ORDER BY p.ord LIMIT 1")" 89504E470D0A1A0A 'byte for byte'
ok as alice email-send "$d"
is "$(show "$m" state,agent) $(show "$d" state)" 'active	alice done' 'the mail stays with who has it'
is "$(sql "SELECT coalesce(in_reply_to, '-') || ' ' || refs FROM outbox WHERE ixn = '$d'")" '- m1@test' 'in the thread, but no answer in it'

# The answer.
letter a1 'Expert <expert@outside.example>' 'Re: Fwd: A broken part' 'Send a new one.' "In-Reply-To: <$(outbox "$d" .message_id)>" 'References: <m1@test>'
ok arrive a1
is "$outcome $id" "returned $m" 'comes back to the interaction'
is "$(show "$m" state,agent)" 'active	alice' 'and to who has it'
is "$(eye chat-tail "$m" --fields text | grep -c 'Send a new one')" 1 'where it is read'
like "$(alert-list --agent alice --fields ixn)" "$m" 'who is told'
ok as alice email-reply "$m" --text 'A new one is on its way.' --send
is "$(show "$m" state)" 'done' 'then the contact is answered'
is "$(outbox "$(first)" '.to[]')" ann@example.net 'and not the expert'

# An answer that has lost its thread finds its way by the address that it was asked to go to.
letter m5 'Ann Doe <ann@example.net>' 'Once more' 'Hello' 'To: signed@example.org'
ok arrive m5 signed
ok as alice ixn-accept "$id"
m=$id
ok as alice email-forward "$m" --to expert@outside.example --send
is "$(draft "$(first)" .from)" signed@example.org 'from the mailbox that it came to'
answers=$(sql "SELECT reply_to FROM outbox WHERE ixn = '$(first)'")
like "$answers" "^signed\\+$(first | tr '[:upper:]' '[:lower:]')\\.[A-Za-z2-7]+@example.org$" 'with an address of its own for answers'
letter a2 'Expert <expert@outside.example>' 'about your question' 'Yes.' "To: $answers"
ok arrive a2 signed
is "$outcome $id" "returned $m" 'the answer comes back'
letter m6 'Ann Doe <ann@example.net>' 'To all' 'Hello' "To: $answers, bob@example.net"
arrive m6 signed && as alice ixn-accept "$id" >/dev/null
ok as alice email-reply "$id" --all --text x
is "$(draft "$(first)" '.to[], .cc[]')" 'Ann Doe <ann@example.net>
bob@example.net' 'which is the desk itself, and gets no copy'

# Without files; to a contact; a site's rule.
ok arrive m1
letter m2 'Ann Doe <ann@example.net>' 'Another' 'Hello' && arrive m2 && as alice ixn-accept "$id" >/dev/null
c=$(contact-add --name Carl --address carl@outside.example --ids)
ok as alice email-forward "$id" --to "contact:$c" --no-attachments --no-quote --text 'Please call.'
is "$(draft "$(first)" '.to[], .attachments, .quote')" 'Carl <carl@outside.example>
null
-- 
Example' 'to a contact, alone'
ok as alice email-discard "$(first)"
c=$(contact-add --name Nobody --address +33140506070 --ids)
status 65 as alice email-forward "$id" --to "contact:$c" --text x
status 65 as alice email-forward "$id" --to agent:bob --text x
done_testing
