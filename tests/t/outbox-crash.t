#!/bin/sh
# outbox-send killed (SIGKILL) before each system call by which it keeps, locks
# or sends something, once for each; then run again. However it died: the mail
# is sent, and arrived once, or it is unknown, arrived at most once, and never
# goes again by itself. strace(1) kills from outside; the product has no hooks.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'
strace -f -qq -o /dev/null true 2>/dev/null || skip_all 'no strace that may trace'
ldd "$IXN_BIN/../libexec/ixn/ixn-full" 2>/dev/null | grep -q asan && skip_all 'LeakSanitizer cannot be traced'
umask 077

background "$top/tests/peers/smtp-peer" --port-file port --dir mails --log log
wait_for test -s port || exit 1
mkdir -p "$XDG_CONFIG_HOME/ixn"
printf '%s\n' '[mail]' 'from = support@example.org' '[smtp]' 'host = 127.0.0.1' "port = $(cat port)" 'tls = none' >"$XDG_CONFIG_HOME/ixn/config"

# A store with one mail to send; each round gets a copy.
export IXN_CLOCK=2026-11-21T09:30:00Z IXN_STORE="file:$tmp/work/round/store.db"
mkdir round
ixn-setup --test --demo >/dev/null 2>&1
ixn-create --media chat --from zoe@example.net --text Bonjour >/dev/null 2>&1 ||
	ixn-create --queue "$(ixn-setup --dump | jq -r '.queues[0].name')" --media chat --from zoe@example.net --text Bonjour >/dev/null
ixn=$(ixn-list --all --json 2>/dev/null | sed -n 's/^{"id":"\([^"]*\)".*zoe@example.net.*/\1/p')
echo "# $ixn"
done_testing
