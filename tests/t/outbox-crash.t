#!/bin/sh
# outbox-send killed (SIGKILL) before each system call by which it locks, keeps
# or sends something, one round for each, then run again. However it died, the
# mail is sent and arrived once, or it is unknown, arrived at most once, and
# never goes again by itself.
# place: embedded - killed where the sender, on the machine of the store, keeps what it did
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/crash.sh"

command -v python3 >/dev/null || skip_all 'no python3'

background "$top/tests/peers/smtp-peer" --port-file port --dir mails --log log
wait_for test -s port || exit 1
mkdir -p "$XDG_CONFIG_HOME/ixn"
printf '%s\n' '[mail]' 'from = support@example.org' '[smtp]' 'host = 127.0.0.1' "port = $(cat port)" 'tls = none' >"$XDG_CONFIG_HOME/ixn/config"

# A store with one mail to send; each round works on a copy.
export IXN_CLOCK=2026-11-21T09:30:00Z IXN_STORE="file:$tmp/work/round/store.db"
echo '{"agents":[{"name":"alice","capacity":{"chat":1}}],"queues":[{"name":"billing"}]}' >site.json
ixn-setup --test --load site.json >/dev/null && agent-login alice --ready >/dev/null || exit 1
ixn=$(ixn-create --from zoe@example.net --text Bonjour | cut -f 1)
{ ixn-accept "$ixn" && chat-end "$ixn" && transcript-send "$ixn"; } >/dev/null || exit 1
cp -R round fresh

arrived() { find mails -name '*.eml' | wc -l; }
state() { outbox-list --ixn "$ixn" --fields state; }

# seen: the states after each kill and in the end.
# check: after a kill, and the run that follows.
check() {
	wait_for settled || wrong 'the peer still waits'
	_killed=$(state)
	_status=0
	outbox-send >"$tmp/out" 2>&1 || _status=$?
	wait_for settled
	_end=$(state) _n=$(($(arrived) - before))
	case $_status:$_end:$_n in
	0:sent:1 | 79:unknown:0 | 79:unknown:1) ;;
	*) wrong "after $_killed: $_status $_end, arrived $_n: $(cat "$tmp/out")" ;;
	esac
	saw "$_killed>$_end:$_n"
	# Once more: nothing is left to do, whatever came of it.
	outbox-send >"$tmp/out" 2>&1 || wrong "again: $? $(cat "$tmp/out")"
	[ "$(state) $(($(arrived) - before))" = "$_end $_n" ] || wrong 'it went again'
	[ $((rounds % 10)) != 0 ] || ixn-setup --check >"$tmp/out" 2>&1 || wrong "$(cat "$tmp/out")"
}
afresh() {
	rm -rf round && cp -R fresh round
	before=$(arrived)
}
unhurt() {
	[ "$(state)" = sent ] || wrong 'not killed, and not sent'
	saw "# $call: $((nth - 1))"
}
crash 200 fdatasync fsync pwrite64 ftruncate unlink flock write writev connect sendto sendmsg recvfrom recvmsg poll close
is "$bad" '' "killed at any of $rounds places: once or unknown, never twice, never lost"
is "$([ $rounds -gt 50 ] && echo many)" many 'there were such places'
printf '%s' "$seen" | sort | uniq -c | tee seen | sed 's/^/# /'
like "$(cat seen)" 'queued>sent:1' 'killed before it began: sent'
like "$(cat seen)" 'sending>sent:1' 'killed before the content: sent'
like "$(cat seen)" 'sending>unknown:0' 'killed in the content: unknown'
like "$(cat seen)" 'sending>unknown:1' 'killed behind it: unknown'
like "$(cat seen)" 'sent>sent:1' 'killed when it was done: sent'
done_testing
