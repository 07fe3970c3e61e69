#!/bin/sh
# Reports on mails that were sent (RFC 3464, and RFC 3461's envelope id): one is believed of
# a mail of ours and a recipient to whom that mail went; it changes nothing else. Anybody can
# forge one, so what is foreign, missing or about somebody else's mail is a mail like others.
# covers: outbox-list, alert-list
# place: embedded - the store is read, and mails are brought to it, without a server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"

[ -x "$mail_take" ] || skip_all "no $mail_take"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
site <<'J'
{"agents":[{"name":"alice","capacity":{"email":9}}],"queues":[{"name":"support","push":false,"pull":true}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}]}
J
ready alice
# compose OPTION...: $mail, and $ixn, its interaction.
compose() {
	as alice email-compose --subject S --text x --send "$@" >"$tmp/composed" || return
	ixn=$(cut -f 1 "$tmp/composed") mail=$(outbox "$ixn" .id)
}
compose --to ann@example.com --cc bob@example.com && one=$mail one_ixn=$ixn
compose --to ann@example.com && two=$mail
compose --to carl@example.com && three=$mail three_ixn=$ixn
sql "UPDATE outbox SET state = 'sent'; UPDATE outbox_recipient SET state = 'sent'"
mid() { sql "SELECT message_id FROM outbox WHERE id = '$1'"; }

# report NAME ADDRESS [LINE...]: of that recipient; lines of its own: envid=ID, mid=ID, action=WORD, status=CODE, and=ADDRESS.
report() {
	_name=$1 _address=$2 _envid='' _mid='' _action=failed _status=5.1.1 _and=''
	shift 2
	for _l; do
		case $_l in
		envid=*) _envid="Original-Envelope-Id: ${_l#*=}" ;;
		mid=*) _mid="Message-ID: <${_l#*=}>" ;;
		action=*) _action=${_l#*=} ;;
		status=*) _status=${_l#*=} ;;
		and=*) _and=${_l#*=} ;;
		esac
	done
	{
		printf '%s\n' "Message-ID: <$_name@mx>" 'Return-Path: <>' 'From: Mail Delivery System <mailer-daemon@mx.example.net>' 'To: support@example.org' 'Subject: Undelivered' \
			'Auto-Submitted: auto-replied' 'MIME-Version: 1.0' 'Content-Type: multipart/report; report-type=delivery-status; boundary=r' '' \
			'--r' 'Content-Type: text/plain' '' 'I could not.' '--r' 'Content-Type: message/delivery-status' '' 'Reporting-MTA: dns; mx.example.net'
		[ -z "$_envid" ] || printf '%s\n' "$_envid"
		for _a in $_address $_and; do printf '%s\n' '' "Final-Recipient: rfc822; $_a" "Action: $_action" "Status: $_status"; done
		[ -z "$_mid" ] || printf '%s\n' '' '--r' 'Content-Type: message/rfc822' '' 'From: support@example.org' "$_mid" 'Subject: S' '' 'x'
		printf '%s\n' '' '--r--'
	} | sed "s/\$/$(printf '\r')/" >"$_name"
	arrive "$_name"
}
# told: what the outbox has of reports, a line for each recipient that has one; then it is forgotten.
told() {
	sql "SELECT CASE outbox WHEN '$one' THEN 'one' WHEN '$two' THEN 'two' WHEN '$three' THEN 'three' END || ' ' || address || ' ' || report FROM outbox_recipient WHERE report IS NOT NULL ORDER BY 1"
	sql 'UPDATE outbox_recipient SET report = NULL, reported = NULL'
}
# kept NAME: the report just taken is a mail like others, and nothing was told of it.
kept() {
	is "$outcome $(told)$(sql "SELECT count(*) FROM event WHERE event = 'mail.reported' AND seq > $seen")" 'kept 0' "$1"
	seen=$(sql 'SELECT max(seq) FROM event')
}
seen=0

# Of the mail that it names, and of that recipient alone.
report r1 ann@example.com "mid=$(mid "$one")"
is "$outcome $id" "reported $one_ixn" 'by the Message-ID: it is kept with that mail'
is "$(told)" 'one ann@example.com failed 5.1.1' 'of that recipient, and of no other mail to the same one'
report r2 ann@example.com "envid=$one"
is "$outcome $id $(told)" "reported $one_ixn one ann@example.com failed 5.1.1" 'by the envelope id alone, as RFC 3461 has it'
report r3 BOB@EXAMPLE.com "envid=$(echo "$one" | tr '[:upper:]' '[:lower:]')"
is "$outcome $(told)" 'reported one bob@example.com failed 5.1.1' 'in whatever case'
report r4 carl@example.com "envid=$three"
is "$outcome $id $(told)" "reported $three_ixn three carl@example.com failed 5.1.1" 'each its own'
report r5 stranger@example.com "mid=$(mid "$one")" and=bob@example.com
is "$outcome $(told)" 'reported one bob@example.com failed 5.1.1' 'of two recipients the one to whom it went'
report r6 bob@example.com "mid=$(mid "$one")" and=stranger@example.com
is "$outcome $(told)" 'reported one bob@example.com failed 5.1.1' 'in whatever order'
is "$(sql 'SELECT count(*) FROM outbox WHERE state <> '"'sent'")$(sql "SELECT count(*) FROM outbox_recipient WHERE state <> 'sent'")" 00 'what was sent stays sent'
is "$(sql "SELECT target FROM alert WHERE ixn = '$three_ixn'")" agent:alice 'who sent it is told'
seen=$(sql 'SELECT max(seq) FROM event')

# What is not ours.
report f1 ann@example.com envid=QQ314159
kept 'the envelope id of another system'
report f2 ann@example.com envid=01ARZ3NDEKTSV4RRFFQ69G5FAV
kept 'one in the form of ours that was before all of ours'
report f3 carl@example.com envid=7ZZZZZZZZZZZZZZZZZZZZZZZZZ
kept 'and one behind them'
report f4 ann@example.com "envid=$(echo "$one" | cut -c 1-20)"
kept 'the beginning of ours'
report f5 ann@example.com "envid=${one}X"
kept 'ours and more'
report f6 ann@example.com "envid=$one_ixn"
kept 'the id of an interaction'
report f7 ann@example.com
kept 'no id at all'
report f8 ann@example.com "mid=nobody@example.org"
kept 'the Message-ID of somebody else'

# Forged: somebody else's mail, somebody else's recipient.
report g1 ann@example.com "envid=$three"
kept 'another contact to whom that mail was not sent'
report g2 carl@example.com "mid=$(mid "$one")"
kept 'nor by its Message-ID'
report g3 carl@example.com "mid=$(mid "$one")" "envid=$three"
kept 'two mails in one report: it is about the one whose header came back'
report g4 '*@example.com' "envid=$one"
kept 'no recipient by a pattern'
report g5 '%' "envid=$one"
kept 'of any kind'

# What it says, in the words of the standard alone.
says() { # ACTION STATUS WANT
	report "w$1$2" carl@example.com "envid=$three" "action=$1" "status=$2"
	is "$outcome $(told)" "reported three carl@example.com $3" "$1 $2: $3"
}
alerts() { sql "SELECT count(*) FROM alert WHERE ixn = '$three_ixn'"; }
before=$(alerts)
says delayed 4.4.1 'delayed 4.4.1'
says delivered 2.0.0 'delivered 2.0.0'
says relayed 2.0.0 'relayed 2.0.0'
says expanded 2.0.0 'expanded 2.0.0'
is "$(alerts)" "$before" 'nobody is told of what did not fail'
says eaten 5.0.0 'failed 5.0.0'
is "$(($(alerts) > before))" 1 'but of what did'
says failed '5.1.1<b>' 'failed 5.1.1'
says failed five failed
says failed 5.1.1.1.1.1.1.1 'failed 5.1.1.1.1.1.1.1'
says failed 5.1.1.1.1.1.1.1.1.1 failed

# What nobody wrote has nobody to be told.
sql "UPDATE outbox SET agent = NULL WHERE id = '$three'"
before=$(sql 'SELECT count(*) FROM alert')
says failed 5.2.2 'failed 5.2.2'
is "$(sql 'SELECT count(*) FROM alert')" "$before" 'of a mail that the desk wrote by itself no agent is told'
done_testing
