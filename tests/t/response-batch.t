#!/bin/sh
# covers: response-search
# Batches, and queries that mean no good: answers in order, a bad line told of with
# its number, nothing crashes, and no search by words opens the store.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/responses.sh"

responses_site
responses_library
ready alice

printf 'carrier\n{"id":"q7","text":"charged twice","lang":"en"}\n\n{"id":"r","text":"colis en retard","lang":"fr"}\nzzzzzz\n{"text":"invoice"}\n' >queries
status 0 as alice response-search --batch=queries --limit 1
is "$(printf '%s\n' "$out" | jq -r '"\(.query) \(.rank)"' | tr '\n' ',')" '1 1,q7 1,r 1,6 1,' 'in order, by id or number of the line'
is "$(printf '%s\n' "$out" | jq -r .id | tr '\n' ' ')" "$(id lost) $(id twice) $(id retard) $(id invoice) " 'the best of each'
is "$(printf '%s\n' "$out" | head -n 1 | jq -rc 'keys_unsorted | join(",")')" 'query,rank,id,score,name' 'its members'
all=$out
is "$(as alice response-search --batch queries --limit 1)" "$all" 'the file as an operand'
is "$(as alice response-search --batch --limit 1 <queries)" "$all" 'standard input'
is "$(as alice response-search --batch=- --limit 1 <queries)" "$all" 'or as -'
status 66 as alice response-search --batch=nowhere
: >empty
status 0 as alice response-search --batch=empty
is "$out$err" '' 'nothing of nothing'

# Bad lines: the rest goes on.
printf 'carrier\n{"id":\n{"text":7}\n{"id":"x"}\n\377\376\n{"text":"a","text":"b"}\na\000b\ninvoice\n' >bad
status 65 as alice response-search --batch=bad --limit 1
is "$(printf '%s\n' "$out" | jq -r .query | tr '\n' ' ')" '1 8 ' 'good lines are answered'
for n in 2 3 4 5 6 7; do like "$err" "bad:$n" "line $n is told of"; done
{ echo carrier && head -c 5000000 /dev/zero | tr '\0' x && echo && echo invoice; } >long
status 65 as alice response-search --batch=long --limit 1
is "$(printf '%s\n' "$out" | jq -r .query | tr '\n' ' ')" '1 3 ' 'a line without end is passed over'
like "$err" 'long:2' 'and told of'

# It answers line by line: who asks by a pipe gets an answer before the next question.
mkfifo ask.pipe answer.pipe
(as alice response-search --batch --limit 1 <ask.pipe >answer.pipe) &
exec 7>ask.pipe 8<answer.pipe
echo carrier >&7
read -r line <&8
is "$(printf '%s' "$line" | jq -r .id)" "$(id lost)" 'the answer comes before the end'
exec 7>&- 8<&-
wait

# Hostile queries.
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "%s%d ", i % 3 ? "parcel" : "w", i % 3 ? "" : i }' >words
status 0 as alice response-search --like words --lang en --limit 1 --ids
like "$out" '^[0-9A-Z]{26}$' 'a hundred thousand words'
status 0 sh -c 'IXN_AGENT=alice response-search --batch=words --limit 1'
query() { later && IXN_AGENT=alice response-search "$@" >q.out 2>q.err; _q=$?; [ $_q = 0 ] || [ $_q = 1 ]; }
n=0
while IFS= read -r q; do
	n=$((n + 1))
	_tap "$(query -- "$q"; echo $?)" "a query that is odd: $n"
done <<'Q'
the of and to
a
e
où est-il
这是包裹
包裹 parcel
أين طردي
😀😀 👨‍👩‍👧
e̊́́́́́́́́́́́
‮parcel‬
"'`$(parcel)
%s%n%s
../../etc/passwd
<$ Contact.FirstName $>
-1
Q
is "$(found alice --lang en 'the parcel 😀 包裹' | cut -d' ' -f1)" "$(found alice parcel --lang en | cut -d' ' -f1)" 'what is not known does no harm'
printf 'parcel \377 late' >notutf8
status 65 as alice response-search --like notutf8
printf 'parcel\000late' >nul
status 65 as alice response-search --like nul
: >nothing
status 1 as alice response-search --like nothing
status 1 as alice response-search ' '
for o in --phrase --all-words; do status 1 as alice response-search $o '!?'; done

# By words the store is not opened.
if [ "$place" != embedded ]; then
	skip 'files that are opened' 'with a database or a server beside it others are'
elif traced -f -qq -o /dev/null true 2>/dev/null; then
	traced -f -E IXN_CLOCK -E IXN_AGENT=alice -o trace -e trace=openat,open response-search parcel >/dev/null 2>&1
	is "$(grep -v ENOENT trace | grep -oE 'store\.db[a-z-]*"' | sort -u | tr -d '"' | tr '\n' ' ')" 'store.db-responses store.db-responses-log ' 'a search opens the index and its log, nothing else of the store'
	echo parcel | traced -f -E IXN_CLOCK -E IXN_AGENT=alice -o trace -e trace=openat,open response-search --batch >/dev/null 2>&1
	is "$(grep -v ENOENT trace | grep -oE 'store\.db[a-z-]*"' | sort -u | tr -d '"' | tr '\n' ' ')" 'store.db-responses store.db-responses-log ' 'nor does a batch'
else
	skip 'files that are opened' 'no strace'
fi

done_testing
