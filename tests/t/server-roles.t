#!/bin/sh
# covers: ixn-routerd
# Every operation, with every role, and with everything of somebody else's.
# shellcheck disable=SC2119 # serve: its options are its own
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'

site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"],"queues":["q"],"capacity":{"chat":3},"teams":["one"]},
{"name":"eve","password":"secret-eve","media":["chat"],"queues":["other"],"capacity":{"chat":3},"teams":["two"]},
{"name":"carl","role":"lead","password":"secret-carl","media":["chat"]},
{"name":"boss","role":"admin","password":"secret-boss"},{"name":"robot","role":"service","password":"secret-robot"}],
"queues":[{"name":"q"},{"name":"other"}],"web":[{"name":"shop","chat_queue":"q"}],"teams":[{"name":"one"},{"name":"two","leads":["carl"]}]}
J
mail
serve
for a in alice eve carl boss robot; do login $a; done
call alice agent.state '{"state":"ready"}'
i=$(create --media chat --queue q --name Zebra --from zebra@example.org --subject Yak --text Quagga)
call alice ixn.accept "{\"id\":\"$i\"}"
is "$http" 200 'somebody has an interaction'
call alice ixn.note "{\"id\":\"$i\",\"text\":\"Okapi\"}"
call alice transcript.send "{\"id\":\"$i\"}"
m=$(sql 'SELECT id FROM outbox')
like "$m" '^[0-9A-Z]{26}$' 'and a mail of it'
python3 "$top/tests/peers/role-matrix" "$url" "$tmp" "$i" "$m" >matrix || echo 'not whole' >>matrix
sed -n 's/^# //p' matrix >walked
like "$(cat walked)" '^[0-9]{3,} calls of [0-9]{2,} operations' "$(cat walked)"
is "$(grep -v '^#' matrix)" '' 'none does what it may not, none sees what is not its own'

# The history of a contact is that of all it was merged with.
call eve agent.state '{"state":"ready"}'
old=$(create --media chat --queue q --name Okar --from okar@example.org --text earlier)
new=$(create --media chat --queue other --name Olga --from olga@example.org --text now)
call eve ixn.accept "{\"id\":\"$new\"}"
is "$http" 200 'an agent of another team has one, too'
call eve ixn.show "{\"id\":\"$old\"}"
is "$http" 404 "what another contact had with others is not an agent's"
for into in "$new $old" "$old $new"; do
	a=$(show "${into% *}" contact) b=$(show "${into#* }" contact)
	ok contact-merge "$a" --into "$b"
	call eve ixn.show "{\"id\":\"$old\"}"
	is "$http" 200 'that of a contact merged with its own is'
	ok contact-unmerge "$a"
	call eve ixn.show "{\"id\":\"$old\"}"
	is "$http" 404 'and taken apart again is not'
done

# Contacts: each of their operations, of which none is an agent's, and none of the agents' theirs.
grep -rhoE '"web\.[a-z]+",' "$top/lib/desk" | tr -d '",' | sort -u >theirs
while read -r op; do
	for a in alice carl boss robot; do
		call $a "$op" '{}'
		is "$http $(error)" '404 no_such_operation' "$op is not for $a"
	done
done <theirs
ask /contact/v1/start -d '{"name":"Tom","text":"from Tom"}'
own=$(field secret)
rows=$(sed -n 's/^\t{ "\([a-z]*\)", &op_web_.*/\1/p' "$top/lib/api/contact.c")
like "$(printf '%s\n' "$rows" | wc -l)" '^[1-9][0-9]+$' 'those of the table'
body() {
	case $1 in
	start) echo '{"name":"x"}' ;;
	send) echo '{"text":"x"}' ;;
	callback) echo '{"name":"x","number":"+33 1 23 45 67 89"}' ;;
	view) echo '{"url":"https://www.example.org/"}' ;;
	*) echo '{}' ;;
	esac
}
for row in $rows events; do
	for bearer in "alice:$(cat "$tmp/token.alice")" "$(cat "$tmp/token.alice")" "$(cat "$tmp/token.boss")" "$i"; do
		if [ "$row" = events ]; then
			ask /contact/v1/events -H "Authorization: Bearer $bearer"
		else
			ask "/contact/v1/$row" -d "$(body "$row")" -H "Authorization: Bearer $bearer"
		fi
		is "$http $(error)" '401 session_ended' "$row: an agent's token proves no contact"
	done
	for key in id ixn contact; do
		[ "$row" != events ] || continue
		ask "/contact/v1/$row" -d "{\"$key\":\"$i\"}" -H "Authorization: Bearer $own"
		is "$http $(error)" '400 bad_field' "$row: nothing of another's can be named"
	done
	[ "$row" = events ] || ask "/contact/v1/$row" -d "$(body "$row")" -H "Authorization: Bearer $own"
	unlike "$out" 'Zebra|Yak|Quagga|Okapi' "$row: nothing of another's is told"
done
is "$(sql "SELECT count(*) FROM message WHERE ixn = '$i'")" 1 'and nothing was said there'
is "$(sql 'PRAGMA integrity_check')" ok 'the store is whole'
is "$(show "$i" state,agent)" "$(printf 'active\talice')" 'and nothing of it was moved'
done_testing
