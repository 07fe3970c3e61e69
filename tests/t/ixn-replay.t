#!/bin/sh
# A past day once more: through its own rules it is what it was, through others
# what is computed by hand, and nothing in the store is changed.
# covers: ixn-replay
# shellcheck disable=SC2119 # chat: its options are its own
# place: embedded https - a file is dumped, to see that nothing in it is changed
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"
# Who asks over the network is an admin, who stays logged in for days.
asks() { env PLACE_OWNER=root ixn-replay "$@"; }
mkdir -p "$XDG_CONFIG_HOME/ixn" && echo 'session_ttl = 1000d' >"$XDG_CONFIG_HOME/ixn/config"

bob='{"name":"bob","media":["chat"],"capacity":{"chat":1}}'
ada='{"name":"ada","media":["chat"],"capacity":{"chat":1}}'
at 0
site "{\"queues\":[{\"name\":\"q\"},{\"name\":\"other\"}],\"agents\":[$bob,{\"name\":\"zoe\",\"capacity\":{\"chat\":1}},{\"name\":\"root\",\"role\":\"admin\",\"queues\":[\"other\"]}]}"

# take: bob accepts what is offered. finish: what he has ends and is done, and he takes the next one.
take() { cur=$(as bob ixn-accept --ids 2>/dev/null) || cur=''; }
finish() {
	as bob chat-end "$cur" >/dev/null && as bob ixn-done "$cur" >/dev/null || echo "# not finished: $cur"
	take
}
# replay OPTION...: queue, run and figures of the day, a line for each.
replay() { asks --since 2026-11-21T09:00Z --fields queue,run,arrivals,answered,abandoned,waiting,median,p90 "$@"; }
only() { printf '%s\n' "$out" | tr '\t' ' ' | grep "^$1"; }

# One comes each half minute, and each takes one and a half: bob has them at 30, 120, 210, 300 and 390 s.
login bob --ready
at 30000 && chat && take
at 60000 && chat
at 90000 && chat
at 120000 && finish && chat
at 150000 && chat
for t in 210 300 390 480; do at ${t}000 && finish; done
at 600000

# Who asks over a network is noted to have been there.
noted='^$'
! $served || noted="^INSERT INTO (token|session) |^INSERT INTO due .*'session'"
digest() { sqlite3 "$tmp/work/store.db" .dump | grep -Ev "$noted" | sha256sum; }
# A server settles what is due a moment later.
settled() { [ "$(sqlite3 "$tmp/work/store.db" "SELECT count(*) FROM due WHERE at <= $((1795251600000 + now))")" = 0 ]; }
! $served || { wait_for settled && asks --since 2026-11-21 >/dev/null; }
before=$(digest)
ok replay
is "$(only q)" 'q recorded 5 5 0 0 2m 4m
q present 5 5 0 0 2m 4m' 'through its own rules the day is what it was: 0, 60, 120, 180 and 240 s'
is "$(only other)" 'other recorded 0 0 0 0  
other present 0 0 0 0  ' 'a queue to which nothing came'
is "$(only '\*')" '* recorded 5 5 0 0 2m 4m
* present 5 5 0 0 2m 4m' 'and the total'

# Two agents: 0 0 30 30 60.
echo "{\"agents\":[$ada]}" >two.json
ok replay --load two.json
is "$(only q)" 'q recorded 5 5 0 0 2m 4m
q present 5 5 0 0 2m 4m
q new 5 5 0 0 30s 1m' 'with one agent more'
cp "$tmp/out" "$tmp/first"
ok replay --load two.json
is "$(cmp "$tmp/out" "$tmp/first" 2>&1)" '' 'the same again, byte for byte'
ok replay --load two.json --fields queue,run,mean,max,within,occupancy --within 30s
is "$(only q)" 'q recorded 2m 4m 0.2 0.75
q present 2m 4m 0.2 0.75
q new 24s 1m 0.8 0.375' 'the mean, the longest, the share within half a minute, how busy all were'

# zoe was never there, unless all of the site are.
ok replay --staff site
is "$(only q)" 'q recorded 5 5 0 0 2m 4m
q present 5 5 0 0 30s 1m' 'had all agents been there'
echo "{\"agents\":[$ada]}" >one.json
ok replay --load one.json --replace
is "$(only 'q new')" 'q new 5 5 0 0 2m 4m' 'ada instead of bob'
echo '{"agents":[{"name":"zoe"}]}' >none.json
ok replay --load none.json --replace
is "$(only 'q new')" 'q new 5 0 0 5  ' 'nobody is there: all wait'

# The queue overflows after a minute, to one that nobody serves but ada.
cat >overflow.json <<EOT
{"queues":[{"name":"q","overflow_to":"other","overflow_after":"1m"}],
 "agents":[{"name":"bob","queues":["q"]},{"name":"ada","media":["chat"],"capacity":{"chat":9},"queues":["other"]}]}
EOT
ok replay --load overflow.json --fields queue,run,answered,overflowed,median,max
is "$(only 'q new')" 'q new 5 3 1m 1m' 'after a minute another queue has it: ada takes what bob has not taken by then'

# From the middle on: what was in hand and what waited is worked off, and not counted.
ok asks --since 2026-11-21T09:01:40Z --until 2026-11-21T09:05:30Z --fields queue,run,arrivals,answered,waiting,median,occupancy
is "$(only q)" 'q recorded 2 1 1 3m 1
q present 2 1 1 3m 1' 'two came then; one of them was answered by the end'

ok asks --since 2026-11-21T09:00Z --json --load two.json
is "$(jq -r 'select(.queue=="q" and .run=="new") | "\(.arrivals) \(.median) \(.p90) \(.within)"' "$tmp/out")" '5 30000 60000 0.4' 'as JSON'

is "$(digest)" "$before" 'nothing in the store has changed'

# A contact who left after 20 s is served, and takes as long as others do: the third waits for that.
at 86400000
login bob --ready
chat && take
at 86410000 && chat && gone=$id
at 86430000 && chat-end "$gone" --as-contact >/dev/null
at 86440000 && chat
for t in 86500 86600; do at ${t}000 && finish; done
ok replay --load two.json --since 2026-11-22T09:00Z --fields queue,run,answered,abandoned,median,max
is "$(only q)" 'q recorded 2 1 0s 1m
q present 2 1 0s 1m
q new 3 0 0s 1m' 'who left is served by one agent more'

# After-call work is no absence: the second waits for its end, and no longer than the rules want.
at 172800000
echo '{"queues":[{"name":"q","wrap_up":"1m"}],"agents":[{"name":"bob","capacity":{"chat":2}}]}' >wrap.json
ok ixn-setup --load wrap.json
login bob --ready
chat && take
at 172830000 && as bob chat-end "$cur" >/dev/null
at 172840000 && chat
at 172860000 && as bob ixn-done "$cur" >/dev/null && take
at 172900000 && finish
for wrap in 0s 5s; do
	echo "{\"queues\":[{\"name\":\"q\",\"wrap_up\":\"$wrap\"}]}" >wrap.json
	ok replay --load wrap.json --since 2026-11-23T09:00Z --fields queue,run,answered,max
	is "$(only q)" 'q recorded 2 20s
q present 2 20s
q new 2 0s' "after-call work of $wrap"
done

before=$(digest)
echo '{"queues":[{"name":"q","skills":"french>="}]}' >bad.json
status 65 replay --load bad.json
like "$err" 'queues: q' 'a bad site is refused, with the place'
is "$out" '' '... and nothing is shown, or changed'
echo '{"queues":[' >bad.json
status 65 replay --load bad.json
status 66 replay --load nowhere.json
status 64 replay --replace
status 64 replay --until 2026-11-21T08:00Z
status 64 asks
ok asks --since 2026-11-20 --until 2026-11-21
is "$out" '' 'a period in which nothing arrived'
like "$err" 'nothing arrived' '... and that is said'

is "$(digest)" "$before" '... in the store, either'

login zoe
status 77 as zoe ixn-replay --since 2026-11-21
done_testing
