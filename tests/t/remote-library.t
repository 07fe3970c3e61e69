#!/bin/sh
# The library at a server: each agent has an index of what that agent may see, on
# the machine that searches; it comes into step by itself, and is searched without
# the server.
# covers: response-search, response-index
# place: embedded - it makes its own server
# shellcheck disable=SC2119 # serve: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/responses.sh"
. "$top/tests/t/server.sh"
umask 077
site <<'J'
{"agents":[
{"name":"alice","password":"secret-alice","queues":["orders"],"media":["chat"],"capacity":{"chat":9}},
{"name":"bob","password":"secret-bob","queues":["billing"],"media":["chat"],"capacity":{"chat":9}},
{"name":"lea","role":"lead","password":"secret-lea","queues":["none"],"media":["chat"]}],
"queues":[{"name":"orders"},{"name":"billing"},{"name":"none"}]}
J
responses_library
response secret --name 'Discount' --queues orders --text 'The quibble discount is twelve percent.'
serve
here=${IXN_STORE:-file:$XDG_DATA_HOME/ixn/store.db}
export IXN_STORE="$url"
for a in alice bob lea; do
	echo "secret-$a" >"$a.pw"
	agent-login "$a" --password-file "$a.pw" >/dev/null
done
mine() { find "$XDG_STATE_HOME" -name "$1.responses"; }
at_store() { later && env IXN_STORE="$here" XDG_STATE_HOME="$tmp/owner" "$@"; }

is "$(found alice parcel late | cut -d ' ' -f 1)" late 'an agent searches'
is "$(all_found alice --category Customers/Delivery)" 'address late lost' 'by category'
is "$(find "$(mine alice)" -perm 600 | wc -l | tr -d ' ')" 1 'the index is a file of that agent alone'
is "$(find . "$XDG_DATA_HOME" -name '*-responses*' -newer alice.pw | grep -c http)" 0 'and lies beside the session'

# What one may not see is not there.
is "$(found alice quibble)" secret 'bound to a queue of hers'
like "$(found bob quibble)" 'nothing found' 'not of his'
is "$(found lea quibble)" secret 'who leads sees all'
is "$(grep -c quibble "$(mine alice)")" 1 'it stands in her index'
is "$(cat "$(mine bob)"* | grep -c quibble)" 0 'and not in his, whoever reads the file'

# It follows.
at_store response-edit --shortcut new --name New --approved --text 'A brandnew zebra.' >/dev/null
is "$(found alice zebra) $(found bob zebra)" 'new new' 'what is added'
at_store response-edit retard --text 'Une girafe.' >/dev/null
is "$(found alice girafe)" retard 'what is changed'
at_store response-edit new --remove >/dev/null
like "$(found alice zebra)" 'nothing found' 'what is removed'
at_store response-edit secret --queues billing >/dev/null
like "$(found alice quibble)" 'nothing found' 'what is hers no more'
is "$(all_found bob --category General)" secret 'is his now'
jq '.agents[0].queues = ["orders", "billing"]' "$tmp/site.json" >more.json
IXN_STORE=$here ixn-setup --load more.json >/dev/null 2>&1
is "$(found alice quibble)" secret 'another queue for her'
status 0 as alice response-index --check --agent alice
ok as alice response-index --agent alice
printf x >"$(mine alice)"
is "$(as alice response-search quibble --fields shortcut 2>/dev/null)" secret 'damaged, it is fetched anew'

# Without the server.
unset IXN_CLOCK
stop
is "$(IXN_AGENT=alice response-search quibble --fields shortcut)" secret 'the server is away: words are found'
if command -v strace >/dev/null; then
	traced -f -E IXN_AGENT=alice -e trace=connect,execve -o trace response-search quibble >/dev/null
	is "$(grep -c 'connect(.*AF_INET\|execve' trace)" 1 'no connection, no other program'
else
	skip 'no connection' 'no strace'
fi
touch -d '1 hour ago' "$(mine alice)"
status 0 env IXN_AGENT=alice response-search quibble --fields shortcut
is "$out" secret 'nor where it was fetched long ago'
like "$err" 'the server cannot be reached' 'which is said'
rm "$(mine alice)"
status 69 env IXN_AGENT=alice response-search quibble
done_testing
