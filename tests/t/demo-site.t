#!/bin/sh
# scripts/demo --site runs to its end in both languages, shows what it promises, and
# leaves nothing behind.
# place: embedded - the demo makes its own site
# covers: ixn-routerd
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'
command -v pgrep >/dev/null || skip_all 'no pgrep'
# Short: a browser keeps a socket in it.
left=$(mktemp -d /tmp/left.XXXXXX) || exit 1
trap '_end; rm -rf "$left"' EXIT
demo() { env IXN_BIN="$IXN_BIN" TMPDIR="$left" LANGUAGE="$1" "$top/scripts/demo" --site --no-install; }
line() { printf '%s\n' "$shown" | grep -F -- "$1"; }

# plays LANGUAGE
plays() {
	began=$(date +%s)
	status 0 demo "$1"
	shown=$out
	echo "# $(($(date +%s) - began)) s"
	is "$(ls -A "$left")" '' "$1: no folder is left"
	socket=$(printf '%s\n' "$shown" | grep -o '/tmp/ixn-pg\.[A-Za-z0-9]*' | head -n 1)
	is "$([ -n "$socket" ] && [ ! -e "$socket" ]; echo $?)" 0 "$1: nor a database"
	is "$(pgrep -f "$left|${socket:-none}" | tr '\n' ' ')" '' "$1: nor a process"
	is "$(printf '%s\n' "$shown" | grep -c 'https://127.0.0.1:')" 5 "$1: two servers, with TLS"
	like "$shown" '^alice	ready	chat' "$1: the agent logs in"
}

plays en
case $err in Skipped*) skip_all "$(printf '%s\n' "$err" | head -n 1)" ;; esac
like "$shown" 'sync$' 'the standby is synchronous'
like "$(line 'You are next')" 'You are next' 'the contact waits'
like "$shown" '^    \| You are talking with Alice\.$' 'and is answered'
like "$shown" '^    \| Parcel FR-20417 - Handed over at the lodge, to Mrs Delattre\.$' 'the page that was pushed has opened'
like "$shown" '^# Both have gone through, once each, [0-9.]+ s after it died\.' 'what was said while the database was away is there'
like "$shown" '^    \| You are talking with Robert\.$' 'the chat is handed over'
is "$(line 'You will get the transcript' | wc -l)" 1 'the transcript is asked for'
like "$shown" '^outbox-send: 1 sent, 0 deferred, 0 failed, 0 unknown$' 'and sent'
like "$shown" '^\[[0-9:]*\] Camille Roux: That is kind of you, thank you\.$' 'with what was said meanwhile'
is "$(line 'Wants to know about the pillow cases' | grep -c '^    |')" 0 'without what agents say among themselves'
is "$(line '"name":"Camille Roux"')" '{"name":"Camille Roux","state":"done","agent":"bob","reason":"completed","dispositions":["solved"]}' 'it is done'

plays fr
like "$shown" '^== La base de données meurt ==$' 'in French'
like "$shown" '^    \| Vous discutez avec Robert\.$' 'the page, too'
like "$shown" '^outbox-send: 1 envoyés, 0 ' 'and the commands'
like "$shown" '^Bonjour, voici la transcription de notre conversation\.$' 'and the mail'
unlike "$shown" 'Everything|You are|Handed' 'nothing is English'
status 64 "$top/scripts/demo" --site --nonsense
done_testing
