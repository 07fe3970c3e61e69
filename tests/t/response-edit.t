#!/bin/sh
# covers: response-edit, response-show, response-list
# What a response may be, who may write it, the one that is active of its category and usage, its versions.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
site <<'J'
{"agents":[{"name":"alice","queues":["billing"],"teams":["t"]},{"name":"bob"},{"name":"lea","role":"lead"},{"name":"ada","role":"admin"},{"name":"gate","role":"service"}],
"teams":[{"name":"t","leads":["lea"]}],"queues":[{"name":"billing"},{"name":"sales"}]}
J
ready alice bob lea ada gate
new() { as "${who:-lea}" response-edit --ids "$@"; }
field() { IXN_AGENT=lea response-show "$1" --json | jq -r ".$2"; }

# Bounds and forms.
ok as lea response-edit --name 'Refund sent' --shortcut refund --text 'Your refund is on its way.' --category Billing/Refunds --language en
r=${out%%	*}
like "$out" '^[0-9A-Z]{26}	active	1	Refund sent	Billing/Refunds	$' 'a new one: its id, then its state'
is "$(field refund '|[.owner,.usage,.active,.approved,.version]|@csv')" '"lea","suggestion",true,true,1' 'of who wrote it, a suggestion, active, approved'
is "$(field REFUND id)" "$r" 'found by its shortcut, whatever its case'
is "$(new --text '
  Hello and thank you for writing to us, we shall look into what you say at once and answer
more')" "$(sql "SELECT id FROM response WHERE name = 'Hello and thank you for writing to us, we shall look into what you say at once'")" 'a name from the first line of the text, cut at a word'
status 64 as lea response-edit
status 64 as lea response-edit refund
status 65 as lea response-edit --shortcut x
status 65 as lea response-edit --text a --shortcut 'two words'
status 65 as lea response-edit --text a --shortcut '#1'
status 65 as lea response-edit --text a --shortcut REFUND --json
is "$(code)" duplicate 'a shortcut is of one response'
status 65 as lea response-edit --text a --shortcut "$r"
status 65 as lea response-edit --text a --category 'A//B'
status 65 as lea response-edit --text a --category 'A&B'
status 65 as lea response-edit --text a --category ' A'
status 65 as lea response-edit --text a --language x
status 65 as lea response-edit --text a --start 2026-12-02 --expires 2026-12-01
status 66 as lea response-edit --text a --queues nowhere
status 66 as lea response-edit --text a --teams nowhere
status 66 as lea response-edit --text a --owner nobody
status 64 as lea response-edit refund --clear name
status 66 as lea response-edit nothing --text a --json
is "$(code)" no_such_response 'no such response'
is "$(sql 'SELECT count(*) FROM response') $(sql "SELECT count(*) FROM category WHERE name = 'A'")" '2 0' 'what was refused left nothing behind'

# Languages: a root is of one.
ok as lea response-edit refund --language en-GB
status 65 as lea response-edit refund --language fr
like "$err" 'Billing: language: this root is of the language en, not fr' 'a root is of one language'
new --text hola --category Misc >/dev/null && ok as lea response-edit --text bonjour --category Misc --language fr-CA
is "$(IXN_AGENT=lea response-category Misc --json | jq -r .language)" fr 'the first that says one says it for its root'
is "$(field "$(new --text salut --category Misc/Sub)" language)" fr 'a response speaks what its root does'
is "$(field "$(new --text 'guten Tag' --language de)" category)" de 'without a category: in the root of its language'
is "$(new --text plain >/dev/null && sql "SELECT path FROM category WHERE name = 'General'")" General 'or in the general one'

# Who may.
mine=$(who=alice new --text 'from alice' --category Billing)
is "$(field "$mine" '|[.state,.approved,.owner]|@csv')" '"unapproved",false,"alice"' 'what an agent writes is not approved'
status 77 as alice response-edit "$mine" --approved --json
is "$(code)" response_approval 'nor may the agent approve it'
status 77 as bob response-edit "$mine" --text 'from bob' --json
is "$(code)" response_not_yours 'others may not change it'
status 77 as alice response-edit refund --text 'by alice'
status 77 as alice response-edit --text b --owner bob
status 66 as alice response-edit --text b --category Billing/New
ok as lea response-edit "$mine" --approved
is "$(field "$mine" state)" active 'who leads approves it'
ok as alice response-edit "$mine" --text 'from alice, again'
is "$(field "$mine" state)" unapproved 'changed by its owner it is to be approved anew'
for a in ada gate; do ok as $a response-edit "$mine" --approved; done
ok as lea response-edit "$mine" --owner bob
status 77 as alice response-edit "$mine" --text c
ok as bob response-edit "$mine" --clear shortcut

# One that is active.
first=$(new --text a1 --usage acknowledgement --category Billing)
ok as lea response-edit --text a2 --usage acknowledgement --category Billing
second=${out%%	*}
is "${out##*	}" "$first" 'a second active acknowledgement takes the first out, and says so'
is "$(field "$first" state) $(field "$second" state)" 'inactive active' 'one is active'
is "$(sql "SELECT reason FROM event WHERE event = 'response.changed' AND ref = '$first'")" inactive 'which is told'
is "$(field "$first" version)" 2 'and is a version of its own'
other=$(new --text a3 --usage acknowledgement --category Billing/Refunds)
auto=$(new --text a4 --usage autoresponse --category Billing)
new --text s1 --category Billing >/dev/null && new --text f1 --usage faq --category Billing >/dev/null && new --text f2 --usage faq --category Billing >/dev/null
is "$(field "$second" state) $(field "$other" state) $(field "$auto" state)" 'active active active' 'of each category and usage'
is "$(IXN_AGENT=lea response-list --category Billing --usage faq --ids | wc -l)" 2 'suggestions and questions are many'
ok as lea response-edit "$first" --active
is "$(field "$first" state) $(field "$second" state)" 'active inactive' 'switched on again it takes the other out'
ok as lea response-edit "$other" --category Billing
is "$(field "$first" state) $(field "$other" state)" 'inactive active' 'moved there, too'
status 77 as alice response-edit --text mine --usage acknowledgement --category Billing
is "$(field "$other" state)" active 'an agent switches off no response of others'
ok as lea response-edit "$other" --active=false
is "$(field "$other" state)" inactive 'and off'

# Versions.
v=$(new --name V --text one --media chat --description first)
ok as lea response-edit "$v" --text two --name W --clear description
ok as lea response-edit "$v" --text three --version 2
status 79 as lea response-edit "$v" --text four --version 2 --json
is "$(code) $(field "$v" text)" 'response_changed three' 'an edit of a version that is no more is refused'
is "$(IXN_AGENT=lea response-show "$v" --versions | cut -f 2,4,5 | tr '\t\n' ' |')" '1 lea V|2 lea W|3 lea W|' 'each change keeps the former version'
is "$(IXN_AGENT=lea response-show "$v" --version 1 --json | jq -c '[.version,.name,.text,.description,.media]')" '[1,"V","one","first",["chat"]]' 'whole'
status 66 as lea response-show "$v" --version 9
status 66 as lea response-edit "$v" --restore 9
ok as lea response-edit "$v" --restore 1
is "$(field "$v" '|[.version,.name,.text,.description]|@csv')" '4,"V","one","first"' 'one is brought back, as a new version'
ok as lea response-edit "$v" --remove
like "$out" '^[0-9A-Z]{26}	removed	5' 'removed'
status 66 as lea response-show "$v"
status 66 as lea response-edit "$v" --text x
is "$(IXN_AGENT=lea response-list --state removed --ids)" "$v" 'listed among the removed'
ok as lea response-edit "$v" --restore 4
is "$(field "$v" '|[.state,.text]|@csv')" '"active","one"' 'and restored'
o=$(new --text theirs)
ok as lea response-edit "$o" --owner bob
ok as lea response-edit "$o" --restore 1
is "$(field "$o" owner)" bob 'whose it is by now it stays'
ok as lea response-edit refund --remove
ok as lea response-edit --text 'another' --shortcut refund
status 65 as lea response-edit "$r" --restore 1
is "$(field refund text)" another 'a shortcut that is taken stays where it is'

# An idempotency key; the log; the seq of each change.
ok as lea response-edit --text once --idempotency-key k1
was=$out
ok as lea response-edit --text once --idempotency-key k1
is "$out $(sql "SELECT count(*) FROM response WHERE text = 'once'")" "$was 1" 'the same key does nothing twice'
is "$(sql "SELECT group_concat(event || ' ' || version || ' ' || state, '; ') FROM (SELECT * FROM event WHERE ref = '$v' ORDER BY seq) AS s")" \
	'response.added 1 active; response.changed 2 active; response.changed 3 active; response.changed 4 active; response.removed 5 removed; response.changed 6 active' 'each change is an event'
is "$(sql 'SELECT count(*) - count(DISTINCT seq) FROM response') $(sql "SELECT CAST((SELECT seq FROM library WHERE name = 'last') >= (SELECT max(seq) FROM response) AS INTEGER)")" '0 1' 'each has a seq of its own'
unlike "$(sql "SELECT group_concat(coalesce(ref, '') || coalesce(reason, '') || coalesce(state, '')) FROM event")" 'refund is on|from alice|Refund sent' 'the log tells ids, never what was written'

# In an editor.
cat >"$tmp/editor" <<'S'
#!/bin/sh
[ ! -e "$EDITED" ] || IXN_AGENT=lea response-edit "$(cat "$EDITED")" --text meanwhile </dev/null >/dev/null 2>&1
printf '%s and more\n' "$(cat "$1")" >"$1"
S
chmod +x "$tmp/editor"
export EDITOR="$tmp/editor" VISUAL="$tmp/editor" EDITED="$tmp/edited"
if command -v script >/dev/null; then
	e=$(new --text begin)
	later
	script -qec "env IXN_AGENT=lea response-edit $e --edit" /dev/null >/dev/null
	is "$(field "$e" text)" 'begin and more' '--edit'
	echo "$e" >"$EDITED"
	later
	script -qec "env IXN_AGENT=lea response-edit $e --edit" /dev/null >/dev/null
	is "$(field "$e" text)" meanwhile 'what somebody else wrote meanwhile is not lost'
else
	skip 'in an editor' 'no script(1)'
fi
status 64 as lea response-edit "$v" --edit

done_testing
