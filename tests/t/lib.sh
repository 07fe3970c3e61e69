# lib.sh - for tests/t/NAME.t: `. "$(dirname "$0")/lib.sh"`, then the functions
# below, then done_testing. Each file runs in its own empty directory, with its own
# HOME, no IXN_* but IXN_BIN, and nothing on standard input. $top is the source tree;
# $place is where the store is, and $served whether a server stands before it.
# shellcheck shell=sh
set -u
top=$(cd "$(dirname "$0")/../.." && pwd -P)
IXN_BIN=${IXN_BIN:-$top/build/bin}
place=${IXN_PLACE:-embedded} served=false
case $place in https*) served=true ;; esac
for v in $(env | sed -n 's/^\(IXN_[A-Za-z0-9_]*\)=.*/\1/p') NO_COLOR COLUMNS; do
	[ "$v" = IXN_BIN ] || unset "$v"
done
tmp=$(mktemp -d "${TMPDIR:-/tmp}/ixn-test.XXXXXX") || exit 1
export HOME="$tmp/home" PATH="$IXN_BIN:$PATH" LC_ALL=C.UTF-8 LANGUAGE=en TZ=UTC
export XDG_CONFIG_HOME="$HOME/.config" XDG_DATA_HOME="$HOME/.local/share"
export XDG_STATE_HOME="$HOME/.local/state" XDG_CACHE_HOME="$HOME/.cache" XDG_RUNTIME_DIR="$tmp/run"
mkdir "$tmp/work" "$HOME" && mkdir -m 700 "$XDG_RUNTIME_DIR" && cd "$tmp/work" && exec </dev/null || exit 1

tests=0 failed=0 pids='' out='' err='' pid=''
_end() {
	# timeout(1) passes it on to its group, and kills what does not go.
	[ "$place" = embedded ] || place_end 2>/dev/null
	for _p in $pids; do kill "$_p" && wait "$_p"; done 2>/dev/null
	cd / && rm -rf "$tmp"
}
trap _end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# _tap STATUS NAME: a line of TAP; where it failed, what the last command printed.
_tap() {
	tests=$((tests + 1))
	_name=$(printf %s "$2" | tr '\n#' '  ')
	[ "$1" -ne 0 ] || { printf 'ok %s - %s\n' "$tests" "$_name" && return 0; }
	failed=$((failed + 1))
	printf 'not ok %s - %s\n' "$tests" "$_name"
	return 1
}
_note() { printf '%s\n' "$2" | sed "s/^/# $1 /"; }

# status WANT COMMAND...: its exit status; leaves $out and $err (bytes in $tmp/out, $tmp/err).
status() {
	_want=$1 && shift
	_got=0
	"$@" >"$tmp/out" 2>"$tmp/err" || _got=$?
	out=$(cat "$tmp/out") err=$(cat "$tmp/err")
	_tap "$([ "$_got" = "$_want" ]; echo $?)" "$*: $_want" || { _note 'got: ' "$_got" && _note out: "$out" && _note err: "$err"; }
}
# traced OPTION... COMMAND...: by strace, beside which no leaks can be looked for.
traced() { ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" strace "$@"; }
# ok COMMAND...: it exits 0.
ok() { status 0 "$@"; }
# unseen WANT COMMAND...: of an interaction that is none of who acts. What can be read
# in the store anyway is refused by its state, or by whose it is (WANT); a server does
# not even say that it is there. Whatever is looked at then (code) goes by $served.
unseen() {
	if ! $served; then
		status "$@"
		return
	fi
	shift
	status 66 "$@"
	like "$err" 'no interaction|no_such_interaction' "$1: it is not there for who may not see it"
}
# eye COMMAND...: looked at from outside; over a network who is logged in alone would see no more than its own.
eye() { if $served; then env XDG_STATE_HOME="$tmp/eye" "$@"; else "$@"; fi; }
# is GOT WANT NAME
is() { _tap "$([ "$1" = "$2" ]; echo $?)" "$3" || { _note 'got: ' "$1" && _note want: "$2"; }; }
# like TEXT REGEX NAME: a line of it matches (grep -E).
like() { _tap "$(printf '%s\n' "$1" | grep -Eq -e "$2"; echo $?)" "$3" || { _note 'got: ' "$1" && _note like: "$2"; }; }
unlike() { _tap "$(printf '%s\n' "$1" | grep -Eq -e "$2"; echo $((! $?)))" "$3" || { _note 'got: ' "$1" && _note unlike: "$2"; }; }
# skip NAME REASON; skip_all REASON, before the first test.
skip() { tests=$((tests + 1)) && echo "ok $tests - $1 # SKIP $2"; }
skip_all() { echo "1..0 # SKIP $1" && exit 0; }
# background COMMAND...: started now, ended with the test; leaves $pid (its group, too)
# and writes to $tmp/PID.out. A test that is killed leaves it 10 minutes at most
# (BACKGROUND_SECS).
background() {
	exec 9>"$tmp/background"
	timeout -k 5 "${BACKGROUND_SECS:-600}" "$@" >&9 2>&1 9>&- &
	pid=$! pids="$pids $!"
	exec 9>&-
	mv "$tmp/background" "$tmp/$pid.out"
}
# wait_for COMMAND...: until it succeeds, 20 seconds at most.
wait_for() {
	_left=200
	until "$@" >/dev/null 2>&1; do
		_left=$((_left - 1))
		[ $_left -gt 0 ] || { echo "# gave up: $*" && return 1; }
		sleep 0.1
	done
}
done_testing() {
	if $served; then
		place_went
		_tap $? 'some of it went to a server'
		_note 'commands that went to a server:' "$_went"
	fi
	echo "1..$tests"
	[ $failed -eq 0 ] && exit 0
	exit 1
}

# Where the store is: IXN_PLACE. A file that is not for everywhere says where it runs,
# and why: "# place: embedded postgresql - REASON". With a server over PostgreSQL only
# what runs at both.
_runs_at() { case " ${_mark%% - *} " in *" $1 "*) ;; *) skip_all "not at $1: ${_mark#* - }" ;; esac; }
_mark=$(sed -n 's/^# place: //p' "$top/tests/t/${0##*/}")
if [ -n "$_mark" ]; then
	case $place in
	https-postgresql) _runs_at https && _runs_at postgresql ;;
	*) _runs_at "$place" ;;
	esac
fi
place_end() { :; }
# where PATH: the store that commands call so, as a program of ours calls it.
where() { echo "file:$1"; }
case $place in postgresql | https-postgresql) . "$top/tests/t/place-postgresql.sh" ;; esac
! $served || . "$top/tests/t/place.sh"
