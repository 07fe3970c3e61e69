#!/bin/sh
# covers: response-index, response-edit killed (SIGKILL) at each step of what they
# make durable: the old index or the new one answers, never half of one; the next
# command goes on as if nothing had been.
# place: embedded
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
done_testing
