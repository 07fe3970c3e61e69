#!/bin/sh
# covers: response-search, response-index
# place: embedded - the index beside the store, and who writes it; on other machines: remote-library.t
# The index beside the store: what is learned is there for the next process; a writer
# killed between its commit and the log is made up for by the next write; damaged, cut,
# of another version or missing: made anew, and said so; replaced while it is searched.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/responses.sh"

responses_site
responses_library
ready alice
asks() { _id=$(create --queue orders --language en --from ann@example.org --text "$1") && as alice ixn-accept >/dev/null && echo "$_id"; }
sent() { _c=$(asks "$1") && as alice chat-send "$_c" --response "$2" >/dev/null; }
best() { as alice response-search "$@" --lang en --limit 1 --fields shortcut 2>/dev/null; }
made() { printf '%s\n' "$err" | grep -c 'made anew\|made from the store'; }

# For the next process, from the log.
status 1 as alice response-search zigzag
sent 'the zigzag blinks' invoice
is "$(best zigzag)" invoice 'learned from one answer, seen by the next process'
is "$(ixn-setup --check >/dev/null 2>&1; response-index --check --json | jq -c '.logged > 0')" true 'it is in the log'
ok response-index
is "$(response-index --json | jq -c '[.logged, .responses, .uses]')" '[0,8,1]' 'made anew: the log is part of it'
is "$(best zigzag)" invoice 'and nothing is lost'

# Nobody wrote the log: the writer died behind its commit.
cp "$index" before && { [ ! -e "$index-log" ] || cp "$index-log" before-log; }
sent 'the quibble squeaks' refund
is "$(best quibble)" refund 'learned'
cp before "$index" && rm -f "$index-log" && { [ ! -e before-log ] || cp before-log "$index-log"; }
status 1 as alice response-search quibble
status 79 response-index --check --json
is "$(code)" index_behind 'what it lacks is found'
sent 'something else altogether, wobble' twice
is "$(best quibble)|$(best wobble)" 'refund|twice' 'the next write makes up for it'
ok response-index --check
response fresh --name 'Fresh' --category Customers/Payment --text 'A gargoyle.'
cp before "$index" && rm -f "$index-log"
as alice response-favourite fresh >/dev/null
is "$(best gargoyle)|$(best quibble)" 'fresh|refund' 'whatever it is'

# The same by a kill: between the commit and the log.
full=$IXN_BIN/../libexec/ixn/ixn-full
if [ -x "$full" ] && ${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o crashpoint.so "$top/tests/peers/preload/crashpoint.c" 2>/dev/null; then
	mkdir -p crashbin && ln -sf "$full" crashbin/chat-send
	c=$(asks 'the flummox whirs')
	killed=0
	for at in $(seq 1 60); do
		cp "$XDG_DATA_HOME/ixn/store.db" s.db
		later && CRASHPOINT_FOLDER="$XDG_DATA_HOME/ixn" CRASHPOINT="$at" LD_PRELOAD="$PWD/crashpoint.so" IXN_AGENT=alice crashbin/chat-send "$c" --response lost --idempotency-key k >/dev/null 2>&1
		rc=$?
		[ $rc = 137 ] && killed=$((killed + 1))
		[ $rc = 0 ] && break
	done
	[ $killed -gt 0 ] || echo '# nothing was killed'
	sent 'and then that' twice
	is "$(sql "SELECT count(*) FROM response_use WHERE ixn = '$c'")" 1 "killed $killed times: it is learned once"
	is "$(best flummox)" lost 'and is found'
	ok response-index --check
else
	skip 'killed writers' 'no C compiler'
fi

# Missing, damaged, cut, of another version: made anew, and said so.
cp "$index" sound
rm -f "$index" "$index-log"
status 0 as alice response-search quibble --ids
is "$out $(made)" "$(id refund) 1" 'missing'
status 0 as alice response-search quibble --ids
is "$(made)" 0 'once'
rm -f "$index"
status 74 response-index --check --json
is "$(code)" index_missing 'the check makes nothing'
is "$(ls "$index" 2>/dev/null)" '' 'indeed'
ok response-index
size=$(wc -c <"$index")
for at in 0 1 8 12 100 $((size / 2)) $((size - 1)); do
	head -c "$at" "$index" >part && rm -f "$index" && cp part "$index"
	status 0 as alice response-search quibble --ids
	is "$out $(made)" "$(id refund) 1" "cut at $at of $size"
done
for at in 0 9 40; do
	printf '\377' | dd of="$index" bs=1 seek="$at" conv=notrunc 2>/dev/null
	status 0 as alice response-search quibble --ids
	is "$out $(made)" "$(id refund) 1" "a byte of the head changed: $at"
done
# Anywhere: the right answer or one made anew, never another one.
wrong=0 healed=0
response-index >/dev/null
right=$(as alice response-search quibble parcel five --lang en --ids | tr '\n' ' ')
for i in $(seq 1 40); do
	at=$(((size - 1) * i / 40))
	printf '\125' | dd of="$index" bs=1 seek="$at" conv=notrunc 2>/dev/null
	got=$(as alice response-search quibble parcel five --lang en --ids 2>healed.err | tr '\n' ' ')
	[ "$got" = "$right" ] || { wrong=$((wrong + 1)) && echo "# at $at: $got"; }
	[ ! -s healed.err ] || healed=$((healed + 1))
done
is "$wrong" 0 "40 bytes of all places changed: $healed times made anew, never a wrong answer"
response-index >/dev/null
sent 'the kerfuffle hums' late
printf 'rubbish' >>"$index-log"
is "$(best kerfuffle)" late 'rubbish behind the log is none of it'
sent 'the brouhaha hums' address
is "$(best kerfuffle)|$(best brouhaha)" 'late|address' 'and the next write goes on'
ok response-index --check

# Replaced while others search; two at once.
(for _ in $(seq 1 15); do response-index >/dev/null || echo failed; done) >replaced 2>&1 &
first=$!
(for _ in $(seq 1 15); do response-index >/dev/null || echo failed; done) >>replaced 2>&1 &
second=$!
bad=0
while kill -0 $first 2>/dev/null; do
	got=$(IXN_AGENT=alice response-search quibble --lang en --limit 1 --fields shortcut 2>search.err)
	{ [ "$got" = refund ] && [ ! -s search.err ]; } || { bad=$((bad + 1)) && echo "# $got $(cat search.err)"; }
done
wait $first $second
is "$bad $(cat replaced)" '0 ' 'searched while it is made anew, by two at once'
ok response-index --check

# A log that has outgrown its index is merged by the write that finds it so.
i=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	as alice chat-send "$c" --text 'yes?' >/dev/null
	later && awk -v i="$i" 'BEGIN { for (n = 0; n < 300; n++) printf "word%d%d ", i, n }' | chat-send "$c" --as-contact --file - >/dev/null
	as alice chat-send "$c" --response address >/dev/null
	log=$(wc -c <"$index-log" 2>/dev/null || echo 0)
	[ $((log * 10)) -le $(($(wc -c <"$index") + 800000)) ] || break
done
is "$i" 40 'the log does not grow without end'
is "$(best word2020)" address 'and nothing of it is lost'
ok response-index --check

# What an erased contact wrote is forgotten: tests/unit/response_use.c.
done_testing
