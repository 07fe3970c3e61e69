#!/bin/sh
# What goes wrong with a store from outside: the exit status says so, and
# nothing is half done.
# place: embedded - what goes wrong with a file
. "$(dirname "$0")/lib.sh"

command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
store=$tmp/work/s/store
export IXN_STORE="file:$store"
ixn-setup >/dev/null || exit 1
echo '{"queues":[{"name":"q"}]}' | ixn-setup --load - >/dev/null || exit 1
id=$(ixn-create --from a@b.fr --text hello --ids) || exit 1
sql() { sqlite3 "$store" "$1"; }
# state: a count of all that a note changes.
state() { sql "SELECT (SELECT count(*) FROM note), (SELECT count(*) FROM event), (SELECT version FROM ixn WHERE id = '$id')"; }
# copy NAME: a store like the first, of its own; it is the one meant from here on.
copy() {
	mkdir "$tmp/work/$1" && cp "$tmp/work/s/store" "$tmp/work/$1/" || exit 1
	store=$tmp/work/$1/store
	export IXN_STORE="file:$store"
}

# No store, no store of ours.
export IXN_STORE="file:$tmp/work/none"
status 78 ixn-list --all
like "$err" 'there is no store' 'a missing one'
status 78 ixn-note "$id" --text x
ok test ! -e none
copy newer
sql "UPDATE meta SET value = '99' WHERE key IN ('version', 'min_reader')"
status 78 ixn-list --all
like "$err" 'newer ixn-tools.*99' 'one made by a newer version'
status 78 ixn-note "$id" --text x
status 78 ixn-setup
is "$(sql "SELECT value FROM meta WHERE key = 'version'")" 99 'and it is left alone'
export IXN_STORE="file:$tmp/work/words"
echo 'these are only words, and more of them than the header of a store has, as it should be' >words
cp words before
status 74 ixn-list --all
ok cmp words before

# Damage: of the first page, and of one further on.
copy header
printf 'noise, noise, noise' | dd of="$store" conv=notrunc bs=1 seek=0 status=none
cp "$store" before
status 74 ixn-list --all
like "$err" 'damaged' 'the header'
status 74 ixn-note "$id" --text x
ok cmp "$store" before
copy page
page=$(sql "SELECT rootpage FROM sqlite_master WHERE name = 'ixn'")
tr '\0' x </dev/zero | dd of="$store" conv=notrunc bs="$(sql 'PRAGMA page_size')" seek=$((page - 1)) count=1 iflag=fullblock status=none
status 74 ixn-show "$id"
like "$err" 'damaged' 'a page of interactions'
status 74 ixn-note "$id" --text x
status 74 ixn-setup --check
is "$(sql 'SELECT count(*) FROM note')" 0 'no note was written'

# Not to be written. Root could all the same, but for this.
if [ "$(id -u)" != 0 ]; then
	plain() { "$@"; }
else
	plain() { setpriv --bounding-set=-dac_override,-dac_read_search,-fowner "$@"; }
fi
if plain true 2>/dev/null; then
	copy file
	before=$(state)
	chmod 444 "$store"
	for command in 'ixn-list --all' "ixn-note $id --text x" "chat-end $id"; do
		# shellcheck disable=SC2086 # a command and its arguments
		status 77 plain $command
	done
	like "$err" 'cannot be written' 'a file that may not be written'
	chmod 600 "$store"
	status 0 plain ixn-note "$id" --text x
	is "$(state)" "$(echo "$before" | awk -F'|' '{ print $1 + 1 "|" $2 + 1 "|" $3 + 1 }')" 'and once it may, it is'
	copy folder
	before=$(state)
	chmod 555 folder
	status 77 plain ixn-note "$id" --text x
	chmod 755 folder
	is "$(state)" "$before" 'a folder that may not be written'
else
	skip 'read-only' 'root, and no setpriv'
fi

# A full disk: of 1 MB, then by a limit of the size of files.
copy full
cat >full.sh <<-'END'
	mkdir -p disk && mount -t tmpfs -o size=1m tmpfs disk && cp "${IXN_STORE#file:}" disk/store || exit 99
	export IXN_STORE="file:$PWD/disk/store"
	cat /dev/zero >disk/filler 2>/dev/null
	cp disk/store before
	ixn-note "$1" --text "$(head -c 20000 /dev/zero | tr '\0' x)" 2>err
	echo $? >status
	rm disk/filler
	sqlite3 disk/store 'PRAGMA integrity_check; SELECT count(*) FROM note' >check
	ixn-note "$1" --text again >/dev/null
	echo $? >after
END
if unshare -rm sh -c 'mount -t tmpfs tmpfs /mnt' 2>/dev/null; then
	unshare -rm sh full.sh "$id"
	is "$(cat status)" 74 'a full disk: 74'
	like "$(cat err)" 'no space left' 'says so'
	is "$(tr '\n' ' ' <check)" 'ok 0 ' 'the store is whole, and nothing was written'
	is "$(cat after)" 0 'and there is room again'
else
	skip 'a full disk' 'no file system may be mounted here'
fi
before=$(state)
limit=$(($(wc -c <"$store") / 512))
head -c 1000000 /dev/zero | tr '\0' x >long
# shellcheck disable=SC2016 # for the shell that is limited
status 74 sh -c 'trap "" XFSZ && ulimit -f "$1" && shift && exec "$@"' sh "$limit" ixn-note "$id" --file long
is "$(state)" "$before" 'a write cut short changes nothing'
status 0 ixn-note "$id" --file long

# Somebody else has it for longer than one waits: three at once, for it takes 10 s.
copy busy
copy outside
copy freed
for name in busy outside freed; do
	ixn-note "$id" --store "file:$tmp/work/$name/store" --text first >/dev/null
done
echo 'process 4711 (somebody)' >busy/store-write
background flock busy/store-write sleep 60
holder=$pid
mkfifo outside/in && exec 8<>outside/in
background sh -c 'exec sqlite3 outside/store <outside/in'
outsider=$pid
printf 'BEGIN IMMEDIATE;\n.output outside/began\nSELECT 1;\n.output\n' >&8
background flock freed/store-write sleep 60
killed=$pid
wait_for sh -c '! flock -n busy/store-write true && ! flock -n freed/store-write true'
wait_for test -s outside/began
ixn-note "$id" --store "file:$tmp/work/outside/store" --text x >/dev/null 2>outside/err &
second=$!
ixn-note "$id" --store "file:$tmp/work/freed/store" --text x >/dev/null 2>freed/err &
third=$!
kill -9 "-$killed" 2>/dev/null || kill -9 "$killed"
wait $third
is $? 0 'a lock ends with its holder, killed as it may be'
IXN_STORE="file:$tmp/work/busy/store"
status 75 ixn-note "$id" --text x --json
like "$err" 'process 4711 \(somebody\)' 'a lock that is held names its holder'
like "$err" '"retryable":true' 'and it may be tried again'
status 0 ixn-list --all
wait $second
is $? 75 'so does the sqlite3 tool in a transaction'
exec 8>&-
kill "$holder" "$outsider" 2>/dev/null

# Killed at each point where it waits for the disk.
if ! command -v strace >/dev/null || ! traced -o /dev/null true 2>/dev/null; then
	skip 'killed writers' 'no strace'
	done_testing
fi
copy killed
killed_at() { traced -f -o /dev/null -e trace=fdatasync -e "inject=fdatasync:signal=KILL:when=$1" ixn-note "$id" --text "at $1" >/dev/null 2>&1; }
for n in 1 2 3 4 5; do
	before=$(sql 'SELECT count(*) FROM note')
	killed_at $n
	after=$(sql 'SELECT count(*) FROM note')
	is "$(sql 'PRAGMA integrity_check')" ok "killed at sync $n: it is whole"
	is "$(sql "SELECT version - 1 - (SELECT count(*) FROM note) FROM ixn")|$(sql "SELECT count(*) FROM event WHERE event = 'ixn.note' OR ref = 'note'")" "0|$after" \
		"all of the note or nothing ($before, then $after)"
	status 0 ixn-list --all
done
status 0 ixn-note "$id" --text x
done_testing
