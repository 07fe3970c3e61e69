# peers.sh - for tests of servers that misbehave, read after lib.sh: one of tests/peers at
# a time, each with a log of its own.
# shellcheck shell=sh disable=SC2154,SC2034 # tmp, top and pid are of lib.sh; port, log and mails are for who asks
command -v python3 >/dev/null || skip_all 'no python3'
peers=0 peer_pid=''

peer_gone() {
	[ -n "$peer_pid" ] || return 0
	kill "$peer_pid" 2>/dev/null && wait "$peer_pid" 2>/dev/null
	pids=${pids% "$peer_pid"} peer_pid=''
}
# peer_start KIND OPTION...: a fresh one in the place of the one before; leaves $port and $log, of an smtp-peer its mails in $mails.
peer_start() {
	peer_gone
	peers=$((peers + 1)) _kind=$1
	log=$tmp/work/log.$peers
	shift
	if [ "$_kind" = smtp-peer ]; then
		mails=$tmp/work/mails.$peers
		set -- --dir "$mails" "$@"
	fi
	: >"$log"
	background "$top/tests/peers/$_kind" --port-file "port.$peers" --log "$log" "$@"
	peer_pid=$pid
	wait_for test -s "port.$peers" || cat "$tmp/$pid.out"
	port=$(cat "port.$peers")
}
