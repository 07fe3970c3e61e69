#!/bin/sh
# The template of Patroni's configuration is one that Patroni takes.
# covers: ixn-routerd
# place: embedded - it is about no store
. "$(dirname "$0")/lib.sh"
command -v patroni >/dev/null || skip_all 'patroni is not installed'
bin=$(find /usr/lib/postgresql/*/bin -name pg_ctl 2>/dev/null | sort | tail -n 1)
[ -n "$bin" ] || skip_all 'no PostgreSQL'

# It tries whether etcd is there, and whether the ports are free.
cat >peers <<'P'
import socket, time
etcd, free = socket.socket(), [socket.socket(), socket.socket()]
for s in (etcd, *free):
    s.bind(("127.0.0.1", 0))
etcd.listen()
ports = [s.getsockname()[1] for s in (etcd, *free)]
for s in free:
    s.close()
print(*ports, flush=True)
time.sleep(600)
P
background python3 peers
wait_for grep -q . "$tmp/$pid.out"
read -r etcd rest database <"$tmp/$pid.out"
sed "s|etcd[123]:2379|127.0.0.1:$etcd|g; s|0.0.0.0:8008|127.0.0.1:$rest|; s|0.0.0.0:5432|127.0.0.1:$database|
	s|/usr/lib/postgresql/15/bin|${bin%/*}|; s|/var/lib/postgresql/15/main|$PWD/data|" "$top/scripts/site/patroni.yml" >patroni.yml
ok patroni --validate-config patroni.yml
is "$out$err" '' 'Patroni has nothing to say about it'
sed 's/maximum_lag_on_failover: 0/maximum_lag_on_failover: none/' patroni.yml >wrong.yml
status 1 patroni --validate-config wrong.yml
like "$out$err" 'maximum_lag_on_failover' 'of what is wrong it has'
done_testing
