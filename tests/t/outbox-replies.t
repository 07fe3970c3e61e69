#!/bin/sh
# What a server of outgoing mail says, and what it lacks, and what becomes of the mail: only
# the first digit of a reply decides, but where that is about the login, or about how many go at once.
# covers: outbox-send
# place: embedded postgresql - mail is sent on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/peers.sh"

site <<'J'
{"agents":[{"name":"alice","capacity":{"email":30}}],"queues":[{"name":"support"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}]}
J
mkdir -p "$XDG_CONFIG_HOME/ixn"
# config LINE...: of [smtp], beside the server.
config() { printf '%s\n' 'session_ttl = 30d' '[smtp]' 'host = 127.0.0.1' "port = $port" 'tls = none' "$@" >"$XDG_CONFIG_HOME/ixn/config"; }
# peer OPTION...: a fresh server; leaves $log, and its mails in $mails.
peer() {
	peer_start smtp-peer "$@"
	config
}
# compose ADDRESS...: a mail to them: $id, its interaction; $mail.
compose() {
	_to=
	for _a in "$@"; do _to="$_to --to $_a"; done
	# shellcheck disable=SC2086 # options
	as alice email-compose --from support --subject Parcel --text "${text-Hello}" --send $_to ${attach:+--attach "$attach"} >"$tmp/composed" 2>&1 || cat "$tmp/composed"
	id=$(cut -f 1 "$tmp/composed") mail=$(outbox "$id" .id)
}
# fates: of each recipient; a mail that is not sent is given up, lest the next run takes it.
fates() { outbox "$id" '.recipients[]|"\(.address) \(.state) \(.code) \(.attempts)"' | tr '\n' ';'; }
next() { [ "$(outbox "$id" .state)" = sent ] || outbox-drop "$mail" >/dev/null; }
envelopes() { sed -n 's/^rcpt //p' "$mails"/*.env | tr '\n' ' '; }
# said STATUS REPLY WANT NAME: the second of three recipients is answered so.
said() {
	peer --reply RCPT:b@x.test="$2"
	compose a@x.test b@x.test c@x.test
	status "$1" outbox-send
	is "$(fates) $(grep -c '^MAIL' "$log")" "a@x.test sent 250 1;b@x.test $3;c@x.test sent 250 1; ${5-1}" "$2: $4"
	next
}
ready alice

# The code decides, whatever stands behind it: some give the two of them different classes.
said 75 '450 4.7.1 Greylisted, come back in 00:05:00' 'deferred 450 1' 'greylisting waits'
said 75 '451 5.7.1 not now' 'deferred 451 1' 'an enhanced code of the other class'
said 65 '550 4.7.1 no' 'failed 550 1' 'and the other way round'
said 75 '452 4.3.1 no disk' 'deferred 452 1' 'a disk that is full, as it says once more when asked alone' 2
said 75 '452 4.2.2 box full' 'deferred 452 1' 'a box that is full, for now' 2
said 65 '552 5.2.2 over quota' 'failed 552 1' 'a box that is full, for ever' 2
said 65 '552 exceeded storage allocation' 'failed 552 1' 'the same without an enhanced code' 2
said 65 '552 5.3.4 too large' 'failed 552 1' 'a mail that is too large for that one' 2
said 65 '555 5.5.4 NOTIFY?' 'failed 555 1' 'a parameter that is not known'
said 0 '251 2.1.5 will forward' 'sent 250 1' 'one that is forwarded'
# A greylisted one is asked for again once its time has come, with the wait of our own: 1, then 5 minutes.
peer --reply RCPT='450 4.7.1 Greylisted, come back in 00:05:00'
compose grey@x.test
status 75 outbox-send
later 60
status 75 outbox-send
peer
later 299
ok outbox-send
is "$out" '' 'not before'
later 1
ok outbox-send
is "$(fates)" 'grey@x.test sent 250 3;' 'and it is sent'

# More recipients than the server takes with one mail: the others go with the next, at once, and nobody had a try for nothing.
for pipelining in DSN PIPELINING; do
	for full in '452 4.5.3 too many recipients' '452 too many' '552 5.5.3 too many' '552 5.2.3 no more'; do
		peer --no $pipelining --most 2 --reply FULL="$full"
		compose a@x.test b@x.test c@x.test d@x.test e@x.test
		ok outbox-send
		is "$(fates | tr ';' '\n' | cut -d ' ' -f 2- | sort -u)" 'sent 250 1' "$full: all of them ($pipelining is not there)"
		is "$(envelopes) $(grep -c '^BEGIN' "$log")" 'a@x.test b@x.test c@x.test d@x.test e@x.test  1' 'each once, on one connection'
		is "$(printf '%s\n' "$out" | cut -f 1,2) $err" "$mail	sent outbox-send: 1 sent, 0 deferred, 0 failed, 0 unknown" 'and that is said once'
	done
done
# Others who are refused, or have to wait, have their own fate; and what comes behind is not held up.
peer --most 1 --reply RCPT:a@x.test='550 5.1.1 no' --reply RCPT:c@x.test='450 4.2.0 grey'
compose a@x.test b@x.test c@x.test d@x.test
first=$id
compose z@x.test
status 80 outbox-send
id=$first
is "$(fates)" 'a@x.test failed 550 1;b@x.test sent 250 1;c@x.test deferred 450 1;d@x.test sent 250 1;' 'among others'
is "$(envelopes)" 'b@x.test z@x.test d@x.test ' 'behind the other mail'
outbox-drop "$(outbox "$id" .id)" >/dev/null
# Beside one who waits, too: that is said once.
peer --most 2 --reply RCPT:b@x.test='450 4.2.0 grey'
compose a@x.test b@x.test c@x.test d@x.test
status 75 outbox-send
is "$(fates)" 'a@x.test sent 250 1;b@x.test deferred 450 1;c@x.test sent 250 1;d@x.test sent 250 1;' 'one that waits'
is "$(printf '%s\n' "$out" | cut -f 1,2) $(printf '%s\n' "$err" | grep -c 'has to wait') $(printf '%s\n' "$err" | tail -n 1)" \
	"$mail	deferred 1 outbox-send: 0 sent, 1 deferred, 0 failed, 0 unknown" 'is told when the rest is through, once'
next
# Where the content is refused nobody has it: that is no way on.
peer --most 2 --reply DOT='451 4.7.0 later'
compose a@x.test b@x.test c@x.test
status 75 outbox-send
is "$(fates) $(grep -c '^MAIL' "$log")" 'a@x.test deferred 451 1;b@x.test deferred 451 1;c@x.test deferred 452 1; 1' 'nobody has it: it waits as others do'
next
# Nor where the server takes none at all.
peer --reply RCPT='452 4.5.3 too many recipients'
compose a@x.test b@x.test
status 75 outbox-send
is "$(fates) $(grep -c '^MAIL' "$log")" 'a@x.test deferred 452 1;b@x.test deferred 452 1; 1' 'too many, and none is taken'
next
peer --most 2
compose a@x.test b@x.test c@x.test d@x.test e@x.test
ok outbox-send --limit 1
is "$(fates)" 'a@x.test sent 250 1;b@x.test sent 250 1;c@x.test queued null 0;d@x.test queued null 0;e@x.test queued null 0;' 'cut short by --limit'
ok outbox-send
is "$(envelopes)" 'a@x.test b@x.test c@x.test d@x.test e@x.test ' 'the others go by the next run'

# 421 between the recipients ends the connection: nobody has it, and who was refused is.
for pipelining in DSN PIPELINING; do
	peer --no $pipelining --reply RCPT:b@x.test='550 5.1.1 no' --reply RCPT:c@x.test='421 4.3.2 going down'
	compose a@x.test b@x.test c@x.test d@x.test
	status 80 outbox-send
	is "$(fates)" 'a@x.test deferred null 1;b@x.test failed 550 1;c@x.test deferred 421 1;d@x.test deferred null 1;' "421 ($pipelining is not there)"
	is "$(find "$mails" -name '*.eml' | wc -l)" 0 'nobody has it'
	next
done

# What a server lacks is found out before anything is said.
peer --no 8BITMIME --no SMTPUTF8 --no DSN
text='Grüße, déjà — 語' compose a@x.test
ok outbox-send
is "$(LC_ALL=C grep -c "$(printf '[\200-\377]')" "$mails/001.eml")" 0 'no 8BITMIME: what we make needs none'
unlike "$(cat "$log")" 'BODY=|SMTPUTF8|NOTIFY|ENVID|RET=' 'and nothing is asked for that is not offered'
compose zoë@x.test b@x.test
status 65 outbox-send
like "$(fates)" '^zoë@x\.test failed null 1;' 'no SMTPUTF8: an address beyond ASCII cannot be served'
like "$err" 'zoë@x\.test.*5\.6\.7 the server offers no SMTPUTF8' 'which is said'
next
peer --size 2000 --offer DSN
head -c 3000 /dev/urandom >attached
attach=attached compose a@x.test
status 65 outbox-send
like "$err" '5\.3\.4 larger than the server takes' 'larger than SIZE'
is "$(grep -c '^MAIL' "$log")" 0 'is not tried'
next
compose a@x.test
ok outbox-send
like "$(cat "$log")" "^MAIL FROM:<support@example\\.org> SIZE=[0-9]+ RET=HDRS ENVID=$mail\$" 'DSN where it is offered'
like "$(cat "$log")" '^RCPT TO:<a@x\.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a@x\.test$' 'for each'
for reply in '552 5.3.4 too large=failed=65' '452 4.3.1 no room=deferred=75' '552 4.3.1 no room=failed=65'; do
	peer --reply MAIL="${reply%%=*}"
	compose a@x.test
	what=${reply#*=}
	status "${what#*=}" outbox-send
	is "$(outbox "$id" .state)" "${what%=*}" "MAIL ${reply%%=*}"
	next
done

# A login that is refused once, and is right the next time: that was no try.
peer --auth user:secret --reply AUTH='535 5.7.8 wrong'
config 'user = user' 'password_command = echo secret'
compose a@x.test
status 69 outbox-send
like "$err" 'refused the login' '535'
peer --auth user:secret --reply AUTH='454 4.7.0 no way to tell now'
config 'user = user' 'password_command = echo secret'
status 75 outbox-send
peer --auth user:secret
config 'user = user' 'password_command = echo secret'
ok outbox-send
is "$(fates)" 'a@x.test sent 250 1;' '454, and then right'
for reply in 530 535 538; do
	peer --reply MAIL="$reply 5.7.0 log in"
	compose a@x.test
	status 69 outbox-send
	is "$(fates)" 'a@x.test queued null 0;' "$reply to MAIL is about the login, not about the mail"
	next
done
done_testing
