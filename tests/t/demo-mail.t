#!/bin/sh
# scripts/demo --mail runs to its end in both languages, shows what it promises, and
# leaves nothing behind.
# place: embedded - the demo makes its own store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/dovecot.sh"

dovecot_find
left=$tmp/left
mkdir "$left"
demo() { env IXN_BIN="$IXN_BIN" TMPDIR="$left" LANGUAGE="$1" "$top/scripts/demo" --mail --no-install; }
# plays LANGUAGE
plays() {
	status 0 demo "$1"
	shown=$out
	is "$(ls -A "$left")" '' "$1: no folder is left"
	server=$(printf '%s\n' "$shown" | grep -o '/tmp/ixn-dovecot\.[A-Za-z0-9]*' | head -n 1)
	is "$([ -n "$server" ] && [ ! -e "$server" ]; echo $?)" 0 "$1: nor a mail server"
	is "$(pgrep -f "$left|${server:-none}" | tr '\n' ' ')" '' "$1: nor a process"
	like "$shown" "	kept	bonjour	camille@example\.org	$2 FR-20417	orders	" "$1: the mail is fetched"
	like "$shown" '"data":\{"order":"FR-20417"\}' "$1: with the order"
	like "$shown" "	for-review	alice	.*	1	1	Re: $2 FR-20417	forbidden: a promise$" "$1: the answer is reviewed"
	like "$shown" '^[^	]*	rejected	0	1	$' "$1: rejected"
	like "$shown" '^[^	]*	queued	1	2	$' "$1: and approved in the second cycle"
	like "$shown" '^[^	]*	sent	.*	camille@example\.org	Re: ' "$1: sent"
	is "$(printf '%s\n' "$shown" | grep -c '^+.*FR-20417')" 1 "$1: the difference"
	like "$shown" "	threaded	bonjour	camille@example\.org	Re: $2 FR-20417	" "$1: her answer comes back in its thread"
	like "$shown" '"copy":"kept"' "$1: a copy is kept"
}
plays en Parcel
like "$shown" '^Dear Camille, I have asked the carrier ' 'what she reads'
unlike "$(printf '%s\n' "$shown" | sed -n '/^# What Camille reads/,/^==/p')" 'free of charge|no promise' 'without what was rejected, or why'
plays fr Colis
like "$shown" '^Chère Camille, ' 'in French'
like "$shown" '^Le .*, Camille Roux a écrit :$' 'and so is what is quoted'
unlike "$shown" 'Everything ends|What Camille|Dear' 'nothing is English'
status 64 "$top/scripts/demo" --mail --nonsense
done_testing
