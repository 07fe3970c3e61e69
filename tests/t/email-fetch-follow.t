#!/bin/sh
# email-fetch --follow: what comes is there by IDLE, through a server that starts
# again and a process that dies; told to stop it ends well. A mail that crashes the
# program that reads it is set aside, and holds up nobody.
# place: embedded - processes of this machine
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/fetch.sh"

dovecot_find
command -v jq >/dev/null || skip_all 'no jq'
dovecot_start . support:support sales:sales
cat >site.json <<'EOF'
{"agents":[{"name":"alice","capacity":{"email":5}}],"queues":[{"name":"support"}],
 "mailboxes":[{"name":"support","address":"support@example.org","queue":"support","after":"seen"},
  {"name":"sales","address":"sales@example.org","queue":"support","after":"seen"},
  {"name":"wrong","address":"wrong@example.org","queue":"support"}]}
EOF
ixn-setup --load site.json >/dev/null || exit 1
imap_config '[imap.support]' 'user = support' "password_file = $(password support)" '[imap.sales]' 'user = sales' "password_file = $(password sales)" \
	'[imap.wrong]' 'user = wrong' "password_file = $(password wrong)"
# has N: so many interactions.
has() { [ "$(subjects | wc -l)" = "$1" ]; }
seen() { [ "$(at_server "$1" 'print(sum("Seen" in f for f in flags("INBOX")))')" = "$2" ]; }
# children: of the process that was started last, each with what it is.
children() { pgrep -P "$(pgrep -P "$follow" -x ixn-full || pgrep -P "$follow")"; }

letter 1 a@x.test one && letter 2 a@x.test two
dovecot_deliver support 1
background email-fetch support sales --follow
follow=$pid log=$tmp/$pid.out
wait_for has 1
is "$(subjects)" one 'what was there'
dovecot_deliver support 2
wait_for has 2
is "$(subjects)" 'one
two' 'what comes is fetched as it comes'
for k in 3 4 5; do
	letter $k a@x.test "mail $k" && dovecot_deliver sales $k
	wait_for has $k
done
is "$(subjects | wc -l)" 5 'again and again, from another mailbox'
wait_for seen support 2
_tap $? 'and marked'
like "$(cat "$log")" '	kept	support	a@x\.test	two	support' 'each has a line at once'
status 75 email-fetch support
like "$err" 'email-fetch support is already running' 'nobody else fetches meanwhile'

# The server goes away.
dovecot_stop
wait_for grep -q 'closed the connection\|cannot reach' "$log"
_tap $? 'it goes away: says so'
dovecot_again
letter 6 a@x.test six && dovecot_deliver support 6
wait_for has 6
_tap $? 'it is back, and so are we'

# A process dies.
victim=$(children | head -n 1)
kill -KILL "$victim"
wait_for grep -q 'ended by signal KILL' "$log"
_tap $? 'a process is killed: says so'
letter 7 a@x.test seven && letter 8 a@x.test eight
dovecot_deliver support 7 && dovecot_deliver sales 8
wait_for has 8
_tap $? 'another takes its place; the other mailbox did not notice'
kill -TERM "$follow"
wait "$follow"
is "$?" 0 'told to stop it has done well'
pids=${pids% "$follow"}
is "$(grep -c '	kept	' "$log")" 8 'eight mails, a line each'
ok email-fetch support sales
is "$out" '' 'nothing was left'

# A mailbox whose login is refused ends; another goes on.
background email-fetch --follow
follow=$pid log=$tmp/$pid.out
wait_for grep -q 'refused the login' "$log"
letter 9 a@x.test nine && dovecot_deliver sales 9
wait_for has 9
_tap $? 'one with a wrong password does not hold up the others'
kill -INT "$(pgrep -P "$follow" || echo "$follow")"
wait "$follow"
is "$?" 0 'interrupted: as well'
pids=${pids% "$follow"}

# One that crashes the program that reads it: a library that does what a hostile mail would.
full=$IXN_BIN/../libexec/ixn/ixn-full
cat >crash.c <<'EOF'
#include <dlfcn.h>
#include <signal.h>
#include <string.h>
int mailmime_parse(const char *message, size_t length, size_t *index, void **result)
{
	int (*real)(const char *, size_t, size_t *, void **) = (int (*)(const char *, size_t, size_t *, void **))dlsym(RTLD_NEXT, "mailmime_parse");
	if (memmem(message, length, "CRASH", 5))
		raise(SIGSEGV);
	return real(message, length, index, result);
}
EOF
if nm -D "$full" 2>/dev/null | grep -q 'U mailmime_parse' && ${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o crash.so crash.c -ldl 2>/dev/null; then
	letter 10 a@x.test before
	printf '%s\r\n' 'From: a@x.test' 'Subject: hostile' 'Message-ID: <11@test>' 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b' '' \
		--b 'Content-Type: text/plain' '' CRASH --b 'Content-Type: text/html' '' '<p>CRASH' --b-- >eleven
	letter 12 a@x.test behind
	dovecot_deliver support 10 eleven 12
	ln -s "$full" email-fetch
	status 70 env ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0" LD_PRELOAD="$PWD/crash.so" ./email-fetch support
	like "$err" 'ended by signal SEGV as it read mail' 'a mail that crashes who reads it: says so'
	is "$(printf '%s\n' "$out" | cut -f 2,5)" 'kept	before
kept	
kept	behind' 'it is kept all the same, and those behind it'
	ok email-fetch support
	is "$out" '' 'all of them once'
else
	skip 'a mail that crashes who reads it' 'no such function to replace here'
fi
done_testing
