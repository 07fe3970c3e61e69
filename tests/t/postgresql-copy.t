#!/bin/sh
# A site moves from a file to PostgreSQL and back: every row, told by counts and
# digests; into nothing that holds something; and what was broken off is no store.
# covers: ixn-setup
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/pg.sh"
pg_begin
pg_init data
pg_start data 5432
for db in one two three; do
	echo "CREATE DATABASE $db" | pg_sql 5432
done
dump() { sqlite3 "$1" .dump | grep -v '^PRAGMA\|^BEGIN\|^COMMIT' | LC_ALL=C sort; }

# A store with something of everything: the demo, a chat, mails, notes, a library.
export IXN_STORE="file:$tmp/work/here"
ixn-setup --demo >passwords 2>/dev/null
agent-login alice --ready --quiet >"$tmp/login" 2>&1
id=$(ixn-accept --ids 2>"$tmp/accept" || ixn-list --ids | head -n 1)
chat-send "$id" --text "it's \"here\" — naïve ☎" >/dev/null 2>&1
i=0
while [ $((i += 1)) -le 30 ]; do
	echo "{\"shortcut\":\"s$i\",\"name\":\"N$i\",\"category\":\"Root\",\"text\":\"text $i é\"}"
done >library.jsonl
response-import library.jsonl >"$tmp/import" 2>&1 || cat "$tmp/import"
sqlite3 here "INSERT INTO blob VALUES ('x', 5, x'00ff275c0a'), ('y', 0, x''); INSERT INTO exclusion SELECT printf('%026d', value), 'a', value FROM generate_series(1, 1234)"

ok ixn-setup --store "$(pg_url 5432 one)" --copy-from "$IXN_STORE"
cp "$tmp/out" there
is "$(cut -f 1 there)" "$(sqlite3 here "SELECT name FROM sqlite_master WHERE type = 'table'" | cat)" 'every table was copied'
like "$(cat there)" '^exclusion	1234	[0-9a-f]{32}$' 'page by page'
status 73 ixn-setup --store "$(pg_url 5432 one)" --copy-from "$IXN_STORE"
like "$err" 'is not empty' 'into what holds something nothing is copied'
list() { ixn-list "$@" --all --fields id,state,medium,queue,contact,subject,priority; }
is "$(list --store "$(pg_url 5432 one)")" "$(list)" 'the copy tells the same'
ok ixn-setup --store "file:$tmp/work/back" --copy-from "$(pg_url 5432 one)"
is "$(cat "$tmp/out")" "$(cat there)" 'and back: the same counts and digests'
is "$(dump back)" "$(dump here)" 'the file is as it was, to the byte'
status 73 ixn-setup --store "file:$tmp/work/back" --copy-from "$(pg_url 5432 one)"
ok ixn-doctor --store "file:$tmp/work/back"

# From server to server.
ok ixn-setup --store "$(pg_url 5432 two)" --copy-from "$(pg_url 5432 one)"
is "$(cat "$tmp/out")" "$(cat there)" 'from one server to another'

# What was not finished says so.
echo "UPDATE meta SET value = '0' WHERE key = 'version'" | pg_sql 5432 two
status 78 ixn-list --store "$(pg_url 5432 two)"
like "$err" 'not to the end' 'a copy that was broken off is no store'
status 78 ixn-setup --store "$(pg_url 5432 two)"

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
