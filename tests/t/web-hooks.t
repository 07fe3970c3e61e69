#!/bin/sh
# covers: ixn-routerd
# Text messages of gateways: signed with the gateway's key, each once, in the exchange that goes on with its sender.
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
umask 077
printf 'key of sms\n' >sms.key
printf 'other key\n' >other.key
printf 'open key\n' >open.key && chmod 644 open.key
site <<J
{"agents":[{"name":"alice","capacity":{"sms":3}}],"queues":[{"name":"texts"}],
"gateways":[{"name":"sms","queue":"texts","key_file":"$PWD/sms.key"},{"name":"wa","medium":"whatsapp","queue":"texts","key_file":"$PWD/other.key"},
 {"name":"nokey","queue":"texts"},{"name":"open","queue":"texts","key_file":"$PWD/open.key"},{"name":"idle","key_file":"$PWD/sms.key","vendor":{"a":1}}]}
J
background ixn-routerd --listen 127.0.0.1:0 --plain --requests 0 --url
wait_for grep -q '^http' "$tmp/$pid.out"
url=$(grep -m1 '^http' "$tmp/$pid.out")
# sign KEY SECONDS BODY
sign() { printf '%s.%s' "$2" "$3" | openssl dgst -sha256 -hmac "$1" | sed 's/.*= //'; }
# hook NAME KEY BODY [SECONDS]: the status; the answer in body.
hook() {
	_t=${4:-$(cat "$tmp/now")}
	curl -s -o body -w '%{http_code}' "${url%/}/hooks/v1/$1" -H "Ixn-Signature: t=$_t,v1=$(sign "$2" "$_t" "$3")" --data-binary "$3"
}
message() { jq -nc --arg id "$1" --arg text "$2" --arg from "${3:-+33612345678}" '{id: $id, from: $from, text: $text}'; }

# Who is it?
m=$(message 1 hello)
for t in 'wa:key of sms:' 'sms:wrong:' 'sms::' 'nokey::' 'nokey:key of sms:' 'open:open key:' 'none:key of sms:' ; do
	key=${t#*:}
	is "$(hook "${t%%:*}" "${key%:}" "$m") $(jq -r .error.code body)" '403 bad_signature' "${t%%:*} with '${key%:}'"
done
is "$(hook sms 'key of sms' "$m" $(($(cat "$tmp/now") - 301)))" 403 'signed long ago'
is "$(hook sms 'key of sms' "$m" $(($(cat "$tmp/now") + 301)))" 403 'or in the future'
t=$(cat "$tmp/now")
for s in '' "t=$t" "v1=$(sign 'key of sms' "$t" "$m")" "t=$t,v1=00" "t=x,v1=$(sign 'key of sms' x "$m")" "t=$t,v1=$(sign 'key of sms' "$t" "$m")0"; do
	is "$(curl -s -o /dev/null -w '%{http_code}' "${url%/}/hooks/v1/sms" -H "Ixn-Signature: $s" --data-binary "$m")" 403 "signature '$s'"
done
is "$(curl -s -o /dev/null -w '%{http_code}' "${url%/}/hooks/v1/sms" -H "Ixn-Signature: t=$t,v1=$(sign 'key of sms' "$t" "$m")" --data-binary "$m ")" 403 'another body'
is "$(sql 'SELECT count(*) FROM ixn')" 0 'nothing came of it'

# A message, once.
is "$(hook sms 'key of sms' "$m")" 200 'taken'
id=$(jq -r .id body)
is "$(show "$id" medium,state,queue,from)" 'sms	queued	texts	+33612345678' 'an interaction that waits'
is "$(hook sms 'key of sms' "$m") $(jq -r .id body)" "200 $id" 'again: the same'
is "$(hook sms 'key of sms' "$(message 2 second)") $(jq -r '.id, .seq' body | tr '\n' ' ')" "200 $id 2 " 'the exchange goes on'
ready alice
ok as alice ixn-accept "$id"
is "$(hook sms 'key of sms' "$(message 3 third '0033 6 12 34 56 78')") $(jq -r '.id, .seq' body | tr '\n' ' ')" "200 $id 3 " 'while an agent has it, however the number is written'
is "$(chat-tail "$id" --json | jq -r '[.role, .text] | join("|")' | tr '\n' ,)" 'contact|hello,contact|second,contact|third,' 'the agent reads them'
hook sms 'key of sms' "$(message 4 other +33698765432)" >/dev/null
is "$(jq -r .id body | grep -c "$id")" 0 'another sender, another interaction'
hook wa 'other key' "$(message 1 'by another way')" >/dev/null
is "$(sql "SELECT group_concat(medium, ',') FROM (SELECT medium FROM ixn ORDER BY medium) AS s")" 'sms,sms,whatsapp' 'another gateway has ids of its own'
ok as alice ixn-done "$id"
hook sms 'key of sms' "$(message 5 'a new matter')" >/dev/null
is "$(jq -r .id body | grep -c "$id")" 0 'done is done: a new one'
hook sms 'key of sms' "$(message 3 third)" >/dev/null
is "$(jq -r .id body)" "$id" 'and what came before is still known'
for bad in '{}' '{"id":"9","from":"+33612345678"}' '{"id":"9","from":"abc","text":"x"}' '{"id":"9","from":"+33612345678","text":"x","more":1}' 'x' '{"id":"","from":"+33612345678","text":"x"}'; do
	like "$(hook sms 'key of sms' "$bad")" '^400$' "$bad"
done
is "$(hook idle 'key of sms' "$(message 1 x)")" 409 'one that the site gave no queue'

# Checked, dumped, and what others read of it kept.
ixn-setup --dump >dump.json
is "$(jq -c '.gateways[-1]' dump.json)" "{\"name\":\"idle\",\"key_file\":\"$PWD/sms.key\",\"vendor\":{\"a\":1}}" 'the dump'
is "$(ixn-setup --load dump.json)" '' 'again changes nothing'
for bad in '{"name":"x","medium":"Voice Mail"} medium' '{"name":"x","medium":"voice"} medium' '{"name":"x","key_file":"sms.key"} key_file' '{"name":"x","queue":"none"} queue'; do
	printf '{"gateways":[%s]}' "${bad% *}" >bad.json
	status 65 ixn-setup --load bad.json
	like "$err" "gateways: x[:.].*${bad##* }|${bad##* }" "${bad##* }"
done
done_testing
