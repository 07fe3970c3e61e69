# place.sh - read by lib.sh where IXN_PLACE is https or https-postgresql: each test
# store is kept by an ixn-routerd of its own, on loopback, and agents reach it there.
# A server knows no owner of the store. What the owner does is done on the server's
# machine, in the store itself: ixn-setup and its kin, what commands do for the owner
# where nobody is named (cmd/session.c), what is looked at while several are logged in.
# A test whose owner is to come over the network names an admin of its site in
# PLACE_OWNER: commands that act for the owner are that admin's service account then.
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
here() { exec "$PLACE_BELOW/$name" "$@"; }
# there: over the network; how often is counted.
there() {
	read -r IXN_STORE <"$dir/url"
	export IXN_STORE IXN_CA="$PLACE_CERTS/cert.pem"
	printf . >>"$PLACE_DIR/went"
	exec "$IXN_BIN/$name" "$@"
}
config=${IXN_CONFIG:-$XDG_CONFIG_HOME/ixn/config}
[ -n "${IXN_STORE-}" ] || ! grep -qs '^store' "$config" || here "$@"
store=${IXN_STORE:-file:$XDG_DATA_HOME/ixn/store.db}
path=${store#file:}
case $path in /*) ;; *:*) here "$@" ;; *) path=$PWD/$path ;; esac
[ -e "$path" ] || here "$@"
# What is the owner's alone, or of the machine.
case $name in ixn-doctor | ixn-routerd | ixn-setup | outbox-send | response-index) here "$@" ;; esac

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
owner=false
case $name in
contact-add | ixn-create | ixn-replay | response-check | response-export | response-import) [ -n "$agent" ] || owner=true ;;
chat-end | chat-send) ! $contact || $named || [ -n "${IXN_AGENT-}" ] || owner=true ;;
esac
! $owner || [ -n "${PLACE_OWNER-}" ] || here "$@"

# The name of a folder: of the path, without forks.
dir=$PLACE_DIR/servers/ rest=$path
while [ -n "$rest" ]; do
	part=${rest%%/*}
	dir=${dir}_$part
	[ "$part" != "$rest" ] || break
	rest=${rest#*/}
done
# A server reads its configuration, the command's own, when it starts.
export PLACE_CONFIG="$config"
configured=
[ ! -e "$dir/config" ] || read -r configured <"$dir/config"
if ! [ "$path" -ef "$dir/db" ] || [ "$config" != "$configured" ] || [ "$config" -nt "$dir/url" ]; then
	# Where it cannot start, because of its configuration, that is the command's, too.
	"$PLACE_DIR/bin/place-start" "$path" "$dir" || [ -s "$dir/url" ] || { cat "$dir/log" >&2; exit 70; }
fi
if $owner; then
	[ -s "$dir/owner" ] || "$PLACE_DIR/bin/place-owner" "$path" "$dir" || { cat "$dir/owner.log" >&2; exit 70; }
	export IXN_SERVICE_TOKEN_FILE="$dir/owner"
	there "$@"
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
	*,*-show | *,*-list | *,chat-tail | *,ixn | *,ixn-watch | *,response-category | *,response-search | *,team-find) here "$@" ;;
	*) if $reads; then here "$@"; fi ;;
	esac
fi
# Nobody logs in from far away without a password: the test's agents all have the same one.
if [ "$name" = agent-login ] && ! $password && ! grep -qs password_ "$config"; then
	"$PLACE_DIR/bin/place-passwords" "$path"
	set -- "$@" --password-file "$PLACE_DIR/password"
fi
there "$@"
PLACE

# place-passwords STORE: all agents have the same, by Argon2id at its cheapest.
cat >"$place_dir/bin/place-passwords" <<'PASSWORDS'
#!/bin/sh
hash='$argon2id$v=19$m=8,t=1,p=1$Mk7KxsK/SRb3Z8qoz3uz9g$xFbGWWgsTj6Nbm0mxCF5xniGSBJh8NoC5I7R8hAQOUI'
sql="UPDATE agent SET password_hash = '$hash' WHERE password_hash IS NULL"
case $PLACE in
https) exec sqlite3 -cmd '.timeout 10000' "$1" "$sql" ;;
*) exec "$PLACE_BELOW/sqlite3" "$1" "$sql" ;;
esac
PASSWORDS

cat >"$place_dir/bin/place-owner" <<'OWNER'
#!/bin/sh
# place-owner STORE DIR: the token of the service account that acts for the owner; made once.
exec 8>"$2/lock" >"$2/owner.log" 2>&1
flock 8
[ ! -s "$2/owner" ] || exit 0
read -r IXN_STORE <"$2/url"
export IXN_STORE IXN_CA="$PLACE_CERTS/cert.pem" XDG_STATE_HOME="$2/state"
"$PLACE_DIR/bin/place-passwords" "$1"
"$IXN_BIN/agent-login" "$PLACE_OWNER" --device owner --password-file "$PLACE_DIR/password" || exit
umask 077
sed -n 's/^token = //p' "$XDG_STATE_HOME"/ixn/*/*.session | sed "s/^/$PLACE_OWNER:/" >"$2/owner"
OWNER

cat >"$place_dir/bin/place-start" <<'START'
#!/bin/sh
# place-start STORE DIR: one at a time; the one before, of a store that is gone, ends.
mkdir -p "$2"
exec 8>"$2/lock"
flock 8
! [ "$1" -ef "$2/db" ] || [ "$(cat "$2/config")" != "$PLACE_CONFIG" ] || [ "$PLACE_CONFIG" -nt "$2/url" ] || exit 0
# Sessions go by the address.
port=0
[ ! -s "$2/url" ] || { mv "$2/url" "$2/was" && port=$(sed 's/.*://' "$2/was"); }
if [ -s "$2/pid" ]; then
	read -r pid <"$2/pid"
	kill "$pid" 2>/dev/null
	# Who inherited it may be slow to hear that it ended.
	while [ -e "/proc/$pid/exe" ]; do sleep 0.02; done
fi
rm -rf "$2/url" "$2/db" "$2/pid" "$2/owner" "$2/state"
# Who asked is gone before the server is: nothing of it is held open.
setsid timeout -k 5 900 "$PLACE_BELOW/ixn-routerd" --store "file:$1" --listen "127.0.0.1:$port" --tls-cert "$PLACE_CERTS/cert.pem" --tls-key "$PLACE_CERTS/key.pem" \
	--url --per-address 0 --requests 0 >"$2/url" 2>"$2/log" 8>&- </dev/null &
echo $! >"$2/pid"
left=400
until [ -s "$2/url" ]; do
	left=$((left - 1))
	if ! [ $left -gt 0 ] || ! kill -0 "$(cat "$2/pid")" 2>/dev/null; then
		[ ! -e "$2/was" ] || mv "$2/was" "$2/url"
		exit 1
	fi
	sleep 0.02
done
# Where sessions at that server are kept.
tr -d '\n' <"$2/url" | b2sum -l 128 | cut -d ' ' -f 1 >"$2/sessions"
echo "$PLACE_CONFIG" >"$2/config"
ln "$1" "$2/db" 2>/dev/null || ln -s "$1" "$2/db"
START
chmod +x "$place_dir"/bin/*
for _c in "$IXN_BIN"/*; do ln -s place "$place_dir/bin/${_c##*/}"; done
# What runs on the server's machine: the programs, or those that put a database for a path.
PLACE_BELOW=$IXN_BIN
[ "$place" = https ] || PLACE_BELOW=${PATH%%:*}
PLACE=$place PLACE_DIR=$place_dir PLACE_CERTS=$place_certs
(umask 077 && echo place >"$place_dir/password")
# place_end: every server of the test.
place_end() {
	for _s in "$place_dir"/servers/*/pid; do
		[ ! -s "$_s" ] || kill "$(cat "$_s")" 2>/dev/null
	done
}
# place_url STORE: the $url of its server, for programs that are not in PATH; all agents have the password "place".
place_url() {
	_dir=$place_dir/servers/_$(printf %s "$1" | tr / _)
	PLACE_CONFIG=$XDG_CONFIG_HOME/ixn/config "$place_dir/bin/place-start" "$1" "$_dir" && "$place_dir/bin/place-passwords" "$1" || return
	printf . >>"$place_dir/went"
	# shellcheck disable=SC2034 # it is for who asks
	read -r url <"$_dir/url"
}
# place_went: how many commands went to a server; a test without any says nothing about this place.
place_went() {
	_went=0
	[ ! -s "$place_dir/went" ] || _went=$(wc -c <"$place_dir/went")
	[ "$_went" -gt 0 ]
}
export PLACE PLACE_BELOW PLACE_DIR PLACE_CERTS PATH="$place_dir/bin:$PATH"
