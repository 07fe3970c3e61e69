#!/bin/sh
# covers: many one-shot writers on one store: all of 16 x 40 notes are taken, none
# waits in vain; writers killed (SIGKILL) while they hold the lock stop nobody,
# leave nothing half done, and are healed by asking again.
# place: embedded https - many one-shot writers on a file, whose lock is held and killed
. "$(dirname "$0")/lib.sh"
# Over a network each takes longer.
! $served || : "${WRITERS:=8}" "${NOTES:=10}"
: "${WRITERS:=16}" "${NOTES:=40}" "${VICTIMS:=3}" "${DEATHS:=30}"

command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
full=$IXN_BIN/../libexec/ixn/ixn-full
[ -x "$full" ] || skip_all "no $full"
export IXN_STORE="file:$tmp/work/desk/store.db" IXN_CLOCK=2026-11-21T09:30:00Z
mkdir desk
echo '{"agents":[{"name":"alice","capacity":{"chat":3}}],"queues":[{"name":"q"}]}' >site.json
ok ixn-setup --test --load site.json
ok ixn-create --ids --queue q --text Hello
id=$out
! $served || ok agent-login alice
ask() { sqlite3 -readonly desk/store.db "$1" 2>&1; }

# write N: so many notes, one process each; what fails is told in failed.
write() {
	_n=0
	while [ $_n -lt "$NOTES" ]; do
		_n=$((_n + 1))
		ixn-note "$id" --text "$1 $_n" >out."$1" 2>&1 || echo "$1 $_n: $? $(cat out."$1")" >>failed
	done
}
# all_write NAME: all of them at once, until the last has ended.
all_write() {
	_w=0 writers=''
	while [ $_w -lt "$WRITERS" ]; do
		_w=$((_w + 1))
		write "$1$_w" &
		writers="$writers $!"
	done
	pids="$pids $writers"
	# shellcheck disable=SC2086 # a list
	wait $writers
}
# notes NAME: how many came from writers of this name, and how many different ones.
notes() { ask "SELECT count(*), count(DISTINCT text) FROM note WHERE text GLOB '$1[0-9]*'"; }
# versions: a row changed so often, each change told once.
versions() {
	is "$(ask 'SELECT i.version - 1 = count(*), count(*) = count(DISTINCT e.version), max(e.version) = i.version FROM ixn i JOIN event e ON e.ixn = i.id AND e.event = '"'ixn.changed'")" \
		'1|1|1' "$1"
}
: >failed
all_write w
is "$(head -n 5 failed)" '' "$WRITERS writers: no failure"
is "$(notes w)" "$((WRITERS * NOTES))|$((WRITERS * NOTES))" 'all notes are there, once'
versions 'no change was lost or told twice'

# Some die in the middle of it, at another place each time: from the moment they have the lock to the moment they let go.
if $served; then
	skip 'killed writers' 'killed where the process that has the store makes it durable'
elif ${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o crashpoint.so "$top/tests/peers/preload/crashpoint.c" 2>cc.err; then
	mkdir bin && ln -s "$full" bin/ixn-note
	# note COMMAND...: a victim's note, by this program.
	note() { "$@" "$id" --text "victim$_v $_n" --idempotency-key "victim$_v $_n" >out.victim"$_v" 2>&1; }
	# die: so many notes, killed at another step each time; then asked again.
	die() {
		_n=0
		while [ $_n -lt "$DEATHS" ]; do
			_n=$((_n + 1)) _rc=0
			case $((_n / 3 % 3)) in 0) _at='' ;; 1) _at=:half ;; *) _at=:after ;; esac
			# Three steps there are at least: the lock is signed, the log written, and synced.
			note env CRASHPOINT=$((_n % 3 + 1))$_at CRASHPOINT_FOLDER="$tmp/work/desk" LD_PRELOAD="$tmp/work/crashpoint.so" bin/ixn-note || _rc=$?
			echo $_rc >>deaths
			note ixn-note || echo "victim$_v $_n: $? $(cat out.victim"$_v")" >>failed
		done
	}
	_v=0
	while [ $_v -lt "$VICTIMS" ]; do
		_v=$((_v + 1))
		die &
		pids="$pids $!" victims="${victims-} $!"
	done 2>/dev/null
	all_write x
	# shellcheck disable=SC2086 # a list
	wait ${victims-} 2>/dev/null
	echo "# exit statuses of the victims: $(sort deaths | uniq -c | tr -s ' \n' ' ')"
	is "$(head -n 5 failed)" '' 'beside killed ones: no failure'
	is "$(notes x)" "$((WRITERS * NOTES))|$((WRITERS * NOTES))" 'all notes are there, once'
	is "$(notes victim)" "$((VICTIMS * DEATHS))|$((VICTIMS * DEATHS))" 'those of the killed, asked again, too'
	is "$([ "$(grep -c 137 deaths)" -gt $((VICTIMS * DEATHS / 2)) ] && echo yes)" yes 'most of them were killed'
	versions 'no change was lost or told twice'
else
	skip 'killed writers' 'no C compiler'
fi
is "$(ask 'PRAGMA integrity_check')" ok 'the store is whole'
# Two who end at the same moment leave the log to the next, who is alone.
ok ixn-show "$id" --ids
$served || is "$(find desk -name '*-wal')" '' 'and nothing is left beside it'
done_testing
