#!/bin/sh
# Why an interaction waits, and who is offered what: sites at random, against rules
# written down once more. SITES, STEPS and SEED for others.
# covers: ixn-show, ixn-create, ixn-accept, ixn-reject, ixn-done, ixn-transfer, agent-login, agent-logout, agent-state
# place: embedded postgresql - looks at what is due before anybody settles it; a server does so at once
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'
ok "$top/tests/peers/why-oracle" --sites "${SITES:-40}" --seed "${SEED:-1}" --steps "${STEPS:-25}" --jobs "${JOBS:-2}"
seen=$(printf '%s\n' "$out" | sed -n 's/^seen: //p')
_note seen: "$seen"
# A site in which nothing happens proves nothing.
for word in chosen=0 logged_out not_on_medium not_ready not_member unskilled excluded reserved full:no_rule full:medium full:count full:shares full:condition closed not_pushed \
	less_idle more_loaded worse_fit later_in_order offered arrived overflowed widened kept released accepted rejected expired transferred \
	widens overflows releases opens closes ready again overtakes; do
	case $word in
	*=0) unlike "$seen" "(^| )${word%=0}=" "never: ${word%=0}" ;;
	*) like "$seen" "(^| )$word=" "seen: $word" ;;
	esac
done
done_testing
