#!/bin/sh
# email-fetch of many mails into a store that refuses one of them and all that is tried
# with it: what was read behind that one is not taken before it; the next run takes all, each once.
# place: embedded - a store that refuses by a trigger
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/fetch.sh"

dovecot_find
command -v jq >/dev/null || skip_all 'no jq'
dovecot_start . support:support
cat >site.json <<'EOF'
{"agents":[{"name":"alice","capacity":{"email":5}}],"queues":[{"name":"support"}],
 "mailboxes":[{"name":"support","address":"support@example.org","queue":"support","after":"keep"}]}
EOF
ok ixn-setup --load site.json
imap_config 'user = support' "password_file = $(password support)"
many=500
mkdir mails
for k in $(seq $many); do printf 'From: c%s@x.test\r\nMessage-ID: <%s@test>\r\nSubject: mail %s\r\n\r\nHello %s\r\n' $((k % 50)) "$k" "$k" "$k" >"mails/$k"; done
dovecot_deliver support mails/*

db=$XDG_DATA_HOME/ixn/store.db
sqlite3 "$db" "CREATE TRIGGER refuse BEFORE INSERT ON fetch_mail WHEN new.uid = 5 BEGIN SELECT RAISE(ABORT, 'refused'); END"
status 70 email-fetch support
is "$(sqlite3 "$db" 'SELECT count(*), max(uid) FROM fetch_mail')" '4|4' 'those before it are there, none behind it'
sqlite3 "$db" 'DROP TRIGGER refuse'
ok email-fetch support
is "$(subjects | uniq | wc -l) $(sqlite3 "$db" 'SELECT count(*), min(acted) FROM fetch_mail')" "$many $many|1" 'then all, each once, and done with at the server'
ok ixn-doctor
done_testing
