#!/bin/sh
# covers: email-review, email-send
# Reviews where more than one has had a hand in it: a draft that another agent takes over, two answers to one mail, a draft that was put aside.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
. "$top/tests/t/review.sh"
site <<'J'
{"agents":[{"name":"alice","teams":["t1"],"queues":["support"],"capacity":{"email":1}},{"name":"pat","queues":["none"],"capacity":{"email":2}},
 {"name":"amy","teams":["t1"],"queues":["none"],"capacity":{"email":2}},{"name":"lea","role":"lead","queues":["none"],"capacity":{"voice":1}},{"name":"zoe","queues":["none"],"capacity":{"email":1}},{"name":"bob","teams":["qa"],"queues":["none"],"capacity":{"email":1}}],
"teams":[{"name":"t1"},{"name":"qa"}],"queues":[{"name":"support"},{"name":"none"}],
"workbins":[{"name":"drafts"},{"name":"shelf","kind":"shared"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}],
"review":[{"name":"t1","teams":["t1"],"stages":[{"reviewers":["team:qa"]}]},
 {"name":"zoe","agents":["zoe"],"rejected_to":"preview","stages":[{"reviewers":["team:qa"]}]}]}
J
ready alice pat amy
later && agent-login bob --media voice >/dev/null

# What was rejected is no other mail in other hands.
ok answered alice m1 'You will get it tomorrow.'
ok as bob email-review reject "$d" --remark 'no'
ok as alice email-save "$d" --in workbin:shelf
ok as pat ixn-take "$d"
ok as pat email-send "$d"
is "$(fate "$d") $(sent "$d")" 'for-review review ' 'whom no rule names sends it: it is reviewed all the same'
ok eye email-review run
is "$(fate "$d")" 'for-review review' 'and the batch does not let it go'
ok as pat email-review withdraw "$d"
ok as pat email-discard "$d"
ok as alice ixn-take "$m"
ok as alice ixn-place "$m" --in workbin:shelf

# A draft that lies is sent from there: what it answers is in nobody's hands any more.
ok come alice m2 'Ann Doe <ann@example.net>' 'Two' 'Where is it?'
m=$id
ok as alice email-reply "$m" --text 'Soon.' --ids
d=$out
ok as alice email-save "$d"
ok as alice email-send "$d"
is "$(fate "$d") $(show "$m" state)" 'for-review review review' 'both wait'
ok ixn-doctor
is "$out" '' 'and the author has room again'

# Two answers to one mail: it waits for both.
ok as alice email-review withdraw "$d"
ok as alice ixn-place "$m" --in workbin:shelf
ok as amy ixn-take "$m"
ok as amy email-reply "$m" --text 'Later.' --send --ids
e=$out
ok as alice email-send "$d"
is "$(fate "$d") $(fate "$e") $(show "$m" state)" 'for-review review for-review review review' 'two are in review'
ok as bob email-review reject "$d" --remark 'no'
is "$(show "$m" state)" review 'one is rejected: it waits for the other'
ok as bob email-review reject "$e" --remark 'no'
is "$(show "$m" state,keeper)" 'parked	amy' 'that one, too: it is back with who wrote that'
ok ixn-doctor
is "$out" '' 'nothing is amiss'

# Who changes what he has in hand is not asked for it once more.
ok as amy ixn-take "$e"
ok as amy email-send "$e"
ready bob
ok as bob ixn-accept "$e"
ok as bob email-review edit "$e" --text 'Later, surely.'
is "$(events "$e" 'offer[.].*|review[.]edited' | tail -n 3 | cut -d ' ' -f 1 | paste -sd ' ')" 'review.edited offer.created offer.withdrawn' 'an offer of it is taken back'
ok ixn-doctor
is "$out" '' 'nor more than there is room for'

# Who follows an agent at a draft does so until it leaves his hands.
ready lea
for end in 'email-send' 'email-discard'; do
	ok as pat email-compose --to ann@example.net --subject Hello --text 'As it was.' --ids
	d=$out
	ok as lea team-monitor "$d" --mode listen
	# shellcheck disable=SC2086 # a command and its words
	ok as pat $end "$d"
	ok ixn-doctor
	is "$out" '' "$end: nobody follows what is over"
done

# What comes back by an offer takes room while it is offered, and none in hand.
ready zoe
ok as zoe email-compose --to ann@example.net --subject Hello --text 'As it was.' --send --ids
d=$out
ok as bob email-review reject "$d" --remark 'no'
is "$(as zoe agent-state --media email --fields load)" 1 'offered'
ok as zoe ixn-accept "$d"
is "$(as zoe agent-state --media email --fields load)" 0 'in hand'
ok ixn-doctor
is "$out" '' 'as it is counted'
done_testing
