/*
 * ixn-setup: the store and the site. The document that is loaded and dumped is
 * put together here from items; what an item means is lib/desk's business.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/rand.h"
#include "cmd/full/account.h"
#include "cmd/full/demo.h"
#include "cmd/full/site_file.h"
#include "cmd/priv.h"
#include "desk/site.h"
#include "wire/mime_encode.h"

struct extra {
	const char *load, *copy_from;
	int64_t replace, reset_passwords, dump, demo, test, show, check;
};
#define X struct extra
RECORD(rec_ixn_setup_extra, X, "ixn-setup", NULL,
       TEXT_FIELD_AS(X, load, "FILE", 0, N_("merge this site into the store; '-' is standard input")),
       BOOL_FIELD(X, replace, 0, N_("with --load: also remove what the file does not have, in the sections it has")),
       BOOL_FIELD(X, reset_passwords, 0, N_("with --load: passwords of the file replace those of the store")),
       TEXT_FIELD_AS(X, copy_from, "URL", 0, N_("copy all of this store into the new one: file:PATH or postgresql://...; told table by table, with counts and digests")),
       BOOL_FIELD(X, dump, 0, N_("print the site as --load takes it, with hashes for passwords")),
       BOOL_FIELD(X, demo, 0, N_("a small site with a chat that waits; passwords are printed once")),
       BOOL_FIELD(X, test, 0, N_("a store whose clock is IXN_CLOCK: a time, or a file that holds one")),
       BOOL_FIELD(X, show, 0, N_("each value of the configuration and where it comes from")),
       BOOL_FIELD(X, check, 0, N_("check the whole store and what the configuration names")))
#undef X

struct setting {
	const char *key, *value, *origin;
};
RECORD(rec_setting, struct setting, "setting", N_("A value of the configuration."),
       TEXT_FIELD(struct setting, key, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(struct setting, value, FIELD_COLUMN, N_("its value; of secrets only where they come from")),
       TEXT_FIELD(struct setting, origin, FIELD_COLUMN, N_("where it comes from")))

struct checked {
	const char *what, *state, *detail;
};
RECORD(rec_checked, struct checked, "check", N_("Something that was checked."),
       TEXT_FIELD(struct checked, what, FIELD_COLUMN, N_("what was checked")),
       TEXT_FIELD(struct checked, state, FIELD_COLUMN, N_("ok, bad, or unset where the configuration or the site names none")),
       TEXT_FIELD(struct checked, detail, FIELD_COLUMN, N_("what was found")))

struct copied {
	const char *table;
	int64_t rows;
	const char *digest;
};
RECORD(rec_copied, struct copied, "copied", N_("A table that was copied."),
       TEXT_FIELD(struct copied, table, FIELD_COLUMN, N_("its name")),
       INT_FIELD(struct copied, rows, FIELD_COLUMN, N_("how many rows")),
       TEXT_FIELD(struct copied, digest, FIELD_COLUMN, N_("of what they hold, the same on both sides")))

static int
tell_copied(void *context, const char *table, int64_t rows, const char *digest, struct err *err)
{
	const struct copied copied = { table, rows, digest };

	return cli_print(context, &rec_copied, &copied, err);
}

/* The folder of a store that is not there yet. */
static int
make_folder(struct cli *cli, const char *url, struct err *err)
{
	const char *path = strncmp(url, "file:", 5) == 0 ? url + 5 : url, *slash = strrchr(path, '/');

	if (strstr(url, "://"))
		return 0;
	if (!slash || slash == path)
		return 0;
	return file_mkdirs(arena_memdup(cli->arena, path, (size_t)(slash - path)), err);
}

/* Passwords in clear are read from their files here, where the user is; they are hashed by the desk. */
static int
read_passwords(struct cli *cli, struct site *site, struct err *err)
{
	size_t clear = 0;

	for (size_t i = 0; i < site->agents.n; i++) {
		struct site_agent *a = (struct site_agent *)site->agents.v + i;

		if (a->password_file && a->password_file != text_null) {
			if (file_secret(cli->arena, a->password_file, &a->password, err) < 0)
				return -1;
			a->password_file = NULL;
		} else if (a->password) {
			clear++;
		}
	}
	if (clear)
		cli_say(cli, cli_text(N_("%zu passwords stand in clear in the file; they are hashed in the store: consider password_file")), clear);
	return 0;
}

static int
load_file(struct cli *cli, const char *path, struct err *err)
{
	const struct extra *extra = cli->extra;
	struct site *site;

	if (site_file_read(cli, path, &site, err) < 0)
		return -1;
	site->replace = extra->replace;
	site->reset_passwords = extra->reset_passwords;
	site->dry_run = cli->dry_run;
	if (read_passwords(cli, site, err) < 0)
		return -1;
	return cli_call(cli, &op_site_load, site, NULL, NULL, err);
}

/* Dumping. */

struct dump {
	struct cli *cli;
	struct buf out;
	const char *section;
};

static int
dump_item(void *context, const struct record *record, const void *p, struct err *err)
{
	struct dump *d = context;
	const char *section = record_text(record, p, "section");

	(void)err;
	if (!d->section || strcmp(d->section, section) != 0)
		buf_printf(&d->out, "%s\n  \"%s\": [", d->section ? "\n  ]," : "", section);
	else
		buf_char(&d->out, ',');
	buf_printf(&d->out, "\n    %s", record_text(record, p, "json"));
	d->section = arena_strdup(d->cli->arena, section);
	return 0;
}

static int
dump_site(struct cli *cli, struct err *err)
{
	struct dump d = { cli, BUF_INIT, NULL };
	void *in = record_new(cli->arena, op_site_dump.in);
	int rc;

	buf_char(&d.out, '{');
	rc = cli_call(cli, &op_site_dump, in, dump_item, &d, err);
	if (rc == 0) {
		buf_str(&d.out, d.section ? "\n  ]\n}\n" : "}\n");
		fputs(buf_get(&d.out), stdout);
	}
	buf_release(&d.out);
	return rc;
}

/* The demo. */

static int
forget(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)context, (void)record, (void)p, (void)err;
	return 0;
}

static int
demo_chat(struct cli *cli, struct err *err)
{
	static const char *const fields[][2] = {
		{ "media", "chat" },
		{ "from", "ann@example.org" },
		{ "name", "Ann Example" },
		{ "subject", "Where is my parcel?" },
		{ "text", "Hello, my order 1234 should have come on Monday. Where is it?" },
		{ "queue", "orders" },
		{ "language", "en" },
	};
	void *in = record_new(cli->arena, op_ixn_create.in);

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		record_set_text(op_ixn_create.in, in, fields[i][0], fields[i][1]);
	pairs_add(cli->arena, field_at(record_field(op_ixn_create.in, "data"), in), "order", "1234");
	return cli_call(cli, &op_ixn_create, in, forget, NULL, err);
}

static const char *
demo_password(struct cli *cli)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	unsigned char bytes[12];
	char *text = arena_alloc(cli->arena, sizeof(bytes) + 1);

	rand_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		text[i] = letters[bytes[i] % (sizeof(letters) - 1)];
	return text;
}

struct added {
	struct cli *cli;
	struct texts agents;
};

static int
note_added(void *context, const struct record *record, const void *p, struct err *err)
{
	const char *section = record_text(record, p, "section"), *name = record_text(record, p, "name"), *change = record_text(record, p, "change");
	struct added *added = context;

	if (!section || !name || !change)
		return cli_unsaid(added->cli, "a change of the site that does not say of what", err);
	if (strcmp(section, "agents") == 0 && strcmp(change, "added") == 0)
		texts_add(added->cli->arena, &added->agents, name);
	return 0;
}

/* Who is in the store already keeps the password that is there: another one is not to be told. */
static int
demo(struct cli *cli, struct err *err)
{
	struct added added = { cli, { NULL, 0, 0 } };
	struct records sites;
	struct site *site;

	if (cli_json_records(cli->arena, &(struct json_source){ .name = "demo", .text = demo_site, .size = strlen(demo_site) }, &rec_site, &sites, err) < 0)
		return -1;
	site = sites.v;
	for (size_t i = 0; i < site->agents.n; i++)
		((struct site_agent *)site->agents.v)[i].password = demo_password(cli);
	if (cli_call(cli, &op_site_load, site, note_added, &added, err) < 0 || demo_chat(cli, err) < 0)
		return -1;
	for (size_t i = 0; i < site->agents.n; i++) {
		const struct site_agent *a = (struct site_agent *)site->agents.v + i;

		if (texts_has(&added.agents, a->name))
			printf("%s\t%s\n", a->name, a->password);
	}
	if (added.agents.n < site->agents.n)
		cli_say(cli, "%s", cli_text(N_("Agents that were there already keep their passwords; one more chat waits")));
	if (added.agents.n)
		cli_say(cli, "%s", cli_text(N_("These passwords are not shown again. Next: agent-login alice --ready, then ixn-accept")));
	return 0;
}

/* Showing and checking. */

static int
show_own(void *context, const char *key, const char *value, const char *origin, struct err *err)
{
	const struct setting s = { key, value, origin };

	return cli_print(context, &rec_setting, &s, err);
}

static int
show(struct cli *cli, struct err *err)
{
	for (size_t i = 0; i < config_keys_n; i++) {
		struct setting s = { config_keys[i].name, NULL, NULL };
		struct err ignored = { 0 };

		s.value = cli_config(cli, s.key, &s.origin);
		if (!s.value && strcmp(s.key, "store") == 0 && store_named(cli, &ignored) == 0)
			s.value = cli_store_shown(cli);
		if (cli_print(cli, &rec_setting, &s, err) < 0)
			return -1;
	}
	return cli_config_each(cli, NULL, show_own, cli, err);
}

static int
tell_check(struct cli *cli, const char *what, const struct err *found, struct err *err)
{
	struct checked c = { what, "ok", NULL };

	if (found->code == E_NO_BACKEND) {
		/* A site without mail is no worse for it. */
		c.state = "unset";
		c.detail = err_get(found, "key");
	} else if (found->code != E_OK) {
		c.state = "bad";
		c.detail = err_name(found->code);
		cli_fail(cli, found, what);
	}
	return cli_print(cli, &rec_checked, &c, err);
}

static int
check_store(struct cli *cli, struct err *err)
{
	return desk_verify(cli->desk, err);
}

static int
check_zone(struct cli *cli, struct err *err)
{
	const char *zone = cli_zone(cli);

	return !*zone || zone_exists(zone) ? 0 : err_set(err, E_BAD_ZONE, "value", zone, NULL);
}

static int
check_sender(struct cli *cli, struct err *err)
{
	const char *from = cli_config(cli, "mail.from", NULL);
	bool utf8;

	if (!from)
		return err_set(err, E_NO_BACKEND, "what", N_("the address that mail is sent from"), "key", "mail.from", NULL);
	return mime_address_check(from, &utf8, err);
}

/* Connects, checks the certificate and logs in; sends nothing. */
static int
check_smtp(struct cli *cli, struct err *err)
{
	struct smtp_account account = { 0 };
	struct smtp *smtp;

	if (smtp_account_read(cli, NULL, &account, err) < 0)
		return -1;
	smtp = smtp_open(&account, err);
	if (!smtp)
		return -1;
	smtp_close(&smtp);
	return 0;
}

struct joined {
	struct arena *arena;
	const char *text;
};

static int
join_name(void *context, const struct record *record, const void *p, struct err *err)
{
	struct joined *names = context;

	(void)err;
	names->text = arena_printf(names->arena, "%s%s%s", names->text, *names->text ? ", " : "", record_text(record, p, "name"));
	return 0;
}

/* Of whom nothing is said: as the trade has it, and hardly what is meant where there is more than voice. */
static int
check_capacity(struct cli *cli, struct err *err)
{
	struct joined names = { cli->arena, "" };
	struct checked c = { "capacity", "ok", NULL };
	void *in = record_new(cli->arena, op_name_list.in);

	record_set_text(op_name_list.in, in, "kind", "voice-only");
	if (cli_call(cli, &op_name_list, in, join_name, &names, err) < 0)
		return -1;
	if (*names.text) {
		c.state = "unset";
		c.detail = arena_printf(cli->arena, "no capacity rule, which means one voice call and nothing else: %s", names.text);
	}
	return cli_print(cli, &rec_checked, &c, err);
}

static int
check(struct cli *cli, struct err *err)
{
	static const struct {
		const char *what;
		int (*look)(struct cli *cli, struct err *err);
	} checks[] = { { "store", check_store }, { "time_zone", check_zone }, { "mail.from", check_sender }, { "smtp", check_smtp } };

	for (size_t i = 0; i < COUNT_OF(checks); i++) {
		struct err found = { 0 };

		if (checks[i].look(cli, &found) == 0)
			found.code = E_OK;
		if (tell_check(cli, checks[i].what, &found, err) < 0)
			return -1;
	}
	return check_capacity(cli, err);
}

static int
act(struct cli *cli, struct err *err)
{
	const struct extra *extra = cli->extra;

	if (extra->load && load_file(cli, extra->load, err) < 0)
		return -1;
	if (extra->demo == 1 && demo(cli, err) < 0)
		return -1;
	if (extra->check == 1 && check(cli, err) < 0)
		return -1;
	return extra->dump == 1 ? dump_site(cli, err) : 0;
}

static int
run(struct cli *cli)
{
	const struct extra *extra = cli->extra;
	const char *url = cli_store_url(cli);
	bool reads = extra->dump == 1 || extra->check == 1 || cli->dry_run;
	struct err err = { 0 };
	int status;

	status = program_exec_for_store(cli);
	if (!status && extra->copy_from)
		status = program_exec_for(cli, extra->copy_from);
	if (status)
		return status;
	if (extra->show == 1) {
		if (show(cli, &err) < 0)
			return cli_fail(cli, &err, NULL);
		cli_flush(cli);
		return cli->worst;
	}
	if (store_named(cli, &err) < 0)
		return cli_fail(cli, &err, NULL);
	if (extra->copy_from) {
		if (make_folder(cli, url, &err) < 0 || desk_copy(extra->copy_from, url, tell_copied, cli, &err) < 0)
			return cli_fail(cli, &err, NULL);
		cli_flush(cli);
		return cli->worst;
	}
	/* Looking at a store must not make one; that of a server is there, and is made where it lies. */
	if (!reads && !(store_is_remote(cli) && (extra->load || extra->demo == 1)) && (make_folder(cli, url, &err) < 0 || desk_setup(url, extra->test == 1, &err) < 0))
		return cli_fail(cli, &err, NULL);
	status = cli_open_desk(cli);
	if (status)
		return status;
	if (act(cli, &err) < 0)
		cli_fail(cli, &err, NULL);
	cli_flush(cli);
	return cli->worst;
}

const struct command cmd_ixn_setup = {
	.name = "ixn-setup",
	.summary = N_("makes the store, loads and dumps the site"),
	.about = N_("Creates the store, or brings an older one up to date. --load merges a site: agents, queues, teams, dispositions and the rest, item by item by name; "
		    "--dry-run prints what would change. Loading again keeps the passwords of the store. What this version does not interpret is kept and dumped."),
	.task = TASK_SITE,
	.flags = CMD_NO_STORE | CMD_OWNER | CMD_DRY_RUN,
	.op = &op_site_load,
	.extra = &rec_ixn_setup_extra,
	.examples = {
		{ "ixn-setup --demo", N_("a store with a small site to try things with") },
		{ "ixn-setup --load site.json", N_("make the store and load a site") },
		{ "ixn-setup --dump >site.json", N_("save the site") },
		{ "ixn-setup --copy-from file:store.db --store postgresql://ixn@db/ixn", N_("move to a database server") },
	},
	.run = run,
	.see = "agent-login, ixn-status",
};
