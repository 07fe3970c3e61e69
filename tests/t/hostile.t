#!/bin/sh
# covers: ixn-create, chat-send, ixn-note, ixn-data, ixn-show, ixn-list, chat-tail, ixn-watch, transcript-show, ixn-setup
# What comes from outside: controls never reach a terminal, sizes have bounds, bad input does nothing by halves.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'
mail
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":9}}],"queues":[{"name":"sales"}]}
J
ready alice
esc=$(printf '\033') bel=$(printf '\007')
# A title, a colour, clearing the screen, a bell, back space, CR, DEL, C1 (CSI and OSC), bidi, separators, tags.
evil="X${esc}]0;owned${bel}${esc}[31;1mred${esc}[2Jcls$(printf '\b\b\r\177')$(printf '\302\2335n\302\2350;t\302\234')$(printf '\342\200\256gro\342\201\246.\342\200\217\342\200\250\357\277\271\363\240\201\201')Y"
# What must not come out, as bytes.
cat >controls.py <<'PY'
import sys, unicodedata
data = sys.stdin.buffer.read()
bad = set()
for c in data.decode("utf-8", "surrogateescape"):
    n = ord(c)
    if (n < 32 and c not in "\n\t\r" ) or 127 <= n < 160 or unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI") \
            or n in (0x200e, 0x200f, 0x61c, 0x2028, 0x2029) or 0xfff9 <= n <= 0xfffb or 0xe0000 <= n <= 0xe007f or 0xdc80 <= n <= 0xdcff:
        bad.add("U+%04X" % n)
    if c == "\r" and len(sys.argv) < 2: bad.add("CR")
print(" ".join(sorted(bad)) if data else "nothing printed")
PY
clean() {
	is "$(as alice "$@" 2>&1 | python3 controls.py)" '' "in a pipe: $1 ${3-}"
	# A terminal's own driver writes CR before each newline.
	later
	is "$(IXN_AGENT=alice python3 -c 'import os, pty, sys; os.environ["TERM"] = "xterm"; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], lambda fd: os.read(fd, 65536), lambda fd: b"")))' "$@" | python3 controls.py tty)" '' "on a terminal: $1 ${3-}"
}
id=$(create --from "ann@example.org" --name "$evil" --subject "$evil" --text "$evil" --queue sales --data "k=$evil" --data "$evil=v" --external-id "$evil")
like "$id" '^[0-9A-Z]{26}$' 'it is taken in'
ok as alice ixn-accept
as '' chat-send "$id" --as-contact --text "$evil https://www.example.org/ +33140506070" >/dev/null
as alice ixn-note "$id" --text "$evil" >/dev/null
is "$(ixn-show "$id" --json | jq -r .name)" "$evil" 'JSON has it whole, escaped'
clean ixn-show "$id"
clean ixn-show "$id" --json
for part in data notes messages history offers; do clean ixn-show "$id" --part=$part; done
clean ixn-show "$id" --phones
clean ixn-show "$id" --urls
clean ixn-show "$id" --fields=name,subject,data,external_id
clean ixn-list
clean ixn-list --json
clean ixn-list --external-id "$evil"
clean ixn-data "$id"
clean ixn-data "$id" --get k
clean ixn-note "$id" --show
clean chat-tail "$id"
clean chat-tail "$id" --json
clean transcript-show "$id"
clean transcript-show "$id" --html
clean transcript-show "$id" --internal --json
clean ixn-watch --after 0 --timeout 0s
clean ixn-watch --after=0 --timeout=0s --json
clean ixn-status
clean chat-send "$id" --text ok
clean transcript-send "$id" --to "a@example.org"
clean outbox-list
# Errors repeat what was typed.
clean ixn-show "$evil"
clean ixn-show "$evil" --json
clean ixn-list --sort "$evil"
clean "ixn-list" "--$evil"
clean ixn-data "$id" --unset "$evil$evil"
clean ixn-transfer "$id" --to "queue:$evil"
clean ixn-disposition "$id" --set "$evil"
clean chat-send "$id" --url "$evil"
clean ixn "$evil"
is "$(ixn-list --all --external-id "$evil" | wc -l)" 1 'a TAB or newline in a name breaks no line'

# Sizes.
head -c 10485760 /dev/zero | tr '\0' 'a' >large
ok as alice chat-send "$id" --file large
is "$(chat-tail "$id" --json | tail -n 1 | jq -r .text | wc -c)" 10485761 'ten megabytes are read back'
is "$(chat-tail "$id" --fields text | tail -n 1 | cmp - large 2>&1 | grep -c differ)" 0 'whole'
ok ixn-show "$id" --phones
ok transcript-show "$id"
{ cat large && head -c 6291457 large; } >larger
before=$(chat-tail "$id" --fields seq | tail -n 1)
status 65 as alice chat-send "$id" --file larger --json
is "$(code)" too_large 'over sixteen'
python3 -c 'print("{\"queue\":\"sales\",\"text\":\"" + "a" * (16 * 1024 * 1024 + 1) + "\"}")' >line
status 65 ixn-create --input line --json --quiet
is "$(code)" too_large 'by whatever way it comes'
status 65 as alice ixn-note "$id" --file large
is "$(chat-tail "$id" --fields seq | tail -n 1)" "$before" 'nothing is kept of it'
head -c 300 large >name
status 65 ixn-create --queue sales --name "$(cat name)"
status 65 ixn-create --queue sales --subject "$(head -c 1000 large)"
status 65 as alice ixn-data "$id" --set "$(cat name)=v"
status 66 as alice chat-send "$id" --file missing

# What is not UTF-8.
for bad in 'ab\377' 'ab\300\200' 'ab\355\240\200' 'ab\364\220\200\200' 'ab\342\202'; do
	# shellcheck disable=SC2059
	printf "$bad" >bytes
	status 65 as alice chat-send "$id" --file bytes --json
	is "$(code)" bad_utf8 'not UTF-8'
	status 65 as alice chat-send "$id" --text "$(cat bytes)"
	like "$err" 'byte 3' 'at byte 3'
	status 65 ixn-create --queue sales --name "$(cat bytes)"
	status 65 as alice ixn-note "$id" --text "$(cat bytes)"
	status 65 as alice ixn-data "$id" --set "k=$(cat bytes)"
done
printf 'ab\000cd' >bytes
status 65 as alice chat-send "$id" --file bytes
is "$(chat-tail "$id" --fields seq | tail -n 1)" "$before" 'nothing is kept of them'

# Broken sites: where, and nothing done by halves.
dump=$(ixn-setup --dump)
for bad in '{"agents":[{"name":"x"}],' '{"agents":[{"name":"x"}],"queues":[{"name":1}]}' '{"agents":[{"name":"x"},{"alias":"no name"}]}' '{"agents":[{"name":"x"}]}{}' \
	'{"agents":[{"name":"x","name":"y"}]}' '{"agents":[{"name":"x","capacity":{"chat":1e999}}]}' '{"agents":[{"name":"x\u0000"}]}' '{"agents":[{"name":"x"}],"queues":[{"name":"q","skills":"a>>1"}]}' \
	'{"queues":[{"name":"q1"},{"name":"q2","skills":"a>>1"}]}' '{"queues":[{"name":"q1"}],"agents":[{"name":"x"},{"name":"y z"}]}' \
	'{"agents":[{"name":"x"}],"agnets":[]}' '{"agents":[{"name":"x","role":"king"}]}' '[]' '' 'null' '{"agents":{}}'; do
	printf '%s' "$bad" >bad.json
	status 65 ixn-setup --load bad.json
	is "$(ixn-setup --dump)" "$dump" 'nothing is done by halves'
done
printf '{"agents":[\n  {"name":"x"},\n  {"name":"y",}\n]}' >bad.json
status 65 ixn-setup --load bad.json
like "$err" 'bad\.json:3:15: ' 'line and column'
printf '{"agents":[{"name":"\377"}]}' >bad.json
status 65 ixn-setup --load bad.json
python3 -c 'print("[" * 100000)' >bad.json
status 65 ixn-setup --load bad.json
is "$(ixn-setup --dump)" "$dump" 'the site is as it was'
done_testing
