# drafts.sh - for tests of drafts, read after lib.sh and rows.sh: mails that come,
# drafts as they stand, and what becomes of them in the outbox.
# shellcheck shell=sh disable=SC2154,SC2034 # tmp and place are of lib.sh; id and outcome are for who asks
mail_take=$IXN_BIN/../peers/mail-take
mail_uid=0

# mail_server FOLDER OPTION...: a server in the background that puts mails there; commands are told of it.
mail_server() {
	mkdir "$1"
	background "$top/tests/peers/smtp-peer" --port-file port --dir "$@"
	wait_for test -s port || exit 1
	mkdir -p "$XDG_CONFIG_HOME/ixn"
	printf '%s\n' 'session_ttl = 30d' '[smtp]' 'host = 127.0.0.1' "port = $(cat port)" 'tls = none' >"$XDG_CONFIG_HOME/ixn/config"
}
# letter FILE FROM SUBJECT [TEXT] [HEADER...]: a mail to support@example.org; its Message-ID is <FILE@test>.
letter() {
	_file=$1 _from=$2 _subject=$3 _text=${4-Hello}
	shift 3
	[ $# = 0 ] || shift
	{
		printf 'Message-ID: <%s@test>\r\nDate: Sat, 21 Nov 2026 08:30:00 +0000\r\nFrom: %s\r\n' "${_file##*/}" "$_from"
		case "$*" in 'To: '* | *' To: '*) ;; *) printf 'To: support@example.org\r\n' ;; esac
		[ $# = 0 ] || printf '%s\r\n' "$@"
		printf 'Subject: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n' "$_subject" "$_text"
	} >"$_file"
}
# arrive FILE [MAILBOX]: the mail comes; leaves $id, of its interaction, and $outcome.
arrive() {
	later
	mail_uid=$((mail_uid + 1))
	"$mail_take" "$(where "$XDG_DATA_HOME/ixn/store.db")" "${2-support}" 1 "$mail_uid" "$1" >"$tmp/arrived" || return
	IFS='	' read -r outcome id _ <"$tmp/arrived"
}
# come AGENT FILE FROM SUBJECT [TEXT] [HEADER...]: a mail comes, and the agent has it: $id.
come() {
	_agent=$1 && shift
	letter "$@" && arrive "$1" && as "$_agent" ixn-accept "$id" >/dev/null
}
# draft ID FILTER: of a draft as it stands, by jq.
draft() { eye ixn-show "$1" --part draft --json | jq -r "$2"; }
# first: the id in $out, the first of what was printed.
first() { printf '%s\n' "$out" | cut -f 1; }
# outbox ID FILTER: of the mails of a draft.
outbox() { eye outbox-list --ixn "$1" --json | jq -r "$2"; }
events() { ixn-watch --after 0 --timeout 1ms --fields event,agent,ref,state,reason --ixn "$1" | tr '\t' ' ' | grep -E "$2"; }
