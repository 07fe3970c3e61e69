# fetch.sh - behind lib.sh and dovecot.sh, for tests of email-fetch: mails, the
# server's folders by IMAP, the configuration.
# shellcheck shell=sh disable=SC2154

# letter FILE FROM SUBJECT [TEXT] [HEADER...]: a mail; its Message-ID is <FILE@test>, unless a header gives it.
letter() {
	_file=$1 _from=$2 _subject=$3 _text=${4-Hello}
	shift 3
	[ $# = 0 ] || shift
	{
		[ $# = 0 ] || printf '%s\r\n' "$@"
		case " $* " in *Message-ID*) ;; *) printf 'Message-ID: <%s@test>\r\n' "${_file##*/}" ;; esac
		printf 'Date: Sat, 21 Nov 2026 09:00:00 +0000\r\nFrom: %s\r\nTo: support@example.org\r\nSubject: %s\r\n' "$_from" "$_subject"
		printf 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n' "$_text"
	} >"$_file"
}
# at_server USER PYTHON...: statements about m, an imaplib session of the user (whose password is its name).
at_server() {
	_imap_user=$1 && shift
	python3 - "$IMAP_PORT" "$_imap_user" "$@" <<'EOF'
import imaplib, re, sys
m = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
m.login(sys.argv[2], sys.argv[2])
def ok(answer):
    if answer[0] != "OK":
        sys.exit("%s: %s" % answer)
    return answer[1]
def append(box, *files):
    for f in files:
        ok(m.append(box, None, None, open(f, "rb").read()))
def flags(box):
    ok(m.select(box, readonly=True))
    n = int(m.untagged_responses["EXISTS"][-1])
    return [] if n == 0 else [re.sub(r".*FLAGS \(([^)]*)\).*", r"\1", x.decode()).replace("\\Recent", "").strip() for x in ok(m.fetch("1:*", "(FLAGS)"))]
def back(box, to):
    if flags(box):
        ok(m.select(box))
        ok(m.copy("1:*", to))
        ok(m.store("1:*", "+FLAGS", "(\\Deleted)"))
        ok(m.expunge())
for statement in sys.argv[3:]:
    exec(statement)
m.logout()
EOF
}
# imap_config [LINE...]: [imap] with the server of dovecot_start, then these lines.
imap_config() {
	mkdir -p "$XDG_CONFIG_HOME/ixn"
	printf '%s\n' '[imap]' 'host = localhost' "port = $IMAPS_PORT" "ca_file = $CA" "$@" >"$XDG_CONFIG_HOME/ixn/config"
}
# password NAME: a file with it, as the configuration wants it.
password() {
	(umask 077 && echo "$1" >"$tmp/password.$1")
	echo "$tmp/password.$1"
}
# subjects: of all mails that are interactions, sorted, a line each.
subjects() { ixn-list --all --limit 100000 --json | jq -r .subject | sort; }
