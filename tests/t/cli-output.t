#!/bin/sh
# Output: lines, JSON, tables; what hostile text becomes; pipes that close, disks that are full.
. "$(dirname "$0")/lib.sh"

cat >site.json <<'EOF'
{"agents":[{"name":"alice","media":["chat"],"capacity":{"chat":9}}],"queues":[{"name":"q"}]}
EOF
ok ixn-setup --load site.json
ok agent-login alice --ready
esc=$(printf '\033[31m')
a=$(ixn-create --queue q --name "A	b\\c" --subject "${esc}red
two" --ids)
ok ixn-accept "$a"

ok ixn-list --fields id,name,subject
is "$out" "$a	A\\tb\\\\c	�[31mred\\ntwo" 'TAB, newline and backslash are escaped, ESC does not pass'
ok ixn-list --fields subject,id
is "$out" "�[31mred\\ntwo	$a" '--fields in their order'
ok ixn-list --ids
is "$out" "$a" '--ids'
is "$(ixn-list -0 --ids | tr '\0' '+')" "$a+" '--null'
is "$(ixn-list --json -0 --fields id | tr '\0' '+')" "{\"id\":\"$a\"}+" '--json with --fields and --null'
ok ixn-list --json
like "$out" '"name":"A\\tb\\\\c","subject":"\\u001b\[31mred\\ntwo"' '--json escapes'
is "$(printf '%s\n' "$out" | wc -l)" 1 'one object a line'
ok ixn-list --fields external-id,external_id
is "$out" '	' 'a field may be named as its option'

ok ixn-list --schema
like "$out" '"title":"interaction".*"id":\{"type":"string"' '--schema'
ok ixn-create --schema=input
like "$out" '"title":"ixn-create".*"media"' '--schema=input'

# Errors.
status 66 ixn-show 00000000000000000000000000 --json
is "$err" '{"error":{"code":"no_such_interaction","message":"no interaction 00000000000000000000000000","exit":66,"state":null,"can":[],"choices":[],"retryable":false}}' 'an error, as JSON'
status 64 ixn-show --bogus --json
like "$err" '^\{"error":\{"code":"bad_option"' 'even where --json stands behind it'
status 79 ixn-done "$a" --json
like "$err" "\"state\":\"active\",\"can\":\[\"chat-end $a\"\]" 'what can be done'
status 79 ixn-done "$a"
like "$err" "^  end it first: chat-end $a" 'and for people'
status 65 ixn-show "x${esc}y"
unlike "$err" "$(printf '\033')" 'no ESC in messages'

# Lists that are cut.
for i in 1 2 3; do ixn-create --queue q --name "n$i" >/dev/null; done
ok ixn-list --all --limit 2
is "$(printf '%s\n' "$out" | wc -l)" 2 '--limit'
like "$err" 'only the first 2 are shown' 'and it is said'
ok ixn-list --all --limit 2 --quiet
is "$err" '' 'but not with --quiet'
ok ixn-list --all --limit 4
is "$err" '' 'a list that is just as long is not cut'

# Pipes and disks.
(
	trap '' PIPE
	ixn-list --all --json
	echo $? >status
) 2>pipe | :
i=0
while [ $i -lt 300 ]; do echo "$a" && i=$((i + 1)); done >many
{ ixn-show - --json <many 2>pipe2; echo $? >status2; } | head -n 1 >/dev/null
is "$(cat status2) $(cat pipe2)" '0 ' 'a closed pipe ends quietly'
if [ -e /dev/full ]; then
	ixn-list >/dev/full 2>full
	is "$? $(cat full)" '74 ixn-list: standard output: No space left on device' 'a full disk'
	ixn-list --help >/dev/full 2>full
	is "$?" 74 'a full disk and --help'
else
	skip 'a full disk' 'no /dev/full'
fi
ixn-list >&- 2>/dev/null
is $? 74 'no standard output'

# Terminals.
if command -v script >/dev/null; then
	export TZ=Europe/Paris
	script -qec 'ixn-list' /dev/null | tr -d '\r' >table
	like "$(sed -n 1p table)" '^ID +STATE +MEDIUM +QUEUE +AGENT +NAME +SUBJECT' 'a table has a header'
	like "$(cat table)" "^$(echo "$a" | tail -c 9)  active  chat    q      alice  A b" 'ends of ids, aligned'
	unlike "$(cat table)" "$(printf '\033')" 'no ESC on a terminal'
	script -qec "ixn-show $a" /dev/null | tr -d '\r' >card
	like "$(cat card)" "^id +$a\$" 'a card has whole ids'
	like "$(cat card)" '^created +20..-..-.. ..:..:..$' 'and whole times'
	like "$(script -qec 'ixn-list --json' /dev/null)" '^\{' '--json on a terminal'
else
	skip 'tables' 'no script(1)'
fi
done_testing
