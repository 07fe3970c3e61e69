#!/bin/sh
# covers: email-review, email-edit, email-send
# Row 42: a reviewer rejects with a remark: the author gets the answer back, and what it answers, writes it anew and gives it to review once more.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/review.sh"
site <<'J'
{"agents":[{"name":"alice","teams":["t1"],"queues":["support"],"capacity":{"email":3}},{"name":"pat","teams":["t2"],"queues":["other"],"capacity":{"email":1}},
 {"name":"bob","teams":["qa"],"queues":["none"]},{"name":"lea","role":"lead","teams":["t1"],"queues":["none"]}],
"teams":[{"name":"t1","leads":["lea"]},{"name":"t2","leads":["lea"]},{"name":"qa"}],"queues":[{"name":"support"},{"name":"other"},{"name":"none"}],
"workbins":[{"name":"later"},{"name":"drafts"},{"name":"mine"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"},{"name":"other","address":"other@example.org","queue":"other"}],
"review":[{"name":"t1","teams":["t1"],"stages":[{"reviewers":["team:qa"]}]},{"name":"t2","teams":["t2"],"rejected_to":"preview","stages":[{"reviewers":["team:qa"]}]}]}
J
ready alice bob

ok answered alice m1 'You will get it tomorrow.
Yours'
status 64 as bob email-review reject "$d"
status 64 as bob email-review reject "$d" --remark ' '
status 79 as bob email-review reject "$d" --remark no --digest 0000 --json
is "$(code)" mail_edited 'what is not what was looked at'
is "$(fate "$d")" 'for-review review' 'changes nothing'
ok as bob email-review reject "$d" --remark 'No promises about dates.'
is "$out" "$d	rejected	0	1	" 'rejected'
is "$(fate "$d") $(show "$d" workbin,keeper)" 'rejected parked drafts	alice' "it lies in the author's workbin"
is "$(show "$m" state,workbin,keeper)" 'parked	drafts	alice' 'and so does what it answers'
is "$(eye ixn-show "$d" --part notes --fields agent,text)" 'bob	No promises about dates.' 'with the remark as a note'
is "$(draft "$d" .remark)" 'No promises about dates.' 'and beside the draft'
is "$(as alice alert-list --fields ixn,level)" "$d	info" 'and its author is told'
is "$(sent "$d")" '' 'nothing has left'
is "$(events "$d" 'review.rejected|ixn.returned')" "review.rejected bob alice review 
ixn.returned alice workbin:drafts parked rejected" 'the log'
is "$(events "$m" ixn.returned)" 'ixn.returned alice workbin:drafts parked rejected' 'of both'
is "$(as alice email-review list --state rejected --fields id,state,author,cycle)" "$d	rejected	alice	1" 'the list of what was rejected'
is "$(as bob email-review list --ids)" '' 'it waits no longer'
status 79 as bob email-review approve "$d"
status 64 as bob email-review list --state sent

# Written anew: the second cycle.
status 77 as bob ixn-take "$d"
ok as alice ixn-take "$d"
ok as alice email-edit "$d" --text 'You will get it as soon as we can.
Yours'
is "$(draft "$d" .state)" rejected 'it is what was rejected as long as it is written at'
ok as alice email-send "$d"
is "$(fate "$d") $(show "$m" state)" 'for-review review review' 'given to review again, and with it what it answers'
is "$(reviewed "$d" '"\(.cycle) \(.stage)"')" '2 1' 'cycle 2, its first stage'
is "$(reviewed "$d" .difference)" '@@ -1,2 +1,2 @@
-You will get it tomorrow.
+You will get it as soon as we can.
 Yours' 'what has changed since the last cycle'
ok as bob email-review show "$d"
like "$out" '^    No promises about dates\.$' 'with the remark of that'
like "$out" '^\+You will get it as soon as we can\.$' 'and the difference'
ok as bob email-review approve "$d"
is "$(fate "$d") $(show "$m" state)" 'queued done done' 'sent'
is "$(steps "$d")" 'submitted alice 1/1, rejected bob 1/1, submitted alice 2/1, approved bob 2/1' 'what was done'
like "$(outbox "$d" .text 2>/dev/null; eye ixn-show "$d" --part messages --fields text)" 'as soon as we can' 'what was approved'

# What was taken from a workbin goes back there.
ok answered alice m2 'Third.'
ok as bob email-review reject "$d" --remark 'say more'
ok as alice ixn-take "$d"
ok as alice email-save "$d" --in workbin:mine
ok as alice ixn-take "$d"
ok as alice ixn-take "$m"
ok as alice email-send "$d"
ok as bob email-review reject "$d" --remark 'still more'
is "$(show "$d" workbin) $(show "$m" workbin) $(reviewed "$d" .cycle)" 'mine drafts 2' 'each where it was'
# Nobody is to fear that it goes out unseen because the rule has changed its mind: who looked at it once looks again.
ok as alice ixn-take "$d"
ok as alice email-discard "$d"
is "$(fate "$d") $(show "$m" state)" 'dropped done parked' 'given up: what it answers is still to be answered'
is "$(as alice email-review list --state rejected --ids)" '' 'and nothing is rejected any more'

# By preview: offered to the author alone.
ready pat
letter m3 'Ann <ann@example.net>' 'Three' 'Where?' && arrive m3 other && m=$id && as pat ixn-accept "$m" >/dev/null
d=$(as pat email-reply "$m" --text 'Here.' --send --ids)
ok as bob email-review reject "$d" --remark 'and where is that?'
is "$(fate "$d") $(ixn-show "$d" --part offers --fields state,agent,purpose | tail -n 1)" 'rejected offered pending	pat	transfer' 'offered to its author'
is "$(show "$m" state,keeper)" 'parked	pat' 'what it answers lies ready'
later 31
as bob agent-state >/dev/null
as alice agent-state ready >/dev/null
is "$(fate "$d")" 'rejected queued' 'not answered in time: it waits, for nobody else'
later 61
is "$(as pat agent-state ready --fields state >/dev/null; fate "$d")" 'rejected offered' 'and is offered to its author again'
ok as pat ixn-accept "$d"
ok as pat email-edit "$d" --text 'In the hall.'
ok as pat email-send "$d"
ok as bob email-review approve "$d"
is "$(steps "$d")" 'submitted pat 1/1, rejected bob 1/1, submitted pat 2/1, approved bob 2/1' 'the same way'
is "$(fate "$d")" 'queued done' 'and sent'

# Withdrawn by the author, who goes on writing; and by who leads.
ok answered alice m4 'Fourth.'
status 77 as bob email-review withdraw "$d"
ok as alice email-review withdraw "$d" --remark 'a file is missing'
is "$out" "$d	draft	0	1	" 'a draft again'
is "$(fate "$d") $(show "$d" agent) $(show "$m" state,agent)" 'draft active alice active	alice' 'open to its author, with what it answers'
is "$(as alice agent-state --media email --fields load)" 1 'which counts'
is "$(events "$d" 'review.withdrawn|ixn.returned')" "review.withdrawn alice alice review 
ixn.returned alice  active withdrawn" 'the log'
status 79 as alice email-review withdraw "$d"
ok as alice email-send "$d"
is "$(reviewed "$d" .cycle) $(reviewed "$d" .difference)" '2 ' 'the second cycle, and nothing has changed'
as lea agent-login lea --media voice >/dev/null
ok as lea email-review withdraw "$d"
is "$(fate "$d") $(show "$m" state,keeper)" 'draft parked parked	alice' "by a lead: in the author's workbin"
ok as alice ixn-take "$d"
ok as alice email-send "$d"
is "$(show "$m" state)" review 'from the workbin, too'
ok as bob email-review approve "$d"
is "$(fate "$d") $(show "$m" state)" 'queued done done' 'sent'

# A first answer: what is answered stays with its agent all the while.
come alice m5 'Ann <ann@example.net>' Five 'Where?' && m=$id
d=$(as alice email-reply "$m" --text 'We are looking.' --send --interim --ids)
is "$(fate "$d") $(show "$m" state,agent)" 'for-review review active	alice' 'in review, what it answers is not'
ok as bob email-review reject "$d" --remark no
is "$(fate "$d") $(show "$m" state,agent)" 'rejected parked active	alice' 'rejected'
ok as alice ixn-take "$d"
ok as alice email-send "$d" --interim
ok as bob email-review approve "$d"
is "$(fate "$d") $(show "$m" state,agent)" 'queued done active	alice' 'sent'
# A new mail answers nothing.
d=$(as alice email-compose --from support --to ann@example.net --subject New --text 'Hello.' --send --ids)
is "$(fate "$d")" 'for-review review' 'a mail that answers nothing'
ok as bob email-review reject "$d" --remark no
is "$(fate "$d")" 'rejected parked' 'comes back'
done_testing
