#!/bin/sh
# covers: email-review
# The batch of reviews: what is clean is let go where the rules say so, what has waited is passed on, all else is held; one line each; one run at a time.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/review.sh"
site <<'J'
{"agents":[{"name":"alice","teams":["t1"],"queues":["support"],"capacity":{"email":9}},{"name":"ben","teams":["t2"],"queues":["none"],"capacity":{"email":9}},
 {"name":"bob","teams":["qa"],"queues":["none"]},{"name":"lea","role":"lead","teams":["t1"],"queues":["none"]},{"name":"night","role":"service"}],
"teams":[{"name":"t1","leads":["lea"]},{"name":"t2"},{"name":"qa"}],"queues":[{"name":"support"},{"name":"none"}],"workbins":[{"name":"drafts"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}],
"review":[{"name":"t1","teams":["t1"],"must_not":[{"pattern":"x","label":"an x"}],"clean":"release","stages":[{"reviewers":["team:qa"],"escalate_after":"1h","escalate_to":"lead:t1"}]},
 {"name":"t2","teams":["t2"],"stages":[{"reviewers":["team:qa"]}]}]}
J
ready alice ben
# batch COMMAND...: as the owner of the store.
batch() { later && env XDG_STATE_HOME="$tmp/nobody" "$@"; }
# compose AGENT TEXT: $d
compose() { d=$(as "$1" email-compose --to "ann@example.net" --subject "About $2" --text "$2" --send --ids); }
lines() { printf '%s\n' "$out" | cut -f 1-4 | tr '\t' ' '; }
ok batch email-review run
is "$out" '' 'nothing waits: nothing is said, and that is no error'

compose alice plain && clean=$d
compose alice 'x marks' && found=$d
compose ben plain && held=$d
is "$(eye email-review list --fields state,author,findings)" 'for-review	alice	
for-review	alice	forbidden: an x
for-review	ben	' 'all wait for the batch'
status 77 as alice email-review run
ok batch email-review run --dry-run
is "$(lines)" "$clean released nothing was found alice
$found held forbidden: an x alice
$held held wanted by: t2 ben" 'what it would do'
like "$err" '^email-review run: 1 released, 2 held, 0 escalated$' 'and how often'
is "$(draft "$clean" .state) $(events "$clean" review.released)" 'for-review ' 'but does not'
ok batch email-review run
is "$(lines)" "$clean released nothing was found alice
$found held forbidden: an x alice
$held held wanted by: t2 ben" 'a line for each'
is "$(draft "$clean" .state) $(draft "$found" .state) $(draft "$held" .state)" 'queued for-review for-review' 'what is clean has gone'
like "$(events "$clean" review)" '^review.released alice' 'the log'
is "$(steps "$clean")" 'submitted alice 1/1, released 1/1' 'what was done, by nobody'
ok batch email-review run --json --quiet
is "$(printf '%s\n' "$out" | jq -r '"\(.outcome) \(.author)"')" 'held alice
held ben' 'for programs'

# What has waited too long.
later 3600
ok batch email-review run
is "$(lines)" "$found escalated passed to lead:t1; forbidden: an x alice
$held held wanted by: t2 ben" 'passed to others, and told'
ok batch email-review run
like "$(lines)" "^$found held" 'once'
ok batch email-review run --quiet
is "$err" '' '--quiet'
is "$(batch email-review list --older-than 1d --ids)" '' 'what has waited for a day'
later 86400
is "$(batch email-review list --older-than 1d --ids | sort)" "$(printf '%s\n' "$found" "$held" | sort)" 'a day later'
# As a script of an administrator asks.
batch email-review list --older-than 1d --ids | while read -r id; do batch email-review show "$id" >"$id.txt" || echo "$id" >>failed; done
is "$(cat failed 2>/dev/null; grep -c '^== The answer ==$' ./*.txt | cut -d : -f 2 | paste -sd ,)" '1,1' 'and each is shown'

# One run at a time, and no longer than the other takes.
case $place in
*postgresql) skip 'another one runs' 'the lock is beside the file' ;;
*)
	mkfifo go && background sh -c "exec 8<>'$XDG_DATA_HOME/ixn/store.db-review'; flock 8; echo; read -r _ <go"
	wait_for test -s "$tmp/$pid.out"
	status 75 batch email-review run --json
	is "$(code)" locked 'another one runs'
	status 75 batch email-review run --lock-wait 10ms
	echo >go
	ok batch email-review run --lock-wait 20s
	;;
esac

# The rules have changed meanwhile.
echo '{"review":[{"name":"t2","teams":["t2"],"cards":true,"stages":[{"reviewers":["team:qa"]},{"reviewers":["agent:lea"]}]}]}' >changed.json
ok ixn-setup --load changed.json --replace
ok batch email-review run
is "$(lines)" "$found released no rule wants it reviewed any more alice
$held held wanted by: t2 ben" 'what no rule wants any more'
is "$(draft "$found" .state) $(reviewed "$held" .stages)" 'queued 2' 'goes; the other has a stage more'
as bob agent-login bob --media voice >/dev/null
as lea agent-login lea --media voice >/dev/null
ok as bob email-review approve "$held"
is "$(draft "$held" .state)" for-review 'which holds as well'
printf '{"review":[{"name":"t0","agents":["ben"],"stages":[{"reviewers":["agent:bob"]}]}]}' >more.json
ok ixn-setup --load more.json
ok batch email-review run
is "$(reviewed "$held" '"\(.rules | join(",")) \(.stage)/\(.stages) \(.approvals)"')" 't0,t2 1/3 0' 'a rule more: it begins again'

# What cannot be judged does not stop the rest.
ready ben
compose ben plain && second=$d
sql "UPDATE email SET parent = '01ARZ3NDEKTSV4RRFFQ69G5FAV' WHERE ixn = '$held'"
status 66 batch email-review run
is "$(lines)" "$second held wanted by: t0,t2 ben" 'what can be looked at is'
like "$err" "^email-review run: $held: no interaction" 'and what cannot is told'
done_testing
