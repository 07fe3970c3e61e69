#!/bin/sh
# covers: ixn-done, transcript-send, transcript-show, outbox-list, ixn-show
# The transcript by mail: when, to whom, in which language, and what is not in it.
# shellcheck disable=SC2317 # functions are called by name
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
site <<'J'
{"agents":[{"name":"alice.login","alias":"Alice","capacity":{"chat":9}},{"name":"bob","alias":"Bob","capacity":{"chat":9}}],
"queues":[{"name":"sales"},{"name":"mailed","transcript":true},{"name":"flow"}],"workflow":[{"name":"flow","next":["sales"]}]}
J
a=alice.login
ready "$a"
talk() {
	id=$(create --name Ann --text 'Hello <b>&' "$@") && as "$a" ixn-accept && as "$a" chat-send "$id" --text 'Good morning' &&
		as "$a" chat-send "$id" --visible agents --text 'an inner word' && as "$a" chat-send "$id" --url https://www.example.org/x &&
		as "$a" ixn-note "$id" --text 'a note of ours' && as "$a" chat-end "$id"
}
mails() { outbox-list --ixn "$id" --ids | wc -l; }
to() { outbox-list --ixn "$id" --fields to; }
text() { sql "SELECT text FROM outbox WHERE ixn = '$id' ORDER BY id DESC LIMIT 1"; }
html() { sql "SELECT html FROM outbox WHERE ixn = '$id' ORDER BY id DESC LIMIT 1"; }

# Without a sender there is no mail.
ok talk --from ann@example.org --queue sales
status 69 as "$a" ixn-done "$id" --transcript --json
is "$(code)" no_backend 'mail is not configured'
is "$(show "$id" state) $(mails)" 'wrap 0' 'and nothing has changed'
mail

# Not asked for: none. Asked for: one, with all that the contact could see.
ok as "$a" ixn-done "$id"
is "$(mails)" 0 'the box is not set: none'
ok talk --from ann@example.org --queue sales --subject Parcel
ok as "$a" ixn-done "$id" --transcript
is "$(mails) $(to)" '1 ann@example.org' 'the box is set: one, to the contact'
is "$(text)" 'Hello, here is the transcript of our conversation.

Parcel, 2026-11-21 (UTC)

[09:00] Ann: Hello <b>&
[09:00] Alice: Good morning
[09:00] Alice: page shown: https://www.example.org/x

This message was sent automatically at your request or at the end of the conversation.' 'the whole public text'
like "$(html)" 'Hello &lt;b&gt;&amp;' 'in HTML, escaped'
like "$(html)" '<a href="https://www.example.org/x">' 'with the page as a link'
unlike "$(text; html; outbox-list --ixn "$id" --json)" 'inner word' 'nothing internal'
unlike "$(text; html)" 'note of ours' 'no note'
unlike "$(text; html; outbox-list --ixn "$id" --fields subject,message_id)" 'alice\.login' 'the alias only'
is "$(transcript-show "$id")" "$(text)" 'transcript-show is the same'
is "$(outbox-list --ixn "$id" --fields subject,state,agent)" "Your conversation with us, 2026-11-21	queued	$a" 'it leaves with the next outbox-send'

# Who got which when.
is "$(ixn-show "$id" --part history --json | jq -c 'select(.event == "transcript.queued") | [.actor, .at, .ref]')" \
	"[\"$a\",\"$(show "$id" 'done')\",\"$(outbox-list --ixn "$id" --ids)\"]" 'the history says who sent which when'
is "$(outbox-list --ixn "$id" --json | jq -c '[.recipients[].address]')" '["ann@example.org"]' 'and the mail to whom'

# To another address, with a note, in the contact's language.
ok talk --from ann@example.org --queue sales --language fr
ok as "$a" ixn-done "$id" --transcript=other@example.org --note 'Comme promis.'
is "$(mails) $(to)" '1 other@example.org' '--transcript=ADDRESS'
is "$(text | sed -n '1,3p')" 'Comme promis.

Bonjour, voici la transcription de notre conversation.' 'the cover note, then the frame in the language of the contact'
like "$(text)" 'Alice: page présentée : https://www.example.org/x' 'the words around a page, too'
like "$(html)" '<html lang="fr">' 'and its HTML says so'
like "$(to; outbox-list --ixn "$id" --fields subject)" 'Votre conversation avec nous' 'and the subject'
ok talk --from ann@example.org --queue sales --language fr-CA
like "$(transcript-show "$id")" '^Bonjour' 'fr-CA is French'
status 65 as "$a" ixn-done "$id" --transcript='not an address' --json
is "$(code) $(mails)" 'bad_address 0' 'a bad address'
ok as "$a" ixn-done "$id" --no-transcript
is "$(mails)" 0 '--no-transcript'

# The default of the queue, and of the contact.
ok talk --from ann@example.org --queue mailed
is "$(ixn-done "$id" --choices --agent "$a" --fields transcript,address)" 'yes	ann@example.org' '--choices shows the default'
ok as "$a" ixn-done "$id"
is "$(mails)" 1 'the default of the queue'
ok talk --from ann@example.org --queue mailed
ok as "$a" ixn-done "$id" --no-transcript
is "$(mails)" 0 'unless told otherwise'
ok talk --from ann@example.org --queue sales --transcript
ok as "$a" ixn-done "$id"
is "$(mails)" 1 'as the contact asked'

# Cancel keeps the choice.
ok talk --from ann@example.org --queue flow --transcript
status 79 as "$a" ixn-done "$id"
is "$(mails) $(ixn-done "$id" --choices --agent "$a" --fields transcript)" '0 yes' 'a missing choice sends nothing and keeps the box'
status 79 as "$a" ixn-done "$id" --no-transcript
is "$(ixn-done "$id" --choices --agent "$a" --fields transcript)" yes 'even where it was told otherwise'
ok as "$a" ixn-done "$id" --stop
is "$(mails)" 1 'then it goes out, once'

# No address.
ok talk --queue mailed
ok as "$a" ixn-done "$id"
is "$(show "$id" state) $(mails)" 'done 0' 'by default it goes where it can'
ok talk --from +33140506070 --queue sales
status 65 as "$a" ixn-done "$id" --transcript --json
is "$(code)" no_address 'asked for, it must'
is "$(show "$id" state)" wrap 'and nothing has changed'
ok as "$a" ixn-done "$id" --transcript=ann@example.org
is "$(to)" ann@example.org 'to an address it goes'

# Afterwards, and again.
status 65 as "$a" transcript-send "$id"
ok as "$a" transcript-send "$id" --to Bea@Example.ORG --note 'Once more.'
is "$(mails) $(outbox-list --ixn "$id" --fields to | tail -n 1)" '2 Bea@example.org' 'transcript-send, to any address'
like "$(text)" '^Once more\.$' 'with a note'
is "$out" "$(outbox-list --ixn "$id" --ids | tail -n 1)	queued	$id" 'it prints the mail'
status 66 as "$a" transcript-send 01ARZ3NDEKTSV4RRFFQ69G5FAV
id=$(create --queue sales --from zoe@example.org)
as "$a" agent-state not-ready >/dev/null
status 79 as "$a" transcript-send "$(create --queue sales)"
done_testing
