#!/bin/sh
# Rules of queues that are wrong, contradict each other or go in circles are refused when
# the site is loaded: with the section, the queue and what, and nothing has changed.
# covers: ixn-setup
# place: embedded postgresql - ixn-setup is the owner's, on the machine of the store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

at 0
site '{"queues":[{"name":"a"},{"name":"b","overflow_to":"a","overflow_after":"1m"},{"name":"c"}],
	"hours":[{"name":"office","zone":"Europe/Paris","mon":"09:00-18:00"}]}'
ixn-setup --dump >"$tmp/before"
# bad SECTION ITEM PLACE WHAT: the item is refused; a good one beside it does not come in, either.
bad() {
	printf '{"queues":[{"name":"good"}],"%s":[%s]}\n' "$1" "$2" >"$tmp/bad.json"
	[ "$1" != queues ] || printf '{"queues":[{"name":"good"},%s]}\n' "$2" >"$tmp/bad.json"
	status 65 ixn-setup --load "$tmp/bad.json"
	is "$(printf '%s\n' "$err" | head -n 1)" "ixn-setup: $1: $3: $4" "$4"
}
queue() { bad queues "{\"name\":\"a\",$1}" "a$2" "$3"; }

# Names of what is not there.
queue '"overflow_to":"x","overflow_after":"1m"' .overflow_to "no queue 'x'"
queue '"hours":"office","closed":"overflow","closed_to":"x"' .closed_to "no queue 'x'"
queue '"fallback":"x"' .fallback "no queue 'x'"
queue '"fallback":"a"' .fallback 'is the queue itself'
queue '"hours":"x"' .hours "no hours 'x'"

# Numbers and durations.
queue '"overflow_to":"c","overflow_after":"0s"' .overflow_after 'must be between 1s and 30 days'
queue '"overflow_to":"c","overflow_after":"31d"' .overflow_after 'must be between 1s and 30 days'
queue '"overflow_to":"c","overflow_length":0' .overflow_length 'must be between 1 and 1000000'
queue '"offer_timeout":"999ms"' .offer_timeout 'must be between 1s and 24h'
queue '"exclusion":"8d"' .exclusion 'must be between 0s and 7 days'
queue '"last_agent":"member","last_agent_wait":"0s"' .last_agent_wait 'must be between 1s and 30 days'
queue '"wrap_up":"25h"' .wrap_up 'must be between 0s and 24h'
queue '"waiting_late":"31d"' .waiting_late 'must be between 0s and 30 days'
queue '"inactivity_warning":"0s"' .inactivity_warning 'must be between 1s and 30 days'
queue '"ageing":0' .ageing 'must be above 0 and at most 1000'
queue '"selection":"random"' .selection 'is not longest-idle, least-loaded, best-fit or order'

# What contradicts itself.
queue '"overflow_after":"1m"' .overflow_after 'overflow where to? there is no overflow_to'
queue '"overflow_length":3' .overflow_length 'overflow where to? there is no overflow_to'
queue '"overflow_nobody":true' .overflow_nobody 'overflow where to? there is no overflow_to'
queue '"overflow_to":"c"' .overflow_to 'overflow when? give overflow_after, overflow_length or overflow_nobody'
queue '"hours":"office","closed":"overflow"' .closed 'overflow where to? there is no closed_to'
queue '"hours":"office","closed":"message","closed_to":"c"' .closed_to 'closed is not overflow'
queue '"hours":"office","closed_to":"c"' .closed_to 'closed is not overflow'
queue '"closed":"callback"' .closed 'it is never closed: there are no hours'
queue '"last_agent_wait":"1m"' .last_agent_wait 'last_agent is off: it waits for nobody'
queue '"last_agent":"always","push":false,"pull":true' .last_agent 'a queue that does not push offers nothing to anybody'
queue '"inactivity_warning2":"1m"' .inactivity_warning2 'a second warning without a first one: there is no inactivity_warning'
queue '"waiting_late":"30s","waiting_overdue":"29s"' .waiting_overdue 'comes before waiting_late (20s and 60s where nothing is said)'
queue '"waiting_late":"2m"' .waiting_overdue 'comes before waiting_late (20s and 60s where nothing is said)'
queue '"push":false' .push 'neither push nor pull: nobody could ever take anything'

# Skills, and widening.
queue '"skills":"french>="' .skills "'french>=': a level is missing at character 9"
queue '"skills":"french>=3 & french<2"' .skills 'nobody could ever fulfil these skills'
queue '"widen":[{"after":"1m","skills":"x &"}]' '.widen[0]' "'x &': a skill is missing at character 4"
queue '"skills":"y","widen":[{"after":"1m","skills":"x"},{"after":"2m","skills":"x>2 & x<2"}]' '.widen[1]' 'nobody could ever fulfil these skills'
queue '"skills":"y","widen":[{"after":"2m","skills":"x"},{"after":"2m"}]' '.widen[1]' 'does not come behind the step before it'
queue '"skills":"y","widen":[{"after":"2m","skills":"x"},{"after":"1m"}]' '.widen[1]' 'does not come behind the step before it'
queue '"skills":"y>=1 & x","widen":[{"after":"1m","skills":"x & y"}]' '.widen[0]' 'asks for the same skills as before'
queue '"widen":[{"after":"1m"}]' '.widen[0]' 'asks for the same skills as before'
queue '"skills":"x","widen":[{"after":"0s"}]' '.widen[0]' 'after must be between 1s and 30 days'
queue '"skills":"x","widen":[{"after":null}]' '.widen[0]' 'after must be between 1s and 30 days'

# Circles, over every way on; the way is named, and only the circle.
queue '"overflow_to":"a","overflow_length":1' .overflow_to 'overflows in a circle: a > a'
bad queues '{"name":"a","overflow_to":"b","overflow_nobody":true}' b.overflow_to 'overflows in a circle: a > b > a'
bad queues '{"name":"c","hours":"office","closed":"overflow","closed_to":"b"},{"name":"a","overflow_to":"c","overflow_after":"1m"}' c.closed_to 'overflows in a circle: b > a > c > b'
bad queues '{"name":"a","overflow_to":"c","overflow_after":"1m"},{"name":"c","hours":"office","closed":"overflow","closed_to":"d"},{"name":"d","overflow_to":"c","overflow_after":"1m"}' d.overflow_to 'overflows in a circle: c > d > c'

# Opening hours.
hours() { bad hours "{\"name\":\"office\",$1}" "office$2" "$3"; }
hours '"zone":"Mars/Base"' .zone 'there is no such time zone'
hours '"mon":"09:00"' .mon "'09:00': '-' is missing at character 6"
hours '"sun":"09:00-12:00, 11:00-13:00"' .sun "'09:00-12:00, 11:00-13:00': overlaps another interval of the day at character 14"
hours '"special":[{"date":"2026-13-01"}]' .2026-13-01 "'2026-13-01': a date such as 2026-12-25 or 12-25 is missing at character 1"
hours '"special":[{"date":"12-25"},{"date":"12-25","open":"09:00-10:00"}]' .12-25 "'12-25': the same day stands there twice at character 1"
hours '"special":[{"date":null}]' .special 'a day has no date'
hours '"mon":null' '' 'no day has opening hours'
bad hours '{"name":"new","mon":"09:00-10:00"}' new.zone 'is missing, and the configuration has no time_zone'

# Nothing has changed; neither when what others name is taken away.
is "$(ixn-setup --dump)" "$(cat "$tmp/before")" 'nothing of all that has come in'
printf '%s\n' '{"queues":[{"name":"b"},{"name":"c"}]}' >"$tmp/bad.json"
status 65 ixn-setup --load "$tmp/bad.json" --replace
is "$(printf '%s\n' "$err" | head -n 1)" "ixn-setup: queues: b.overflow_to: no queue 'a'" 'a queue that another one names stays'
printf '%s\n' '{"queues":[{"name":"c","hours":"office"}]}' >"$tmp/more.json"
ok ixn-setup --load "$tmp/more.json"
printf '%s\n' '{"hours":[]}' >"$tmp/bad.json"
status 65 ixn-setup --load "$tmp/bad.json" --replace
is "$(printf '%s\n' "$err" | head -n 1)" "ixn-setup: queues: c.hours: no hours 'office'" 'so do hours'

# What is right, in one go, and back again; null takes a rule away.
cat >"$tmp/good.json" <<'J'
{"queues":[{"name":"a","skills":"x>=2","hours":"night","closed":"overflow","closed_to":"b","last_agent":"member","last_agent_wait":"90s",
"widen":[{"after":"30s","skills":"x"},{"after":"60s"}],"overflow_to":"c","overflow_after":"5m","overflow_length":9,"overflow_nobody":true,
"wrap_up":"15s","waiting_late":"10s","waiting_overdue":"30s","inactivity_warning":"1m","inactivity_warning2":"30s","inactivity_close":"30s","fallback":"b"},
{"name":"b","push":false,"pull":true,"overflow_to":"c"},{"name":"c","hours":null}],
"hours":[{"name":"night","zone":"America/New_York","mon":"22:00-06:00","sun":"00:00-24:00","special":[{"date":"12-25"},{"date":"2027-01-01","open":"10:00-12:00"}],"note":"kept"}]}
J
ok ixn-setup --load "$tmp/good.json"
ixn-setup --dump >"$tmp/dump.json"
ok ixn-setup --load "$tmp/dump.json"
is "$out" '' 'a dump changes nothing'
site "$(cat "$tmp/dump.json")"
is "$(ixn-setup --dump)" "$(cat "$tmp/dump.json")" 'and makes the same site anew'
if command -v jq >/dev/null; then
	is "$(jq -c '.hours[] | select(.name == "night")' "$tmp/dump.json")" \
		'{"name":"night","zone":"America/New_York","mon":"22:00-06:00","sun":"00:00-24:00","special":[{"date":"12-25"},{"date":"2027-01-01","open":"10:00-12:00"}],"note":"kept"}' 'hours as they were given'
	is "$(jq -c '.queues[] | select(.name == "a") | [.closed, .closed_to, .last_agent, .overflow_length, .widen]' "$tmp/dump.json")" \
		'["overflow","b","member",9,[{"after":30000,"skills":"x"},{"after":60000,"skills":""}]]' 'and queues'
fi
mkdir -p "$XDG_CONFIG_HOME/ixn" && echo 'time_zone = Asia/Tokyo' >"$XDG_CONFIG_HOME/ixn/config"
printf '%s\n' '{"hours":[{"name":"new","mon":"09:00-10:00"}]}' >"$tmp/more.json"
ok ixn-setup --load "$tmp/more.json"
like "$(ixn-setup --dump)" '"name":"new","zone":"Asia/Tokyo"' 'without a zone: that of who loads it, once for all'

# What is wrong is a whole sentence, which can be translated; what is put into it is named.
is "$(grep -nE 'bad\((web->)?l, [^(]*, arena_printf|site_bad\(l, .*arena_printf\(.*arena_printf\(' "$top"/lib/desk/*.c)" '' 'no sentence is put together of pieces'
is "$(grep -nE 'site_bad(_of)?\(l, .*"' "$top"/lib/desk/*.c | grep -vE 'N_\(|, what, |ranges\[i\]\.what')" '' 'each is marked for translators'
done_testing
