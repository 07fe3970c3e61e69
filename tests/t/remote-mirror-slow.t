#!/bin/sh
# A command that has its answer waits a moment for the mirror, and no longer: not for one page
# that does not come, nor for many that come slowly. What is missing comes with the next one.
# Nobody sleeps here: to the command each request takes long, by a clock that jumps.
# covers: ixn-sync, ixn-status
# place: embedded - a server, and the files on the machine of its agent
# shellcheck disable=SC2119 # serve: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/responses.sh"
. "$top/tests/t/server.sh"
${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o holdback.so "$top/tests/peers/preload/holdback.c" 2>cc.err || skip_all 'no C compiler'
umask 077
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","password":"secret-alice","queues":["orders"],"media":["chat"],"capacity":{"chat":9}},
{"name":"lea","role":"lead","password":"secret-lea","queues":["none"],"media":["chat"]}],
"queues":[{"name":"orders","offer_timeout":"1d"},{"name":"none"}],
"teams":[{"name":"support","members":["alice"],"leads":["lea"]}]}
J
responses_library
# More than goes into three answers.
jq -nc 'range(1700) | {shortcut: "n\(.)", name: "Number \(.)", category: "Many", language: "en", approved: true, text: "The text of \(.)"}' >many.jsonl
at_store response-import many.jsonl --quiet >/dev/null || exit 1
serve
export IXN_STORE="$url" IXN_AGENT=alice
echo secret-alice >pw && later
agent-login alice --password-file pw --ready >/dev/null || exit 1
id=$(at_store ixn-create --ids --queue orders --from ann@example.org --text 'Where is my order?')

# follow MS COMMAND...: with each page so long; leaves $pages, those that were asked for. stale: the last look was some time ago.
follow() {
	_ms=$1 && shift
	ok timeout 60 env LD_PRELOAD="$PWD/holdback.so" HOLDBACK=mirror.since HOLDBACK_MS="$_ms" "$@" --debug
	pages=$(printf '%s\n' "$err" | grep -c 'mirror\.since')
}
stale() { touch -d '2 minutes ago' "$mirror.lock"; }
many() { response-list --offline --category Many --limit 2000 --ids 2>/dev/null | wc -l | tr -d ' '; }

follow 3000 ixn-accept "$id"
is "$(first) $pages" "$id 2" 'the answer is there, and the mirror is left when 5 seconds are over'
mirror=$(find "$XDG_STATE_HOME" -name alice.mirror)
status 69 response-list --offline --json
is "$(code)" no_mirror 'a part of it is not taken for all'
is "$(ixn-show "$id" --fields state --offline 2>/dev/null)" active 'what came first can be read'
follow 0 ixn-status
is "$pages" 0 'it is not tried by each command'
stale
follow 3000 ixn-status
is "$pages" 2 'by one that comes later it goes on'
stale
follow 0 ixn-status
is "$pages $(many)" '1 1700' 'and ends: nothing was fetched twice'

# One page that never comes.
later && response-favourite n3 >/dev/null
stale
HOLDBACK_SILENT=1
export HOLDBACK_SILENT
follow 6000 ixn-status
is "$pages" 1 'one that does not come is waited for no longer'
like "$err" 'mirror: ' 'which --debug says'
unset HOLDBACK_SILENT
is "$(response-list --offline --favourites --ids 2>/dev/null | wc -l | tr -d ' ')" 0 'what it was to bring is missing'
stale
follow 4000 ixn-status
is "$pages $(response-list --offline --favourites --ids 2>/dev/null | wc -l | tr -d ' ')" '1 1' 'until the next one'

# Who asks for it waits as long as it takes.
rm "$mirror"*
follow 30000 ixn-sync
is "$([ "$pages" -gt 3 ] && echo all) $(many)" 'all 1700' 'ixn-sync: all of it'
done_testing
