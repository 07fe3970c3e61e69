#!/bin/sh
# covers: response-check
# Each check finds what it is for, and nothing else; faults are status 79, remarks are not.
# place: embedded https - rows are put by hand in the words of SQLite
. "$(dirname "$0")/lib.sh"
export PLACE_OWNER=root # over the network it is an admin who does this, and stays logged in for months
mkdir -p "$XDG_CONFIG_HOME/ixn" && echo 'session_ttl = 1000d' >"$XDG_CONFIG_HOME/ixn/config"
export IXN_CLOCK="$tmp/clock"
echo 2026-11-21T09:00:00Z >"$IXN_CLOCK"
echo '{"agents":[{"name":"alice","media":["chat"]},{"name":"root","role":"admin"}]}' >site.json
ok ixn-setup --test --load site.json
store=$XDG_DATA_HOME/ixn/store.db
set_row() { sqlite3 "$store" "UPDATE response SET $2 WHERE id = '$1'"; }
found() { response-check --quiet --check "$1" 2>/dev/null | cut -f 1-3 | tr '\t\n' ' |'; }

cat >lib.jsonl <<'J'
{"id":"good","name":"Good","shortcut":"good-en","category":"English/Greetings","language":"en","text":"Hello <$ Contact.FirstName $>, your order <$ Interaction.AttachedData(\"order\") $> of <$ Interaction.DateCreated : \"yyyy\" $> is on its way."}
{"id":"sum","name":"Sum","shortcut":"sum","category":"English","language":"en","text":"That makes <$ Interaction.AttachedData(\"price\") * 2 $>.","html":"<p><$ Contact.FullName $></p>"}
{"id":"bon","name":"Bon","shortcut":"good-fr","category":"French","language":"fr","text":"Bonjour, la commande est en route."}
{"id":"bye","name":"Bye","shortcut":"bye-en","category":"English/Greetings","language":"en","text":"Good bye."}
J
ok response-import --quiet lib.jsonl
ok response-check --quiet --check field-code --check value --check expired --check never --check shortcut --check unused --check similar --check empty
is "$out" "" "a sound library"
ok response-check
is "$(cut -f 1-3 "$tmp/out" | tr '\t\n' ' |')" "language bye remark|" "a shortcut that is there in English only: a remark, which does not count"
like "$out" 'fr is missing' "and says which language is missing"

# What an import would refuse has come in another way.
set_row bye "text = 'Bye <\$ Contact.( \$>'"
is "$(found field-code)" "field-code bye fault|" "a field code that is wrong"
status 79 response-check
like "$out" '^field-code	bye	fault	.*text:1:[0-9]+' "with its place"
like "$err" 'faults in the library: 1' "the count"
set_row bye "text = '<\$ 1 / 0 \$>'"
is "$(found value)" "value bye fault|" "one that cannot be filled in"
set_row bye "text = 'Good bye.', expires = strftime('%s', '2026-11-20') * 1000"
is "$(found expired)" "expired bye fault|" "one that has expired"
set_row bye "expires = strftime('%s', '2026-12-20') * 1000, start = strftime('%s', '2026-12-21') * 1000"
is "$(found never)$(found expired)" "never bye fault|" "one that starts when it has expired"
set_row bye "start = NULL, expires = NULL, shortcut = 'sum', shortcut_key = 'sum2'"
is "$(found shortcut)" "shortcut bye fault|" "a shortcut that is the id of another"
set_row bye "shortcut = NULL, shortcut_key = NULL"

# Remarks.
sed 's/"id":"bon"/"id":"late"/; s/good-fr/x/; s/"Bon"/"Late"/; s/en route/en route maintenant/' lib.jsonl | grep late >late.jsonl
ok response-import --quiet late.jsonl
set_row bon "text = 'Bonjour Madame, Monsieur, votre commande est en route et arrivera chez vous dans les trois jours qui viennent, sauf un jour de fermeture.'"
set_row late "text = 'BONJOUR madame, monsieur ! Votre commande est en route et arrivera chez vous dans les trois jours qui viennent, sauf un jour férié.'"
is "$(found similar)" "similar late remark|" "two that say nearly the same"
like "$(response-check --check similar)" 'bon \(([89][0-9]|100) %\)' "the other, and how much they share"
ok response-category --add 'French/Nothing'
is "$(found empty)" "empty French/Nothing remark|" "a category without responses"
is "$(found unused)" "" "what is new was not to be sent yet"
echo 2027-03-21T09:00:00Z >"$IXN_CLOCK"
echo '{"text":"?","response":"good","at":"2026-12-01T00:00:00Z"}' >use.jsonl
ok response-import --quiet --uses use.jsonl
is "$(found unused)" "unused bon remark|unused bye remark|unused late remark|unused sum remark|" "what was never sent in months"
ok response-check

# What is asked for.
is "$(response-check --language fr --check unused | cut -f 2 | tr '\n' ' ')" "bon late " "--language"
ok response-check --json --check empty
is "$(jq -r '.check + .id + .severity' "$tmp/out")" "emptyFrench/Nothingremark" "--json"
status 64 response-check --check nothing
ok agent-login alice --media chat
status 77 response-check --agent alice

# A hundred thousand, or as many as there is time for.
python3 - <<'P'
import json, random, os
random.seed(3)
n = int(os.environ.get('CHECK_RESPONSES', '5000'))
words = ['w%d' % i for i in range(5000)]
with open('many.jsonl', 'w') as f:
    for i in range(n):
        f.write(json.dumps({"id": "r%06d" % i, "name": "R %d" % i, "category": "Many", "language": "en", "text": ' '.join(random.choices(words, k=60)) if i % 100 else 'the same text each time, again and again and again'}) + '\n')
P
ok response-import --quiet many.jsonl
ok response-check --check similar
is "$(response-check --check similar --quiet | grep -c r00)" 49 "each of those that are alike is told once, and none beside"
done_testing
