#!/bin/sh
# outbox-send of several mails: the envelope of each goes with the end of the
# one before, while the store keeps what became of that; whatever happens to one
# of them is told of that one alone.
# place: embedded postgresql - mail is sent on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/peers.sh"

export IXN_CLOCK="$tmp/work/clock"
echo 2026-11-21T09:30:00Z >clock
mkdir -p "$XDG_CONFIG_HOME/ixn"
echo 'session_ttl = 30d' >"$XDG_CONFIG_HOME/ixn/config"
echo '{"agents":[{"name":"alice","capacity":{"chat":60}}],"queues":[{"name":"billing"}]}' >site.json
ixn-setup --test --load site.json >/dev/null && agent-login alice --ready >/dev/null || exit 1

# peer OPTION...: a fresh one, in the configuration; leaves $log, and its mails in $mails.
peer() {
	peer_start smtp-peer --groups "$@"
	printf '%s\n' 'session_ttl = 30d' '[mail]' 'from = support@example.org' '[smtp]' 'host = 127.0.0.1' "port = $port" 'tls = none' >"$XDG_CONFIG_HOME/ixn/config"
}
# queue LETTER...: a mail to each, LETTER@x.test, in this order.
seconds=10 day=21 hour=09
queue() {
	for _a in "$@"; do
		seconds=$((seconds + 1))
		echo "2026-11-${day}T$hour:30:${seconds}Z" >clock
		ixn=$(ixn-create --media chat --queue billing --from "$_a@x.test" --text Bonjour | cut -f 1)
		{ ixn-accept "$ixn" && chat-end "$ixn"; } >/dev/null
		transcript-send "$ixn" >/dev/null
	done
}
# sent: of the last run, what became of each.
sent() { printf '%s\n' "$out" | awk -F '\t' '{ printf "%s%s %s", (NR > 1 ? ";" : ""), substr($4, 1, 1), $2 }'; }
arrived() { find "$mails" -name '*.eml' | wc -l; }
verbs() { grep -E '^(\+ )?(MAIL|DOT|NOTHING|RSET|QUIT|BEGIN)' "$log" | cut -d ' ' -f 1,2 | sed 's/ [FT].*//; s/+ /+/' | tr '\n' ' '; }
drop_all() { outbox-list --fields id | while read -r _id; do outbox-drop "$_id" >/dev/null; done; }

peer
queue a b c
ok outbox-send
is "$(sent)" 'a sent;b sent;c sent' 'three'
is "$(verbs)" 'BEGIN MAIL DOT +MAIL DOT +MAIL DOT QUIT ' 'each with the end of the one before'
is "$(sed -n 's/^rcpt //p' "$mails"/*.env | tr '\n' ' ')" 'a@x.test b@x.test c@x.test ' 'in their order, once'
queue a b c
ok outbox-send --limit 2
is "$(sent)" 'a sent;b sent' '--limit 2'
is "$(arrived) $(grep -c MAIL "$log")" '5 5' 'nothing of the third was said'
peer --no PIPELINING
ok outbox-send
is "$(sent)" 'c sent' 'it is sent by the next run'

peer --reply DOT:a@x.test='554 5.7.1 spam' --reply RCPT:b@x.test='450 4.2.0 grey'
queue a b c
status 80 outbox-send
is "$(sent)" 'a failed;b deferred;c sent' 'each its own'
is "$(grep -c '^BEGIN' "$log")" 1 'on one connection'
drop_all

# A connection that breaks in an envelope that was announced: nothing is announced in this run any more.
peer --cut-at MAIL:2
queue a b c d
status 75 outbox-send
is "$(sent)" 'a sent;b deferred;c sent;d deferred' 'cut at each second MAIL'
is "$(verbs | sed 's/QUIT //')" 'BEGIN MAIL DOT +MAIL BEGIN MAIL DOT MAIL ' 'announced once'
drop_all
# One that breaks before the answer to the content.
peer --cut-after-dot
queue a b
status 79 outbox-send
is "$(sent)" 'a unknown' 'cut after the dot: that one is unknown'
is "$(outbox-list --fields to,state | cut -f 2 | sort | tr '\n' ' ')" 'queued unknown ' 'the one that was announced waits'
is "$(arrived)" 1 'nothing of it had left'
drop_all

# Read, announced, and not to be sent any more: the server waits for a content that must not come.
peer --hold-data hold
: >hold
queue a b c
second=$(outbox-list --fields id | sed -n 2p)
background outbox-send
sender=$pid
wait_for grep -q DATA "$log"
ok outbox-drop "$second"
rm hold
wait "$sender"
is $? 0 'what is dropped meanwhile'
is "$(sed -n 's/^rcpt //p' "$mails"/*.env | tr '\n' ' ')" 'a@x.test c@x.test ' 'is not sent, the others are'
is "$(grep -c '^BEGIN' "$log") $(grep -c '^QUIT' "$log") $(grep -cE '^(NOTHING|PART [1-9])' "$log")" '2 1 0' 'by the end of the connection, without QUIT'
queue a b
ok outbox-send
like "$(tail -n 9 "$log")" '^\+ MAIL' 'which is not held against the server'
peer --reply MAIL:2='530 5.7.0 log in again'
queue a b c
status 69 outbox-send
status 69 outbox-send
is "$(grep -c '^+ MAIL' "$log")" 2 'nor is a login that is over'
drop_all
# What a server does to an envelope that comes early is remembered of it for a day, or each run would lose a mail that way again.
peer --cut-early
queue a b c
status 75 outbox-send
is "$(sent)" 'a sent;b deferred;c sent' 'one that takes no envelope early'
queue d e
ok outbox-send
is "$(sent) $(grep -c EARLY "$log")" 'd sent;e sent 1' 'is told none by the next run'
queue f g
this=$XDG_CONFIG_HOME/ixn/config
cp "$this" config.early
background "$top/tests/peers/smtp-peer" --port-file other --dir other.mails --log other.log --groups
wait_for test -s other
sed "s/^port = .*/port = $(cat other)/" config.early >"$this"
ok outbox-send
like "$(cat other.log)" '^\+ MAIL' 'but another server of the account is'
cp config.early "$this"
drop_all
queue h i
echo 2026-11-22T09:30:00Z >clock
ok outbox-send
is "$(sent) $(grep -c EARLY "$log")" 'h sent;i sent 1' 'for a day'
day=22 hour=10 seconds=10
queue j k
status 75 outbox-send
is "$(sent) $(grep -c EARLY "$log")" 'j sent;k deferred 2' 'then it is tried again'
done_testing
