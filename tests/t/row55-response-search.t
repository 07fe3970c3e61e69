#!/bin/sh
# covers: response-search, response-index, response-favourite
# Responses found by words: any of them, all, the very phrase, over name and text;
# the shortcut first; filters; who may see what; favourites of each agent.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/responses.sh"

responses_site
responses_library
ready alice bob lea

# Any, all, the phrase.
is "$(all_found alice parcel --lang en)" 'address late lost' 'any word'
is "$(all_found alice carrier twice)" 'lost twice' 'one of several will do'
is "$(found alice --all-words parcel lost)" lost 'all of them'
is "$(found alice --all-words lost parcel)" lost 'in any order'
is "$(all_found alice --phrase 'working days')" 'late twice' 'the phrase'
status 1 as alice response-search --phrase 'days working'
is "$err" 'response-search: nothing found' 'and not its words in another order'
status 1 as alice response-search --phrase 'days working' --json
is "$(code)" nothing_found 'for programs, too'

# In the name, in the text, in both.
is "$(all_found alice --in name parcel)" 'late lost' 'in the name'
is "$(found alice --in text carrier)" lost 'in the text'
status 1 as alice response-search --in name carrier
status 1 as alice response-search --in text remboursement --phrase
is "$(all_found alice five --lang en)" 'refund twice' 'in either'

# The very shortcut, the very name: before all else.
is "$(found alice late | cut -d' ' -f1)" late 'a shortcut first'
is "$(found alice INVOICE | cut -d' ' -f1)" invoice 'whatever its case'
is "$(found alice 'Change of address' | cut -d' ' -f1)" address 'a name first'
is "$(found alice desole colis | cut -d' ' -f1)" retard 'accents make no difference'
is "$(found alice parcels carriers | cut -d' ' -f1)" lost 'nor do endings'
ok response-index
is "$(found alice adress | cut -d' ' -f1)" address 'a slip of the pen is forgiven'

# What is printed.
row=$(as alice response-search refund --limit 1)
is "$(printf '%s' "$row" | cut -f1,3-6)" "$(printf '%s\trefund\tRefund\ten\tCustomers/Payment' "$(id refund)")" 'columns: id, score, shortcut, name, language, category'
like "$(printf '%s' "$row" | cut -f2)" '^(100|[1-9]?[0-9])$' 'the score is a percentage'
is "$(as alice response-search parcel --ids --limit 2 | wc -l)" 2 'the ids alone, two of them'
is "$(as alice response-search parcel --lang en --json | jq -r .rank | tr '\n' ' ')" '1 2 3 ' 'numbered from 1'
is "$(as alice response-search parcel --json | jq -r .points | sort -rn)" "$(as alice response-search parcel --json | jq -r .points)" 'best first'
is "$(as alice response-search parcel)" "$(as alice response-search parcel)" 'the same each time'
least=$(as alice response-search parcel --lang en --json | jq -s 'map(.score) | max')
is "$(as alice response-search parcel --lang en --json --min-score "$least" | jq -s 'map(.score) | min')" "$least" 'a least score'
status 64 as alice response-search
status 64 as alice response-search --min-score 101 x
status 64 as alice response-search --limit 0 x
status 64 as alice response-search --phrase --all-words x
status 64 as alice response-search --not late x

# Filters.
is "$(found alice parcel colis --lang fr)" retard 'of a language'
is "$(all_found alice days --category Customers/Payment)" 'refund twice' 'of a category'
is "$(all_found alice parcel --category Customers/Delivery --lang en)" "$(all_found alice parcel --category Customers --lang en)" 'and of those below it'
response mailonly --name 'Parcel by mail' --category Customers/Delivery --text 'A parcel, attached.' --media email
is "$(all_found alice --in name parcel --media chat --lang en)" 'late lost' 'that may be sent by a medium'
is "$(all_found alice --in name parcel --media email --lang en)" 'late lost mailonly' 'by another'

# Only what may be sent, unless all is asked for.
response old --name 'Christmas parcel' --category Customers/Delivery --text 'In time.' --expires 2026-11-21T12:00Z
is "$(found alice christmas)" old 'not expired yet'
later 14400
status 1 as alice response-search christmas
is "$(found alice christmas --all)" old 'expired'
later && as lea response-edit old --clear expires --active=false >/dev/null
status 1 as alice response-search christmas
is "$(found alice christmas --all)" old 'not active'
later && as lea response-edit old --active --start 2027-01-01 >/dev/null
status 1 as alice response-search christmas
later && as lea response-edit old --remove >/dev/null
status 1 as alice response-search christmas --all

# Of no known language, changed before it came into the index itself.
response beast --name Beast --text 'A brandnew zebra.'
owner response-edit beast --text 'Une girafe.' >/dev/null
is "$(found alice girafe) $(found alice girrafe)" 'beast beast' 'by its new words'
status 1 as alice response-search zebra
owner response-edit beast --remove >/dev/null
status 1 as alice response-search girafe

# Who may see it.
response secret --name 'Secret discount' --category Customers/Payment --text 'Ten percent, between us.' --queues billing
response team --name 'Team discount' --category Customers/Payment --text 'Five percent.' --teams support
is "$(found alice discount)" team 'of the team'
is "$(found bob discount)" secret 'of the queue'
is "$(all_found lea discount)" 'secret team' 'who leads sees all'
later && jq '.agents[0].queues = ["orders", "billing"]' "$tmp/site.json" >site2.json && ixn-setup --load site2.json >/dev/null 2>&1
is "$(all_found alice discount)" 'secret team' 'a change of the site is seen at once'

# Favourites: of each agent, and they stay.
as alice response-favourite invoice >/dev/null
as alice response-favourite refund >/dev/null
as bob response-favourite lost >/dev/null
is "$(found alice --favourites five --lang en)" refund 'of her favourites'
status 1 as bob response-search --favourites five
is "$(as alice response-search invoice --json --limit 1 | jq -c .favourite)" true 'a favourite is told'
is "$(as bob response-search invoice --json --limit 1 | jq -c .favourite)" false 'and is hers alone'
as alice agent-logout >/dev/null && ready alice
response-index >/dev/null
is "$(found alice --favourites five --lang en)" refund 'they stay: behind a new login, in a new index'
as alice response-favourite refund --remove >/dev/null
status 1 as alice response-search --favourites five

# The arithmetic adds up.
as alice response-search parcel late --lang en --explain --json >explained
is "$(jq -c '(.points - ([.reasons[].value] | add)) | if . < 1e-6 and . > -1e-6 then "adds up" else . end' explained | sort -u)" '"adds up"' '--explain adds up'
as alice response-search parcel late --lang en --limit 1 --explain >lines
is "$(awk -F'\t' '$2 == "points" { p = $4; next } { s += $4 } END { print (s - p < 1e-3 && p - s < 1e-3) ? "adds up" : s " " p }' lines)" 'adds up' 'and so do its lines'

# A name that the text gives is shown and looked up; its words count once.
owner response-edit --approved --category Customers/Delivery --language en --ids --text 'Drones deliver small parcels in towns.' >drone.id
is "$(as alice response-search drones --fields id,name)" "$(printf '%s\tDrones deliver small parcels in towns.' "$(cat drone.id)")" 'a name made of the text is shown'
is "$(as alice response-search 'drones deliver small parcels in towns.' --limit 1 --ids)" "$(cat drone.id)" 'and looked up'
is "$(as alice response-search drones --explain --json | jq -r '.reasons[].what' | grep -cx 'name\|text')" 1 'its words count once'
status 1 as alice response-search --in name drones
ok owner response-edit "$(cat drone.id)" --name 'Drones'
is "$(as alice response-search --in name drones --ids)" "$(cat drone.id)" 'a name of its own is one'

done_testing
