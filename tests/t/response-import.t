#!/bin/sh
# covers: response-import
# Files of every kind become the same library; what is wrong changes nothing, and
# is told with its place; what is killed half-way leaves nothing or everything.
# place: embedded https - rows are looked at in the words of SQLite
. "$(dirname "$0")/lib.sh"
export PLACE_OWNER=root # over the network it is an admin who does this
export IXN_CLOCK="$tmp/clock"
echo 2026-11-21T09:00:00Z >"$IXN_CLOCK"
cat >site.json <<'J'
{"queues":[{"name":"billing"}],"teams":[{"name":"support"}],
 "agents":[{"name":"alice","media":["chat"],"teams":["support"]},{"name":"lea","role":"lead","media":["chat"]},{"name":"root","role":"admin"}]}
J
ok ixn-setup --test --load site.json
store=$XDG_DATA_HOME/ixn/store.db
sql() { sqlite3 -readonly "$store" "$1"; }
# Another store, as it was before anything was imported.
again() { rm -rf "$XDG_DATA_HOME/ixn" && ixn-setup --test --load site.json >/dev/null; }
staged() { sql 'SELECT (SELECT count(*) FROM import) + (SELECT count(*) FROM import_row) + (SELECT count(*) FROM import_category) + (SELECT count(*) FROM import_use) + (SELECT count(*) FROM import_attachment)'; }
library() { sql 'SELECT count(*) FROM response WHERE removed = 0'; }

# JSON Lines.
cat >a.jsonl <<'J'
{"id":"greeting","name":"Bonjour","shortcut":"hello","category":"Clients/Accueil","language":"fr","text":"Bonjour <$ Contact.FirstName $>","media":["chat"],"teams":"support"}

{"name":"Remboursement","category":"Clients","text":"Deux lignes\r\nde texte","queues":["billing"],"start":"2026-11-21T00:00:00Z","expires":"2027-01-01T00:00:00Z","usage":"faq","approved":false}
{"text":"Only a text\nof two lines","language":"en","attachments":[{"name":"a.txt","data":"aGVsbG8="}]}
J
ok response-import --dry-run a.jsonl
is "$(cut -f 2,3,4 "$tmp/out" | tr '\t\n' ' |')" "add Bonjour a.jsonl:1|add Remboursement a.jsonl:3|add Only a text a.jsonl:4|" "--dry-run says what would be added, with its line"
is "$(library) $(staged) $(sql 'SELECT count(*) FROM category')" "0 0 0" "--dry-run changes nothing and leaves nothing behind"
ok response-import a.jsonl
is "$(library) $(staged)" "3 0" "all are there, and nothing is staged any more"
is "$(sql "SELECT version, name, shortcut, language, media, teams, usage, approved, active FROM response WHERE id = 'greeting'")" \
	"1|Bonjour|hello|fr|chat|support|suggestion|1|1" "an id is kept as it is; fields go where they belong"
is "$(sql "SELECT name, language, queues, usage, approved, start, expires FROM response WHERE name = 'Remboursement'")" \
	"Remboursement|fr|billing|faq|0|1795219200000|1798761600000" "the language is that of the root"
is "$(sql "SELECT hex(text) FROM response WHERE name = 'Remboursement'")" "$(printf 'Deux lignes\r\nde texte' | od -An -tx1 | tr -d ' \n' | tr a-f A-F)" "a text keeps its bytes"
is "$(sql "SELECT c.path FROM response r JOIN category c ON c.id = r.category WHERE r.name = 'Only a text'")" en "what has no category lies in a root of its language"
is "$(sql "SELECT CAST(b.bytes AS TEXT) FROM response_attachment a JOIN blob b ON b.digest = a.digest")" hello "an attachment comes along"
is "$(sql "SELECT group_concat(path, ' ') FROM (SELECT path FROM category ORDER BY path) AS s")" "Clients Clients/Accueil en" "categories are made with what lies above them"

# The same again.
before=$(sql "SELECT group_concat(id || version || seq) FROM response ORDER BY id")
ok response-import a.jsonl
is "$(cut -f 2 "$tmp/out" | sort -u)" same "what is said once more changes nothing"
is "$(sql "SELECT group_concat(id || version || seq) FROM response ORDER BY id")" "$before" "no version and no seq rises"
echo '{"shortcut":"HELLO","text":"Salut"}' >b.jsonl
ok response-import b.jsonl
is "$(cut -f 1,2 "$tmp/out")" "greeting	change" "a shortcut says which is meant"
is "$(sql "SELECT version, text, name, language, media FROM response WHERE id = 'greeting'")" "2|Salut|Bonjour|fr|chat" "what is left out stays as it is"
is "$(sql "SELECT version, text FROM response_version WHERE id = 'greeting'")" '1|Bonjour <$ Contact.FirstName $>' "the version before is kept"
echo '{"id":"greeting","media":[],"shortcut":null}' >null.jsonl
ok response-import - <null.jsonl
is "$(sql "SELECT version, media IS NULL, shortcut IS NULL FROM response WHERE id = 'greeting'")" "3|1|1" "what is null goes; standard input is read"
printf '%s\n' '{"id":"x1","name":"X1","shortcut":"one","category":"en"}' '{"id":"x2","name":"X2","shortcut":"two","category":"en"}' >c.jsonl
ok response-import c.jsonl
printf '%s\n' '{"id":"x1","shortcut":"two"}' '{"id":"x2","shortcut":"one"}' >d.jsonl
ok response-import d.jsonl
is "$(sql "SELECT group_concat(id || shortcut) FROM (SELECT id, shortcut FROM response WHERE id IN ('x1', 'x2') ORDER BY id) AS s")" "x1two,x2one" "two may change their shortcuts with one another"

# What is wrong.
wrong() { # wrong NAME REGEX: of bad.jsonl
	count=$(library)
	status 65 response-import bad.jsonl
	like "$err" "$2" "$1"
	is "$(library) $(staged)" "$count 0" "$1: nothing is imported"
}
{ sed -n 1p a.jsonl && echo '{"name":"a"' && echo '{"name":"b","text":1,"category":"en"}' && echo '{"nam":"c"}'; } >bad.jsonl
wrong "three that are wrong are told at once" 'bad.jsonl:2:'
like "$err" 'bad.jsonl:3: text: ' "the second of them"
like "$err" 'bad.jsonl:4: nam: .*did you mean name' "and the third"
seq 1 50 | sed 's/.*/{"nam":"&"}/' >bad.jsonl
status 65 response-import bad.jsonl
is "$(printf '%s\n' "$err" | grep -c 'bad.jsonl:')" 20 "of fifty that are wrong twenty are told"
one() { printf '%s\n' "$3" >bad.jsonl && wrong "$1" "$2"; }
one "the same id twice" 'bad.jsonl:2: id: .*bad.jsonl:1' '{"id":"p","name":"P","category":"en"}
{"id":"p","name":"Q","category":"en"}'
one "the same shortcut twice, whatever its case" 'bad.jsonl:2: shortcut: .*bad.jsonl:1' '{"name":"P","shortcut":"pp","category":"en"}
{"name":"Q","shortcut":"PP","category":"en"}'
one "the same name twice in a category" 'bad.jsonl:2: name: .*bad.jsonl:1' '{"name":"P","category":"en"}
{"name":"P","category":"en"}'
one "a shortcut that another has" "bad.jsonl:1: shortcut: 'one' stands at x2" '{"id":"p","name":"P","shortcut":"one","category":"en"}'
one "a shortcut that is the id of another" "bad.jsonl:1: shortcut: 'x1' stands at x1" '{"id":"p","name":"P","shortcut":"x1","category":"en"}'
one "an unknown language" "bad.jsonl:1: language: 'xx'" '{"name":"P","language":"xx"}'
one "a category of another language" "bad.jsonl:1: category: 'Clients' is of the language fr, not en" '{"name":"P","language":"en","category":"Clients/New"}'
one "two languages under one new root" "bad.jsonl:2: category: 'Neu' is of the language de, not fr" '{"name":"P","language":"de","category":"Neu"}
{"name":"Q","language":"fr","category":"Neu/Sub"}'
one "a category that cannot be called so" 'bad.jsonl:1: category: ' '{"name":"P","category":"a//b"}'
one "expiry before start" 'bad.jsonl:1: expires: ' '{"name":"P","category":"en","start":"2026-11-22T00:00:00Z","expires":"2026-11-21T00:00:00Z"}'
one "a field code that cannot be read" 'bad.jsonl:1: text: line 2, column [0-9]+' '{"name":"P","category":"en","text":"Hello\n<$ Contact.( $>"}'
one "a queue that the site does not have" "bad.jsonl:1: queues: no queue 'nope'" '{"name":"P","category":"en","queues":["nope"]}'
one "an attachment that is not base64" 'bad.jsonl:1: attachments: a: not base64' '{"name":"P","category":"en","attachments":[{"name":"a","data":"!"}]}'
one "an attachment from elsewhere" "bad.jsonl:1: attachments: '../a' is not a file beside it" '{"name":"P","category":"en","attachments":[{"file":"../a"}]}'
one "two active acknowledgements" 'bad.jsonl:2: active: ' '{"name":"P","category":"en","usage":"acknowledgement"}
{"name":"Q","category":"en","usage":"acknowledgement"}'
printf '{"name":"P\377"}\n' >bad.jsonl
wrong "bytes that are not UTF-8" 'bad.jsonl:1'
printf '{"name":"P\000"}\n' >bad.jsonl
wrong "a NUL" 'bad.jsonl:1'
printf '{"name":"P","category":"en","text":"%2000000d"}\n' 1 >bad.jsonl
wrong "a text of two million bytes" 'bad.jsonl:1: text: '
status 66 response-import none.jsonl
status 64 response-import
status 64 response-import --format odt a.jsonl

# CSV.
again
printf '\357\273\277ID;Name; Category;Language;Text;Media\r\nc1;"Say ""hi""; now";Shop;en;"two\r\nlines";chat,email\r\nc2;Plain;Shop;;'"'"'=formula;\r\n' >t.csv
ok response-import t.csv
is "$(sql "SELECT id, name, language, hex(text), media FROM response ORDER BY id" | tr '\n' ' ')" \
	'c1|Say "hi"; now|en|74776F0D0A6C696E6573|chat,email c2|Plain|en|3D666F726D756C61| ' "CSV as spreadsheets write it, quoted and cut at semicolons"
printf 'id,name,category\nc3,"open\n' >bad.csv
status 65 response-import bad.csv
like "$err" 'bad.csv:2:4: a quote is not closed' "an open quote, with line and column"
printf 'id,name,category\nc3,a,en\nc4,a\n' >bad.csv
status 65 response-import bad.csv
like "$err" 'bad.csv:3: 2 cells' "a row that is too short"
printf 'id,name,start\nc3,a,soon\n' >bad.csv
status 65 response-import bad.csv
like "$err" "bad.csv:2:6: start: 'soon'" "a cell, with its column"
printf 'id,titel\n' >bad.csv
status 65 response-import bad.csv
like "$err" 'bad.csv:1:4: titel: no such field' "a column that is none"

# Markdown.
again
mkdir -p lib/Shop/Orders/forms lib/.git
printf 'hello' >lib/Shop/Orders/forms/a.txt
printf -- '---\nid: m1\nlanguage: en\nmedia: [chat, "email"]\nattachments:\n  - forms/a.txt\nhtml: |\n  <p>Hi</p>\n---\n\nHello there\n\nBye\n' >lib/Shop/Orders/late.md
printf 'A file without any\n' >lib/Shop/plain.md
printf -- '---\nid: hidden\n---\n' >lib/.git/x.md
echo 'not one' >lib/Shop/notes.txt
ln -s /etc/passwd lib/Shop/link.md
ok response-import lib
is "$(sql "SELECT r.id, c.path, r.name, r.language, r.media, r.html, r.text FROM response r JOIN category c ON c.id = r.category WHERE r.id = 'm1'")" \
	"m1|Shop/Orders|late|en|chat,email|<p>Hi</p>
|Hello there

Bye" "a folder of Markdown: category of the folders, name of the file, the rest of the front matter"
is "$(library) $(sql "SELECT name, text FROM response WHERE id <> 'm1'")" "2 plain|A file without any" "a file without front matter; links and hidden folders are passed over"
is "$(sql "SELECT name, type FROM response_attachment")" "a.txt|text/plain; charset=utf-8" "its attachment lies beside it"
printf -- '---\nid: m2\nname: *x\n---\n' >lib/Shop/bad.md
printf -- '---\nid: m3\nattachments: [../../etc/passwd]\n---\n' >lib/Shop/bad2.md
status 65 response-import lib
like "$err" 'lib/Shop/bad.md:3:7: ' "a mistake in a front matter, with its line and column"
like "$err" "lib/Shop/bad2.md: attachments: '../../etc/passwd'" "a file from elsewhere"
rm lib/Shop/bad*.md
ln -s /etc/passwd lib/Shop/passwd
printf -- '---\nid: m3\nattachments: [passwd]\n---\n' >lib/Shop/bad2.md
status 65 response-import lib
like "$err" 'attachments: passwd: ' "a link is not followed"
rm lib/Shop/bad2.md lib/Shop/passwd lib/Shop/link.md

# Archives.
for kind in tar.gz tar.zst zip; do
	again
	python3 - "$kind" <<'P'
import sys, io, os, tarfile, zipfile, subprocess
kind = sys.argv[1]
files = {}
for d, _, names in os.walk('lib'):
    for n in names:
        p = os.path.join(d, n)
        files[os.path.relpath(p, 'lib')] = open(p, 'rb').read()
if kind == 'zip':
    with zipfile.ZipFile('lib.zip', 'w', zipfile.ZIP_DEFLATED) as z:
        for n in sorted(files): z.writestr(n, files[n])
else:
    with tarfile.open('lib.tar', 'w') as t:
        for n in sorted(files):
            i = tarfile.TarInfo(n); i.size = len(files[n]); t.addfile(i, io.BytesIO(files[n]))
    data = open('lib.tar', 'rb').read()
    if kind == 'tar.gz':
        import gzip; open('lib.tar.gz', 'wb').write(gzip.compress(data))
    else:
        subprocess.run(['zstd', '-qf', 'lib.tar', '-o', 'lib.tar.zst'], check=True)
P
	ok response-import "lib.$kind"
	is "$(library) $(sql "SELECT count(*) FROM response_attachment")" "2 1" "$kind: the same library"
	is "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'ixn-import.*' | wc -l)" 0 "$kind: nothing unpacked is left"
done

python3 - <<'P'
import io, tarfile, zipfile, gzip
def tar(name, entries):
    with tarfile.open(name, 'w:gz') as t:
        for n, kind, data in entries:
            i = tarfile.TarInfo(n); i.type = kind
            if kind == tarfile.REGTYPE:
                i.size = len(data); t.addfile(i, io.BytesIO(data))
            else:
                i.linkname = data; t.addfile(i)
R, S, H = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
good = ('ok.md', R, b'---\nid: ok\n---\n\nfine\n')
tar('dots.tar.gz', [good, ('a/../../evil.md', R, b'x')])
tar('absolute.tar.gz', [good, ('/tmp/ixn-evil.md', R, b'x')])
tar('symlink.tar.gz', [good, ('a', S, '/tmp'), ('a/evil.md', R, b'x')])
tar('hardlink.tar.gz', [good, ('b.md', H, '/etc/passwd')])
tar('fifo.tar.gz', [good, ('pipe', tarfile.FIFOTYPE, '')])
tar('twice.tar.gz', [good, good])
tar('deep.tar.gz', [good, ('d/' * 60 + 'x.md', R, b'x')])
tar('many.tar.gz', [('f%05d/x.md' % i, R, b'---\nlanguage: en\n---\n\ntext %d\n' % i) for i in range(10000)])
with zipfile.ZipFile('bomb.zip', 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('a.md', b'\0' * (400 << 20))
with zipfile.ZipFile('back.zip', 'w') as z:
    z.writestr('a\\..\\..\\evil.md', b'x')
open('empty.tar.gz', 'wb').write(gzip.compress(b''))
open('torn.tar.gz', 'wb').write(open('many.tar.gz', 'rb').read()[:5000])
open('none.zip', 'wb').write(b'this is no archive')
P
again
for case in 'dots:would be written outside' 'absolute:would be written outside' 'symlink:a link' 'hardlink:a link' 'fifo:neither a file' 'twice:stands there twice' \
	'deep:too many folders' 'empty:.' 'torn:.'; do
	status 65 response-import "${case%%:*}.tar.gz"
	like "$err" "${case#*:}" "${case%%:*}.tar.gz is refused: ${case#*:}"
done
for case in 'bomb:200 times its size' 'back:would be written outside' 'none:.'; do
	status 65 response-import "${case%%:*}.zip"
	like "$err" "${case#*:}" "${case%%:*}.zip is refused: ${case#*:}"
done
is "$(library) $(staged) $(find "${TMPDIR:-/tmp}" /tmp -maxdepth 1 -name 'ixn-import.*' -newer site.json 2>/dev/null | wc -l)" "0 0 0" "of none of them anything is left"
status 1 test -e /tmp/ixn-evil.md
ok response-import --quiet many.tar.gz
is "$(library)" 10000 "ten thousand entries are no harm"

# The past.
again
ok response-import a.jsonl
cat >past.jsonl <<'J'
{"id":"u1","text":"Hello?","response":"greeting","at":"2026-01-02T03:04:05Z"}
{"text":"Is anybody there?","response":"HELLO","at":"2026-01-02T03:04:06Z","kind":"edited","language":"en"}
{"text":"Is anybody there?","response":"hello","at":"2026-01-02T03:04:06Z","kind":"edited","language":"en"}
J
ok response-import --uses past.jsonl
like "$err" '2 new, 1 known' "the same answer twice is one"
is "$(sql "SELECT response, text, kind, at, external_id = 'u1' FROM response_use ORDER BY at" | tr '\n' ' ')" \
	"greeting|Hello?|sent|1767323045000|1 greeting|Is anybody there?|edited|1767323046000|0 " "answers of the past"
ok response-import --uses past.jsonl
is "$(sql 'SELECT count(*) FROM response_use') $(staged)" "2 0" "the same file again adds none"
printf '%s\n' '{"text":"x","response":"nobody"}' '{"response":"greeting"}' >bad.jsonl
status 65 response-import --uses bad.jsonl
like "$err" "bad.jsonl:1: response: no response 'nobody'" "a response that is not there"
like "$err" 'bad.jsonl:2: text: is missing' "a use without text"
echo '{"id":"new","name":"New","category":"en"}' >n.jsonl
echo '{"text":"y","response":"new"}' >nu.jsonl
ok response-import n.jsonl --uses nu.jsonl
is "$(sql "SELECT count(*) FROM response_use WHERE response = 'new'")" 1 "both at once: of a response that comes along"

# Who may.
ok agent-login alice --media chat
status 77 response-import --agent alice a.jsonl
ok agent-login lea --media chat
ok response-import --agent lea n.jsonl

# A million lines of which one is wrong change nothing, and take little memory.
again
seq 1 "${IMPORT_LINES:-20000}" | sed 's/.*/{"id":"i&","name":"Name &","category":"Root\/Sub","language":"en","text":"some words of number &"}/' >big.jsonl
sed '15000s/"name"/"nam"/' big.jsonl >bad.jsonl
status 65 response-import --quiet bad.jsonl
like "$err" '^response-import: bad.jsonl:15000: nam: ' "the one line is told"
is "$(library) $(staged)" "0 0" "nothing is imported"

# AddressSanitizer keeps what was freed: hardly any of it here.
peak() { ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1:thread_local_quarantine_size_kb=64" command time -f %M -o kb "$@" >/dev/null 2>&1; tail -n 1 kb; }
if command time -f %M true 2>/dev/null; then
	sed -n 1,1000p bad.jsonl >some.jsonl
	small=$(peak response-import --quiet --dry-run some.jsonl) large=$(peak response-import --quiet bad.jsonl)
	[ "$large" -lt $((small + 32768)) ]
	is $? 0 "however many lines there are, it takes as little memory: $large kB, of 1,000 lines $small"
else
	skip 'memory of an import' 'no time(1)'
fi

# Responses of 10 MB, among others, are refused by their lines; one of the most that is allowed is not.
{ sed -n 1,3p big.jsonl && printf '{"id":"huge","name":"H","category":"en","text":"' && head -c 10000000 /dev/zero | tr '\0' x && printf '"}\n' && sed -n 4p big.jsonl; } >bad.jsonl
wrong "a response of 10 MB" 'bad.jsonl:4: text: is larger than 1048576 bytes'
{ sed -n 1p big.jsonl && for i in 1 2 3; do printf '{"id":"full%s","name":"F%s","category":"Full","text":"' $i $i && head -c 1048576 /dev/zero | tr '\0' x && printf '"}\n'; done; } >full.jsonl
ok response-import --quiet full.jsonl
is "$(sql "SELECT count(*) FROM response WHERE length(text) = 1048576")" 3 "three of the most that is allowed are taken"
is "$(response-search F2 --ids)" full2 "and found"

# Two of one kind of which only one may be active change places.
again
printf '%s\n' '{"id":"a1","name":"A","category":"en","usage":"acknowledgement","text":"one"}' '{"id":"a2","name":"B","category":"en","usage":"acknowledgement","active":false,"text":"two"}' >ack.jsonl
ok response-import ack.jsonl
printf '%s\n' '{"id":"a2","active":true}' '{"id":"a1","active":false}' >swap.jsonl
ok response-import swap.jsonl
is "$(sql "SELECT id, active FROM response ORDER BY id" | tr '\n' ' ') $(staged)" 'a1|0 a2|1  0' "the one that is to be active takes the place of the other"

# Over the network: who imports is killed (SIGKILL) before any of what it sends. Nothing, or, once it is decided,
# everything as soon as anybody writes. In the store itself it is response-crash that kills.
if $served && traced -f -qq -o /dev/null true 2>/dev/null; then
	sed -n 1,300p big.jsonl >some.jsonl
	bad='' nth=1 seen=''
	while [ $nth -lt 500 ]; do
		again
		# The server is up, and the owner known to it, before anything is counted.
		ixn-create --media chat --from first@example.org >/dev/null
		! traced -f -qq -o /dev/null -e trace=sendto -e inject=sendto:signal=KILL:when=$nth response-import --quiet some.jsonl >/dev/null 2>&1 || break
		seen="$seen$([ "$(staged)" = 0 ] && echo none || echo staged):$(library)
"
		# Whoever writes moves it on, or, when nobody came back to it, clears it away.
		n=0
		while [ "$(staged)" != 0 ] && [ $n -lt 600 ]; do
			n=$((n + 1))
			printf '2026-11-21T%02d:%02d:00Z\n' $((10 + n / 60)) $((n % 60)) >"$IXN_CLOCK"
			ixn-create --media chat --from "$n@example.org" >/dev/null
		done
		case $(staged):$(library) in 0:0 | 0:300) ;; *) bad="$bad $nth: staged $(staged), there $(library)" ;; esac
		echo 2026-11-21T09:00:00Z >"$IXN_CLOCK"
		nth=$((nth + 1))
	done
	is "$(library)" 300 "not killed, all are there"
	is "$bad" '' "killed before any of what it sends: nothing or everything, and nothing staged"
	for what in none:0 staged:0 'staged:[1-9][0-9]*'; do
		like "$seen" "$what\$" "of that, $what"
	done
	_note seen: "$(printf %s "$seen" | sort | uniq -c)"
fi
done_testing
