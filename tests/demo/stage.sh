# stage.sh - what the demos with servers of their own share: a throw-away folder, programs
# that end with it, and how to wait for a fact. Its reader says which packages it plays with (group).
# shellcheck shell=sh disable=SC2154 # $top, $lang and its kin are of scripts/demo

sorry() {
	{
		words "Skipped: $1." "Omis : $2."
		printf '\n  apt-get install --no-install-recommends %s\n' "$("$top/scripts/packages" --list "$group" | tr '\n' ' ')"
	} >&2
	exit 0
}
# What tests/t/pg.sh and dovecot.sh ask for.
skip_all() { sorry "$1" "$1"; }
_note() { printf '%s: %s\n' "$1" "$2" >&2; }

# stage: $tmp, and what ends with it.
stage() {
	tmp=$(mktemp -d "${TMPDIR:-/tmp}/ixn-demo.XXXXXX")
	pids=''
	trap _end EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}
background() {
	exec 9>"$tmp/out"
	timeout -k 15 300 "$@" >&9 2>&1 9>&- &
	pid=$! pids="$! $pids"
	exec 9>&-
	mv "$tmp/out" "$tmp/$pid.out"
}
wait_for() {
	left=200
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ $left -gt 0 ] || die "$* ..."
		sleep 0.1
	done
}
# Those that began last end first.
_end() {
	for p in $pids; do kill "$p" && wait "$p"; done 2>/dev/null || :
	cd / && rm -rf "$tmp"
}
