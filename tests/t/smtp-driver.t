#!/bin/sh
# The SMTP driver (lib/channel/smtp.h) against a peer that behaves, and against
# every way not to. $IXN_BIN/../peers/smtp-client is the driver's end.
# place: embedded - no store: the driver alone
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/peers.sh"

client=$IXN_BIN/../peers/smtp-client
[ -x "$client" ] || skip_all "no $client"

# peer OPTION...: a fresh one; leaves $port, $log, and its mails in $mails.
peer() { peer_start smtp-peer "$@"; }
# talk WANT ARGUMENT...: the client's exit status; leaves $out.
talk() {
	_status=$1 && shift
	status "$_status" "$client" "port=$port" to=a@x.test timeout=5000 "$@"
}
# ended: the peer has seen the end of the session.
ended() { wait_for grep -q '^END' "$log"; }
quick() { # MAX NAME
	_ms=$(printf '%s\n' "$out" | sed -n 's/^ms //p')
	is "$([ "${_ms:-99999}" -lt "$1" ] && echo yes)" yes "$2"
}

# A peer that behaves.
peer
talk 0 to=b@x.test mails=3
like "$out" '^rcpt b@x\.test accepted 250 2\.0\.0 kept$' 'accepted'
like "$out" '^usable$' 'and the session goes on'
is "$(cat "$mails/003.env")" 'mail FROM:<support@example.org> SIZE=925
rcpt a@x.test
rcpt b@x.test
login None
tls None' 'the envelope'
is "$(grep -c '^EHLO' "$log")" 1 'one connection for three mails'
ended
is "$(tail -n 2 "$log" | tr '\n' ' ')" 'QUIT END ' 'QUIT'

printf 'Subject: x\r\n\r\n.\r\n..a\r\n\303\251\r\nend\r\n' >raw
talk 0 file=raw
ok cmp raw "$mails/004.eml"
like "$(cat "$mails/004.env")" '^mail .* BODY=8BITMIME$' 'BODY=8BITMIME for 8 bits'
talk 0 fill=3000000
like "$out" '^rcpt a@x\.test accepted' '3 MB'
talk 0 helo=desk.example.org from=
like "$(cat "$mails/006.env")" '^mail FROM:<> ' 'the null sender'
like "$(cat "$log")" '^EHLO desk\.example\.org$' 'helo'
talk 0 'to=a@x.test>
RSET' 'to=<b@x.test>'
like "$out" '^rcpt <b@x\.test> refused 0 5\.1\.3 not an address$' 'a bad address is not sent'
unlike "$(cat "$log")" '^RSET' 'nor a line end in one'
talk 1 'helo=x y'
like "$out" '^open bad_config' 'a bad helo'

# What a peer lacks.
talk 0 utf8=1 'to=zoë@x.test'
like "$(grep MAIL "$log" | tail -n 1)" ' SMTPUTF8$' 'SMTPUTF8'
peer --no SMTPUTF8 --no 8BITMIME --size 1000
talk 0 'to=zoë@x.test'
like "$out" '^rcpt a@x\.test accepted' 'without SMTPUTF8: the others get it'
like "$out" '^rcpt zoë@x\.test refused 0 5\.6\.7' 'but not those beyond ASCII'
talk 0 utf8=1
like "$out" '^rcpt a@x\.test refused 0 5\.6\.7' 'a header beyond ASCII'
talk 0 file=raw
like "$out" '^rcpt a@x\.test refused 0 5\.6\.3' 'without 8BITMIME'
talk 0 fill=2000
like "$out" '^rcpt a@x\.test refused 0 5\.3\.4' 'too large'
is "$(grep -c '^MAIL' "$log")" 1 'all of it decided here'

# Replies.
peer --reply RCPT:b@x.test='450 4.2.0 grey' --reply RCPT:c@x.test='550 5.1.1 unknown\nand gone'
talk 0 to=b@x.test to=c@x.test
is "$(printf '%s\n' "$out" | sed '/^ms/d')" 'open ok
data
rcpt a@x.test accepted 250 2.0.0 kept
rcpt b@x.test later 450 4.2.0 grey
rcpt c@x.test refused 550 5.1.1 unknown
usable' '250, 450, 550: each its own'
status 0 "$client" "port=$port" to=b@x.test to=c@x.test mails=2
unlike "$out" '^data' 'none taken: no DATA'
is "$(grep -c '^RSET' "$log")" 2 'but RSET'
peer --reply MAIL='451 4.3.0 busy'
talk 0
like "$out" '^rcpt a@x\.test later 451 4\.3\.0 busy$' 'MAIL 451'
peer --reply DATA='550 5.7.1 no'
talk 0
like "$out" '^rcpt a@x\.test refused 550' 'DATA 550'
unlike "$out" '^data' 'and no content'
peer --reply DOT='554 5.7.1 spam'
talk 0
like "$out" '^rcpt a@x\.test refused 554 5\.7\.1 spam$' '554 after the content'
like "$(cat "$log")" '^RSET' 'RSET after it'
peer --reply DOT='452 4.3.1 full'
talk 0
like "$out" '^rcpt a@x\.test later 452' '452 after the content'
peer --reply RCPT='421 4.3.2 going down'
talk 0 to=b@x.test
like "$out" '^rcpt a@x\.test later 421' '421'
like "$out" '^rcpt b@x\.test later 0' 'and for those behind it'
like "$out" '^broken smtp_later 4\.3\.2 going down' 'the session is over'
peer --reply GREETING='554 5.3.2 not here'
talk 1
like "$out" '^open unreachable 5\.3\.2 not here' 'a greeting of 554'
peer --reply GREETING='421 4.3.2 later'
talk 1
like "$out" '^open smtp_later' 'a greeting of 421'
peer --garbage MAIL
talk 0
like "$out" '^broken protocol' 'a reply that is none'
like "$out" '^rcpt a@x\.test later 0' 'is later'

# Cuts: which are safe to try again?
peer --cut-after-dot
talk 0
like "$out" '^rcpt a@x\.test unknown 0' 'cut after the dot: unknown'
like "$out" '^broken peer_closed' 'and the session is over'
ok test -s "$mails/001.eml"
peer --silent-after DOT
talk 0 timeout=500
like "$out" '^rcpt a@x\.test unknown 0 no answer within 0\.5s' 'silent after the dot: unknown'
peer --garbage DOT
talk 0
like "$out" '^rcpt a@x\.test unknown 0' 'nonsense after the dot: unknown'
peer --cut-in-data 65536
talk 0 fill=30000000
like "$out" '^rcpt a@x\.test later 0' 'cut in the content: later'
for when in GREETING EHLO; do
	peer --cut-at $when
	talk 1
	like "$out" '^open peer_closed' "cut at $when"
done
for when in MAIL RCPT DATA; do
	peer --cut-at $when
	talk 0
	like "$out" '^rcpt a@x\.test later 0' "cut at $when: later"
done
peer --cut-at RSET --reply RCPT='550 no'
talk 0
like "$out" '^rcpt a@x\.test refused 550' 'cut at RSET: the answer stands'
like "$out" '^broken peer_closed' 'but not the session'
peer
talk 0 stop=1
like "$out" '^rcpt a@x\.test later 0' 'before_data says no: later'
like "$out" '^broken temporary the test says no' 'and why'
is "$(ls "$mails")" '' 'nothing was kept'

# Time and size.
peer --silent-after GREETING
talk 1 timeout=500
like "$out" '^open unreachable no answer within 0\.5s' 'silent from the start'
for when in GREETING EHLO; do
	peer --drip $when
	talk 1 timeout=1000
	like "$out" '^open unreachable no answer within 1s' "dripping at $when"
	quick 1900 'a drip does not move the deadline'
done
peer --drip DOT
talk 0 timeout=1000
like "$out" '^rcpt a@x\.test unknown' 'dripping after the dot: unknown'
peer --huge-line MAIL
talk 0
like "$out" '^broken protocol more than 65536 bytes in one answer' 'a line without an end'
quick 4000 'is given up at the budget'
port=1
talk 1
like "$out" '^open unreachable Connection refused' 'nobody there'

# Clear text.
port=25
talk 1 host=192.0.2.1
like "$out" '^open bad_config without TLS only this machine may be reached' 'clear text to another machine'
quick 300 'is refused before connecting'

# PIPELINING: what goes in one write.
peer --groups
talk 0 to=b@x.test mails=2
is "$(grep -E '(MAIL|RCPT|DATA|DOT|RSET|QUIT)' "$log" | cut -c 1-12 | tr '\n' ';')" \
	'MAIL FROM:<s;+ RCPT TO:<a;+ RCPT TO:<b;+ DATA;DOT;MAIL FROM:<s;+ RCPT TO:<a;+ RCPT TO:<b;+ DATA;DOT;QUIT;' 'envelope and DATA are one write'
peer --groups --no PIPELINING
talk 0 to=b@x.test
unlike "$(cat "$log")" '^\+' 'not where it is not offered'
like "$out" '^rcpt b@x\.test accepted 250' 'and it goes all the same'
peer --groups --data-anyway --reply RCPT='550 5.1.1 unknown'
talk 0 to=b@x.test mails=2
is "$(printf '%s\n' "$out" | grep -c '^rcpt .*@x\.test refused 550 5\.1\.1 unknown$')" 4 'none taken, yet 354: each keeps its own answer'
is "$(grep -c '^NOTHING$' "$log")" 2 'an empty content, nothing of the mail'
unlike "$out" '^data' 'before_data is not asked'
is "$(ls "$mails")" '' 'nothing was kept'
peer --groups --reply MAIL='552 5.2.2 full' --data-anyway
talk 0 to=b@x.test
is "$(printf '%s\n' "$out" | grep -c 'refused 552 5\.2\.2 full$')" 2 'MAIL refused: its answer, not those to RCPT'
like "$out" '^usable' 'and the session is in step'
peer --reply MAIL='421 4.3.2 going down'
talk 0 to=b@x.test
is "$(printf '%s\n' "$out" | grep -c 'later 421 4\.3\.2')" 2 'MAIL 421'
for when in MAIL RCPT DATA; do
	peer --silent-after $when
	talk 0 timeout=500
	like "$out" '^rcpt a@x\.test later 0 no answer within 0\.5s' "silent after $when"
done

# In two halves.
peer --hold-dot hold
: >hold
talk 0 begin=hold
is "$(printf '%s\n' "$out" | sed '/^ms/d' | tr '\n' ';')" 'open ok;data;pending;rcpt a@x.test accepted 250 2.0.0 kept;usable;' \
	'begin comes back before the answer, finish has it'
peer --reply RCPT='550 5.1.1 unknown'
talk 0 begin=hold
is "$(printf '%s\n' "$out" | sed '/^ms/d' | tr '\n' ';')" 'open ok;decided;rcpt a@x.test refused 550 5.1.1 unknown;usable;' 'nothing owed, nothing to finish'
peer --cut-after-dot
talk 0 begin=hold
like "$out" '^rcpt a@x\.test unknown 0' 'cut between the halves: unknown'

# Announced: the envelope of the next mail behind the dot of this one (RFC 2920, section 3.1).
# row WANT: what became of each mail, and the session; ahead: two mails, the second to b@x.test.
row() { is "$(printf '%s\n' "$out" | sed -n 's/^rcpt \([ab]\)@x\.test \([^ ]* [0-9]*\).*/\1 \2/p; s/^\(usable\|broken [^ ]*\).*/\1/p' | tr '\n' ';' | sed 's/;$//')" "$@"; }
ahead() { talk 0 ahead=b@x.test mails=2 "$@"; }
verbs() { grep -E '^(\+ )?(MAIL|RCPT|DATA|DOT|NOTHING|RSET|QUIT)' "$log" | cut -d ' ' -f 1,2 | sed 's/ [FT].*//; s/+ /+/' | tr '\n' ' '; }
peer --groups
ahead mails=3
row 'a accepted 250;b accepted 250;b accepted 250;usable' 'three in a row'
is "$(verbs)" 'MAIL +RCPT +DATA DOT +MAIL +RCPT +DATA DOT +MAIL +RCPT +DATA DOT QUIT ' 'each but the first comes with the content before it'
is "$(sed -n 2p "$mails/002.env") $(grep -c . "$mails/003.eml")" "rcpt b@x.test $(grep -c . "$mails/001.eml")" 'envelope and content belong together'
is "$(printf '%s\n' "$out" | grep -c '^data')" 3 'before_data is asked for each'
peer --groups --no PIPELINING
ahead
row 'a accepted 250;b accepted 250;usable' 'without PIPELINING'
is "$(verbs)" 'MAIL RCPT DATA DOT MAIL RCPT DATA DOT QUIT ' 'nothing is announced'
peer --groups
ahead fill=3000000
row 'a accepted 250;b accepted 250;usable' 'behind 3 MB'
ahead 'ahead=b@x.test>' mails=2
is "$(printf '%s\n' "$out" | grep -c announced)" 0 'a bad address is not announced'
like "$out" '^rcpt b@x\.test> refused 0 5\.1\.3' 'but refused here'

# The first one fails, the second does not mind.
peer --reply DOT:a@x.test='554 5.7.1 spam'
ahead
row 'a refused 554;b accepted 250;usable' '554 after the first content'
unlike "$(cat "$log")" '^RSET' 'needs no RSET: the next one is under way'
peer --groups --stale sender --reply DOT:a@x.test='452 4.3.1 full'
ahead
row 'a later 452;b accepted 250;usable' 'a server that keeps the sender of what it refused'
is "$(verbs)" 'MAIL +RCPT +DATA DOT +MAIL +RCPT +DATA RSET MAIL +RCPT +DATA DOT QUIT ' 'is reset, and told again'
peer --stale all --reply DOT:a@x.test='452 4.3.1 full'
ahead
row 'a later 452;b later 0;broken protocol' 'one that keeps its recipients, too, and asks for a content'
is "$(ls "$mails")" '' 'gets none'
unlike "$(cat "$log")" '^(NOTHING|QUIT)' 'not even an empty one'
peer --reply RCPT:a@x.test='550 5.1.1 unknown'
ahead
row 'a refused 550;b accepted 250;usable' 'the first has no content'
is "$(printf '%s\n' "$out" | grep -c announced)" 0 'nor anything behind it'

# The second one does.
peer --groups --reply MAIL:2='552 5.2.2 full' --data-anyway
ahead mails=3
row 'a accepted 250;b refused 552;b accepted 250;usable' 'MAIL refused'
is "$(verbs)" 'MAIL +RCPT +DATA DOT +MAIL +RCPT +DATA NOTHING RSET MAIL +RCPT +DATA DOT QUIT ' 'an empty content, RSET, and on'
peer --reply RCPT:b@x.test='450 4.2.0 grey'
ahead
row 'a accepted 250;b later 450;usable' 'RCPT refused'
is "$(verbs)" 'MAIL RCPT DATA DOT MAIL RCPT DATA RSET QUIT ' 'RSET'
peer --reply DATA:b@x.test='451 4.3.0 busy'
ahead
row 'a accepted 250;b later 451;usable' 'DATA refused'
peer --reply MAIL:2='421 4.3.2 going down'
ahead
row 'a accepted 250;b later 421;broken smtp_later' '421'
peer --reply MAIL:2='535 5.7.8 log in again'
ahead
row 'a accepted 250;b later 0;broken login_refused' '535'
peer --garbage MAIL:2
ahead
row 'a accepted 250;b later 0;broken protocol' 'a reply that is none'
for when in MAIL:2 RCPT:b@x.test DATA:b@x.test; do
	peer --cut-at $when
	ahead
	row 'a accepted 250;b later 0;broken peer_closed' "cut at $when"
	peer --silent-after $when
	ahead timeout=500
	row 'a accepted 250;b later 0;broken unreachable' "silent after $when"
done

# What breaks the first breaks the row; nothing of the second is out.
peer --cut-after-dot
ahead
row 'a unknown 0;broken peer_closed' 'cut after the dot'
is "$(find "$mails" -name '*.eml' | wc -l)" 1 'one arrived'
peer --silent-after DOT
ahead timeout=500
row 'a unknown 0;broken unreachable' 'silent after the dot'
peer --cut-in-data 65536
ahead fill=30000000
row 'a later 0;broken peer_closed' 'cut in the content'

# A server that waits for a content hears no command.
peer --silent-after MAIL:2
ahead leave=1
quick 4000 'announced, and left: no answer to a QUIT is waited for'
peer
ahead leave=1
row 'a accepted 250;usable' 'announced, and left'
ended
unlike "$(cat "$log")" '^(QUIT|PART [1-9])' 'no QUIT, which would be content'
is "$(find "$mails" -name '*.eml' | wc -l)" 1 'nothing of it arrived'
peer
ahead other=1
row 'a accepted 250;a later 0;broken protocol' 'another mail than was announced is not sent in its place'
ended
is "$(find "$mails" -name '*.eml' | wc -l)" 1 'one arrived'

# DSN.
peer --offer DSN
talk 0 'envid=01J9 a+b=c' to=b+c@x.test
like "$(cat "$log")" '^MAIL FROM:<support@example\.org> .*RET=HDRS ENVID=01J9\+20a\+2Bb\+3Dc$' 'RET, and ENVID as xtext'
like "$(cat "$log")" '^RCPT TO:<b\+c@x\.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;b\+2Bc@x\.test$' 'NOTIFY, and ORCPT as xtext'
talk 0 envid=x notify=4 'to=zoë@x.test'
like "$(cat "$log")" '^RCPT TO:<a@x\.test> NOTIFY=SUCCESS ORCPT=rfc822;a@x\.test$' 'as it is asked for'
like "$(cat "$log")" '^RCPT TO:<zoë@x\.test> NOTIFY=SUCCESS$' 'no ORCPT beyond ASCII'
talk 0
like "$(grep '^MAIL' "$log" | tail -n 1)" '^MAIL FROM:<support@example\.org> SIZE=[0-9]+$' 'none without an id'
talk 0 'envid=x
RSET'
unlike "$(cat "$log")" '^RSET|ENVID=x\+0A' 'no line gets in by the id'
peer
talk 0 envid=x
unlike "$(cat "$log")" 'ENVID|NOTIFY' 'nor where it is not offered'

# Logging in.
peer --auth 'user:pa ss'
talk 0 user=user 'password=pa ss'
like "$(cat "$log")" '^AUTH PLAIN user' 'AUTH PLAIN'
talk 1 user=user password=wrong
like "$out" '^open login_refused 5\.7\.8 wrong name or password' 'a wrong password'
talk 0
like "$out" '^broken login_refused 5\.7\.0 log in first' 'none, where one is wanted'
like "$out" '^rcpt a@x\.test later 0' 'is not the fault of the mail'
peer --auth 'user:pa ss' --mechanisms 'CRAM-MD5 LOGIN'
talk 0 user=user 'password=pa ss'
like "$(cat "$log")" '^AUTH LOGIN user' 'AUTH LOGIN'
talk 1 user=user password=wrong
like "$out" '^open login_refused' 'and refused'
peer --auth u:p --mechanisms 'CRAM-MD5'
talk 1 user=u password=p
like "$out" '^open login_refused it offers neither' 'no mechanism of ours'
talk 1 user=u password=p auth=plain
like "$out" '^open login_refused it offers no AUTH PLAIN' 'nor the one that is wanted'
peer --auth user:token --mechanisms 'PLAIN XOAUTH2'
talk 0 user=user password=token auth=xoauth2
like "$(cat "$log")" '^AUTH XOAUTH2 user' 'XOAUTH2'
like "$out" '^rcpt a@x\.test accepted' 'is in'
talk 1 user=user password=old auth=xoauth2
like "$out" '^open login_refused 5\.7\.8 the token is refused' 'XOAUTH2 refused'
like "$(cat "$log")" '^EMPTY$' 'by an empty line after what it dislikes'
talk 0 user=user password=token
like "$(cat "$log")" '^AUTH PLAIN user' 'only where it is asked for'
peer --auth u:p --reply AUTH='454 4.7.0 later'
talk 1 user=u password=p
like "$out" '^open smtp_later' '454 is no refusal'
long=$(printf '%01000d' 0)
peer --auth "u:$long"
talk 0 user=u "password=$long"
like "$out" '^rcpt a@x\.test accepted' 'a password of 1000 bytes'

# TLS.
if ! command -v certtool >/dev/null; then
	skip TLS 'no certtool'
	done_testing
fi
"$top/tests/peers/make-certs" certs || exit 1
# tls MODE CERT OPTION...
tls() {
	_mode=$1 _cert=$2 && shift 2
	peer --tls "$_mode" "certs/$_cert.pem" "certs/$_cert.key" "$@"
}
for mode in implicit starttls; do
	tls $mode good --auth u:p
	talk 0 tls=$mode ca=certs/ca.pem user=u password=p
	like "$out" '^rcpt a@x\.test accepted' "$mode: a good certificate"
	like "$(cat "$mails/001.env")" '^tls TLSv1\.3$' 'TLS 1.3'
	talk 0 tls=$mode ca=certs/ca.pem host=127.0.0.1 user=u password=p
	talk 1 tls=$mode user=u password=p
	like "$out" '^open tls_refused no authority' "$mode: not in the system's store"
	for bad in 'self:no authority that is trusted here signed it' 'wrong:the name does not match' \
		'expired:it has expired' 'future:it is not valid yet' 'client:it is not for servers'; do
		tls $mode "${bad%%:*}" --auth u:p
		talk 1 tls=$mode ca=certs/ca.pem user=u password=p
		like "$out" "^open tls_refused ${bad#*:}\$" "$mode: ${bad%%:*}"
		ended
		unlike "$(cat "$log")" '^(AUTH|MAIL)' 'and no login'
		[ $mode = starttls ] || unlike "$(cat "$log")" '^EHLO' 'nor any SMTP'
	done
	tls $mode noip
	talk 1 tls=$mode ca=certs/ca.pem host=127.0.0.1
	like "$out" '^open tls_refused the name does not match' "$mode: an IP address that the certificate lacks"
	talk 0 tls=$mode ca=certs/ca.pem
	tls $mode good --tls-max 1.2
	talk 0 tls=$mode ca=certs/ca.pem
	like "$(cat "$mails/001.env")" '^tls TLSv1\.2$' "$mode: TLS 1.2"
	tls $mode good --tls-max 1.1
	talk 1 tls=$mode ca=certs/ca.pem
	like "$out" '^open (protocol|peer_closed)' "$mode: not TLS 1.1"
	tls $mode good --cut-after-dot
	talk 0 tls=$mode ca=certs/ca.pem
	like "$out" '^rcpt a@x\.test unknown' "$mode: cut after the dot"
	tls $mode good --cut-in-data 65536
	talk 0 tls=$mode ca=certs/ca.pem fill=30000000
	like "$out" '^rcpt a@x\.test later' "$mode: cut in the content"
	tls $mode good
	ahead tls=$mode ca=certs/ca.pem
	row 'a accepted 250;b accepted 250;usable' "$mode: announced"
	tls $mode good --drip MAIL
	talk 0 tls=$mode ca=certs/ca.pem timeout=1000
	like "$out" '^broken unreachable no answer within 1s' "$mode: a drip"
	quick 1900 'and its deadline'
done
tls starttls good --inject-after-starttls --auth u:p
talk 1 tls=starttls ca=certs/ca.pem user=u password=p
like "$out" '^open protocol it sent more in clear' 'bytes put in before TLS'
ended
unlike "$(cat "$log")" '^(AUTH|MAIL)' 'and nothing sent'
tls starttls good --no STARTTLS
talk 1 tls=starttls ca=certs/ca.pem user=u password=p
like "$out" '^open tls_missing it offers no STARTTLS' 'STARTTLS taken away'
tls starttls good --reply STARTTLS='454 4.7.0 not now'
talk 1 tls=starttls ca=certs/ca.pem
like "$out" '^open smtp_later' 'STARTTLS 454'
peer --silent-after GREETING
talk 1 tls=implicit ca=certs/ca.pem timeout=500
like "$out" '^open unreachable no answer within 0\.5s' 'silent in the handshake'
peer
talk 1 tls=implicit ca=certs/ca.pem
like "$out" '^open protocol' 'no TLS at all'
talk 1 tls=implicit ca=/dev/null
like "$out" '^open bad_config' 'an empty CA file'
done_testing
