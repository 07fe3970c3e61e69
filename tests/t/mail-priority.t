#!/bin/sh
# How urgent a mail is for its sender: counts where a rule of the mailbox asks for it, and nowhere else.
# covers: email-fetch
# place: embedded postgresql - mail is fetched on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
site <<'J'
{"agents":[{"name":"alice","capacity":{"email":9}}],"queues":[{"name":"support","push":false,"pull":true,"priority":2}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support",
  "rules":[{"name":"urgent","header":"sender-priority","matches":"^[12]$","priority":5,"data":{"urgent":"$1"}},
           {"name":"low","header":"Sender-Priority","matches":"([45])","priority":-5,"data":{"said":"$1"}},
           {"name":"header","header":"Priority","matches":"normal","data":{"header":"normal"}}]},
 {"name":"plain","address":"plain@example.org","queue":"support"}]}
J
# says HEADER: the rule that matches such a mail, its points, and where no rule is asked.
n=0
says() {
	n=$((n + 1))
	letter "m$n" 'Zoe <zoe@example.net>' "Mail $n" Hello "$@"
	email-fetch support --test-rules "m$n" --fields rule,priority >"$tmp/tested" 2>"$tmp/err" || cat "$tmp/err"
	printf '%s|' "$(cut -f 1 "$tmp/tested" | grep .)" "$(tail -n 1 "$tmp/tested" | cut -f 2)"
	email-fetch plain --test-rules "m$n" --fields rule,priority | tr '\t\n' ',;'
}
is "$(says 'X-Priority: 1 (Highest)')" 'urgent|5|,;' 'X-Priority 1'
is "$(says 'X-Priority: 2')" 'urgent|5|,;' 'X-Priority 2'
is "$(says 'X-Priority: 3 (Normal)')" '||,;' 'X-Priority 3 says nothing'
is "$(says 'X-Priority: 5')" 'low|-5|,;' 'X-Priority 5'
is "$(says 'Importance: high')" 'urgent|5|,;' 'Importance high'
is "$(says 'Importance: Normal')" '||,;' 'Importance normal'
is "$(says 'importance: Low')" 'low|-5|,;' 'Importance low'
is "$(says 'Priority: urgent')" 'urgent|5|,;' 'Priority urgent (RFC 2156)'
is "$(says 'Priority: non-urgent')" 'low|-5|,;' 'Priority non-urgent'
is "$(says 'Priority: normal')" 'header||,;' 'Priority is still a header by itself'
is "$(says 'X-MSMail-Priority: High')" 'urgent|5|,;' 'X-MSMail-Priority'
is "$(says 'X-Other: 1')" '||,;' 'no such header, no match'
is "$(says 'X-Priority: 7 - now!')" '||,;' 'what is none is none'

# Taken in.
letter high 'Zoe <zoe@example.net>' High Hello 'X-Priority: 1'
ok arrive high
is "$(show "$id" priority)" 5 'its points are those of the rule'
letter again 'Zoe <zoe@example.net>' Again Hello 'X-Priority: 5'
ok arrive again
is "$(show "$id" priority) $(ixn-data "$id" 2>&1 | grep said | cut -f 1,2)" "-5 said	5" 'low, and what it said'
letter plain 'Zoe <zoe@example.net>' Plain Hello 'X-Priority: 1' 'To: plain@example.org'
ok arrive plain plain
is "$(show "$id" priority)" 2 'without a rule it is as any other'
done_testing
