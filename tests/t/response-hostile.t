#!/bin/sh
# covers: response-edit, response-show, response-list, response-category
# What is written in responses is somebody's: bounds, bad UTF-8, NUL, controls on a terminal; two who edit at once.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
site <<'J'
{"agents":[{"name":"lea","role":"lead"},{"name":"ada","role":"admin"}]}
J
ready lea ada
count() { sql 'SELECT count(*) FROM response'; }
esc=$(printf '\033')
evil="X${esc}]0;owned$(printf '\007')${esc}[2Jcls$(printf '\b\177')$(printf '\302\2335n')$(printf '\342\200\256gro\342\201\246.\342\200\250')Y"
status 65 as lea response-edit --name "$evil" --text x
status 65 as lea response-edit --text x --shortcut "a${esc}b"
status 65 as lea response-edit --text x --category "a${esc}b"
status 65 as lea response-edit --text x --media "a${esc}b"
rlo=$(printf 'a\342\200\256b')
ok as lea response-edit --name "$rlo" --text "$evil" --description "$evil" --html "$evil" --shortcut s --category C
cat >controls.py <<'PY'
import sys, unicodedata
data = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
bad = {"U+%04X" % ord(c) for c in data if (ord(c) < 32 and c not in "\n\t\r") or 127 <= ord(c) < 160 or unicodedata.bidirectional(c) in ("RLO", "LRI") or ord(c) in (0x2028, 0x2029)}
print(" ".join(sorted(bad)) if data else "nothing printed")
PY
for c in 'response-show s' 'response-show s --text' 'response-show s --html' 'response-show s --versions' 'response-list' 'response-list --tree' 'response-favourite s' 'response-category'; do
	later
	# shellcheck disable=SC2086 # words
	is "$(IXN_AGENT=lea python3 -c 'import os, pty, sys; os.environ["TERM"] = "xterm"; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], lambda fd: os.read(fd, 65536), lambda fd: b"")))' $c | python3 controls.py)" '' "on a terminal: $c"
done
is "$(response-show s --json | jq -r .text)" "$evil" 'JSON has it whole'
is "$(response-show s --text)" "$evil" 'so has a pipe that asks for the text alone'
is "$(IXN_AGENT=lea response-show s | python3 controls.py)" '' 'a line of a pipe is safe to look at'

was=$(count)
printf 'a\0b' >nul && status 65 as lea response-edit --name n --file nul
printf 'a\377b' >bad && status 65 as lea response-edit --name n --file bad
status 65 as lea response-edit --name n --html-file bad
status 65 as lea response-edit --name "$(printf 'a\377')" --text x
head -c 10000000 /dev/zero | tr '\0' x >large
status 65 as lea response-edit --name n --file large
like "$err" 'text is larger than 1048576 bytes' 'which says the bound'
status 65 as lea response-edit --name n --text x --html-file large
head -c 1048576 large >most
ok as lea response-edit --name most --file most
is "$(response-show "${out%%	*}" --text | tr -d '\n' | cksum)" "$(cksum <most)" 'as much as is allowed comes back'
status 65 as lea response-edit --name "$(head -c 513 large)" --text x
status 65 as lea response-edit --text x --shortcut "$(head -c 65 large)"
status 65 as lea response-edit --text x --description "$(head -c 16385 large)"
status 64 as lea response-edit --name n --text x --file most
status 64 as lea response-edit --name n --html x --html-file most
is "$(count)" $((was + 1)) 'what was refused left nothing behind'
ok as lea response-edit --name 'العربية مرحبا' --text 'مرحبا' --language ar --shortcut 'مرحبا'
is "$(response-show 'مرحبا' --fields name)" 'العربية مرحبا' 'right to left'
ok as lea response-edit --name "$(printf 'cafe\314\201')" --text x --shortcut "$(printf 'cafe\314\201')"
is "$(response-show CAFÉ --fields name)" "$(printf 'cafe\314\201')" 'composed or not'
ok as lea response-edit --name 'emoji 🎉👩‍🚀' --text '🎉'

# Two at once: nothing is lost, and each version is somebody's.
r=$(as lea response-edit --text 0 --ids)
for who in lea ada; do
	(
		n=0
		while [ $n -lt 40 ]; do
			v=$(response-show "$r" --json | jq .version)
			IXN_AGENT=$who response-edit "$r" --version "$v" --text "$who $n" >"$tmp/$who.out" 2>"$tmp/$who.err" && n=$((n + 1))
			case $? in 0) ;; *) grep -q 'is at version' "$tmp/$who.err" || { [ ! -s "$tmp/$who.err" ] || cat "$tmp/$who.err" >>"$tmp/strange"; } ;; esac
		done
	) &
	eval "pid_$who=\$!"
done
# shellcheck disable=SC2154 # set by eval
wait "$pid_lea" "$pid_ada"
is "$(cat "$tmp/strange" 2>/dev/null)" '' 'each edit is done, or told that somebody was faster'
is "$(response-show "$r" --json | jq .version)" 81 'none is lost'
is "$(sql "SELECT count(DISTINCT text), count(*) FROM (SELECT text FROM response_version WHERE id = '$r' UNION ALL SELECT text FROM response WHERE id = '$r') AS v")" '81|81' 'and all are kept'

done_testing
