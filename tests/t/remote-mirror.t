#!/bin/sh
# What else an agent's mirror holds: the responses that the agent sees, alerts that
# stand, how much lies in the drawers; as the server would tell it, and without what
# only the server knows.
# covers: ixn-sync, response-list, response-show, alert-list, ixn-status
# place: embedded - a server, and the files on the machines of its agents
# shellcheck disable=SC2119 # serve: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/responses.sh"
. "$top/tests/t/server.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
umask 077
site <<'J'
{"agents":[
{"name":"alice","alias":"Alice","password":"secret-alice","queues":["orders"],"skills":{"french":3},"media":["chat"],"capacity":{"chat":9}},
{"name":"bob","password":"secret-bob","queues":["billing"],"media":["chat"],"capacity":{"chat":9}},
{"name":"lea","role":"lead","password":"secret-lea","queues":["none"],"media":["chat"]}],
"queues":[{"name":"orders","offer_timeout":"1d"},{"name":"billing"},{"name":"none"}],
"teams":[{"name":"support","members":["alice","bob"],"leads":["lea"]}],
"workbins":[{"name":"later"},{"name":"open","kind":"shared"}]}
J
responses_library
response secret --name Discount --queues orders --text 'The quibble discount is twelve percent.'
response his --name 'Of billing' --queues billing --text 'The xylophone of billing.'
# shellcheck disable=SC2016 # field codes
response hello --name Hello --text '<$Contact.FullName$>, this is <$Agent.FullName$>.'
printf 'a form' >form.txt
owner response-edit refund --attach form.txt >/dev/null
owner response-edit refund --text 'We give you your money back within six days.' >/dev/null
serve
export IXN_STORE="$url"
for a in alice bob lea; do
	echo "secret-$a" >"$a.pw" && later
	agent-login "$a" --password-file "$a.pw" --ready >/dev/null
done
id=$(at_store ixn-create --ids --queue orders --from ann@example.org --name Ann --text 'Where is my order?')
as alice ixn-accept "$id" >/dev/null
as alice response-favourite refund >/dev/null
as lea alert-post --to skill:french --level warning --text 'all who speak French' >/dev/null
as lea alert-post --to queue:orders --text 'the orders' >/dev/null
as lea alert-post --to agent:bob --text 'marimba for bob' >/dev/null
as lea alert-post --ixn "$id" --to team:support --until +1h --text 'about her order' >/dev/null
export IXN_AGENT=alice
ok ixn-sync
mirror=$(find "$XDG_STATE_HOME" -name alice.mirror)

# same COMMAND...: with the server and without it, to the byte.
same() {
	"$@" >online 2>/dev/null && _on=0 || _on=$?
	"$@" --offline >offline 2>said && _off=0 || _off=$?
	is "$_on $(cat online)" "$_off $(cat offline)" "$*: the same without the server"
	[ -s online ] || is '' 'something' "$*: prints something"
}
# needs COMMAND...: only the server can tell.
needs() {
	status 69 "$@" --offline --json
	is "$(code)" needs_server "$*: needs the server"
}

# Responses.
same response-list --json
same response-list --tree --category Customers
same response-list --favourites --json
same response-list --all --language fr --json
same response-show late --text
same response-show late --json --fields id,state,name,category,text,version,changed,favourite
same response-show refund --json --fields id,favourite,attachments,text
same response-show refund --versions --json
same response-show refund --version 1 --text
same response-show hello --for "$id" --text
like "$(cat said)" 'without the server: .* 0s old' 'which is said'
is "$(response-show late --json | jq 'has("uses")') $(response-show late --json --offline 2>/dev/null | jq 'has("uses")')" 'true false' 'how often it was sent is not known here'
status 77 response-show his --json
needs response-show refund --attachment form.txt -o got.txt
needs response-category
status 66 response-show his --offline
is "$(cat "$mirror"* | grep -c 'xylophone\|marimba')" 0 'what the agent may not see is not there, whoever reads the file'

# Alerts.
same alert-list --json
is "$(alert-list --offline --fields text 2>/dev/null | sort | tr '\n' ',')" 'about her order,all who speak French,the orders,' 'those that concern her'
same alert-list --ixn "$id" --json
same ixn-show "$id" --part alerts --json
later 3700
is "$(alert-list --offline --fields text 2>/dev/null | grep -c order)" 1 'one does not stand any more'
same alert-list
ok ixn-sync --agent lea
needs alert-list --all --agent lea

# Workbins: one's own drawer.
other=$(at_store ixn-create --ids --queue orders --from max@example.org --text 'Another one')
as alice ixn-accept "$other" >/dev/null && as alice ixn-place "$other" --in workbin:later >/dev/null
ok ixn-sync
is "$(ixn-status --fields workbins)" 'later:1,open:0' 'the server counts all'
is "$(ixn-status --fields workbins --offline 2>/dev/null)" 'later:1' 'the mirror what is hers'

# What the server alone knows.
needs team-find bob
needs agent-list

# It follows.
later && response-favourite refund --remove >/dev/null && response-favourite late >/dev/null
at_store response-edit invoice --remove >/dev/null
at_store response-edit twice --text 'Once is enough.' >/dev/null
at_store response-edit secret --queues billing >/dev/null
at_store response-category --rename Customers/Payment --to Money >/dev/null
ok ixn-sync
same response-list --all --json
same response-list --favourites --json
same response-list --category Customers/Money --json
same response-show twice --json --fields id,text
status 66 response-show secret --offline
is "$(cat "$mirror"* | strings | grep -c 'twelve percent')" 0 'what is hers no more leaves'
jq '.agents[0].queues = ["orders", "billing"]' "$tmp/site.json" >more.json
at_store ixn-setup --load more.json >/dev/null 2>&1
ok ixn-sync
same response-show secret --json --fields id,text
same response-show his --text

# More than goes into one answer, before the site changes: all of it comes.
jq -nc 'range(1100) | {shortcut: "n\(.)", name: "Number \(.)", category: "Many", language: "en", approved: true, text: "The text of \(.) squeaks."}' >many.jsonl
at_store response-import many.jsonl --quiet >/dev/null
jq '.agents[0].alias = "Alicia"' more.json >most.json
at_store ixn-setup --load most.json >/dev/null 2>&1
ok ixn-sync
is "$(response-list --offline --category Many --limit 2000 --ids 2>/dev/null | wc -l | tr -d ' ')" 1100 'a library of three answers, whole'
same response-list --all --limit 2000 --json
ok response-index
is "$(for n in 3 700 1099; do response-search "squeaks $n" --limit 1 --fields shortcut; done | tr '\n' ' ')" 'n3 n700 n1099 ' 'and so does the index of it'
ok ixn-sync --debug
is "$(printf '%s\n' "$err" | grep -c mirror.since)" 1 'nothing is fetched twice'

# Half of it is nothing.
sqlite3 "$mirror" "UPDATE meta SET value = '1 1 1 1 0 x' WHERE key = 'mirror'"
status 69 response-list --offline --json
is "$(code)" no_mirror 'a part of the library is not taken for all of it'
ok ixn-sync
same response-list --all --limit 2000 --json

# The server is away.
stop
status 69 response-show refund --attachment form.txt -o got.txt
like "$err" 'cannot reach' 'what is not in the mirror: the server is away'
status 0 response-show refund --text
status 69 alert-list --all --agent lea
like "$err" 'cannot reach' 'nor what it cannot tell whole'
done_testing
