#!/bin/sh
# covers: email-review, ixn-setup
# The rules of review: which mails they want, what they find, what is wrong with them.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/review.sh"
site <<'J'
{"agents":[{"name":"alice","teams":["t1"],"queues":["support"],"capacity":{"email":9}},{"name":"ben","teams":["t2"],"queues":["other"],"capacity":{"email":9}},
 {"name":"bob","teams":["qa"],"queues":["none"]},{"name":"cat","teams":["qa"],"queues":["none"]},
 {"name":"lea","role":"lead","queues":["none"]}],"teams":[{"name":"t1"},{"name":"t2","leads":["lea"]},{"name":"qa"}],"queues":[{"name":"support"},{"name":"other"},{"name":"none"}],"workbins":[{"name":"drafts"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"},{"name":"other","address":"other@example.org","queue":"other"}]}
J
ready alice ben
as bob agent-login bob --media voice >/dev/null
stages='"stages":[{"reviewers":["team:qa"]}]'
# rules JSON...: the site has these rules of review, and no others; change JSON: one of them changes.
rules() {
	change && change "$@"
}
change() {
	_list=
	for _r; do _list="$_list${_list:+,}$_r"; done
	printf '{"review":[%s]}\n' "$_list" >rules.json
	later && ixn-setup --load rules.json --replace >/dev/null 2>"$tmp/rules.err"
}
n=0
# goes AGENT TEXT [OPTION...]: a mail of the agent's to a contact; what becomes of it, and what was found.
goes() {
	_agent=$1 _text=$2
	shift 2
	n=$((n + 1))
	d=$(as "$_agent" email-compose --from "${_box-support}" --to "c$n@example.net" --subject "${_subject-Mail $n}" --text "$_text" --send --ids "$@")
	echo "$d" >"$tmp/went"
	_state=$(draft "$d" .state)
	[ "$_state" != for-review ] || _state="$_state $(eye email-review show "$d" --json | jq -r '(.findings // []) | join("; ")')"
	printf '%s\n' "$_state"
}

# Whose.
rules
is "$(goes alice Hello)" queued 'without rules all goes out'
rules "{\"name\":\"r\",\"agents\":[\"alice\"],$stages}"
is "$(goes alice Hello)|$(goes ben Hello)" 'for-review |queued' 'by agent'
rules "{\"name\":\"r\",\"teams\":[\"t2\"],$stages}"
is "$(goes alice Hello)|$(goes ben Hello)" 'queued|for-review ' 'by team'
rules "{\"name\":\"r\",\"agents\":[\"alice\"],\"teams\":[\"t2\"],$stages}"
is "$(goes alice Hello)|$(goes ben Hello)" 'for-review |for-review ' 'agents and teams: either'
rules "{\"name\":\"r\",$stages}"
is "$(goes alice Hello)" 'for-review ' 'a rule that says nothing is about all'
rules "{\"name\":\"r\",\"queues\":[\"support\"],$stages}"
is "$(goes alice Hello)" queued 'by queue: a mail that is about none'
answered alice q1 'An answer.'
is "$(draft "$d" .state)" for-review 'an answer to what came there'
letter q2 'Ann <ann@example.net>' 'Two' 'Where?' && arrive q2 other && as ben ixn-accept "$id" >/dev/null
is "$(as ben email-reply "$id" --text 'An answer.' --send --fields state)" queued 'an answer to what came elsewhere'

# How many.
rules "{\"name\":\"r\",\"every\":3,$stages}"
is "$(for i in 1 2 3 4 5 6 7; do goes alice "Hello $i"; done | tr '\n' ',')" 'queued,queued,for-review ,queued,queued,for-review ,queued,' 'every third'
change "{\"name\":\"r\",\"every\":3,\"label\":\"Samples\",$stages}"
is "$(goes alice Hello),$(goes alice Hello)" 'queued,for-review ' 'a rule that was changed counts on'
rules "{\"name\":\"r\",\"every\":2,\"agents\":[\"alice\"],$stages}"
goes alice one >/dev/null
is "$(goes ben two),$(goes alice three)" 'queued,for-review ' 'counted is what the rule is about'
rules "{\"name\":\"r\",\"share\":100,$stages}"
is "$(goes alice Hello)" 'for-review ' 'a hundred of a hundred'
rules "{\"name\":\"r\",\"share\":0,$stages}"
is "$(goes alice Hello)" queued 'none'
rules "{\"name\":\"half\",\"share\":50,$stages}"
is "$(for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do goes alice "Hello $i"; done | sort | uniq -c | awk '{ print ($1 > 2 && $1 < 22) }' | tr '\n' ' ')" '1 1 ' 'about half'

# New agents: since the site has had them.
rules "{\"name\":\"r\",\"newer\":\"30d\",$stages}"
is "$(goes alice Hello)" 'for-review ' 'a new agent'
ixn-setup --load "$tmp/site.json" >/dev/null
later 2592000
ready alice ben
is "$(goes alice Hello)" queued 'one who is new no longer, whenever the site was loaded since'
jq '.agents += [{"name":"new","teams":["t1"],"queues":["none"]}]' "$tmp/site.json" >more.json
ixn-setup --load more.json >/dev/null && later
as new agent-login new --media voice >/dev/null
is "$(goes new Hello),$(goes alice Hello)" 'for-review ,queued' 'one who came today'
as bob agent-login bob --media voice >/dev/null

# What is found.
rules "{\"name\":\"r\",\"must_not\":[{\"pattern\":\"(?i)guarante\",\"label\":\"promises\"},{\"pattern\":\"\\\\bdamn\\\\b\"}],\"must\":[{\"pattern\":\"^(Yours|Regards)\",\"label\":\"a closing\"}],$stages}"
is "$(goes alice 'Hello.
Yours')" queued 'nothing found: it goes'
is "$(goes alice 'We Guarantee it.
Yours')" 'for-review forbidden: promises' 'what must not stand there, by its label'
is "$(goes alice 'A damn thing.
Regards')" 'for-review forbidden: \bdamn\b' 'and without one'
is "$(goes alice 'A damned thing, yours.')" 'for-review missing: a closing' 'what must stand there'
is "$(_subject='Guaranteed' goes alice 'Yours')" 'for-review forbidden: promises' 'the subject counts'
rules "{\"name\":\"r\",\"cards\":true,$stages}"
is "$(goes alice 'Your card 4111 1111 1111 1111.')" 'for-review card: a number of 16 digits that ends in 1111' 'a card'
unlike "$(ixn-list --all --json; eye email-review list --json)" '4111 ?1111' 'whose number is nowhere but in the text'
is "$(goes alice 'Your order 4111 1111 1111 1112.')" queued 'a number that is none'
letter c1 'Ann <ann@example.net>' 'Card' 'My card is 5555-5555-5555-4444' && arrive c1 && as alice ixn-accept "$id" >/dev/null
d=$(as alice email-reply "$id" --text 'Never write that.' --send --ids)
is "$(reviewed "$d" '(.findings // []) | join(",")')" 'card: in what is quoted, a number of 16 digits that ends in 4444' 'in what is quoted, too'
rules "{\"name\":\"r\",\"attachments\":true,\"larger\":2000,$stages}"
printf 'one\n' >one.txt
head -c 3000 /dev/zero | tr '\0' x >big.txt
is "$(goes alice Hello)" queued 'neither files nor many bytes'
is "$(goes alice Hello --attach one.txt)" 'for-review attachment: one.txt' 'a file'
like "$(goes alice Hello --attach big.txt)" '^for-review attachment: big.txt; larger: 30[0-9][0-9] bytes$' 'and a large one'
rules "{\"name\":\"r\",\"language\":true,$stages}"
letter l1 'Anne <anne@example.net>' 'Colis' 'Bonjour, je voudrais savoir où est mon colis, je vous remercie de votre réponse rapide et je vous souhaite une bonne journée.' && arrive l1 && as alice ixn-accept "$id" >/dev/null
is "$(show "$id" language)" fr 'a mail in French'
d=$(as alice email-reply "$id" --text 'Hello, we would like to tell you that your parcel is on its way and that you will get it very soon.' --send --ids)
is "$(draft "$d" .state) $(eye email-review show "$d" --json | jq -r '(.findings // []) | join(",")')" 'for-review language: en instead of fr' 'answered in English'
letter l2 'Anne <anne@example.net>' 'Colis' 'Bonjour, je voudrais savoir où est mon colis, je vous remercie de votre réponse rapide et je vous souhaite une bonne journée.' && arrive l2 && as alice ixn-accept "$id" >/dev/null
is "$(as alice email-reply "$id" --text 'Bonjour, votre colis est en route, vous le recevrez très bientôt, nous vous remercions de votre patience.' --send --fields state)" queued 'answered in French'

# Both: what chooses is reviewed whatever is found.
rules "{\"name\":\"r\",\"agents\":[\"alice\"],\"must_not\":[{\"pattern\":\"x\"}],$stages}"
is "$(goes alice 'abc')|$(goes alice 'axc')|$(goes ben 'axc')" 'for-review |for-review forbidden: x|queued' 'a rule that chooses, and looks'
# Several rules: the stages of each, one behind the other.
rules "{\"name\":\"a\",\"must_not\":[{\"pattern\":\"x\"}],\"stages\":[{\"reviewers\":[\"agent:bob\"]}]}" "{\"name\":\"b\",\"cards\":true,\"stages\":[{\"reviewers\":[\"agent:cat\"]}]}"
is "$(goes alice 'x 4111111111111111')" 'for-review forbidden: x; card: a number of 16 digits that ends in 1111' 'the findings of both'
d=$(cat "$tmp/went")
is "$(reviewed "$d" '"\(.rules | join(",")) \(.stages) \(.reviewers | join(","))"')" 'a,b 2 bob' 'and their stages'
ok as bob email-review approve "$d"
is "$(reviewed "$d" '.reviewers | join(",")')" 'cat' 'the second'
# A reviewer's change brings in a rule that did not want it before.
goes alice 'x only' >/dev/null
ok as bob email-review edit "$d" --text 'x and 4111111111111111'
is "$(reviewed "$d" '"\(.rules | join(",")) \(.stages)"')" 'a,b 2' 'what is changed is looked at again'
ok as bob email-review edit "$d" --text 'nothing at all'
is "$(reviewed "$d" '"\(.rules | join(",")) \(.findings)"')" 'a,b null' 'who wanted it goes on wanting it'
# Rejected, and put right: who looked at it looks again.
goes alice 'x again' >/dev/null
ok as bob email-review reject "$d" --remark 'no x'
ok as alice ixn-take "$d"
ok as alice email-edit "$d" --text 'nothing'
ok as alice email-send "$d"
is "$(draft "$d" .state)" for-review 'though nothing is found any more'

# One reviewer for all: of that one's own mails who leads sees to it.
rules '{"name":"r","stages":[{"reviewers":["agent:ben"]}]}'
goes ben Hello >/dev/null
is "$(draft "$d" .state) $(reviewed "$d" .reviewers)" 'for-review null' 'the only reviewer is the author'
unseen 77 as bob email-review approve "$d"
as lea agent-login lea --media voice >/dev/null
ok as lea email-review approve "$d"
is "$(draft "$d" .state)" queued 'who leads the author approves it'
goes alice Hello >/dev/null
status 77 as lea email-review approve "$d"
ok as ben email-review approve "$d"

rules '{"name":"r","stages":[{"reviewers":["agent:lea"]}]}'
goes lea Hello >/dev/null
status 77 as lea email-review approve "$d" --json
is "$(code)" own_mail 'a lead who is the only reviewer, and the author'
unseen 77 as ben email-review approve "$d"
ok as lea email-review withdraw "$d"

rules "{\"name\":\"r\",$stages}"
goes ben Hello >/dev/null
status 77 as lea email-review approve "$d" --json
is "$(code)" not_reviewer 'where there are enough reviewers who leads is none of them'

# Patterns that never end: found undecided, soon.
rules "{\"name\":\"r\",\"must_not\":[{\"pattern\":\"(a+)+[bc]\",\"label\":\"hard\"}],$stages}"
is "$(goes alice aaaa)" queued 'a pattern that could take for ever, on a short text'
long=$(head -c 20000 /dev/zero | tr '\0' a)
is "$(goes alice "$long")" 'for-review undecided: hard' 'it gives up: a person is to look'
head -c 70000 /dev/zero | tr '\0' b >long.txt
d=$(as alice email-compose --from support --to z@example.net --file long.txt --send --ids)
is "$(draft "$d" .state) $(eye email-review show "$d" --json | jq -r '(.findings // []) | join(",")')" 'for-review undecided: hard' 'so does what is too long to be looked at'

# What is wrong with them.
wrong() { # JSON WORDS
	printf '{"review":[%s]}\n' "$1" >bad.json
	status 65 ixn-setup --load bad.json
	like "$err" "$2" "$2"
}
wrong '{"name":"w"}' 'review: w: has no stages: who reviews\?'
wrong '{"name":"w","stages":[{"reviewers":[]}]}' 'w.stages\[0\]: has no reviewers'
wrong '{"name":"w","stages":[{"reviewers":["agent:nobody"]}]}' "w.stages\[0\]: 'agent:nobody' is no agent, team or skill"
wrong '{"name":"w","stages":[{"reviewers":["team:nobody"]}]}' "'team:nobody' is no agent, team or skill"
wrong '{"name":"w","stages":[{"reviewers":["skill:law >>"]}]}' "'skill:law >>' is no agent, team or skill"
wrong '{"name":"w","stages":[{"reviewers":["queue:support"]}]}' "'queue:support' is no agent, team or skill"
wrong '{"name":"w","stages":[{"reviewers":["team:qa"],"quorum":3}]}' 'quorum 3, but only 2 reviewers'
wrong '{"name":"w","teams":["qa"],"stages":[{"reviewers":["team:qa"],"quorum":2}]}' 'quorum 2, but only 1 reviewers of a mail of one of them'
wrong '{"name":"w","stages":[{"reviewers":["skill:law>=3"]}]}' 'quorum 1, but only 0 reviewers'
wrong '{"name":"w","stages":[{"reviewers":["team:qa"],"quorum":0}]}' 'quorum must be between 1 and 100'
wrong '{"name":"w","stages":[{"reviewers":["team:qa"],"escalate_after":"1h"}]}' 'escalate_after and escalate_to go together'
wrong '{"name":"w","stages":[{"reviewers":["team:qa"],"escalate_after":"1h","escalate_to":"team:none"}]}' "'team:none' is no agent"
wrong '{"name":"w","stages":[{"reviewers":["team:qa"],"escalate_after":"31d","escalate_to":"team:qa"}]}' 'escalate_after must be between'
wrong "{\"name\":\"w\",\"must\":[{\"pattern\":\"a(\"}],$stages}" "review: w.must: 'a\(': missing closing parenthesis at character 3"
wrong "{\"name\":\"w\",\"must_not\":[{\"pattern\":\"[\"}],$stages}" "w.must_not: '\['"
wrong "{\"name\":\"w\",\"share\":101,$stages}" 'w.share: must be between 0 and 100'
wrong "{\"name\":\"w\",\"every\":0,$stages}" 'w.every: must be between'
wrong "{\"name\":\"w\",\"newer\":\"0s\",$stages}" 'w.newer: must be between'
wrong "{\"name\":\"w\",\"agents\":[\"nobody\"],$stages}" "'nobody' is no agent"
wrong "{\"name\":\"w\",\"teams\":[\"none\"],$stages}" "there is no team 'none'"
wrong "{\"name\":\"w\",\"queues\":[\"nowhere\"],$stages}" "there is no queue 'nowhere'"
wrong "{\"name\":\"w\",\"clean\":\"maybe\",$stages}" "clean: 'maybe' is not hold"
# Out as it came in.
rules '{"name":"a","label":"A","agents":["alice"],"every":5,"must":[{"pattern":"x","label":"X"}],"must_not":[{"pattern":"y"}],"cards":true,"larger":10,"stages":[{"reviewers":["agent:bob","lead:t1","team:qa"],"quorum":2,"escalate_after":"1h","escalate_to":"team:qa"},{"reviewers":["skill:law | agent:x"],"quorum":1}],"clean":"release","rejected_to":"preview"}'
like "$(cat "$tmp/rules.err")" 'is no agent, team or skill' 'a skill of which nobody has any'
rules '{"name":"a","label":"A","agents":["alice"],"every":5,"must":[{"pattern":"x","label":"X"}],"must_not":[{"pattern":"y"}],"cards":true,"larger":10,"stages":[{"reviewers":["agent:bob","lead:t1","team:qa"],"quorum":2,"escalate_after":"1h","escalate_to":"team:qa"}],"clean":"release","rejected_to":"preview","more":{"of":"others"}}'
is "$(ixn-setup --dump | jq -c '.review')" '[{"name":"a","label":"A","agents":["alice"],"every":5,"must":[{"pattern":"x","label":"X"}],"must_not":[{"pattern":"y"}],"cards":true,"larger":10,"stages":[{"reviewers":["agent:bob","lead:t1","team:qa"],"quorum":2,"escalate_after":3600000,"escalate_to":"team:qa"}],"clean":"release","rejected_to":"preview","more":{"of":"others"}}]' 'the dump'
ixn-setup --dump >dump.json
is "$(ixn-setup --load dump.json)" '' 'loaded again it changes nothing'
done_testing
