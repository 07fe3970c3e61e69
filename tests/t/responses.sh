# responses.sh - for tests of standard responses, read after rows.sh: a site, its
# library, and what is found in it.
# shellcheck shell=sh disable=SC2154,SC2034 # tmp is of lib.sh; index is for the tests
index="$XDG_DATA_HOME/ixn/store.db-responses"

responses_site() {
	site <<'J'
{"agents":[
{"name":"alice","alias":"Alice","teams":["support"],"queues":["orders"],"media":["chat","email"],"capacity":{"chat":9,"email":9}},
{"name":"bob","alias":"Robert","queues":["billing"],"media":["chat"],"capacity":{"chat":9}},
{"name":"lea","alias":"Léa","role":"lead","queues":["none"],"media":["chat"],"capacity":{"chat":9}}],
"queues":[{"name":"orders"},{"name":"billing"},{"name":"none"}],
"teams":[{"name":"support","leads":["lea"]}]}
J
}
# owner COMMAND...: as the owner of the store, whoever is logged in.
owner() { later && env XDG_STATE_HOME="$tmp/owner" "$@"; }
# response SHORTCUT OPTION...: a new one, approved.
response() {
	_s=$1 && shift
	owner response-edit --shortcut "$_s" --approved "$@" --ids >"$_s.id" || echo "# no response $_s"
}
# The library of most tests.
responses_library() {
	response late --name 'Late parcel' --category Customers/Delivery --language en --text 'We are sorry that your parcel is late. It reaches you within two working days.'
	response lost --name 'Parcel lost' --category Customers/Delivery --text 'The carrier has lost your parcel. We send everything again, free of charge.'
	response address --name 'Change of address' --category Customers/Delivery --text 'As long as the parcel has not left we can change where it goes.'
	response refund --name 'Refund' --category Customers/Payment --text 'We give you your money back within five days.'
	response twice --name 'Charged twice' --category Customers/Payment --text 'Your bank has reserved the amount twice; one disappears within five working days.'
	response invoice --name 'Invoice' --category Customers/Payment --text 'The invoice is on the page of your orders.'
	response retard --name 'Colis en retard' --category Clients/Livraison --language fr --text 'Nous sommes désolés que votre colis soit en retard.'
	response rembourse --name 'Remboursement' --category Clients/Paiement --language fr --text 'Nous vous remboursons sous cinq jours.'
}
# found WHO OPTION...: the shortcuts in their order, on one line. all_found: sorted.
found() {
	_w=$1 && shift
	as "$_w" response-search --fields shortcut "$@" 2>&1 | tr '\n' ' ' | sed 's/ $//'
}
all_found() { found "$@" | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ $//'; }
# id SHORTCUT
id() { cat "$1.id"; }
