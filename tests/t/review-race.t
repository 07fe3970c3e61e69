#!/bin/sh
# covers: email-review
# Two at one mail, in processes of their own, started at once: one wins, the other is told; nothing is sent twice, or unseen.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/review.sh"
site <<'J'
{"agents":[{"name":"alice","teams":["t1"],"queues":["none"],"capacity":{"email":9}},{"name":"bob","teams":["qa"],"queues":["none"]},{"name":"cat","teams":["qa"],"queues":["none"]},
 {"name":"dan","teams":["t2"],"queues":["none"],"capacity":{"email":9}}],
"teams":[{"name":"t1"},{"name":"t2"},{"name":"qa"}],"queues":[{"name":"none"}],"workbins":[{"name":"drafts"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"none"}],
"review":[{"name":"one","teams":["t1"],"stages":[{"reviewers":["team:qa"]}]},{"name":"two","teams":["t2"],"stages":[{"reviewers":["team:qa"],"quorum":2}]}]}
J
ready alice dan
for a in bob cat; do later && agent-login "$a" --media voice >/dev/null; done
compose() { d=$(as "$1" email-compose --to ann@example.net --subject Hello --text 'As it was.' --send --ids); }
# both A B: two command lines at once; leaves $one and $two, their exit status.
both() {
	later
	sh -c "until [ -e gate ]; do :; done; $1" >one.out 2>&1 &
	_one=$!
	sh -c "until [ -e gate ]; do :; done; $2" >two.out 2>&1 &
	_two=$!
	: >gate
	one=0 two=0
	wait $_one || one=$?
	wait $_two || two=$?
	rm gate
}
mails() { outbox "$d" .id | grep -c .; }
rounds=${ROUNDS:-6}

# Two approve what one approval lets go.
wins=
for _ in $(seq "$rounds"); do
	compose alice
	both "IXN_AGENT=bob email-review approve $d" "IXN_AGENT=cat email-review approve $d"
	wins="$wins$(printf '%s\n' "$one" "$two" | sort -n | paste -sd /)$(mails),"
done
is "$(printf %s "$wins" | tr ',' '\n' | sort -u)" '0/791' 'two approve: one does, the other is told, one mail goes'

# One approves, the other rejects; one approves, the other changes it; the author withdraws.
against() { # VERB-AND-AGENT WANTED NAME: ID stands for the mail
	_seen=
	for _ in $(seq "$rounds"); do
		compose alice
		both "IXN_AGENT=bob email-review approve $d" "$(printf %s "$1" | sed "s/ID/$d/")"
		_seen="$_seen$one $two $(draft "$d" .state) $(mails)
"
	done
	is "$(printf %s "$_seen" | sort -u | grep -vxE "$2")" '' "$3"
}
against "IXN_AGENT=cat email-review reject ID --remark no" '0 79 queued 1|79 0 rejected 0' 'against a rejection'
against "IXN_AGENT=cat email-review edit ID --text other" '0 79 queued 1|0 0 queued 1' 'against a change: what was changed is approved, or what was not'
against "IXN_AGENT=alice email-review withdraw ID" '0 79 queued 1|79 0 draft 0' 'against its author'
# What was looked at is what is approved.
seen=
for _ in $(seq "$rounds"); do
	compose alice
	digest=$(reviewed "$d" .digest)
	both "IXN_AGENT=bob email-review approve $d --digest $digest" "IXN_AGENT=cat email-review edit $d --text other"
	seen="$seen$one $two $(draft "$d" .state) $(draft "$d" .text)
"
done
is "$(printf %s "$seen" | sort -u | grep -vxE '0 79 queued As it was\.|79 0 for-review other')" '' 'with the digest: never what was not looked at'

# Two must: both do.
seen=
for _ in $(seq "$rounds"); do
	compose dan
	both "IXN_AGENT=bob email-review approve $d" "IXN_AGENT=cat email-review approve $d"
	seen="$seen$one $two $(draft "$d" .state) $(mails)
"
done
is "$(printf %s "$seen" | sort -u)" '0 0 queued 1' 'where two must approve both do, and one mail goes'

# The batch, and a reviewer.
jq '.review[0].clean = "release"' "$tmp/site.json" >clean.json
ok ixn-setup --load clean.json
seen=
for _ in $(seq "$rounds"); do
	compose alice
	both "IXN_AGENT=bob email-review approve $d" "XDG_STATE_HOME=$tmp/nobody email-review run --quiet"
	seen="$seen$one $two $(draft "$d" .state) $(mails)
"
done
is "$(printf %s "$seen" | sort -u | grep -vxE '(0|79) 0 queued 1')" '' 'against the batch: one mail goes'
is "$(ixn-doctor 2>/dev/null)" '' 'and the store is whole'
done_testing
