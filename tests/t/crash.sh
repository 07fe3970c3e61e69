# crash.sh - for tests of outbox-send killed (SIGKILL) before each system call by which it keeps,
# sends or hears something, one round for each, then run again; read after lib.sh. strace(1) kills
# from outside: the product has no hooks for it. The peer's log is ./log.
# shellcheck shell=sh disable=SC2154,SC2034 # lib.sh, and who asks
traced -f -qq -o /dev/null true 2>/dev/null || skip_all 'no strace, or it may not trace'

# bad: what went wrong, with its place; seen: what came of it, a line each, as the test words it.
bad='' seen='' rounds=0
wrong() { bad="$bad$call $nth: $1
"; }
saw() { seen="$seen$1
"; }
# The peer is through with all that it was sent.
settled() { [ "$(grep -c '^BEGIN' log)" = "$(grep -c '^END' log)" ]; }
# _round: killed before call number nth; fails when there is none.
_round() {
	afresh
	! traced -f -qq -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$nth" outbox-send >/dev/null 2>&1
}
# crash MOST CALL...: MOST times of each call at most. The test says what comes before a round (afresh), after
# a kill (check), and after the round that nobody was killed in (unhurt).
crash() {
	_most=$1 && shift
	for call in "$@"; do
		nth=1
		while _round; do
			rounds=$((rounds + 1))
			check
			nth=$((nth + 1))
			[ $nth -lt "$_most" ] || break
		done
		unhurt
	done
}
