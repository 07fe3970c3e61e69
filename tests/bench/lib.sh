# shellcheck shell=sh
# lib.sh - what the parts of the bench share: rows, and a command beside its peer.

missed=0
head() {
	echo
	echo "$1"
	printf '  %-56s %12s %12s %10s   %s\n' '' ours "$2" ratio target
}
# row NAME OURS PEER RATIO TARGET: a target is "METRIC OP NUMBER", where the metric is ours or ratio.
row() {
	awk -v name="$1" -v ours="$2" -v peer="$3" -v ratio="$4" -v target="${5-}" 'BEGIN {
		split(target, t, " ")
		got = t[1] == "ours" ? ours + 0 : ratio + 0
		met = target == "" || (t[2] == "<=" ? got <= t[3] : t[2] == "<" ? got < t[3] : got >= t[3])
		printf "  %-56s %12s %12s %10s   %s\n", name, ours, peer, ratio,
			target == "" ? "-" : target (met ? ", met" : ", MISSED")
		exit !met
	}' || missed=1
}
divide() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# beside RUNS OURS PEER: leaves $ours, $peer (ms) and $ratio.
beside() {
	_round=0
	: >"$tmp/rounds"
	while [ "$_round" -lt "${ROUNDS:-9}" ]; do
		_round=$((_round + 1))
		hyperfine -N --style none --warmup 5 --runs "$1" --export-json "$tmp/h.json" "$2" "$3" >/dev/null 2>"$tmp/err" ||
			{ cat "$tmp/err" >&2 && exit 1; }
		jq -r '[.results[] | (.median // .mean) * 1000] | "\(.[0]) \(.[1]) \(.[0] / .[1])"' "$tmp/h.json" >>"$tmp/rounds"
	done
	ours=$(printf %.2f "$(cut -d ' ' -f 1 "$tmp/rounds" | median)")
	peer=$(printf %.2f "$(cut -d ' ' -f 2 "$tmp/rounds" | median)")
	ratio=$(printf %.2f "$(cut -d ' ' -f 3 "$tmp/rounds" | median)")
}
query() { sqlite3 "$tmp/store" "$1"; }
