#!/bin/sh
# covers: response-category, response-list, response-edit
# The tree: made on demand, listed with counts, moved, renamed, pruned; what lies below goes along.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
site <<'J'
{"agents":[{"name":"alice"},{"name":"lea","role":"lead"}]}
J
ready alice lea
new() { as lea response-edit --ids "$@"; }
tree() { response-category "$@" --fields path,responses,total,language | tr '\t\n' ' |'; }
a=$(new --text a --category 'Billing/Refunds/Late ones' --language en)
b=$(new --text b --category billing/REFUNDS)
new --text c --category Billing >/dev/null
new --text d --category 'Éducation/Étude_2' --language fr >/dev/null
new --text e --category 'فواتير/استرداد' --language ar >/dev/null
new --text f --category '料金' --language zh >/dev/null
is "$(tree)" "Billing 1 3 en|Billing/Refunds 1 2 en|Billing/Refunds/Late ones 1 1 en|Éducation 0 1 fr|Éducation/Étude_2 1 1 fr|فواتير 0 1 ar|فواتير/استرداد 1 1 ar|料金 1 1 zh|" 'made on demand, found whatever its case, in order, with counts'
is "$(tree education)" 'Éducation 0 1 fr|Éducation/Étude_2 1 1 fr|' 'a part of it, accents or not'
status 66 response-category Nothing
is "$(response-category --json Billing/Refunds | jq -c '[.name,.depth,.usable,.language]' | tr '\n' ' ')" '["Refunds",1,2,"en"] ["Late ones",2,1,"en"] ' 'as JSON'

# Order: what lies below stands behind the one above it, before all that only begins like it.
for p in 'X' 'X a' 'X-b' 'X0' 'X/z'; do ok as lea response-category --add "$p"; done
is "$(tree X)" 'X 0 0 |X/z 0 0 |' 'below it, not what begins like it'
is "$(response-category --fields path | grep X | tr '\n' '|')" 'X|X/z|X a|X-b|X0|' 'the order of the tree'

# Any depth.
deep=$(for i in $(seq 200); do printf 'd%s/' "$i"; done)
deep=${deep%/}
ok as lea response-edit --text deep --category "$deep"
is "$(response-category d1 --ids | wc -l) $(response-category "$deep" --json | jq -r .depth)" '200 199' 'any depth'

# Adding, and the language of a root.
ok as lea response-category --add Returns --language de
is "$(tree Returns)" 'Returns 0 0 de|' 'added'
ok as lea response-category --add Returns --language en
is "$(tree Returns)" 'Returns 0 0 en|' 'the language of an empty root is changed'
status 65 as lea response-category --add Billing --language fr
is "$(tree Billing | cut -d '|' -f 1)" 'Billing 1 3 en' 'that of one in which another is spoken is not'
status 65 as lea response-category --add Billing/Refunds --language fr
status 64 as lea response-category --add A --language x
status 65 as lea response-category --add 'a|b'
status 65 as lea response-category --add 'tab	here'
status 65 as lea response-category --add ''
ok as lea response-category --add "$(printf 'x%.0s' $(seq 128))"
status 65 as lea response-category --add "$(printf 'x%.0s' $(seq 129))"

# Moving.
before=$(sql "SELECT seq FROM response WHERE id = '$a'")
version=$(sql "SELECT version FROM response WHERE id = '$a'")
ok as lea response-category --move Billing/Refunds --to Returns
is "$out" 'Returns/Refunds	moved	2	en' 'moved, with how many'
is "$(tree Returns)" 'Returns 0 2 en|Returns/Refunds 1 2 en|Returns/Refunds/Late ones 1 1 en|' 'what lies below goes along'
is "$(response-show "$a" --json | jq -r .category)" 'Returns/Refunds/Late ones' 'the responses, too'
is "$(sql "SELECT CAST(seq > $before AS INTEGER), CAST(version = $version AS INTEGER) FROM response WHERE id = '$a'") $(sql 'SELECT count(*) - count(DISTINCT seq) FROM response')" '1|1 0' 'the index hears of each, in a seq of its own; they are no new version'
status 66 response-category Billing/Refunds
status 79 as lea response-category --move Returns --to Returns/Refunds --json
is "$(code)" category_cycle 'not below itself'
status 79 as lea response-category --move Returns --to Returns
ok as lea response-category --add Billing/refunds
status 79 as lea response-category --move Returns/Refunds --to Billing --json
is "$(code)" category_exists 'nor where one of that name is'
status 65 as lea response-category --move Returns/Refunds --to 'Éducation'
like "$err" 'language fr, not en' 'nor where another language is spoken'
status 66 as lea response-category --move Returns --to Nowhere
status 64 as lea response-category --move Returns
status 64 as lea response-category --move Returns --remove Returns
is "$(tree Returns)" 'Returns 0 2 en|Returns/Refunds 1 2 en|Returns/Refunds/Late ones 1 1 en|' 'what was refused changed nothing'
ok as lea response-category --move 'Returns/Refunds/Late ones' --to /
is "$(tree 'late ones')" 'Late ones 1 1 en|' 'a root from now on, of the language that it had'
ok as lea response-category --add Blank
ok as lea response-category --move 'Late ones' --to Blank
is "$(tree Blank)" 'Blank 0 1 en|Blank/Late ones 1 1 en|' 'a root that said nothing speaks what came into it'

# Renaming.
ok as lea response-category --rename returns --to RETURNS
is "$(tree returns)" 'RETURNS 0 1 en|RETURNS/Refunds 1 1 en|' 'its case alone'
ok as lea response-category --rename RETURNS/Refunds --to 'Money back'
is "$(response-show "$b" --json | jq -r .category)" 'RETURNS/Money back' 'a name'
status 79 as lea response-category --rename RETURNS --to Billing
status 65 as lea response-category --rename RETURNS --to a/b

# Removing.
status 79 as lea response-category --remove RETURNS --json
is "$(code)" category_not_empty 'one that holds something stays'
like "$err" '1 responses, 1 categories' 'and it is said what'
ok as lea response-category --remove Billing/refunds
ok as lea response-category --remove RETURNS --recursive
is "$out" 'RETURNS	removed	1	en' 'with all that is in it'
status 66 response-show "$b"
is "$(response-list --state removed --ids)" "$b" 'its responses are removed'
is "$(sql "SELECT removed FROM response WHERE id = '$b'")" 1 'but kept'
ok as lea response-edit "$b" --restore 1
is "$(response-show "$b" --json | jq -r .category)" en 'restored, in the root of its language'

# Who may.
for o in '--add N' '--move X --to Billing' '--rename X --to Y' '--remove X'; do
	# shellcheck disable=SC2086 # options
	status 77 as alice response-category $o
done
ok as alice response-category
is "$(sql "SELECT group_concat(event || ' ' || coalesce(reason, '-'), ', ') FROM (SELECT DISTINCT event, reason FROM event WHERE event LIKE 'category.%' ORDER BY 1, 2) AS s")" \
	'category.added -, category.changed language, category.changed moved, category.changed renamed, category.removed -' 'each change is an event'
ok ixn-doctor
is "$out" '' 'and the tree is sound'

done_testing
