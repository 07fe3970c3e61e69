#!/bin/sh
# The manual, README.md and HACKING.md against the code: names, options, records,
# the tour's output; and the translations.
# place: embedded - no store: the manual against the code
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'
command -v jq >/dev/null || skip_all 'no jq'
O=$IXN_BIN/..
[ -d "$O/man" ] || skip_all "no $O/man"

# same A B NAME: two files have the same lines.
same() { is "$(diff "$1" "$2" 2>&1)" '' "$3"; }
# names PAGE MACRO: what is listed with .It MACRO.
names() { sed -n "s/^\\.It $2 //p" "$top/man/$1" | tr -d ',' | tr ' ' '\n' | sed '/^$/d'; }

# Events: those of the code, and no others. A mail's are made of its states;
# these four never come about by an event of their own.
{
	sed -n 's/^[A-Z]*(.*"\([a-z]*\.[a-z]*\)".*/\1/p' "$top/lib/desk/verbs.def"
	grep -rhoE '\.event = "[a-z]+\.[a-z]+"' "$top/lib" | sed 's/.*"\(.*\)"/\1/'
	grep -rhoE 'tell\([a-z]+, &?[a-z]+, "[a-z]+\.[a-z]+"' "$top/lib/desk" | sed 's/.*"\(.*\)"/\1/'
	sed -n 's/^\tX(MAIL_[A-Z_]*, "\([a-z-]*\)".*/mail.\1/p' "$top/lib/model/names.h" |
		grep -vxE 'mail\.(draft|for-review|rejected|sending)'
} | sort -u >code
names ixn-events.7 Cm | sort >page
same code page 'ixn-events(7) has the events of the code'
sed -n 's/^EVENT("\(.*\)")$/\1/p' "$top/lib/model/events.def" >table
same code table 'and so has the table of their names, in order'
is "$(grep -rhoE '"[a-z]+\.%s"' "$top/lib/desk" | sort -u | tr '\n' ' ')" '"mail.%s" ' 'and only those of mails are put together'

# What is kept where the server is away.
grep -rhE '^const struct op .*\bOP_WAITS\b' "$top/lib/desk" | sed 's/.*{ "\([a-z]*\)\.\([a-z]*\)".*/\1-\2/' | sort >code
sed -n '/^What may be done late/,/^A draft/s/^\.Xr \([^ ]*\) 1.*/\1/p' "$top/man/ixn-remote.7" | sort >page
is "$(wc -l <code | tr -d ' ')" "$(grep -rho 'OP_WAITS,' "$top/lib/desk" | wc -l | tr -d ' ')" 'none is overlooked'
same code page 'ixn-remote(7) names what is kept without the server'

# Tables that scripts/pages fills in.
is "$(grep -l '@[A-Z]*@' "$O"/man/*)" '' 'no marker is left in a page'
sed -n 's/^E([A-Z_]*, [A-Z]*, "\([a-z_]*\)".*/\1/p' "$top/lib/base/errors.def" | while read -r code; do
	grep -q "^\\.It Cm $code " "$O/man/ixn-exit.7" || echo "$code"
done >lacking
is "$(cat lacking)" '' 'ixn-exit(7) has every code'

# Formats: the site, and records whose columns are told.
ixn-setup --schema=input | jq -r '.properties | to_entries[] | .key as $s | select(.value.type == "array")
	| $s, (.value.items.properties | keys[] | "\($s).\(.)")' |
	grep -v '\.extra$' | sort >code
awk '/^\.Sh/ { site = $0 == ".Sh THE SITE" }
	!site { next }
	/^\.Ss The others/ { others = 1 }
	/^\.Ss [a-z_]+$/ { s = $2; print s }
	/^\.It Va / { for (i = 3; i <= NF; i++) if ($i != ",") print s "." $i; if (s == "dispositions" && $3 == "code") print s ".name" }
	others && /^\.Va [a-z_]+( ,)?$/ && $2 != "name" { print $2 }' "$top/man/ixn-formats.5" | sort >page
same code page 'ixn-formats(5) has the members of a site'
record() { # TITLE COMMAND
	"$2" --schema | jq -r '.properties | to_entries[] | select(.value.description) | .key' >code
	sed -n "/^\\.Ss $1\$/,/^\\.S[hs] /s/^\\.Va \\([a-z_]*\\).*/\\1/p" "$top/man/ixn-formats.5" | awk '!seen[$0]++' >page
	same code page "and the fields of $2, in their order"
}
record Messages chat-tail
record Events ixn-watch

# What is named is there.
sed -n 's/^\.Xr \([^ ]*\) \([0-9]\).*/\1.\2/p' "$O"/man/* | sort -u | while read -r page; do
	[ -e "$O/man/$page" ] || echo "$page"
done >lacking
is "$(sed 's/$/ is missing/' lacking)" '' 'pages refer to pages that exist'
"$top/scripts/list-commands" | sed 's/.*"\(.*\)".*/\1/' >commands
while read -r c; do
	"$c" --help </dev/null | grep -oE -- '--[a-z-]+' | sort -u | sed "s/^/$c /"
done <commands >options
cat >examples.py <<'P'
"""Commands and options in examples that the programs do not have."""
import re, sys
commands = open("commands").read().split()
options = {tuple(x.split()) for x in open("options")}
nouns = "|".join(sorted({c.split("-")[0] for c in commands}))
pages = {"ixn-tools", "ixn-full", "ixn-states", "ixn-events", "ixn-targets", "ixn-exit", "ixn-formats", "ixn-config", "ixn-postgresql", "ixn-remote", "ixn-field", "ixn-responses", "ixn-web", "ixn-batch", "contact-centre"}
for name in sys.argv[1:]:
    text = re.sub(r"\\\n", " ", open(name).read().replace("\\e\n", " ").replace("\\-", "-"))
    if name.endswith("HACKING.md"):
        pages.add("ixn-park")
    for word in re.findall(r"(?<![\w./-])(?:%s)-[a-z]+\b(?![./=])" % nouns, text):
        if word not in commands and word not in pages:
            print(name, word)
    for command, rest in re.findall(r"\b(%s)\b([^|;)\n]*?)(?=[|;)\n]|\b(?:%s)-[a-z])" % ("|".join(commands), nouns), text):
        for option in re.findall(r"\s(--[a-z-]+)", re.sub(r"'[^']*'", "", rest)):
            if (command, option) not in options:
                print(name, command, option)
P
is "$(python3 examples.py "$top/README.md" "$top/HACKING.md" "$top"/man/* 2>&1)" '' 'commands and options of the examples exist'
grep -ohE '(scripts|tests|lib|man|po|cmd)/[A-Za-z0-9_./-]+[a-z0-9]' "$top/HACKING.md" "$top/README.md" | sort -u | while read -r f; do
	case $f in *NAME* | *ixn-park* | lib/desk/ixn.c) continue ;; esac
	[ -e "$top/$f" ] || echo "$f"
done >lacking
is "$(cat lacking)" '' 'so do the files'

# The tour of README.md, at a terminal, up to where it speaks of pipes.
echo wrong >pw && chmod 600 pw
export IXN_CONFIG="$PWD/config"
echo "password_file = $PWD/pw" >config
cat >tour.py <<'P'
"""Runs the commands of the tour and prints what should be there and what is."""
import os, pty, re, sys

def run(command):
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp("sh", ["sh", "-c", command])
    out = b""
    while True:
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if not data:
            os.waitpid(pid, 0)
            return out.decode().replace("\r", "")
        out += data

def plain(text):
    text = re.sub(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "WHOLE-ID", text)
    text = re.sub(r"\b[0-9A-HJKMNP-TV-Z]{8}\b", "ID-ID-ID", text)
    text = re.sub(r"\b\d\d:\d\d\b", "HH:MM", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\d\b", "DATE", text)
    text = re.sub(r"(?m)^(\w+[ \t]+)[a-z0-9]{12}$", r"\1PASSWORD", text)
    return re.sub(r"(?m)[ \t]+", " ", text).rstrip()

tour = open(sys.argv[1]).read().split("## Five minutes")[1].split("In a pipe")[0]
steps, whole = [], ""
for line in tour.splitlines():
    if line.startswith("    $ "):
        steps.append([line[6:], ""])
    elif line.startswith("    ") and steps:
        steps[-1][1] += line[4:] + "\n"
    elif not line and steps:
        steps[-1][1] += "\n"
    elif steps:
        steps[-1][1] = steps[-1][1].rstrip() + "\n"
for command, want in steps:
    command = re.sub(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", lambda _: whole, command)
    got = run(command)
    found = re.search(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", got)
    whole = found.group() if found else whole
    password = re.search(r"(?m)^alice\s+(\w+)", got) if "--demo" in command else None
    if password:
        open("pw", "w").write(password.group(1) + "\n")
    want = want.replace("Password:\n", "")
    if plain(got) != plain(want):
        print("$ %s\n-- README:\n%s\n-- now:\n%s" % (command, plain(want), plain(got)))
print(len(steps))
P
is "$(python3 tour.py "$top/README.md" 2>&1)" "$(sed '/^In a pipe/q' "$top/README.md" | grep -c '^    \$ ')" 'the tour of README.md prints what it says'
unset IXN_CONFIG

# Translations: every message of today's sources, found as 'make po' does, translated and well formed.
keywords=$(grep -o -- '--keyword=[A-Za-z0-9_:,]*' "$top/Makefile")
for po in "$top"/po/*.po; do
	[ -e "$po" ] || continue
	lang=$(basename "$po" .po)
	command -v msgfmt >/dev/null || { skip "$lang" 'no msgfmt' && continue; }
	# shellcheck disable=SC2086 # several options
	(cd "$top" && find cmd lib -name '*.[ch]' -o -name '*.def') | LC_ALL=C sort |
		xgettext --files-from=- --directory="$top" --language=C --from-code=UTF-8 $keywords -o now.pot
	msgmerge --quiet --no-fuzzy-matching -o now.po "$po" now.pot
	status 0 msgfmt --check --statistics -o "$lang.mo" now.po
	unlike "$err" 'untranslated|fuzzy' "$lang: nothing is left to translate"
done
status 1 env LANGUAGE=fr ixn-accept --store "file:$XDG_DATA_HOME/ixn/store.db" --agent alice
is "$err" 'ixn-accept: aucune offre' 'French'
status 1 env LC_ALL=fr_FR.UTF-8 LANGUAGE= ixn-accept
is "$err" 'ixn-accept: aucune offre' 'by the locale, which need not be installed'
status 1 env LANGUAGE=fr ixn-accept --json
is "$(printf '%s' "$err" | jq -r .error.message)" 'no offer' 'JSON is English'

done_testing
