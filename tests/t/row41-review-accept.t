#!/bin/sh
# covers: email-review, email-send, ixn-accept, ixn-reject
# Row 41: an answer waits for its reviewer, by offer or from the list, and goes out only when it is approved.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/review.sh"
site <<'J'
{"agents":[{"name":"alice","teams":["t1"],"queues":["support"],"capacity":{"email":3}},{"name":"bob","teams":["qa"],"queues":["none"],"capacity":{"email":1}},
 {"name":"cat","teams":["qa"],"queues":["none"],"capacity":{"email":2}},{"name":"dan","teams":["t2"],"queues":["other"],"capacity":{"email":2}},
 {"name":"lea","role":"lead","teams":["t1"],"queues":["none"],"capacity":{"email":1}},{"name":"leo","role":"lead","teams":["t2"],"queues":["none"]}],
"teams":[{"name":"t1","leads":["lea"]},{"name":"t2","leads":["leo"]},{"name":"qa"}],
"queues":[{"name":"support"},{"name":"other"},{"name":"none"}],"workbins":[{"name":"drafts"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"},{"name":"other","address":"other@example.org","queue":"other"}],
"review":[{"name":"t1","teams":["t1"],"stages":[{"reviewers":["team:qa","lead:t1"]}]}]}
J
ready alice
is "$(as alice email-review list)" '' 'nothing waits: an empty list is no error'

# It waits; what it answers waits with it; its author is free.
ok answered alice m1 'It is on its way.'
is "$(cat "$tmp/answered")" "$d	for-review	$m	support		" 'email-reply --send tells that it waits'
is "$(fate "$d") $(show "$m" state)" 'for-review review review' 'both are in review'
is "$(show "$d" agent)$(show "$m" agent)" '' 'with nobody'
is "$(as alice agent-state --media email --fields load,room)" '0	3' 'and the author has room'
is "$(sent "$d")" '' 'nothing has left'
is "$(events "$d" review)" "review.submitted alice $m review t1" 'the log'
is "$(events "$m" review)" "review.submitted alice $d review " 'and that of what it answers'
is "$(as alice email-review list --fields state,author,stage,cycle,subject)" 'for-review	alice	1	1	Re: About m1' 'its author sees it'
like "$(as alice ixn-show "$d" --fields can)" "email-review withdraw $d" 'what its author can do'
unlike "$(as alice ixn-show "$d" --fields can)" 'approve|reject|edit' 'and cannot'
status 79 as alice email-edit "$d" --text Other
status 79 as alice email-send "$d"
status 79 as alice email-discard "$d"
status 79 as alice ixn-done "$m"
status 77 as alice email-review approve "$d" --json
is "$(code)" own_mail 'nobody approves a mail of one'"'"'s own'
status 77 as alice email-review reject "$d" --remark no --json
is "$(code)" own_mail 'nor rejects it'
as lea agent-login lea --media voice >/dev/null
ready dan
unseen 77 as dan email-review approve "$d" --json
$served || is "$(code)" not_reviewer 'who is no reviewer'
unseen 77 as dan email-review show "$d"
is "$(as dan email-review list)" '' 'sees nothing of it'

# From the list: a reviewer who is logged in for no mails at all.
as bob agent-login bob --media voice >/dev/null
is "$(as bob email-review list --ids)" "$d" 'a reviewer sees it'
is "$(as bob email-review list --mine --ids)" "$d" 'as one to review'
like "$(as bob ixn-show "$d" --fields can)" "email-review approve $d.*email-review reject $d.*email-review edit $d" 'what a reviewer can do'
is "$(as alice email-review list --mine --ids)" '' 'which it is not for its author'
ok as bob email-review show "$d"
like "$out" '^== What it answers ann@example.net About m1 ==$' 'it stands beside what it answers'
like "$out" '^Where is it\?$' 'with its text'
like "$out" '^It is on its way\.$' 'and the answer'
like "$out" '^To +Ann Doe <ann@example.net>$' 'and to whom'
like "$out" '^Reviewers +bob,cat,lea$' 'and who reviews it'
unlike "$out" 'What has changed' 'nothing has changed yet'
ok as bob email-review approve "$d" --remark 'Well said'
is "$out" "$d	queued	1	1	" 'approved: it goes out'
is "$(fate "$d") $(show "$m" state)" 'queued done done' 'both are done'
is "$(sent "$d")" 'Re: About m1' 'one mail'
is "$(events "$d" 'review|mail|ixn.done')" "review.submitted alice $m review t1
review.approved bob alice review 
ixn.done alice $m done completed
mail.queued alice $(outbox "$d" .id) queued " 'the log'
is "$(steps "$d")" 'submitted alice 1/1, approved bob 1/1' 'what was done'
is "$(reviewed "$d" '.steps[1].remark')" 'Well said' 'with the remark'
status 79 as bob email-review approve "$d" --json
is "$(code)" state 'once'
is "$(as bob email-review list --ids)" '' 'nothing waits any more'

# By offer: the reviewer is asked who is free for mails; accepting takes it in hand.
ready cat
ok answered alice m2 'Soon.'
is "$(as cat ixn-list --offers --fields id,state)" "$d	review" 'who is ready for mails is asked'
is "$(ixn-show "$d" --part offers --fields state,agent,purpose)" 'pending	cat	review' 'to review'
is "$(as cat agent-state --media email --fields load,room)" '1	1' 'which takes room'
ok as cat ixn-accept "$d"
is "$(reviewed "$d" .holder) $(show "$d" state)" 'cat review' 'it is in hand'
is "$(as cat ixn-list --ids)" "$d" 'and among what one has'
is "$(ixn-show "$d" --part participants --fields role,agent | grep review)" 'review	cat' 'as a reviewer'
status 79 as bob email-review approve "$d" --json
is "$(code) $(printf '%s\n' "$err" | jq -r .error.message)" "taken $d was taken by cat" 'another reviewer is told who has it'
status 79 as bob email-review reject "$d" --remark no
status 79 as bob email-review edit "$d" --text no
status 79 as cat agent-logout
status 79 as cat chat-send "$d" --text no
status 79 as cat chat-send "$d" --visible agents --text no
ok as cat ixn-reject "$d"
is "$(reviewed "$d" .holder) $(fate "$d")" 'null for-review review' 'given back: no rejection'
is "$(events "$d" review.left)" 'review.left cat  review ' 'the log'
is "$(as cat agent-state --media email --fields load,room)" '0	2' 'and the room is there again'
is "$(as cat ixn-list --offers --ids)" '' 'it is not asked of the same one again at once'
later 61
is "$(as cat agent-state ready >/dev/null; as cat ixn-list --offers --ids)" "$d" 'but later'
ok as cat ixn-reject "$d" --reason busy
is "$(fate "$d")" 'for-review review' 'an offer that is declined is no rejection'
later 61
as cat agent-state ready >/dev/null
later 31
as alice agent-state ready >/dev/null
is "$(ixn-show "$d" --part offers --fields state | tail -n 1) $(fate "$d")" 'expired for-review review' 'nor one that is not answered'
later 61
as cat agent-state ready >/dev/null
ok as cat ixn-accept
ok as cat email-review approve "$d"
is "$(fate "$d") $(sent "$d")" 'queued done Re: About m2' 'approved by who had it in hand'
is "$(as cat agent-state --media email --fields load,room)" '0	2' 'whose room is there again'

# One who was busy is asked when there is room again.
as cat agent-state not-ready >/dev/null
ok answered alice m3 'Third.'
is "$(ixn-show "$d" --part offers --ids)" '' 'nobody is free'
as cat agent-state ready >/dev/null
is "$(as cat ixn-list --offers --ids)" "$d" 'who becomes free is asked'
ok as bob email-review approve "$d"
is "$(as cat ixn-list --offers --ids)" '' 'another one was quicker: the offer is taken back'
status 79 as cat ixn-accept "$d"

# A reviewer whose session ends has nothing in hand any more.
ok answered alice m4 'Fourth.'
ok as cat ixn-accept "$d"
ok as cat agent-logout --requeue
is "$(reviewed "$d" .holder) $(events "$d" review.left)" 'null review.left cat  review agent.logout' 'given back'
ok as lea email-review approve "$d" --digest "$(reviewed "$d" .digest)"
is "$(steps "$d")" 'submitted alice 1/1, approved lea 1/1' 'a lead who is named as a reviewer'

# Whose mails nobody wants to see.
letter m5 'Ann <ann@example.net>' 'About m5' 'Where?' && arrive m5 other && as dan ixn-accept "$id" >/dev/null
d=$(as dan email-reply "$id" --text 'At once.' --send --ids)
is "$(fate "$d") $(sent "$d")" 'queued done Re: About m5' 'goes at once'
unseen 77 as bob email-review show "$d"
is "$(eye email-review show "$d" --json 2>&1 | jq -r .error.code)" state 'and was never reviewed'
status 66 as bob email-review show 01ARZ3NDEKTSV4RRFFQ69G5FAV
status 64 email-review
status 64 email-review aprove "$d"
like "$err" 'email-review approve' 'a slip'
ok email-review --help
like "$out" '^  withdraw \[ID' 'the verbs are told'
ok email-review list --help

# Leads: one whose author is a lead; and who leads the author sees it.
as lea agent-login lea --ready --media email >/dev/null
as alice agent-state not-ready >/dev/null
letter m6 'Ann <ann@example.net>' 'Six' 'Where?' && arrive m6 && later
ok as lea ixn-take "$id"
d=$(as lea email-reply "$id" --text 'By a lead.' --send --ids)
is "$(fate "$d")" 'for-review review' 'a lead is reviewed, too'
status 77 as lea email-review approve "$d" --json
is "$(code)" own_mail 'and approves no mail of an own'
is "$(reviewed "$d" '.reviewers | join(",")')" 'bob,cat' 'being none of its reviewers'
ok as bob email-review approve "$d"
done_testing
