#!/bin/sh
# covers: ixn-consult, email-reply, team-find
# Row 40: a colleague is consulted on a mail, and on its draft; the contact sees nothing of it. Whoever has an address may be written to.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","queues":["support"],"capacity":{"email":2}},{"name":"bob","alias":"Bob","queues":["none"],"capacity":{"email":1}},
 {"name":"cat","queues":["none"],"capacity":{"email":1}}],"queues":[{"name":"support"},{"name":"none"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}]}
J
ready alice bob cat
ok come alice m1 'Ann Doe <ann@example.net>' 'One' 'May I?'
m=$id
like "$(eye contact-show "$(show "$m" contact)" --emails)" ann@example.net 'the address of the contact'
like "$(team-find ann@example.net --agent alice)" 'ann@example.net|Ann' 'found to be written to'

# On the mail.
ok as alice ixn-consult "$m" --to agent:bob
ok as bob ixn-accept "$m"
is "$(show "$m" state)" consulting 'a colleague is consulted'
ok as alice chat-send "$m" --visible agents --text 'What would you say?'
ok as bob chat-send "$m" --text 'Say yes.'
is "$(eye chat-tail "$m" --fields author,visible,text | sed 's/\\n//g')" 'Ann Doe	all	May I?
Alice	agents	What would you say?
Bob	agents	Say yes.' 'they talk about it'
ok as alice email-reply "$m" --text Yes.
d=$(first)
status 79 as alice ixn-conference "$m" --to agent:cat
status 79 as alice ixn-conference "$m" --complete
ok as alice email-send "$d"
is "$(show "$m" state) $(as bob agent-state --media email --fields load)" 'done 0' 'sent: the consult has ended'
unlike "$(sql "SELECT text FROM outbox WHERE ixn = '$d'")" 'Say yes|What would' 'the contact sees nothing of it'

# On the draft.
ok come alice m2 'Ann Doe <ann@example.net>' 'Two' 'And this?'
ok as alice email-reply "$id" --text Perhaps.
d=$(first)
ok as alice ixn-consult "$d" --to agent:bob
ok as bob ixn-accept "$d"
ok as bob chat-send "$d" --text 'Rather not.'
status 77 as bob email-edit "$d" --text No.
ok as alice email-edit "$d" --text No.
ok as alice email-send "$d"
is "$(show "$d" state) $(as bob agent-state --media email --fields load)" 'done 0' 'sent: the consult has ended'
is "$(sql "SELECT text FROM outbox WHERE ixn = '$d'" | head -n 1)" No. 'what was written'
is "$(eye chat-tail "$d" --public-only --fields text)" No. 'and nothing else is for the contact'

# A mail from somebody without another address: it is written to, and nothing else.
id=$(create --media email --from tel:+33140506070 --name Tel --subject S --text 'By phone' --queue support)
ok as alice ixn-accept "$id"
status 65 as alice email-reply "$id" --text x --json
is "$(code)" no_address 'no mail address: refused'
done_testing
