#!/bin/sh
# email-fetch killed (SIGKILL) at a step of what it makes durable, then run again:
# each mail is there once, each is marked at the server, or moved. peers/preload/
# crashpoint.c kills from outside: the product has no hooks for it. POINTS: how many
# of the places.
# place: embedded - killed at what the process that has the store makes durable
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/fetch.sh"
: "${POINTS:=40}"

dovecot_find
command -v jq >/dev/null || skip_all 'no jq'
full=$IXN_BIN/../libexec/ixn/ixn-full
[ -x "$full" ] || skip_all "no $full"
${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o crashpoint.so "$top/tests/peers/preload/crashpoint.c" 2>cc.err || skip_all 'no C compiler'
# The light program is static: a library can be loaded into the full one.
ln -s "$full" email-fetch
dovecot_start . support:support
desk=$tmp/work/desk
export CRASHPOINT_FOLDER="$desk" IXN_STORE="file:$desk/store.db"
imap_config 'user = support' "password_file = $(password support)"
mkdir desk
cat >site.json <<'EOF'
{"agents":[{"name":"alice","capacity":{"email":5}}],"queues":[{"name":"support"}],
 "mailboxes":[{"name":"support","address":"support@example.org","queue":"support","after":"seen"}]}
EOF
ixn-setup --load site.json >/dev/null || exit 1
cp -R desk fresh.seen
sed 's/"seen"/"move","move_to":"Fetched"/' site.json >site.move
ixn-setup --load site.move >/dev/null || exit 1
cp -R desk fresh.move
for k in 1 2 3 4 5 6; do letter $k "c$k@x.test" "mail $k"; done
dovecot_deliver support 1 2 3 4 5 6
all='mail 1
mail 2
mail 3
mail 4
mail 5
mail 6'
at_server support 'ok(m.create("Fetched"))'

# reset WAY: as before the first run; done WAY: how many are marked, or moved.
reset() {
	rm -rf desk && cp -R "fresh.$1" desk
	at_server support 'back("Fetched", "INBOX")' 'ok(m.select("INBOX"))' 'ok(m.store("1:*", "-FLAGS", "(\\Seen)"))'
}
acted() {
	case $1 in
	seen) at_server support 'print(sum("Seen" in f for f in flags("INBOX")))' ;;
	move) at_server support 'print(len(flags("Fetched")))' ;;
	esac
}
bad='' rounds=0 kept=0
wrong() { bad="${bad}$way, step $at: $1
"; }
for way in seen move; do
	reset $way
	rm -f log
	CRASHPOINT_LOG=$tmp/work/log LD_PRELOAD=$tmp/work/crashpoint.so ok ./email-fetch support --limit 6
	is "$(subjects) $(acted $way)" "$all 6" "$way: undisturbed"
	awk '{ print NR; if ($1 == "write") print NR ":half"; print NR ":after" }' log |
		awk -v n="$(awk '{ k += $1 == "write" ? 3 : 2 } END { print k }' log)" -v points="$POINTS" 'int(NR * points / n) != int((NR - 1) * points / n)' >places
	while read -r at; do
		rounds=$((rounds + 1))
		reset $way
		rc=0
		CRASHPOINT=$at LD_PRELOAD=$tmp/work/crashpoint.so ./email-fetch support >out 2>err || rc=$?
		# It is the child that dies, or, before there is one, the parent.
		case $rc in 70 | 137) ;; *) wrong "not killed: $rc $(cat err)" ;; esac
		[ "$(subjects | wc -l)" = 0 ] || kept=$((kept + 1))
		./email-fetch support >out 2>err || wrong "then: $? $(cat err)"
		[ "$(subjects)" = "$all" ] || wrong "$(subjects | tr '\n' ' ')"
		[ "$(acted $way)" = 6 ] || wrong "at the server: $(acted $way)"
		./email-fetch support >out 2>err || wrong "and again: $? $(cat err)"
		[ ! -s out ] || wrong "again: $(cat out)"
	done <places
done
is "$bad" '' "killed at $rounds places: each mail once, and done with at the server"
is "$([ $rounds -ge 40 ] && [ $kept -gt 0 ] && [ $kept -lt $rounds ] && echo both)" both "before the transaction, and behind it ($kept)"
ok ixn-setup --check
done_testing
