#!/bin/sh
# covers: ixn-data, ixn-create, ixn-show, ixn-setup
# Row 16: custom data comes with the interaction; it may be changed, never added or removed; and what data the site describes has its type.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
mkdir -p "$XDG_CONFIG_HOME/ixn" && echo 'time_zone = Europe/Paris' >"$XDG_CONFIG_HOME/ixn/config"
site <<'J'
{"agents":[{"name":"alice","capacity":{"chat":2}},{"name":"lea","role":"lead"},{"name":"web","role":"service"}],"queues":[{"name":"sales"}],
"custom_data":[{"name":"plan","label":"Plan","type":"enum","values":[{"name":"s","label":"Silver"},{"name":"g","label":"Gold"}]},
 {"name":"until","label":"Valid until","type":"date"},{"name":"number","editable":false}],
"data_display":[{"name":"amount","label":"Amount","type":"number"},{"name":"vip","type":"boolean"},{"name":"due","type":"date"},{"name":"call","label":"Call at","type":"time"},
 {"name":"urgency","label":"Urgency","type":"enum","values":[{"name":"1","label":"Low"},{"name":"2","label":"Very high"},{"name":"3"}]},
 {"name":"from","label":"Came from","editable":false},{"name":"mood","values":[{"name":":(","label":"cross"}]}]}
J
ready alice
ready lea
ready web
id=$(create --agent web --from ann@example.org --queue sales --data amount=12 --data urgency=9 --data other=x --custom-data number=4711 --custom-data until=2027-01-31 --custom-data plan=g --custom-data free=f)
ok as alice ixn-accept
get() { ixn-data "$id" --get "$1"; }
set_() { as "$1" ixn-data "$id" --set "$2"; }

is "$(ixn-data "$id" --fields key,value,custom | grep yes$)" 'plan	g	yes
until	2027-01-31	yes
number	4711	yes
free	f	yes' 'custom data, in the order of the site, what it does not know behind'
ok as alice ixn-data "$id" --custom --set plan=s
is "$(get plan)" s 'changed'
status 65 as alice ixn-data "$id" --custom --set plan=platinum --json
is "$(code) $(printf '%s\n' "$err" | jq -r .error.message)" "bad_data plan: 'platinum' is not one of s, g" 'to none of its values'
status 65 as alice ixn-data "$id" --custom --set until=soon
like "$err" "until: 'soon' is not a date, as in 2026-11-21" 'to what is no date'
status 65 as alice ixn-data "$id" --custom --set new=1 --json
is "$(code)" custom_data 'never added'
status 65 as alice ixn-data "$id" --unset plan --json
is "$(code)" custom_data 'never removed'
status 65 as web ixn-data "$id" --unset plan
status 65 as web ixn-data "$id" --custom --set new=1
status 65 as alice ixn-data "$id" --set plan=s
status 65 as alice ixn-data "$id" --custom --set amount=1
status 77 as alice ixn-data "$id" --custom --set number=1 --json
is "$(code)" not_editable 'what is fixed is not for agents'
status 77 as lea ixn-data "$id" --custom --set number=1
ok as web ixn-data "$id" --custom --set number=4712
ok as alice ixn-data "$id" --custom --set free=anything
is "$(ixn-data "$id" --fields key,value | tail -n 4 | paste -sd ' ')" 'plan	s until	2027-01-31 number	4712 free	anything' 'all of it is there'

# Attached data has types as well.
refused() { # KEY=VALUE EXPECTED
	status 65 as alice ixn-data "$id" --set "$1" --json
	is "$(printf '%s\n' "$err" | jq -r .error.message)" "${1%%=*}: '${1#*=}' is not $2" "$1"
}
refused amount=twelve 'a number'
refused amount=0x10 'a number'
refused amount= 'a number'
refused vip=maybe 'true or false'
refused due=2026-02-30 'a date, as in 2026-11-21'
refused call=later 'a time, as in 2026-11-21T09:30Z'
refused urgency=high 'one of 1, 2, 3'
is "$(get amount) $(get urgency)" '12 9' 'what is refused changes nothing; what came in so stays'
status 65 as alice ixn-data "$id" --set call='2026-03-29 02:30' --json
is "$(code)" time_gap 'an hour that does not exist'
for v in amount=-3.5 vip=yes due=tomorrow call='2026-11-23 09:30' urgency=2 'mood=:)' other=whatever; do ok set_ alice "$v"; done
is "$(ixn-data "$id" --fields key,value | sed '/plan/,$d' | tr '\t\n' '= ')" 'amount=-3.5 vip=true due=2026-11-22 call=2026-11-23T08:30:00.000Z urgency=2 mood=:) other=whatever ' \
	'kept in one form: dates as days, times in UTC'
status 77 as alice ixn-data "$id" --set from=shop --json
is "$(code)" not_editable 'a key that agents do not change'
status 1 ixn-data "$id" --get from
ok as web ixn-data "$id" --set from=shop
status 77 as alice ixn-data "$id" --unset from
status 65 as web ixn-data "$id" --set vip=perhaps
ok env XDG_STATE_HOME="$tmp/nobody" ixn-data "$id" --set from=fair
is "$(get from)" fair 'programs and the owner do'
ok as alice ixn-data "$id" --set 'mood=:('
ok as alice ixn-data "$id" --unset vip

# Read: raw for programs, with the words beside; in words for people.
is "$(ixn-show "$id" --json | jq -c '[.data.urgency, .data_labels.urgency, .data_texts.urgency, .data.plan, .data_labels.plan, .data_texts.plan, .data_texts.amount]')" \
	'["2","Urgency","Very high","s","Plan","Silver",null]' 'ixn-show --json: keys and values as they are, and their words'
is "$(ixn-show "$id" --json | jq -c '.data | keys')" '["amount","call","due","free","from","mood","number","plan","until","urgency"]' 'what is not listed is not displayed'
is "$(ixn-data "$id" --json | jq -c 'select(.key == "call") | [.value, .text, .label, .type, .editable]')" '["2026-11-23T08:30:00.000Z","2026-11-23 09:30:00","Call at","time",null]' 'ixn-data --json'
is "$(ixn-data "$id" --json | jq -r 'select(.editable == false).key' | paste -sd ' ')" 'from number' 'and what is fixed'
card=$(script -qec "ixn-show $id" /dev/null | tr -d '\r' | sed -n '/^data/,/^[a-z]/p' | sed 's/^data//; s/^ *//' | grep '=')
is "$card" 'Amount=-3.5
due=2026-11-22
Call at=2026-11-23 09:30:00
Urgency=Very high
Came from=fair
mood=cross
Plan=Silver
Valid until=2027-01-31
number=4712
free=anything' 'on a terminal'

# A site that is wrong is refused.
refuse() { # SECTION JSON WORDS
	printf '{"%s":[%s]}\n' "$1" "$2" >bad.json
	status 65 ixn-setup --load bad.json
	like "$err" "$1.*: $3" "$3"
}
refuse custom_data '{"name":"x","type":"enum"}' 'x: is an enum without values'
refuse data_display '{"name":"x","type":"enum","values":[]}' 'x: is an enum without values'
refuse data_display '{"name":"x","type":"date","values":[{"name":"a"}]}' 'x: lists values, which the type date does not have'
refuse data_display '{"name":"x","type":"enum","values":[{"name":"a"},{"name":"a"}]}' "x: the value 'a' stands there twice"
refuse data_display '{"name":"x","type":"number","values":[{"name":"1"},{"name":"one"}]}' "x: 'one' is no value of the type number"
refuse data_display '{"name":"x","values":[{"name":""}]}' 'x: a value has 1 to 256 bytes'
refuse data_display '{"name":"x","type":"color"}' ".*'color' is not text"
ixn-setup --dump >dump.json
is "$(jq -c '.custom_data, .data_display[4:6]' dump.json)" '[{"name":"plan","label":"Plan","type":"enum","values":[{"name":"s","label":"Silver"},{"name":"g","label":"Gold"}]},{"name":"until","label":"Valid until","type":"date"},{"name":"number","editable":false}]
[{"name":"urgency","label":"Urgency","type":"enum","values":[{"name":"1","label":"Low"},{"name":"2","label":"Very high"},{"name":"3"}]},{"name":"from","label":"Came from","editable":false}]' 'the dump is what was loaded'
is "$(ixn-setup --load dump.json)" '' 'and loaded again changes nothing'
echo '{"custom_data":[{"name":"plan","label":"Tariff"}],"data_display":[{"name":"urgency","label":"How urgent"}]}' >some.json
ok ixn-setup --load some.json --replace
is "$(ixn-data "$id" --json | jq -r 'select(.label) | [.key, .label, .text // ""] | join(":")' | paste -sd ' ')" 'urgency:How urgent:Very high plan:Tariff:Silver' 'what is not said again stays, of what is still listed'
ok as alice ixn-data "$id" --custom --set until=whenever
done_testing
