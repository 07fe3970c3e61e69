#!/bin/sh
# covers: ixn-show
# A mail in an old character set comes out right in each part that is shown: its text and subject
# are UTF-8 since it came, its HTML is read by the program that has all of them.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
export PLACE_OWNER=gate # over the network a service brings them
mail
site <<'J'
{"agents":[{"name":"ann","media":["email"],"capacity":{"email":9}},{"name":"lea","role":"lead"},{"name":"gate","role":"service"}],
 "queues":[{"name":"support","push":false,"pull":true}],
 "mailboxes":[{"name":"support","address":"support@example.org","queue":"support"}]}
J
ok ixn-create --queue support --from nobody@example.net --media chat
store=$(where "$XDG_DATA_HOME/ixn/store.db")
if $served; then
	# shellcheck disable=SC2154 # place_dir is of place.sh
	dir=$(dirname "$(find "$place_dir/servers" -name url)")
	read -r store <"$dir/url"
	(umask 077 && "$PLACE_BELOW/agent-token" gate >"$tmp/token")
	export MAIL_TAKE_TOKEN="$tmp/token" MAIL_TAKE_CA="$PLACE_CERTS/cert.pem"
fi

uid=0
# shows LABEL SUBJECT BYTES TEXT: an HTML mail with this subject, and these bytes (printf's) as its text.
shows() {
	later
	uid=$((uid + 1))
	{
		printf 'From: ann@example.com\nTo: support@example.org\nMessage-ID: <%s@example.com>\nDate: Sat, 21 Nov 2026 09:30:00 +0000\n' "$uid"
		printf 'Subject: %s\nMIME-Version: 1.0\nContent-Type: text/html; charset=%s\n\n<p>' "$2" "$1"
		# shellcheck disable=SC2059 # bytes
		printf "$3"
		printf '</p>\n'
	} >bytes
	"$IXN_BIN/../peers/mail-take" "$store" support 7 "$uid" bytes >taken 2>"$tmp/err" || cat "$tmp/err"
	ixn=$(cut -f 2 taken)
	like "$(eye ixn-show "$ixn" --part html)" "^<p>$4</p>" "$1: HTML"
	is "$(eye ixn-show "$ixn" --part text)" "$4" "$1: text"
	is "$(show "$ixn" subject)" "$4" "$1: subject"
}
shows iso-8859-15 '=?iso-8859-15?q?10_=A4_caf=E9?=' '10 \244 caf\351' '10 € café'
shows windows-1252 '=?windows-1252?q?=93caf=E9=94_=80?=' '\223caf\351\224 \200' '“café” €'
# shellcheck disable=SC2016 # bytes
shows iso-2022-jp '=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=' '\033$BF|K\\\033(B' '日本'
shows gb2312 '=?gb2312?b?xOO6ww==?=' '\304\343\272\303' '你好'
done_testing
