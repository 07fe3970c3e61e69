#!/bin/sh
# What somebody types on the first day, and gets wrong.
# covers: ixn-setup, ixn-status, agent-login, response-show, response-favourite, team-monitor, email-compose
# place: embedded - homes and stores that are missing
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || skip_all 'no jq'
umask 077
tab=$(printf '\t')

# The small site, made twice: passwords are told to who gets them alone.
ok ixn-setup --demo
like "$err" 'not shown again' 'passwords are told once'
first=$out
is "$(printf '%s\n' "$first" | cut -f 1 | tr '\n' ' ')" 'alice bob lea gateway ' 'of all agents'
ok ixn-setup --demo
is "$out" '' 'who is there already gets none'
like "$err" 'keep their passwords' 'and it is said so'
unlike "$err" 'not shown again' 'and nothing else'
for name in alice lea; do
	printf '%s\n' "$first" | sed -n "s/^$name$tab//p" >"$name.pw"
done

# A password that nobody can be asked for.
status 77 agent-login alice
like "$err" 'alice: no password was given' 'without a terminal'
like "$err" '--password-file' 'how to give it'
ok agent-login alice --ready --password-file alice.pw

# The store that is meant, where none is named.
is "$(ixn-setup --show | sed -n "s/^store$tab//p")" "file:$XDG_DATA_HOME/ixn/store.db${tab}built-in" 'where the store is'

# '@' and ixn-status say the same.
id=$(ixn-accept --ids)
is "$(ixn-status --fields current)" "$id" 'what was accepted is current'
ok chat-end @
ok ixn-done @ --disposition solved
status 79 ixn-show @
is "$(ixn-status --json | jq -c .current)" null 'and no more once it is over'

# What is needed and left out.
for command in response-show response-favourite; do
	status 64 "$command"
	like "$err" 'RESPONSE is missing' "$command: what"
done
status 64 email-review aprove
like "$err" 'did you mean email-review approve' 'the nearest verb'
status 64 email-review nonsense
like "$err" 'list, show, approve' 'none is near: all of them'

# A lead acts as itself in what takes somebody, though it is not for agents.
status 77 team-monitor bob --mode listen
like "$err" 'alice may not do that: it takes the role lead' 'an agent may not'
ok agent-logout --requeue
ok agent-login lea --ready --password-file lea.pw
status 64 team-monitor
like "$err" '--mode is missing' 'the mode'
status 79 team-monitor alice --mode listen
like "$err" 'alice has no interaction in hand' 'the one who is logged in follows'

# An option that cannot be done is told before anything is; the same site again is no change.
cat >site.json <<'EOF'
{"agents":[{"name":"ann","role":"lead","skills":{"b":1,"a":2},"media":["email"],"capacity":{"email":2}}],
 "queues":[{"name":"mail"}],"teams":[{"name":"one","leads":["ann"],"members":[]}],
 "mailboxes":[{"name":"support","address":"support@example.org","queue":"mail"}],
 "review":[{"name":"all","stages":[{"reviewers":["lead:one"]}]}]}
EOF
export IXN_STORE=file:mail.db
ok ixn-setup --load site.json
is "$(printf '%s\n' "$out" | grep -c added)" 5 'a site'
ok ixn-setup --load site.json
is "$out" '' 'once more: nothing changes, in whatever order lists stand, and whatever is left out'
sed 's/"b":1/"b":3/' site.json >other.json
ok ixn-setup --load other.json
is "$out" "agents${tab}ann${tab}changed" 'what does change is told'
# Who leads a team because the team says so goes on leading it, whatever else of the agent changes; by the role, only as long as it has that.
leads() { ixn-setup --dump | jq -c '.teams[] | select(.name == "two") | .leads'; }
echo '{"agents":[{"name":"bo"},{"name":"cy","role":"lead","teams":["two"]}],"teams":[{"name":"two","leads":["bo","cy"]}]}' | ixn-setup --load - >/dev/null
echo '{"agents":[{"name":"bo","skills":{"a":1}},{"name":"cy","skills":{"a":1}}]}' | ixn-setup --load - >/dev/null
is "$(leads)" '["bo","cy"]' 'agents alone: who leads is left alone'
echo '{"agents":[{"name":"bo","teams":[]},{"name":"cy","role":"agent"}]}' | ixn-setup --load - >/dev/null
is "$(leads)" null 'who leaves the team, or is no lead any more, does not lead it'
ok agent-login ann
status 64 email-compose --to ann@example.net --from support --edit
is "$(ixn-list --all --ids)" '' 'no draft is left of it'
unset IXN_STORE

# No home, no store.
no_home() { env -u HOME -u XDG_DATA_HOME "$@"; }
mkdir bare
for command in 'ixn-list' 'ixn-setup --demo' 'ixn-setup' 'ixn-status' 'response-search x' 'ixn-routerd'; do
	# shellcheck disable=SC2086 # words
	status 78 no_home $command
	like "$err" 'there is no home folder' "$command: what"
	like "$err" 'set HOME' "$command: what to do"
done
ok no_home ixn-setup --show
ok no_home ixn-setup --store file:bare/store.db
is "$(find bare -name store.db)" bare/store.db 'one that is named needs none'
status 69 no_home env -u XDG_STATE_HOME agent-login ann --store https://127.0.0.1:9
is "$(find / -maxdepth 1 -name nonexistent)" '' 'nor is one made for a server'

# What is no store is made by no slip.
for url in sqlite:x mysql://x x-y:z; do
	status 78 ixn-setup --store "$url"
	like "$err" "no stores of the kind ${url%%:*}" "$url"
done
is "$(find . -name '*:*')" '' 'no file is called so'
ok ixn-setup --store './sqlite:x'
status 64 ixn-list --store ''
status 64 ixn-setup --store file:

# A full disk is told once.
for command in 'ixn' 'ixn --version' 'ixn-list --version' 'ixn-list --schema' 'ixn-list --help' 'agent-list'; do
	# shellcheck disable=SC2086 # words
	$command >/dev/full 2>full
	is "$? $(grep -c 'standard output' full)" '74 1' "$command"
done

# Numbers with bounds say which.
status 64 ixn-routerd --threads 999
like "$err" "--threads: '999' is not between 1 and 256" 'a number'
status 64 ixn-routerd --idle 2h
like "$err" 'between 1s and 1h' 'a time'

# Who looks after a site may do so from elsewhere; there is nothing to be made there.
cat >desk.json <<'EOF'
{"agents":[{"name":"boss","role":"admin","password":"secret-boss"}],"queues":[{"name":"q"}]}
EOF
ok ixn-setup --store file:desk.db --load desk.json
background ixn-routerd --store file:desk.db --listen 127.0.0.1:0 --url
wait_for grep -q '^http' "$tmp/$pid.out"
url=$(sed -n '/^http/{p;q;}' "$tmp/$pid.out")
echo secret-boss >boss.pw
ok agent-login boss --password-file boss.pw --store "$url"
sed 's/"q"/"r"/' desk.json >more.json
ok ixn-setup --load more.json --store "$url"
is "$out" "queues${tab}r${tab}added" 'a site at a server'
status 78 ixn-setup --store "$url"
status 78 ixn-setup --test --store "$url"

# What errors say is for translators, too.
is "$(cd "$top" && grep -rnE '"(what|expected)", "[^"]*[a-z] [a-z]' lib cmd --include='*.c' | grep -vE 'E_BUG|^lib/(channel|search)/')" '' 'no sentence is left out'

# What is offered is what is taken.
# words WORD...: candidates, each behind a '+'.
words() { ixn --complete "$@" | cut -f 1 | tr '\n' '+'; }
is "$(words agent-state '')" 'ready+not-ready+after-work+' 'states that one may ask for'
is "$(words outbox-list --state s)" 'sending+sent+' 'those of mails'
like "$(words ixn-list --state '')" '^queued\+offered\+active\+' 'those of interactions'
is "$(words ixn-list --fields ag)" 'agent+' 'a field'
is "$(words ixn-list --fields id,ag)" 'id,agent+' 'one more'
unlike "$(words chat-send @ --visible '')" TARGET 'no placeholder'
like "$(words chat-send @ --visible agent:)" 'agent:bob' 'but what it stands for'

done_testing
