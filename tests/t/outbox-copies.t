#!/bin/sh
# Copies of what was sent that the server refuses: tried again as mails are, given up
# as mails are, settled by a person; and none is made twice for it.
# covers: outbox-send, outbox-list, outbox-retry, outbox-drop
# place: embedded postgresql - mail is sent on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"

mkdir mails
background "$top/tests/peers/smtp-peer" --port-file port --dir mails
wait_for test -s port
smtp=$(cat port)
# imap OPTION...: from now on the server behaves so; $peer is its log. Without LITERAL+ a refusal comes before the mail.
peers=0
imap() {
	peers=$((peers + 1)) peer=$tmp/imap.$peers
	background "$top/tests/peers/imap-peer" --port-file "$peer.port" --log "$peer" --capabilities 'UIDPLUS SASL-IR AUTH=PLAIN' "$@"
	wait_for test -s "$peer.port"
	printf '%s\n' 'session_ttl = 30d' '[smtp]' 'host = 127.0.0.1' "port = $smtp" 'tls = none' '[imap]' 'host = 127.0.0.1' "port = $(cat "$peer.port")" 'tls = none' \
		'user = support' 'password_command = echo secret' >"$XDG_CONFIG_HOME/ixn/config"
}
tries() { grep -c '^APPEND' "$peer"; }
mkdir -p "$XDG_CONFIG_HOME/ixn"
site <<'J'
{"agents":[{"name":"alice","capacity":{"email":9}}],"queues":[{"name":"support"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support","sent":"append"}]}
J
imap
ready alice
# compose SUBJECT: $id, its interaction; $mail.
compose() {
	ok as alice email-compose --from support --to zoe@example.net --subject "$1" --text Hello --send
	id=$(first) mail=$(outbox "$id" .id)
}
copy() { outbox "$id" '"\(.state) \(.copy) \(.copy_reply) \(.copy_next_at)"'; }

# Refused: it waits as a deferred mail does.
imap --raw 'APPEND=%t NO [OVERQUOTA] the mailbox is full\r\n'
compose Full
status 75 outbox-send
like "$out" "^$mail	sent	" 'the mail is sent'
like "$err" "mail $mail is sent, but no copy .*: the mailbox is full" 'no copy, and why'
like "$err" "tries again from $(date -u -d "@$(($(cat "$tmp/now") + 60))" '+%Y-%m-%d %H:%M') on" 'and when it is tried again'
is "$(copy)" "sent deferred the mailbox is full $(in_seconds 60)" 'the outbox has it'
is "$(outbox-list)" '' 'nothing for a person yet'
is "$(outbox-list --copy deferred --ids)" "$mail" 'but it can be seen'
ok outbox-send
is "$out$err $(tries)" ' 1' 'not before its time'
for wait in 300 900 3600 14400; do
	later 60
	[ $wait = 300 ] || later $((last - 60))
	status 75 outbox-send
	is "$(copy)" "sent deferred the mailbox is full $(in_seconds $wait)" "then after $wait s"
	last=$wait
done
given_up() {
	later 14400
	outbox-send >"$tmp/out" 2>"$tmp/err" && return 1
	rc=$? err=$(cat "$tmp/err")
	[ $rc = "$1" ]
}
for _ in 1 2 3 4 5 6 7 8 9 10 11; do ! given_up 65 || break; done
is "$rc $(tries)" '75 16' 'then each 4 hours'
ok given_up 65
like "$err" "no copy of it .*, which is given up now: the mailbox is full" 'after 48 hours it has failed'
is "$(copy)" 'sent failed the mailbox is full null' 'the outbox has that'
like "$(events "$id" uncopied)" "^mail.uncopied alice $mail" 'and the log'
later 99999
ok outbox-send
is "$out$err $(tries)" ' 17' 'it is not tried any more'

# A person sees and settles it.
is "$(outbox-list --fields id,state,copy,reply)" "$mail	sent	failed	the mailbox is full" 'who looks what is to do sees it'
is "$(show "$id" copy,copy_reply)" 'failed	the mailbox is full' 'ixn-show has it'
ok outbox-retry "$mail"
is "$(copy)" 'sent due null null' 'again'
status 75 outbox-send
is "$(copy)" "sent deferred the mailbox is full $(in_seconds 60)" 'with the short waits'
ok outbox-retry "$mail" --copy
imap
ok outbox-send
is "$(copy) $(tries) $(find mails -name '*.eml' | wc -l)" 'sent kept null null 1 1' 'kept; the mail was sent once'
status 79 outbox-retry "$mail" --json
is "$(code)" mail_state 'nothing is left to try'
status 79 outbox-retry "$mail" --copy --json
is "$(code)" copy_state 'of its copy neither'
status 79 outbox-drop "$mail"

# Without a copy, then.
imap --raw 'APPEND=%t NO [TRYCREATE] no such folder\r\n' --raw 'CREATE=%t NO [NOPERM] not here\r\n'
compose Dropped
status 75 outbox-send
ok outbox-drop "$mail"
is "$(copy)" 'sent dropped null null' 'given up by a person'
later 60
ok outbox-send
is "$(tries)" 1 'it is not tried any more'
ok outbox-retry --copy "$mail"
is "$(copy)" 'sent due null null' 'unless that person changes its mind'

# A folder that is removed is made again; one that cannot be opened is no reason to go on for ever.
imap --raw 'SELECT=%t NO [NOPERM] not yours\r\n'
status 75 outbox-send
is "$(copy)" "sent deferred not yours $(in_seconds 60)" 'a folder that is not opened: it waits, too'
is "$(grep -c '^CREATE' "$peer")" 1 'it was not there: making it was tried'
later 60

# One that may be there keeps its place, however often the folder is not opened.
imap --cut-at APPEND
status 75 outbox-send
is "$(outbox "$id" .copy)" begun 'cut: nobody knows'
like "$err" "^outbox-send: mail $mail is sent, but no copy" 'said of that mail'
later 300
imap --raw 'SELECT=%t NO [NOPERM] not yours\r\n'
status 75 outbox-send
is "$(outbox "$id" .copy)" begun 'it is still looked for'
imap
ok outbox-send
is "$(outbox "$id" .copy) $(grep -c FETCH "$peer")" 'begun 0' 'not before its time'
later 900
ok outbox-send
is "$(outbox "$id" .copy) $(grep -Eo '^(FETCH [0-9]+:\*|APPEND)' "$peer" | tr '\n' ' ')" 'kept FETCH 4:* APPEND ' 'then it is looked for first'

# Nor is the place forgotten when it is given up before it could be looked for, or dropped then: it may be there.
imap --cut-at APPEND
compose Doubtful
status 75 outbox-send
is "$(outbox "$id" '"\(.copy) \(.copy_next_at)"')" "begun $(in_seconds 60)" 'cut once more'
imap --raw 'SELECT=%t NO [NOPERM] away\r\n'
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do ! given_up 65 || break; done
is "$rc $(copy)" '65 sent failed away null' 'and given up, for the server was away'
ok outbox-drop "$mail"
is "$(copy)" 'sent dropped null null' 'dropped'
ok outbox-retry "$mail" --copy
is "$(copy)" 'sent due null null' 'and wanted after all'
imap --raw 'LIST=%t NO [UNAVAILABLE] not now\r\n'
status 75 outbox-send
is "$(copy)" "sent begun not now $(in_seconds 60)" 'which begins with looking'
later 60
head=$(printf 'Message-ID: <%s>\r\n\r\n.' "$(outbox "$id" .message_id)")
head=${head%.}
imap --mails 4 --raw "FETCH=* 4 FETCH (UID 4 BODY[HEADER] {${#head}}\r\n$head)\r\n%t OK done\r\n"
ok outbox-send
is "$(copy) $(tries)" 'sent kept null null 0' 'there it is: none is made twice'
# Two of them, one behind the other: what is found is told of each.
imap --cut-at APPEND
compose One
status 75 outbox-send
one=$id one_head=$(printf 'Message-ID: <%s>\r\n\r\n.' "$(outbox "$id" .message_id)")
compose Two
status 75 outbox-send
head=$(printf 'Message-ID: <%s>\r\n\r\n.' "$(outbox "$id" .message_id)")
head=${head%.} one_head=${one_head%.}
later 120
imap --mails 5 --raw "FETCH=* 4 FETCH (UID 4 BODY[HEADER] {${#one_head}}\r\n$one_head)\r\n* 5 FETCH (UID 5 BODY[HEADER] {${#head}}\r\n$head)\r\n%t OK done\r\n"
ok outbox-send
is "$(outbox "$one" .copy) $(copy) $(tries)" 'kept sent kept null null 0' 'of two that are there'
# Where the server said no, it is not there: nothing is looked for, however often a person has it tried again.
imap --raw 'APPEND=%t NO no\r\n'
compose Surely
status 75 outbox-send
ok outbox-retry "$mail" --copy
imap
ok outbox-send
is "$(copy) $(grep -c FETCH "$peer") $(tries)" 'sent kept null null 0 1' 'what was refused is not looked for'

# A server that does not know the command, or goes away at a mail, is tried no oftener.
imap --raw 'APPEND=%t BAD no such command\r\n'
compose Bad
status 75 outbox-send
like "$err" "mail $mail is sent, but no copy .*no such command" 'a command that it does not know'
ok outbox-send
is "$(tries)" 1 'waits, too'
later 60
status 75 outbox-send
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do ! given_up 80 || break; done
is "$rc $(outbox "$id" .copy)" '80 failed' 'and ends'
ok outbox-drop "$mail"
is "$(outbox-list)" '' 'nothing is left to do'

# What is put off is not tried again for what comes behind it.
imap --raw 'APPEND=%t NO no\r\n'
compose First
status 75 outbox-send
compose Second
status 75 outbox-send
is "$(tries) $(outbox-list --copy deferred --ids | wc -l)" '2 2' 'each once'
ok sh -c 'outbox-list --copy deferred --ids | outbox-drop -'

# A mailbox that keeps no copies any more.
imap --raw 'APPEND=%t NO no\r\n'
ok as alice email-compose --from support --to zoe@example.net --subject Gone --text Hello --send
id=$(first) mail=$(outbox "$id" .id)
status 75 outbox-send
jq '.mailboxes[0].sent = "none"' "$tmp/site.json" >none.json
ok ixn-setup --load none.json
later 60
ok outbox-send
is "$(copy | cut -d ' ' -f 2) $(tries)" 'deferred 1' 'none is asked for'
done_testing
