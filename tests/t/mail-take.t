#!/bin/sh
# covers: ixn-show, ixn-list, alert-list, outbox-list
# Mails come to a mailbox: kept once, put into their conversation, screened, answered by
# themselves where that is right. tests/peers/mail-take brings them without a mail server.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/responses.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
export PLACE_OWNER=gate # over the network a service brings them
mail
site <<'J'
{"agents":[{"name":"ann","media":["email"],"capacity":{"email":9}},{"name":"lea","role":"lead"},{"name":"gate","role":"service"}],
 "queues":[{"name":"support","push":false,"pull":true},{"name":"billing"},{"name":"vip"}],
 "mailboxes":[
  {"name":"support","address":"support@example.org","addresses":["help@example.org"],"queue":"support","token":true,"acknowledgement":"ack","sender_name":"Support",
   "rules":[
    {"name":"spam","header":"X-Spam","matches":"(?i)^yes","discard":"spam"},
    {"name":"slow","header":"body","matches":"^(a+)+$","queue":"vip"},
    {"name":"bill","matches":"(?i)\\binvoice (\\d+)","queue":"billing","skills":"french>=3","priority":5,"language":"fr","data":{"invoice":"$1","from":"rule"}},
    {"name":"any","header":"*","matches":"^X-Tier: gold","queue":"vip","data":{"tier":"gold"},"stop":true},
    {"name":"late","header":"X-Tier","matches":"gold","priority":99}]},
  {"name":"sales","address":"sales@example.org","queue":"billing","duplicates":"once"},
  {"name":"info","address":"info@example.org","queue":"billing","autoresponse":"auto","auto_limit":2},
  {"name":"quiet","address":"quiet@example.org"}]}
J
ok ixn-create --queue support --from nobody@example.net --media chat
store=$(where "$XDG_DATA_HOME/ixn/store.db")
if $served; then
	# shellcheck disable=SC2154 # place_dir is of place.sh
	dir=$(dirname "$(find "$place_dir/servers" -name url)")
	read -r store <"$dir/url"
	(umask 077 && "$PLACE_BELOW/agent-token" gate >"$tmp/token")
	export MAIL_TAKE_TOKEN="$tmp/token" MAIL_TAKE_CA="$PLACE_CERTS/cert.pem"
fi
# shellcheck disable=SC2016 # a field code
ok owner response-edit --approved --shortcut ack --name ack --text 'We have it: <$Interaction.Subject$>' --language en --media email
ok owner response-edit --approved --shortcut auto --name auto --text 'We are away.' --language en --media email

uid=0
# mail_of NAME HEADER...: a mail in the file NAME; its text is on standard input.
mail_of() {
	_name=$1 && shift
	{ printf '%s\r\n' "$@" "Message-ID: <$_name@example.com>" 'Date: Sat, 21 Nov 2026 09:30:00 +0000' '' && sed "s/\$/$(printf '\r')/"; } >"$_name"
}
# take MAILBOX FILE...: it comes; leaves $outcome, $ixn, $reason.
take() {
	later
	_box=$1 && shift
	uid=$((uid + 1))
	"$IXN_BIN/../peers/mail-take" "$store" "$_box" "${validity:-7}" "${as:-$uid}" "$@" >taken 2>"$tmp/err" || cat "$tmp/err"
	IFS='	' read -r outcome ixn _ reason <<T
$(sed 's/\t\t/\t-\t/g; s/\t\t/\t-\t/g; s/\t$/\t-/' taken)
T
}
from_ann='From: Ann Moe <ann@example.com>' to='To: Support <support@example.org>'
at_once() { sql "SELECT count(*) FROM ixn WHERE medium = 'email'"; }

# A mail, and all that is shown of it.
mail_of first "$from_ann" "$to" 'Cc: bob@example.net' 'Subject: =?utf-8?q?Caf=C3=A9?=' 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b' <<'M'
--b
Content-Type: text/plain; charset=utf-8

Where is my table? I ordered it on Monday.
--b
Content-Type: application/octet-stream; name="../../etc/passwd"
Content-Disposition: attachment; filename="../../etc/passwd"
Content-Transfer-Encoding: base64

AAH/Cg==
--b
Content-Type: text/csv
Content-Disposition: attachment; filename="a.csv"
Content-Transfer-Encoding: quoted-printable

a=3Db;=
c
--b--
M
take support first
is "$outcome" kept 'a mail is kept'
first=$ixn
is "$(show "$ixn" state,medium,queue,name,from,subject,mailbox,kind,cc,to,message_id,attachments,date)" \
	'queued	email	support	Ann Moe	ann@example.com	Café	support	personal	bob@example.net	Support <support@example.org>	first@example.com	2	2026-11-21T09:30:00.000Z' 'all of it is shown'
is "$(eye ixn-show "$ixn" --json --part attachments | jq -rc '[.n,.name,.type,.size]')" '[1,"passwd","application/octet-stream",4]
[2,"a.csv","text/csv",5]' 'its files, whose names are no paths'
ok eye ixn-show "$ixn" --part attachment:1 -o one
is "$(od -An -tx1 <one | tr -d ' \n')" 0001ff0a 'a file in base64, byte by byte'
status 73 eye ixn-show "$ixn" --part attachment:2 -o one
ok eye ixn-show "$ixn" --part attachment:2 -o one --force
is "$(cat one)" 'a=b;c' 'a file in quoted-printable'
is "$(eye ixn-show "$ixn" --part attachment:2 -o -)" 'a=b;c' 'to standard output'
cp one one-csv && eye ixn-show "$ixn" --part attachment:1 -o one --force
status 64 eye ixn-show "$ixn" --part attachment:2
is "$(find . -name '*passwd*')" '' 'its own name never says where to write'
status 66 eye ixn-show "$ixn" --part attachment:3 -o three
ok eye ixn-show "$ixn" --part raw -o raw
ok cmp raw first
# An import that brings the same bytes, and is given up again.
printf '{"text":"as a file","language":"en","attachments":[{"name":"first.eml","data":"%s"}]}\n' "$(base64 -w 0 <first)" >same.jsonl
ok owner response-import --dry-run same.jsonl
ok eye ixn-show "$ixn" --part raw -o raw --force
ok cmp raw first
like "$(eye ixn-show "$ixn" --part headers)" '^Cc: bob@example.net' 'its header'
unlike "$(eye ixn-show "$ixn" --part headers)" 'Monday' 'without its text'
is "$(eye ixn-show "$ixn" --part text)" 'Where is my table? I ordered it on Monday.' 'its text'
status 66 eye ixn-show "$ixn" --part html
is "$(eye ixn-show "$ixn" --part messages --json | jq -r '.role')" contact 'it is what the contact said'
like "$(eye ixn-show "$ixn" --part history)" 'mail\.fetched' 'its history begins with it'
like "$(eye ixn-show "$ixn" --part history)" 'mail\.acknowledged' 'it was acknowledged'
mail_of html "$from_ann" "$to" 'Subject: h' 'MIME-Version: 1.0' 'Content-Type: text/html' <<'M'
<p>Hello <b>there</b>
M
take support html
html=$ixn
like "$(eye ixn-show "$ixn" --part html)" '<b>there</b>' 'HTML as it came'
is "$(eye ixn-show "$ixn" --part text)" 'Hello there' 'and as text'
chat=$(sql "SELECT id FROM ixn WHERE medium = 'chat'")
status 66 eye ixn-show "$chat" --part raw

# The acknowledgement.
ack=$(sql "SELECT id FROM outbox WHERE ixn = '$first'")
is "$(sql "SELECT kind, auto, envelope, in_reply_to, refs, subject, text, mailbox FROM outbox WHERE id = '$ack'")" \
	'auto-reply|auto-replied||first@example.com|first@example.com|Re: Café|We have it: Café|support' 'an acknowledgement is queued, from nobody'
like "$(sql "SELECT reply_to FROM outbox WHERE id = '$ack'")" "^support\+$(echo "$first" | tr '[:upper:]' '[:lower:]')\..*@example\.org\$" 'answers to it find the interaction'
is "$(sql 'SELECT count(*) FROM outbox')" 1 'one in a day, whatever comes'
later 90000
mail_of day2 "$from_ann" "$to" 'Subject: Re: next day' </dev/null
take support day2
is "$(sql "SELECT count(*), max(subject) FROM outbox WHERE ixn = '$ixn'")" '1|Re: next day' 'and again the next day, with one Re:'
n=$(sql 'SELECT count(*) FROM outbox')
mail_of robot 'From: r@example.com' "$to" 'Auto-Submitted: auto-generated' 'Subject: x' </dev/null
mail_of list 'From: l@example.com' "$to" 'List-Id: <l.example.com>' 'Subject: x' </dev/null
mail_of null 'Return-Path: <>' 'From: n@example.com' "$to" 'Subject: x' </dev/null
mail_of noreply 'From: no-reply@example.com' "$to" 'Subject: x' </dev/null
mail_of bulk 'From: b@example.com' "$to" 'Precedence: bulk' 'Subject: x' </dev/null
mail_of self 'From: sales@example.org' "$to" 'Subject: x' </dev/null
for m in robot list null noreply bulk self; do
	take support $m
	is "$outcome $(sql 'SELECT count(*) FROM outbox')" "kept $n" "no program, list or nobody is answered: $m"
done
is "$(show "$ixn" kind)" personal 'a colleague is a person'
for i in 1 2 3; do
	mail_of away$i 'From: w@example.com' 'To: info@example.org' 'Subject: x' </dev/null
	take info away$i
done
is "$(sql "SELECT count(*) FROM outbox WHERE mailbox = 'info'")" 2 'an answer by itself, as often as the mailbox allows'
later 90000
ok owner response-edit auto --expires 2026-11-01T00:00:00Z
mail_of expired 'From: e@example.com' 'To: info@example.org' 'Subject: x' </dev/null
take info expired
is "$outcome $(sql "SELECT count(*) FROM outbox WHERE mailbox = 'info'")" 'kept 2' 'with an expired response a mail is taken all the same'
is "$(sql "SELECT reason FROM event WHERE event = 'mail.unacknowledged' AND ixn = '$ixn'")" response_expired 'and why nothing went is told'

# Conversations.
mail_of again "$from_ann" "$to" 'Subject: other' 'In-Reply-To: <first@example.com>' </dev/null
take support again
is "$outcome $(show "$ixn" conversation)" "threaded $first" 'an answer goes on with the conversation of its contact'
is "$(sql "SELECT count(*) FROM outbox WHERE ixn = '$ixn'")" 0 'and is not acknowledged'
mail_of refs "$from_ann" "$to" 'Subject: other' 'References: <first@example.com> <lost@example.com>' </dev/null
take support refs
is "$outcome $(show "$ixn" conversation)" "threaded $first" 'by its references'
mail_of foreign 'From: Mal <mal@example.net>' "$to" 'Subject: Café' 'In-Reply-To: <first@example.com>' </dev/null
take support foreign
is "$outcome" kept 'who is somebody else is in no thread of others'
unlike "$(show "$ixn" conversation)" "$first" 'but in one of its own'
mail_of subject "$from_ann" "$to" 'Subject: Re: Café' </dev/null
take support subject
is "$outcome" kept 'the subject alone says nothing'
mail_of answered "$from_ann" "$to" 'Subject: x' "In-Reply-To: <$(sql "SELECT message_id FROM outbox WHERE id = '$ack'")>" </dev/null
take support answered
is "$outcome $(show "$ixn" conversation)" "threaded $first" 'an answer to the acknowledgement'
token=$(sql "SELECT reply_to FROM outbox WHERE id = '$ack'")
mail_of token "$from_ann" "To: $token" 'Subject: x' </dev/null
take support token
is "$outcome $(show "$ixn" conversation)" "threaded $first" 'by the signed address'
mail_of upper "$from_ann" 'To: x@example.org' "Delivered-To: $(echo "$token" | tr '[:lower:]' '[:upper:]')" 'Subject: x' </dev/null
take support upper
is "$outcome" threaded 'the one it was delivered to, in whatever case'
mail_of forged "$from_ann" "To: support+$(echo "$first" | tr '[:upper:]' '[:lower:]').aaaaaaaaaaaaaaaa@example.org" 'Subject: x' </dev/null
take support forged
is "$outcome" kept 'not by one that is not signed'
mail_of stolen 'From: Mal <mal@example.net>' "To: $token" 'Subject: x' </dev/null
take support stolen
is "$outcome" kept 'and nobody else by it'

# What was forwarded to somebody outside is answered there.
out=01M7YNAZK8FWDFWDFWDFWDFWD0
sql "INSERT INTO ixn SELECT '$out', 'x', 1, medium, 'done', online, contact, name, scheme, address, subject, language, queue, origin_queue, skills, lane, priority, sort_key, NULL, NULL,
 conversation, 1, transcript, created, queued, offered, answered, ended, created, reason, 'outbound', reserved, widened, workbin, keeper, contact_spoke, agent_spoke, warnings, entered
 FROM ixn WHERE id = '$first'"
sql "INSERT INTO email (ixn, version, mailbox, state, kind, message_id, size, parent, author, interim, cycle, stage) VALUES ('$out', 1, 'support', 'sent', 'forward', 'out@example.org', 0, '$first', 'ann', 0, 0, 0)"
sql "INSERT INTO email_address (ixn, kind, ord, address) VALUES ('$out', 'to', 0, 'Lab@Partner.example')"
mail_of lab 'From: The Lab <lab@partner.example>' "$to" 'Subject: Fwd: x' 'In-Reply-To: <out@example.org>' <<'M'
It is broken.
M
n=$(sql "SELECT count(*) FROM ixn WHERE medium = 'email' AND state <> 'done'")
take support lab
is "$outcome $ixn $(sql "SELECT count(*) FROM ixn WHERE medium = 'email' AND state <> 'done'")" "returned $first $n" 'the answer of whom it was forwarded to returns to it'
is "$(eye ixn-show "$first" --part messages --json | jq -rc '[.role, .visible, .author, .text]' | tail -n 1)" '["system","agents","The Lab","It is broken.\n"]' 'for agents to read'
child=$(sql "SELECT ref FROM event WHERE event = 'mail.returned' AND ixn = '$first'")
ok eye ixn-show "$child" --part raw -o lab.eml
ok cmp lab lab.eml
is "$(show "$child" state,parent,conversation)" "done	$first	$first" 'its bytes are kept'
is "$(sql "SELECT target FROM alert WHERE ixn = '$first'")" agent:ann 'who forwarded it is told'
mail_of lab2 'From: The Lab <lab@partner.example>' "$to" 'Subject: Fwd: x' 'In-Reply-To: <lab@example.com>' </dev/null
take support lab2
is "$outcome $ixn" "returned $first" 'and what they add to it, too'
mail_of mole 'From: Mole <mole@partner.example>' "$to" 'Subject: Fwd: x' 'In-Reply-To: <out@example.org>' </dev/null
take support mole
is "$outcome" kept 'nobody else answers it'

# Doubles, and what is our own.
n=$(at_once)
as=1 take support first
is "$outcome $ixn $(at_once)" "duplicate $first $n" 'the same mail again'
take support first
is "$outcome $(at_once)" "duplicate $n" 'its copy in the same folder'
validity=8 as=1 take support first
is "$outcome $(at_once)" "duplicate $n" 'the same when the server counts anew'
sed 's/Monday/Tuesday/' first >changed
validity=8 as=2 take support changed
is "$outcome" kept 'other bytes under the same Message-ID are another mail'
{ printf 'From: c@example.com\r\nTo: help@example.org\r\nSubject: job\r\n\r\ndone\r\n'; } >nameless
validity=8 as=3 take support nameless
is "$outcome" kept 'a mail without an id'
validity=8 as=4 take support nameless
is "$outcome" kept 'the same once more is another one'
n=$(at_once)
validity=9 as=1 take support nameless nameless
is "$(cut -f1 taken | tr '\n' ' ')$(at_once)" "duplicate duplicate $n" 'which both are known when the server counts anew'
validity=9 as=3 take support nameless
is "$outcome" kept 'a third one is new'
validity=9 as=3 take support nameless
is "$outcome $(at_once)" "duplicate $((n + 1))" 'and is there when it comes again by its number'
take info first
is "$outcome" kept 'the same mail in another mailbox'
take sales first
is "$outcome" duplicate 'unless that takes it once'
mail_of ours 'From: x@example.com' "$to" 'Subject: x' </dev/null
sed "s/ours@example.com/$(sql "SELECT message_id FROM outbox WHERE id = '$ack'")/" ours >own
take support own
is "$outcome" own 'what we sent comes back'
mail_of loop 'From: x@example.com' "$to" 'X-Ixn-Loop: sales@example.org' 'Subject: x' </dev/null
take support loop
is "$outcome" own 'with our mark'
mail_of robot2 'From: help@example.org' "$to" 'Auto-Submitted: auto-replied' 'Subject: x' </dev/null
take support robot2
is "$outcome" own 'or by a program of our own address'
mail_of others 'From: x@example.com' "$to" 'X-Ixn-Loop: desk@elsewhere.example' 'Subject: x' </dev/null
take support others
is "$outcome" kept 'the mark of another desk is no matter'

# Rules.
mail_of spam 'From: s@example.net' "$to" 'X-Spam: Yes' 'Subject: x' </dev/null
n=$(at_once)
take support spam
is "$outcome $ixn $reason $(at_once)" "discarded - spam $n" 'a rule discards, and says why'
is "$(sql "SELECT outcome, reason FROM fetch_mail WHERE message_id = 'spam@example.com'")" 'discarded|spam' 'which is kept'
mail_of bill 'From: d@example.net' "$to" 'Subject: Your INVOICE 4711' </dev/null
take support bill
is "$(show "$ixn" queue,skills,priority,language,data)" 'billing	french>=3	5	fr	invoice=4711,from=rule' 'a rule sets queue, skills, priority, language and data'
mail_of gold 'From: g@example.net' "$to" 'X-Tier: gold' 'Subject: invoice 1' </dev/null
take support gold
is "$(show "$ixn" queue,priority,data)" 'vip	5	invoice=1,from=rule,tier=gold' 'later rules win, until one stops'
{ printf 'From: z@example.net\r\nSubject: slow\r\nMessage-ID: <slow@example.com>\r\n\r\n' && head -c 5000 /dev/zero | tr '\0' a && echo b; } >slow
take support slow
is "$outcome $(show "$ixn" queue)" 'kept support' 'a pattern that takes too long does not match'
export MAIL_TAKE_TEST=1
n=$(at_once)
take support gold
is "$(cat taken)" "$(printf 'bill\t\tbilling\tfr\t\nany\t\tvip\t\t\n\tkept\tvip\tfr\t\n')" 'what the rules would do is told'
take support slow
like "$(cat taken)" '^slow' 'and that one takes too long'
take support spam
like "$(cat taken)" "^$(printf '\t')discarded" 'or discards'
unset MAIL_TAKE_TEST
is "$(at_once)" "$n" 'nothing came of it'

# What cannot be taken.
take quiet first
like "$(cat "$tmp/err")" mailbox_not_fetched 'a mailbox without a queue takes nothing'
take none first
like "$(cat "$tmp/err")" no_mailbox_of_the_site 'nor does one that the site has not'

# Mails that are not as they should be.
printf 'Subject: \001\033[2Jbell\r\nFrom: "A\r\n\tB" <bad address>, <ok@example.com>\r\n\r\nx' >odd
take support odd
is "$outcome" kept 'controls in a header'
unlike "$(sql "SELECT subject FROM ixn WHERE id = '$ixn'" | od -An -tx1)" '1b' 'do not stay'
: >empty
take support empty
is "$outcome $(show "$ixn" from,subject,size)" 'kept 		0' 'nothing at all'

# Reports.
sql "INSERT INTO outbox_recipient (outbox, address, state, attempts, next_at) VALUES ('$ack', 'second@example.com', 'sent', 1, 0)"
mid=$(sql "SELECT message_id FROM outbox WHERE id = '$ack'")
# report NAME MESSAGE-ID RECIPIENT
report() {
	mail_of "$1" 'Return-Path: <>' 'From: Mail Delivery System <mailer-daemon@mx.example.org>' "$to" 'Subject: Undelivered' 'Auto-Submitted: auto-replied' 'MIME-Version: 1.0' \
		'Content-Type: multipart/report; report-type=delivery-status; boundary=r' <<M
--r
Content-Type: text/plain

I could not.
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; $3
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
--r
Content-Type: message/rfc822

From: support@example.org
Message-ID: <$2>
Subject: x

x
--r--
M
}
report bounce "$mid" Ann@example.com
n=$(at_once)
take support bounce
is "$outcome $ixn $(at_once)" "reported $first $n" 'a report is kept with the mail that it is about'
is "$(sql "SELECT address, report FROM outbox_recipient WHERE outbox = '$ack' ORDER BY address")" 'ann@example.com|failed 5.1.1
second@example.com|' 'and its recipient'
is "$(eye ixn-show "$first" --part history --json | jq -r 'select(.event == "mail.reported").reason')" 'failed 5.1.1' 'it stands in the history'
is "$(outbox-list --ixn "$first" --json | jq -r --arg id "$ack" 'select(.id == $id).recipients[] | select(.address == "ann@example.com").report')" 'failed 5.1.1' 'and outbox-list tells it'
report enveloped x second@example.com
sed "s/^Message-ID: <x>/X-None: x/; s/^Reporting-MTA:/Original-Envelope-Id: $ack\\
&/" enveloped >envelope
take support envelope
is "$outcome $(sql "SELECT report FROM outbox_recipient WHERE outbox = '$ack' AND address = 'second@example.com'")" 'reported failed 5.1.1' 'one that names the envelope alone'
report wrong "$mid" stranger@example.com
take support wrong
is "$outcome $(show "$ixn" kind)" 'kept report' 'one about somebody to whom nothing was sent is a mail'
report unknown none@example.org ann@example.com
take support unknown
is "$outcome" kept 'so is one about a mail that was not ours'
as=$uid take support bounce
is "$outcome" duplicate 'the same report again'

# Another folder of the site's choice counts by itself.
mail_of folder1 'From: f@example.net' 'To: info@example.org' 'Subject: 1' </dev/null
mail_of folder2 'From: f@example.net' 'To: info@example.org' 'Subject: 2' </dev/null
as=900 take info folder1
echo '{"mailboxes":[{"name":"info","folder":"Other"}]}' >folder.json
ok ixn-setup --load folder.json
as=900 take info folder2
is "$outcome" kept 'a mail with the number of one in the folder before'

# Whoever has it reads all of it, and what was answered about it.
ready ann
ok as ann ixn-take "$first"
ok as ann ixn-show "$first" --part attachment:1 -o mine
ok cmp one mine
is "$(as ann ixn-show "$first" --part attachment:2 --json | jq -r .data)" "$(base64 <one-csv)" 'in JSON as base64'
ok as ann ixn-show "$child" --part raw -o mine --force
ok cmp lab mine
like "$(as ann ixn-show "$html" --part html)" '<b>there</b>' 'HTML, too'
is "$(as ann ixn-list --fields medium,subject)" 'email	Café' 'it is listed'

is "$(sql "SELECT uidvalidity, CASE WHEN uid >= 3 THEN 1 ELSE 0 END FROM fetch_box WHERE mailbox = 'support'")" '7|1' 'how far it is'
is "$(sql "SELECT count(*) FROM fetch_mail WHERE mailbox = 'support' AND acted = 1")" 0 'what is to be marked at the server waits for that'
ok ixn-doctor
done_testing
