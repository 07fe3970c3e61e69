#!/bin/sh
# covers: ixn-create
# What arrives: one by options, many by --input; a bad line is reported with its number and skipped.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
export PLACE_OWNER=gate # over the network a gateway brings them
site <<'J'
{"agents":[{"name":"gate","role":"service"}],"queues":[{"name":"sales","skills":"sales>=1"},{"name":"billing","priority":5}]}
J
ok ixn-create --media email --from ann@example.org --name Ann --subject 'My parcel' --text Hello --queue billing --skill 'french>=2' --data a=1 --data b=x=y --custom-data c=3 --language fr --external-id e-1
id=$(printf '%s\n' "$out" | cut -f 1)
is "$out" "$(printf '%s\tqueued\temail\tbilling\t\t' "$id")" 'it prints what is made'
is "$(ixn-show "$id" --json | jq -c '[.medium, .from, .name, .subject, .queue, .skills, .language, .external_id, .priority, .online, .data]')" \
	'["email","ann@example.org","Ann","My parcel","billing","french>=2","fr","e-1",5,false,{"a":"1","b":"x=y","c":"3"}]' 'as it was said'
status 64 ixn-create --from ann@example.org
status 66 ixn-create --queue nowhere
status 66 ixn-create --to agent:nobody
status 66 ixn-create --to agent:gate --queue nowhere
status 64 ixn-create --to team:x
status 65 ixn-create --queue sales --skill 'x>>1'
status 65 ixn-create --queue sales --text "$(printf 'ab\377')"
like "$err" 'byte 3' 'the bad byte is named'
is "$(ixn-list --all --ids)" "$id" 'what is refused is not made'

# Many.
cat >many.jsonl <<'J'
{"queue":"sales","from":"bea@example.org","name":"Bea","text":"one","data":{"n":1,"ok":true,"s":"t"},"external_id":"m-1"}

{"from":"+33140506070","text":null,"skill":["french>=2","vip"],"priority":3,"media":"voice"}
{"queue":"sales","from":"broken
{"queue":"nowhere"}
{"queue":"sales","colour":"red"}
[1]
{"queue":"sales","data":{"deep":{"x":1}}}
{"queue":"sales","text":"last"}
J
printf '{"queue":"sales","text":"bad \377"}\n{"queue":"sales","text":"no newline"}' >>many.jsonl
status 80 ixn-create --input many.jsonl --queue billing --subject Import --ids
is "$(printf '%s\n' "$out" | wc -l)" 4 'four can be made'
# shellcheck disable=SC2086
set -- $out
is "$(ixn-show "$1" --json | jq -c '[.queue, .name, .subject, .data]')" '["sales","Bea","Import",{"n":"1","ok":"true","s":"t"}]' 'a line over the options'
is "$(ixn-show "$2" --json | jq -c '[.queue, .medium, .priority, .skills]')" '["billing","voice",3,"french>=2 & vip"]' 'the options where a line says nothing'
is "$(chat-tail "$4" --fields text)" 'no newline' 'the last line without a newline'
like "$err" 'many.jsonl:4:3[0-9]: ' 'broken JSON: line and column'
for n in 5 6 7 8 10; do like "$err" "many.jsonl:$n:" "line $n is named"; done
like "$err" '4 done, 6 failed' 'and how many'
is "$(ixn-list --all --ids | wc -l)" 5 'nothing of a bad line is kept'
status 80 ixn-create --input many.jsonl --queue billing --json
is "$(printf '%s\n' "$err" | jq -r 'select(.error) | .error.code' 2>/dev/null | sort -u | paste -sd ' ')" 'bad_field bad_json no_such_queue' 'as JSON'
is "$(ixn-list --external-id m-1 --ids)" "$1" 'an external id is not made twice'

echo '{"queue":"sales","text":"from a pipe"}' >line
ok ixn-create --input - --quiet <line
: >empty
ok ixn-create --input empty --quiet
is "$out$err" '' 'an empty file does nothing'
status 66 ixn-create --input missing
status 64 ixn-create --input many.jsonl extra
printf '{"queue":"nowhere"}\n{"queue":"nobody"}\n' >same.jsonl
status 66 ixn-create --input same.jsonl

# A key for all: each line has its own.
before=$(ixn-list --all --ids --limit 1000 | wc -l)
printf '{"queue":"sales","text":"k1"}\n{"queue":"sales","text":"k2"}\n' >two.jsonl
ok ixn-create --input two.jsonl --idempotency-key load
first=$out
ok ixn-create --input two.jsonl --idempotency-key load
is "$out $(ixn-list --all --ids --limit 1000 | wc -l)" "$first $((before + 2))" 'the same key again makes nothing'

# Each line fits the schema, and a large file is read in a stream.
is "$(ixn-create --schema=input | jq -r '.properties | has("from") and has("custom_data")')" true '--schema=input says what a line may hold'
jq -nc 'range(600) | {queue: "sales", from: "c\(.)@example.org", text: "hi", external_id: "bulk-\(.)"}' >bulk.jsonl
ok ixn-create --input bulk.jsonl --ids
is "$(printf '%s\n' "$out" | sort -u | wc -l)" 600 'six hundred'
done_testing
