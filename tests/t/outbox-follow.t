#!/bin/sh
# outbox-send --follow with two accounts, of which one has the wrong password for a while: the
# other is served, that one is left alone for an hour, lest it be locked, and then tried again.
# So is a server of sent mails, by itself: the mails of that account go.
# covers: outbox-send
# place: embedded - a library is loaded into the process that sends, so that it does not pause
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/drafts.sh"
command -v python3 >/dev/null || skip_all 'no python3'
full=$IXN_BIN/../libexec/ixn/ixn-full
[ -x "$full" ] || skip_all "no $full"
${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o hasty.so "$top/tests/peers/preload/hasty.c" 2>cc.err || skip_all 'no C compiler'
ln -s "$full" outbox-send

site <<'J'
{"agents":[{"name":"alice","capacity":{"email":9}}],"queues":[{"name":"support"}],
"mailboxes":[{"name":"desk","address":"desk@example.org","queue":"support","sent":"append"},
	{"name":"sales","address":"sales@example.org","queue":"support"},{"name":"support","address":"support@example.org","queue":"support"}]}
J
background "$top/tests/peers/smtp-peer" --port-file port --dir mails --log log
background "$top/tests/peers/smtp-peer" --port-file port.sales --dir mails.sales --log log.sales --auth user:secret
background "$top/tests/peers/imap-peer" --port-file port.desk --log log.desk --capabilities 'AUTH=PLAIN' --raw 'AUTHENTICATE=%t NO [AUTHENTICATIONFAILED] no\r\n'
wait_for test -s port.desk
wait_for test -s port
wait_for test -s port.sales
echo wrong >password
echo wrong >password.desk
mkdir -p "$XDG_CONFIG_HOME/ixn"
printf '%s\n' 'session_ttl = 30d' '[smtp]' 'host = 127.0.0.1' "port = $(cat port)" 'tls = none' \
	'[smtp.sales]' "port = $(cat port.sales)" 'user = user' "password_command = cat $PWD/password" \
	'[imap.desk]' 'host = 127.0.0.1' "port = $(cat port.desk)" 'tls = none' 'user = desk' "password_command = cat $PWD/password.desk" >"$XDG_CONFIG_HOME/ixn/config"
ready alice
compose() { as alice email-compose --from "$1" --to "$2@x.test" --subject "$2" --text Hello --send >"$tmp/out"; }
logins() { grep -c '^AUTH' "${1-log.sales}"; }
# shellcheck disable=SC2317 # wait_for calls it
desk_logins() { [ "$(logins log.desk)" = "$1" ]; }

compose sales one
compose support two
LD_PRELOAD=$PWD/hasty.so background ./outbox-send --follow
follow=$pid
wait_for test -s mails/001.eml
is "$(logins)" 1 'one account is served, the other is refused'
echo secret >password
compose sales three
compose support four
wait_for test -s mails/002.eml
is "$(logins) $(find mails.sales -name '*.eml' | wc -l)" '1 0' 'which is left alone, whatever comes'
later 3500
compose support five
wait_for test -s mails/003.eml
is "$(logins)" 1 'for an hour'
later 200
wait_for test -s mails.sales/002.eml
is "$(logins)" 2 'then it is tried again'
compose desk six
wait_for desk_logins 1
compose desk seven
wait_for test -s mails/005.eml
compose desk eight
wait_for test -s mails/006.eml
is "$(ls mails/006.eml) $(logins log.desk)" 'mails/006.eml 1' 'where copies are refused the login, mails go on, and it is not asked for another'
later 3700
wait_for desk_logins 2
is "$(logins log.desk)" 2 'for an hour'
rm password.desk
later 3700
wait_for grep -q 'exit status' "$tmp/$follow.out"
compose desk nine
wait_for test -s mails/007.eml
is "$(ls mails/007.eml) $(logins log.desk)" 'mails/007.eml 2' 'nor do mails wait where the password of the copies is not to be had'
echo wrong >password.desk
later -86400
wait_for desk_logins 3
is "$(logins log.desk)" 3 'and no hour gets longer where the clock is set back'
kill "$follow" && wait "$follow"
is $? 0 'until it is told to stop'
done_testing
