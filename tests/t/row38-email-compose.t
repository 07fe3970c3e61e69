#!/bin/sh
# covers: email-compose, email-edit, email-send
# Row 38: a mail is begun in three ways; recipients, files, standard responses; what is sent is what was written.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
mail
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","teams":["t1"],"capacity":{"email":1,"chat":1}},{"name":"bob","teams":["t2"],"capacity":{"email":1}},{"name":"gate","role":"service"},
 {"name":"ada","role":"admin","capacity":{"email":1}}],
"teams":[{"name":"t1"},{"name":"t2"}],"queues":[{"name":"support"}],
"mailboxes":[{"name":"support","address":"support@example.org","sender_name":"Support","queue":"support","teams":["t1"],"signatures":[{"language":"en","text":"Support team"}]},
 {"name":"sales","address":"sales@example.org","queue":"support","teams":["t2"],"signatures":[{"language":"en","text":"Sales team"}]}]}
J
# owner COMMAND...: as the owner of the store, whoever is logged in.
owner() { later && env XDG_STATE_HOME="$tmp/nobody" "$@"; }
ready alice
later && agent-login bob --media email >/dev/null

# To an address that is typed.
ok as alice email-compose --to 'Zoe Ray <zoe@Example.NET>' --to mailto:amy@example.net --cc cy@example.net --bcc di@example.net --subject 'Your order' --text 'It has left.'
d=$(first)
is "$(draft "$d" '.kind, .to[], .cc[], .bcc[], .subject, .from, .quote')" 'new
Zoe Ray <zoe@example.net>
amy@example.net
cy@example.net
di@example.net
Your order
support@example.org
-- 
Support team' 'whom it goes to'
is "$(show "$d" name)" 'Zoe Ray' 'who is written to is a contact from then on'
is "$(contact-find zoe@example.net --ids 2>/dev/null || contact-show "$(show "$d" contact)" --ids)" "$(show "$d" contact)" 'by that address'
is "$(as alice agent-state --media email --fields load,room)" '0	1' 'what is begun takes no room'

# From a contact, and about a running interaction.
c=$(contact-add --name Carl --address carl@example.net --ids)
ok as alice email-compose --to "contact:$c" --subject Hello --text x
is "$(draft "$(first)" '.to[]') $(show "$(first)" contact)" "Carl <carl@example.net> $c" 'to a contact'
i=$(create --from ann@example.net --name Ann --queue support --subject Chat)
ok as alice ixn-accept "$i"
ok as alice email-compose --ixn "$i" --subject 'As we said' --text 'A summary'
d=$(first)
is "$(draft "$d" '.to[], .parent') $(show "$d" contact) $(show "$d" conversation)" "Ann <ann@example.net>
null $(show "$i" contact) $(show "$i" conversation)" 'about an interaction: to its contact, in its conversation'
ok as alice email-send "$d"
is "$(show "$i" state)" active 'which goes on'
ok as alice email-compose --ixn "$i" --to other@example.net --text x
is "$(draft "$(first)" '.to[]') $(show "$(first)" contact)" "other@example.net $(show "$i" contact)" 'or to somebody else about it'
status 64 as alice email-compose --text x
i=$(create --from tel:+33140506070 --name Tel --queue support)
status 65 as alice email-compose --ixn "$i" --text x

# From which mailbox.
ok as bob email-compose --to x@example.net --text x
is "$(draft "$(first)" '.from, .quote')" 'sales@example.org
-- 
Sales team' 'the only one of the agent'
status 77 as bob email-compose --to x@example.net --from support --text x
ok as alice email-compose --to x@example.net --from desk@example.org --text x
is "$(draft "$(first)" '.from, .mailbox')" 'desk@example.org
null' 'the address of the configuration'
later && agent-login ada --media email >/dev/null
status 64 as ada email-compose --to x@example.net --text x
like "$err" 'support, sales' 'who may from several must choose'
ok as ada email-compose --to x@example.net --from sales@example.org --text x
d=$(first)
ok as ada email-edit "$d" --from support
is "$(draft "$d" '.from, .quote, .message_id')" "support@example.org
-- 
Support team
$d@example.org" 'from another mailbox, with its signature'
ok as ada email-edit "$d" --no-signature
ok as ada email-edit "$d" --from sales
is "$(draft "$d" .quote)" null 'none where there was none'

# Files: the same bytes, at most so many.
printf 'one\000two\377\r\n' >file.bin
printf 'text' >'a b.txt'
ok as alice email-compose --to x@example.net --text x --attach file.bin --attach 'a b.txt'
d=$(first)
is "$(draft "$d" '.attachments[], .size')" 'file.bin
a b.txt
14' 'two files'
is "$(sql "SELECT p.name || ' ' || p.type || ' ' || hex(b.bytes) FROM email_part p JOIN blob b ON b.digest = p.digest WHERE p.ixn = '$d' ORDER BY p.ord")" \
	'file.bin application/octet-stream 6F6E650074776FFF0D0A
a b.txt text/plain; charset=utf-8 74657874' 'byte for byte'
printf 'other' >file.bin
ok as alice email-edit "$d" --attach file.bin --detach 'a b.txt'
is "$(draft "$d" '.attachments[], .size')" 'file.bin
5' 'replaced and taken off'
status 66 as alice email-edit "$d" --detach none
status 66 as alice email-edit "$d" --attach nowhere.pdf
i=0
set --
while [ $i -lt 20 ]; do i=$((i + 1)) && echo $i >"f$i" && set -- "$@" --attach "f$i"; done
status 65 as alice email-edit "$d" "$@"
is "$(draft "$d" .size)" 5 'refused as a whole'
head -c 14000000 /dev/zero >big1
head -c 14000000 /dev/zero >big2
ok as alice email-edit "$d" --attach big1
status 65 as alice email-edit "$d" --attach big2 --json
is "$(code)" too_large '25 MiB together'
ok as alice email-edit "$d" --detach big1
ok as alice email-edit "$d" --text '' --no-signature
ok as alice email-send "$d"

# Standard responses: filled in, with their files, used when sent.
printf 'form' >form.txt
# shellcheck disable=SC2016 # field codes
owner response-edit --name Refund --shortcut refund --language en --text 'Dear <$Contact.FullName$>, your refund is on its way.' --html '<p>Dear <b><$Contact.FullName$></b></p>' --attach form.txt --approved >/dev/null
owner response-edit --name Plain --shortcut plain --language en --text 'Plain words.' --approved >/dev/null
ok as alice email-compose --to "contact:$c" --subject R --response refund
d=$(first)
is "$(draft "$d" '.text, .html, .attachments[]')" 'Dear Carl, your refund is on its way.
<p>Dear <b>Carl</b></p>
form.txt' 'the response, filled in'
is "$(sql 'SELECT count(*) FROM response_use')" 0 'not used yet'
ok as alice email-send "$d"
is "$(sql "SELECT html FROM outbox WHERE ixn = '$d'")" '<p>Dear <b>Carl</b></p>
<div style="white-space: pre-wrap">-- 
Support team</div>' 'as HTML, too'
is "$(sql "SELECT kind FROM response_use WHERE ixn = '$d'")" sent 'used when it is sent'
ok as alice email-compose --to "contact:$c" --subject R --response refund --text 'Dear Carl, no.'
is "$(draft "$(first)" '.text, .html')" 'Dear Carl, no.
null' 'made to fit: its HTML would say something else'
d=$(first)
ok as alice email-edit "$d" --response plain
ok as alice email-edit "$d" --subject S --text 'Plain words. And mine.'
ok as alice email-send "$d"
is "$(sql "SELECT u.kind || ' ' || r.shortcut FROM response_use u JOIN response r ON r.id = u.response WHERE u.ixn = '$d' ORDER BY r.shortcut")" 'sent plain
edited refund' 'each as it was used'
ok as alice response-search plain
ok as alice email-compose --to "contact:$c" --response '#1'
is "$(draft "$(first)" .text)" 'Plain words.' 'number one of the last search'
status 66 as alice email-compose --to "contact:$c" --response nowhere

# In an editor: the draft is kept first, then changed, then sent.
if command -v script >/dev/null; then
	# shellcheck disable=SC2016 # of the editor
	printf '#!/bin/sh\n[ -z "$EDITED" ] || exit 1\nprintf "written\\n" >>"$1"\n' >editor
	chmod +x editor
	export EDITOR="$PWD/editor" VISUAL="$PWD/editor" EDITED=''
	later
	script -qec "env IXN_AGENT=alice email-compose --to x@example.net --subject E --text 'To be ' --edit --send --ids" /dev/null | tr -d '\r' >edited
	d=$(tail -n 1 edited)
	is "$(draft "$d" '.state, .text')" 'queued
To be written' 'written, and sent'
	later
	EDITED=no script -qec "env IXN_AGENT=alice email-compose --to x@example.net --subject F --text kept --edit --send --ids" /dev/null >/dev/null
	d=$(ixn-list --agent alice --ids | tail -n 1)
	is "$(draft "$d" '.state, .subject, .text')" 'draft
F
kept' 'an editor that fails: the draft is there, and is not sent'
	later
	script -qec "env IXN_AGENT=alice email-edit $d --edit" /dev/null >/dev/null
	is "$(draft "$d" .text)" keptwritten 'changed later'
else
	skip 'in an editor' 'no script'
fi
status 64 as alice email-compose --to x@example.net --edit

# The same key, the same mail.
ok as alice email-compose --to x@example.net --text once --send --idempotency-key k1
d=$(first)
ok as alice email-compose --to x@example.net --text once --send --idempotency-key k1
is "$(first) $(outbox "$d" .id | wc -l)" "$d 1" 'a key: it happens once'
done_testing
