#!/bin/sh
# A site moves from a file to PostgreSQL and back: every row, told by counts and
# digests; into nothing that holds something; what was broken off is no store, and
# is begun anew; and on a database of any locale the desk is the same.
# covers: ixn-setup
# place: embedded - it has servers of its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/pg.sh"
. "$top/tests/t/rows.sh"
pg_begin
pg_init data
pg_start data 5432
for db in one two three; do
	echo "CREATE DATABASE $db" | pg_sql 5432
done
dump() { sqlite3 "$1" .dump | grep -v '^PRAGMA\|^BEGIN\|^COMMIT' | LC_ALL=C sort; }

# A site at work: chats, mails, notes, a library that is used, files in it, logins.
export IXN_STORE="file:$tmp/work/here"
store=$tmp/work/here
sql() { sqlite3 "$store" "$1"; }
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","media":["chat","email"],"capacity":{"chat":3,"email":3},"skills":{"french":2}},
{"name":"Bob","alias":"Bob","capacity":{"chat":2}},{"name":"ecole","capacity":{"chat":1}},{"name":"Eve","capacity":{"chat":1}},{"name":"lea","role":"lead","capacity":{"chat":3}}],
"teams":[{"name":"t","leads":["lea"],"members":["alice","Bob","ecole","Eve"]}],
"queues":[{"name":"orders","skills":"french>=1"},{"name":"A-b"},{"name":"a-b"},{"name":"a_b"},{"name":"ab"}],
"dispositions":[{"name":"answered","title":"Answered"}],"workbins":[{"name":"later","kind":"team","team":"t"}],
"web":[{"name":"shop","origins":["https://www.example.org"],"chat_queue":"orders"}]}
J
mail
ready alice Bob lea
i=0
while [ $((i += 1)) -le 30 ]; do
	echo "{\"shortcut\":\"s$i\",\"name\":\"N$i\",\"category\":\"Root\",\"text\":\"text $i é parcel\"}"
done >library.jsonl
ok response-import library.jsonl
printf 'a\0b\377\n' >form.pdf
: >empty
r=$(as lea response-edit --name 'With files' --text 'see the form' --attach form.pdf --attach empty --ids)
ok as lea response-edit "$r" --text 'see the new form'
for n in Ann "It's \"Tom\"" 'naïve ☎' ann; do
	id=$(create --media chat --queue orders --name "$n" --from "$(echo "$n" | tr -cd 'A-Za-z')@example.org" --subject "$n" --text "hello from $n")
done
for n in 1 2; do
	id=$(as alice ixn-accept --ids)
	as alice chat-send "$id" --text 'one moment — ☎' --idempotency-key k$n >sent
	as alice chat-send "$id" --response "$r" >sent 2>&1
	as alice chat-send "$id" --response s$n >>sent
	as alice ixn-note "$id" --text "a note, 'quoted'" >sent
	as alice ixn-data "$id" --set order=1234 >sent
done
as alice response-favourite s3 >sent
ok as alice chat-end "$id"
as alice ixn-disposition "$id" --set answered >sent
as alice ixn-done "$id" --transcript >sent 2>&1 || as alice ixn-done "$id" >sent
create --media email --queue A-b --from x@example.org --subject mail >sent
sql "INSERT INTO exclusion SELECT printf('%026d', value), 'a', value FROM generate_series(1, 1234)"
# Not in one pipe: who closes it last locks it, and the next has no patience.
ask=$(sql "SELECT 'SELECT ''' || name || ''' WHERE EXISTS (SELECT 1 FROM ' || name || ');' FROM sqlite_master WHERE type = 'table'")
rows=$(printf '%s\n' "$ask" | sqlite3 "$store" | tr '\n' ' ')
for table in blob event idempotency ixn message note response response_attachment response_use response_version token; do
	like " $rows" " $table " "a site with something in $table"
done
echo "# of $(sql "SELECT count(*) FROM sqlite_master WHERE type = 'table'") tables $(echo "$rows" | wc -w) hold something"

ok ixn-setup --store "$(pg_url 5432 one)" --copy-from "$IXN_STORE"
cp "$tmp/out" there
is "$(cut -f 1 there)" "$(sql "SELECT name FROM sqlite_master WHERE type = 'table'" | cat)" 'every table was copied'
like "$(cat there)" '^exclusion	1234	[0-9a-f]{32}$' 'page by page'
is "$(awk '$2 { print $1 }' there | tr '\n' ' ')" "$rows" 'with what it holds'
status 73 ixn-setup --store "$(pg_url 5432 one)" --copy-from "$IXN_STORE"
like "$err" 'is not empty' 'into what holds something nothing is copied'
ok ixn-setup --store "file:$tmp/work/back" --copy-from "$(pg_url 5432 one)"
is "$(cat "$tmp/out")" "$(cat there)" 'and back: the same counts and digests'
is "$(dump back)" "$(dump here)" 'the file is as it was, to the byte'
status 73 ixn-setup --store "file:$tmp/work/back" --copy-from "$(pg_url 5432 one)"
ok ixn-doctor --store "file:$tmp/work/back"
ok ixn-doctor --store "$(pg_url 5432 one)"

# From server to server, to one whose locale sorts in another way; all that is listed is the same.
echo "CREATE DATABASE locale TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'fr-u-kn' LOCALE 'C.UTF-8'" | pg_sql 5432 | grep . && echo 'CREATE DATABASE locale' | pg_sql 5432
ok ixn-setup --store "$(pg_url 5432 locale)" --copy-from "$(pg_url 5432 one)"
is "$(cat "$tmp/out")" "$(cat there)" 'from one server to another'
is "$(echo "SELECT 'a' < 'B', (SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C')" | pg_sql 5432 locale)" 't|0' 'text is in the order of its bytes there, too'
look() {
	ixn-setup --dump
	ixn-list --all --fields id,state,medium,queue,contact,subject,priority
	for m in $(sql 'SELECT id FROM ixn'); do ixn-show "${m#??????????????????}"; done
	for x in alice Bob lea; do team-find --agent $x --fields kind,name ''; done
	response-list --fields id,name,shortcut,category
	response-search --fields name parcel 2>"$tmp/index"
	response-show "$r" --json
	agent-list --tokens --fields agent,device
	ixn-watch --after 0 --timeout 1ms --fields seq,event,ixn,agent,ref
}
look >looks.here 2>&1
for db in one locale; do
	IXN_STORE=$(pg_url 5432 $db) look >looks.$db 2>&1
	ok diff looks.here looks.$db
done

# What is not UTF-8 came into stores of older versions: keys of requests, which are left out, more than a page of them;
# elsewhere it is put right, but in a key, which is named.
cp here unsound
unsound() { sqlite3 unsound "$1"; }
unsound "INSERT INTO idempotency SELECT 'contact:', 'web.callback', CAST(x'61ff' || value AS TEXT), '', '', 1 FROM generate_series(1, 1100)"
unsound "INSERT INTO idempotency VALUES ('zoe', 'ixn.note', 'k', '', '', 1); UPDATE note SET text = CAST(x'61ff62' AS TEXT)"
echo 'CREATE DATABASE unsound' | pg_sql 5432
ok ixn-setup --store "$(pg_url 5432 unsound)" --copy-from "file:$tmp/work/unsound"
is "$(echo "SELECT count(*), max(key) FILTER (WHERE actor = 'zoe') FROM idempotency" | pg_sql 5432 unsound)" "$(($(sql 'SELECT count(*) FROM idempotency') + 1))|k" 'keys that nobody can send stay behind, and no others'
is "$(echo "SELECT DISTINCT text FROM note" | pg_sql 5432 unsound)" 'a�b' 'elsewhere it is put right'
ok ixn-doctor --store "$(pg_url 5432 unsound)"
unsound "UPDATE contact_address SET address = CAST(x'61ff62' AS TEXT) WHERE rowid = (SELECT min(rowid) FROM contact_address)" 2>/dev/null ||
	unsound "INSERT INTO favourite VALUES ('alice', CAST(x'61ff62' AS TEXT), 1)"
status 65 ixn-setup --store "file:$tmp/work/sound" --copy-from "file:$tmp/work/unsound"
like "$err" "in the table [a-z_]+ the key 'a�b' is not valid UTF-8" 'a key is named'

# Broken off, at any step: no store, and begun anew by asking again.
command -v python3 >/dev/null || skip_all 'no python3'
mkdir "$tmp/between"
background "$top/tests/peers/pg-proxy" "$pg/.s.PGSQL.5432" "$tmp/between/.s.PGSQL.5432" "$tmp/work/plan"
wait_for test -S "$tmp/between/.s.PGSQL.5432"
# broken STEP COMMAND...: it is killed at that step; false: it came to its end before.
broken() {
	echo "$1 stall" >plan
	shift
	"$@" >broken.out 2>&1 &
	_copy=$!
	wait_for sh -c "[ -e plan.hit ] || ! kill -0 $_copy"
	[ -e plan.hit ] || { wait $_copy && rm -f plan && return 1; }
	kill -9 $_copy
	wait $_copy 2>/dev/null
	rm plan.hit
}
step=20 n=0
while broken $step ixn-setup --store "postgresql://ixn@/two?host=$tmp/between" --copy-from "$IXN_STORE"; do
	rc=0
	ixn-list --store "$(pg_url 5432 two)" >out 2>&1 || rc=$?
	# Made, and not yet begun with; or whole already.
	[ $rc = 78 ] || [ "$(ixn-setup --dump --store "$(pg_url 5432 two)")" = '{}' ] || break
	n=$((n + 1)) step=$((step + 41 + step / 3))
done
like "$n" '^([5-9]|..+)$' 'killed at many steps'
# And then the same command copied it whole.
IXN_STORE=$(pg_url 5432 two) look >looks.two 2>&1
ok diff looks.here looks.two
step=30 n=0
while broken $step ixn-setup --store "file:$tmp/work/again" --copy-from "postgresql://ixn@/one?host=$tmp/between"; do
	rc=0
	ixn-list --store "file:$tmp/work/again" >out 2>&1 || rc=$?
	[ $rc = 78 ] || [ "$(ixn-setup --dump --store "file:$tmp/work/again")" = '{}' ] || break
	n=$((n + 1)) step=$((step + 41 + step / 3))
done
like "$n" '^([3-9]|..+)$' 'and back'
is "$(dump again)" "$(dump here)" 'what is left is no store, and the next one is'

# What was not finished says so; two at once do not mix.
echo "UPDATE meta SET value = '0' WHERE key = 'version'" | pg_sql 5432 two
status 78 ixn-list --store "$(pg_url 5432 two)"
like "$err" 'not to the end' 'a copy that was broken off is no store'
status 78 ixn-setup --store "$(pg_url 5432 two)"
status 78 ixn-setup --store "file:$tmp/work/none" --copy-from "$(pg_url 5432 two)"
both_1='' both_2=''
for n in 1 2; do
	ixn-setup --store "$(pg_url 5432 two)" --copy-from "$IXN_STORE" >"both.$n" 2>&1 &
	eval "both_$n=\$!"
done
wait "$both_1"
rc=$?
wait "$both_2"
rc="$rc $?"
like "$rc" '^(0 (73|75)|(73|75) 0)$' 'of two at once one copies'
IXN_STORE=$(pg_url 5432 two) look >looks.two 2>&1
ok diff looks.here looks.two

# A row that went astray is met.
cat >sabotage.sql <<'Q'
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.until := NEW.until + 1; RETURN NEW; END $$;
CREATE TRIGGER lose BEFORE INSERT ON exclusion FOR EACH ROW WHEN (NEW.until = 700) EXECUTE FUNCTION lose();
Q
ixn-setup --store "$(pg_url 5432 three)"
pg_sql 5432 three <sabotage.sql
status 74 ixn-setup --store "$(pg_url 5432 three)" --copy-from "$IXN_STORE"
like "$err" 'not like its source: table exclusion' 'a row that differs is met'
done_testing
