#!/bin/sh
# covers: response-edit, response-show, ixn-doctor
# Files that go along with responses: in, out, by version, and what is wrong with them found.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
site <<'J'
{"agents":[{"name":"alice"},{"name":"lea","role":"lead"}]}
J
ready alice lea
printf 'a\0b\377\n' >form.pdf
printf 'other' >other.txt
: >empty
r=$(as lea response-edit --name R --text x --attach form.pdf --attach other.txt --attach empty --ids)
files() { response-show "$r" "$@" --json | jq -c '[.attachments[]? | [.name, .type, .size]]'; }
is "$(files)" '[["form.pdf","application/pdf",5],["other.txt","text/plain; charset=utf-8",5],["empty","application/octet-stream",0]]' 'in their order, of the type that their name says'
is "$(response-show "$r" --json | jq -r '.attachments[0].digest')" "$(sha256sum form.pdf | cut -d ' ' -f 1)" 'with a digest that others can work out'
ok response-show "$r" --attachment form.pdf -o out.pdf
ok cmp form.pdf out.pdf
is "$(stat -c %a out.pdf)" 600 "its reader's alone"
status 73 response-show "$r" --attachment form.pdf -o out.pdf
ok response-show "$r" --attachment other.txt -o out.pdf --force
is "$(cat out.pdf)" other 'replaced when that is asked for'
response-show "$r" --attachment form.pdf -o - >piped && ok cmp form.pdf piped
ok response-show "$r" --attachment empty -o void
is "$(wc -c <void)" 0 'an empty one'
status 64 response-show "$r" --attachment form.pdf
status 66 response-show "$r" --attachment none -o none --json
is "$(code)" no_such_attachment 'no such file'
ok test ! -e none

# By version.
printf 'new' >form.pdf
ok as lea response-edit "$r" --attach form.pdf --detach other.txt
is "$(files)" '[["empty","application/octet-stream",0],["form.pdf","application/pdf",3]]' 'one of the same name is replaced, one goes'
status 66 as lea response-edit "$r" --detach other.txt
is "$(files --version 1 | jq length)" 3 'the former version has what it had'
ok response-show "$r" --version 1 --attachment form.pdf -o old.pdf
is "$(wc -c <old.pdf)" 5 'its bytes, too'
ok as lea response-edit "$r" --restore 1
is "$(files | jq -c 'map(.[0]) | sort') $(files | jq -c '[.[] | .[2]] | add')" '["empty","form.pdf","other.txt"] 10' 'restored with its files'
is "$(sql 'SELECT count(*) FROM blob') $(sql 'SELECT count(*) FROM response_attachment')" '4 6' 'bytes are kept once'
s=$(as lea response-edit --text y --attach other.txt --ids)
is "$(sql 'SELECT count(*) FROM blob')" 4 'whichever response has them'
ok as lea response-edit "$s" --attach form.pdf
ok as lea response-edit "$s" --attach form.pdf --detach form.pdf
is "$(response-show "$s" --json | jq -c '[.attachments[].name]')" '["other.txt","form.pdf"]' 'what comes is there, whatever goes'

# Bounds.
for n in "$(printf 'a\nb')" "$(printf 'a\033[2Jb')" "$(printf 'fdp\342\200\256exe')" "$(printf 'x%.0s' $(seq 201))"; do
	printf x >"$n" && status 65 as lea response-edit "$s" --attach "$n"
done
head -c 10485761 /dev/zero >large
status 65 as lea response-edit "$s" --attach large
head -c 10485760 /dev/zero >large
ok as lea response-edit "$s" --attach large
ok response-show "$s" --attachment large -o back
ok cmp large back
i=0
set --
while [ $i -lt 18 ]; do i=$((i + 1)) && printf %s $i >"f$i" && set -- "$@" --attach "f$i"; done
status 65 as lea response-edit "$s" "$@"
is "$(response-show "$s" --json | jq '.attachments | length')" 3 'no more than 20'
status 66 as lea response-edit "$s" --attach not-there

# Where something is wrong.
echo braces >'{what} {id}.txt'
ok as lea response-edit --shortcut braces --name Braces --text x --language en --attach '{what} {id}.txt'
sql "DELETE FROM blob WHERE digest = '$(sha256sum '{what} {id}.txt' | cut -d ' ' -f 1)'"
like "$(timeout 20 ixn-doctor --check attachment-lost --fields text 2>/dev/null)" 'the bytes of \{what\} \{id\}\.txt are not there' 'a name with braces is told as it is'
ok as lea response-edit braces --attach '{what} {id}.txt'
sql "DELETE FROM blob WHERE digest = '$(sha256sum other.txt | cut -d ' ' -f 1)'"
status 79 ixn-doctor
is "$(ixn-doctor --check attachment-lost --fields id,what 2>/dev/null | sort | head -1 | cut -f 2)" other.txt 'bytes that are not there are found'
status 74 response-show "$s" --attachment other.txt -o lost
sql "UPDATE blob SET bytes = x'6e6521' WHERE digest = '$(sha256sum form.pdf | cut -d ' ' -f 1)'"
status 74 response-show "$s" --attachment form.pdf -o lost
ok test ! -e lost
ok as lea response-edit "$s" --attach other.txt
unlike "$(ixn-doctor --check attachment-lost --fields id 2>/dev/null)" "$s" 'attached anew'
sql "INSERT INTO response_favourite VALUES ('ghost', '$s', 1, 0, 5)"
sql "UPDATE response SET category = 'gone' WHERE id = '$s'"
is "$(ixn-doctor --fields check 2>/dev/null | sort -u | tr '\n' ' ')" 'favourite-stray response-astray ' 'a favourite of nobody, a response in no category'
ixn-doctor --fix >/dev/null 2>&1
is "$(ixn-doctor --fields check 2>/dev/null | sort -u | tr '\n' ' ')$(response-show "$s" --json | jq -r .category)" 'General' 'are put right'

done_testing
