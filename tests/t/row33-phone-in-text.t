#!/bin/sh
# covers: ixn-show
# Telephone numbers and URLs found in what was said, each once, with the message where it stands.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":1}}],"queues":[{"name":"sales"}]}
J
ready alice
id=$(create --from ann@example.org --queue sales --text 'Call me: +33 1 40 50 60 70, or 06.12.34.56.78 in the evening (not on 21/11/2026 at 10:30). Order 0123456789.')
ok as alice ixn-accept
ok as alice chat-send "$id" --text 'You mean +33 1 40 50 60 70? See https://www.example.org/help.'
as '' chat-send "$id" --as-contact --text 'Yes; (https://shop.example/a?b=c) and https://www.example.org/help' >/dev/null
is "$(ixn-show "$id" --phones)" '+33 1 40 50 60 70	1
06.12.34.56.78	1' 'numbers as they stand there, each once; no dates, no times, no references'
is "$(ixn-show "$id" --urls)" 'https://www.example.org/help	2
https://shop.example/a?b=c	3' 'URLs without the punctuation around them'
is "$(ixn-show "$id" --phones --json | jq -c '[.value, .seq, .ixn]' | head -n 1)" "[\"+33 1 40 50 60 70\",1,\"$id\"]" 'as JSON'
is "$(ixn-show "$id" --phones --ids)" '+33 1 40 50 60 70
06.12.34.56.78' 'alone'
other=$(create --from bea@example.org --queue sales --text 'nothing here: 12 of 34')
is "$(ixn-show "$other" --phones; echo $?)" 0 'none is no error'
is "$(as alice ixn-show "$id" "$other" --phones --ids | wc -l)" 2 'of several interactions'
done_testing
