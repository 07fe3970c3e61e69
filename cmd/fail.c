/*
 * Errors are worded here and nowhere else: a line for people, or JSON.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err_json.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cmd/priv.h"

/* Lists in arguments are separated by newlines. */
static size_t
item_size(const char *list)
{
	return strcspn(list, strchr(list, '\n') ? "\n" : ",");
}

static void
json_list(struct json *json, const char *key, const char *list)
{
	json_key(json, key);
	json_array(json);
	while (list && *list) {
		size_t size = strcmp(key, "can") == 0 ? strcspn(list, "\n") : item_size(list);
		struct buf item = BUF_INIT;

		buf_add(&item, list, size);
		json_str(json, buf_get(&item));
		buf_release(&item);
		list += size + (list[size] != '\0');
	}
	json_end_array(json);
}

static void
print_json(struct cli *cli, const struct err *err, const char *item)
{
	const char *message = err_expand(cli->arena, err_text(err->code), err, cli_name(cli), NULL);
	struct buf out = BUF_INIT;
	struct json json = json_writer(&out);

	json_object(&json);
	json_key(&json, "error");
	json_object(&json);
	json_key(&json, "code");
	json_str(&json, err_name(err->code));
	json_key(&json, "message");
	json_str(&json, message ? message : err_text(err->code));
	json_key(&json, "exit");
	json_int(&json, err_class(err));
	json_key(&json, "state");
	json_str(&json, err_get(err, "state"));
	json_list(&json, "can", err_get(err, "can"));
	json_list(&json, "choices", err_get(err, "choices"));
	json_key(&json, "retryable");
	json_bool(&json, err_retryable(err));
	if (item) {
		json_key(&json, "item");
		json_str(&json, item);
	}
	json_end_object(&json);
	json_end_object(&json);
	fprintf(stderr, "%s\n", buf_get(&out));
	buf_release(&out);
}

static void
print_safe(const char *before, const char *text)
{
	struct buf out = BUF_INIT;

	buf_str(&out, before);
	utf8_sanitize(&out, text, false);
	buf_char(&out, '\n');
	/* In one write, so that lines of several programs do not mix. */
	fwrite(buf_get(&out), 1, out.n, stderr);
	buf_release(&out);
}

static void
print_text(struct cli *cli, const struct err *err, const char *item)
{
	const char *text = err_expand(cli->arena, cli_text(err_text(err->code)), err, cli_name(cli), cli_text), *hint = err_hint(err->code);
	const char *before = arena_printf(cli->arena, "%s: ", cli_name(cli));

	if (!text)
		text = cli_text(err_text(err->code));
	if (item && !strstr(text, item))
		text = arena_printf(cli->arena, "%s: %s", item, text);
	print_safe(before, text);
	if (hint && (hint = err_expand(cli->arena, cli_text(hint), err, cli_name(cli), cli_text)))
		print_safe("  ", hint);
}

int
cli_unsaid(struct cli *cli, const char *reason, struct err *err)
{
	return err_set(err, E_PROTOCOL, "peer", cli_store_shown(cli), "reason", reason, NULL);
}

const char *
cli_finding(struct cli *cli, const struct record *record, const void *p)
{
	const char *id = record_text(record, p, "id"), *what = record_text(record, p, "what"), *text = record_text(record, p, "text"), *found;
	struct buf out = BUF_INIT;

	/* Once: what is filled in may have braces of its own. */
	for (const char *at = text ? cli_text(text) : ""; *at; at++) {
		if (strncmp(at, "{id}", 4) == 0) {
			buf_str(&out, id ? id : "?");
			at += 3;
		} else if (strncmp(at, "{what}", 6) == 0) {
			buf_str(&out, what ? what : "?");
			at += 5;
		} else {
			buf_char(&out, *at);
		}
	}
	found = arena_strdup(cli->arena, buf_get(&out));
	buf_release(&out);
	return found;
}

int
cli_fail(struct cli *cli, const struct err *err, const char *item)
{
	bool say = err_class(err) != ERR_NOTHING || !cli->quiet;

	/* Nobody reads any more: see cli_call. */
	if (err->code == E_OK)
		return cli->worst;
	/* What was done before is shown before. */
	cli_flush(cli);
	if (say && cli->json)
		print_json(cli, err, item);
	else if (say)
		print_text(cli, err, item);
	cli_remember(cli, (int)err_class(err));
	return (int)err_class(err);
}

void
cli_say(struct cli *cli, const char *format, ...)
{
	const char *text;
	va_list ap;

	if (cli->quiet)
		return;
	va_start(ap, format);
	text = arena_vprintf(cli->arena, format, ap);
	va_end(ap);
	print_safe(arena_printf(cli->arena, "%s: ", cli_name(cli)), text);
}
