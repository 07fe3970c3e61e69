#!/bin/sh
# JSON that is read, by the example of ixn-setup --load: what is refused, and where it stands.
# place: embedded postgresql - ixn-setup is the owner's, on the machine of the store
. "$(dirname "$0")/lib.sh"

ok ixn-setup
# refused STATUS JSON REGEX NAME
refused() {
	printf '%s' "$2" >in.json
	status "$1" ixn-setup --load in.json
	like "$err" "$3" "$4"
}
refused 65 '{"queues":[{"name":"q"}' 'in.json:1:[0-9]+: ' 'an end that is missing'
refused 65 '{"queues":[{"name":"q"}]} x' 'in.json:1:[0-9]+: ' 'something behind it'
refused 65 '{"queues":[{"name":"q","name":"r"}]}' 'in.json:1:[0-9]+: ' 'the same key twice'
refused 65 '{"queues":[{"name":"q'"$(printf '\377')"'"}]}' 'in.json:1:[0-9]+: ' 'no UTF-8'
refused 65 '{"queus":[]}' 'in.json: queus: no such field; did you mean queues\?' 'an unknown key, and the nearest'
refused 65 '{"queues":{}}' 'in.json: queues: is not a list' 'an object for a list'
refused 65 '{"queues":[5]}' 'in.json: queues\[0\]: .* is not an object' 'a number for an object'
refused 65 '{"queues":[{"name":"q"},{"rona":true}]}' 'in.json: queues\[1\]: name: is missing' 'what must be there'
refused 65 '{"queues":[{"name":7}]}' 'queues\[0\]: name: is not a string' 'a number for a text'
refused 65 '{"queues":[{"name":"q","priority":"high"}]}' 'priority: is not a number' 'a text for a number'
refused 65 '{"queues":[{"name":"q","priority":1.5}]}' 'priority: is not a whole number' 'a fraction'
refused 65 '{"queues":[{"name":"q","pull":"yes"}]}' 'pull: is neither true nor false' 'a text for a truth'
refused 65 '{"queues":[{"name":"q","offer_timeout":"soon"}]}' "offer_timeout: 'soon' is not" 'no duration'
refused 65 '{"agents":[{"name":"a","role":"boss"}]}' "agents\\[0\\]: role: 'boss' is not agent" 'no name of the enumeration'
refused 65 '{"agents":[{"name":"a","media":[1]}]}' 'media: is not a list of strings' 'numbers in a list of texts'
refused 65 '{"agents":[{"name":"a","capacity":{"chat":[1]}}]}' 'capacity.chat: is not a string, a number' 'a list in pairs'
refused 65 '[]' '.' 'no object at all'
status 66 ixn-setup --load none.json

cat >in.json <<'EOF'
{"agents":[{"name":"a","media":"chat","capacity":{"chat":3},"shoe":{"size":[41,1e3]}}],
"queues":[{"name":"q","offer_timeout":"1m30s"},{"name":"r","offer_timeout":45000}]}
EOF
ok ixn-setup --load in.json
dump=$(ixn-setup --dump)
like "$dump" '"name":"a".*"media":\["chat"\].*"capacity":\{"chat":"?3"?\}' 'a text for a list of one, numbers in pairs'
like "$dump" '"shoe":\{"size":\[41,1000\]\}' 'what is unknown is kept'
like "$dump" '"name":"q".*"offer_timeout":90000' 'a duration as a text'
like "$dump" '"name":"r".*"offer_timeout":45000' 'and as milliseconds'
is "$(ixn-setup --load - --dry-run <in.json; echo $?)" 0 'from standard input; nothing to change'
done_testing
