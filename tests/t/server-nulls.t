#!/bin/sh
# covers: ixn-routerd, ixn-setup
# Nulls in what programs ask for: as if nothing was said, but where they take something
# away. And a site that is loaded by a session which has been there for a while.
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"],"queues":["q"],"capacity":{"chat":3}},{"name":"boss","role":"admin","password":"secret-boss"}],
"queues":[{"name":"q"}]}
J
serve --idle 60s
login alice '"media":null,"place":null,"ready":null'
is "$http" 200 'a session'
is "$(agent-list --fields agent,state | tr '\t\n' '/ ')" 'alice/not-ready boss/logged-out ' 'not ready, which nobody has said'
login boss

# Numbers.
call alice agent.state '{"state":null}'
is "$http $(error)" '400 bad_value' 'no state'
call boss alert.post '{"text":"x","level":null,"until":null}'
is "$http $(field level) $(field 'until != null')" '200 info true' 'an alert is as urgent as one without a level, and ends'
call boss ixn.replay '{"since":null}'
is "$http $(error)" '400 bad_field' 'what is required is not there'
call alice mirror.since '{"after":null}'
is "$http $(error)" '400 bad_field' 'how far a mirror is'
call alice ixn.list '{"state":null,"limit":null,"since":null,"older_than":null,"level":null}'
is "$http" 200 'a list of all'
is "$(at_store ixn-doctor)" '' 'nothing is wrong'

# Texts.
call alice chat.start '{"to":"agent:boss","text":null}'
unlike "$http" '^5' 'a chat that nothing is said in'
call boss ixn.create '{"media":"chat","from":"ann@example.org","queue":null,"text":null,"to":"queue:q"}'
unlike "$http" '^5' 'a contact who says nothing'

# What takes away.
call boss response.edit '{"name":"Hours","shortcut":"hours","text":"We are open.","description":"when","usage":null,"active":null,"approved":null}'
is "$http $(field state)" '200 active' 'a response is as one of which no more was said'
id=$(field id)
call boss response.edit "{\"id\":\"$id\",\"description\":null,\"start\":null,\"version\":null,\"restore\":null}"
is "$http $(field version)" '200 2' 'is changed'
call boss response.show "{\"id\":\"$id\"}"
is "$(field description) $(field shortcut)" 'null hours' 'its description is gone'

# An import that says neither where its items stand nor which ids new ones get.
batch=01KAJZZZZZ0000000000000000
call boss import.stage "{\"batch\":\"$batch\",\"items\":[{\"name\":\"Way\",\"shortcut\":\"way\",\"text\":\"Turn left.\",\"usage\":null,\"where\":null}],\"uses\":[{\"text\":\"Where?\",\"response\":\"way\",\"at\":null,\"kind\":null}]}"
is "$http $(field items) $(field uses)" '200 1 1' 'staged'
is "$(sql "SELECT kind || ' ' || (at > 1700000000000) FROM import_use")" "$(sql "SELECT 'sent ' || (1 > 0)")" 'as used now, and sent'
call boss import.stage "{\"batch\":\"$batch\",\"items\":[{\"name\":\"Way\",\"text\":\"<\$nothing\$>\"}]}"
is "$http $(printf '%s\n' "$out" | jq -r '.error.message' | cut -d: -f1)" '400 items[0]' 'what is wrong is named by its place'
call boss import.stage '{"batch":null,"items":[]}'
is "$http $(error)" '400 bad_field' 'an import has an id'

# A site, by who has been there for an hour: that is noted with what is written, not before.
later 3600
call boss site.load '{"queues":[{"name":"second"}]}'
is "$http $(field name) $(field change)" '200 second added' 'a queue more'
done_testing
