#!/bin/sh
# covers: response-list, response-show, response-favourite, response-edit
# Listing and showing: what an agent may see and use now, favourites, the tree on a terminal.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
site <<'J'
{"agents":[{"name":"alice","queues":["billing"],"teams":["t"]},{"name":"bob","queues":["sales"]},{"name":"carl"},{"name":"dan","queues":[]},{"name":"lea","role":"lead","queues":["sales"]}],
"teams":[{"name":"t"},{"name":"u"}],"queues":[{"name":"billing"},{"name":"sales"}]}
J
ready alice bob carl dan lea
new() { as lea response-edit --ids "$@"; }
names() { later && (IXN_AGENT=$1 && export IXN_AGENT && shift && response-list --fields name "$@") | tr '\n' ' '; }
new --name free --text x --category A --language en --shortcut free >/dev/null
new --name queue --text x --category A --queues billing >/dev/null
new --name team --text x --category A --teams t,u >/dev/null
new --name either --text x --category A --queues sales --teams t >/dev/null
new --name off --text x --category A --active=false >/dev/null
new --name draft --text x --category A --approved=false >/dev/null
new --name soon --text x --category A --start +10m >/dev/null
new --name past --text x --category A --expires +2s >/dev/null
new --name email --text x --category A/B --media email --expires 2027-01-01 >/dev/null
new --name Fr --text x --category 'C/Sous catégorie' --language fr-CA --usage faq >/dev/null
later 5

# Visibility.
is "$(names alice)" 'either free queue team email Fr ' 'of an own queue, of an own team, or of neither kind'
is "$(names bob)" 'either free email Fr ' 'of a queue'
is "$(names carl)" 'either free queue email Fr ' 'who serves every queue, and is in no team'
is "$(names dan)" 'free email Fr ' 'who serves none'
is "$(names lea)" 'either free queue team email Fr ' 'who leads sees all'
hidden=$(sql "SELECT id FROM response WHERE name = 'queue'")
status 77 as bob response-show "$hidden" --json
is "$(code)" response_hidden 'what is not for one is not shown'
status 77 as bob response-show "$hidden" --versions
status 77 as bob response-favourite "$hidden"
ok as alice response-show "$hidden"
ok as lea response-edit "$hidden" --owner bob
ok as bob response-show "$hidden"
is "$(names bob)" 'either free queue email Fr ' 'its owner sees it'
ok ixn-setup --load /dev/stdin <<'J'
{"agents":[{"name":"bob","queues":["billing"]}]}
J
is "$(names bob)" 'free queue email Fr ' 'as the site says by now'
is "$(sql "SELECT CASE WHEN (SELECT seq FROM library WHERE name = 'site') = (SELECT seq FROM library WHERE name = 'last') THEN 1 ELSE 0 END")" 1 'and the index hears of it'
ok ixn-setup --load /dev/stdin <<'J'
{"queues":[{"name":"other"}]}
J
is "$(sql "SELECT CASE WHEN (SELECT seq FROM library WHERE name = 'site') = (SELECT seq FROM library WHERE name = 'last') THEN 1 ELSE 0 END")" 1 'of a queue it need not hear'

# What may be used now, and the rest.
is "$(names lea --all)" 'draft either free off past queue soon team email Fr ' '--all'
for s in active:either,free,queue,team,email,Fr inactive:off unapproved:draft scheduled:soon expired:past removed:; do
	is "$(names lea --state "${s%%:*}" | tr ' ' ,)" "$([ -z "${s#*:}" ] || echo "${s#*:},")" "--state ${s%%:*}"
done
later 600
is "$(names lea --state scheduled)$(names lea --category A | grep -o soon)" soon 'its start has come'
is "$(names lea --category a/B)" 'email ' '--category'
is "$(names lea --category A --media chat)" 'either free queue soon team ' '--media'
is "$(names lea --language fr)$(names lea --language fr-CA)$(names lea --language en | wc -w)" 'Fr Fr 6' '--language'
is "$(names lea --usage faq)" 'Fr ' '--usage'
status 66 as lea response-list --category None
ok as lea response-list --limit 2
is "$(printf '%s\n' "$out" | wc -l)$err" '2response-list: only the first 2 are shown; --limit shows more' '--limit'
ok as lea response-list --limit 7
is "$err" '' 'not cut'
n=0
while [ $n -lt 1203 ]; do n=$((n + 1)) && printf "INSERT INTO response SELECT 'm%04d', 1, category, 'm%04d', 'm%04d', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, usage, NULL, NULL, NULL, NULL, NULL, 1, 1, 0, 1000+%d FROM response WHERE name = 'email';\n" $n $n $n $n; done >many.sql
{ echo 'BEGIN;' && cat many.sql && echo 'COMMIT;'; } | sqlite3 "$XDG_DATA_HOME/ixn/store.db"
is "$(IXN_AGENT=lea response-list --category A/B --limit 5000 --ids | tail -n +2 | sort | tr -d '\n' | cksum)" "$(seq 1203 | xargs printf 'm%04d' | cksum)" 'more than a page of them, each once'

# Showing.
is "$(IXN_AGENT=alice response-show free --json | jq -c 'keys')" '["active","approved","category","changed","created","editor","id","language","name","owner","shortcut","state","text","usage","uses","version"]' 'what it says'
is "$(IXN_AGENT=alice response-show free | cut -f 2-)" 'active	free	free	A	en	x' 'in a pipe'
is "$(IXN_AGENT=alice response-show free --text)" x 'its text alone'

# Filled in for an interaction, where it could be sent there.
i=$(create --from ann@example.org --name Ann --queue billing --text hello)
ok as lea response-edit free --text 'Dear <$ Contact.FirstName $>,'
is "$(IXN_AGENT=alice response-show free --text)" 'Dear <$ Contact.FirstName $>,' 'as it stands'
is "$(IXN_AGENT=alice response-show free --for "$i" --text)" 'Dear Ann,' 'filled in'
for n in past:response_expired draft:response_not_approved off:response_not_active email:response_medium; do
	status 79 as lea response-show "$(sql "SELECT id FROM response WHERE name = '${n%%:*}'")" --for "$i" --json
	is "$(code)" "${n#*:}" "not where it could not be sent: ${n%%:*}"
done
s=$(new --name distant --text x --category A --start +1h)
status 79 as lea response-show "$s" --for "$i" --json
is "$(code)" response_not_yet 'nor before its start'
status 66 as alice response-show free --for 00000000000000000000000000
status 65 as lea response-edit free --text 'Dear <$ Contact.Nickname $>,' --json
is "$(code)" bad_field_code 'a field code that is none is refused when it is written'

# Favourites.
ok as alice response-favourite free
is "${out#*	}" 'active	free	yes' 'a favourite'
ok as alice response-favourite free "$hidden"
ok as carl response-favourite free
is "$(names alice --favourites) $(names carl --favourites) $(names bob --favourites)" 'free queue  free  ' 'of each agent'
is "$(IXN_AGENT=alice response-show free --json | jq .favourite)" true 'it is shown'
seq=$(sql "SELECT seq FROM library WHERE name = 'last'")
ok as alice response-favourite free
is "$(sql "SELECT seq FROM library WHERE name = 'last'")" "$seq" 'once more changes nothing'
as alice agent-logout >/dev/null && ready alice
is "$(names alice --favourites)" 'free queue ' 'they outlast the session'
ok as alice response-favourite free --remove
ok as alice response-favourite free --remove
is "$(names alice --favourites)" 'queue ' 'taken off'
is "$(sql "SELECT count(*), sum(removed) FROM response_favourite WHERE agent = 'alice'")" '2|1' 'which stays known for the index'
ok as lea response-edit "$hidden" --remove
is "$(names alice --favourites --all)" '' 'what was removed is none'
ok as alice response-favourite "$hidden" --remove
status 66 as alice response-favourite nothing
status 77 response-favourite free --agent nobody
is "$(sql "SELECT group_concat(reason) FROM (SELECT * FROM event WHERE event = 'response.favourite' ORDER BY seq) AS s")" 'added,added,added,removed,removed' 'each is an event'

# On a terminal.
if command -v script >/dev/null; then
	later
	script -qec 'env IXN_AGENT=carl response-list --tree --limit 4' /dev/null | tr -d '\r' | sed 's/^[^ ]* *[a-z]* *\(free\)\{0,1\}  *\(.*\)/\2/' >tree
	is "$(grep -o '\(A\|B\)/$' tree | tr -d '\n')" 'A/B/' 'a heading for each category'
	script -qec 'env IXN_AGENT=lea response-show free' /dev/null | tr -d '\r' >card
	is "$(sed -n '/^name/p; $p' card | tr '\n' '|')" 'name      free|Dear <$ Contact.FirstName $>,|' 'a card, then its text'
	script -qec 'response-category' /dev/null | tr -d '\r' | grep -q '^  Sous cat' && is yes yes 'the tree of categories is indented'
else
	skip 'on a terminal' 'no script(1)'
fi

done_testing
