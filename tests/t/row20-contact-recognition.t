#!/bin/sh
# covers: ixn-create, ixn-list, ixn-show
# A contact is recognised by an address however it is written, or made.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
export PLACE_OWNER=gate # over the network a gateway brings them
site <<'J'
{"agents":[{"name":"gate","role":"service"}],"queues":[{"name":"sales"}]}
J
contact() { show "$(create --queue sales "$@")" contact; }
contacts() { sql 'SELECT count(*) FROM contact'; }

ann=$(contact --from +33140506070 --name Ann)
like "$ann" '^[0-9A-HJKMNP-TV-Z]{26}$' 'an unknown number makes a contact'
is "$(contact --from +33140506070)" "$ann" 'a known number links to it'
for as_written in '+33 1 40 50 60 70' '0033140506070' '00 33 1 40.50.60.70' '+33 (1) 40-50-60-70' 'tel:+33140506070' 'tel:+33-1-40-50-60-70'; do
	is "$(contact --from "$as_written")" "$ann" "also written $as_written"
done
is "$(show "$(create --queue sales --from 0033140506070)" name)" Ann 'who calls without a name is called by the one known'
unlike "$(contact --from +33140506071)" "^$ann\$" 'another number is somebody else'
is "$(contacts)" 2 'two contacts by now'

bea=$(contact --from bea@example.org --name Bea --language fr)
is "$(contact --from bea@EXAMPLE.org)" "$bea" 'the domain of a mail address in any case'
is "$(contact --from mailto:bea@Example.Org)" "$bea" 'or as mailto:'
is "$(show "$(create --queue sales --from bea@example.org)" language)" fr 'in the language known'
unlike "$(contact --from BEA@example.org)" "^$bea\$" 'the local part is another in another case'
unlike "$(contact --from sms:+33140506070)" "^$ann\$" 'another scheme is another address'
is "$(contacts)" 5 'five by now'

# Two share an address: the one made first.
sql "INSERT INTO contact_address SELECT scheme, address, '$bea', shown, 0 FROM contact_address WHERE contact = '$ann'"
is "$(contact --from +33140506070)" "$ann" 'of two the one made first'
sql "INSERT INTO contact_address SELECT scheme, address, '$ann', shown, 0 FROM contact_address WHERE contact = '$bea' AND scheme = 'mailto'"
is "$(contact --from bea@example.org)" "$ann" 'whoever had the address before'
is "$(contacts)" 5 'and nobody is made'

id=$(create --queue sales --name Nobody)
is "$(show "$id" name,contact)" 'Nobody	' 'no address, no contact: a name alone links nothing'
is "$(contacts)" 5 'nor makes one'
id=$(create --queue sales --name Ann)
is "$(show "$id" contact)" '' 'not even a known name'

# How it is chosen is the site's to say, and the caller's.
id=$(create --queue sales --from bea@example.org)
is "$(show "$id" contact) $(ixn-show "$id" --json | jq -r '.matches[]')" "$ann $bea" 'the others who fit are reported'
like "$(ixn-watch --after 0 --timeout 0s --fields event,ixn,ref)" "^contact.ambiguous	$id	$ann\$" 'in the log, too'
is "$(contact --from bea@example.org --contact "$bea")" "$bea" 'chosen by option'
setting() { printf '{"settings":[{"name":"contacts.several","value":"%s"}]}' "$1" >"$tmp/s.json" && ixn-setup --load "$tmp/s.json" >/dev/null 2>&1; }
ok setting last
is "$(contact --from bea@example.org)" "$bea" 'the one served last'
contact --from bea@example.org --contact "$ann" >/dev/null
is "$(contact --from bea@example.org)" "$ann" 'whoever that is'
ok contact-merge "$bea" --into "$ann"
id=$(create --queue sales --from bea@example.org)
is "$(show "$id" contact) $(ixn-show "$id" --json | jq -c .matches)" "$ann null" 'who was merged is one'
is "$(ixn-show "$id" --part history --fields event | grep -c ambiguous)" 0 'and nothing to choose from'
ok contact-unmerge "$bea"
ok setting new
is "$(contacts)" 5 'still five'
unlike "$(contact --from bea@example.org)" "^($ann|$bea)\$" 'or a new one'
is "$(contacts)" 6 'which makes six'
status 65 setting nonsense
ok setting first

for bad in 'not an address' 'a b@example.org' '@example.org' 'ann@' 'tel:12x' 'tel:1'; do
	status 65 ixn-create --queue sales --from "$bad" --json
	is "$(code)" bad_address "refused: $bad"
done
is "$(contacts) $(ixn-list --all --ids | wc -l)" '6 27' 'nothing is made of what is refused'
is "$(ixn-list --contact "$ann" --ids | wc -l)" 15 'all of a contact are listed'
done_testing
