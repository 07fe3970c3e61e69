#!/bin/sh
# covers: team-find, ixn-setup
# The Team Communicator: one query over agents, leads, teams, queues, skills, workbins,
# contacts, numbers and addresses; best first, favourites and recent on top of
# what fits equally well; only what may be done with each is said.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"

site <<'J'
{"agents":[
{"name":"alice","alias":"Alice","teams":["support"],"queues":["sales"],"capacity":{"chat":9,"email":2}},
{"name":"bob","alias":"Robert","teams":["support"],"queues":["none"],"capacity":{"chat":2}},
{"name":"bobby","alias":"Bobby Fischer","queues":["none"],"capacity":{"chat":1}},
{"name":"fbob","alias":"Bob Fischer","queues":["none"],"capacity":{"email":1}},
{"name":"rene","alias":"René Müller-Bobrov","teams":["night"],"queues":["none"],"skills":{"French":3,"bobbin":1},"capacity":{"chat":1}},
{"name":"lea","alias":"Léa","role":"lead","queues":["none"],"capacity":{"chat":1}},
{"name":"ada","role":"admin","queues":["none"],"capacity":{"chat":1}}],
"queues":[{"name":"sales"},{"name":"billing"},{"name":"billing_vip"},{"name":"night_bob"},{"name":"none"}],
"teams":[{"name":"support","leads":["lea"]},{"name":"night"}],
"workbins":[{"name":"bobs","label":"Bob's shelf","kind":"shared"},{"name":"nights","label":"Night","kind":"team","team":"night"}]}
J
ready alice bob lea ada
ann=$(later && contact-add --name 'Ann Bob' --address ann.bob@example.org --address +33140506070 --ids)
bea=$(later && contact-add --name 'Béatrice Martin' --address bm@acme.example --ids)
cas=$(later && contact-add --name 'Martin, Casper' --address casper@acme.example --ids)
# found WORDS...: the targets, one a line; ids of contacts as their names.
found() { as alice team-find --ids "$@" 2>&1 | sed "s/contact:$ann/contact:ann/; s/contact:$bea/contact:bea/; s/contact:$cas/contact:cas/" | tr '\n' ' ' | sed 's/ $//'; }
# actions WHO TARGET OPTION...
actions() {
	_w=$1 _t=$2 && shift 2
	as "$_w" team-find "$_t" --json "$@" | jq -r --arg t "$_t" 'select(.target == $t) | .actions // [] | join(",")'
}

# One query.
is "$(as alice team-find bob --json | jq -r .kind | sort -u | tr '\n' ' ')" 'agent contact queue skill workbin ' 'one query finds agents, contacts, queues, skills, workbins'
is "$(found support)" 'lead:support team:support' 'a team, and its leads'
is "$(found night --kind team,lead)" 'team:night' 'a team without leads has none to turn to'
is "$(found fren)" 'skill:french' 'a skill'
is "$(found shelf)" 'workbin:bobs' 'a workbin by its label'

# Best first: the golden order. Exactly it; begins with it, and a word ends; begins with it; a word of it; begins a word.
is "$(found bob)" 'agent:bob agent:fbob workbin:bobs skill:bobbin agent:bobby contact:ann queue:night_bob agent:rene' 'the order of one word'
is "$(found 'BÓB')" "$(found bob)" 'neither case nor accents matter'
is "$(found b)" 'contact:bea queue:billing queue:billing_vip agent:bob agent:fbob skill:bobbin agent:bobby workbin:bobs contact:ann queue:night_bob agent:rene' 'of one letter'
is "$(found bob fischer)" 'agent:fbob agent:bobby' 'of two words: as they stand, then as they begin'
is "$(found fischer bob)" 'agent:fbob agent:bobby' 'in either order'
is "$(found martin)" 'contact:cas contact:bea' 'a name that begins with it before one that has it within'
is "$(found martin b)" 'contact:bea' 'every word must be there'
is "$(found m casp)" 'contact:cas' 'of each the beginning will do'
is "$(found 'muller bob')" 'agent:rene' 'also behind a hyphen'
is "$(found acme)" 'contact:bea contact:cas' 'by the domain of an address'
is "$(found casper acme.example)" 'contact:cas' 'by a name and a domain'
status 1 as alice team-find obby --json
is "$(code)" nothing_found 'the middle of a word is not looked for'
status 1 as alice team-find bob nobody
status 1 as alice team-find --quiet '!'
is "$(as alice team-find bob --json | jq -r .match | tr '\n' ' ')" 'exact begins-word begins-word begins begins words words prefixes ' 'how well each fits is told'

# What is typed whole.
is "$(found +33 1 40 50 60 70)" 'contact:ann tel:+33140506070' 'a number, and whose it is'
is "$(found 0033140506070)" 'contact:ann tel:+33140506070' 'however it is written'
is "$(found ann.bob@Example.ORG)" 'contact:ann mailto:ann.bob@example.org' 'an address, and whose it is'
is "$(found new@example.net)" 'mailto:new@example.net' "nobody's yet"
is "$(as alice team-find ann.bob@example.org --kind mailto --fields name)" 'Ann Bob' 'an address has the name of its contact'
is "$(found queue:billing)" 'queue:billing' 'a target'
is "$(found 'skill:"French>=3"')" 'skill:french>=3' 'a skill expression'
status 1 as alice team-find agent:nobody

# Filters, limit.
is "$(found bob --kind agent,queue)" 'agent:bob agent:fbob agent:bobby queue:night_bob agent:rene' 'kinds'
is "$(found bob --kind lead)" 'team-find: nothing found' 'nothing of that kind'
status 64 as alice team-find bob --kind person
as alice team-find bob --limit 2 >two 2>said
is "$(cut -f 1 two | tr '\n' ' ')" 'agent:bob agent:fbob ' 'the first two'
like "$(cat said)" 'first 2' 'and that there are more is said'
as alice team-find bob --limit 8 >all 2>said
is "$(wc -l <all) $(cat said)" '8 ' 'exactly so many are no cut'
status 64 as alice team-find bob --limit 0

# Favourites and recent: without words they are the list.
status 1 as alice team-find
status 0 as alice team-find --favourite agent:bobby
like "$out" '^agent:bobby	agent	Bobby Fischer	logged-out' 'a favourite is shown'
ok as alice team-find --favourite queue:night_bob
ok as alice team-find --favourite "contact:$bea"
ok as alice team-find --favourite "contact:$bea"
is "$(found)" 'contact:bea agent:bobby queue:night_bob' 'favourites, by name'
is "$(found bob)" 'agent:bob agent:fbob workbin:bobs agent:bobby skill:bobbin queue:night_bob contact:ann agent:rene' 'on top of those that fit equally well, not of better ones'
is "$(found bob --favourites)" 'agent:bobby queue:night_bob' 'only favourites'
is "$(as bob team-find bob --favourites 2>&1)" 'team-find: nothing found' 'those of each agent'
id=$(create --from eve@example.org --queue sales)
ok as alice ixn-accept
is "$(found --recent)" 'team-find: nothing found' 'nobody has been turned to'
ok as alice ixn-transfer "$id" --to skill:bobbin
is "$(found --recent)" 'skill:bobbin' 'who was turned to is recent'
id=$(create --from eve@example.org --queue sales)
ok as alice ixn-accept
ok as alice ixn-place "$id" --in workbin:bobs
status 66 as alice ixn-transfer "$id" --to queue:nowhere
is "$(found --recent)" 'workbin:bobs skill:bobbin' 'the last one first; what was refused is not'
is "$(found)" 'contact:bea agent:bobby queue:night_bob workbin:bobs skill:bobbin' 'without words: favourites, then recent'
is "$(found bob)" 'agent:bob workbin:bobs agent:fbob agent:bobby skill:bobbin queue:night_bob contact:ann agent:rene' 'recent behind favourites, before the rest'
is "$(as alice team-find bobbin --fields favourite,recent)" 'no	yes' 'and it is told'
ok as alice team-find --favourite skill:bobbin
is "$(found --favourites)" 'skill:bobbin contact:bea agent:bobby queue:night_bob' 'among favourites recent ones first'
ok as alice team-find --unfavourite skill:bobbin
status 65 as alice team-find --unfavourite skill:bobbin
is "$(found --favourites)" 'contact:bea agent:bobby queue:night_bob' 'taken off'
status 66 as alice team-find --favourite agent:nobody
status 66 as alice team-find --favourite queue:nowhere
status 64 as alice team-find --favourite nothing
status 65 as alice team-find --favourite tel:x
ok as alice team-find --favourite mailto:Boss@Example.org --idempotency-key k1
first=$out
ok as alice team-find --favourite mailto:Boss@Example.org --idempotency-key k1
is "$out" "$first" 'the same key, the same answer'
status 65 as alice team-find --favourite queue:sales --idempotency-key k1
is "$(found boss)" 'mailto:Boss@example.org' 'an address as favourite is found'
unlike "$(sql "SELECT * FROM event WHERE event = 'favourite.changed'")" 'oss@' 'and stands in no event'
is "$(sql "SELECT count(*) FROM event WHERE event = 'favourite.changed'")" 6 'but each change is one'
ok as alice team-find --unfavourite mailto:Boss@Example.org
echo '{"settings":[{"name":"team-find.recent","value":"1"},{"name":"team-find.favourites","value":"lead:support,queue:gone"}]}' >s.json
ok ixn-setup --load s.json --quiet
id=$(create --from eve@example.org --queue sales)
ok as alice ixn-accept
ok as alice ixn-transfer "$id" --to queue:billing
is "$(found --recent)" 'queue:billing' 'as many recent ones as the site keeps'
is "$(found --favourites)" 'contact:bea agent:bobby queue:night_bob lead:support' "the site's own favourites, and none that is gone"
echo '{"settings":[{"name":"team-find.favourites","value":"lead:support,shelf"}]}' >s.json
status 65 ixn-setup --load s.json
echo '{"settings":[{"name":"team-find.recent","value":null},{"name":"team-find.favourites","value":null}]}' >s.json
ok ixn-setup --load s.json --quiet

# Presence.
presence() { as alice team-find "$1" --kind "${1%%:*}" --json | jq -r 'select(.target == "'"$1"'").presence'; }
is "$(presence agent:bob)" ready 'ready'
ok as bob agent-state not-ready
is "$(presence agent:bob) $(presence lead:support) $(presence team:support) $(presence team:night)" 'not-ready ready ready logged-out' 'not ready; of a team the best of all'
is "$(presence agent:rene) $(presence queue:billing)" 'logged-out open' 'logged out; open'
create --from fay@example.org --queue billing >/dev/null
is "$(as alice team-find queue:billing --fields waiting)" 2 'how many wait in a queue'

# Actions: by presence, role and medium.
ok as bob agent-state ready
is "$(actions alice agent:bob)" transfer,consult,conference,chat 'with a colleague'
is "$(actions lea agent:bob)" transfer,consult,conference,chat,monitor 'a lead follows, too'
is "$(actions alice agent:alice)" '' 'with oneself nothing'
is "$(actions alice agent:rene)" '' 'nor with who is not there'
is "$(actions alice queue:none) $(actions alice queue:billing)" 'transfer,consult,conference,place transfer,place' 'with a queue; where nobody is free for it, nobody is asked'
is "$(actions alice skill:french) $(actions alice 'skill:french>=3')" 'transfer transfer,consult,conference' 'with a skill likewise; what an expression finds is for routing to say'
is "$(actions alice workbin:bobs) $(actions alice workbin:nights) $(actions ada workbin:nights)" 'place  place' 'with a workbin, where it is open to one'
is "$(actions alice "contact:$ann")" mail 'to a contact who has an address mails are written'
is "$(found bob --for transfer)" 'agent:bob skill:bobbin queue:night_bob' 'only those with whom it may be done'
is "$(found --for monitor bob)" 'team-find: nothing found' 'nobody'
status 64 as alice team-find bob --for dance

# By interaction: its state and medium.
id=$(create --from gus@example.org --queue sales)
is "$(actions alice agent:bob --ixn "$id")" 'chat' 'what is only offered cannot be handed on'
ok as alice ixn-accept
is "$(actions alice agent:bob --ixn "$id")" transfer,consult,conference,chat 'what one has can'
if $served; then
	unseen 0 as bob team-find agent:lea --ixn "$id"
else
	is "$(actions bob agent:lea --ixn "$id")" chat "not what is another's"
fi
is "$(actions lea agent:alice --ixn "$id") $(actions lea agent:bob --ixn "$id")" 'chat,monitor transfer,consult,conference,chat' 'a lead: who has it is followed, not given it'
id=$(create --media email --from gus@example.org --queue sales)
ok as alice ixn-accept
is "$(actions alice agent:bob --ixn "$id")" chat 'who does not work on the medium cannot have it'
agent-login fbob --ready >/dev/null
is "$(actions alice agent:fbob --ixn "$id")" transfer,consult 'who does, can; a mail has no conference'
id=$(create --from gus@example.org --queue sales)
ok as alice ixn-accept
other=$(create --to agent:bob --from ivy@example.org) third=$(create --to agent:bob --from joe@example.org)
ok as bob ixn-accept "$other"
ok as bob ixn-accept "$third"
is "$(actions alice agent:bob --ixn "$id")" transfer 'who has no room is not asked to join'

# What is said is true: each action on each target is possible by kind where it is said, refused where no target of the kind has it.
tries() { # ACTION TARGET COMMAND...
	_action=$1 _target=$2 && shift 2
	id=$(create --from gus@example.org --to agent:alice)
	as alice ixn-accept "$id" >/dev/null || echo "# alice has no $id"
	case ,$(actions alice "$_target" --ixn "$id"), in
	*,"$_action",*) _said=0 ;;
	*) _said=refused ;;
	esac
	later
	_got=0
	env IXN_AGENT=alice "$@" "$id" --to "$_target" >"$tmp/out" 2>&1 || _got=$?
	case $_got in 64 | 66 | 77 | 79) _got=refused ;; esac
	is "$_got" $_said "$_action $_target: what is said is true"
	[ "$_got" = "$_said" ] || sed 's/^/# /' "$tmp/out"
	agent-logout --agent alice --requeue >/dev/null
	agent-logout --agent bob --requeue >/dev/null
	ready alice bob
}
for t in agent:bob agent:rene agent:alice lead:support team:support team:night queue:none skill:french workbin:bobs "contact:$ann" mailto:a@example.org tel:+33140506070; do
	tries transfer "$t" ixn-transfer
	tries consult "$t" ixn-consult
	tries conference "$t" ixn-conference
done

# Policy: who may not be turned to, and who is not even shown.
echo '{"policy":[{"name":"vip","verbs":["transfer","place"],"targets":["queue:billing_vip","agent:f*"]},{"name":"hidden","verbs":["find"],"roles":["agent"],"targets":["agent:bobb*"]}]}' >s.json
ok ixn-setup --load s.json --quiet
is "$(actions alice queue:billing_vip) $(actions alice agent:fbob)" 'consult,conference consult,conference' 'what a rule forbids is not said'
is "$(found billing --for transfer)" 'queue:billing' 'nor is the target found for it'
is "$(actions ada queue:billing_vip)" 'transfer,consult,conference,place' 'who is bound by no rule'
is "$(found bobb)" 'skill:bobbin' 'who is hidden is not found'
is "$(found --favourites)" 'contact:bea queue:night_bob' 'not even among favourites'
is "$(as lea team-find bobb --ids | tr '\n' ' ')" 'skill:bobbin agent:bobby ' 'but for another role'
echo '{"policy":[]}' >s.json
ok ixn-setup --load s.json --replace --quiet

# What changes is found by what it is now.
echo '{"agents":[{"name":"bobby","alias":"Xavier"}]}' >s.json
ok ixn-setup --load s.json --quiet
is "$(found fischer) $(found xav)" 'agent:fbob agent:bobby' 'a new alias'
jq '.queues |= map(select(.name != "night_bob"))' site.json >less.json 2>/dev/null || ixn-setup --dump | jq '{queues: [.queues[] | select(.name != "night_bob")]}' >less.json
ok ixn-setup --load less.json --replace --quiet
is "$(found night --kind queue)" 'team-find: nothing found' 'what is removed is gone'
is "$(found --favourites)" 'contact:bea agent:bobby' 'also from the favourites'
ok as alice team-find --unfavourite queue:night_bob
as alice contact-merge "$bea" --into "$cas" >/dev/null
is "$(found beatrice) $(found martin)" 'contact:cas contact:cas' 'who was merged is the other, once'
as alice contact-unmerge "$bea" >/dev/null
is "$(found beatrice)" 'contact:bea' 'and oneself again'
create --queue none --from new.one@example.org --name 'Zoé Neuve' >/dev/null
is "$(as alice team-find zoe --fields kind,name)" 'contact	Zoé Neuve' 'who has just written'

# At a terminal a bare word is looked up, and must be unique; a script writes a target.
id=$(create --from gus@example.org --to agent:alice)
ok as alice ixn-accept "$id"
status 64 as alice ixn-transfer "$id" --to sales --json
is "$(code)" bad_target 'not for a script'
if command -v script >/dev/null; then
	typed() { later && IXN_AGENT=alice script -qec "$1" /dev/null 2>&1 | tr -d '\r'; }
	like "$(typed "ixn-transfer $id --to bill")" 'bill fits several' 'one that fits several'
	like "$(typed "ixn-transfer $id --to bill --json")" '"choices":\["queue:billing","queue:billing_vip"\]' 'they are named'
	is "$(show "$id" state,agent)" 'active	alice' 'and nothing moves'
	like "$(typed "ixn-transfer $id --to nobody")" "'nobody' is not a target" 'one that fits nobody'
	like "$(typed "ixn-transfer $id --to xavier")" "'xavier' is not a target" 'nor one with whom it cannot be done'
	typed "ixn-transfer $id --to billing_v" >/dev/null
	is "$(show "$id" state,queue)" 'queued	billing_vip' 'one that fits one'
	id=$(create --from gus@example.org --to agent:alice)
	as alice ixn-accept "$id" >/dev/null
	typed "ixn-transfer $id --to billing" >/dev/null
	is "$(show "$id" state,queue)" 'queued	billing' 'and what it says exactly comes before what only begins so'
fi

# A store of an older version learns the names that it holds.
mkdir -p old && sqlite3 old/store.db <"$top/tests/t/store-v2.sql" >/dev/null
sqlite3 old/store.db "INSERT INTO contact (id, rid, version, name, created) SELECT printf('01M7YN00000000000000%06d', value), printf('%d', value), 1, 'Old Nr' || value, 0 FROM generate_series(1, 1203);
	INSERT INTO contact_address SELECT 'tel', '+3312345' || substr(id, -4), id, '', 1 FROM contact WHERE name LIKE 'Old %'"
sqlite3 old/store.db "INSERT INTO contact (id, rid, version, name, created) SELECT printf('01M7YP00000000000000%06d', value), printf('p%d', value), 1,
	CASE WHEN value % 2 THEN 'Aged X' || value ELSE 'Aaron Y' || value || ' Senior' END, 0 FROM generate_series(1, 3000)
	UNION ALL SELECT '01M7YQ00000000000000000001', 'q1', 1, 'Aged Zed Senior', 0"
ok ixn-setup --store file:old/store.db
in_old() { IXN_CLOCK=2026-11-21T15:05:21Z team-find --store file:old/store.db --agent '' "$@" 2>&1 | tr '\t\n' '  ' | sed 's/ *$//'; }
is "$(in_old alice --ids)" 'agent:alice' 'agents of an older store'
is "$(in_old nr1203 --fields name) $(in_old old nr7 --fields name --limit 1 --quiet)" 'Old Nr1203 Old Nr7' 'its contacts, the last one, too'
is "$(in_old +33123451100 --kind contact --fields name)" 'Old Nr1100' 'and their numbers'
is "$(in_old senior aged --fields name)" 'Aged Zed Senior' 'whole names are found however frequent they are'
is "$(sqlite3 old/store.db "SELECT count(*) FROM meta WHERE key = 'words'")" 0 'it is done'

# Nobody is logged in: the owner of the store may look, but has no favourites.
HOME=$tmp/elsewhere XDG_STATE_HOME=$tmp/elsewhere
export HOME XDG_STATE_HOME
is "$(team-find billing --ids | tr '\n' ' ')" 'queue:billing queue:billing_vip ' 'without a session'
is "$(team-find agent:ada --json | jq -c '[.actions[] | select(. == "chat" or . == "monitor")]')" '[]' 'who is no agent neither chats nor follows'
status 77 team-find --favourites
status 77 team-find --favourite queue:billing
done_testing
