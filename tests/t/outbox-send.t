#!/bin/sh
# outbox-send: transcripts arrive once, as they were written; what is put off,
# refused, cut or unknown is told apart, survives, and is settled by a person
# where nobody else can.
# covers: outbox-send, outbox-list, outbox-retry, outbox-drop
# place: embedded postgresql - mail is sent on the machine of the store, each time with another configuration
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/peers.sh"

umask 077

# A site, and a clock that stands where it is put.
export IXN_CLOCK="$tmp/work/clock"
at() { echo "2026-11-21T$1Z" >clock.new && mv clock.new clock; }
at 09:30:00
cat >site.json <<'EOF'
{"agents":[{"name":"alice.login","alias":"Alice Martin","capacity":{"chat":20}}],"queues":[{"name":"billing"}]}
EOF
ixn-setup --test --load site.json >/dev/null || exit 1

# config LINE...: of [smtp], beside host and port of the peer.
config() {
	mkdir -p "$XDG_CONFIG_HOME/ixn"
	{
		printf '%s\n' 'time_zone = Europe/Paris' 'session_ttl = 30d' '[mail]' 'from = support@example.org' 'name = Support, Société' 'reply_to = answers@example.org'
		printf '%s\n' '[smtp]' "$@"
	} >"$XDG_CONFIG_HOME/ixn/config"
}
config
agent-login alice.login --ready >/dev/null || exit 1
# peer OPTION...: a fresh one, in the configuration; leaves $log, and its mails in $mails.
peer() {
	peer_start smtp-peer "$@"
	config 'host = 127.0.0.1' "port = $port" 'tls = none'
}
arrived() { find "$mails" -name '*.eml' | wc -l; }
# mail LANGUAGE ADDRESS TEXT ANSWER ("": the text is the file large): a chat that ended; its transcript is queued; leaves $mail and $ixn.
mail() {
	ixn=$(ixn-create --media chat --queue billing --language "$1" --from "$2" --name Zoé --subject 'Commande n° 17' ${3:+--text "$3"} | cut -f 1)
	[ -n "$3" ] || chat-send "$ixn" --as-contact --file large >/dev/null
	{ ixn-accept "$ixn" && chat-send "$ixn" --text "$4" && chat-end "$ixn"; } >/dev/null || return
	mail=$(transcript-send "$ixn" | cut -f 1)
}
# state: of $mail, its tries, what the server said.
state() { outbox-list --ixn "$ixn" --fields id,state,attempts,reply | sed -n "s/^$mail	//p"; }
part() { # N FILE: its body number N, decoded; "head": its header fields.
	python3 - "$@" <<'EOF'
import email, email.policy, sys
m = email.message_from_bytes(open(sys.argv[2], "rb").read(), policy=email.policy.default)
if sys.argv[1] == "head":
    for k, v in m.items():
        print("%s: %s" % (k, v))
else:
    p = list(m.iter_parts())[int(sys.argv[1])]
    print(p.get_content_type(), p.get_content_charset())
    print(p.get_content().replace("\r", ""))
EOF
}

# Nothing to do.
status 69 outbox-send
like "$err" 'smtp\.host' 'no server in the configuration'
peer
ok outbox-send
is "$out$err" '' 'an empty outbox: nothing is said'
is "$(cat "$log")" '' 'and nobody called'

# In French.
mail fr zoe@example.net 'Où est ma commande ? Déjà payée <b>hier</b>.' 'Elle est partie à Ørsted — voilà 🚚'
ok outbox-send --dry-run
is "$out" "$mail	queued	$ixn	zoe@example.net	Votre conversation avec nous, 2026-11-21	" 'a dry run shows it'
is "$(cat "$log")" '' 'and sends nothing'
ok outbox-send
is "$out" "$mail	sent	$ixn	zoe@example.net	Votre conversation avec nous, 2026-11-21	2.0.0 kept" 'a line for the mail'
is "$err" 'outbox-send: 1 sent, 0 deferred, 0 failed, 0 unknown' 'and one for people'
is "$(arrived)" 1 'it arrived once'
is "$(part head "$mails/001.eml" | grep -v '^Content-Type')" "Date: Sat, 21 Nov 2026 10:30:00 +0100
From: \"Support, Société\" <support@example.org>
Reply-To: answers@example.org
To: zoe@example.net
Subject: Votre conversation avec nous, 2026-11-21
Message-ID: <$mail@example.org>
Auto-Submitted: auto-generated
Content-Language: fr
MIME-Version: 1.0" 'its header, and nothing else'
is "$(sed -n 1,2p "$mails/001.env" | sed 's/ SIZE=.*//')" 'mail FROM:<support@example.org>
rcpt zoe@example.net' 'its envelope'
body=$(part 0 "$mails/001.eml")
like "$body" '^text/plain utf-8$' 'a text'
like "$body" '^Bonjour, voici la transcription' 'in French'
like "$body" '^Commande n° 17, 2026-11-21 \(Europe/Paris\)$' 'what it was about'
like "$body" '^\[10:30\] Zoé: Où est ma commande \? Déjà payée <b>hier</b>\.$' 'what the contact said, at local time'
like "$body" '^\[10:30\] Alice Martin: Elle est partie à Ørsted — voilà 🚚$' 'what the agent said, by alias'
body=$(part 1 "$mails/001.eml")
like "$body" '^text/html utf-8$' 'and HTML'
like "$body" 'Déjà payée &lt;b&gt;hier&lt;/b&gt;' 'in which no markup of theirs counts'
unlike "$(cat "$mails/001.eml"; part 0 "$mails/001.eml"; part 1 "$mails/001.eml")" 'alice\.login' 'the login stands nowhere'
ok outbox-send
is "$out$(arrived)" 1 'it is not sent again'

# In English, two on one connection.
mail en joe@example.com 'Where is my order?' 'On its way.'
first=$mail
at 09:30:01
mail en ann@example.com 'Hello' 'Hello'
at 09:31:00
ok outbox-send --limit 1
is "$(printf '%s\n' "$out" | cut -f 1,2)" "$first	sent" '--limit 1: the older one'
mail en bob@example.com 'Hello' 'Hello'
ok outbox-send --json
is "$(printf '%s\n' "$out" | grep -c '"state":"sent"')" 2 'two more, as JSON'
is "$(grep -c '^EHLO' "$log")" 3 'by one connection'
like "$(part head "$mails/002.eml")" '^Date: Sat, 21 Nov 2026 10:30:00 \+0100$' 'Date is when it was written'
like "$(part 0 "$mails/002.eml")" '^Hello, here is the transcript' 'in English'
like "$(part head "$mails/002.eml")" '^Content-Language: en$' 'and says so'

# Put off.
peer --reply RCPT='450 4.2.0 grey\nlist' --reply RCPT:ok@x.test='250 ok'
mail fr grey@x.test a b
status 75 outbox-send
like "$err" "$mail to grey@x.test has to wait: 4\.2\.0 grey" '450: says so'
like "$err" "from 2026-11-21 10:32 on" 'and when it is tried again'
is "$(state | sed 's/\\n.*//')" 'deferred	1	4.2.0 grey' 'deferred'
ok outbox-send
is "$out" '' 'not before its time'
at 09:32:00
status 75 outbox-send
is "$(state | cut -f 1,2)" 'deferred	2' 'deferred again'
at 09:36:59
ok outbox-send
is "$out" '' 'for five minutes now'
peer
at 09:37:00
ok outbox-send
is "$(state | cut -f 1,2)" 'sent	3' 'sent at last'
like "$(part head "$mails/001.eml")" "^Message-ID: <$mail@example.org>$" 'under the Message-ID that it had'
like "$(part head "$mails/001.eml")" '^Date: Sat, 21 Nov 2026 10:31:00' 'and its date'

# Given up.
peer --reply RCPT='450 4.2.0 never'
mail fr never@x.test a b
tries=0
for day in 21 22 23 24; do
	for hour in 09 11 13 15 17 19 21 23; do
		for minute in 38 40 46; do
			echo "2026-11-${day}T$hour:$minute:00Z" >clock
			[ "$day$hour" != 2109 ] || [ $minute != 46 ] || continue
			outbox-send --quiet >/dev/null 2>&1
			tries=$?
			[ $tries = 65 ] && break 3
		done
	done
done
is "$tries:$day" 65:23 'given up after 48 hours'
is "$(state | cut -f 1,3)" 'failed	4.2.0 never' 'failed'
ok outbox-retry "$mail"
status 75 outbox-send
is "$(state | cut -f 1,2)" 'deferred	1' 'sent again by a person it gets the short waits again'
ok outbox-drop "$mail"

# Refused.
peer --reply RCPT='550 5.1.1 no such user'
mail fr gone@x.test a b
status 65 outbox-send
like "$err" "^outbox-send: mail $mail to gone@x.test is refused: 5\.1\.1 no such user$" '550: says so'
is "$(state)" 'failed	1	5.1.1 no such user' 'failed at once'
ok outbox-retry "$mail"
status 65 outbox-send --json
like "$err" '^\{"error":\{"code":"mail_refused".*"exit":65' 'as JSON'
ok outbox-send
is "$out" '' 'and not tried again by itself'
ok outbox-drop "$mail"
status 79 outbox-drop "$mail"

# Each recipient for itself.
if command -v sqlite3 >/dev/null; then
	store=$(find "$XDG_DATA_HOME" -name '*.db')
	peer --reply RCPT:b@x.test='450 4.2.0 grey' --reply RCPT:c@x.test='550 5.1.1 unknown'
	mail fr a@x.test a b
	for address in b@x.test c@x.test; do
		sqlite3 "$store" "INSERT INTO outbox_recipient (outbox, address, state, attempts, next_at) VALUES ('$mail', '$address', 'queued', 0, 0)"
	done
	status 80 outbox-send
	like "$out" "^$mail	deferred	" 'a mail is what its least finished recipient is'
	is "$(outbox-list --ixn "$ixn" --json | grep -o '"address":"[^"]*","state":"[^"]*"' | tr '\n' ' ')" \
		'"address":"a@x.test","state":"sent" "address":"b@x.test","state":"deferred" "address":"c@x.test","state":"failed" ' 'each its own'
	peer
	echo 2026-11-24T12:00:00Z >clock
	status 65 outbox-send
	is "$(grep '^rcpt' "$mails/001.env")" 'rcpt b@x.test' 'only the one put off is tried again'
	like "$out" "^$mail	failed	" 'then the refusal remains'
	ok outbox-drop "$mail"
else
	skip 'several recipients' 'no sqlite3'
fi

# Cut after everything was sent.
peer --cut-after-dot
mail fr cut@x.test a b
status 79 outbox-send
like "$err" "mail $mail to cut@x\.test: cut after everything was sent" 'unknown: says so'
like "$err" "outbox-retry $mail" 'and what to do'
is "$(arrived)" 1 'it had arrived'
is "$(state | cut -f 1)" unknown unknown
peer
ok outbox-send
is "$out$(arrived)" 0 'never sent again by itself'
ok outbox-retry "$mail"
ok outbox-send
is "$(arrived)" 1 'but by a person, once'
like "$(part head "$mails/001.eml")" "^Message-ID: <$mail@example.org>$" 'under the same Message-ID'
ok outbox-send
is "$(arrived)" 1 'and no more'
peer --cut-after-dot
mail fr cut2@x.test a b
status 79 outbox-send
ok outbox-drop "$mail"
is "$(state | cut -f 1)" dropped 'or dropped'
ok outbox-send

# Cut before that.
peer --cut-in-data 100
head -c 12000000 /dev/zero | tr '\0' x >large
mail fr data@x.test '' b
status 75 outbox-send
is "$(state | cut -f 1)" deferred 'cut in the content: deferred'
is "$(arrived)" 0 'nothing arrived'
peer
echo 2026-11-24T13:00:00Z >clock
ok outbox-send
is "$(arrived)" 1 'sent at the next run'

# Nothing was tried: nothing is counted.
mail fr later@x.test a b
peer --reply GREETING='421 4.3.2 later'
status 75 outbox-send
is "$(state)" 'queued	0	' 'a server that is not ready'
peer_gone
status 69 outbox-send
is "$(state)" 'queued	0	' 'or not there'
peer --auth user:secret
config 'host = 127.0.0.1' "port = $port" 'tls = none' 'user = user' 'password_command = echo wrong'
status 69 outbox-send
like "$err" 'refused the login' 'a wrong password'
is "$(state)" 'queued	0	' 'does not count either'
config 'host = 127.0.0.1' "port = $port" 'tls = none'
status 69 outbox-send
like "$err" 'refused the login' 'nor does none, where one is wanted'
is "$(state)" 'queued	0	' 'and nothing is lost'
peer --cut-at MAIL
mail fr later2@x.test a b
echo 2026-11-24T13:00:01Z >clock
mail fr later3@x.test a b
status 80 outbox-send
is "$(grep -c '^MAIL' "$log")" 2 'two broken connections in a row end the run'
is "$(state)" 'queued	0	' 'what came behind them was not touched'

# Configuration.
config 'host = 127.0.0.1' 'tls = maybe'
status 78 outbox-send
like "$err" "config:9: smtp.tls: 'maybe' is not implicit, starttls or none" 'a bad smtp.tls'
config 'host = 127.0.0.1' 'port = 70000'
status 78 outbox-send
status 64 outbox-send --limit 0

# TLS, and one run at a time.
if command -v certtool >/dev/null; then
	"$top/tests/peers/make-certs" certs || exit 1
	peer --tls implicit certs/wrong.pem certs/wrong.key
	config 'host = 127.0.0.1' "port = $port" 'ca_file = certs/ca.pem'
	status 69 outbox-send
	like "$err" 'the certificate is refused: the name does not match' 'a certificate of somebody else'
	unlike "$(cat "$log")" '^(EHLO|MAIL)' 'nothing was said to it'
	is "$(state)" 'queued	0	' 'or counted'
	echo secret >password
	peer --tls starttls certs/good.pem certs/good.key --auth user:secret
	config 'host = 127.0.0.1' "port = $port" 'ca_file = certs/ca.pem' 'tls = starttls' 'user = user' 'password_file = password'
	echo 2026-11-24T14:00:00Z >clock
	ok outbox-send
	is "$(arrived)" 3 'STARTTLS and a login: all that waited arrives'
	is "$(sed -n 's/^login //p' "$mails/003.env")" user 'with the login'
else
	skip TLS 'no certtool'
fi
# A service.
peer
background outbox-send --follow
follow=$pid
mail fr follow1@x.test a b
wait_for test -s "$mails/001.eml"
echo 2026-11-24T14:00:01Z >clock
mail fr follow2@x.test a b
wait_for test -s "$mails/002.eml"
ok outbox-send --lock-wait 5s
is "$(arrived)" 2 '--follow sends what comes'
kill "$follow" && wait "$follow"
is $? 0 'until it is told to stop'

peer --silent-after DOT
mail fr slow@x.test a b
background outbox-send
slow=$pid
wait_for grep -q '^DOT' "$log"
status 75 outbox-send
like "$err" 'outbox-send is already running: process [0-9]+ \(' 'one run at a time, and which'
status 75 outbox-send --lock-wait 300ms
pkill -9 -P "$slow"
wait "$slow" 2>/dev/null
peer
status 79 outbox-send --lock-wait 10s
is "$(state | cut -f 1)" unknown 'killed behind the content: unknown'
is "$(arrived)" 0 'and not sent again'
done_testing
