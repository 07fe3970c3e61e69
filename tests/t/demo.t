#!/bin/sh
# scripts/demo runs to its end, shows what it promises, and leaves a store that
# goes on working.
# shellcheck disable=SC1112,SC2016,SC2317,SC1091 # French quotes; commands as shown; called by name; made here
# place: embedded - the demo makes its own store
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'
home="$tmp/a demo"

demo() { env IXN_BIN="$IXN_BIN" IXN_DEMO_HOME="$home" "$top/scripts/demo" --no-install; }
line() { printf '%s\n' "$shown" | grep -F -- "$1"; }
# The text and headers of the mail to somebody.
mail_to() { "$top/tests/demo/read-mail" "$(grep -l "^To:.*$1" "$home"/mails/*.eml)"; }

status 0 demo
shown=$out
like "$shown" '^alice\$ ixn-accept$' 'it shows the commands'
like "$(line '"Camille Roux"' | grep reason)" '"state":"done","agent":"alice","reason":"completed","dispositions":\["solved"\]' 'Camille: by skill to Alice'
like "$(line '"Daniel Hughes"' | grep reason)" '"agent":"lea","reason":"stopped","dispositions":\["solved_refund"\]' 'Daniel: handed over to the lead'
like "$(line '"Priya Nair"' | grep reason)" '"agent":"bob","reason":"completed"' 'Priya: to Robert, when he had room'
is "$(line '"Henrik Lund"' | tail -n 1)" '{"name":"Henrik Lund","state":"done","reason":"abandoned"}' 'Henrik left before anybody came'
like "$shown" 'bob	Refund of £164\.00, above my limit of £100\.$' 'the reason of the transfer is in the notepad'
is "$(printf '%s\n' "$shown" | grep -c '^  (exit status 79)$')" 3 'refusals'
like "$shown" '^outbox-send: 3 sent, 0 deferred, 0 failed, 0 unknown$' 'three mails are sent'

suggested() { printf '%s\n' "$shown" | sed -n "\|^$1|,\|^[a-z]*\\$ |p" | sed -n '2s/	.*//p'; }
is "$(suggested 'alice. response-search --for "$camille"')" fr-livre-non-recu 'what Camille asks suggests its answer'
unlike "$(suggested 'lea. response-search --for "$oscar"')" fr-incomplet 'what nobody has answered yet does not'
is "$(suggested "lea. printf 'Oreiller absent")" fr-incomplet 'what was sent once is there for the next one'
like "$shown" '^Léa	Il manque un article .* la commande FR-20611 ' 'its field codes are filled in'
like "$shown" '	points		[0-9.]+	?$' 'a score is explained'

is "$(find "$home/mails" -name '*.eml' | wc -l)" 3 'and have arrived'
mail=$(mail_to camille)
like "$mail" '^Subject: Votre conversation avec nous, ' 'Camille: the subject is French'
like "$mail" '^Bonjour, voici la transcription de notre conversation\.$' 'so are the words around'
like "$mail" '\] Camille Roux: « Remis à Mme Delattre, loge A »\. Ah, c’est la gardienne !' 'what she said'
like "$mail" '\] Alice: page présentée : https://www\.maison-tilleul\.example/suivi/FR-20417$' 'the page'
unlike "$mail" 'R-5581\.$' 'not the note'
mail=$(mail_to daniel)
like "$mail" '\] Robert: A refund of that size' 'Daniel: what Robert said'
like "$mail" '\] Léa: Hello Daniel, Léa here\.' 'what Léa said'
unlike "$mail" 'above my limit|Good customer|bob|lea:' 'nothing internal, no logins'
# Whatever the parts are, whatever they are encoded in.
everything() {
	python3 -c 'import email, sys
for name in sys.argv[1:]:
    for part in email.message_from_binary_file(open(name, "rb")).walk():
        print((part.get_payload(decode=True) or b"").decode())' "$home"/mails/*.eml
}
is "$(everything | grep -cF 'Good evening Daniel')" 2 'a text part and an HTML part'
is "$(everything | grep -ciE 'limit|R-5581\. *$|\blea\b')" 0 'nothing internal in any part'

# Going on: the lines to export, taken from what it printed.
printf '%s\n' "$shown" | grep '^  export ' >exports
is "$(wc -l <exports)" 2 'two lines to export'
(. ./exports && agent-login alice --ready --password-file "$home/passwords/alice" && ixn-accept && ixn-show @ --fields name) >after 2>&1
like "$(cat after)" '^Élise Moreau$' 'a chat waits'
(. ./exports && outbox-send) >after 2>&1
is $? 69 'no mail server is left in the configuration'
is "$(find "$home" -name '*.eml' -newer exports | wc -l)" 0 'and no mail goes'

touch "$home/mine"
status 0 demo
is "$([ -e "$home/mine" ] || echo gone)" gone 'a second run starts anew'
home=$tmp/other
mkdir "$home" && touch "$home/mine"
status 73 demo
is "$(ls "$home")" mine 'but never in a folder of somebody else'
status 64 "$top/scripts/demo" --nonsense

done_testing
