#!/bin/sh
# The IMAP driver (lib/channel/imap.h) against Dovecot: what a mailbox holds is what
# comes out, and what is changed in it is there. Peers that misbehave: imap-hostile.t.
# place: embedded - no store: the driver alone
# shellcheck disable=SC2016 # keywords begin with a dollar
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/dovecot.sh"

client=$IXN_BIN/../peers/imap-client
[ -x "$client" ] || skip_all "no $client"
dovecot_find

# talk WANT ARGUMENT...: as ann, on port 143, unless the arguments say otherwise.
talk() {
	_status=$1 && shift
	status "$_status" "$client" "port=$IMAP_PORT" user=ann 'password=se"cr\et' timeout=10000 "$@"
}
dovecot_start . 'ann:se"cr\et' bob:bob

# Mails: lines that look like IMAP, 8 bits, a literal's worth of zeros, large and small.
printf 'Subject: one\r\nFrom: a@x.test\r\n\r\n)\r\n* 1 EXPUNGE\r\n{99999}\r\n\303\251\r\n' >m1
printf 'Subject: two\r\n\r\n' >m2
{ printf 'Subject: three\r\nX: y\r\n\r\n' && awk 'BEGIN { while (i++ < 40000) printf "0123456789012345678901234567890123456789\r\n" }'; } >m3
for k in 4 5 6 7; do printf 'Subject: mail %s\r\n\r\nText of %s\r\n' $k $k >m$k; done

talk 0 create=Entrée "create=Les \"autres\" & l'été" select=INBOX
is "$(printf '%s\n' "$out" | sed -n 2,3p)" 'created
created' 'mailboxes are made, by names beyond ASCII'
like "$out" '^box [1-9][0-9]* 1 0 keywords$' 'an empty mailbox'
like "$out" '^usable$' 'and the session goes on'
ok test -d "$dovecot/mail/ann/Maildir/.Entr&AOk-e"
talk 2 create=Entrée
like "$out" '^create imap_refused Mailbox already exists' 'one that is there already'
talk 2 select=nothing list=1,5 can=IDLE
like "$out" '^select no_such_mailbox ' 'one that is not there'
like "$out" '^list imap_refused no mailbox is selected' 'has nothing to list'
like "$out" '^can IDLE yes$' 'the session goes on'

# APPEND, and what comes back.
set --
for k in 1 2 3 4 5 6 7; do set -- "$@" "append=INBOX,m$k"; done
talk 0 "$@" select=INBOX list=1,100
is "$(printf '%s\n' "$out" | grep -c '^appended [1-7]$')" 7 'seven mails, with their UIDs'
like "$out" '^box [0-9]+ 8 7 keywords$' 'they are there'
like "$out" "^listed 7 1:$(wc -c <m1) 2:16 3:$(wc -c <m3) 4:30 5:30 6:30 7:30\$" 'and listed with their sizes'
for batch in count=1 count=2 count=3 count=200 bytes=100 bytes=1; do
	mkdir "got.$batch"
	talk 0 $batch select=INBOX list=1,100 "fetch=got.$batch"
	for k in 1 2 3 4 5 6 7; do cmp "m$k" "got.$batch/$k.eml" || echo "# mail $k differs"; done >differ 2>&1
	is "$(cat differ)" '' "$batch: as they were, byte for byte"
	is "$(printf '%s\n' "$out" | sed -n 's/^mail \([0-9]*\) .*/\1/p' | tr '\n' ' ')" '1 2 3 4 5 6 7 ' 'in order'
done
like "$out" '^fetched 7 [0-9]* 7$' 'bytes=1: each a batch'
mkdir large
talk 0 max_size=1000 select=INBOX list=1,100 fetch=large
is "$(cat large/3.eml)" "$(printf 'Subject: three\r\nX: y\r\n\r\n')" 'above the limit: the header'
like "$out" '^mail 3 [0-9]{7} 24 headers [0-9]+$' 'and it says so'
like "$out" '^mail 4 30 30 whole [0-9]+$' 'the others whole'
is "$(cat large/7.eml)" "$(cat m7)" 'to the last'
talk 0 select=INBOX list=4,2 list=6,100 list=8,100 list=7,1
is "$(printf '%s\n' "$out" | grep listed | cut -d ' ' -f 2-4 | tr '\n' ' ')" '2 4:30 5:30 2 6:30 7:30 0 1 7:30 ' 'from a UID on, at most so many; none behind the last'
ls "$dovecot/mail/ann/Maildir/new" "$dovecot/mail/ann/Maildir/cur" >files
unlike "$(cat files)" ':2,[A-Z]*S' 'fetching leaves them unseen'

# Flags.
talk 0 'append=INBOX,m4,\Seen $Done' select=INBOX list=1,1 'flags=\Flagged $Fetched'
like "$out" '^flagged$' 'flags'
python3 - "$IMAP_PORT" >flags <<'END'
import imaplib, sys
m = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
m.login("ann", 'se"cr\\et')
m.select("INBOX", True)
for line in m.uid("FETCH", "1,8", "(FLAGS)")[1]:
    print(line.decode())
END
like "$(cat flags)" '^1 .*UID 1 .*\\Flagged.*\$Fetched' 'are there'
like "$(cat flags)" '^8 .*UID 8 .*\\Seen.*\$Done' 'those of APPEND, too'
talk 2 select=INBOX list=1,1 'flags=\Seen) x
1 LOGOUT ('
like "$out" '^flags bad_value' 'no line gets in by flags'
talk 2 'append=INBOX,m4,x) {1}
'
like "$out" '^append bad_value' 'nor by those of APPEND'
talk 2 "select=INBOX
x"
like "$out" '^select no_such_mailbox' 'nor by the name of a mailbox'

# MOVE, and without it.
talk 2 select=INBOX list=1,3 move=nowhere
like "$out" '^move no_such_mailbox' 'to a mailbox that is not there'
talk 0 select=INBOX list=1,3 move=Entrée list=1,100 select=Entrée list=1,10
is "$(printf '%s\n' "$out" | grep -c '^moved')" 1 'MOVE'
like "$out" '^listed 5 4:30' 'gone from one'
like "$out" "^listed 3 1:$(wc -c <m1) 2:16" 'and in the other'
talk 0 examine=INBOX
like "$out" '^box .* read_only$' 'EXAMINE'

# UIDVALIDITY.
talk 0 create=Brief append=Brief,m2 select=Brief
first=$(printf '%s\n' "$out" | sed -n 's/^box \([0-9]*\) .*/\1/p')
python3 - "$IMAP_PORT" <<'END'
import imaplib, sys
m = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
m.login("ann", 'se"cr\\et')
m.delete("Brief")
m.create("Brief")
END
talk 0 append=Brief,m2 select=Brief
like "$out" '^box [0-9]+ 2 1 ' 'made anew, the same UID'
unlike "$out" "^box $first " 'but another UIDVALIDITY'

# IDLE.
idle() { # STEP...: in the background; leaves $idle, the file of what it says.
	idle=$tmp/work/idle.out
	"$client" "port=$IMAP_PORT" user=ann 'password=se"cr\et' select=INBOX list=1,100 "$@" >"$idle" 2>&1 &
	idler=$!
	wait_for grep -q '^idle' "$idle"
}
idle idle=20000 list=1,100
talk 0 append=INBOX,m2
wait $idler
is "$(sed -n 's/^\(news\|quiet\)/&/p' "$idle")" news 'IDLE: a mail comes'
like "$(cat "$idle")" '^listed 6 ' 'and is listed'
talk 0 select=INBOX list=1,100 stop=20000
like "$out" '^stopped$' 'IDLE ends when it is told'
talk 0 select=INBOX idle=50 idle=50
is "$(printf '%s\n' "$out" | grep -c '^quiet$')" 2 'IDLE: nothing comes'
like "$out" '^usable$' 'and the session goes on'

# Logging in, TLS.
talk 1 password=wrong
like "$out" '^open login_refused Authentication failed' 'a wrong password'
for auth in auto plain login; do
	talk 0 auth=$auth
	talk 1 auth=$auth password=wrong
	like "$out" '^open login_refused' "$auth: refused"
done
token=$(dovecot_token ann)
talk 0 auth=xoauth2 "password=$token" select=INBOX
like "$out" '^box' 'XOAUTH2'
talk 1 auth=xoauth2 "password=${token}x"
like "$out" '^open login_refused' 'and refused'
for mode in implicit starttls; do
	port=$IMAPS_PORT
	[ $mode = implicit ] || port=$IMAP_PORT
	talk 0 "port=$port" tls=$mode "ca=$CA" select=INBOX list=1,100 fetch=-
	like "$out" '^fetched 6 ' "$mode"
	talk 1 "port=$port" tls=$mode
	like "$out" '^open tls_refused no authority' "$mode: not in the system's store"
	talk 0 "port=$port" tls=$mode "ca=$CA" auth=xoauth2 "password=$token"
done
talk 1 host=192.0.2.1
like "$out" '^open bad_config without TLS only this machine may be reached' 'clear text to another machine'

talk 2 fail=1 select=INBOX list=1,100 fetch=-
like "$out" '^fetch temporary the test says no' 'a callback that fails'
like "$out" '^broken temporary' 'ends the session'
done_testing
