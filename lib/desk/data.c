/*
 * Attached and custom data of interactions: changed within what the site says
 * of each key, and read with the words that people see.
 */
#include <string.h>

#include "desk/site_priv.h"

#define KEY_MAX 256

/* What the site says of a key. */
struct data_key {
	const char *section, *name, *label;
	int64_t type, editable;
	const char *extra;
	int64_t ord;
};
RECORD(rec_data_key, struct data_key, "key", NULL,
       TEXT_FIELD(struct data_key, section, 0, NULL),
       TEXT_FIELD(struct data_key, name, 0, NULL),
       TEXT_FIELD(struct data_key, label, 0, NULL),
       NAME_FIELD(struct data_key, type, data_types, 0, NULL),
       BOOL_FIELD(struct data_key, editable, 0, NULL),
       TEXT_FIELD(struct data_key, extra, 0, NULL),
       INT_FIELD(struct data_key, ord, 0, NULL))

/* Values as the project reads them everywhere. */
struct parsed {
	double number;
	int64_t boolean, time;
};
static const struct field as_number = REAL_FIELD(struct parsed, number, 0, NULL);
static const struct field as_boolean = BOOL_FIELD(struct parsed, boolean, 0, NULL);
static const struct field as_time = TIME_FIELD(struct parsed, time, 0, NULL);

/* What a key holds and its value: what the fits below look at, and what is kept. */
struct fit {
	struct call *call;
	const char *name, *value;
	const struct records *values;
};

static int
misfit(const struct fit *fit, const char *expected, struct err *err)
{
	return err_set(err, E_BAD_DATA, "name", fit->name, "value", fit->value, "expected", expected, NULL);
}

static int
parse(const struct fit *fit, const struct field *field, struct parsed *out, struct err *err)
{
	const struct field_context context = { fit->call->arena, fit->call->now, fit->call->desk->options.zone };

	return field_parse(field, out, fit->value, &context, err);
}

static int
fit_text(struct fit *fit, struct err *err)
{
	(void)fit, (void)err;
	return 0;
}

static int
fit_number(struct fit *fit, struct err *err)
{
	struct parsed parsed;

	return parse(fit, &as_number, &parsed, err) < 0 ? misfit(fit, "a number", err) : 0;
}

static int
fit_boolean(struct fit *fit, struct err *err)
{
	struct parsed parsed;

	if (parse(fit, &as_boolean, &parsed, err) < 0)
		return misfit(fit, "true or false", err);
	fit->value = parsed.boolean ? "true" : "false";
	return 0;
}

static int
parse_time(const struct fit *fit, const char *expected, time_ms *t_r, struct err *err)
{
	struct parsed parsed;

	/* An hour that does not exist, or exists twice, says so itself. */
	if (parse(fit, &as_time, &parsed, err) < 0)
		return err->code == E_BAD_TIME ? misfit(fit, expected, err) : -1;
	*t_r = parsed.time;
	return 0;
}

static int
fit_date(struct fit *fit, struct err *err)
{
	time_ms t;

	if (parse_time(fit, "a date, as in 2026-11-21", &t, err) < 0)
		return -1;
	return time_format_zone(fit->call->arena, t, fit->call->desk->options.zone, "%Y-%m-%d", &fit->value, err);
}

static int
fit_time(struct fit *fit, struct err *err)
{
	char text[TIME_TEXT];
	time_ms t;

	if (parse_time(fit, "a time, as in 2026-11-21T09:30Z", &t, err) < 0)
		return -1;
	fit->value = arena_strdup(fit->call->arena, time_format(t, text));
	return 0;
}

static int
fit_enum(struct fit *fit, struct err *err)
{
	const struct site_value *v = fit->values->v;
	const char *names = "";

	for (size_t i = 0; i < fit->values->n; i++) {
		if (strcmp(v[i].name, fit->value) == 0)
			return 0;
		names = arena_printf(fit->call->arena, "%s%s%s", names, i ? ", " : "", v[i].name);
	}
	return misfit(fit, arena_printf(fit->call->arena, "one of %s", names), err);
}

/* E_BAD_DATA, E_TIME_GAP, E_TIME_TWICE; fit->value is what is to be kept. */
static int
data_fit(struct fit *fit, int64_t type, struct err *err)
{
	static int (*const fits[NAMES_COUNT(DATA_TYPES)])(struct fit * fit, struct err * err) = {
		[DATA_TEXT] = fit_text,
		[DATA_NUMBER] = fit_number,
		[DATA_BOOLEAN] = fit_boolean,
		[DATA_DATE] = fit_date,
		[DATA_TIME] = fit_time,
		[DATA_ENUM] = fit_enum,
	};

	return fits[type == INT_ABSENT ? DATA_TEXT : type](fit, err);
}

static int
values_of(struct call *call, const char *section, const char *key, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_DATA_VALUES, ARGS(V_TEXT(section), V_TEXT(key)), &rec_site_value, out, err);
}

/* Changing. */

struct data_in {
	const char *id;
	struct pairs set;
	struct texts unset;
	int64_t custom;
};
RECORD(rec_data_in, struct data_in, "ixn-data", N_("Data of an interaction."),
       ID_FIELD(struct data_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       PAIRS_FIELD(struct data_in, set, 0, N_("attach this; may be given again")),
       TEXTS_FIELD_AS(struct data_in, unset, "KEY", 0, N_("remove this key; may be given again")),
       BOOL_FIELD(struct data_in, custom, 0, N_("--set changes custom data, which is never added or removed")))

static int
is_custom(struct call *call, const char *ixn, const char *key, int64_t *custom_r, struct err *err)
{
	*custom_r = -1;
	return sql_int(call->tx, SQL_DATA_CUSTOM, ARGS(V_TEXT(ixn), V_TEXT(key)), custom_r, err) < 0 ? -1 : 0;
}

/* Programs and the owner of the store fill in what is fixed for agents. */
static bool
bound(const struct call *call)
{
	return call->actor.kind == ACTOR_AGENT && call->actor.role != ROLE_SERVICE;
}

/* What the site says of the key, if anything; E_NOT_EDITABLE. */
static int
key_open(struct call *call, const char *name, bool custom, struct data_key *key, struct err *err)
{
	int rc = sql_one(call->tx, call->arena, SQL_DATA_KEY_OF, ARGS(V_TEXT(name), V_INT(custom)), &rec_data_key, key, err);

	if (rc > 0 && key->editable == 0 && bound(call))
		return err_set(err, E_NOT_EDITABLE, "name", name, "who", call->actor.name, NULL);
	return rc;
}

static int
data_set(struct call *call, const struct ixn *ixn, const struct pair *pair, bool want_custom, struct err *err)
{
	struct records values = { NULL, 0 };
	struct fit fit = { call, pair->key, pair->value, &values };
	int64_t custom, ord = 0;
	struct data_key key;
	int rc;

	if (text_check(pair->key, pair->key, KEY_MAX, err) < 0 || text_check(pair->key, pair->value, TEXT_MAX, err) < 0 ||
	    is_custom(call, ixn->id, pair->key, &custom, err) < 0)
		return -1;
	if (want_custom != (custom == 1))
		return err_set(err, E_CUSTOM_DATA, "value", pair->key, NULL);
	rc = key_open(call, pair->key, want_custom, &key, err);
	if (rc < 0 || (rc > 0 && (values_of(call, key.section, key.name, &values, err) < 0 || data_fit(&fit, key.type, err) < 0)))
		return -1;
	if (sql_int(call->tx, SQL_DATA_NEXT, ARGS(V_TEXT(ixn->id)), &ord, err) < 0)
		return -1;
	return RUN(call, DATA_SET, V_TEXT(ixn->id), V_TEXT(pair->key), V_TEXT(fit.value), V_INT(want_custom), V_INT(ord)) < 0 ? -1 : 0;
}

static int
data_unset(struct call *call, const struct ixn *ixn, const char *name, struct err *err)
{
	struct data_key key;
	int64_t custom;

	if (is_custom(call, ixn->id, name, &custom, err) < 0)
		return -1;
	if (custom == 1)
		return err_set(err, E_CUSTOM_DATA, "value", name, NULL);
	if (custom < 0)
		return err_set(err, E_NO_KEY, "what", N_("data"), "value", name, NULL);
	if (key_open(call, name, false, &key, err) < 0)
		return -1;
	return RUN(call, DATA_UNSET, V_TEXT(ixn->id), V_TEXT(name)) < 0 ? -1 : 0;
}

static int
data_fn(struct call *call, const void *input, struct err *err)
{
	const struct data_in *in = input;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || verb_check(call, ixn, VERB_NOTE, err) < 0)
		return -1;
	for (size_t i = 0; i < in->set.n; i++)
		if (data_set(call, ixn, &in->set.v[i], in->custom == 1, err) < 0)
			return -1;
	for (size_t i = 0; i < in->unset.n; i++)
		if (data_unset(call, ixn, in->unset.v[i], err) < 0)
			return -1;
	if (verb_do(call, ixn, VERB_NOTE, ixn->agent, "data", NULL, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_data = { "ixn.data", N_("changes attached and custom data"), MAY_ALL, OP_WRITE, &rec_data_in, &rec_change, data_fn, NULL };

/* Reading. */

#define X struct datum
RECORD(rec_datum, X, "data", N_("One datum of an interaction."),
       ID_FIELD(X, ixn, 0, N_("the interaction")),
       TEXT_FIELD(X, key, FIELD_COLUMN, N_("its key")),
       TEXT_FIELD(X, value, FIELD_COLUMN | FIELD_PERSONAL, N_("its value")),
       TEXT_FIELD(X, label, 0, N_("the name that the site displays")),
       BOOL_FIELD(X, custom, FIELD_COLUMN, N_("custom data: can be changed, not removed")),
       BOOL_FIELD(X, shown, FIELD_COLUMN, N_("displayed by the site")),
       TEXT_FIELD(X, text, FIELD_PERSONAL, N_("what people read for the value, where it is something else")),
       NAME_FIELD(X, type, data_types, 0, N_("the type of its values, where the site says one")),
       BOOL_FIELD(X, editable, 0, N_("agents may change it, where the site says so or not")))
#undef X

/* A time is kept in UTC, and read where one is. */
static int
datum_text(struct call *call, struct datum *d, struct err *err)
{
	time_ms t;

	if (d->text || d->type != DATA_TIME || !time_parse_rfc3339(d->value, &t))
		return 0;
	return time_format_zone(call->arena, t, call->desk->options.zone, "%Y-%m-%d %H:%M:%S", &d->text, err);
}

int
data_read(struct call *call, const char *ixn, struct records *out, struct err *err)
{
	if (sql_all(call->tx, call->arena, SQL_DATA_SHOWN, ARGS(V_TEXT(ixn)), &rec_datum, out, err) < 0)
		return -1;
	for (size_t i = 0; i < out->n; i++) {
		struct datum *d = (struct datum *)out->v + i;

		d->ixn = ixn;
		if (datum_text(call, d, err) < 0)
			return -1;
	}
	return 0;
}

static int
values_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct records rows;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || data_read(call, ixn->id, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		call_emit(call, (struct datum *)rows.v + i);
	return 0;
}

const struct op op_ixn_values = { "ixn.values", N_("reads attached and custom data, hidden keys too"), MAY_ALL, OP_MIRROR, &rec_id_in, &rec_datum, values_fn, NULL };

/* Loading: items of the site, of the sections data_display and custom_data. */

static int
item_get(struct call *call, const char *section, const char *name, struct site_data *d, struct err *err)
{
	struct data_key row;
	int rc = sql_one(call->tx, call->arena, SQL_DATA_KEY_GET, ARGS(V_TEXT(section), V_TEXT(name)), &rec_data_key, &row, err);

	if (rc <= 0)
		return rc;
	*d = (struct site_data){ row.name, row.label, row.type, { NULL, 0 }, row.editable, row.extra };
	if (values_of(call, section, name, &d->values, err) < 0)
		return -1;
	if (!d->values.n)
		d->values.v = NULL;
	return 1;
}

int
display_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	return item_get(call, "data_display", name, item, err);
}

int
custom_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	return item_get(call, "custom_data", name, item, err);
}

/* A value that the key could never have, or has twice. */
static int
check_value(struct loading *l, const struct site_data *d, size_t at, struct err *err)
{
	const struct site_value *v = d->values.v;
	struct fit fit = { l->call, d->name, v[at].name, &d->values };
	struct err inner = { 0 };

	if (!*v[at].name || strlen(v[at].name) > KEY_MAX)
		return site_bad(l, d->name, N_("a value has 1 to 256 bytes"), err);
	for (size_t i = 0; i < at; i++)
		if (strcmp(v[i].name, v[at].name) == 0)
			return site_bad_of(l, d->name, N_("the value '{value}' stands there twice"), v[at].name, NULL, err);
	if (data_fit(&fit, d->type, &inner) == 0 && strcmp(fit.value, v[at].name) == 0)
		return 0;
	return site_bad_of(l, d->name, N_("'{value}' is no value of the type {other}"), v[at].name, names_get(&data_types, (int)d->type), err);
}

int
data_item_check(struct loading *l, const void *item, struct err *err)
{
	const struct site_data *d = item;

	if (d->type == DATA_ENUM && !d->values.n)
		return site_bad(l, d->name, N_("is an enum without values"), err);
	if ((d->type == DATA_DATE || d->type == DATA_TIME) && d->values.n)
		return site_bad_of(l, d->name, N_("lists values, which the type {value} does not have"), names_get(&data_types, (int)d->type), NULL, err);
	for (size_t i = 0; i < d->values.n; i++)
		if (check_value(l, d, i, err) < 0)
			return -1;
	return 0;
}

int
data_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_data *d = item;
	struct data_key row = { l->section, d->name, d->label, d->type, d->editable, d->extra, l->ord };
	const struct site_value *v = d->values.v;
	struct call *call = l->call;

	if (sql_put(call->tx, SQL_DATA_KEY_PUT, &rec_data_key, &row, err) < 0 || RUN(call, DATA_VALUES_CLEAR, V_TEXT(l->section), V_TEXT(d->name)) < 0)
		return -1;
	for (size_t i = 0; i < d->values.n; i++)
		if (RUN(call, DATA_VALUE_PUT, V_TEXT(l->section), V_TEXT(d->name), V_TEXT(v[i].name), V_TEXT(v[i].label), V_INT((int64_t)i)) < 0)
			return -1;
	return 0;
}
