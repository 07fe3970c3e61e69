# shellcheck shell=sh disable=SC2154
# servers.sh - Dovecot and Postfix for the bench, as the tests start them: what these want of tests/t/lib.sh.

pids='' pid=''
_end() {
	for _p in $pids; do kill "$_p" && wait "$_p"; done 2>/dev/null
	cd / && rm -rf "$tmp"
}
_note() { printf '%s: %s\n' "$1" "$2" >&2; }
skip_all() { echo "bench: $1" >&2 && exit 69; }
background() {
	"$@" >"$tmp/background" 2>&1 &
	pid=$! pids="$pids $!"
	mv "$tmp/background" "$tmp/$pid.out"
}
wait_for() {
	_left=200
	until "$@" >/dev/null 2>&1; do
		_left=$((_left - 1))
		[ $_left -gt 0 ] || { echo "bench: gave up: $*" >&2 && return 1; }
		sleep 0.1
	done
}
# shellcheck source=tests/t/dovecot.sh
. "$top/tests/t/dovecot.sh"
# shellcheck source=tests/t/postfix.sh
. "$top/tests/t/postfix.sh"
