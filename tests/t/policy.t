#!/bin/sh
# covers: ixn-setup, ixn-transfer, ixn-consult, ixn-conference, ixn-place, chat-start, team-monitor, team-find
# Rules about targets: the first that matches role, verb and target decides, and
# where none does it is allowed. What is wrong or can never be reached is refused at load.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"

base='"agents":[{"name":"alice","teams":["support"],"queues":["sales"],"capacity":{"chat":9}},{"name":"bob","teams":["support"],"queues":["none"],"capacity":{"chat":9}},
{"name":"cleo","teams":["night"],"queues":["none"],"capacity":{"chat":9}},{"name":"lea","role":"lead","queues":["none"],"capacity":{"chat":9}},
{"name":"zed","queues":["none"]},{"name":"ada","role":"admin","queues":["none"],"capacity":{"chat":9}}],
"queues":[{"name":"sales"},{"name":"billing"},{"name":"billing_vip"},{"name":"none"}],
"teams":[{"name":"support","leads":["lea"]},{"name":"night","leads":["lea"]}],"workbins":[{"name":"shelf","kind":"shared"}]'
echo "{$base}" | site
# policy RULES: these and no others. refused RULES: loading says where and what.
policy() {
	echo '{"policy":[]}' | ixn-setup --load - --replace >/dev/null
	echo "{\"policy\":[$1]}" >policy.json
	ok ixn-setup --load policy.json --quiet
}
refused() {
	echo "{$base,\"policy\":[$1]}" >policy.json
	status 65 ixn-setup --load policy.json
	like "$err" "$2" "refused: $3"
}

# What each may: "AGENT TARGET=STATUS...", an interaction of alice's handed over.
ready alice bob cleo lea ada
may() {
	_by=$1 && shift
	for _case; do
		id=$(create --from ann@example.org --queue sales)
		as alice ixn-accept "$id" >/dev/null || echo "# alice has no $id"
		status "${_case##*=}" as "$_by" ixn-transfer "$id" --to "${_case%=*}" --json
		[ "${_case##*=}" = 0 ] || is "$(code)" not_allowed "$_by: ${_case%=*} is kept from"
		as ada ixn-transfer "$id" --to queue:none >/dev/null 2>&1
	done
}

is "$(ixn-setup --dump | jq -c .policy)" null 'no rule'
may alice agent:bob=0 agent:cleo=0 queue:billing=0 lead:night=0 'skill:french=0'

policy '{"name":"vip","roles":["lead"],"verbs":["transfer"],"targets":["queue:billing_vip"],"allow":true},
{"name":"no-vip","verbs":["transfer","consult"],"targets":["queue:billing_*","skill:vip"]},
{"name":"mates","roles":["agent"],"targets":["agent:@team","lead:@team","queue:@mine"],"allow":true},
{"name":"strangers","roles":["agent"],"verbs":["transfer"],"targets":["agent:*","lead:*","skill:v*"]},
{"name":"elsewhere","verbs":["conference"]}'
may alice agent:bob=0 agent:cleo=77 lead:support=0 lead:night=77 queue:billing=0 queue:billing_vip=77 queue:sales=0 \
	skill:french=0 skill:vip=77 'skill:french | VIP>=0=77' 'skill:"(vic)"=77'
may lea queue:billing_vip=0 agent:bob=0 agent:cleo=0 skill:vip=77
may ada queue:billing_vip=0 agent:bob=0 skill:vip=0
id=$(create --from ann@example.org --queue sales)
ok as alice ixn-accept "$id"
status 77 as alice ixn-transfer "$id" --to queue:billing_vip
like "$err" "no-vip.*alice.*transfer queue:billing_vip" 'the refusal names the rule, who, and what'
is "$(show "$id" state,agent)" 'active	alice' 'and nothing moved'

# One that allows a skill wants every skill of the expression.
policy '{"name":"french","verbs":["transfer"],"targets":["skill:fr*"],"allow":true},{"name":"rest","verbs":["transfer"],"targets":["skill:*"]}'
may alice skill:french=0 'skill:FRENCH>=3 & fr=0' 'skill:french | vip=77' skill:vip=77 queue:billing=0

# Another verb, another role, another order.
policy '{"name":"a","verbs":["consult","place","chat","monitor","mail","call","find"]}'
may alice agent:bob=0 queue:billing=0
policy '{"name":"a","roles":["lead"]}'
may alice agent:bob=0
may lea agent:bob=77 queue:none=77
policy '{"name":"all","allow":true,"targets":["agent:*"]},{"name":"none","verbs":["transfer"]}'
may alice agent:bob=0 agent:cleo=0 queue:billing=77 skill:french=77
policy '{"name":"none","verbs":["transfer"],"targets":["agent:c*"]},{"name":"all","allow":true,"targets":["agent:*"]},{"name":"rest"}'
may alice agent:bob=0 agent:cleo=77 queue:billing=77

clear() { # nobody has anything any more
	as lea team-monitor --mode off
	for _i in $(as ada ixn-list --all --state queued,offered,active,consulting,wrap --ids); do
		as ada chat-end "$_i"
		as ada ixn-done "$_i"
	done
	as lea agent-state ready
	as bob agent-state ready
} >/dev/null 2>&1

# Each verb for itself: lea, who may all of them, with a chat of hers.
clear
verbs='transfer consult conference place chat monitor find'
do_it() { # VERB TARGET
	case $1 in
	place) ixn-place "$id" --in "$2" --json ;;
	chat) chat-start --to "$2" --json ;;
	monitor) team-monitor "${2#agent:}" --mode listen --next --json ;;
	find) team-find "$2" --kind "${2%%:*}" --json ;;
	*) "ixn-$1" "$id" --to "$2" --json ;;
	esac
}
# kept VERB TARGET: by a rule, or not.
kept() {
	id=$(create --from ann@example.org --to agent:lea)
	as lea ixn-accept "$id" >/dev/null || echo "# lea has no $id"
	later
	_kept=no _status=0
	out=$(IXN_AGENT=lea && export IXN_AGENT && do_it "$1" "$2" 2>"$tmp/err") || _status=$?
	err=$(cat "$tmp/err")
	[ "$(code)" != not_allowed ] || _kept=yes
	[ "$1 $(code)" != 'find nothing_found' ] || _kept=yes
	[ $_kept = yes ] || [ $_status = 0 ] || echo "# $1 $2: $err"
	clear
	echo $_kept
}
for v in $verbs; do
	t=agent:bob
	[ "$v" != place ] || t=workbin:shelf
	policy "{\"name\":\"a\",\"verbs\":[\"$v\"],\"targets\":[\"${t%:*}:*\"]}"
	for w in $verbs; do
		u=agent:bob
		[ "$w" != place ] || u=workbin:shelf
		is "$w $(kept "$w" "$u")" "$w $([ "$w" = "$v" ] && echo yes || echo no)" "a rule about $v: $w"
	done
	policy "{\"name\":\"a\",\"verbs\":[\"$v\"],\"roles\":[\"agent\"]},{\"name\":\"b\",\"verbs\":[\"$v\"],\"targets\":[\"queue:s*\",\"agent:c*\",\"workbin:x*\"]}"
	is "$(kept "$v" "$t")" no "$v of another role, or to another target"
done
policy '{"name":"a","verbs":["conference"],"targets":["agent:bob"]},{"name":"b","verbs":["transfer"],"targets":["agent:b*"]}'
id=$(create --from ann@example.org --to agent:lea)
ok as lea ixn-accept "$id"
ok as lea ixn-consult "$id" --to agent:bob
ok as bob ixn-accept "$id"
status 77 as lea ixn-conference "$id" --complete --json
is "$(code)" not_allowed 'a consult leads around no rule about conferences'
status 77 as lea ixn-transfer "$id" --complete --json
is "$(code)" not_allowed 'nor about transfers'

# Kept, dumped, loaded again; order.
policy '{"name":"none","verbs":["transfer"],"targets":["agent:c*"]},{"name":"all","allow":true,"targets":["agent:*"]},{"name":"rest"}'
ixn-setup --dump >dump.json
is "$(jq -c '[.policy[] | [.name, .verbs, .targets, .allow]]' dump.json)" \
	'[["none",["transfer"],["agent:c*"],false],["all",null,["agent:*"],true],["rest",null,null,false]]' 'a dump has them in their order'
is "$(ixn-setup --load dump.json --replace)" '' 'a dump loaded again changes nothing'
is "$(ixn-setup --dump)" "$(cat dump.json)" 'not even the order'
order() { ixn-setup --dump | jq -r '[.policy[].name] | join(" ")'; }
policy '{"name":"a","targets":["agent:a*"]},{"name":"b","targets":["agent:b*"],"note":"kept"},{"name":"c","targets":["agent:c*"]}'
echo '{"policy":[{"name":"c"},{"name":"a"},{"name":"b"}]}' >p.json
is "$(ixn-setup --load p.json --fields name,change | tr '\t\n' ' ,')" 'c changed,a changed,b changed,' 'a file that has all of them orders them'
is "$(order)" 'c a b' 'and so they stand'
is "$(ixn-setup --load p.json)" '' 'once'
echo '{"policy":[{"name":"d","targets":["agent:d*"]},{"name":"a","allow":true}]}' >p.json
is "$(ixn-setup --load p.json --fields name,change | tr '\t\n' ' ,')" 'd added,a changed,' 'one that has some'
is "$(order)" 'c a b d' 'leaves them where they are, and adds at the end'
is "$(ixn-setup --dump | jq -r '.policy[] | select(.name == "b").note')" kept 'what is not ours is kept'

# Wrong ones.
policy ''
refused '{"name":"x","verbs":["transfer","shout"]}' "policy.*x.*'shout': is no verb" 'an unknown verb'
refused '{"name":"x","roles":["admin"]}' "policy.*x.*'admin': is no role" 'a role that no rule binds'
refused '{"name":"x","roles":["boss"]}' "policy.*x.*'boss': is no role" 'an unknown role'
refused '{"name":"x","targets":["bob"]}' "policy.*x.*'bob': is no pattern" 'a target without its kind'
refused '{"name":"x","targets":["agnet:*"]}' "policy.*x.*'agnet:\*': begins with no kind" 'an unknown kind'
refused '{"name":"x","targets":["agent:a,agent:b"]}' 'policy.*x.*is no pattern' 'two in one'
refused '{"name":"x","targets":["queue:@team"]}' "policy.*x.*'queue:@team'.*queue:@mine" 'an unknown word for what is mine'
for t in agent:nobody queue:nowhere team:nowhere lead:nowhere workbin:nowhere; do
	refused "{\"name\":\"x\",\"targets\":[\"$t\"]}" "policy.*x.*'$t': the site has none" "$t"
done
is "$(ixn-setup --dump | jq -c .policy)" null 'and nothing of it is kept'

# What can never be reached.
covered() { refused "$1,$2" "policy.*late.*early.*never reached" "$2 behind $1"; }
reached() { policy "$1,$2"; }
e='"name":"early"' l='"name":"late"'
covered "{$e}" "{$l}"
covered "{$e}" "{$l,\"verbs\":[\"chat\"],\"roles\":[\"lead\"],\"targets\":[\"queue:sales\"],\"allow\":true}"
covered "{$e,\"roles\":[\"agent\",\"lead\"]}" "{$l}"
covered "{$e,\"verbs\":[\"chat\",\"transfer\"]}" "{$l,\"verbs\":[\"transfer\"]}"
covered "{$e,\"targets\":[\"agent:*\",\"queue:*\"]}" "{$l,\"targets\":[\"queue:s*\",\"agent:@team\"]}"
covered "{$e,\"targets\":[\"agent:b*\"]}" "{$l,\"targets\":[\"agent:b?b*\"]}"
covered "{$e,\"targets\":[\"queue:@mine\"]}" "{$l,\"targets\":[\"queue:@mine\"]}"
covered "{$e,\"targets\":[\"mailto:*@Example.org\"]}" "{$l,\"targets\":[\"mailto:ann@example.ORG\"]}"
covered "{$e,\"targets\":[\"skill:fr*\"]}" "{$l,\"targets\":[\"skill:french\"],\"allow\":true}"
reached "{$e,\"roles\":[\"agent\"]}" "{$l}"
reached "{$e,\"verbs\":[\"chat\"]}" "{$l,\"verbs\":[\"chat\",\"transfer\"]}"
reached "{$e,\"verbs\":[\"chat\"]}" "{$l}"
reached "{$e,\"targets\":[\"agent:*\",\"queue:*\"]}" "{$l}"
reached "{$e,\"targets\":[\"agent:b?b\"]}" "{$l,\"targets\":[\"agent:b*\"]}"
reached "{$e,\"targets\":[\"agent:@team\"]}" "{$l,\"targets\":[\"agent:*\"]}"
reached "{$e,\"targets\":[\"agent:?*\"]}" "{$l,\"targets\":[\"queue:sales\"]}"
reached "{$e,\"targets\":[\"skill:fr*\"],\"allow\":true}" "{$l,\"targets\":[\"skill:french\"]}"

# Whom a rule names cannot go from under it.
policy '{"name":"x","targets":["agent:zed"]}'
echo "{$base}" | jq -c '.agents |= map(select(.name != "zed"))' >less.json
status 65 ixn-setup --load less.json --replace
like "$err" "policy.*x.*'agent:zed': the site has none" 'an agent whom a rule names is not removed'
done_testing
