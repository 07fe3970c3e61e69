#!/bin/sh
# Mails of real mailboxes become interactions, each once: by UIDs and never by
# \Seen, through changes of UIDVALIDITY, folders that go and come, limits of size;
# what is wrong with a server is said, and nothing is lost by it.
# covers: email-fetch
# place: embedded postgresql - fetched on the machine of the store, by its owner
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/dovecot.sh"
. "$top/tests/t/fetch.sh"

dovecot_find
command -v jq >/dev/null || skip_all 'no jq'
dovecot_start . support:support sales:sales lost:lost

# site AFTER [MORE]: the mailboxes; MORE: of support.
site() {
	cat >site.json <<EOF
{"agents":[{"name":"alice","capacity":{"email":5}}],"queues":[{"name":"support"},{"name":"sales"}],
 "mailboxes":[{"name":"support","address":"support@example.org","queue":"support","after":"$1","max_size":20000${2-}},
  {"name":"sales","address":"sales@example.org","queue":"sales","after":"keep","folder":"Entrée"},
  {"name":"elsewhere","address":"elsewhere@example.org","queue":"sales"}]}
EOF
	ixn-setup --load site.json >/dev/null
}
site seen || exit 1

# No server.
status 69 email-fetch
like "$err" 'imap\.host' 'no server in the configuration'
status 64 email-fetch --limit 0
imap_config '[imap.support]' 'user = support' "password_file = $(password support)" \
	'[imap.sales]' 'user = sales' "password_command = echo sales" '[imap.elsewhere]' 'user = nobody' "password_file = $(password nobody)"
is "$(ixn-setup --show | grep '^imap\.s')" "imap.support.user	support	$XDG_CONFIG_HOME/ixn/config:6
imap.support.password_file	$(password support)	$XDG_CONFIG_HOME/ixn/config:7
imap.sales.user	sales	$XDG_CONFIG_HOME/ixn/config:9
imap.sales.password_command	echo sales	$XDG_CONFIG_HOME/ixn/config:10" 'ixn-setup --show: what mailboxes have of their own'
ok email-fetch support
is "$out$err" '' 'an empty mailbox: nothing is said, nothing is looked up that is not known'

# What is there.
letter 1 'Zoé <zoe@example.net>' 'Where is it' 'Where is my order?'
letter 2 ann@example.net '=?utf-8?q?D=C3=A9j=C3=A0_vu?=' 'Bonjour, je voudrais savoir où en est ma commande, merci.'
dovecot_deliver support 1 2
ok email-fetch support --dry-run
is "$out" "		support	zoe@example.net	Where is it		
		support	ann@example.net	Déjà vu		" 'a dry run lists them'
like "$err" '^email-fetch: 2 mails would be fetched$' 'and says how many'
is "$(subjects)" '' 'and takes none'
is "$(at_server support 'print(*flags("INBOX"), sep=",")')" ',' 'nor marks any'
ok email-fetch support
is "$(printf '%s\n' "$out" | cut -f 2-6)" "kept	support	zoe@example.net	Where is it	support
kept	support	ann@example.net	Déjà vu	support" 'a line for each mail'
like "$err" '^email-fetch: 2 kept$' 'and one for people'
first=$(printf '%s\n' "$out" | sed -n 1p | cut -f 1)
is "$(ixn-show "$first" --json | jq -r '.medium, .queue, .subject')" "email
support
Where is it" 'the interaction'
is "$(at_server support 'print(*flags("INBOX"), sep=",")')" '\Seen,\Seen' 'marked as read behind it'
ok email-fetch support
is "$out$err" '' 'nothing comes twice'

# Who reads it elsewhere does not matter.
letter 3 zoe@example.net third
at_server support 'append("INBOX", "3")' 'ok(m.select("INBOX"))' 'ok(m.store("3", "+FLAGS", "(\\Seen)"))'
ok email-fetch support
is "$(printf '%s\n' "$out" | cut -f 2,5)" 'kept	third' 'one that was read by somebody else is fetched'

# --limit, and in order.
letter 4 a@x.test four && letter 5 b@x.test five && letter 6 c@x.test six
dovecot_deliver support 4 5 6
ok email-fetch support --limit 2
is "$(printf '%s\n' "$out" | cut -f 5)" 'four
five' '--limit 2: the first two'
ok email-fetch support --json
is "$(printf '%s\n' "$out" | jq -r '.subject, .outcome')" 'six
kept' 'then the third, as JSON'

# Too large.
letter 7 d@x.test large "$(awk 'BEGIN { while (i++ < 800) print "0123456789012345678901234567890123456789" }')"
letter 8 e@x.test small
dovecot_deliver support 7 8
ok email-fetch support
is "$(printf '%s\n' "$out" | cut -f 2,5)" 'kept	large
kept	small' 'above the limit of size: kept all the same'
large=$(printf '%s\n' "$out" | sed -n 1p | cut -f 1)
like "$(ixn-show "$large" --json)" 'its header alone was fetched' 'and says that its header is all'
unlike "$(ixn-show "$large" --part raw)" 0123456789 'it is'

# Left alone; a folder with a name beyond ASCII that is there later.
status 66 email-fetch sales
like "$err" "opens no mailbox 'Entrée'" 'a folder that was never there'
at_server sales 'ok(m.create("Entr&AOk-e"))' 'append("Entr&AOk-e", "1", "2")'
ok email-fetch sales
is "$(printf '%s\n' "$out" | cut -f 2,3,6)" 'kept	sales	sales
kept	sales	sales' 'the same mails in another mailbox are its own'
is "$(at_server sales 'print(*flags("Entr&AOk-e"), sep=",")')" ',' 'after = keep: not marked'
ok email-fetch sales
is "$out" '' 'and not fetched again'

# UIDVALIDITY: the folder is deleted and made anew, with old mails, a new one, and one that calls itself as an old one.
letter 9 zoe@example.net 'the same id' 'but another text' 'Message-ID: <1@test>'
at_server sales 'ok(m.delete("Entr&AOk-e"))'
status 79 email-fetch sales
like "$err" "has no folder 'Entrée' any more" 'deleted: says so'
at_server sales 'ok(m.create("Entr&AOk-e"))' 'append("Entr&AOk-e", "2", "1", "9", "3")'
ok email-fetch sales
is "$(printf '%s\n' "$out" | cut -f 2,5 | sort)" 'duplicate	Déjà vu
duplicate	Where is it
kept	the same id
kept	third' 'made anew: old ones are known, new ones kept'
ok email-fetch sales
is "$out" '' 'then it is as before'

# Moved.
site move ',"move_to":"Fetched"'
letter 10 f@x.test moved
dovecot_deliver support 10
status 66 email-fetch support
like "$err" 'Fetched' 'no folder to move to: says so'
is "$(printf '%s\n' "$out" | cut -f 2,5)" 'kept	moved' 'but it was taken'
at_server support 'ok(m.create("Fetched"))'
ok email-fetch support
is "$out" '' 'not again'
is "$(at_server support 'print(len(flags("Fetched")))')" 1 'and it is moved as soon as it can be'
dovecot_deliver support 4
letter 11 f@x.test 'moved, too'
dovecot_deliver support 11
ok email-fetch support
is "$(at_server support 'print(len(flags("Fetched")))')" 3 'others at once'

# Several at once.
letter 12 g@x.test twelve && letter 13 h@x.test thirteen
dovecot_deliver support 12
at_server sales 'append("Entr&AOk-e", "13")'
status 69 email-fetch
is "$(printf '%s\n' "$out" | cut -f 2,3,5 | sort)" 'kept	sales	thirteen
kept	support	twelve' 'all that have a server'
like "$err" 'refused the login' 'one whose password is wrong does not hold up the others'
ok email-fetch sales support sales
is "$out$err" '' 'named twice is named once'
status 66 email-fetch nothing
like "$err" "the site has no mailbox 'nothing'" 'a mailbox that the site does not have'

# What is wrong with a server.
imap_config 'user = support' "password_file = $(password wrong)"
status 69 email-fetch support
like "$err" 'refused the login' 'a wrong password'
imap_config "ca_file = $top/HACKING.md" 'user = support' "password_file = $(password support)"
status 78 email-fetch support
imap_config 'port = 1' 'user = support' "password_file = $(password support)"
status 69 email-fetch support
like "$err" 'cannot reach' 'nobody there'
imap_config 'auth = guess' 'user = support' "password_file = $(password support)"
status 78 email-fetch support
like "$err" "imap.auth: 'guess' is not auto, plain, login or xoauth2" 'a misspelt way to log in'
imap_config 'auth = xoauth2' 'user = support' "password_command = cat token"
dovecot_token support >token
ok email-fetch support
dovecot_stop
status 69 email-fetch support
dovecot_again

# The disk is full.
imap_config 'user = support' "password_file = $(password support)"
if [ "$place" = embedded ]; then
	letter 14 i@x.test fourteen "$(awk 'BEGIN { while (i++ < 400) print "0123456789012345678901234567890123456789" }')"
	for k in 1 2 3 4 5 6 7 8 9; do letter "14.$k" i@x.test "fourteen $k" "$(cat 14)"; done
	dovecot_deliver support 14.*
	before=$(subjects | wc -l) moved=$(at_server support 'print(len(flags("Fetched")))')
	# shellcheck disable=SC2016 # for the shell that is limited
	status 74 sh -c 'trap "" XFSZ && ulimit -f 100 && exec email-fetch support'
	is "$(subjects | wc -l)" "$before" 'a write cut short: nothing is half there'
	is "$(at_server support 'print(len(flags("Fetched")))')" "$moved" 'nothing was moved'
	cat >full.sh <<-'END'
		mkdir disk && mount -t tmpfs -o size=1500k tmpfs disk && cp "$XDG_DATA_HOME/ixn/store.db" disk/store || exit 99
		export IXN_STORE="file:$PWD/disk/store"
		cat /dev/zero >disk/filler 2>/dev/null
		email-fetch support >out 2>err
		echo $? >status
	END
	if unshare -rm sh -c 'mount -t tmpfs tmpfs /mnt' 2>/dev/null; then
		unshare -rm sh full.sh
		is "$(cat status)" 74 'a full disk: 74'
		like "$(cat err)" 'no space left' 'says so'
		is "$(at_server support 'print(len(flags("Fetched")))')" "$moved" 'nothing was moved'
	else
		skip 'a full disk' 'no file system may be mounted here'
	fi
	ok email-fetch support
	is "$(printf '%s\n' "$out" | grep -c kept)" 9 'the next run has them all'
fi

# The rules of a mailbox, without a server.
site seen ',"rules":[{"name":"sale","header":"subject","matches":"(?i)quote","queue":"sales"},{"name":"spam","header":"*","matches":"casino","discard":"spam"}]'
rm "$XDG_CONFIG_HOME/ixn/config"
letter 15 j@x.test 'A quote, please'
ok email-fetch support --test-rules 15
like "$out" 'sale' 'the rule that matches'
like "$out" 'sales' 'and where it would go'
ok email-fetch support --test-rules - <./15
status 66 email-fetch support --test-rules nothing.eml
status 64 email-fetch --test-rules 15 --follow
done_testing
