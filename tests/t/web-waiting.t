#!/bin/sh
# covers: ixn-routerd
# What a contact who waits is told: its place, and for how long yet. The rule: whoever is ahead takes, each, as long as
# one of those took who were served in the last hour, in the same queue by the same medium; with three of them at
# least, to the next minute, and nothing beyond two hours.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
peer=${IXN_BIN%/bin}/peers/web-contact
[ -x "$peer" ] || skip_all 'no peers'
site <<'J'
{"agents":[{"name":"alice","capacity":{"chat":1,"email":1}}],"queues":[{"name":"support","push":false,"pull":true},{"name":"other","push":false,"pull":true}],
"web":[{"name":"shop","chat_queue":"support"}]}
J
store=$(where "$XDG_DATA_HOME/ixn/store.db")
began=$(cat "$tmp/now")
# at SECONDS: so long after the beginning.
at() { echo $((began + $1)) >"$tmp/now" && later 0; }
waits() { "$peer" "$store" "$1" web.events '{"after":999}' | jq -c '[.position, .wait]'; }
start() { later && "$peer" "$store" '' web.start "{\"name\":\"$1\"}" | jq -r .secret; }
# served SECONDS OPTION...: an interaction that is done then.
served() {
	at $(($1 - 4)) && shift
	_id=$(create "$@")
	as alice ixn-take "$_id" >/dev/null
	later
	case $* in *chat*) IXN_AGENT=alice chat-end "$_id" >/dev/null ;; esac
	as alice ixn-done "$_id" >/dev/null
}
chat() { served "$1" --media chat --queue support --name Served --text x; }
# told SECONDS "NAME PLACE MINUTES"...: what each of them is told then; MINUTES "-": nothing.
told() {
	at "$1" && _at=$1 && shift
	for _row; do
		# shellcheck disable=SC2086 # a row
		set -- $_row
		[ "$3" = - ] && _wait=null || _wait=$(($3 * 60000))
		is "$(waits "$(cat "secret.$1")")" "[$2,$_wait]" "$1 at $_at s: place $2, $3 minutes"
	done
}

ready alice
chat 600
chat 1200
served 1300 --media chat --queue other --name Other --text x
served 1310 --media email --queue support --from x@example.org --text x
for name in Ann Bob Cem Dan Eve Fay Gus Hal Ida Jon; do start $name >secret.$name; done
later && "$peer" "$store" "$(cat secret.Dan)" web.end >/dev/null
# Two were served: neither another queue, nor another medium, nor who left, nor who is served still counts.
told 1500 'Ann 1 -' 'Cem 3 -' 'Eve 4 -'

# The third, 1200 s behind the first.
chat 1800
told 2399 'Ann 1 10' 'Bob 2 20' 'Cem 3 30'
told 2400 'Ann 1 11' 'Bob 2 21' 'Cem 3 31' 'Eve 4 41'
told 3000 'Ann 1 14' 'Ida 8 107' 'Jon 9 121'
told 3001 'Ida 8 107' 'Jon 9 -'

# An hour later the first is forgotten; so is the estimate, until there are three again.
told 4199 'Ann 1 20' 'Bob 2 40'
told 4200 'Ann 1 -' 'Bob 2 -'
chat 4300
told 4500 'Ann 1 19' 'Bob 2 37' 'Cem 3 56'
chat 4530
told 4700 'Ann 1 15' 'Bob 2 30'

# Who is offered is the next one, whoever came before; with an agent there is nothing to wait for.
later && echo '{"queues":[{"name":"support","push":true}]}' | ixn-setup --load - >/dev/null
as alice ixn-reject "$(sql "SELECT id FROM ixn WHERE name = 'Ann'")" >/dev/null
bob=$(sql "SELECT id FROM ixn WHERE name = 'Bob' AND state = 'offered'")
is "$(waits "$(cat secret.Bob)")" '[1,900000]' 'who is offered is the next one'
is "$(waits "$(cat secret.Cem)" | jq .[0])" 2 'the others wait for one less'
as alice ixn-accept "$bob" >/dev/null
is "$(waits "$(cat secret.Bob)")" '[null,null]' 'nothing more once an agent is there'
done_testing
