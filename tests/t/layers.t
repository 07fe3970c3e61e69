#!/bin/sh
# scripts/layers on a tree with one fault of each kind.
# place: embedded - no store: a script on a tree
. "$(dirname "$0")/lib.sh"

mkdir -p lib/base lib/store lib/routing lib/odd cmd/full
cp "$top/lib/LAYERS" lib/
printf '#include "base/a.h"\n#include "store/store.h"\n#  include <store/x.h>\n#include <sys/time.h>\n' >lib/base/a.c
printf '#include "base/a.h"\n#include "store/priv.h"\n#include "routing/r.h"\n#include "store.h"\n' >lib/store/a.c
printf '#include "tests/tap.h"\n' >lib/odd/a.h
printf '#include "cmd/cmd.h"\n#include "store/store.h"\n#include "commands.inc"\n#include "store/priv.h"\n' >cmd/full/a.c
status 1 "$top/scripts/layers" .
is "$out" "cmd/full/a.c:4: store/priv.h is private to store
lib/base/a.c:2: base must not include store
lib/base/a.c:3: base must not include store
lib/odd/a.h:1: odd stands on no floor of lib/LAYERS
lib/odd/a.h:1: tests is no module of lib/LAYERS
lib/store/a.c:3: store must not include routing
lib/store/a.c:4: write \"module/store.h\"" "each fault, by file and line"

rm -r lib/odd lib/base/a.c lib/store/a.c cmd/full/a.c
printf '#include "base/a.h"\n' >cmd/b.c
ok "$top/scripts/layers" .
done_testing
