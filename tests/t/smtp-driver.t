#!/bin/sh
# The SMTP driver (lib/channel/smtp.h) against a peer that behaves, and against
# every way not to. $IXN_BIN/../peers/smtp-client is the driver's end.
# place: embedded - no store: the driver alone
. "$(dirname "$0")/lib.sh"

client=$IXN_BIN/../peers/smtp-client
[ -x "$client" ] || skip_all "no $client"
command -v python3 >/dev/null || skip_all 'no python3'

# peer OPTION...: a fresh one; leaves $port, $log, and its mails in $mails.
n=0
peer() {
	# One at a time: the one before goes.
	if [ $n -gt 0 ]; then
		kill "$pid" && wait "$pid" 2>/dev/null
		pids=${pids% "$pid"}
	fi
	n=$((n + 1))
	log=$tmp/work/log.$n mails=$tmp/work/mails.$n
	: >"$log"
	background "$top/tests/peers/smtp-peer" --port-file "port.$n" --dir "$mails" --log "$log" "$@"
	wait_for test -s "port.$n" || cat "$tmp/$pid.out"
	port=$(cat "port.$n")
}
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
like "$out" '^open tls_refused it offers no STARTTLS' 'STARTTLS taken away'
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
