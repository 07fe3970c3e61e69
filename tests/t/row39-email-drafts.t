#!/bin/sh
# covers: email-save, email-edit, email-discard, email-send, ixn-take, agent-logout, outbox-retry
# Rows 39, 44: a draft is saved, opened again at another desk, by one at a time; moved by a lead; discarded; and comes back where it could not be sent.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
export IXN_EPOCH=1
mail
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","teams":["t1"],"queues":["support"],"capacity":{"email":1}},{"name":"bob","alias":"Bob","teams":["t1"],"queues":["none"],"capacity":{"email":1}},
 {"name":"carol","teams":["t2"],"queues":["none"],"capacity":{"email":1}},{"name":"lea","role":"lead","queues":["none"],"capacity":{"email":1}},{"name":"gate","role":"service"}],
"teams":[{"name":"t1","leads":["lea"]},{"name":"t2"}],"queues":[{"name":"support"},{"name":"none"}],
"workbins":[{"name":"read","read_only":true},{"name":"mine"},{"name":"desk","kind":"team","team":"t1"},{"name":"drafts"}],
"mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}]}
J
ready alice
for a in bob carol lea; do later && agent-login $a --media email >/dev/null; done
elsewhere() { env XDG_STATE_HOME="$tmp/elsewhere" "$@"; }
# bins AGENT BIN: what lies there.
bins() { ixn-list --workbin "$2" --agent "$1" --ids; }

# Saved and opened again.
ok come alice m1 'Ann <ann@example.net>' 'One' 'Hello'
m=$id
ok as alice email-reply "$m" --text 'half'
d=$(first)
ok as alice email-save "$d" --note 'ask Bob first'
is "$out" "$d	draft	$m	support		drafts" 'in the workbin for drafts'
is "$(show "$d" state,workbin,keeper,agent)" 'parked	drafts	alice	' 'in the drawer of who wrote it; nobody has it'
is "$(events "$d" parked)" 'ixn.parked alice workbin:drafts parked alice' 'the log has it'
is "$(bins alice drafts)$(bins bob drafts)" "$d" 'listed there, for its author'
status 79 as alice email-edit "$d" --text more --json
is "$(code)" state 'one that lies there is not changed'
ok as alice ixn-place "$m" --in workbin:mine
as alice agent-logout >/dev/null
later && elsewhere agent-login alice --ready >/dev/null
later
ok elsewhere ixn-take "$d" --agent alice
is "$(draft "$d" '.text, .agent')" 'half
alice' 'opened at another desk, as it was'
is "$(ixn-show "$d" --part notes --fields text)" 'ask Bob first' 'with the note'
status 79 elsewhere ixn-take "$d" --agent alice
later && agent-login alice --ready >/dev/null
status 79 as lea ixn-take "$d" --json
is "$(code) $(printf '%s\n' "$err" | jq -r .error.message)" "taken $d was taken by alice" 'the second one is told who has it'
ok as alice email-edit "$d" --text 'whole'
ok as alice ixn-take "$m"
ok as alice email-save "$d" --in workbin:mine
is "$(show "$d" workbin)" mine 'where it is told to'
ok as alice ixn-take "$d"
is "$(as alice agent-state --media email --fields load,room)" '1	0' 'opened beside what it answers: it takes no room'
ok as alice email-save "$d"
is "$(show "$d" workbin)" mine 'back where it was'
status 64 as alice email-save "$d" --in queue:support
status 66 as alice email-save "$d" --in workbin:nowhere
status 77 as alice email-save "$d" --in workbin:read
status 79 as alice ixn-place "$d" --in queue:support
status 79 as alice ixn-transfer "$d" --to agent:bob

# A team's workbin; a lead moves; two who open it.
ok as alice email-save "$d" --in workbin:desk
unseen 77 as carol ixn-take "$d"
later
IXN_AGENT=bob ixn-take "$d" >"$tmp/b" 2>&1 &
one=$!
IXN_AGENT=lea ixn-take "$d" >"$tmp/l" 2>&1 &
rcs=0
wait $one || rcs=$((rcs + $?))
wait $! || rcs=$((rcs + $?))
# Over a network it is not even there any more for who comes second and leads nobody.
case $served,$rcs in
true,66) is "$(cat "$tmp/b" "$tmp/l" | grep -c 'no interaction')" 1 'two open it at once: one does, for the other it is gone' ;;
*)
	is "$rcs" 79 'two open it at once: one does, the other is told'
	is "$(cat "$tmp/b" "$tmp/l" | grep -c 'was taken by')" 1 'by whom'
	;;
esac
who=$(show "$d" agent)
ok as "$who" email-save "$d" --in workbin:desk
ok as lea ixn-take "$d"
ok as lea email-save "$d" --in workbin:mine --of bob
is "$(show "$d" workbin,keeper)" 'mine	bob' 'a lead moves it into the drawer of another'
ok as bob ixn-take "$d"
ok as bob email-send "$d"
is "$(draft "$d" .author) $(outbox "$d" .agent) $(show "$m" state)" 'bob bob active' 'who sends it is its author; what it answers is not his'
ok as alice ixn-done "$m"

# Out of the workbin it is sent, too.
ok come alice m2 'Ann <ann@example.net>' 'Two' 'Hello'
ok as alice email-reply "$id" --text x
d=$(first)
ok as alice email-save "$d"
unseen 77 as bob email-send "$d"
ok as alice email-send "$d"
is "$(show "$d" state) $(show "$id" state)" 'done done' 'from where it lies'

# A lead takes it while its author sends it: one or the other.
ok come alice m3 'Ann <ann@example.net>' 'Three' 'Hello'
ok as alice email-reply "$id" --text x
d=$(first)
later
IXN_AGENT=alice email-send "$d" >"$tmp/a" 2>&1 &
one=$!
IXN_AGENT=lea ixn-take "$d" --from alice >"$tmp/l" 2>&1 &
rcs=0
wait $one || rcs=$((rcs + $?))
wait $! || rcs=$((rcs + $?))
case "$(show "$d" state),$(show "$d" agent),$(outbox "$d" .id | grep -c .),$rcs" in
done,alice,1,79) got=sent ;;
active,lea,0,77 | active,lea,0,79) got=taken ;;
*) got="$(show "$d" state,agent) $rcs" ;;
esac
like "$got" '^(sent|taken)$' 'sent, or taken: never both'
[ "$got" = sent ] || as lea email-discard "$d" >/dev/null

# Logging out: what one writes is kept.
later
[ "$(show "$id" state)" = 'done' ] || as alice ixn-done "$id" >/dev/null
ok as alice email-compose --to zoe@example.net --subject Z --text unfinished
d=$(first)
status 79 as alice agent-logout
like "$err" "$d" 'refused while it is open'
ok as alice agent-logout --requeue
is "$(show "$d" state,workbin,keeper)" 'parked	drafts	alice' '--requeue: into the workbin'
ready alice
ok as alice ixn-take "$d"

# Old ones are discarded.
ok as alice email-save "$d"
later 3600
ok as alice email-discard "$d"
is "$(show "$d" state) $(draft "$d" '.state, .text' | tr '\n' ' ')" 'done dropped unfinished ' 'gone from the workbin, not from the history'
status 79 as alice ixn-take "$d"

# What could not be sent comes back, to who wrote it; who has it gets it no second time.
mkdir mails
background "$top/tests/peers/smtp-peer" --port-file port --dir mails --reply 'RCPT:no@example.net=550 5.1.1 nobody here'
wait_for test -s port
printf '%s\n' '[mail]' 'from = desk@example.org' '[smtp]' 'host = 127.0.0.1' "port = $(cat port)" 'tls = none' >"$XDG_CONFIG_HOME/ixn/config"
ok as alice email-compose --to zoe@example.net --to no@example.net --subject Half --text Hello
d=$(first)
ok as alice email-send "$d"
later
outbox-send >/dev/null 2>&1
is "$(draft "$d" '.state, .ixn_state, .workbin, .to[]')" 'failed
parked
drafts
no@example.net' 'failed: its draft lies in the workbin, for who did not get it'
like "$(alert-list --agent alice --fields ixn,level)" "$d	warning" 'its author is told'
like "$(events "$d" returned)" '^draft.returned alice workbin:drafts parked failed' 'the log has it'
mail=$(outbox "$d" .id)
ok as alice outbox-retry "$mail"
is "$(draft "$d" '.state, .ixn_state')" 'queued
done' 'sent again as it was'
later
outbox-send >/dev/null 2>&1
is "$(draft "$d" '.state, .ixn_state')" 'failed
parked' 'in vain'
ok as alice ixn-take "$d"
ok as alice email-edit "$d" --add-to yes@example.net --remove-to no@example.net
is "$(draft "$d" .state)" draft 'it is written at again'
status 79 as alice outbox-retry "$mail" --json
is "$(code)" mail_edited 'what was is not sent any more'
background sh -c "until outbox-list --ixn $d --state queued --ids --store $XDG_DATA_HOME/ixn/store.db | grep -q .; do sleep 0.1; done; outbox-send"
ok as alice email-send "$d" --wait 20s
is "$(printf '%s\n' "$out" | cut -f 2)" sent 'sent: --wait sees it'
is "$(cat mails/*.env | grep -c '^rcpt zoe@example.net') $(cat mails/*.env | grep -c '^rcpt yes@example.net')" '1 1' 'to each once'
ok as alice email-compose --to no@example.net --subject Half --text Hello
status 75 as alice email-send "$(first)" --wait 1ms
done_testing
