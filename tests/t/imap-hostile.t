#!/bin/sh
# The IMAP driver (lib/channel/imap.h) against a peer that misbehaves (tests/peers/imap-peer),
# and against what Dovecot does not do.
# place: embedded - no store: the driver alone
# shellcheck disable=SC2016 # keywords begin with a dollar
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/peers.sh"

client=$IXN_BIN/../peers/imap-client
[ -x "$client" ] || skip_all "no $client"

# peer OPTION...: a fresh one; leaves $port, $log.
peer() { peer_start imap-peer "$@"; }
talk() {
	_status=$1 && shift
	status "$_status" "$client" "port=$port" user=u password=p timeout=5000 "$@"
}
quick() { # MAX NAME
	_ms=$(printf '%s\n' "$out" | sed -n 's/^ms //p')
	is "$([ "${_ms:-99999}" -lt "$1" ] && echo yes)" yes "$2"
}
# all: what goes through every kind of command.
all() { talk "$1" select=INBOX list=1,100 'flags=$Fetched' fetch=-; }

# A peer that behaves.
peer
mkdir mails
talk 0 select=INBOX list=1,100 fetch=mails "append=INBOX,mails/1.eml,\\Seen" move=Done
like "$out" '^box 7 4 3 keywords$' 'a peer that behaves'
like "$out" '^mail 2 25 25 whole 1793523600000$' 'a mail, when it came'
is "$(cat mails/3.eml)" "$(printf 'Subject: 3\r\n\r\nText of 3\r\n')" 'and what it says'
like "$out" '^appended 99$' 'APPENDUID'
is "$(sed '/^CAP/d' "$log" | tr '\n' ';')" 'BEGIN;AUTHENTICATE;SELECT "INBOX";FETCH 1:* (UID RFC822.SIZE);FETCH 1:3 (UID INTERNALDATE BODY.PEEK[]);'\
'APPEND "INBOX" (\Seen) {25+};LITERAL 25;MOVE 1:3 "Done";LOGOUT;END;' 'line by line'
talk 0 count=1 select=INBOX list=1,100 fetch=-
is "$(grep -c '^CAP' "$log")" 2 'capabilities: once a session, and what the login says'

# What a peer lacks.
peer --capabilities 'UIDPLUS'
talk 0 select=INBOX list=1,2 move=Done append=INBOX,mails/1.eml
is "$(sed -n '/^COPY/,/^EXP/p' "$log" | tr '\n' ';')" 'COPY 1:2 "Done";STORE 1:2 +FLAGS.SILENT (\Deleted);EXPUNGE 1:2;' 'no MOVE: COPY, \Deleted, EXPUNGE of these'
like "$(cat "$log")" '^APPEND "INBOX" \{25\}$' 'no LITERAL+: it waits'
like "$(cat "$log")" '^LOGIN' 'no AUTH=PLAIN: LOGIN'
talk 1 auth=plain
like "$out" '^open login_refused it offers no AUTH=PLAIN' 'unless PLAIN was asked for'
talk 1 auth=xoauth2
like "$out" '^open login_refused it offers no AUTH=XOAUTH2' 'or XOAUTH2'
talk 1 password=é
like "$out" '^open login_refused LOGIN takes ASCII only' 'LOGIN has no way to say it'
peer --capabilities ''
talk 2 select=INBOX list=1,2 move=Done
like "$out" '^move imap_refused it offers neither MOVE nor UIDPLUS' 'neither: no move'
unlike "$(cat "$log")" '^(COPY|STORE)' 'and nothing half of it'
talk 0 select=INBOX idle=100
like "$out" '^quiet' 'no IDLE'
like "$(cat "$log")" '^NOOP' 'NOOP instead'
peer --capabilities '' --before 'NOOP=* 4 EXISTS\r\n'
talk 0 select=INBOX list=1,5 idle=5000
like "$out" '^news' 'NOOP tells news'
quick 2000 'at once'
peer --capabilities 'AUTH=PLAIN AUTH=XOAUTH2' --raw XOAUTH2-REFUSED=
talk 0 password=é
like "$(cat "$log")" '^AUTHENTICATE' 'PLAIN without SASL-IR'
talk 1 auth=xoauth2
like "$out" '^open login_refused the token is refused' 'XOAUTH2 refused'
like "$(cat "$log")" '^EMPTY$' 'by an empty line after what it dislikes'
peer --capabilities 'LOGINDISABLED'
talk 1
like "$out" '^open login_refused it offers no AUTH=PLAIN' 'LOGINDISABLED'
unlike "$(cat "$log")" '^(LOGIN|AUTH)' 'no password is sent'

# Two commands at once.
for batch in count=1 count=2 count=3; do
	peer --swap --mails 7
	rm -rf mails && mkdir mails
	talk 0 $batch select=INBOX list=1,100 fetch=mails
	is "$(printf '%s\n' "$out" | sed -n 's/^mail \([0-9]*\) .*/\1/p' | tr '\n' ' ')" '1 2 3 4 5 6 7 ' "$batch: mixed, the second ended first: all of them, in order"
	is "$(cat mails/*)" "$(for k in 1 2 3 4 5 6 7; do printf 'Subject: %s\r\n\r\nText of %s\r\n' $k $k; done)" 'each as it is'
done
peer --mails 7 --gone 4
talk 0 count=2 select=INBOX list=1,100 fetch=-
like "$out" '^fetched 6 ' 'a mail that went meanwhile is left out'
peer --mails 7 --gone 4
talk 0 count=1 select=INBOX list=1,100 fetch=-
like "$out" '^fetched 6 [0-9]+ 6' 'and an empty batch'

# NO and BAD.
peer --raw 'SELECT=%t NO [UNAVAILABLE] later\r\n'
talk 2 select=INBOX
like "$out" '^select imap_later later$' 'NO [UNAVAILABLE]'
peer --raw 'SELECT=%t NO none such\r\n'
talk 2 select=INBOX
like "$out" '^select no_such_mailbox none such$' 'NO'
like "$out" '^usable' 'goes on'
peer --raw 'APPEND=%t NO [OVERQUOTA] full\r\n' --capabilities ''
talk 2 append=INBOX,mails/1.eml
like "$out" '^append imap_later full$' 'NO [OVERQUOTA] instead of go on'
like "$out" '^usable' 'goes on'
is "$(sed '1,/^APPEND/d' "$log" | tr '\n' ';')" 'LOGOUT;END;' 'and nothing of the mail was sent'
peer --raw 'MOVE=%t NO [TRYCREATE] no such\r\n' --raw 'STORE=%t NO [ALERT] no more\r\n' --raw 'CREATE=%t NO never\r\n'
talk 2 select=INBOX list=1,2 move=x 'flags=\Seen' create=x
like "$out" '^move no_such_mailbox no such$' 'NO [TRYCREATE]'
like "$out" '^flags imap_later no more$' 'NO [ALERT]'
like "$out" '^create imap_refused never$' 'NO'
peer --mails 7 --raw 'FETCH=%t NO [SERVERBUG] oops\r\n'
talk 2 count=2 select=INBOX list=1,100 fetch=- list=1,1
like "$out" '^fetch imap_later oops$' 'NO to FETCH'
like "$out" '^fetched 0 ' 'no batch'
like "$out" '^listed 1 1:25$' 'and the session is in step'
peer --raw 'SELECT=%t BAD what\r\n'
talk 2 select=INBOX list=1,1
like "$out" '^select protocol what$' 'BAD'
like "$out" '^list protocol what$' 'ends the session'
peer --raw 'LOGIN=%t NO [UNAVAILABLE] busy\r\n' --capabilities ''
talk 1
like "$out" '^open imap_later busy$' 'a login for later'
peer --raw 'SELECT=* OK [UIDNEXT 4] x\r\n%t OK x\r\n'
talk 2 select=INBOX
like "$out" '^select imap_refused it gives no UIDVALIDITY' 'no UIDVALIDITY'

# Greetings.
peer --raw 'GREETING=* BYE [UNAVAILABLE] not now\r\n'
talk 1
like "$out" '^open imap_later \[UNAVAILABLE\] not now' 'BYE [UNAVAILABLE]'
peer --raw 'GREETING=* BYE go away\r\n'
talk 1
like "$out" '^open unreachable go away' 'BYE'
peer --raw 'GREETING=* PREAUTH welcome\r\n'
talk 0 select=INBOX
unlike "$(cat "$log")" '^(LOGIN|AUTH)' 'PREAUTH: no login'
peer --raw 'GREETING=220 smtp.test ESMTP\r\n'
talk 1
like "$out" '^open protocol' 'not IMAP at all'

# Cuts and silence.
for when in GREETING CAPABILITY AUTHENTICATE; do
	peer --cut-at $when
	talk 1
	like "$out" '^open peer_closed' "cut at $when"
done
for when in SELECT LIST FETCH STORE; do
	peer --cut-at $when
	all 2
	like "$out" '^broken peer_closed' "cut at $when"
	peer --silent-at $when
	talk 2 timeout=300 select=INBOX list=1,100 'flags=$Fetched' fetch=-
	like "$out" '^broken unreachable no answer within 0\.[36]s' "silent at $when"
done
for when in GREETING CAPABILITY; do
	peer --drip $when
	talk 1 timeout=1000
	like "$out" '^open unreachable no answer within 1s' "dripping at $when"
	quick 1900 'a drip does not move the deadline'
	peer --huge-line $when
	talk 1
	like "$out" '^open protocol (a line of )?more than 65536 bytes' "a line without an end at $when"
done
peer --cut-after IDLE
peer --raw 'IDLE=+ idling\r\n* BYE we go down\r\n'
talk 2 select=INBOX list=1,5 idle=5000
like "$out" '^idle peer_closed' 'BYE in IDLE'
peer --raw 'IDLE=+ idling\r\n* 4 EXISTS\r\n'
talk 2 timeout=500 select=INBOX list=1,5 idle=5000
like "$out" '^broken ' 'no end of IDLE'
peer --before 'IDLE=* 4 EXISTS\r\n'
talk 0 select=INBOX list=1,5 idle=5000
like "$out" '^news' 'a mail that comes before the +'
peer --before 'STORE=* 4 EXISTS\r\n'
talk 0 select=INBOX list=1,5 'flags=$x' idle=5000
like "$out" '^news' 'or with another answer'
unlike "$(cat "$log")" '^IDLE' 'needs no IDLE'

# Literals and lines that would harm the parser.
fetches() { # REASON NAME TEXT
	peer --raw "FETCH=$3"
	all 2
	like "$out" "^broken $1" "$2"
	quick 3000 'at once'
}
peer --raw 'FETCH=* 1 FETCH (UID 1 BODY[] {26}\r\nSubject' --cut-after FETCH
talk 2 select=INBOX list=1,100 fetch=-
like "$out" '^broken peer_closed' 'the end in a literal'
quick 2000 'at once'
fetches 'protocol a literal larger than what was asked for' 'a huge literal' '* 1 FETCH (UID 1 BODY[] {4294967295}\r\n'
fetches 'protocol a literal larger' 'a literal beyond 64 bits' '* 1 FETCH (UID 1 BODY[] {99999999999999999999999}\r\n'
fetches 'protocol a structure' 'BODYSTRUCTURE' '* 1 FETCH (UID 1 BODYSTRUCTURE (NIL))\r\n'
fetches 'protocol parentheses nested' 'nesting' '* 1 FETCH (UID 1 FLAGS ((((((((((((((((((((\r\n'
fetches 'protocol a quoted string without' 'a quoted string' '* 1 FETCH (UID 1 BODY[] "abc)\r\n%t OK x\r\n'
fetches 'protocol ' 'no FETCH at all' '* 1 FETCH\r\n%t OK x\r\n'
fetches 'protocol it answers a command that was not given' 'another tag' '999 OK done\r\n'
fetches 'protocol a line that is no answer' 'no tag' 'x y z\r\n'
for line in '[PERMANENTFLAGS (\\\\ )] x' '[PERMANENTFLAGS (\\\\\\\\ )] x' '[PERMANENTFLAGS] x' '[PERMANENTFLAGS (x' '[UIDNEXT (((((((((((((((] x'; do
	peer --raw "SELECT=* OK $line"'\r\n%t OK done\r\n'
	talk 2 select=INBOX
	like "$out" '^broken protocol' "$line"
done
peer --before 'SELECT=* STATUS INBOX (MESSAGES\r\n'
talk 2 select=INBOX
like "$out" '^broken protocol a STATUS that was not asked for' 'STATUS'
peer --before 'SELECT=* LIST (\\Noselect) "/" "A b"\r\n* 2 FETCH (FLAGS (\\Seen $x))\r\n* OK it "quoted and (open\r\n'
talk 0 select=INBOX list=1,5 fetch=-
like "$out" '^fetched 3 ' 'what was not asked for, and does no harm'

# TLS.
if ! command -v certtool >/dev/null; then
	skip TLS 'no certtool'
	done_testing
fi
"$top/tests/peers/make-certs" certs || exit 1
peer --tls starttls certs/good.pem certs/good.key
talk 0 tls=starttls ca=certs/ca.pem select=INBOX
like "$out" '^box 7' 'STARTTLS'
peer --tls starttls certs/good.pem certs/good.key --inject-after-starttls
talk 1 tls=starttls ca=certs/ca.pem
like "$out" '^open protocol it sent more in clear' 'bytes put in before TLS'
unlike "$(cat "$log")" '^(LOGIN|AUTH)' 'and nothing sent'
peer
talk 1 tls=starttls ca=certs/ca.pem
like "$out" '^open tls_missing it offers no STARTTLS' 'STARTTLS taken away'
peer --tls starttls certs/good.pem certs/good.key --raw 'GREETING=* PREAUTH welcome\r\n'
talk 1 tls=starttls ca=certs/ca.pem
like "$out" '^open tls_missing it wants no STARTTLS' 'PREAUTH in clear'
peer --tls starttls certs/good.pem certs/good.key --raw 'STARTTLS=%t NO not now\r\n'
talk 1 tls=starttls ca=certs/ca.pem
like "$out" '^open tls_missing not now' 'STARTTLS NO'
for bad in self wrong expired; do
	peer --tls implicit certs/$bad.pem certs/$bad.key
	talk 1 tls=implicit ca=certs/ca.pem
	like "$out" '^open tls_refused ' "$bad"
	unlike "$(cat "$log")" '^(CAP|LOGIN|AUTH)' 'and no login'
done
done_testing
