#!/bin/sh
# email-fetch of more mails than it lists at once, so many that the store's log is
# written back on the way: each is there once and marked; killed (SIGKILL) at a step
# of what makes them durable, then run again, the same.
# place: embedded - killed at what the process that has the store makes durable
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/fetch.sh"

dovecot_find
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
full=$IXN_BIN/../libexec/ixn/ixn-full
[ -x "$full" ] || skip_all "no $full"
${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o crashpoint.so "$top/tests/peers/preload/crashpoint.c" 2>cc.err || skip_all 'no C compiler'
ln -s "$full" email-fetch
dovecot_start . support:support
desk=$tmp/work/desk db=$tmp/work/desk/store.db many=4300
export CRASHPOINT_FOLDER="$desk" IXN_STORE="file:$db"
imap_config 'user = support' "password_file = $(password support)"
mkdir desk mails
echo '{"queues":[{"name":"support"}],"mailboxes":[{"name":"support","address":"support@example.org","queue":"support","after":"seen"}]}' >site.json
ixn-setup --load site.json >/dev/null || exit 1
cp -R desk fresh
awk -v n=$many 'BEGIN {
	for (i = 0; i < 100; i++) text = text "the order came late but has arrived, and we would like to know more\r\n"
	for (k = 1; k <= n; k++) {
		printf "From: c%d@x.test\r\nMessage-ID: <%d@test>\r\nSubject: mail %d\r\n\r\n%s", k % 50, k, k, text >("mails/" k)
		close("mails/" k)
	}
}'
box=$dovecot/mail/support/Maildir
mkdir -p "$dovecot/mail/support"
mkdir "$box" "$box/cur" "$box/tmp"
mv mails "$box/new"
[ "$(id -u)" != 0 ] || chown -R nobody:nogroup "$dovecot/mail"

# state: interactions, different mails, those that are not marked, and what the store finds wrong with itself.
state() { sqlite3 "$db" 'SELECT count(*) FROM ixn; SELECT count(DISTINCT uid), sum(acted IS NULL) FROM fetch_mail; PRAGMA integrity_check' | tr '\n' ' '; }
whole="$many $many|0 ok "
CRASHPOINT_LOG=$tmp/work/log LD_PRELOAD=$tmp/work/crashpoint.so ok ./email-fetch support --quiet
is "$(state)" "$whole" 'undisturbed'
is "$(at_server support 'print(sum("Seen" in f for f in flags("INBOX")))')" $many 'all are marked at the server'
# Pages that follow each other are written together: far fewer writes than pages.
is "$(awk '$2 == "store.db" && $1 == "write" { k++ } $2 == "store.db-wal" && $1 == "write" { n += k; k = 0 } END { print (n > 100 && n < 10000 ? "few" : n) }' log)" few 'the log was written back on the way, in few writes'

bad='' part=0 n=$(wc -l <log)
for tenth in 2 4 5 6 7 8 9; do
	rm -rf desk && cp -R fresh desk
	rc=0
	CRASHPOINT=$((n * tenth / 10)) LD_PRELOAD=$tmp/work/crashpoint.so ./email-fetch support --quiet >out 2>err || rc=$?
	[ $rc = 70 ] || bad="$bad$tenth: $rc $(cat err)
"
	was=$(state)
	case $was in "$whole" | '0 0|'*) ;; *' ok ') part=$((part + 1)) ;; *) bad="$bad$tenth: $was
" ;; esac
	./email-fetch support --quiet >out 2>err || bad="$bad$tenth: then $? $(cat err)
"
	[ "$(state)" = "$whole" ] || bad="$bad$tenth: $was, then $(state)
"
done
is "$bad" '' 'killed at seven places, then run again: each mail once'
is "$([ $part -ge 3 ] && echo several)" several "with some of them taken before ($part)"
ok ixn-setup --check
done_testing
