#!/bin/sh
# outbox-send of three mails, each announced with the one before, killed (SIGKILL)
# before each system call by which it keeps or sends something, one round for
# each, then run again. However it died: no mail arrived twice, none is lost, what
# is sent arrived, and two are unknown at most. As outbox-crash, of one mail.
# place: embedded - killed where the sender, on the machine of the store, keeps what it did
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/crash.sh"

command -v python3 >/dev/null || skip_all 'no python3'

background "$top/tests/peers/smtp-peer" --port-file port --dir mails --log log --groups
wait_for test -s port || exit 1
mkdir -p "$XDG_CONFIG_HOME/ixn"
printf '%s\n' '[mail]' 'from = support@example.org' '[smtp]' 'host = 127.0.0.1' "port = $(cat port)" 'tls = none' >"$XDG_CONFIG_HOME/ixn/config"

# A store with three mails to send; each round works on a copy.
export IXN_CLOCK="$tmp/work/clock" IXN_STORE="file:$tmp/work/round/store.db"
echo 2026-11-21T09:30:00Z >clock
echo '{"agents":[{"name":"alice","capacity":{"chat":20}}],"queues":[{"name":"billing"}]}' >site.json
ixn-setup --test --load site.json >/dev/null && agent-login alice --ready >/dev/null || exit 1
for name in a b c; do
	echo "2026-11-21T09:31:0$(printf %s $name | tr abc 123)Z" >clock
	ixn=$(ixn-create --from $name@example.net --text Bonjour | cut -f 1)
	{ ixn-accept "$ixn" && chat-end "$ixn" && transcript-send "$ixn"; } >/dev/null || exit 1
done
cp -R round fresh

# arrived: who got a mail since the round began, one a line.
arrived() { find mails -name '*.env' -newer began -exec sed -n 's/^rcpt \(.\)@.*/\1/p' {} + | sort; }
# states: of each, as "a sent".
states() { outbox-list --state queued,sending,sent,deferred,failed,unknown,dropped --fields to,state | sed 's/@[^	]*	/ /' | sort; }

# check: after a kill, and the run that follows.
check() {
	wait_for settled || wrong 'the peer still waits'
	_killed=$(states | cut -d ' ' -f 2 | tr '\n' ' ')
	outbox-send >"$tmp/out" 2>&1 || [ $? = 79 ] || wrong "after $_killed: $(cat "$tmp/out")"
	wait_for settled
	_states=$(states) _arrived=$(arrived)
	[ -z "$(echo "$_arrived" | uniq -d)" ] || wrong "after $_killed: twice: $_arrived"
	[ "$(echo "$_states" | grep -c ' unknown$')" -le 2 ] || wrong "after $_killed: $_states"
	[ "$(echo "$_states" | grep -cE ' (sent|unknown)$')" = 3 ] || wrong "after $_killed: $_states"
	for _name in $(echo "$_states" | sed -n 's/ sent$//p'); do
		echo "$_arrived" | grep -q "$_name" || wrong "after $_killed: $_name is lost"
	done
	saw "$_killed> $(echo "$_states" | cut -d ' ' -f 2 | tr '\n' ' ')"
	# Once more: nothing is left to do, whatever came of it.
	outbox-send >"$tmp/out" 2>&1 || wrong "again: $? $(cat "$tmp/out")"
	[ "$(states) $(arrived)" = "$_states $_arrived" ] || wrong 'it went again'
}
afresh() {
	rm -rf round && cp -R fresh round
	touch began
}
unhurt() {
	[ "$(states | grep -c ' sent$')" = 3 ] || wrong 'not killed, and not sent'
}
crash 100 fdatasync sendto recvfrom setsockopt poll
is "$bad" '' "killed at any of $rounds places: once or unknown, two at most"
is "$([ $rounds -gt 20 ] && echo many)" many 'there were such places'
printf '%s' "$seen" | sort | uniq -c | tee seen | sed 's/^/# /'
like "$(cat seen)" 'sent sending sending > sent unknown unknown' 'killed with one owed, and the next one about to leave'
like "$(cat log)" '^\+ MAIL' 'they were announced'
done_testing
