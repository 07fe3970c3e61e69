# place.sh - read by lib.sh where IXN_PLACE is https: each test store is kept by an
# ixn-routerd of its own, on loopback, and agents reach it there. What the owner of
# the store does, whom a server does not know, is done on its file, as on the
# server's machine: ixn-setup and its kin, and whatever nobody who is logged in does.
# shellcheck shell=sh disable=SC2154,SC2016 # tmp is of lib.sh; programs are written as they stand
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
place_dir=$tmp/place
mkdir -p "$place_dir/bin" "$place_dir/servers"
# One authority for all tests of a run: making one takes longer than a test.
place_certs=${PLACE_CERTS:-$place_dir/certs}
[ -s "$place_certs/cert.pem" ] || "$IXN_BIN/ixn-routerd" --make-certificate "$place_certs" >/dev/null 2>&1 || skip_all 'no certificate'

cat >"$place_dir/bin/place" <<'PLACE'
#!/bin/sh
# A command of the test, at the server of its store.
name=${0##*/}
here() { exec "$IXN_BIN/$name" "$@"; }
store=${IXN_STORE:-file:$XDG_DATA_HOME/ixn/store.db}
path=${store#file:}
case $path in /*) ;; *:*) here "$@" ;; *) path=$PWD/$path ;; esac
[ -e "$path" ] || here "$@"
case $name in ixn | ixn-doctor | ixn-replay | ixn-routerd | ixn-setup | outbox-send | response-index) here "$@" ;; esac

# Who acts, as cmd/session.c has it.
agent=${IXN_AGENT-} named=false contact=false reads=false changes=false password=false before=
for a; do
	case $before in --agent) agent=$a named=true ;; esac
	case $a in
	--store | --store=* | --schema | --schema=*) here "$@" ;;
	--help | --version) [ $# -gt 1 ] || here "$@" ;;
	--agent=*) agent=${a#*=} named=true ;;
	--as-contact) contact=true ;;
	--show | --list | --choices | --get) reads=true ;;
	*=*) reads=false changes=true ;;
	--password-file | --password-file=*) password=true ;;
	esac
	before=$a
done
[ "$name" != ixn-data ] || $changes || reads=true
case $name,$agent in
contact-add, | ixn-create, | response-check, | response-export, | response-import,) here "$@" ;;
chat-end, | chat-send,) if $contact && ! $named; then here "$@"; fi ;;
esac

# The name of a folder: of the path, without forks.
dir=$PLACE_DIR/servers/ rest=$path
while [ -n "$rest" ]; do
	part=${rest%%/*}
	dir=${dir}_$part
	[ "$part" != "$rest" ] || break
	rest=${rest#*/}
done
# A server reads its configuration when it starts.
if ! [ "$path" -ef "$dir/db" ] || [ "${IXN_CONFIG:-$XDG_CONFIG_HOME/ixn/config}" -nt "$dir/url" ]; then
	"$PLACE_DIR/bin/place-start" "$path" "$dir" || { cat "$dir/log" >&2; exit 70; }
fi
if [ -z "$agent" ] && [ "$name" != agent-login ]; then
	read -r sessions <"$dir/sessions"
	n=0
	for f in "$XDG_STATE_HOME/ixn/$sessions"/*.session; do
		[ ! -e "$f" ] || n=$((n + 1))
	done
	case $n,$name in
	0,*) here "$@" ;;
	1,*) ;;
	*,*-show | *,*-list | *,chat-tail | *,ixn-watch | *,response-category | *,response-search | *,team-find) here "$@" ;;
	*) if $reads; then here "$@"; fi ;;
	esac
fi
# Nobody logs in from far away without a password: the test's agents all have the same one.
if [ "$name" = agent-login ] && ! $password && ! grep -qs password_ "${IXN_CONFIG:-$XDG_CONFIG_HOME/ixn/config}"; then
	sqlite3 -cmd '.timeout 10000' "$path" "UPDATE agent SET password_hash = '$PLACE_HASH' WHERE password_hash IS NULL"
	set -- "$@" --password-file "$PLACE_DIR/password"
fi
read -r IXN_STORE <"$dir/url"
export IXN_STORE IXN_CA="$PLACE_CERTS/cert.pem"
here "$@"
PLACE

cat >"$place_dir/bin/place-start" <<'START'
#!/bin/sh
# place-start STORE DIR: one at a time; the one before, of a store that is gone, ends.
mkdir -p "$2"
exec 8>"$2/lock"
flock 8
! [ "$1" -ef "$2/db" ] || [ "${IXN_CONFIG:-$XDG_CONFIG_HOME/ixn/config}" -nt "$2/url" ] || exit 0
# Sessions go by the address.
port=0
[ ! -s "$2/url" ] || port=$(sed 's/.*://' "$2/url")
if [ -s "$2/pid" ]; then
	kill "$(cat "$2/pid")" 2>/dev/null
	while kill -0 "$(cat "$2/pid")" 2>/dev/null; do sleep 0.02; done
fi
rm -f "$2/url" "$2/db" "$2/pid"
# Who asked is gone before the server is: nothing of it is held open.
setsid timeout -k 5 900 "$IXN_BIN/ixn-routerd" --store "file:$1" --listen "127.0.0.1:$port" --tls-cert "$PLACE_CERTS/cert.pem" --tls-key "$PLACE_CERTS/key.pem" \
	--url --per-address 0 --requests 0 >"$2/url" 2>"$2/log" 8>&- </dev/null &
echo $! >"$2/pid"
left=400
until [ -s "$2/url" ]; do
	left=$((left - 1))
	[ $left -gt 0 ] && kill -0 "$(cat "$2/pid")" 2>/dev/null || exit 1
	sleep 0.02
done
# Where sessions at that server are kept.
tr -d '\n' <"$2/url" | b2sum -l 128 | cut -d ' ' -f 1 >"$2/sessions"
ln "$1" "$2/db"
START
chmod +x "$place_dir/bin/place" "$place_dir/bin/place-start"
for _c in "$IXN_BIN"/*; do ln -s place "$place_dir/bin/${_c##*/}"; done
PLACE_DIR=$place_dir PLACE_CERTS=$place_certs
(umask 077 && echo place >"$place_dir/password")
# Of that password, by Argon2id at its cheapest.
PLACE_HASH='$argon2id$v=19$m=8,t=1,p=1$Mk7KxsK/SRb3Z8qoz3uz9g$xFbGWWgsTj6Nbm0mxCF5xniGSBJh8NoC5I7R8hAQOUI'
# place_end: every server of the test.
place_end() {
	for _s in "$place_dir"/servers/*/pid; do
		[ ! -s "$_s" ] || kill "$(cat "$_s")" 2>/dev/null
	done
}
export PLACE_DIR PLACE_CERTS PLACE_HASH PATH="$place_dir/bin:$PATH"
