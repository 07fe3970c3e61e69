#!/bin/sh
# covers: chat-send, chat-tail
# Pages pushed to the contact: one, several; nothing but plain http and https, all or none.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":1}}],"queues":[{"name":"sales"}]}
J
urls() { chat-tail "$id" --json | jq -r 'select(.url) | .url'; }

ready alice
id=$(create --from ann@example.org --queue sales --text Hello)
ok as alice ixn-accept
ok as alice chat-send "$id" --url https://www.example.org/track?n=1
is "$(chat-tail "$id" --after 1 --json | jq -c '[.role, .author, .visible, .url]')" '["agent","Alice","all","https://www.example.org/track?n=1"]' 'the contact gets it'
ok as alice chat-send "$id" --text 'Look:' --url http://a.example/1 --url 'https://b.example:8443/2#x' --url 'https://[2001:db8::1]/3'
is "$out" "$id	active	chat	sales	alice	6" 'a text and several pages'
is "$(urls)" 'https://www.example.org/track?n=1
http://a.example/1
https://b.example:8443/2#x
https://[2001:db8::1]/3' 'each is a message of its own, in order'
is "$(ixn-watch --after 0 --timeout 0s --ixn "$id" --json | jq -r 'select(.url) | .url' | wc -l)" 4 'each is an event'

before=$(chat-tail "$id")
for bad in 'javascript:alert(1)' 'JavaScript:alert(1)' 'data:text/html,<script>' 'file:///etc/passwd' 'ftp://example.org/' 'www.example.org' '//example.org/' \
	'https://' 'https://user@example.org/' 'https://user:pw@example.org/' 'https://example.org@evil.example/' 'https://example.org/a b' ' https://example.org/' \
	'https://example.org/
x' 'https://example.org/"x' 'https://example.org/<x' 'https://example.org\@evil.example/' "https://example.org/$(printf '\342\200\256')x" "https://example.org/$(printf '\033')[1m" \
	"https://example.org/$(head -c 2100 /dev/zero | tr '\0' a)" ''; do
	status 65 as alice chat-send "$id" --url "$bad" --json
	is "$(code)" bad_url 'refused'
	status 65 as alice chat-send "$id" --text 'Look:' --url https://www.example.org/good --url "$bad"
done
is "$(chat-tail "$id")" "$before" 'nothing was sent, not even what stood before the bad one'
status 65 as alice chat-send "$id" --url 'https://example.org/'"$(printf '\377')"
is "$(chat-tail "$id")" "$before" 'nor what is no text'
done_testing
