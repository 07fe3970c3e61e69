#!/bin/sh
# Where many serve a lane, the best agent is found without looking at each; it is the same
# one as if each were looked at, however the queue selects.
# covers: ixn-create, ixn-reject, ixn-setup
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

n=150
# a001 ... a150, of levels 1 to 5; who comes last in the site logs in first.
name() { printf 'a%03d' "$1"; }
at 0
site "{\"agents\":[$(for i in $(seq $n); do printf '{"name":"%s","skills":{"x":%d},"capacity":{"chat":3}},' "$(name "$i")" $((i % 5 + 1)); done){\"name\":\"z\"}],
	\"queues\":[{\"name\":\"idle\"},{\"name\":\"load\",\"selection\":\"least-loaded\"},{\"name\":\"fit\",\"selection\":\"best-fit\"},{\"name\":\"order\",\"selection\":\"order\"}]}"
for i in $(seq $n -1 1); do
	after 1
	agent-login "$(name "$i")" --ready >/dev/null
done
# to QUEUE SKILLS NUMBER: whom a chat goes to.
to() {
	id=$(ixn-create --ids --queue "$1" --skill "$2")
	is "$(holds "$id")" "offered $(name "$3")" "$1, $2: $(name "$3")"
}
to idle x 150
to idle 'x>=3' 149
to idle x 150
# 150 has two by now, 149 one: 148 is the first with none; however many there are.
for i in $(seq 148 -1 139); do
	to load x "$i"
done
to load 'x>=5' 134
# Level 2 fits best: 146, 141, ... of 30; level 1 of x alone: 150, which is full after one more.
to fit 'x>=2' 146
to fit 'x>=2' 146
to fit 'x>=2' 141
to fit x 150
to fit x 145
# In the order of the site: 1 has level 2, 2 has 3.
to order 'x>=2' 1
to order 'x>=3' 2
to order 'x>=2' 1
to order 'x>=2' 1
to order 'x>=2' 2
# Rejected: the next; nobody has what nobody has.
id=$(ixn-create --ids --queue fit --skill 'x>=5')
is "$(holds "$id")" "offered $(name 149)" 'level 5 fits exactly'
as "$(name 149)" ixn-reject "$id" >/dev/null
is "$(holds "$id")" "offered $(name 144)" 'rejected: the next of those who fit as well'
to idle x 149
as "$(name 149)" ixn-reject "$id" >/dev/null
is "$(holds "$id")" "offered $(name 148)" 'rejected: the next of those who are idle'
id=$(ixn-create --ids --queue idle --skill 'x>=6')
is "$(holds "$id")" 'queued' 'nobody'
# All whose skills fit best are away: the next best.
for i in $(seq 4 5 $n); do
	as "$(name "$i")" agent-state not-ready >/dev/null
done
to idle 'x>=4' 148
# 148 is full by now.
to fit 'x>=4' 143
done_testing
