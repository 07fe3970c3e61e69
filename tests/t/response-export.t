#!/bin/sh
# covers: response-export
# The library goes out in every format and comes back byte for byte; what is
# written has its name only once it is whole.
. "$(dirname "$0")/lib.sh"
export PLACE_OWNER=root # over the network it is an admin who does this
export IXN_CLOCK="$tmp/clock"
echo 2026-11-21T09:00:00Z >"$IXN_CLOCK"
echo '{"queues":[{"name":"billing"}],"teams":[{"name":"support"}],"agents":[{"name":"alice","media":["chat"]},{"name":"root","role":"admin"}]}' >site.json
ok ixn-setup --test --load site.json
store=$XDG_DATA_HOME/ixn/store.db
again() { rm -rf "$XDG_DATA_HOME/ixn" && ixn-setup --test --load site.json >/dev/null; }
# All that an import may say, byte by byte.
dump() {
	sqlite3 -readonly "$store" "SELECT r.id, c.path, hex(r.name), hex(r.shortcut), hex(r.description), hex(r.text), hex(r.html), r.language, r.start, r.expires, r.active, r.approved,
		r.usage, r.media, r.queues, r.teams, r.owner FROM response r JOIN category c ON c.id = r.category WHERE r.removed = 0 ORDER BY r.id;
		SELECT a.response, a.ord, hex(a.name), a.type, a.digest, hex(b.bytes) FROM response_attachment a JOIN blob b ON b.digest = a.digest WHERE a.last IS NULL ORDER BY a.response, a.name"
}

# What is hard to write down.
python3 - <<'P'
import json
texts = ["", "plain", "two\nlines\n", "\n\nbefore and after\n\n\n", " blank before", "tab\there\r\nand CR LF\r\n", "--- \n---\nfences", "=1+1", "'=quoted", "''@x",
    "- item", "key: value", "# no comment", "[a, b]", "null", "~", "\"quotes\" and \\ backslash", "a,b;c\td", "\u202eevil\u2028line", "e\u0301 \u4e2d\u6587 \U0001f600",
    "   \n  deep\n\n   deeper\n ", "ends in colon:", "<$ Contact.FirstName $>, hello", "\u00a0", "| block", "> folded", "x" * 70000]
import base64, random
random.seed(7)
with open('hard.jsonl', 'w') as f:
    for i, t in enumerate(texts):
        r = {"id": "h%02d" % i, "name": t.replace("\n", " ").replace("\r", " ").replace("\t", " ")[:200].strip() or "empty", "category": "Root/Sub %d" % (i % 3), "language": "en", "text": t, "description": t[:2000]}
        if i % 2: r["html"] = "<p>" + t + "</p>\n"
        if i % 5 == 0: r.update(shortcut="s%d" % i, media=["chat", "email"], queues=["billing"], teams=["support"], start="2026-11-21T00:00:00.123Z", expires="2027-11-21T00:00:00Z", owner="alice")
        if i % 7 == 0: r["attachments"] = [{"name": "a b.pdf", "data": base64.b64encode(random.randbytes(1000)).decode()}, {"name": "\u00e9.bin", "type": "text/x-odd; a=b", "data": ""}]
        if i == 3: r.update(usage="faq", active=False, approved=False)
        f.write(json.dumps(r) + "\n")
P
ok response-import hard.jsonl
dump >want
is "$(grep -c . want)" 35 "a library of all that is hard to write down"

for to in all.jsonl all.tar.gz all.tar.zst all.zip folder; do
	echo 2026-11-21T09:00:00Z >"$IXN_CLOCK"
	ok response-export -o $to
	ok response-import $to
	is "$(cut -f 2 "$tmp/out" | sort | uniq -c | tr -s ' ')" " 27 same" "$to: imported again it changes nothing"
	again
	ok response-import $to
	dump >got
	is "$(cmp want got 2>&1)" "" "$to: in another store it is the same library, byte for byte"
done
ok response-export --format csv -o csv.tar.gz
ok response-export --format jsonl -o jsonl.zip
for to in csv.tar.gz jsonl.zip; do
	again
	ok response-import $to
	dump >got
	is "$(cmp want got 2>&1)" "" "$to: the same, and its attachments in the archive"
done
ok response-export -o all.csv
like "$err" '8 attachments are left out' "CSV alone has no place for attachments, and says so"
ok response-import all.csv
is "$(cut -f 2 "$tmp/out" | sort -u)" same "CSV says nothing of attachments, and so takes none away"
dump >got
is "$(cmp want got 2>&1)" "" "CSV: the same library"
again
ok response-import all.csv
dump | grep -v '^h...[0-9]|[0-9]*|' >got
grep -v '^h[0-9]*|[0-9]*|[0-9A-F]*|[a-z]*/' want >want.rows
is "$(cmp want.rows got 2>&1)" "" "CSV: its rows are the same elsewhere"

# The same bytes for the same library.
ok response-import --quiet hard.jsonl
for to in jsonl csv tar.gz zip; do
	ok response-export -o one.$to
	ok response-export -o two.$to
	is "$(cmp one.$to two.$to 2>&1)" "" "$to: the same bytes twice"
done
ok response-export
is "$(cmp "$tmp/out" one.jsonl 2>&1)" "" "standard output is JSON Lines"
is "$(jq -r .id one.jsonl | tr '\n' ' ')" "$(jq -r .id one.jsonl | LC_ALL=C sort | tr '\n' ' ')" "in the order of the ids"

# A part of it.
ok response-export --category 'Root/Sub 1'
is "$(jq -r .category "$tmp/out" | sort -u)" "Root/Sub 1" "--category"
echo '{"id":"fr1","name":"Un","category":"Racine","language":"fr-CA"}' >fr.jsonl
ok response-import fr.jsonl
ok response-export --language fr
is "$(jq -r .id "$tmp/out")" fr1 "--language finds its variants"
status 66 response-export --category Nowhere

# Files.
ok response-export -o folder2/ --format markdown
status 0 test -f folder2/Root/Sub\ 0/s0.md
is "$(find folder2 -name '*.md' | wc -l)" 28 "a file for each response"
printf '%s\n' '{"id":"t1","name":"Twice!","category":"Root"}' '{"id":"t2","name":"twice?","category":"Root"}' >t.jsonl
ok response-import t.jsonl
ok response-export --category Root -o twins
is "$(cd twins/Root && printf '%s ' ./*.md | sed 's#\./##g')" "twice.md twice.t2.md " "two of one name have files of their own"
status 73 response-export -o all.jsonl
status 73 response-export -o folder
ok response-export -o all.jsonl --force
is "$(grep -c . all.jsonl)" 30 "--force replaces a file"
ok response-export -o folder --force
is "$(find folder -name '*.md' | wc -l)" 30 "--force replaces a folder"
mkdir mine && echo mine >mine/notes.txt
status 73 response-export -o mine --force
is "$(cat mine/notes.txt)" mine "a folder with other files is left alone"
status 64 response-export --format markdown -o -
status 64 response-export --format odt -o x
status 73 response-export -o nowhere/x.jsonl
is "$(find . -name '*.part' | wc -l)" 0 "nothing half written is left"
(ulimit -f 20; response-export -o full.jsonl >/dev/null 2>"$tmp/err"); rc=$?
[ $rc -ne 0 ] && like "$rc" '^(74|153|25)$' "no room: it fails"
status 1 test -e full.jsonl

ok agent-login alice --media chat
status 77 response-export --agent alice
done_testing
