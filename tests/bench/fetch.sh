# shellcheck shell=sh
# fetch.sh - email-fetch into a store beside mbsync (isync) into a Maildir, from the
# same mailbox of the same Dovecot. They do not do the same: mbsync writes and syncs
# a file for each mail, email-fetch reads each, makes an interaction of it and
# commits a batch at once. What both have in the end is every mail on the disk.
#   FETCH_MAILS (10000; 100000 for the large run), FETCH_ROUNDS (3)

# fetch_mails N FOLDER: letters, some with a file, about 5 KB each, in a Maildir.
fetch_mails() {
	python3 - "$1" "$2" <<'END'
import base64, os, random, sys
n, folder = int(sys.argv[1]), sys.argv[2]
dice = random.Random(6)
words = "the order invoice came late but has arrived and we would like to know when your next delivery is to be expected please answer soon".split()
for name in ("cur", "new", "tmp"):
    os.makedirs(os.path.join(folder, name))
def text(size):
    out, line = [], ""
    while size > 0:
        line += dice.choice(words) + " "
        if len(line) > 70:
            out.append(line)
            size -= len(line)
            line = ""
    return "\r\n".join(out) + "\r\n"
for i in range(n):
    head = "".join("Received: from mx%d.example.net by mail.example.org with ESMTPS id %d; Sat, 21 Nov 2026 09:00:00 +0000\r\n" % (k, i) for k in range(4))
    head += "From: Ann %d <ann%d@example.net>\r\nTo: support@example.org\r\nSubject: order %d\r\nMessage-ID: <%d@bench>\r\nDate: Sat, 21 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n" % (i % 900, i % 900, i, i)
    if i % 10:
        mail = head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text(dice.randrange(500, 7000))
    else:
        mail = head + 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n' + text(900) + \
            '--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n' + \
            base64.encodebytes(dice.randbytes(9000)).decode().replace("\n", "\r\n") + "--b--\r\n"
    # As Dovecot names what it delivers: its hash of such names makes one chain of all that differ in a few figures alone.
    name = "%d.M%dP%d.bench,S=%d,W=%d:2," % (1700000000 + i, dice.randrange(10 ** 6), dice.randrange(1000, 30000), len(mail), len(mail))
    with open(os.path.join(folder, "cur", name), "w", newline="") as f:
        f.write(mail)
END
}
fetch_config() {
	mkdir -p "$tmp/ixn"
	(umask 077 && echo support >"$tmp/password")
	printf '%s\n' '[imap]' 'host = localhost' "port = $1" "ca_file = $CA" "tls = $2" 'user = support' "password_file = $tmp/password" >"$tmp/ixn/config"
	cat >"$tmp/mbsyncrc" <<-END
		IMAPAccount a
		Host localhost
		Port $1
		User support
		Pass support
		SSLType None
		AuthMechs LOGIN

		IMAPStore far
		Account a

		MaildirStore near
		Path $tmp/maildir/
		Inbox $tmp/maildir/inbox

		Channel c
		Far :far:
		Near :near:
		Sync Pull
		SyncState *
	END
}
fetch_fresh() {
	rm -rf "$tmp/fetched" "$tmp/maildir"
	mkdir "$tmp/fetched" "$tmp/maildir"
	ixn-setup --store "file:$tmp/fetched/store" --load "$tmp/fetch.json" >/dev/null
}
# fetch_timed COMMAND...: leaves $seconds and $rss (KB, of the largest process).
fetch_timed() {
	command time -f '%e %M' -o "$tmp/time" "$@" >"$tmp/out" 2>"$tmp/err" || { cat "$tmp/err" >&2 && exit 1; }
	read -r seconds rss <"$tmp/time"
}
fetch_ours() { fetch_timed email-fetch support --quiet --store "file:$tmp/fetched/store"; }
fetch_rate() { awk -v n="$1" -v s="$2" 'BEGIN { printf "%.0f", n / (s > 0 ? s : 0.01) }'; }

bench_fetch() (
	n=${FETCH_MAILS:-10000}
	# shellcheck source=tests/bench/servers.sh
	. "$top/tests/bench/servers.sh"
	dovecot_find
	command -v mbsync >/dev/null || skip_all 'no mbsync'
	command -v time >/dev/null || skip_all 'no time'
	dovecot_start "$tmp" support:support
	trap mail_end EXIT
	echo '{"queues":[{"name":"support"}],"mailboxes":[{"name":"support","address":"support@example.org","queue":"support","after":"keep"}]}' >"$tmp/fetch.json"
	fetch_mails "$n" "$dovecot/mail/support/Maildir"
	[ "$(id -u)" != 0 ] || chown -R nobody:nogroup "$dovecot/mail"
	head "Fetching $n mails, $(du -sm "$dovecot/mail" | cut -f 1) MB, mails/s" 'mbsync'
	fetch_config "$IMAP_PORT" none
	# The server's own index is made by whoever comes first.
	fetch_fresh && fetch_ours
	: >"$tmp/rounds" && : >"$tmp/raws"
	round=0
	while [ $round -lt "${FETCH_ROUNDS:-3}" ]; do
		round=$((round + 1))
		fetch_fresh
		fetch_ours
		ours=$seconds
		echo "$rss" >>"$tmp/rss"
		raw=$("$O/bench/imap" "$IMAP_PORT" "$n" 150) || exit 1
		echo "$(fetch_rate "$n" "$ours") $(fetch_rate "$n" "$raw") $(divide "$raw" "$ours")" >>"$tmp/raws"
		fetch_timed mbsync -c "$tmp/mbsyncrc" -q c
		[ "$(find "$tmp/maildir" -type f -name '*:2,*' | wc -l)" -ge "$n" ] || { echo 'mbsync lacks some' >&2 && exit 1; }
		echo "$(fetch_rate "$n" "$ours") $(fetch_rate "$n" "$seconds") $(divide "$seconds" "$ours")" >>"$tmp/rounds"
	done
	row 'email-fetch : mbsync, a file and a sync for each' "$(cut -d ' ' -f 1 "$tmp/rounds" | median)" "$(cut -d ' ' -f 2 "$tmp/rounds" | median)" \
		"$(cut -d ' ' -f 3 "$tmp/rounds" | median)" 'ratio >= 8'
	row '... : a raw reader that keeps nothing' "$(cut -d ' ' -f 1 "$tmp/raws" | median)" "$(cut -d ' ' -f 2 "$tmp/raws" | median)" \
		"$(cut -d ' ' -f 3 "$tmp/raws" | median)"
	row 'memory of the process, MB' "$(awk '{ printf "%.1f\n", $1 / 1024 }' "$tmp/rss" | median)" - - 'ours <= 24'
	fetch_config "$IMAPS_PORT" implicit
	fetch_fresh && fetch_ours
	row '... by TLS' "$(fetch_rate "$n" "$seconds")" - -
	background "$top/tests/bench/delay-proxy" 20 127.0.0.1 "$IMAP_PORT" "$tmp/proxy"
	wait_for test -s "$tmp/proxy"
	fetch_config "$(cat "$tmp/proxy")" none
	fetch_fresh && fetch_ours
	row '... over 20 ms' "$(fetch_rate "$n" "$seconds")" - - 'ours >= 3000'
	exit "$missed"
)
