#!/bin/sh
# The units of the site template: systemd reads them without a complaint, what runs by
# them is shut in, and the server calls nothing that its unit forbids; it takes the
# socket that systemd holds, says when it is ready, and reads its certificate anew.
# covers: ixn-routerd
# place: embedded - the units' own store
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
for c in systemd-analyze systemd-socket-activate; do
	command -v $c >/dev/null || skip_all "$c is not installed (systemd)"
done
units=$top/scripts/site
# here UNIT: the unit with the programs of this build and files of this test; its name is printed.
mkdir units tls
here() {
	sed "s|/usr/local/bin/|$IXN_BIN/|g; s|/etc/ixn/|$tmp/work/tls/|g; s|=/var/lib|=$tmp/var|g" "$units/$1" >"units/${2:-$1}"
}
here ixn-routerd.service
here ixn-routerd.socket
for b in outbox-send email-fetch email-review; do
	here ixn-batch@.service ixn-batch@$b.service
	here ixn-batch@.timer ixn-batch@$b.timer
done
is "$(find "$units" -name '*.service' -o -name '*.socket' -o -name '*.timer' | wc -l)" 4 'these are all units that there are'

for u in units/*; do
	status 0 systemd-analyze verify --man=no "$PWD/$u"
	is "$out$err" '' "${u#*/}: no complaint"
	case $u in
	*.service) status 0 systemd-analyze security --no-pager --offline=true --threshold=15 "$PWD/$u" ;;
	esac
done
# The server as its unit starts it.
site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"],"capacity":{"chat":9}}],"queues":[{"name":"orders"}]}
J
# Each batch, as its unit starts it.
mkdir -p "$XDG_CONFIG_HOME/ixn"
printf '[smtp]\nhost = 127.0.0.1\nport = 1\n' >"$XDG_CONFIG_HOME/ixn/config"
for b in outbox-send email-fetch email-review; do
	sed -n "s/%i/$b/g; s/[$][$]/$/g; s/^ExecStart=//p" "units/ixn-batch@$b.service" >started
	is "$(grep -c "$IXN_BIN/$b" started)" 1 "$b: the command is the name of the instance"
	status 0 sh started
	is "$out$err" '' "$b: nothing to do, and nothing said"
done
rm "$XDG_CONFIG_HOME/ixn/config"
ixn-routerd --make-certificate made >/dev/null 2>&1
cp made/*.pem tls/
command=$(sed -n 's/^ExecStart=//p' units/ixn-routerd.service)
# An address of its own, so that no other test has the port.
address=127.$(($$ / 250 % 250 + 1)).$(($$ % 250 + 1)).1:8443
cat >told <<'P'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listens", flush=True)
while True:
    print(s.recv(100).decode(), flush=True)
P
background python3 told notify.sock
told=$tmp/$pid.out
wait_for grep -q listens "$told"
# shellcheck disable=SC2086 # a command and its words
background systemd-socket-activate -l "$address" -E "NOTIFY_SOCKET=$PWD/notify.sock" -E "IXN_CLOCK=$IXN_CLOCK" -E "HOME=$HOME" \
	-E "XDG_DATA_HOME=$XDG_DATA_HOME" -E "XDG_STATE_HOME=$XDG_STATE_HOME" $command --url
server=$pid server_out=$tmp/$pid.out
wait_for grep -q 'Listening on' "$server_out"
is "$(grep -c '^https' "$server_out") $(grep -c READY "$told")" '0 0' 'nothing runs until somebody comes'
url=https://localhost:${address##*:}
port=${address##*:}
curl() { command curl --cacert "$PWD/made/cert.pem" --connect-to "localhost:$port:$address" "$@"; }
ask /healthz
is "$http $(field status)" '200 ok' 'the first who comes is served'
like "$(cat "$server_out")" "^https://$address\$" 'on the socket that was handed over, not where --listen says'
wait_for grep -q READY=1 "$told"
is "$(grep -c READY=1 "$told")" 1 'it says when it is ready'
login alice
is "$http" 200 'somebody logs in'
like "$(cat "$server_out")" '"what":"session.login"' 'the access log goes where the unit says'
# ExecReload: the process that --url names is the one that was started.
serial() { echo | openssl s_client -connect "$address" 2>/dev/null | openssl x509 -noout -serial; }
before=$(serial)
rm -r made && ixn-routerd --make-certificate made >/dev/null 2>&1 && cp made/*.pem tls/
main=$(pgrep -P "$server")
renewed() { [ "$(serial)" != "$before" ]; }
eval "$(sed -n 's/^ExecReload=//p' units/ixn-routerd.service | sed "s/\$MAINPID/$main/")"
wait_for renewed
is $? 0 'reload: another certificate'
ask /healthz
is "$http" 200 'and nobody was turned away'
kill "$main"
wait "$server"
is $? 0 'it ends when it is told to'

# What it calls, its unit allows.
command -v strace >/dev/null || { skip 'system calls' 'no strace' && done_testing; }
unset -f curl
export CURL_CA_BUNDLE="$PWD/made/cert.pem"
background env ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" strace -f -qq -o trace \
	ixn-routerd --listen 127.0.0.1:0 --url --tls-cert tls/cert.pem --tls-key tls/key.pem
server=$pid server_out=$tmp/$pid.out
wait_for grep -q '^https' "$server_out"
url=$(sed -n '/^http/{p;q;}' "$server_out")
url=https://localhost:${url##*:}
login alice
call alice agent.state '{"state":"ready"}'
id=$(create --queue orders --from ann@example.org --text Hello)
call alice ixn.accept "{\"id\":\"$id\"}"
is "$http" 200 'a day of work'
listen alice events
wait_for grep -q retry events
ask /metrics
kill "$(pgrep -P "$(pgrep -P "$server")")" && wait "$server"
systemd-analyze syscall-filter --no-pager >sets
cat >allowed.py <<'P'
import os
import re
import sys
sets, name = {}, None
for line in open("sets"):
    word = line.split("#")[0].strip()
    if line.startswith("@"):
        name = word
        sets[name] = set()
    elif word and name and line.startswith(" "):
        sets[name].add(word)
def calls(word):
    return set().union(*map(calls, sets[word])) if word in sets else {word}
allowed = set()
for line in open(sys.argv[1]):
    rule = re.match(r"SystemCallFilter=(~?)(.*)", line)
    for word in rule.group(2).split() if rule else []:
        allowed = allowed - calls(word) if rule.group(1) else allowed | calls(word)
used = set(re.findall(r"^\d+ +([a-z0-9_]+)\(", open("trace").read(), re.M))
# It asks for more descriptors: refused, those of LimitNOFILE do. SQLite gives its files away where it is root.
spared = {"prlimit64"} | ({"fchown"} if os.geteuid() == 0 else set())
print(len(allowed) > 200 and len(used) > 30, *sorted(used - allowed - spared))
P
is "$(python3 allowed.py units/ixn-routerd.service)" True 'the server calls what its unit allows'
is "$(grep -c 'PROT_WRITE|PROT_EXEC' trace)" 0 'MemoryDenyWriteExecute: no memory is both written and run'
done_testing
