# rows.sh - for tests of the desk, read after lib.sh: a test store and its clock, who
# acts, chats. Every change takes place at a time of its own, a second apart.
# shellcheck shell=sh
export IXN_CLOCK="$tmp/clock"
command -v jq >/dev/null || skip_all 'jq is not installed'

# later [SECONDS]: the clock goes on, in whatever shell.
later() {
	_now=$(($(cat "$tmp/now") + ${1:-1}))
	echo "$_now" >"$tmp/now"
	date -u -d "@$_now" +%Y-%m-%dT%H:%M:%S.000Z >"$IXN_CLOCK.new" && mv "$IXN_CLOCK.new" "$IXN_CLOCK"
}
date -u -d 2026-11-21T09:00:00Z +%s >"$tmp/now"
later 0
# in_seconds N: the time then.
in_seconds() { date -u -d "@$(($(cat "$tmp/now") + $1))" +%Y-%m-%dT%H:%M:%S.000Z; }

# site: the store is made and the site on standard input loaded. mail: mail can be sent.
site() {
	cat >"$tmp/site.json"
	if ! { ixn-setup --test && ixn-setup --load "$tmp/site.json"; } >"$tmp/site.out" 2>&1; then
		cat "$tmp/site.out"
		echo 'Bail out! no site'
		exit 1
	fi
}
mail() { mkdir -p "$XDG_CONFIG_HOME/ixn" && printf '[mail]\nfrom = desk@example.org\nname = Example Desk\n' >"$XDG_CONFIG_HOME/ixn/config"; }
# as AGENT COMMAND...
as() {
	_who=$1 && shift
	later && env IXN_AGENT="$_who" "$@"
}
# ready AGENT...: they log in, one after the other.
ready() { for _a; do later && agent-login "$_a" --ready >/dev/null; done; }
# create OPTION...: the id of a new interaction.
create() { later && ixn-create --ids "$@"; }
# show ID FIELDS: as a line of text.
show() { eye ixn-show "$1" --fields "$2"; }
# sql STATEMENT: what no command shows.
sql() { sqlite3 "$XDG_DATA_HOME/ixn/store.db" "$1"; }
# code: the code of the error in $err, after a command with --json.
code() { printf '%s\n' "$err" | jq -r .error.code; }
