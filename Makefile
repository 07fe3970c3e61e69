# ixn-tools - see HACKING.md. New .c files are found; nothing to register here.
#   make            the programs, man pages, completions, translations in $O
#   make check      everything that scripts/check runs, without installing packages
#   make san        the same tests under ASan and UBSan
#   make lint       formatting, layers, clang-tidy, cppcheck, shellcheck, man pages
#   make fuzz       each fuzz target for SECS seconds (T=name for one)
#   make bench      figures beside their peers
#   make po         texts to translate, in po/
#   make install    PREFIX=/usr/local DESTDIR=

VERSION := $(shell cat VERSION)
O       ?= build
Q       ?= @
PREFIX  ?= /usr/local
CC      ?= gcc
# 1: the light program is linked without any shared library. 0: for distributions.
STATIC  ?= 1

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wformat=2 -Wundef -Wvla -Wcast-qual -Wwrite-strings \
	-Wpointer-arith -Wimplicit-fallthrough -Wswitch-enum -Wnull-dereference
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	-ftrivial-auto-var-init=pattern -fPIE
SAN      ?=
CFLAGS   ?= -O2 -g $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
override CFLAGS   += -std=c11 $(WARN) $(WERROR) $(HARDEN) $(SAN)
override CPPFLAGS += -I. -Ilib -I$O/gen -isystem /usr/include/postgresql -D_GNU_SOURCE -DIXN_VERSION='"$(VERSION)"' \
	-DIXN_PREFIX='"$(PREFIX)"' -include base/banned.h
override LDFLAGS  += $(SAN) -Wl,-z,relro,-z,now

LIGHT_LIBS := -lsqlite3 -lpcre2-8 -lstemmer -lsodium -lnettle -lm
FULL_LIBS  := -lcjson -letpan -lgnutls -lcurl-gnutls -larchive
SERVER_LIBS := -lmicrohttpd -lpq -lz
# At a fixed address: moving its 24,000 pointers would double what it takes to start.
LIGHT_LINK := $(if $(filter 1,$(STATIC)),-static,-pie)
# The same for the remote program, as far as libcurl lets it: each library less is found and bound sooner.
REMOTE_LINK := $(if $(filter 1,$(STATIC)),-no-pie,-pie)
BSTATIC    := -Wl,-Bstatic
BDYNAMIC   := -Wl,-Bdynamic
REMOTE_LIBS := $(if $(filter 1,$(STATIC)),$(BSTATIC)) $(filter-out -lm,$(LIGHT_LIBS)) $(if $(filter 1,$(STATIC)),$(BDYNAMIC)) -lcjson -lcurl-gnutls -lm

LIB_C   := $(sort $(shell find lib -name '*.c'))
LIGHT_C := $(sort $(wildcard cmd/*.c))
FULL_C  := $(sort $(wildcard cmd/full/*.c))
SERVER_C := $(sort $(filter-out cmd/full/program.c,$(FULL_C)) $(wildcard cmd/server/*.c))
UNIT_C  := $(sort $(wildcard tests/unit/*.c))
FUZZ_C  := $(sort $(wildcard tests/fuzz/*.c))
# GMime is a second opinion on mails, where it is installed.
GMIME   := $(shell pkg-config --exists gmime-3.0 2>/dev/null && echo gmime-3.0)
GMIME_FLAGS = $(if $(GMIME),$(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(GMIME))))
PEERS_C := $(filter-out $(if $(GMIME),,%gmime.c),$(sort $(wildcard tests/peers/*.c)))
BENCH_C := $(filter-out $(if $(GMIME),,%gmime.c),$(sort $(wildcard tests/bench/*.c)))
obj      = $(patsubst %.c,$O/obj/%.o,$1)
UNIT    := $(patsubst tests/unit/%.c,$O/unit/%.t,$(UNIT_C))
FUZZ    := $(patsubst tests/fuzz/%.c,$O/fuzz/%,$(FUZZ_C))
PEERS   := $(patsubst tests/%.c,$O/%,$(PEERS_C))
BENCH   := $(patsubst tests/%.c,$O/%,$(BENCH_C))

MO      := $(patsubst po/%.po,$O/locale/%/LC_MESSAGES/ixn.mo,$(wildcard po/*.po))

all: $O/bin/ixn $O/libexec/ixn/ixn-remote $O/libexec/ixn/ixn-full $O/libexec/ixn/ixn-server $O/.links $O/.pages $(MO)

$O/libixn.a: $(call obj,$(LIB_C)) $O/obj/gen/page.o
	@echo "  AR   $@"; rm -f $@
	$Qar rcs $@ $^

# The programs differ in their program.c: cmd/light, cmd/remote, cmd/full, cmd/server.
$O/bin/ixn: $(call obj,$(LIGHT_C) $(wildcard cmd/light/*.c)) $O/libixn.a
	@mkdir -p $(@D); echo "  LINK $@"
	$Q$(CC) $(CFLAGS) $(LDFLAGS) $(LIGHT_LINK) -o $@ $^ $(LIGHT_LIBS)

$O/libexec/ixn/ixn-remote: $(call obj,$(LIGHT_C) cmd/light/table.c $(wildcard cmd/remote/*.c)) $O/libixn.a
	@mkdir -p $(@D); echo "  LINK $@"
	$Q$(CC) $(CFLAGS) $(LDFLAGS) $(REMOTE_LINK) -Wl,--as-needed -o $@ $^ $(REMOTE_LIBS)

$O/libexec/ixn/ixn-full: $(call obj,$(LIGHT_C) $(FULL_C)) $O/libixn.a
	@mkdir -p $(@D); echo "  LINK $@"
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -pie -Wl,--as-needed -o $@ $^ $(LIGHT_LIBS) $(FULL_LIBS)

$O/libexec/ixn/ixn-server: $(call obj,$(LIGHT_C) $(SERVER_C)) $O/libixn.a
	@mkdir -p $(@D); echo "  LINK $@"
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -pie -Wl,--as-needed -o $@ $^ $(LIGHT_LIBS) $(FULL_LIBS) $(SERVER_LIBS)

# A link for each command, so that $O/bin can stand in PATH.
$O/.links: $O/bin/ixn $O/gen/commands.inc
	$Qcd $O/bin && for c in $$(sed -n 's/.*"\(.*\)".*/\1/p' ../gen/commands.inc); do ln -sf ixn $$c; done
	@touch $@

# Man pages and completions: the programs print what they know.
$O/.pages: $O/libexec/ixn/ixn-server $(wildcard man/*) $(wildcard completions/*) scripts/pages
	@echo "  GEN  $O/man $O/completions"
	$QO=$O scripts/pages
	@touch $@

$O/locale/%/LC_MESSAGES/ixn.mo: po/%.po
	@mkdir -p $(@D); echo "  MO   $@"
	$Qmsgfmt --check -o $@ $<

# po/ixn.pot from the sources, and the translations brought up to it.
po:
	$Qfind cmd lib -name '*.[ch]' -o -name '*.def' | LC_ALL=C sort | xgettext --files-from=- --language=C --from-code=UTF-8 \
		--keyword=N_ --keyword=cli_text --package-name=ixn-tools -o - | sed '/^"POT-Creation-Date/d' >po/ixn.pot
	$Qfor f in po/*.po; do [ ! -e $$f ] || msgmerge --quiet --update --backup=none --no-fuzzy-matching $$f po/ixn.pot || exit; done

# The commands are the files with a hyphen in cmd/ and, where they need the
# large libraries, in cmd/full/ or cmd/server/.
$O/gen/commands.inc: FORCE
	@mkdir -p $(@D); scripts/list-commands >$@.new; cmp -s $@ $@.new && rm $@.new || mv $@.new $@

$O/obj/%.o: %.c $O/flags | $O/gen/commands.inc
	@mkdir -p $(@D); echo "  CC   $<"
	$Q$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The contacts' pages, as bytes.
PAGE := $(sort $(wildcard lib/api/page/*))
$O/gen/page.c: $(PAGE) scripts/page-bytes
	@mkdir -p $(@D); echo "  GEN  $@"
	$Qscripts/page-bytes $(PAGE) >$@.new && mv $@.new $@

$O/obj/gen/page.o: $O/gen/page.c $O/flags
	@mkdir -p $(@D); echo "  CC   $<"
	$Q$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# -Werror changes no object, so scripts/check and a plain make share theirs.
$O/flags: FLAGS = $(filter-out -Werror,$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(STATIC))
$O/flags: FORCE
	@mkdir -p $O; echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' >$@

$O/unit/%.t: $O/obj/tests/unit/%.o $O/libixn.a
	@mkdir -p $(@D); echo "  LINK $@"
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -pie -Wl,--as-needed -o $@ $^ $(LIGHT_LIBS) $(FULL_LIBS) $(SERVER_LIBS)

$O/fuzz/%: $O/obj/tests/fuzz/%.o $O/libixn.a
	@mkdir -p $(@D); echo "  LINK $@"
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -pie -Wl,--as-needed -o $@ $^ $(LIGHT_LIBS) $(FULL_LIBS) $(SERVER_LIBS)

# Programs that tests/t and tests/bench call.
$(PEERS) $(BENCH): $O/%: $O/obj/tests/%.o $O/libixn.a
	@mkdir -p $(@D); echo "  LINK $@"
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -pie -Wl,--as-needed -o $@ $^ $(LIGHT_LIBS) $(FULL_LIBS) $(SERVER_LIBS) $(PEER_LIBS)

$(filter %gmime,$(PEERS) $(BENCH)): private PEER_LIBS = $(shell pkg-config --libs $(GMIME))
$(filter %gmime.o,$(call obj,$(PEERS_C) $(BENCH_C))): private override CPPFLAGS += $(GMIME_FLAGS)

unit: $(UNIT) $(PEERS)
fuzzers: $(FUZZ)

tests: all unit
	$QO=$O tests/run

check:
	$Qscripts/check --no-install

SANITIZERS := address,undefined -fno-sanitize-recover=all
# The runtimes are linked in, so that UBSan, too, logs to the file of tests/run.
san:
	$QVERBS=$${VERBS:-20000} TEST_SECS=$${TEST_SECS:-900} $(MAKE) O=build/san STATIC=0 CC=gcc CFLAGS='-O1 -g -fno-omit-frame-pointer' \
		SAN='-fsanitize=$(SANITIZERS)' LDFLAGS='-static-libasan -static-libubsan' tests

fuzz:
	$Q$(MAKE) O=build/fuzz STATIC=0 CC=clang CFLAGS='-O1 -g' SAN='-fsanitize=fuzzer-no-link,$(SANITIZERS)' fuzzers
	$QO=build/fuzz SECS=$(or $(SECS),60) T=$(T) scripts/fuzz

# CHECKS="layers format" for some of them.
lint: export LINT_FLAGS = $(CPPFLAGS) $(GMIME_FLAGS)
lint: all
	$QO=$O CC=$(CC) scripts/lint $(CHECKS)

bench: all $(BENCH)
	$Qscripts/packages bench
	$QO=$O tests/bench/run

DEST = $(DESTDIR)$(PREFIX)
SHARE = $(DEST)/share
install: all
	$Qinstall -D -m 755 $O/bin/ixn $(DEST)/bin/ixn
	$Qinstall -D -m 755 $O/libexec/ixn/ixn-remote $(DEST)/libexec/ixn/ixn-remote
	$Qinstall -D -m 755 $O/libexec/ixn/ixn-full $(DEST)/libexec/ixn/ixn-full
	$Qinstall -D -m 755 $O/libexec/ixn/ixn-server $(DEST)/libexec/ixn/ixn-server
	$Qfor c in $$(sed -n 's/.*"\(.*\)".*/\1/p' $O/gen/commands.inc); do ln -sf ixn $(DEST)/bin/$$c || exit; done
	$Qfor p in $O/man/*.[157]; do [ ! -e $$p ] || install -D -m 644 $$p $(SHARE)/man/man$${p##*.}/$${p##*/} || exit; done
	$Qfor d in completions/bash:bash-completion/completions completions/zsh:zsh/site-functions \
		completions/fish:fish/vendor_completions.d locale:locale; do \
		[ ! -d $O/$${d%:*} ] || { mkdir -p $(SHARE)/$${d#*:} && cp -R $O/$${d%:*}/. $(SHARE)/$${d#*:}; } || exit; \
	done
	$Qfor f in scripts/site/*; do install -D -m 644 $$f $(SHARE)/doc/ixn-tools/site/$${f##*/} || exit; done

clean:
	rm -rf build

FORCE:
.PHONY: all unit fuzzers tests check san fuzz lint bench po install clean FORCE
.SECONDARY:
-include $(shell find $O/obj -name '*.d' 2>/dev/null)
