# place-postgresql.sh - read by lib.sh where IXN_PLACE is postgresql: each test store
# is a database of a throw-away server: that in the folder PLACE_PG, or one of the
# test's own. A store is still called by a path, which stands for its database.
# shellcheck shell=sh disable=SC2154
. "$top/tests/t/pg.sh"
if [ -n "${PLACE_PG-}" ]; then
	pg=$PLACE_PG pgbin=$(cat "$PLACE_PG/bin")
else
	pg_begin
	pg_init data
	pg_start data 5432
	pg_sql 5432 template1 <"$top/tests/t/place-postgresql.sql"
fi
place_dir=$tmp/place-postgresql
mkdir -p "$place_dir/bin"
cat >"$place_dir/bin/place" <<'PLACE'
#!/bin/sh
# A command of the test, on the database of its store.
name=${0##*/}
looks=false
for a; do
	case $a in --dump | --check | --show | --dry-run | --help) looks=true ;; esac
done
database() {
	case $1 in *://*) echo "$1" && return ;; esac
	_path=${1#file:}
	case $_path in /*) ;; *) _path=$PWD/$_path ;; esac
	# The file holds the name of the database: without it there is none.
	if [ "$name" = ixn-setup ] && [ ! -s "$_path" ] && ! $looks; then
		_name=ixn_$(printf '%s %s' "$_path" $$ | b2sum -l 64 | cut -d ' ' -f 1)
		mkdir -p "${_path%/*}"
		echo "CREATE DATABASE $_name" | "$PLACE_PGBIN/psql" -X -q -h "$PLACE_SOCKET" -U ixn -d postgres >/dev/null 2>&1 && echo "$_name" >"$_path"
	fi
	_name=
	[ ! -f "$_path" ] || read -r _name <"$_path"
	case $_name in ixn_*) echo "postgresql://ixn@/$_name?host=$PLACE_SOCKET" ;; *) echo "file:$_path" ;; esac
}
if [ "$name" = sqlite3 ]; then
	# sqlite3 [OPTION...] FILE [STATEMENT]
	option='' store=''
	for a; do
		case $option,$a in
		-cmd,* | -separator,*) option='' ;;
		*,-*) option=$a ;;
		*) store=$a && break ;;
		esac
	done
	url=$(database "$store")
	case $url in file:*) PATH=$PLACE_PATH exec sqlite3 "$@" ;; esac
	while [ "$1" != "$store" ]; do shift; done
	shift
	{
		if [ $# -gt 0 ]; then printf '%s\n' "$1"; else cat; fi
		# Servers remember the site: what is changed by hand is to be seen.
		case ${1-} in [Ss][Ee][Ll][Ee][Cc][Tt]*) ;; *) printf ';UPDATE turn SET n = n + 1, site = site + 1;\n' ;; esac
	} | sed "s/\\bx'\([0-9a-f]*\)'/'\\\\x\1'/g" | "$PLACE_PGBIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=terse -d "$url"
	exit
fi
IXN_STORE=$(database "${IXN_STORE:-file:$XDG_DATA_HOME/ixn/store.db}")
export IXN_STORE
for a; do
	shift
	case ${before-} in --store) a=$(database "$a") ;; esac
	case $a in --store=*) a=--store=$(database "${a#*=}") ;; esac
	before=$a
	set -- "$@" "$a"
done
exec "$IXN_BIN/$name" "$@"
PLACE
chmod +x "$place_dir/bin/place"
for _c in "$IXN_BIN"/* sqlite3; do ln -s place "$place_dir/bin/${_c##*/}"; done
export PLACE_PATH="$PATH" PLACE_SOCKET="$pg" PLACE_PGBIN="$pgbin" PATH="$place_dir/bin:$PATH"
where() {
	read -r _database <"$1"
	echo "postgresql://ixn@/$_database?host=$PLACE_SOCKET"
}
