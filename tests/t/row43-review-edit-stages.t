#!/bin/sh
# covers: email-review
# Row 43: a reviewer changes an answer; several reviewers, one stage behind the other; a change voids what was approved; passing on.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/review.sh"
site <<'J'
{"agents":[{"name":"alice","teams":["t1"],"queues":["support"],"capacity":{"email":5}},
 {"name":"bob","teams":["qa"],"queues":["none"],"capacity":{"email":2}},{"name":"cat","teams":["qa"],"queues":["none"],"capacity":{"email":2}},
 {"name":"dan","queues":["none"],"skills":{"law":3},"capacity":{"email":2}},{"name":"eve","queues":["none"],"skills":{"law":1},"capacity":{"email":2}},
 {"name":"lea","role":"lead","teams":["t1"],"queues":["none"],"capacity":{"email":2}}],
"teams":[{"name":"t1","leads":["lea"]},{"name":"qa"}],"queues":[{"name":"support"},{"name":"none"}],"workbins":[{"name":"drafts"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}],
"review":[{"name":"two","teams":["t1"],"stages":[{"reviewers":["team:qa"],"quorum":2,"escalate_after":"4h","escalate_to":"lead:t1"},{"reviewers":["skill:law>=2","agent:eve"]}]}]}
J
ready alice
for a in bob cat dan eve lea; do later && agent-login "$a" --media voice >/dev/null; done

# Two of the first stage, one of the second.
ok answered alice m1 'Dear Ann,
you get a refund.'
is "$(reviewed "$d" '"\(.stage)/\(.stages) \(.quorum) \(.reviewers | join(","))"')" '1/2 2 bob,cat' 'two of the first stage'
unseen 77 as dan email-review approve "$d"
ok as bob email-review approve "$d"
is "$out" "$d	for-review	1	1	1" 'one more must approve'
status 79 as bob email-review approve "$d" --json
is "$(code)" approved_already 'not the same one'
is "$(reviewed "$d" '"\(.approvals) \(.reviewers | join(","))"')" '1 cat' 'who is left'
ok as cat email-review approve "$d"
is "$out" "$d	for-review	2	1	1" 'the second stage'
is "$(reviewed "$d" '.reviewers // [] | join(",")')" 'dan,eve' 'by skill and by name'
is "$(sent "$d")" '' 'nothing has left'
status 79 as cat email-review approve "$d" --json
is "$(code)" approved_already 'who has approved it is done with it'
status 77 as lea email-review approve "$d" --json
is "$(code)" not_reviewer 'who is of neither stage'

# A change in the second stage: all begins again, and both of the first must look anew.
before=$(reviewed "$d" .digest)
status 64 as dan email-review edit "$d"
ok as dan email-review edit "$d" --text 'Dear Ann,
you get a voucher.' --remark 'no refunds'
is "$out" "$d	for-review	1	1	2" 'back to the first stage: nothing is approved any more'
is "$([ "$(reviewed "$d" .digest)" != "$before" ] && echo other)" other 'another digest'
is "$(reviewed "$d" .difference)" '@@ -1,2 +1,2 @@
 Dear Ann,
-you get a refund.
+you get a voucher.' 'the difference is told'
like "$(events "$d" review.edited)" '^review.edited dan alice review' 'the log'
status 79 as bob email-review approve "$d" --digest "$before" --json
is "$(code)" mail_edited 'who looked before does not approve what is there now'
ok as bob email-review approve "$d" --digest "$(reviewed "$d" .digest)"
ok as cat email-review edit "$d" --text 'Dear Ann,
you get a voucher. Sorry.'
is "$out" "$d	for-review	1	1	2" 'a change of the second one voids the approval of the first'
ok as cat email-review approve "$d"
is "$out" "$d	for-review	1	1	1" 'who changed it may approve it, but not alone where two must'
ok as bob email-review approve "$d"
ok as eve email-review approve "$d"
is "$out" "$d	queued	2	1	" 'all have approved'
is "$(ixn-show "$d" --part messages --json | jq -r .text)" 'Dear Ann,
you get a voucher. Sorry.' 'what is sent is what was approved'
is "$(steps "$d")" 'submitted alice 1/1, approved bob 1/1, approved cat 1/1, edited dan 1/2, approved bob 1/1, edited cat 1/1, approved cat 1/1, approved bob 1/1, approved eve 1/2' 'what was done'

# Changed, and changed back: what was approved before counts no longer.
ok answered alice m6 'Sixth.'
ok as bob email-review approve "$d"
ok as cat email-review edit "$d" --text 'Other.'
ok as cat email-review edit "$d" --text 'Sixth.'
is "$out" "$d	for-review	1	1	2" 'not even where it says what it said'
is "$(reviewed "$d" .difference)" '' 'though nothing has changed in the end'
ok as alice email-review withdraw "$d"
ok as alice email-discard "$d"

# Alone: where one approval is enough.
ok answered alice m2 'Hello.'
ok as bob email-review approve "$d"
ok as cat email-review approve "$d"
ok as dan email-review edit "$d" --text 'Hello'
ok as bob email-review edit "$d" --text 'Hello'
is "$out" "$d	for-review	1	1	2" 'what changes nothing is no change'
is "$(steps "$d" | grep -o edited | wc -l)" 1 'nor on record as one'
status 77 as alice email-review edit "$d" --text mine --json
is "$(code)" own_mail 'the author does not change it while it is reviewed'
ok as cat email-review reject "$d" --remark 'too short'
is "$(fate "$d")" 'rejected parked' 'rejected as it was changed'
is "$(draft "$d" .text)" 'Hello' 'which the author gets'
ok as alice ixn-take "$d"
ok as alice email-edit "$d" --text 'Hello Ann, it is on its way.'
ok as alice email-send "$d"
is "$(reviewed "$d" .difference)" '@@ -1,1 +1,1 @@
-Hello
+Hello Ann, it is on its way.' 'the difference is to what was rejected'
ok as bob email-review approve "$d"
is "$(reviewed "$d" .approvals)" 1 'approvals of the first cycle do not count'

# Passed on: after its time to others as well.
later 14400
as alice agent-state ready >/dev/null
is "$(reviewed "$d" '.reviewers // [] | join(",")')" 'cat,lea' 'the lead may approve it, too'
like "$(events "$d" review.escalated)" '^review.escalated alice lead:t1 review' 'the log'
is "$(as lea alert-list --fields level,ixn,target)" "warning	$d	lead:t1" 'and is told'
is "$(as cat alert-list --ids)" '' 'others are not'
is "$(reviewed "$d" .approvals)" 1 'what was approved counts on'
ok as lea email-review approve "$d"
is "$(reviewed "$d" '"\(.stage) \(.reviewers | join(","))"')" '2 dan,eve' 'the next stage is nobody else'"'"'s'
later 14400
as alice agent-state ready >/dev/null
is "$(reviewed "$d" '.reviewers // [] | join(",")')" 'dan,eve' 'it is passed to nobody'
for a in dan eve; do later && agent-login "$a" --media voice >/dev/null; done
ok as dan email-review approve "$d"
is "$(fate "$d")" 'queued done' 'sent'

# By offers: as many are asked as are wanted, each with it in hand.
ready bob cat
ok answered alice m3 'Third.'
is "$(ixn-show "$d" --part offers --fields agent,state | sort | tr '\n\t' ', ')" 'bob pending,cat pending,' 'two are asked where two must approve'
ok as bob ixn-accept "$d"
ok as cat ixn-accept "$d"
ok as bob email-review approve "$d"
is "$(reviewed "$d" .holder)" cat 'the other has it in hand still'
ok as cat email-review edit "$d" --text 'Third!'
is "$(reviewed "$d" .holder)" cat 'who changes it keeps it in hand'
is "$(as bob ixn-list --offers --ids)" "$d" 'the other is asked again'
ok as cat email-review approve "$d"
ok as bob email-review approve "$d"
is "$(reviewed "$d" .stage) $(as bob ixn-list --offers --ids)$(as cat ixn-list --ids)" '2 ' 'and nobody of the first stage has it any more'
ok as eve email-review approve "$d"
is "$(as bob agent-state --media email --fields load,room) $(as cat agent-state --media email --fields load,room)" '0	2 0	2' 'all have room'

# However it comes about: what is there is not what was given to review.
ok answered alice m5 'Fifth.'
sql "UPDATE email SET text = 'Something else.' WHERE ixn = '$d'"
status 79 as bob email-review approve "$d" --json
is "$(code) $(sent "$d")" 'mail_edited ' 'it is approved by nobody, and not sent'
sql "UPDATE email SET text = 'Fifth.' WHERE ixn = '$d'"
sql "UPDATE email_address SET address = 'eve@example.net' WHERE ixn = '$d' AND kind = 'to'"
status 79 as bob email-review approve "$d" --json
is "$(code)" mail_edited 'nor where it goes to somebody else'

# The site changes while it waits.
ok answered alice m4 'Fourth.'
jq '.agents += [{"name":"fay","teams":["qa"],"queues":["none"]}]' "$tmp/site.json" >new.json
ok ixn-setup --load new.json
is "$(reviewed "$d" '.reviewers // [] | join(",")')" 'bob,cat,fay' 'who joins the team reviews'
echo '{"review":[]}' >none.json
ok ixn-setup --load none.json --replace
is "$(reviewed "$d" '.reviewers // [] | join(",")') $(fate "$d")" ' for-review review' 'without rules nobody is named, and nothing goes out by itself'
status 77 as bob email-review approve "$d"
ok as lea email-review approve "$d"
is "$(fate "$d")" 'queued done' 'who leads the author does it then'
done_testing
