#!/bin/sh
# covers: email-reply, email-send, ixn-done, ixn-show
# Row 35: a mail is answered: to whom, in which thread, quoting what; own addresses dropped; what is answered is done with that.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice L.","teams":["t1"],"capacity":{"email":3}},{"name":"bob","teams":["t2"],"capacity":{"email":2}},
 {"name":"lea","role":"lead","teams":["t1"],"queues":["none"],"capacity":{"email":1}}],
"teams":[{"name":"t1","leads":["lea"]},{"name":"t2"}],"queues":[{"name":"support"},{"name":"sales"},{"name":"none"}],
"dispositions":[{"code":"solved","mandatory_for":["voice"]}],
"mailboxes":[{"name":"support","address":"support@example.org","sender_name":"Example Support","addresses":["help@example.org"],"queue":"support",
  "signatures":[{"language":"en","text":"Your Example team"},{"language":"fr","text":"Votre équipe Example"}]},
 {"name":"sales","address":"sales@example.org","queue":"sales","teams":["t2"]}]}
J
ready alice

# Headers.
ok come alice m1 'Ann Doe <ann@example.net>' 'RE: AW: Where is my parcel?' 'Where is it?
It is late.' 'To: help@example.org, Bob <bob@Example.NET>' 'Cc: support@EXAMPLE.org, ann@EXAMPLE.net, cy@example.net' \
	'References: <a@x> <b@x>' 'In-Reply-To: <b@x>'
m=$id
ok as alice email-reply "$m" --text 'On its way.'
d=$(first)
is "$out" "$d	draft	$m	support	alice	" 'its id first, then its state'
is "$(draft "$d" '.to[], .cc, .subject, .from, .mailbox, .kind, .parent')" "Ann Doe <ann@example.net>
null
Re: Where is my parcel?
support@example.org
support
reply
$m" 'to who wrote, with Re: once, from the mailbox that it came to'
is "$(draft "$d" .quote)" 'On 2026-11-21 08:30, Ann Doe wrote:
> Where is it?
> It is late.

-- 
Your Example team' 'what is answered, quoted, and the signature'
is "$(show "$d" state,direction,agent,subject,contact)" "$(printf 'active\toutbound\talice\tRe: Where is my parcel?\t%s' "$(show "$m" contact)")" 'an interaction of its own, of that contact'
is "$(show "$d" mail_state,to,mailbox,author,parent,text,kind)" "$(printf 'draft\tAnn Doe <ann@example.net>\tsupport\talice\t%s\tOn its way.\treply' "$m")" 'ixn-show shows what it is'
is "$(show "$d" conversation)" "$(show "$m" conversation)" 'in the same conversation'
is "$(events "$d" draft)" "draft.created alice $m active reply" 'the log has it'
can() { ixn-show "$1" --agent alice --fields can; }
like "$(can "$m")" "email-reply $m" 'what can be done with a mail'
like "$(can "$d")" "email-send $d.*email-edit $d.*email-discard $d" 'and with a draft'
unlike "$(can "$d")" "ixn-done|ixn-transfer|chat-end|email-reply" 'not more'
is "$(as alice agent-state --media email --fields load,room)" '1	2' 'what is written takes no room'

# One answer at a time; what is being answered is not done.
status 79 as alice email-reply "$m" --text Again --json
is "$(code)" draft_open 'a second answer'
like "$err" "$d" 'names the first'
status 79 as alice ixn-done "$m" --json
is "$(code)" draft_open 'nor is it done before'
like "$err" "$d" 'which names it, too'
status 79 as alice ixn-done "$d"
like "$err" "email-send $d" 'a draft is not marked done'

# Sent: as it says, in its thread; what is answered is done.
ok as alice email-send "$d"
is "$out" "$d	queued	$m	support		" 'queued'
is "$(show "$d" state,reason) $(show "$m" state,reason)" 'done	completed done	completed' 'both are done'
is "$(outbox "$d" '.state, .subject, .kind, .agent, .to[]')" 'queued
Re: Where is my parcel?
email
alice
ann@example.net' 'the outbox has it'
is "$(sql "SELECT in_reply_to || '|' || refs || '|' || mailbox || '|' || sender || '|' || sender_name FROM outbox WHERE ixn = '$d'")" \
	'm1@test|a@x b@x m1@test|support|support@example.org|Example Support' 'In-Reply-To, References, From'
is "$(sql "SELECT text FROM outbox WHERE ixn = '$d'")" 'On its way.

On 2026-11-21 08:30, Ann Doe wrote:
> Where is it?
> It is late.

-- 
Your Example team' 'its text'
is "$(outbox "$d" .message_id)" "$d@example.org" 'a Message-ID that was fixed before'
is "$(events "$d" 'mail|ixn.done' | sed "s/$(outbox "$d" .id)/MAIL/")" "ixn.done alice $m done completed
mail.queued alice MAIL queued " 'the log says what became of it'
is "$(events "$m" ixn.done)" "ixn.done alice $d done completed" 'and of what it answers'
is "$(as alice agent-state --media email --fields load,room)" '0	3' 'the load is gone'
status 79 as alice email-send "$d"
status 79 as alice email-edit "$d" --text Late
status 79 as alice email-discard "$d"
ok as alice email-reply "$m" --text 'One thing more.'
ok as alice email-discard "$(first)"

# To all.
ok come alice m2 'Ann Doe <ann@example.net>' 'Meeting' 'Who comes?' 'To: Bob <bob@Example.NET>, Help <help@example.org>' \
	'Cc: support@EXAMPLE.org, ann@EXAMPLE.net, Cy <cy@example.net>, bob@example.net'
ok as alice email-reply "$id" --all --cc dee@example.net --bcc eve@example.net --text 'All of us.'
is "$(draft "$(first)" '.to[], .cc[], .bcc[]')" 'Ann Doe <ann@example.net>
Bob <bob@example.net>
Cy <cy@example.net>
dee@example.net
eve@example.net' '--all: without own addresses and doubles'
d=$(first)
ok as alice email-send "$d" --interim
is "$(show "$id" state,agent)" 'active	alice' 'a first answer leaves it open'
is "$(sql "SELECT kind || ' ' || address || ' ' || coalesce(name, '') FROM outbox_recipient WHERE outbox = '$(outbox "$d" .id)' ORDER BY ord")" 'to ann@example.net Ann Doe
cc bob@example.net Bob
cc cy@example.net Cy
cc dee@example.net 
bcc eve@example.net ' 'each recipient as what it is'
ok as alice email-reply "$id" --text 'Now I know.' --send
is "$(printf '%s\n' "$out" | cut -f 2) $(show "$id" state)" 'queued done' 'at once: --send'

# Reply-To, mailing lists.
ok come alice m3 'Ann <ann@example.net>' 'Office' 'Hello' 'Reply-To: office@example.net'
ok as alice email-reply "$id" --text x
is "$(draft "$(first)" '.to[]')" office@example.net 'where its sender wants answers'
ok come alice m4 'Ann <ann@example.net>' 'List' 'Hello' 'To: list@example.net' 'Cc: support@example.org' 'List-Post: <mailto:list@example.net>' 'List-Id: <l.example.net>' \
	'Mail-Followup-To: list@example.net,
 "Zoe" <zoe@example.net>'
l=$id
ok as alice email-reply "$l" --list --text x
is "$(draft "$(first)" '.to[]')" list@example.net '--list: where the list takes mail'
ok as alice email-discard "$(first)"
ok as alice email-reply "$l" --all --text x
is "$(draft "$(first)" '.to[], .cc')" 'list@example.net
zoe@example.net
null' '--all: where the mail says'
ok as alice email-send "$(first)"
status 64 as alice email-reply "$l" --all --list --text x

# The language of the mail; nothing quoted, nothing signed.
ok come alice m5 'Zoé <zoe@example.net>' 'Colis' 'Bonjour, où est mon colis ? Rien reçu, et je voudrais savoir quand il arrivera.'
ok as alice email-reply "$id" --text 'Bientôt.'
d=$(first)
is "$(draft "$d" .quote)" 'Le 2026-11-21 08:30, Zoé a écrit :
> Bonjour, où est mon colis ? Rien reçu, et je voudrais savoir quand il arrivera.

-- 
Votre équipe Example' 'in French'
ok as alice email-edit "$d" --signature en
like "$(draft "$d" .quote)" '^Your Example team' 'signed in another language'
ok as alice email-edit "$d" --no-quote
is "$(draft "$d" .quote)" '-- 
Your Example team' 'without what it answers'
ok as alice email-edit "$d" --no-signature
is "$(draft "$d" .quote)" null 'without a signature'
ok as alice email-discard "$d"
is "$(show "$d" state,reason) $(draft "$d" .state) $(show "$id" state)" 'done	stopped dropped active' 'discarded: what it answers stays open'
is "$(events "$d" discarded)" "draft.discarded alice $id done stopped" 'the log has that, too'
is "$(outbox "$d" .id)" '' 'nobody gets it'
ok as alice email-reply "$id" --no-quote --no-signature --text x
is "$(draft "$(first)" .quote)" null 'the same at once'
ok as alice email-send "$(first)"

# Who may: who has it, and who leads; from which mailbox.
ok come alice m6 'Ann <ann@example.net>' 'Mine' 'Hello'
later && agent-login bob --media email >/dev/null
later && agent-login lea --media email >/dev/null
unseen 77 as bob email-reply "$id" --text x
status 77 as alice email-reply "$id" --from sales --text x --json
is "$(code)" mailbox_closed 'a mailbox of another team'
status 66 as alice email-reply "$id" --from nowhere --text x
status 66 as alice email-reply "$id" --from other@example.com --text x
ok as alice email-reply "$id" --from help@example.org --text x
is "$(draft "$(first)" '.from, .mailbox')" 'help@example.org
support' 'a further address of the mailbox'
d=$(first)
unseen 77 as bob email-edit "$d" --text mine
status 77 as lea email-edit "$d" --text mine
status 77 as lea email-send "$d"
ok as lea email-discard "$d"
is "$(show "$d" state)" 'done' 'a lead may discard it'
status 66 as alice email-edit "$id" --text x --json
is "$(code)" no_such_draft 'what came is no draft'
status 66 as alice email-discard "$id"

# Nothing is sent that says nothing, or goes to nobody.
ok as alice email-reply "$id"
d=$(first)
status 65 as alice email-send "$d" --json
is "$(code)" draft_lacks 'no text'
ok as alice email-edit "$d" --text Hello --remove-to ann@example.net
status 65 as alice email-send "$d"
like "$err" 'goes to nobody' 'no recipient'
ok as alice email-edit "$d" --add-bcc ann@example.net
ok as alice email-send "$d"

# A mail that came otherwise, and one that is no mail.
id=$(create --media email --from dee@example.net --name Dee --subject Other --text 'By a gateway' --queue support)
ok as alice ixn-accept "$id"
ok as alice email-reply "$id" --text 'Got it.' --from support
is "$(draft "$(first)" '.to[], .subject, .quote')" 'Dee <dee@example.net>
Re: Other
On 2026-11-21 '"$(show "$id" created | cut -c 12-16)"', Dee wrote:
> By a gateway

-- 
Your Example team' 'answered all the same'
ok as alice email-send "$(first)"

# What has to be said before a mail is done, has to be before it is answered; a node of a workflow that is not to be left stays where it is.
cat >more.json <<'J'
{"dispositions":[{"code":"solved","mandatory_for":["email"]}],"queues":[{"name":"second"}],"workflow":[{"name":"second","next":["support"],"stop":false}]}
J
later && ixn-setup --load more.json >/dev/null
ok come alice m7 'Ann <ann@example.net>' 'Code' 'Hello'
ok as alice email-reply "$id" --text x
d=$(first)
status 79 as alice email-send "$d" --json
is "$(code) $(show "$id" state) $(draft "$d" .state)" 'need_disposition active draft' 'its outcome is missing'
ok as alice email-send "$d" --interim
ok as alice ixn-disposition "$id" --set solved
ok as alice email-reply "$id" --text y
ok as alice email-send "$(first)"
is "$(show "$id" state,reason)" 'done	completed' 'said: it is done'
id=$(create --media email --from fay@example.net --subject Flow --text 'Hello' --queue second)
ok as alice ixn-accept "$id"
ok as alice ixn-disposition "$id" --set solved
ok as alice email-reply "$id" --text x --from support
status 79 as alice email-send "$(first)" --json
is "$(code)" not_a_choice 'it has to go on in its workflow'
done_testing
