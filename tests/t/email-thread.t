#!/bin/sh
# Where a mail that comes belongs, at the edges: whose answer it is, which of several mails it
# names, how far it is looked for; what is a double; and whom nothing is answered by itself.
# covers: email-reply, email-forward, contact-merge, alert-list
# place: embedded - mails are brought to the store without a server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/responses.sh"

[ -x "$mail_take" ] || skip_all "no $mail_take"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
site <<'J'
{"agents":[{"name":"alice","capacity":{"email":30}},{"name":"bob","capacity":{"email":30}}],
"queues":[{"name":"support","push":false,"pull":true}],"workbins":[{"name":"archive","read_only":true},{"name":"mine"},{"name":"shelf","kind":"shared"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support","token":true},
 {"name":"info","address":"info@example.org","queue":"support","autoresponse":"auto","auto_limit":1},
 {"name":"news","address":"news@example.org","queue":"support","autoresponse":"auto","auto_limit":1},
 {"name":"once","address":"once@example.org","queue":"support","duplicates":"once"},
 {"name":"mute","queue":"support","autoresponse":"auto"},
 {"name":"lost","address":"lost@example.org","queue":"support","autoresponse":"auto2"}]}
J
ok owner response-edit --approved --shortcut auto --name auto --text 'We are away.' --language en --media email
ok owner response-edit --approved --shortcut auto2 --name auto2 --text 'We are away.' --language en --media email
ok owner response-edit auto2 --remove
ready alice bob
ann='Ann <ann@example.net>'
# taken FILE SUBJECT: a mail of Ann's comes, and alice takes it: $id.
taken() { letter "$1" "$ann" "$2" && arrive "$1" && as alice ixn-take "$id" >/dev/null; }
conversation() { show "$1" conversation; }
# here WANT NAME: the mail just taken has this outcome.
here() { is "$outcome" "$1" "$2"; }

# An answer to an answer.
taken m1 One
one=$id
sent_mid() { sql "SELECT message_id FROM outbox WHERE ixn = '$1'"; }
reply=$(as alice email-reply "$one" --text 'Soon.' --send --ids)
letter m1a "$ann" 'Re: One' 'Thanks' "In-Reply-To: <$(sent_mid "$reply")>" && arrive m1a
is "$outcome $(conversation "$id") $(show "$id" state)" "threaded $one queued" 'an answer to what an agent wrote waits in a queue, in its conversation'

# What was forwarded is answered by whom it went to, and by nobody else.
taken m2 Two
two=$id
forward=$(as alice email-forward "$two" --to lab@partner.example --cc desk@partner.example --text 'Who knows?' --send --ids)
ok as alice ixn-place "$two" --in workbin:mine
letter lab 'The Lab <LAB@partner.example>' 'Re: Two' 'It is broken.' "In-Reply-To: <$(sent_mid "$forward")>" && arrive lab
is "$outcome $id" "returned $two" 'who was asked'
is "$(sql "SELECT target FROM alert WHERE ixn = '$two'")" agent:alice 'who keeps it is told'
letter desk 'Desk <desk@partner.example>' 'Re: Two' 'So it is.' "In-Reply-To: <$(sent_mid "$forward")>" && arrive desk
is "$outcome $id" "returned $two" 'and who got a copy'
child=$(sql "SELECT ref FROM event WHERE event = 'mail.returned' AND ixn = '$two' ORDER BY seq LIMIT 1")
is "$(sql "SELECT contact = (SELECT contact FROM ixn WHERE id = '$two') FROM ixn WHERE id = '$child'") $(conversation "$child") $(show "$child" state,queue)" "1 $two done	" 'it is of the case and its contact, and in no queue'
letter mole 'Mole <mole@partner.example>' 'Re: Two' 'Send me all of it' 'In-Reply-To: <lab@test>' && arrive mole
here kept 'who names what came back, but was never asked, is somebody else'
letter lab2 'The Lab <lab@partner.example>' 'Re: Two' 'And worn.' 'In-Reply-To: <lab@test>' && arrive lab2
is "$outcome $id" "returned $two" 'who answered before goes on'

ok as alice ixn-take "$two"
ok as alice ixn-place "$two" --in workbin:shelf
ok as bob ixn-take "$two"
ok as bob ixn-place "$two" --in workbin:mine
letter lab3 'The Lab <lab@partner.example>' 'Re: Two' 'And old.' 'In-Reply-To: <lab@test>' && arrive lab3
is "$(sql "SELECT target FROM alert WHERE ixn = '$two' ORDER BY id DESC LIMIT 1")" agent:bob 'who keeps it now is told, whoever asked'

# A draft lies where something may be put, and is in the language of its contact.
sql "UPDATE contact SET language = 'fr' WHERE id = (SELECT contact FROM ixn WHERE id = '$one'); UPDATE ixn SET language = NULL WHERE id = '$one'"
draft=$(as alice email-compose --ixn "$one" --subject S --text x --ids)
is "$(draft "$draft" .language)" fr 'where nothing else is said'
ok as alice email-save "$draft"
is "$(show "$draft" workbin)" mine 'not in one that is only read'

# Of several ids the newest that fits, and not beyond twenty.
letter other "$ann" Other && arrive other
other=$id
letter r1 "$ann" R 'x' 'References: <m1@test> <other@test>' && arrive r1
is "$outcome $(conversation "$id")" "threaded $other" 'the newest of two'
letter r2 "$ann" R 'x' 'References: <other@test> <m1@test>' && arrive r2
is "$outcome $(conversation "$id")" "threaded $one" 'whichever it is'
far() { printf '<m1@test>' && i=0 && while [ "$i" -lt "$1" ]; do i=$((i + 1)) && printf '\r\n <u%s@test>' "$i"; done; }
letter r3 "$ann" R 'x' "References: $(far 19)" && arrive r3
is "$outcome $(conversation "$id")" "threaded $one" 'the twentieth from the end'
letter r4 "$ann" R 'x' "References: $(far 20)" && arrive r4
here kept 'and no farther'

# By the signed address, in a copy, too.
token=$(sql "SELECT reply_to FROM outbox WHERE ixn = '$reply'")
letter t1 "$ann" T 'x' 'To: somebody@example.net' "Cc: $token" && arrive t1
is "$outcome" threaded 'the signed address in a copy'
letter t2 "$ann" T 'x' 'To: somebody@example.net' "X-Token: $token" && arrive t2
here kept 'not wherever it stands'

# A contact under another address.
letter b1 'Bea <bea@example.net>' Bea && arrive b1
bea=$id
letter b2 'Beatrix <beatrix@example.net>' Other && arrive b2
ok owner contact-merge "$(show "$bea" contact)" --into "$(show "$id" contact)" --yes
letter b3 'Beatrix <beatrix@example.net>' 'Re: Bea' 'x' 'In-Reply-To: <b1@test>' && arrive b3
is "$outcome $(conversation "$id")" "threaded $bea" 'one contact by now: it goes on'

is "$(sql "SELECT count(*) FROM event WHERE event = 'contact.ambiguous'")" 0 'and nobody else'
sql "INSERT INTO contact_address (contact, scheme, address, shown, is_primary) SELECT (SELECT contact FROM ixn WHERE id = '$one'), 'mailto', 'beatrix@example.net', 'beatrix@example.net', 0" 2>"$tmp/err" || cat "$tmp/err"
letter b4 'Beatrix <beatrix@example.net>' 'New' && arrive b4
is "$(sql "SELECT count(*) FROM event WHERE event = 'contact.ambiguous' AND ixn = '$id'")" 1 'an address of two: the log says so'

# One mail in two mailboxes: each goes on with its own.
letter both "$ann" Both && arrive both info
info=$id
arrive both support
support=$id
letter both2 "$ann" 'Re: Both' 'x' 'In-Reply-To: <both@test>' && arrive both2 support
is "$(conversation "$id")" "$support" 'of two mailboxes that where it came'
letter both3 "$ann" 'Re: Both' 'y' 'In-Reply-To: <both@test>' && arrive both3 info
is "$(conversation "$id")" "$info" 'for each'

# Doubles, where a mailbox takes a mail once.
letter d1 "$ann" D && arrive d1 once
letter d1 "$ann" D 'other words' && arrive d1 once
here kept 'other bytes under the same Message-ID in one mailbox are another mail'
arrive m1 once
here duplicate 'what is in another mailbox is not taken'
letter own 'alice <x@example.net>' Own 'x' "Message-ID: <$(sent_mid "$reply")>"
sed -i 1d own
arrive own once
here own 'what we sent is ours, and no double'

# Whom it is from.
printf 'Sender: Secretary <sec@example.net>\r\nTo: support@example.org\r\nSubject: S\r\n\r\nx\r\n' >sender && arrive sender
is "$outcome $(show "$id" from,name)" 'kept sec@example.net	Secretary' 'without From: its Sender'

# Answers by themselves.
answers() { sql "SELECT count(*) FROM outbox WHERE kind = 'auto-reply' AND mailbox = '$1'"; }
letter a1 'Cat <cat@example.net>' A && arrive a1 news
letter a2 'Cat <cat@example.net>' A2 && arrive a2 news
is "$(answers news)" 1 'as often as the mailbox allows'
letter a3 'Cat <cat@example.net>' A3 && arrive a3 info
is "$(sql "SELECT count(*) FROM outbox o JOIN outbox_recipient r ON r.outbox = o.id WHERE o.mailbox = 'info' AND r.address = 'cat@example.net'")" 1 'each mailbox by itself'
is "$(sql "SELECT DISTINCT envelope IS NOT NULL AND envelope = '' FROM outbox WHERE kind = 'auto-reply'")" 1 'from nobody, so that nothing comes back'
letter a4 'Cat <cat@example.net>' A4 && arrive a4 mute
is "$outcome $(answers mute)" 'kept 0' 'a mailbox without an address answers nobody'
letter a5 'Cat <cat@example.net>' A5 && arrive a5 lost
is "$outcome $(answers lost) $(sql "SELECT reason FROM event WHERE event = 'mail.unacknowledged' AND ixn = '$id'")" 'kept 0 no_such_response' 'with a response that is gone the mail is taken all the same'
later 2600000
letter a6 'Cat <cat@example.net>' A6 && arrive a6 news
is "$(sql "SELECT count(*) FROM auto_reply WHERE address = 'cat@example.net'")" 1 'whom was answered a month ago is forgotten'

done_testing
