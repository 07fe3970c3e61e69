# shellcheck shell=sh
# parse.sh - mails read, beside GMime: MAILS is a folder of them, else the project's own.

# shellcheck disable=SC2154 # tmp is of run
bench_parse() {
	find "${MAILS:-$top/tests/corpus/mail}" -type f | sort >"$tmp/mails"
	head "$(wc -l <"$tmp/mails") mails read, a second of the processor" GMime
	: >"$tmp/rounds"
	for _ in 1 2 3 4 5; do
		ours=$(xargs "$O/bench/parse" mails 1 <"$tmp/mails")
		peer=-
		[ ! -x "$O/bench/parse-gmime" ] || peer=$(xargs "$O/bench/parse-gmime" 1 <"$tmp/mails")
		echo "$ours $peer" >>"$tmp/rounds"
	done
	ours=$(cut -d ' ' -f 1 "$tmp/rounds" | median) peer=$(cut -d ' ' -f 2 "$tmp/rounds" | median)
	row 'header, parts, text : GMime' "$ours" "$peer" "$(case $peer in -) echo - ;; *) divide "$ours" "$peer" ;; esac)" 'ours >= 8000'
	row 'the header alone' "$(xargs "$O/bench/parse" headers 1 <"$tmp/mails")" - - 'ours >= 66000'
	row 'HTML as text, nested 200,000 deep : 20,000 deep' "$("$O/bench/parse" nested 1)" - - 'ours <= 12'
}
