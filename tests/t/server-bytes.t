#!/bin/sh
# covers: ixn-routerd
# Bytes that are no text, wherever a request may hold them: refused before the store is asked, and never kept.
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"

site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","capacity":{"chat":3}}],"queues":[{"name":"q"}],
"web":[{"name":"shop","origins":["https://www.example.org"],"chat_queue":"q","callback_queue":"q"}]}
J
serve --behind-proxy 127.0.0.1
bad=$(printf 'a\377b')

# Who asks: refused, in JSON that can be read, by a name that no agent can have.
for name in %FF %C3%28 %20 a%2fb %22 "$(printf '%065d' 1)" "$bad"; do
	for op in ixn.list ixn.create; do
		ask /v1/$op -d '{"queue":"q"}' -H "Authorization: Bearer $name:x"
		like "$http" '^40[01]$' "$op as '$(printf %s "$name" | od -An -c | tr -d ' \n')'"
		ok iconv -f UTF-8 -t UTF-8 "$tmp/body"
	done
	ask /v1/events -H "Authorization: Bearer $name:x"
	is "$http" 401 'and the stream'
done
ask /v1/ixn.list -d '{}' -H 'Authorization: Bearer a%2fb:x'
is "$http $(error)" '401 session_ended' 'as for any token that is none'
for secret in x "$bad" %FF "$(printf '%064d' 0 | tr 0 G)"; do
	ask /contact/v1/send -d '{"text":"x"}' -H "Authorization: Bearer $secret"
	is "$http $(error)" '401 session_ended' 'a contact'
	ask /contact/v1/events -H "Authorization: Bearer $secret"
	is "$http $(error)" '401 session_ended' 'and its stream'
done

# What stands in a path, a query, a header.
login alice
agent="Authorization: Bearer alice:$(cat "$tmp/token.alice")"
for path in /hooks/v1/%FF '/chat?site=%FF' '/v1/events?after=%FF' /page/%FF /v1/%FF /contact/v1/%FF; do
	method=
	case $path in /hooks* | /v1/%* | /contact/*) method='-d {}' ;; esac
	# shellcheck disable=SC2086 # an option and its value
	ask "$path" -H "$agent" $method
	like "$http" '^4' "$path: $http"
done
ask /v1/events -H "$agent" -H "Last-Event-ID: $bad"
is "$http $(error)" '400 bad_utf8' 'where a stream goes on'
for header in Idempotency-Key IXN-Seen; do
	ask /v1/ixn.create -H "$agent" -H "$header: $bad" -d '{"queue":"q"}'
	is "$http $(error)" '400 bad_request' "$header"
done
ask /contact/v1/start -d '{"name":"Ann"}' -H "Origin: https://$bad"
is "$http" 403 'a page of nowhere'
call alice ixn.list '{}' -H "X-Forwarded-For: $bad"
is "$http" 200 'an address that is none is not believed'

# The keys of contacts: as those of agents.
callback() { ask /contact/v1/callback -d '{"name":"Ann","number":"+33 1 23 45 67 89"}' "$@"; }
for key in "$bad" a%ffb '%' '%zz' "$(printf '%0201d' 1)"; do
	callback -H "Idempotency-Key: $key"
	is "$http $(error)" '400 bad_request' "refused: '$(printf %s "$key" | od -An -c | tr -d ' \n')'"
	ask /contact/v1/start -d '{"name":"Ann"}' -H "Idempotency-Key: $key"
	is "$http $(error)" '400 bad_request' 'though of a key to begin with no more than a hash is kept'
done
callback -H 'Idempotency-Key;'
is "$http" 400 'none at all'
is "$(sql "SELECT count(*) FROM ixn") $(sql "SELECT count(*) FROM idempotency WHERE op LIKE 'web.%'")" '0 0' 'nothing came of it'
for key in k1 k1 %6b1; do
	callback -H "Idempotency-Key: $key"
	is "$http" 200 "a key: $key"
done
is "$(sql "SELECT count(*) FROM ixn")" 1 'which is the same'
ok stop
done_testing
