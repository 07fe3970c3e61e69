#!/bin/sh
# covers: email-compose, email-reply, email-forward, email-edit, email-save, email-send
# What is typed, and what a mail that came says, never becomes a line of a header, a name of a path, or a recipient of its own.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
site <<'J'
{"agents":[{"name":"alice","capacity":{"email":9}},{"name":"bob","capacity":{"email":9}},{"name":"ada","role":"admin"}],"queues":[{"name":"support"}],
"policy":[{"name":"p","roles":["agent"],"verbs":["mail"],"targets":["mailto:*@blocked.example"],"allow":false}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}]}
J
ready alice
nl='
'
cr=$(printf '\r')
tab=$(printf '\t')
esc=$(printf '\033')
del=$(printf '\177')

ok as alice email-compose --to a@example.net --subject S --text x
d=$(first)
before=$(draft "$d" .version)
for bad in "a@example.net${nl}Bcc: b@example.net" "a@example.net${cr}" "A${nl}B <a@example.net>" "A${esc}B <a@example.net>" "a${del}@example.net" "A${tab}B <a@example.net>" \
	'a@example.net, b@example.net' '<a@example.net' 'a@example.net> b' 'A <a@b> <c' 'a b@example.net' '@example.net' 'a@' a '' '"a b"@example.net' 'a@[127.0.0.1]' 'a\b@example.net' \
	"$(head -c 70 /dev/zero | tr '\0' a)@example.net" "a@$(head -c 260 /dev/zero | tr '\0' a)" "$(head -c 300 /dev/zero | tr '\0' n) <a@example.net>"; do
	status 65 as alice email-compose --to "$bad" --text x
	status 65 as alice email-edit "$d" --add-cc "$bad"
done
for bad in "S${nl}Bcc: b@example.net" "S${cr}" "S${esc}" "S${del}" "$(head -c 1100 /dev/zero | tr '\0' s)"; do
	status 65 as alice email-compose --to a@example.net --subject "$bad" --text x
	status 65 as alice email-edit "$d" --subject "$bad"
done
for bad in "a${nl}b" "a${cr}b" "a${esc}b" 'a\b'; do
	printf x >"$bad"
	status 65 as alice email-compose --to a@example.net --text x --attach "$bad"
	status 65 as alice email-edit "$d" --attach "$bad"
done
status 65 as alice email-edit "$d" --from "support@example.org${nl}X: y"
status 66 as alice email-edit "$d" --from nobody@example.org
status 65 as alice email-edit "$d" --remove-to zoe@example.net
status 64 as alice email-edit "$d"
status 64 as alice email-edit "$d" --to a@example.net
is "$(draft "$d" .version) $(draft "$d" '.to[], .cc, .subject' | tr '\n' ' ')" "$before a@example.net null S " 'refused as a whole: nothing has changed'
status 79 as alice email-edit "$d" --text x --version 99
i=0
set --
while [ $i -lt 201 ]; do i=$((i + 1)) && set -- "$@" --to "a$i@example.net"; done
status 65 as alice email-compose --text x "$@" --json
is "$(code)" too_large '200 recipients at most'
status 77 as alice email-compose --to x@blocked.example --text x
status 77 as alice email-edit "$d" --add-bcc 'X <x@blocked.example>'
ok as alice email-edit "$d" --add-to b@example.net
status 65 as alice email-edit "$d" --remove-to x@blocked.example
like "$err" 'does not go there' 'who may not be written to may be taken out'
ok as alice email-discard "$d"

# What a mail says.
letter h1 'Evil =?utf-8?Q?=0D=0ABcc=3A_z=40example=2Enet?= <ann@example.net>' '=?utf-8?Q?Hello=0D=0ABcc=3A_z@example.net?=' 'Text
.
-- 
Ann' 'References: <a@x> <b
	@x> <c@x' 'Mail-Followup-To: "x
	y" <f@example.net>, <broken' 'List-Post: NO' 'In-Reply-To: <one@x> <two@x>'
ok arrive h1
ok as alice ixn-accept "$id"
status 65 as alice email-reply "$id" --list --text x
ok as alice email-reply "$id" --all --text x
d=$(first)
is "$(draft "$d" '[.to[], .cc[]?] | map(test("[\\r\\n]")) | any')" false 'no line breaks in names'
is "$(draft "$d" '.subject | test("[\\r\\n]")')" false 'nor in the subject'
ok as alice email-send "$d"
is "$(sql "SELECT count(*) FROM outbox_recipient WHERE address LIKE '%z@example.net%'")" 0 'nobody is written to whom a header smuggles in'
is "$(sql "SELECT coalesce(refs, '') || coalesce(in_reply_to, '') || subject || coalesce(sender_name, '') FROM outbox WHERE ixn = '$d'" | tr '\r' '\n' | wc -l)" 1 'no line breaks in what becomes a header'
is "$(sql "SELECT text FROM outbox WHERE ixn = '$d'" | grep -c '^-- $')" 0 'a signature that is quoted ends nothing'

# Whose it is not; what is not there.
later && agent-login bob --media email >/dev/null
ok as alice email-compose --to a@example.net --text secret
d=$(first)
for c in email-edit email-save email-send email-discard; do
	set --
	[ $c != email-edit ] || set -- --text x
	unseen 77 as bob $c "$d" "$@"
	status 66 as alice $c 01ARZ3NDEKTSV4RRFFQ69G5FAV "$@"
	status 66 as alice $c nothing "$@"
done
$served || is "$(draft "$d" .text)" secret 'untouched'
done_testing
