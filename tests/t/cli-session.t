#!/bin/sh
# Who acts, and where settings come from.
# covers: ixn-status
# place: embedded https - a file, who may read it, and the ways to name it
. "$(dirname "$0")/lib.sh"

cat >site.json <<'EOF'
{"agents":[{"name":"alice"},{"name":"bob"},{"name":"ann-e.x"}],"queues":[{"name":"q"}]}
EOF
status 78 ixn-list
like "$err" "there is no store at $XDG_DATA_HOME/ixn/store.db" 'no store'
ok ixn-setup --load site.json
is "$(stat -c %a "$XDG_DATA_HOME/ixn")" 700 'the store is private'

# One, none, several.
status 77 ixn-list
like "$err" 'nobody is logged in' 'nobody yet'
ok ixn-list --all
is "$(ixn-status --fields agent,next)" '	agent-login NAME --ready' 'ixn-status: log in'
ok agent-login alice
ok ixn-list
is "$(ixn-status --fields agent,next)" 'alice	ixn-accept --wait 60s' 'ixn-status: wait'
ok agent-login bob
is "$(ixn-status --fields agent,next)" 'alice,bob	ixn-status --agent NAME' 'ixn-status: choose'
status 77 agent-state ready
like "$err" 'choose one with --agent or IXN_AGENT: alice, bob' 'several: one must be chosen for what changes'
ok agent-state ready --agent bob
like "$out" '^bob	' '--agent'
IXN_AGENT=alice ok agent-state ready
like "$out" '^alice	' 'IXN_AGENT'
IXN_AGENT=alice ok agent-state ready --agent bob
like "$out" '^bob	' '--agent before IXN_AGENT'
status 77 agent-state ready --agent eve
like "$err" 'nobody is logged in' 'only those who are logged in from here'
ok ixn-list --all
ok ixn-create --queue q --name Ann
ok ixn-setup --dump

# Files.
ok agent-login ann-e.x
dir=$(echo "$XDG_STATE_HOME"/ixn/*)
is "$(find "$dir" -type f ! -perm 600 | wc -l) $(find "$dir" -name '*.session' | wc -l)" '0 3' 'a private file for each'
is "$(stat -c %a "$dir")" 700 'in a private folder'
ok agent-state not-ready --agent ann-e.x
like "$out" '^ann-e.x	' 'a name with a dot'
ok agent-logout --agent ann-e.x
ok agent-logout --agent bob
is "$(find "$dir" -name '*.session') $(find "$dir" ! -name '*.lock' \( -name 'bob*' -o -name 'ann*' \))" "$dir/alice.session " 'logging out removes it'
ok agent-state ready
# A file has many paths, a server one name.
$served || { (cd / && agent-state ready --store "$XDG_DATA_HOME/../share/ixn/store.db") >/dev/null; is $? 0 'the same store by another path is the same session'; }
cp "$XDG_DATA_HOME/ixn/store.db" other.db
status 77 ixn-list --store other.db
is "$(grep -r "$(sed -n 's/^token = //p' "$dir"/*)" "$XDG_DATA_HOME" "$tmp/out" "$tmp/err" 2>/dev/null)" '' 'the token stands nowhere else'
status 77 ixn-list --store file:other.db

# An old token is none.
cp "$dir"/alice.session old
ok agent-login alice
cp old "$dir"/alice.session
status 77 agent-state ready --json
like "$err" '"code":"session_ended"' 'a new login replaces the old one'
ok agent-login alice

# Configuration.
mkdir -p "$XDG_CONFIG_HOME/ixn"
conf=$XDG_CONFIG_HOME/ixn/config
echo 'time_zone = Europe/Paris' >"$conf"
status 65 ixn-list --all --since '2026-03-29 02:30'
like "$err" 'does not exist in Europe/Paris' 'time_zone'
printf '[smtp]\nhost = mail.example.org\nprot = 25\n' >"$conf"
ok ixn-list
like "$err" "$conf:3: no key 'smtp.prot'; did you mean smtp.port\?" 'a key that there is not'
ok ixn-list --quiet
is "$err" '' 'not with --quiet'
echo 'no equals sign' >"$conf"
status 78 ixn-list
like "$err" "$conf:1: " 'a configuration that cannot be read'
rm "$conf"
printf 'agent = alice\nsession_ttl = 2 fortnights\n' >other.conf
IXN_CONFIG=other.conf status 78 ixn-list
like "$err" "other.conf:2: session_ttl: '2 fortnights'" 'a bad value, and IXN_CONFIG instead of the others'
IXN_CONFIG=none.conf status 66 ixn-list
printf 'agent = bob\n' >other.conf
IXN_CONFIG=other.conf status 77 ixn-list
IXN_CONFIG=other.conf IXN_AGENT=alice ok ixn-list
IXN_CONFIG=/dev/null ok ixn-list
printf 'store = %s/work/third.db\n' "$tmp" >other.conf
IXN_CONFIG=other.conf status 78 ixn-list
like "$err" 'third.db' 'store from the file'
IXN_CONFIG=other.conf IXN_STORE=fourth.db status 78 ixn-list
like "$err" 'fourth.db' 'the environment before the file'
IXN_STORE=fourth.db status 78 ixn-list --store fifth.db
like "$err" 'fifth.db' 'the option before the environment'
done_testing
