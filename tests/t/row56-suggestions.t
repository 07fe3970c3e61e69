#!/bin/sh
# covers: response-search, chat-send
# Suggestions for what a contact asks: a ranked list with scores, a least score, and
# what is sent, passed over or refused moves the ranking, for the next process.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/responses.sh"

responses_site
responses_library
response mailonly --name 'Late parcel, by mail' --category Customers/Delivery --text 'Your parcel is late, see the file.' --media email
response franglais --name 'Parcel late' --category Clients/Livraison --language fr --text 'Your parcel is late, monsieur.'
ready alice
# asks TEXT OPTION...: the id of a chat that alice has.
asks() {
	_t=$1 && shift
	_id=$(create --queue orders --language en --from ann@example.org --name Ann --text "$_t" "$@")
	as alice ixn-accept >/dev/null
	echo "$_id"
}
suggested() { as alice response-search --for "$@" --fields shortcut 2>&1 | tr '\n' ' ' | sed 's/ $//'; }
uses() { sql "SELECT count(*) FROM response_use $1"; }

a=$(asks 'Hello, my parcel is late, it should have come on Monday. Kind regards, Ann')
is "$(suggested "$a" | cut -d' ' -f1)" late 'the best one first'
as alice response-search --for "$a" --json >list
is "$(jq -r .rank list | head -n 2 | tr '\n' ' ')" '1 2 ' 'a ranked list'
is "$(jq -s 'map(.score) | . == (sort | reverse) and all(. >= 0 and . <= 100)' list)" true 'with scores'
most=$(jq -s 'map(.score) | max' list)
is "$(as alice response-search --for "$a" --json --min-score "$most" | jq -s 'map(.score) | min')" "$most" 'and a least one'
unlike "$(suggested "$a" --limit 50)" 'retard|rembourse|franglais' 'in the language of the contact'
unlike "$(suggested "$a" --limit 50)" mailonly 'only what may be sent by the medium'
like "$(suggested "$a" --limit 50 --lang any)" franglais 'unless it is any'
like "$(suggested "$a" --limit 50 --media any)" mailonly 'unless the medium is any'
is "$(as alice response-search --for @ --ids --limit 1)" "$(id late)" 'of the current interaction'
printf 'My parcel is late.\n\nKind regards\nAnn\n\n> Where is the invoice?\n' >letter
is "$(found alice --like letter --lang en | cut -d' ' -f1)" late 'for a text'
is "$(found alice --like - --lang en <letter | cut -d' ' -f1)" late 'from standard input'
status 66 as alice response-search --for 01ARZ3NDEKTSV4RRFFQ69G5FAV
status 66 response-search --like nowhere
status 64 as alice response-search --for "$a" --like letter
status 64 as alice response-search --for "$a" words

# What is asked: what was said last.
as alice chat-send "$a" --text 'We look into it.' >/dev/null
is "$(suggested "$a" | cut -d' ' -f1)" late 'what the agent said last answered nothing yet'
later && chat-send "$a" --as-contact --text 'And by the way I was charged two times, twice in fact' >/dev/null
is "$(suggested "$a" | cut -d' ' -f1)" twice 'the last question, not the first'
later && chat-send "$a" --as-contact --text 'please' >/dev/null
is "$(suggested "$a" | cut -d' ' -f1)" twice 'what says nothing by itself goes with what came before'

# Sent: learned from, for the next process.
b=$(asks 'blinks zigzag')
status 1 as alice response-search --for "$b"
ok as alice chat-send "$b" --response invoice
is "$(sql "SELECT event, ref, reason FROM event WHERE event = 'response.used'")" "response.used|$(id invoice)|sent" 'the use is an event'
is "$(sql "SELECT kind, text, language, CASE WHEN contact IS NULL THEN 0 ELSE 1 END, agent FROM response_use WHERE ixn = '$b'")" 'sent|blinks zigzag|en|1|alice' 'kept with what it answered'
c=$(asks 'blinks')
is "$(suggested "$c" | cut -d' ' -f1)" invoice 'a like question: what was sent before'
ok as alice chat-send "$c" --response invoice --text 'The invoice, made to fit'
is "$(sql "SELECT kind FROM response_use WHERE ixn = '$c'")" edited 'made to fit'

# Chosen lower in the list: what stood above was passed over.
d=$(asks 'a parcel, and five working days')
as alice response-search --for "$d" --json >list
n=$(jq -s length list)
[ "$n" -ge 3 ] || echo '# the list is too short'
third=$(sed -n 3p list | jq -r .id) first=$(sed -n 1p list | jq -r .id) second=$(sed -n 2p list | jq -r .id)
score() { as alice response-search --for "$1" --limit 50 --json | jq -r --arg i "$2" 'select(.id == $i) | .points'; }
before=$(score "$d" "$first")
as alice response-search --for "$d" >/dev/null
ok as alice chat-send "$d" --response '#3'
is "$(sql "SELECT kind, response, rank FROM response_use WHERE ixn = '$d' AND kind = 'sent'")" "sent|$third|3" 'by its number: the third'
is "$(sql "SELECT response FROM response_use WHERE ixn = '$d' AND kind = 'passed' ORDER BY number" | tr '\n' ' ')" "$first $second " 'and two were passed over'
e=$(asks 'a parcel, and five working days')
is "$(as alice response-search --for "$e" --limit 1 --ids)" "$third" 'the one that was chosen comes first now'
is "$(awk -v a="$(score "$e" "$first")" -v b="$before" 'BEGIN { print a < b ? "less" : a " " b }')" less 'the one that was passed over has lost'

# Refused.
as alice response-search --for "$e" >/dev/null
ok as alice response-search --for "$e" --not '#1'
unlike "$(suggested "$e" --limit 50)" "^$(basename "$(grep -lx "$third" ./*.id)" .id)( |\$)" 'what was refused is not suggested again'
is "$(sql "SELECT event, ref, reason FROM event WHERE event = 'response.refused'")" "response.refused|$third|refused" 'it is an event'
later && as alice response-search --for "$e" --not "$third" >/dev/null 2>&1
is "$(uses "WHERE kind = 'refused'")" 1 'said twice it counts once'
f=$(asks 'a parcel, and five working days')
is "$(awk -v a="$(score "$f" "$third")" -v b="$(score "$d" "$third")" 'BEGIN { print a <= b ? "less" : a " " b }')" less 'and it moves the ranking for others'
status 66 as alice response-search --for "$f" --not nothing-of-that-name
status 66 as alice chat-send "$f" --response '#99'
as alice response-search nonsense-word-zz >/dev/null 2>&1
status 66 as alice chat-send "$f" --response '#1'

# The list of a session.
as alice response-search --for "$f" >/dev/null
is "$(stat -c %a "$XDG_STATE_HOME"/ixn/*/alice.list)" 600 'is for its agent alone'
printf 'parcel\n' | as alice response-search --batch >/dev/null
is "$(head -n 1 "$XDG_STATE_HOME"/ixn/*/alice.list)" "$f" 'a batch leaves it as it is'
as alice response-search refund >/dev/null
g=$(asks 'my money')
ok as alice chat-send "$g" --response '#1'
is "$(sql "SELECT count(*) FROM response_use WHERE ixn = '$g' AND kind = 'passed'")|$(sql "SELECT CASE WHEN rank IS NULL THEN 1 ELSE 0 END FROM response_use WHERE ixn = '$g'")" '0|1' 'a search by words passes nothing over'
as alice agent-logout --requeue >/dev/null
is "$(find "$XDG_STATE_HOME" -name '*.list')" '' 'it goes with the session'

done_testing
