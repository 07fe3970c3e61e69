#!/bin/sh
# covers: ixn-routerd
# The contacts' side over HTTP: pages and their policy, origins, sessions, the stream by its cursor, limits.
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":9}}],"queues":[{"name":"support"}],
"web":[{"name":"shop","origins":["https://www.example.org","https://shop.example.org:8443"],"chat_queue":"support"}]}
J
mail
# serve OPTION...: $url
serve() {
	background ixn-routerd --listen 127.0.0.1:0 --plain --url "$@"
	wait_for grep -q '^http' "$tmp/$pid.out"
	url=$(grep -m1 '^http' "$tmp/$pid.out")
	url=${url%/}
}
serve --requests 0
get() { : >body && curl -s -D head -o body -w '%{http_code}' "$@"; }
head_of() { sed -n "s/^$1: \(.*\)\r\$/\1/Ip" head; }
post() { _to=$1 && shift && get "$url/contact/v1/$_to" -H 'Content-Type: application/json' "$@"; }
error() { jq -r .error.code body; }

# Pages and what they load.
is "$(get "$url/chat")" 200 'the page'
is "$(head_of Content-Security-Policy)" "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self' https://www.example.org https://shop.example.org:8443" 'only its own, and only where the site says'
is "$(head_of X-Content-Type-Options) $(head_of Referrer-Policy)" 'nosniff no-referrer' 'nothing is guessed, nothing told'
unlike "$(cat body)" 'style=|<script>|onclick|https?://' 'nothing inline, nothing from elsewhere'
for f in /callback /page/chat.css /page/chat.js /page/callback.js /page/common.js /page/texts.js /page/icon.svg /embed.js; do
	is "$(get "$url$f")" 200 "$f"
	tag=$(head_of ETag)
	is "$(get "$url$f" -H "If-None-Match: $tag") $(wc -c <body)" '304 0' 'asked for again, nothing is sent'
	is "$(get "$url$f" -H 'If-None-Match: "other"')" 200 'but when it has changed'
	cp body plain
	is "$(get "$url$f" -H 'Accept-Encoding: br, gzip') $(head_of Content-Encoding)" '200 gzip' 'packed'
	is "$(gzip -dc body | cmp - plain && echo same)" same 'the same'
done
like "$(head_of Cross-Origin-Resource-Policy)" cross-origin 'which websites may load'
is "$(get "$url/chat?site=none") $(error)" '404 no_such_page' 'a page that there is not'
for p in /page/ /page/../priv.h /page/%2e%2e/chat.js /page/chat.js/ /page/CHAT.JS /chat/x; do
	is "$(get --path-as-is "$url$p")" 404 "$p"
done

# Origins.
is "$(post page -d '{}' -H 'Origin: https://www.example.org') $(head_of Access-Control-Allow-Origin)" '200 https://www.example.org' 'a website of the site'
is "$(post page -d '{}' -H "Origin: $url")" 200 'its own page'
for o in https://evil.example null http://www.example.org https://www.example.org:444 'https://www.example.org, https://evil.example'; do
	is "$(post start -d '{"name":"Eve"}' -H "Origin: $o") $(error) $(head_of Access-Control-Allow-Origin)" '403 bad_origin ' "not $o"
done
is "$(sql 'SELECT count(*) FROM ixn')" 0 'nothing came of it'
is "$(get -X OPTIONS "$url/contact/v1/send" -H 'Origin: https://www.example.org') $(head_of Access-Control-Allow-Headers)" '204 Authorization, Content-Type, Idempotency-Key' 'what browsers ask first'

# Sessions.
start() { curl -s "$url/contact/v1/start" -d "$1" | jq -r .secret; }
ann=$(start '{"name":"Ann","text":"from Ann"}')
tom=$(start '{"name":"Tom","text":"from Tom"}')
is "$(post send -d '{"text":"x"}') $(error)" '401 no_session' 'nobody'
is "$(post send -d '{"text":"x"}' -H "Authorization: Bearer $(printf '%064d' 0)") $(error)" '401 session_ended' 'no such session'
is "$(post send -d '{"text":"x"}' -H "Authorization: Bearer ${ann%?}") $(error)" '401 session_ended' 'nearly one'
is "$(post send -d '{"text":"x"}' -H "Authorization: Bearer $ann" -H 'Origin: https://evil.example') $(error)" '403 bad_origin' 'one that a strange page has'
id=$(sql "SELECT id FROM ixn WHERE name = 'Tom'")
for body in "{\"text\":\"x\",\"id\":\"$id\"}" '{"text":1}' '{"text":"a","text":"b"}' '[]' '{"text":"a"} x' '{"text":"\ud800"}' "{\"text\":\"$(printf '\377')\"}" ''; do
	like "$(post send -d "$body" -H "Authorization: Bearer $ann")" '^400$' "refused: $body"
done
is "$(head -c 70000 /dev/zero | tr '\0' x | post send -H "Authorization: Bearer $ann" --data-binary @-)" 413 'too long'
for op in ixn.show ixn.list chat.tail event.list web.send web.start agent.list; do
	like "$(get "$url/v1/$op" -d "{\"id\":\"$id\"}" -H "Authorization: Bearer $ann")" '^(400|401|403|404)$' "agents' $op is not for contacts"
	like "$(post "$op" -d '{}' -H "Authorization: Bearer $ann")" 404 'by neither way'
done
unlike "$(jq -r '.paths | keys[]' <<-E
	$(curl -s "$url/v1/openapi.json")
	E
)" '/v1/web\.' "contacts' operations are not among those of agents"
post send -d '{"text":"again"}' -H "Authorization: Bearer $ann" -H 'Idempotency-Key: k1' >/dev/null
post send -d '{"text":"again"}' -H "Authorization: Bearer $ann" -H 'Idempotency-Key: k1' >/dev/null
is "$(cat body)" '{"seq":2}' 'sent again with its key, it is the same message'
post send -d '{"text":"of Tom"}' -H "Authorization: Bearer $tom" -H 'Idempotency-Key: k1' >/dev/null
is "$(cat body)" '{"seq":2}' 'the key of another contact is another key'
# Its answer was lost, and it is asked for again; the first request may end behind the second.
again() { curl -s "$url/contact/v1/start" -d '{"name":"Una"}' -H "Idempotency-Key: $1" | jq -r .secret; }
first=$(again "$(printf '%032d' 1)")
is "$(again "$(printf '%032d' 1)")" "$first" 'a chat that is begun twice with its key has one secret'
is "$(post send -d '{"text":"Una"}' -H "Authorization: Bearer $first")" 200 'which proves the session'
unlike "$(again "$(printf '%032d' 2)")" "$first" 'with another key it is another one'
is "$(sql "SELECT count(*) FROM ixn WHERE name = 'Una'")" 2 'of another chat'
for n in 1 2; do again short >"short.$n"; done
unlike "$(cat short.1)" "$(cat short.2)" 'a key that could be guessed gives no session away'
unlike "$(post transcript -d '{}' -H "Authorization: Bearer $tom"; cat body)" 'ixn-|01M' 'no word of the agents side in an error'

# The stream, from any cursor on, without gap and without repeat.
stream() { background curl -sN "$url/contact/v1/events" -H "Authorization: Bearer $1" -H "Last-Event-ID: $2"; }
stream "$ann" 0
all=$pid
wait_for grep -q '"position"' "$tmp/$all.out"
is "$(grep -c '^event: state' "$tmp/$all.out")" 1 'how it stands'
ready alice
ok as alice ixn-accept "$(sql "SELECT id FROM ixn WHERE name = 'Ann'")"
wait_for grep -q '"Alice"' "$tmp/$all.out"
ok as alice chat-send @ --text one
ok as alice chat-send @ --visible agents --text 'not for her'
ok as alice ixn-note @ --text 'not for her'
wait_for grep -q '"one"' "$tmp/$all.out"
stream "$ann" 3
late=$pid
for n in 1 2 3 4 5 6 7 8 9; do as alice chat-send @ --text "line $n" >/dev/null; done
wait_for grep -q 'line 9' "$tmp/$all.out"
wait_for grep -q 'line 9' "$tmp/$late.out"
is "$(sed -n 's/^id: //p' "$tmp/$all.out" | tr '\n' ' ')" '1 2 3 5 6 7 8 9 10 11 12 13 ' 'each message once, in order'
is "$(sed -n 's/^id: //p' "$tmp/$late.out" | tr '\n' ' ')" '5 6 7 8 9 10 11 12 13 ' 'from the cursor on'
unlike "$(cat "$tmp/$all.out")" 'not for her|from Tom|of Tom' 'nothing of others'
like "$(get "$url/contact/v1/events" -H 'Authorization: Bearer x')" 401 'a stream of nobody'
is "$(post end -d '{}' -H "Authorization: Bearer $ann")" 200 'the end'
wait_for sh -c "! kill -0 $all 2>/dev/null"
like "$(tail -n 3 "$tmp/$all.out")" '"state":"ended"' 'is the last that is told, and ends the stream'

# Who asks for too much has to wait.
serve
n=0
while [ $n -lt 20 ]; do
	post start -d '{"name":"Flood"}' >>codes && echo >>codes
	n=$((n + 1))
done
is "$(sort codes | uniq -c | tr -s ' ' | tr '\n' ,)" ' 10 200, 10 429,' 'ten chats a minute, and address'
is "$(post page -d '{}')" 200 'looking costs nobody anything'
done_testing
