#!/bin/sh
# covers: ixn-list, ixn-show, ixn-create, ixn-data, chat-tail, ixn-watch, outbox-list, ixn-note
# Columns and their escaping, --fields, --ids, -0, --json and its schema, errors as JSON.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'
mail
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":9}}],"queues":[{"name":"sales"}],"dispositions":[{"code":"ok"}],
"workflow":[{"name":"sales","next":["sales"]}],"data_display":[{"name":"k","label":"Key"}]}
J
ready alice
id=$(create --from ann@example.org --name 'A	tab \ and
newline' --subject 'été 中文' --queue sales --text Hello --data k=v --data hidden=h)
two=$(create --from bea@example.org --queue sales)
ok as alice ixn-accept "$id"

is "$(ixn-list --all | head -n 1)" "$(printf '%s\tactive\tchat\tsales\talice\tA\\ttab \\\\ and\\nnewline\tété 中文\t\t' "$id")" 'TAB between columns, \t \n \\ in them, no header, whole ids'
is "$(ixn-list --all | wc -l)" 2 'a line each'
is "$(ixn-list --all --fields subject,id | head -n 1)" "été 中文	$id" '--fields in the order given'
is "$(ixn-list --all --fields=id --fields state | head -n 1)" active 'the last --fields holds'
status 64 ixn-list --fields nonsense
like "$err" 'nonsense.*id, state' 'an unknown field: the known ones are named'
is "$(ixn-list --all --ids)" "$id
$two" '--ids'
is "$(ixn-list --all --ids -0 | tr '\0\n' '|%')" "$id|$two|" '-0 ends each with NUL'
is "$(ixn-list --all -0 | tr -dc '\0' | wc -c)" 2 'and whole lines'
is "$(ixn-list --all --json -0 | tr '\0' '\n' | jq -r .id | paste -sd ' ')" "$id $two" 'and JSON'
is "$(ixn-list --all --json | jq -r .name | head -n 2)" 'A	tab \ and
newline' 'JSON Lines hold the text as it was'
is "$(ixn-list --all --json | wc -l)" 2 'an object a line'
is "$(ixn-show "$id" --json --fields id,state | jq -c .)" "{\"id\":\"$id\",\"state\":\"active\"}" 'some fields as JSON'
is "$(LC_ALL=C NO_COLOR=1 ixn-list --all; LC_ALL=tr_TR.UTF-8 TZ=Asia/Tokyo ixn-list --all --fields created)" "$(ixn-list --all; ixn-list --all --fields created)" 'whatever the locale and the time zone'
like "$(ixn-show "$id" --json | jq -r .created)" '^2026-11-21T09:00:02\.000Z$' 'times in UTC'
is "$(ixn-list --all --limit 1 --ids 2>note)" "$id" '--limit'
like "$(cat note)" 'first 1' 'and it is said that there are more'
is "$(ixn-list --all --limit 2 2>&1 >/dev/null)" '' 'not where there are none'
is "$(ixn-list --all --sort -created --ids)" "$two
$id" '--sort'
is "$(ixn-list --all --since 2026-11-21T09:00:03Z --ids)" "$two" '--since'
is "$(ixn-list --all --until 2026-11-21T09:00:03Z --ids)" "$id" '--until: before'
is "$(ixn-list --all --older-than 2s --ids)" "$id" '--older-than'
is "$(ixn-list --all --state 'done'; echo $?)" 0 'an empty list is no error'
status 64 ixn-list --sort age
status 64 ixn-list --limit 0

# The schema of each fits what it prints.
cat >valid.py <<'PY'
import json, re, sys
def check(s, v, at):
    types = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict, "null": type(None)}
    want = s.get("type")
    if want:
        want = want if isinstance(want, list) else [want]
        if not any(isinstance(v, types[t]) and (t in ("boolean",) or not isinstance(v, bool)) for t in want):
            sys.exit("%s: %r is no %s" % (at, v, want))
    if "enum" in s and v not in s["enum"]: sys.exit("%s: %r is none of %s" % (at, v, s["enum"]))
    if s.get("format") == "date-time" and not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", v): sys.exit("%s: %r is no time" % (at, v))
    if "pattern" in s and isinstance(v, str) and not re.search(s["pattern"], v): sys.exit("%s: %r" % (at, v))
    if isinstance(v, dict):
        props = s.get("properties")
        for k in s.get("required", []):
            if k not in v: sys.exit("%s: no %s" % (at, k))
        for k, x in v.items():
            if props is not None and k in props: check(props[k], x, at + "." + k)
            elif props is not None and s.get("additionalProperties") is not True: sys.exit("%s: %s is not described" % (at, k))
            elif isinstance(s.get("additionalProperties"), dict): check(s["additionalProperties"], x, at + "." + k)
    if isinstance(v, list):
        for i, x in enumerate(v): check(s.get("items", {}), x, "%s[%d]" % (at, i))
schema = json.load(open(sys.argv[1]))
if not str(schema.get("$schema", "")).startswith("https://json-schema.org/"): sys.exit("no $schema")
n = 0
for line in sys.stdin:
    check(schema, json.loads(line), "line %d" % (n + 1))
    n += 1
print(n)
PY
fits() {
	command=$1 && shift
	"$command" --schema >schema.json
	is "$(as alice "$command" "$@" --json | python3 valid.py schema.json 2>&1)" "${lines:-1}" "$command $*: fits its schema"
}
fits ixn-show "$id"
lines=2 fits ixn-list --all
fits ixn-note "$id" --text 'a note'
fits ixn-data "$id" --set k=w
fits chat-send "$id" --text 'Good day' --url https://www.example.org/
lines=3 fits chat-tail "$id"
lines=$(ixn-watch --after 0 --timeout 0s | wc -l) fits ixn-watch --after 0 --timeout 0s
fits agent-list
fits agent-state
fits ixn-status
fits transcript-show "$id"
fits transcript-send "$id"
fits outbox-list
lines=2 fits ixn-disposition "$id" "$id" --set ok
fits chat-end "$id"
fits ixn-done "$id" --stop
fits ixn-create --queue sales

# Errors as JSON.
status 66 ixn-show 01ARZ3NDEKTSV4RRFFQ69G5FAV --json
is "$(printf '%s\n' "$err" | jq -c '.error | [.code, .exit, .state, .can, .choices, .retryable, (.message | type)]')" '["no_such_interaction",66,null,[],[],false,"string"]' 'code, exit, state, can, choices, retryable'
is "$out" '' 'nothing on standard output'
status 79 as alice chat-send "$id" --text x --json
is "$(printf '%s\n' "$err" | jq -c '.error | [.code, .exit, .state, .can]')" "[\"state\",79,\"done\",[\"transcript-send $id\"]]" 'what is legal, as commands'
status 64 ixn-list --jsonn --json
is "$(code)" bad_option 'usage errors, too'
status 64 ixn-list --json --fields nonsense
is "$(code)" bad_value 'with --json before or behind'
like "$(ixn-list --alll 2>&1)" 'did you mean --all' 'a mistyped option: the nearest'
like "$(ixn-list --sorted 2>&1)" 'did you mean --sort' 'another'
is "$(ixn-list --all --quiet 2>&1 >/dev/null)" '' '--quiet'
ixn-list --all >/dev/full 2>err
is $? 74 'a full disk is not hidden'
done_testing
