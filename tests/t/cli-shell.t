#!/bin/sh
# Completion, and messages in another language.
# place: embedded https - programs copied elsewhere, with a store that they find by its path
. "$(dirname "$0")/lib.sh"

cat >site.json <<'EOF'
{"agents":[{"name":"alice","alias":"Alice","media":["chat"],"capacity":{"chat":9}}],"queues":[{"name":"orders"},{"name":"billing"}],
"dispositions":[{"code":"solved","label":"Solved"}]}
EOF
ok ixn-setup --load site.json
ok agent-login alice --ready
id=$(ixn-create --queue orders --name Ann --subject 'A parcel' --ids)
ok ixn-accept
tab=$(printf '\t')
# words WORD...: candidates, each behind a '+'.
words() { ixn --complete "$@" | cut -f 1 | tr '\n' '+'; }

is "$(words ixn-accept --wa)" '--wait+' 'an option'
like "$(words ixn-watch --until chat.)" '^chat.ended\+.*chat.message\+' 'names of events'
is "$(ixn --complete ixn-show 01)" "$id${tab}Ann: A parcel" 'an id, with name and subject'
is "$(words chat-send @)" '@+@offer+' '@'
is "$(words agent-state n)" 'not-ready+' 'a name of an enumeration'
is "$(words ixn-transfer @ --to qu)" 'queue:+' 'a kind of target'
is "$(words ixn-transfer @ --to queue:b)" 'queue:billing+' 'a target'
is "$(words ixn-list --queue '')" 'orders+billing+' 'a queue'
is "$(words ixn-list --queue=o)" 'orders+' 'behind an equals sign'
is "$(words ixn-list --state q)" 'queued+' 'a state'
is "$(words ixn-list --sort '')" 'created+-created+' 'values that the help lists'
is "$(words ixn-done @ --disposition '')" 'solved+' 'a disposition'
is "$(words ixn-list --agent '')" 'alice+' 'an agent'
is "$(words ixn accep)" 'accept+' 'a command behind ixn'
is "$(words ixn accept --wa)" '--wait+' 'an option of a command behind ixn'
is "$(words ixn-setup --lo)" '--load+' 'a command of the full program'
is "$(ixn --complete ixn-show '' --store /nowhere/x 2>&1 | cut -f 1 | head -n 1)" '' 'no store, no noise'
is "$(ixn --complete nothing x 2>&1)" '' 'no command, no noise'

if command -v bash >/dev/null; then
	is "$(O=$IXN_BIN/.. bash -c '. "$O/completions/bash/ixn"; compopt() { :; }
		COMP_WORDS=(agent-state rea) COMP_CWORD=1 COMP_LINE="agent-state rea" COMP_POINT=15; _ixn; echo "${COMPREPLY[*]}"')" ready 'bash'
else
	skip bash 'no bash'
fi
if command -v fish >/dev/null; then
	# shellcheck disable=SC2016 # fish's
	is "$(O=$IXN_BIN/.. fish -c 'source $O/completions/fish/ixn.fish; complete -C "agent-state rea"' | cut -f 1)" ready 'fish'
else
	skip fish 'no fish'
fi
if command -v zsh >/dev/null && command -v python3 >/dev/null; then
	is "$("$top/tests/peers/zsh-tab" "$IXN_BIN/../completions/zsh" 'agent-state rea' 'ixn-watch --until chat.m' 'ixn-list --state=q' 'ixn-transfer @ --to qu' 'ixn-acc' | tr '\n' '+')" \
		'agent-state ready +ixn-watch --until chat.message +ixn-list --state=queued +ixn-transfer @ --to queue:+ixn-accept +' zsh
else
	skip zsh 'no zsh, or no Python'
fi

# French, without a French locale; from a copy of the programs with a catalogue of its own.
if command -v msgfmt >/dev/null; then
	mkdir -p own/bin own/share/locale/fr/LC_MESSAGES
	cp "$IXN_BIN/ixn" own/bin/ixn
	cat >fr.po <<'EOF'
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

msgid "no offer"
msgstr "aucune proposition à prendre"
EOF
	if $served; then
		mkdir -p own/libexec/ixn && cp "$IXN_BIN/../libexec/ixn/ixn-remote" own/libexec/ixn
		place_url "$XDG_DATA_HOME/ixn/store.db"
		export IXN_STORE="$url" IXN_CA="$PLACE_CERTS/cert.pem"
	fi
	msgfmt -o own/share/locale/fr/LC_MESSAGES/ixn.mo fr.po
	# says VARIABLE=VALUE...
	says() { env -u LANGUAGE -u LC_ALL "$@" own/bin/ixn accept 2>&1; }
	french='ixn-accept: aucune proposition à prendre'
	is "$(says LANGUAGE=fr)" "$french" 'LANGUAGE'
	is "$(says LANG=fr_FR.UTF-8)" "$french" 'LANG, though there is no such locale'
	is "$(says LANGUAGE=fr:de LC_ALL=C.UTF-8)" "$french" 'LANGUAGE before LC_ALL'
	is "$(says LANG=fr_FR.UTF-8 LC_ALL=C)" 'ixn-accept: no offer' 'LC_ALL before LANG'
	is "$(says LANGUAGE=de)" 'ixn-accept: no offer' 'no catalogue'
	echo 'language = fr' >conf
	is "$(says IXN_CONFIG=conf LANGUAGE=en)" "$french" 'the configuration before all'
	like "$(env -u LC_ALL LANGUAGE=fr own/bin/ixn accept --json 2>&1)" '"message":"no offer"' 'JSON stays English'
else
	skip French 'no msgfmt'
fi
done_testing
