#!/bin/sh
# covers: chat-send, ixn-note, transcript-send, response-edit, response-show, ixn-setup
# Row 57: a response as the contact reads it, in French and English, with its field
# codes; what may not be sent, and what happens where a value is missing.
# shellcheck disable=SC2016 # field codes are no variables
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
export TZ=Europe/Paris
mail
site <<'J'
{"agents":[{"name":"alice","alias":"Alice Martin","signature":"Alice Martin\nExample, customer care","capacity":{"chat":5}},{"name":"lea","role":"lead","alias":"Lea"},{"name":"bob","capacity":{"chat":5}},{"name":"bot","role":"service"}],
"queues":[{"name":"sales"},{"name":"billing"}],"teams":[{"name":"night","members":["bob"]}],
"data_display":[{"name":"order"},{"name":"total","type":"number"},{"name":"due","type":"date"},{"name":"sent","type":"time"},{"name":"gift","type":"boolean"}],
"field_codes":[{"name":"greeting","formula":"If(HasValue(Contact.Title), Contact.Title + \" \" + Contact.LastName, Contact.FirstName)"},
 {"name":"late","formula":"Data.due < Today()"}]}
J
ready alice lea bob bot
response() { as lea response-edit --shortcut "$@" >/dev/null || echo "# response $1 failed"; }
response merci --language fr --category Livraison --text 'Bonjour <$ greeting $>,

votre commande <$ Data.order $> du <$ Interaction.DateCreated : "dddd d MMMM yyyy" $> est partie le <$ Data.sent $>.
Total : <$ Data.total : "#,##0.00" $> € (TVA comprise : <$ Data.total * 0.2 / 1.2 : "#,##0.00" $> €)<$ If(Data.gift, ", emballage cadeau compris", "") $>.
À régler avant le <$ Data.due $><$ If(late, ", date dépassée", ", dans " + Text(Data.due - Today()) + " jours") $> ; <$ AddMonths(Data.due, 1) : "short date" $> au plus tard.
Vous avez écrit « <$ Interaction.Subject $> » depuis <$ Contact.PrimaryEmailAddress $>.

<$ Agent.Signature $>'
response thanks --language en --category Delivery --text 'Dear <$ greeting $>,

your order <$ Data.order $> of <$ Interaction.DateCreated : "dddd d MMMM yyyy" $> left us <$ Data.sent $>.
Total: €<$ Data.total : "#,##0.00" $> (VAT included: €<$ Data.total * 0.2 / 1.2 : "#,##0.00" $>)<$ If(Data.gift, ", gift wrapped", "") $>.
Please pay before <$ Data.due $><$ If(late, ", which is past", ", in " + Text(Data.due - Today()) + " days") $>; <$ AddMonths(Data.due, 1) : "short date" $> at the latest.
You wrote "<$ Interaction.Subject $>" from <$ Contact.PrimaryEmailAddress $>.

<$ Agent.Signature $>'
data='--data order=FR-1234 --data total=1234.5 --data gift=true --data sent=2026-11-20T16:05Z'
# shellcheck disable=SC2086 # several options
fr=$(create --from camille@example.org --name 'Mme Camille Dupré' --queue sales --language fr --subject 'où est ma <$ Contact.Id $> ?' $data --data due=2026-12-01)
ok as alice ixn-accept
# shellcheck disable=SC2086
en=$(create --from ann@example.org --name 'Ann Lee' --queue sales --language en --subject 'where is <b>my order</b>?' $data --data due=2026-11-20)
ok as alice ixn-accept
said() { chat-tail "$1" --json | jq -rs '[.[] | select(.role == "agent")][-1].text'; }
golden() { # ID NAME
	said "$1" >"$2"
	is "$(diff "$top/tests/golden/$2" "$2" 2>&1)" '' "$2: as the contact reads it"
}

ok as alice chat-send "$fr" --response merci
golden "$fr" row57.fr
ok as alice chat-send "$en" --response thanks
golden "$en" row57.en
unlike "$(said "$fr")" "$(ixn-show "$fr" --fields contact)" 'what a contact wrote is no field code'
is "$(as alice response-show merci --for "$fr" --fields text | sed 's/\\n.*//')" 'Bonjour Mme Dupré,' 'response-show --for fills it in, too'
ok as alice ixn-data "$fr" --set time_zone=America/New_York
response quand --language fr --category Livraison --text '<$ Data.sent : "HH:mm" $>'
ok as alice chat-send "$fr" --response quand
is "$(said "$fr")" '11:05' "in the contact's time zone"

# Which language: that of the words around.
ok as alice chat-send "$en" --response quand
response jour --language fr --category Livraison --text '<$ Date(2026, 12, 1) $> <$ 1.5 $>'
response day --language en --category Delivery --text '<$ Date(2026, 12, 1) $> <$ 1.5 $>'
ok as alice chat-send "$en" --response jour
is "$(said "$en")" '1er décembre 2026 1,5' 'a French text has French dates'
us=$(create --from bill@example.org --name Bill --queue sales --language en-US)
ok as alice ixn-accept
ok as alice chat-send "$us" --response day
is "$(said "$us")" 'December 1, 2026 1.5' "as the contact's country writes them"

# What has no value.
response total --language en --category Delivery --text 'Total
 of <$ Data.order $>: <$ Data.total : "0.00" $>'
n=$(chat-tail "$us" --json | wc -l)
status 65 as alice chat-send "$us" --response total --json
is "$(code) $(printf '%s' "$err" | jq -r '.error.message')" "no_field_value $(response-show total --ids):2:8: Data.order has no value" 'is refused, with its name and place'
status 65 as alice chat-send "$us" --response total --missing fail
is "$(chat-tail "$us" --json | wc -l)" "$n" 'and nothing is sent'
ok as alice chat-send "$us" --response total --missing empty
is "$(said "$us")" 'Total
 of : ' '--missing empty'
ok as alice chat-send "$us" --response total --missing keep
is "$(said "$us")" 'Total
 of <$ Data.order $>: <$ Data.total : "0.00" $>' '--missing keep'
status 64 as alice chat-send "$us" --response total --missing maybe
ok as alice chat-send "$us" --response total --text 'Total of your order: 12.00'
is "$(said "$us")" 'Total of your order: 12.00' 'made to fit, it is what was written'
response zero --language en --category Delivery --text '<$ 1 / Length(Replace("a", "a", "")) $>'
status 65 as alice chat-send "$us" --response zero --missing empty --json
is "$(code) $(printf '%s' "$err" | jq -r '.error.message' | sed 's/^[^:]*://')" 'bad_field_code 1:6: division by zero' 'an error is none of that'

# What may not be sent.
status 66 as alice chat-send "$us" --response nothing --json
is "$(code)" no_such_response 'no such response'
refused() { # CODE STATUS NAME OPTION...
	_code=$1 _status=$2 _name=$3 && shift 3
	response probe --language en --category Delivery --text Hello "$@"
	status "$_status" as alice chat-send "$us" --response probe --json
	is "$(code)" "$_code" "$_name"
	as lea response-edit probe --remove >/dev/null
}
refused response_expired 79 'an expired one' --expires 2026-11-21T09:00:00Z
refused response_not_yet 79 'one before its time' --start +1h
refused response_not_active 79 'one that is not active' --active=false
refused response_not_approved 79 'one that is not approved' --approved=false
refused response_hidden 77 'one for others' --teams night
refused response_medium 79 'one for another medium' --media email
is "$(chat-tail "$us" --json | jq -rs '.[-1].text')" 'Total of your order: 12.00' 'nothing of it was sent'
response soon --language en --category Delivery --text Hello --expires +1m --media chat
ok as alice chat-send "$us" --response soon
later 60
status 79 as alice chat-send "$us" --response soon --json
is "$(code)" response_expired 'a minute later it has expired'
status 64 as bot chat-send "$us" --response day --as-contact

# Attachments: a chat carries text.
echo form >form.txt
response form --language en --category Delivery --text 'Here is the form.' --attach form.txt
ok as alice chat-send "$us" --response form
like "$err" 'not sent along: 1$' 'attachments stay behind, and that is said'
ok as alice chat-send "$us" --response form --quiet
is "$err" '' 'unless --quiet'

# The use is remembered; what agents say among themselves is none.
uses() { sql "SELECT kind FROM response_use u JOIN response r ON r.id = u.response WHERE r.shortcut = '$1' ORDER BY u.seq" | paste -sd ' '; }
is "$(uses day); $(uses total)" 'sent; sent sent edited' 'sent, and sent made to fit'
ok as alice chat-send "$us" --response day --text "$(said "$us" >/dev/null; as alice response-show day --for "$us" --json | jq -r .text)"
is "$(uses day)" 'sent sent' 'the same words are not made to fit'
ok as alice chat-send "$us" --response day --visible agents
is "$(uses day)" 'sent sent' 'to colleagues it answers nothing'

# Elsewhere.
response cover --language en --category Delivery --text 'Dear <$ Contact.FirstName $>, here is what we said.'
ok as alice ixn-note "$us" --response cover
is "$(ixn-note "$us" --show --fields text)" 'Dear Bill, here is what we said.' 'a note'
ok as alice transcript-send "$us" --response cover
like "$(sql 'SELECT text FROM outbox')" '^Dear Bill, here is what we said' 'the cover note of a transcript'
ok as alice transcript-send "$us" --response cover --note 'Dear Bill: by hand.'
is "$(uses cover)" 'sent edited' 'is a use, too'
printf '#!/bin/sh\necho "changed: $(cat "$1")" >"$1"\n' >editor
chmod +x editor
status 64 as alice chat-send "$us" --response day --edit
later
IXN_AGENT=alice VISUAL="$PWD/editor" script -qec "chat-send $us --response day --edit" /dev/null >/dev/null
is "$(said "$us")" 'changed: December 1, 2026 1.5' 'changed in an editor, its field codes filled in before'
is "$(uses day)" 'sent sent edited' 'and made to fit'
printf '#!/bin/sh\necho >>"$1"\n' >editor
IXN_AGENT=alice VISUAL="$PWD/editor" script -qec "chat-send $us --response day --edit" /dev/null >/dev/null
is "$(uses day)" 'sent sent edited sent' 'a line that the editor ended is the same line'

# From the last search.
ok as alice response-search form
ok as alice chat-send "$us" --response '#1'
is "$(said "$us") $(uses form)" 'Here is the form. sent sent sent' 'by its number in the last search'
status 66 as alice chat-send "$us" --response '#99'

# Who speaks: a program without an alias for the agent.
response who --language en --category Delivery --text '<$ Agent.FirstName $> <$ Agent.LastName $>'
ok as bot chat-send "$us" --response who
is "$(said "$us")" 'Alice Martin' 'a program speaks for the agent'
bobs=$(create --to agent:bob --from tel:+33140506070 --name X --language en)
ok as bob ixn-accept "$bobs"
status 65 as bob chat-send "$bobs" --response who --json
is "$(code)" no_field_value 'an agent without an alias has no name for contacts'

# Formulas of the site.
refuse() { # NAME FORMULA WORDS
	jq -n --arg name "$1" --arg formula "$2" '{"field_codes":[{"name":$name,"formula":$formula}]}' >bad.json
	status 65 ixn-setup --load bad.json
	like "$err" "field_codes: .*$3" "$1: $2"
}
refuse a 'a + 1' "a: formula: .*leads to itself"
refuse late 'Not greeting' "'Not' takes a yes or no, not a text at line 1, character 1"
refuse greeting 'Not late + 1' 'late|greeting'
refuse b 'Nofunc(1)' "there is no function 'Nofunc' at line 1, character 1"
refuse contact '1' 'no name for a field code'
refuse c '<$ 1 $>' 'stands without'
refuse c '' 'formula'
ixn-setup --dump >dump.json
is "$(jq -c '.field_codes[1]' dump.json)" '{"name":"late","formula":"Data.due < Today()"}' 'the dump has them'
is "$(ixn-setup --load dump.json)" '' 'and loaded again changes nothing'
done_testing
