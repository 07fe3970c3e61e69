#!/bin/sh
# covers: response-index, response-edit killed (SIGKILL) at each step of what they
# make durable: the old index or the new one answers, never half of one; the next
# command goes on as if nothing had been.
# place: embedded - killed at what the process that has the store makes durable
. "$(dirname "$0")/lib.sh"

command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
full=$IXN_BIN/../libexec/ixn/ixn-full
[ -x "$full" ] || skip_all "no $full"
${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o crashpoint.so "$top/tests/peers/preload/crashpoint.c" 2>cc.err || skip_all 'no C compiler'
mkdir bin desk
for _c in "$IXN_BIN"/*-*; do ln -s "$full" "bin/${_c##*/}"; done
PATH=$tmp/work/bin:$PATH
desk=$tmp/work/desk
export IXN_STORE="file:$desk/store.db" IXN_CLOCK=2026-11-21T09:30:00Z
echo '{"agents":[{"name":"alice","role":"admin"}]}' >site.json
ok ixn-setup --test --load site.json
cat >lib.jsonl <<'J'
{"id":"late","category":"Help","language":"en","name":"Parcel is late","text":"Your parcel is on its way."}
{"id":"open","category":"Help","language":"en","name":"Opening hours","text":"We are open from nine to five."}
J
ok response-import lib.jsonl
ok response-index
rm -rf before && cp -R desk before

# found WORD: the ids that a search finds.
found() { response-search "$1" --json 2>&1 | jq -r '.id' | tr '\n' ' '; }
# steps COMMAND...: how many steps it takes.
steps() {
	: >log
	CRASHPOINT_FOLDER=$desk CRASHPOINT_LOG=$tmp/work/log LD_PRELOAD=$tmp/work/crashpoint.so "$@" >out 2>&1
	wc -l <log
}
# killed WHEN COMMAND...: from the state before it.
killed() {
	rm -rf desk && cp -R before desk
	_when=$1
	shift
	CRASHPOINT_FOLDER=$desk CRASHPOINT=$_when LD_PRELOAD=$tmp/work/crashpoint.so "$@" >out 2>&1
}

# each NAME WORD COMMAND...: killed at each of its steps.
each() {
	_name=$1 _word=$2 _wrong='' _n=0
	shift 2
	_steps=$(steps "$@")
	_want=$(found "$_word")
	while [ $_n -lt "$_steps" ]; do
		_n=$((_n + 1))
		for _how in '' :half :after; do
			killed "$_n$_how" "$@"
			is_late=$(found parcel)
			[ "$is_late" = 'late ' ] || _wrong="$_wrong $_n$_how:parcel:$is_late"
			"$@" >out 2>&1
			_got=$(found "$_word")
			[ "$_got" = "$_want" ] || _wrong="$_wrong $_n$_how:$_word:$_got"
			response-index --check >out 2>&1 || _wrong="$_wrong $_n$_how:check:$?"
		done
	done
	is "$_wrong" '' "$_name: killed at each of $_steps steps"
	[ "$_steps" -gt 3 ] || not_ok "$_name: steps are counted"
	rm -rf desk && cp -R before desk
}
each 'the index made anew' parcel response-index
each 'a response changed' saturday response-edit open --text 'Open on Saturday, too.'

# An import, of more than a transaction takes on, that adds and changes: killed at
# steps all along its way nothing of it is there, or everything, for who looks
# next; even where only a part of it is in its place.
seq 1 600 | sed 's/.*/{"id":"i&","category":"Root\/Part &","language":"en","name":"Old &","text":"Words."}/' | sed -n 1,300p >half.jsonl
seq 1 600 | sed 's/.*/{"id":"i&","category":"Root\/Part &","language":"en","name":"New &","text":"Words of number &."}/' >all.jsonl
ok response-import --quiet half.jsonl
rm -rf before && cp -R desk before
state() { response-list --all --limit 2000 --json 2>&1 | jq -rs '[(map(select(.name | startswith("Old"))) | length), (map(select(.name | startswith("New"))) | length)] | join(" ")'; }
tree() { response-category --json 2>&1 | jq -rs 'map(select(.path | startswith("Root/"))) | length'; }
is "$(state) $(tree)" '300 0 300' 'three hundred are there'
_steps=$(steps response-import --quiet all.jsonl)
_store=$(grep -n 'store.db-responses' log | sed -n '1s/:.*//p')
is "$(state) $(tree)" '0 600 600' 'six hundred, of which half are new'
_n=0 _wrong='' _early=0 _late=0 _part=0
while [ $_n -lt "$_steps" ]; do
	# Behind the store comes the index, which is tested above.
	_n=$((_n + (_n < _store ? 1 : 20)))
	case $((_n % 3)) in 0) _how='' ;; 1) _how=:half ;; *) _how=:after ;; esac
	killed "$_n$_how" response-import --quiet all.jsonl
	_moved=$(sqlite3 -readonly desk/store.db "SELECT count(*) FROM response WHERE name LIKE 'New%'")
	_state="$(state) $(tree)"
	case $_state in
	'300 0 300') _early=$((_early + 1)) ;;
	'0 600 600') _late=$((_late + 1)) && [ "$_moved" -eq 600 ] || _part=$((_part + 1)) ;;
	*) _wrong="$_wrong $_n$_how:$_state" ;;
	esac
	[ "$_moved" -eq 0 ] || [ "$_state" = '0 600 600' ] || _wrong="$_wrong $_n$_how:$_moved moved"
done
is "$_wrong" '' "an import killed on its way of $_steps steps: nothing or everything"
[ $_early -gt 3 ] && [ $_late -gt 3 ] && [ $_part -gt 0 ]
is $? 0 "before it was decided ($_early times) and behind that ($_late times, $_part of them not all in its place)"

# A full disk in a build, by a limit of the size of files: said, and the old one stays.
rm -rf desk && cp -R before desk
ok response-import --quiet all.jsonl
ok response-index
_size=$(wc -c <desk/store.db-responses)
cp desk/store.db-responses old
[ "$_size" -gt 70000 ]
is $? 0 "the index ($_size bytes) is larger than what SQLite needs"
# shellcheck disable=SC2016 # for the shell that is limited
status 74 sh -c 'trap "" XFSZ && ulimit -f "$1" && exec response-index' sh $((_size / 512 - 8))
like "$err" 'no space left|too large' 'a full disk while it is made anew is told'
ok cmp desk/store.db-responses old
is "$(found parcel)" 'late ' 'and the old one answers'
ok response-index --check
ok response-index
is "$(find desk -name '*-new' | wc -l)" 0 'the next one leaves nothing of it'
done_testing
