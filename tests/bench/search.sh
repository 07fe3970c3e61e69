# shellcheck shell=sh
# search.sh - the search of responses beside SQLite's FTS5, Xapian and Lucene:
# what it finds, and what that costs. All through the commands: what is measured
# is what people get. Lucene and Xapian are left out, aloud, where they are not.
#   SEARCH_DATA   sets of corpus.jsonl, queries.jsonl, qrels.tsv, perhaps train.jsonl; without: those in tests/bench/library
#   SIZES         of the large libraries (10000 100000 1000000)

lucene=
peers() {
	[ ! -e "$tmp/peers" ] || return 0
	mkdir "$tmp/peers"
	if c++ -O2 -o "$tmp/xapian" "$top/tests/bench/xapian.cc" -lxapian 2>"$tmp/err"; then
		echo xapian >>"$tmp/peers/names"
	else
		echo '  (no Xapian here: left out)'
	fi
	_jars=$(printf '%s:' /usr/share/java/lucene-core-[0-9]*.jar /usr/share/java/lucene-analyzers-common-[0-9]*.jar)
	if javac -cp "$_jars" -d "$tmp" "$top/tests/bench/Lucene.java" 2>"$tmp/err"; then
		lucene="java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp $_jars$tmp Lucene"
		warmed="java -XX:+UseSerialGC -cp $_jars$tmp Lucene"
		echo lucene >>"$tmp/peers/names"
	else
		echo '  (no Lucene here: left out)'
	fi
}
has() { grep -q "^$1$" "$tmp/peers/names" 2>/dev/null; }

# FTS5 of documents in $1, lines as the peers read them.
fts_build() {
	rm -f "$2"
	sqlite3 "$2" "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE VIRTUAL TABLE f USING fts5(id UNINDEXED, language UNINDEXED, name, text, tokenize = 'porter unicode61')" \
		'.mode ascii' '.separator "\t" "\n"' ".import $1 f" >/dev/null
}
# Any word of the text, as FTS5 asks.
match='[.text | ascii_downcase | match("[\\p{L}\\p{N}]+"; "g").string] | unique | map("\"" + . + "\"") | join(" OR ")'
fts_ask() {
	jq -r "[.id, ($match)] | select(.[1] != \"\") | \"SELECT '\\(.[0])', 'Q0', id, 1, -rank, 'fts5' FROM f WHERE f MATCH '\\(.[1])' ORDER BY rank LIMIT 10;\"" "$2" |
		sqlite3 -separator ' ' "$1"
}
plain='gsub("\\s+"; " ")'
as_lines() { jq -r "[.id, .lang, (.title // \"\" | $plain), (.text | $plain)] | @tsv" "$1"; }
as_questions() { jq -r "[.id, .lang, (.text | $plain)] | @tsv" "$1"; }

# learn STORE FOLDER [EACH]: the library, and at most EACH past messages for each response.
learn() {
	ixn-setup --store "file:$1" >/dev/null
	jq -c '{id, name: .title, text, language: .lang} | with_entries(select(.value != ""))' "$2/corpus.jsonl" >"$tmp/library.jsonl"
	response-import --store "file:$1" --quiet "$tmp/library.jsonl" >/dev/null
	[ -e "$2/train.jsonl" ] && [ "${3-}" != 0 ] || return 0
	jq -c '{id, text, response: .doc, language: .lang}' "$2/train.jsonl" |
		if [ -n "${3-}" ]; then jq -cn --argjson n "$3" 'foreach inputs as $u ({}; .[$u.response] += 1 | .u = $u; select(.[.u.response] <= $n) | .u)'; else cat; fi >"$tmp/uses.jsonl"
	response-import --store "file:$1" --quiet --uses "$tmp/uses.jsonl" >/dev/null
	response-index --store "file:$1" --quiet >/dev/null
}
# answers STORE QUERIES: a TREC run of ours.
answers() {
	response-search --store "file:$1" --batch "$2" --limit 10 | jq -r '"\(.query) Q0 \(.id) \(.rank) \(.score) ours"'
}

goal() {
	case $1 in
	stackfaq) echo .81 ;;
	cnil_fr) echo .675 ;;
	stackfaq_usage) echo .965 ;;
	quebecfaq_en_usage) echo .76 ;;
	banking77_usage) echo .935 ;;
	tickets_dev) echo .72 ;;
	*) echo 0 ;;
	esac
}
judge() { "$top/tests/bench/relevance.py" "$@"; }

relevance_of() {
	_set=$(basename "$1")
	learn "$tmp/set" "$1"
	answers "$tmp/set" "$1/queries.jsonl" >"$tmp/ours"
	as_lines "$1/corpus.jsonl" >"$tmp/docs"
	as_questions "$1/queries.jsonl" >"$tmp/questions"
	fts_build "$tmp/docs" "$tmp/fts"
	fts_ask "$tmp/fts" "$1/queries.jsonl" >"$tmp/FTS5"
	set -- "$1" "$tmp/FTS5"
	if has xapian; then
		"$tmp/xapian" build "$tmp/xa" <"$tmp/docs" && "$tmp/xapian" ask "$tmp/xa" "$tmp/questions" >"$tmp/Xapian"
		set -- "$@" "$tmp/Xapian"
	fi
	if has lucene; then
		rm -rf "$tmp/lu"
		$lucene build "$tmp/lu" <"$tmp/docs" && $lucene ask "$tmp/lu" <"$tmp/questions" >"$tmp/Lucene"
		set -- "$@" "$tmp/Lucene"
	fi
	_data=$1
	shift
	judge "$_data/qrels.tsv" "$tmp/ours" "$@" >"$tmp/verdict"
	read -r _ ours hit <"$tmp/verdict"
	tail -n +2 "$tmp/verdict" | sort -k 2gr | while read -r _peer _ndcg _difference _p; do
		row "$_set: ours : $_peer (p $_p)" "$ours" "$_ndcg" "$_difference" 'ratio >= -0.005' || exit 1
	done || missed=1
	row "$_set: against the goal; hit@1" "$ours" "$hit" - "ours >= $(goal "$_set")"
	case $_set in
	*_usage)
		echo "$hit" >>"$tmp/hits"
		rm -f "$tmp/set"*
		learn "$tmp/set" "$_data" 0 && answers "$tmp/set" "$_data/queries.jsonl" >"$tmp/none"
		rm -f "$tmp/set"*
		learn "$tmp/set" "$_data" 1 && answers "$tmp/set" "$_data/queries.jsonl" >"$tmp/one"
		judge "$_data/qrels.tsv" "$tmp/one" "$tmp/none" >"$tmp/verdict"
		read -r _ ours _ <"$tmp/verdict"
		read -r _ peer difference _ <<-V
			$(tail -n 1 "$tmp/verdict")
		V
		row "$_set: one past message each : text alone" "$ours" "$peer" "$difference" 'ratio >= 0'
		;;
	esac
	rm -f "$tmp/set"*
}

bench_relevance() {
	peers
	: "${SEARCH_DATA:=$([ -d "$top/../shared/data/search" ] && echo "$top/../shared/data/search" || echo "$top/tests/bench/library")}"
	head 'Relevance: nDCG@10, with the past learned where a set has one' peer
	: >"$tmp/hits"
	for _folder in "$SEARCH_DATA"/*/; do
		relevance_of "${_folder%/}"
	done
	[ ! -s "$tmp/hits" ] || row 'hit@1, average of the sets with a past' "$(awk '{ s += $1 } END { printf "%.4f", s / NR }' "$tmp/hits")" - - 'ours >= 0.8'
}

# The sentences that large libraries are made of.
pool() {
	[ ! -s "$tmp/pool" ] || return 0
	: "${SEARCH_DATA:=$([ -d "$top/../shared/data/search" ] && echo "$top/../shared/data/search" || echo "$top/tests/bench/library")}"
	jq -r "[.lang, ((.title // \"\") + \". \" + .text | $plain)] | @tsv" "$SEARCH_DATA"/*/corpus.jsonl >"$tmp/pool"
}

# seconds FILE COMMAND...: how long it takes, and in FILE.kb how much memory.
seconds() {
	_file=$1
	shift
	command time -f '%e %M' -o "$_file.time" "$@" >/dev/null
	cut -d ' ' -f 1 "$_file.time"
}
# timed RUNS COMMAND: ms, the median. A search that finds nothing counts as well.
timed() {
	hyperfine -N -i --style none --warmup 2 --runs "$1" --export-json "$tmp/h.json" "$2" >/dev/null 2>"$tmp/err" || { cat "$tmp/err" >&2 && exit 1; }
	jq -r '[.results[] | (.median // .mean) * 1000] | "\(.[0])"' "$tmp/h.json"
}
# cold RUNS COMMAND: ms, the median of the queries numbered 1 to 5; @N in the command stands for the number.
cold() {
	: >"$tmp/cold"
	for _n in 1 2 3 4 5; do
		timed "$1" "$(echo "$2" | sed "s/@N/$_n/g")" >>"$tmp/cold"
	done
	printf %.3f "$(median <"$tmp/cold")"
}

make_library() {
	echo "  making $1 responses ..." >&2
	"$O/bench/corpus" docs "$1" <"$tmp/pool" >"$tmp/docs"
	ixn-setup --store "file:$tmp/large" >/dev/null
	"$O/bench/corpus" docs "$1" json <"$tmp/pool" >"$tmp/library.jsonl"
	_import=$(seconds "$tmp/import" response-import --store "file:$tmp/large" --quiet "$tmp/library.jsonl")
	rm -f "$tmp/library.jsonl"
	"$O/bench/corpus" long 1000 <"$tmp/pool" | jq -Rc 'split("\t") | {id: .[0], language: .[1], text: .[2], response: ("d" + (.[0][1:] | tonumber * 7 | tostring))}' >"$tmp/uses.jsonl"
	response-import --store "file:$tmp/large" --quiet --uses "$tmp/uses.jsonl" >/dev/null
	ours=$(seconds "$tmp/build" response-index --store "file:$tmp/large" --quiet)
	peer=$(seconds "$tmp/fts-build" sh -c ". $top/tests/bench/search.sh; fts_build $tmp/docs $tmp/fts")
}

one_shots() {
	for _n in 1 2 3 4 5; do
		sed -n "${_n}p" "$tmp/$2" >"$tmp/q$_n"
		cut -f 3 "$tmp/q$_n" >"$tmp/words$_n"
		printf "SELECT id FROM f WHERE f MATCH '%s' ORDER BY rank LIMIT 10;" "$(cut -f 3 "$tmp/q$_n" | jq -Rr "{text: .} | $match")" >"$tmp/sql$_n"
	done
	floor=$(cold 20 /bin/true)
	: >"$tmp/cold"
	for _n in 1 2 3 4 5; do
		if [ "$2" = short ]; then _how=$(tr -d "\"'" <"$tmp/words$_n"); else _how="--like $tmp/words$_n"; fi
		timed 20 "response-search --store file:$tmp/large --lang $(cut -f 2 "$tmp/q$_n") $_how" >>"$tmp/cold"
	done
	ours=$(printf %.3f "$(median <"$tmp/cold")")
	row "$1 responses, $2 question: ours : /bin/true" "$ours" "$floor" "$(divide "$ours" "$floor")"
	[ "$2" = short ] || row '... beyond /bin/true, ms' "$(awk -v a="$ours" -v b="$floor" 'BEGIN { printf "%.2f", a - b }')" - - "ours <= $([ "$1" -gt 100000 ] && echo 8 || echo 3)"
	if has xapian; then
		peer=$(cold 5 "$tmp/xapian ask $tmp/xa $tmp/q@N$([ "$2" = short ] || echo ' strip')")
		row "... ours : Xapian$([ "$2" = short ] || echo ', stop words stripped')" "$ours" "$peer" "$(awk -v a="$ours" -v b="$peer" 'BEGIN { printf "%.4f", a / b }')" "ratio <= $(cost_goal "$1" "$2")"
	fi
	peer=$(cold 3 "sqlite3 $tmp/fts '.read $tmp/sql@N'")
	row '... ours : FTS5' "$ours" "$peer" "$(awk -v a="$ours" -v b="$peer" 'BEGIN { printf "%.4f", a / b }')"
}
cost_goal() {
	case $1-$2 in
	10000-short) echo 0.5 ;;
	100000-short) echo 0.45 ;;
	1000000-short) echo 0.25 ;;
	10000-long) echo 0.0833 ;;
	100000-long) echo 0.0714 ;;
	1000000-long) echo 0.02 ;;
	*) echo 1 ;;
	esac
}

# Many at once, in one process: ours with its start, what it reads in memory; Lucene warmed.
batches() {
	jq -Rc 'split("\t") | {id: .[0], lang: .[1], text: .[2]}' "$tmp/$2" >"$tmp/batch.jsonl"
	_n=$(wc -l <"$tmp/$2")
	ours=$(timed 5 "response-search --store file:$tmp/large --batch $tmp/batch.jsonl --limit 10")
	ours=$(awk -v ms="$ours" -v n="$_n" 'BEGIN { printf "%.3f", ms / n }')
	has lucene || { row "$1 responses, $2 questions at once, ms each" "$ours" - - - && return; }
	peer=$($warmed time "$tmp/lu" <"$tmp/$2")
	row "$1 responses, $2 questions at once, ms each : Lucene" "$ours" "$peer" "$(divide "$peer" "$ours")" "$([ "$1" -lt 1000000 ] || echo "ratio >= $([ "$2" = short ] && echo 4 || echo 50)")"
}

bench_search() {
	peers
	pool
	"$O/bench/corpus" short 200 <"$tmp/pool" >"$tmp/short"
	"$O/bench/corpus" long 100 <"$tmp/pool" >"$tmp/long"
	for _size in ${SIZES:-10000 100000 1000000}; do
		head "Search among $_size responses, cold, ms" peer
		make_library "$_size"
		row "an index of $_size, s : FTS5" "$ours" "$peer" "$(divide "$ours" "$peer")" "$([ "$_size" -lt 1000000 ] || echo 'ratio <= 0.33')"
		build=$ours
		row '... its memory, MB' "$(($(cut -d ' ' -f 2 "$tmp/build.time") / 1024))" - - 'ours <= 1024'
		if has lucene; then
			rm -rf "$tmp/lu"
			peer=$(seconds "$tmp/lu-build" sh -c "$lucene build $tmp/lu <$tmp/docs")
			row '... s : Lucene' "$build" "$peer" "$(divide "$build" "$peer")" "$([ "$_size" -lt 1000000 ] || echo 'ratio <= 0.33')"
			ours=$(stat -c %s "$tmp/large-responses") peer=$(du -sb "$tmp/lu" | cut -f 1)
			row '... its bytes : Lucene' "$ours" "$peer" "$(divide "$ours" "$peer")" "$([ "$_size" -lt 1000000 ] || echo 'ratio <= 2')"
		fi
		row '(bringing them into the store, s)' "$_import" - -
		! has xapian || "$tmp/xapian" build "$tmp/xa" <"$tmp/docs"
		one_shots "$_size" short
		one_shots "$_size" long
		batches "$_size" short
		batches "$_size" long
		rm -rf "$tmp/large"* "$tmp/fts" "$tmp/xa" "$tmp/lu" "$tmp/docs"
	done
}
