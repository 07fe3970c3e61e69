# routing.sh - for tests of agents and routing, behind lib.sh: a test store whose
# clock the test turns to the millisecond, agents who act, and the log.
# shellcheck shell=sh
export IXN_STORE="file:$tmp/work/store.db" IXN_CLOCK="$tmp/clock"
now=0 id=''

# at MS: the clock stands that many milliseconds behind 2026-11-21 09:00 UTC.
at() {
	now=$1
	date -u -d "@$((1795251600 + now / 1000))" "+%Y-%m-%dT%H:%M:%S.$(printf %03d $((now % 1000)))Z" >"$IXN_CLOCK.new" &&
		mv "$IXN_CLOCK.new" "$IXN_CLOCK"
}
after() { at $((now + $1)); }

# site JSON: a new store with this site.
site() {
	rm -rf "$tmp/work/store.db"* "$XDG_STATE_HOME"
	printf '%s\n' "$1" >"$tmp/site.json"
	ixn-setup --test --load "$tmp/site.json" >"$tmp/site.out" 2>&1 || { cat "$tmp/site.out" && echo 'Bail out! no site' && exit 1; }
}
# as AGENT COMMAND...
as() {
	_as=$1 && shift
	env IXN_AGENT="$_as" "$@"
}
# login AGENT OPTION...; arrive OPTION...: an interaction comes in, its id is in $id; chat OPTION...
login() { agent-login "$@" >/dev/null || echo "# no login: $*"; }
arrive() { id=$(ixn-create --ids --queue q "$@") || echo "# nothing arrived: $*"; }
chat() { arrive --from ann@example.org "$@"; }
# field ID NAME,...: of an interaction. holds ID...: the state of each, and who has it or is offered it.
field() { eye ixn-show "$1" --fields "$2" | tr '\t' ' '; }
holds() { eye ixn-show "$@" --fields state,agent | tr '\t\n' ' ,' | sed 's/ *,$//; s/ *,/, /g'; }
# offers ID: every offer of an interaction.
offers() { eye ixn-show "$1" --part offers --fields state,agent,reason | tr '\t\n' ' ,' | sed 's/ *,$//; s/ *,/, /g'; }
# presence AGENT NAME,...: of each medium, one a line.
presence() { as "$1" agent-state --fields "$2" | tr '\t' ' '; }
# events NAME,... [REGEX]: the log, these fields.
events() { eye ixn-watch --after 0 --timeout 1ms --fields "$1" | tr '\t' ' ' | grep -E -e "${2-}"; }
# race A B: two commands at once; leaves their status in $ra, $rb, output in a.out, b.out.
race() {
	mkfifo gate
	(read -r _ <gate; eval "$1" >a.out 2>&1) &
	_a=$!
	(read -r _ <gate; eval "$2" >b.out 2>&1) &
	_b=$!
	# Opened for both directions, so that neither side waits for the other to come.
	exec 9<>gate
	printf 'go\ngo\n' >&9
	# shellcheck disable=SC2034 # the test looks at them
	wait $_a && ra=0 || ra=$?
	wait $_b && rb=0 || rb=$?
	exec 9>&-
	rm gate
}
