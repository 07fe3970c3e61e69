#!/bin/sh
# A store of an older version: refused by all commands, brought up to date by ixn-setup alone.
# covers: ixn-setup
# place: embedded - a file of an older version
. "$(dirname "$0")/lib.sh"

db=$XDG_DATA_HOME/ixn/store.db

# One that was made and used by version 2.
mkdir -p "${db%/*}" && sqlite3 "$db" <"$top/tests/t/store-v2.sql" >/dev/null
sqlite3 "$db" 'PRAGMA journal_mode = wal' >/dev/null
export IXN_CLOCK=2026-11-21T15:05:21Z
status 78 ixn-list --all
like "$err" 'older format' 'an older store is refused, and says what to do'
status 0 ixn-setup
now=$(sed -n 's/^#define STORE_VERSION //p' "$top/lib/store/store.h")
is "$(sqlite3 "$db" "SELECT value FROM meta WHERE key = 'version'")" "$now" 'ixn-setup raised its version'
status 0 ixn-list --all --fields state,queue,agent,name
is "$(printf '%s\n' "$out" | sort | tr '\t\n' '  ')" 'active front alice Ann offered front alice  queued back   ' 'what was in it is still there'
is "$(ixn-setup --dump | jq -c '[(.queues, .agents, .workbins, .data_display, .hours)[].name]')" '["front","back","alice","lea","later","desk","order","office"]' 'and the site'
# What version 2 kept for later is understood when it is loaded again.
# shellcheck disable=SC2016 # a field code is no variable
is "$(ixn-setup --dump | jq -c '.workbins[1], .sites[0]')" '{"name":"desk","label":"Team","kind":"team","team":"t","colour":"red"}
{"name":"crm","url":"https://crm.example/?id=$Contact.Id$"}' 'what it only kept is still there'
ixn-setup --dump | jq '{workbins, sites}' >dump.json
ok ixn-setup --load dump.json
is "$(ixn-setup --dump | grep -c '"kind".*"kind"\|"url".*"url"') $(ixn-setup --dump | jq -c .workbins[1])" '0 {"name":"desk","label":"Team","kind":"team","team":"t","colour":"red"}' 'and once, when it has been loaded again'
is "$(ixn-site "$(ixn-list --all --ids --limit 1 2>/dev/null)" --name crm | cut -c 1-24)" 'https://crm.example/?id=' 'in force then'
ok ixn-setup --check
ok agent-login lea --ready
is "$(ixn-list --offers --agent lea --fields queue)" back 'it goes on as if it had always been so'

# In version 6 a copy of a sent mail that had failed was to be tried again: so it still is.
{
	"$IXN_BIN/../peers/sql-catalogue" schema sqlite | sed '/^ALTER TABLE outbox ADD COLUMN copy_attempts/,$d'
	echo "INSERT INTO meta (key, value) VALUES ('version', '6'), ('min_reader', '6');"
	for copy in 1=failed 2=kept 3=due; do
		echo "INSERT INTO outbox (id, rid, version, kind, state, sender, subject, message_id, date, text, created, epoch, past_data, mailbox, copy, copy_reply)
			VALUES ('01M7YNB0JG5E1N9CGX3QZSXHA${copy%=*}', '${copy%=*}', 1, 'email', 'sent', 'a@example.org', '${copy%=*}', 'x', '', '', 0, 0, 0, 'support', '${copy#*=}', 'no');"
	done
} | sqlite3 "$tmp/six.db" >"$tmp/made" 2>&1
is "$(cat "$tmp/made")" '' 'a store of version 6'
export IXN_STORE="file:$tmp/six.db"
status 78 outbox-list
ok ixn-setup
is "$(outbox-list --state sent --json | jq -c '[.subject, .copy, .copy_reply, .copy_next_at]')" '["1","deferred","no","1970-01-01T00:00:00.000Z"]
["2","kept",null,null]
["3","due",null,null]' 'copies that failed wait for their next try, which is now'
# In version 7 the place of a copy that may be there stood where the reason does, and was forgotten with those that were given up.
{
	"$IXN_BIN/../peers/sql-catalogue" schema sqlite | sed '/^ALTER TABLE outbox ADD COLUMN copy_place/,$d'
	echo "INSERT INTO meta (key, value) VALUES ('version', '7'), ('min_reader', '7');"
	for copy in 1=begun 2=failed 3=dropped 4=deferred 5=kept; do
		echo "INSERT INTO outbox (id, rid, version, kind, state, sender, subject, message_id, date, text, created, epoch, past_data, mailbox, copy, copy_reply)
			VALUES ('01M7YNB0JG5E1N9CGX3QZSXHA${copy%=*}', '${copy%=*}', 1, 'email', 'sent', 'a@example.org', '${copy%=*}', 'x', '', '', 0, 0, 0, 'support', '${copy#*=}', '7:4');"
	done
} | sqlite3 "$tmp/seven.db" >"$tmp/made" 2>&1
is "$(cat "$tmp/made")" '' 'a store of version 7'
export IXN_STORE="file:$tmp/seven.db"
ok ixn-setup
is "$(sqlite3 "$tmp/seven.db" 'SELECT copy, copy_place, copy_reply FROM outbox ORDER BY id' | tr '\n' ' ')" 'begun|7:4| failed|0:1|7:4 dropped|0:1|7:4 deferred||7:4 kept||7:4 ' 'so it is looked for there, or in all of the folder'
# In version 8 no machine said that it sends.
is "$(sqlite3 "$tmp/seven.db" 'SELECT count(*) FROM outbox_run')" 0 'and nobody is at it'
unset IXN_STORE

sqlite3 "$tmp/other.db" 'CREATE TABLE mine (x)'
status 78 ixn-setup --store "file:$tmp/other.db"
is "$(sqlite3 "$tmp/other.db" 'PRAGMA journal_mode; SELECT name FROM sqlite_master' | tr '\n' ' ')" 'delete mine ' "somebody else's database is left as it was"

done_testing
