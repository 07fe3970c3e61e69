#!/bin/sh
# Several fetchers of one mailbox at once: one wins, the others are told; where the
# lock does not hold them, as on two machines, the store does: each mail is there once.
# place: embedded - processes of this machine
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/fetch.sh"

dovecot_find
command -v jq >/dev/null || skip_all 'no jq'
full=$IXN_BIN/../libexec/ixn/ixn-full
dovecot_start . support:support
cat >site.json <<'EOF'
{"agents":[{"name":"alice","capacity":{"email":5}}],"queues":[{"name":"support"}],
 "mailboxes":[{"name":"support","address":"support@example.org","queue":"support","after":"seen"}]}
EOF
ixn-setup --load site.json >/dev/null || exit 1
imap_config 'user = support' "password_file = $(password support)"
many=800
mkdir mails
for k in $(seq $many); do printf 'From: c%s@x.test\r\nMessage-ID: <%s@test>\r\nSubject: mail %s\r\n\r\nHello %s\r\n' $((k % 50)) "$k" "$k" "$k" >"mails/$k"; done
dovecot_deliver support mails/*

# Whoever holds the lock: as a fetcher would.
background flock "$XDG_DATA_HOME/ixn/store.db-fetch.support" sleep 600
holder=$pid
wait_for sh -c "! flock -n '$XDG_DATA_HOME/ixn/store.db-fetch.support' true"
status 75 email-fetch support
like "$err" 'email-fetch support is already running' 'another has the mailbox'
status 75 email-fetch support --lock-wait 300ms
ok email-fetch support --dry-run --limit 1
kill "$holder" && wait "$holder" 2>/dev/null

# Several at once.
fetchers=''
for k in 1 2 3; do
	email-fetch support >"out.$k" 2>"err.$k" &
	fetchers="$fetchers $!"
done
statuses=''
for p in $fetchers; do
	wait "$p"
	statuses="$statuses$? "
done
is "$(printf '%s' "$statuses" | tr ' ' '\n' | sort | tr '\n' ' ')" '0 75 75 ' 'three at once: one wins, the others are told'
is "$(cat out.1 out.2 out.3 | grep -c '	kept	')" $many 'which takes them all'
is "$(subjects | uniq | wc -l)" $many 'each once'

# Without the lock.
cat >unlocked.c <<'EOF'
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int flock(int fd, int how)
{
	char link[64], path[4096] = "";
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof(path) - 1) > 0 && strstr(path, "-fetch."))
		return 0;
	return ((int (*)(int, int))dlsym(RTLD_NEXT, "flock"))(fd, how);
}
EOF
if [ -x "$full" ] && ${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o unlocked.so unlocked.c -ldl 2>/dev/null; then
	rm -rf "$XDG_DATA_HOME/ixn" && ixn-setup --load site.json >/dev/null
	ln -s "$full" email-fetch
	fetchers='' statuses=''
	for k in 1 2 3; do
		LD_PRELOAD=$PWD/unlocked.so ./email-fetch support >"out.$k" 2>"err.$k" &
		fetchers="$fetchers $!"
	done
	for p in $fetchers; do
		wait "$p"
		statuses="$statuses$? "
	done
	is "$statuses$(cat err.1 err.2 err.3 | grep -v ' kept\| duplicate')" '0 0 0 ' 'without the lock all of them run'
	is "$(cat out.1 out.2 out.3 | grep -c '	kept	')" $many 'each mail is taken by one'
	is "$(subjects | uniq | wc -l) $(subjects | wc -l)" "$many $many" 'and there once'
	is "$(at_server support 'print(sum("Seen" in f for f in flags("INBOX")))')" $many 'all are marked'
else
	skip 'without the lock' 'no C compiler'
fi
done_testing
