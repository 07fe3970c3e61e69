# review.sh - for tests of review, read after lib.sh, rows.sh and drafts.sh: answers
# that wait, and what becomes of them.
# shellcheck shell=sh disable=SC2154,SC2034
# answered AGENT FILE TEXT [OPTION...]: a mail comes to the agent, who answers it at once: $m, and the draft $d.
answered() {
	_author=$1 _mail=$2 _answer=$3
	shift 3
	come "$_author" "$_mail" 'Ann Doe <ann@example.net>' "About ${_mail##*/}" 'Where is it?' || return
	m=$id
	as "$_author" email-reply "$m" --text "$_answer" --send "$@" >"$tmp/answered" || return
	d=$(cut -f 1 "$tmp/answered")
}
# review COMMAND... as an agent: review AGENT VERB [OPTION...]
review() { _who=$1 && shift && as "$_who" email-review "$@"; }
# reviewed ID FILTER: of a mail as its reviewers see it, looked at by a lead or from outside, by jq.
reviewed() { eye email-review show "$1" --json | jq -r "$2"; }
# steps ID: what was done, in a line.
steps() { reviewed "$1" '[.steps[] | "\(.verdict)\(if .agent then " " + .agent else "" end) \(.cycle)/\(.stage)"] | join(", ")'; }
# fate ID: the state of the draft, and of its interaction.
fate() { printf '%s %s' "$(draft "$1" .state)" "$(show "$1" state)"; }
# sent ID: the text that is in the outbox for it; nothing where none is.
sent() { outbox "$1" .subject; }
