/*
 * The OpenAPI 3.1 description, from the table of operations.
 */
#include "api/priv.h"
#include "base/json.h"

static void
text(struct json *j, const char *key, const char *value)
{
	json_key(j, key);
	json_str(j, value);
}

static void
content(struct json *j, const char *type, const char *schema)
{
	json_key(j, "content");
	json_object(j);
	json_key(j, type);
	json_object(j);
	json_key(j, "schema");
	json_raw(j, schema);
	json_end_object(j);
	json_end_object(j);
}

static void
record_content(struct json *j, const char *type, const struct record *record)
{
	struct buf schema = BUF_INIT;

	record_schema(record, &schema);
	content(j, type, buf_get(&schema));
	buf_release(&schema);
}

static void
answers(struct json *j, const struct op *op)
{
	json_key(j, "responses");
	json_object(j);
	json_key(j, "200");
	json_object(j);
	text(j, "description", "records, one JSON object a line");
	if (op->out)
		record_content(j, "application/x-ndjson", op->out);
	json_end_object(j);
	json_key(j, "default");
	json_object(j);
	text(j, "$ref", "#/components/responses/error");
	json_end_object(j);
	json_end_object(j);
}

static void
permissions(struct json *j, const struct op *op)
{
	json_key(j, "x-roles");
	json_array(j);
	for (size_t i = 0; i < roles.n; i++)
		if (op->may & MAY(i))
			json_str(j, roles.v[i].name);
	json_end_array(j);
	json_key(j, "x-changes");
	json_bool(j, op->flags & OP_WRITE);
	json_key(j, "security");
	json_array(j);
	if (!(op->flags & OP_ANYONE)) {
		json_object(j);
		json_key(j, "session");
		json_array(j);
		json_end_array(j);
		json_end_object(j);
	}
	json_end_array(j);
}

static void
operation(struct json *j, const struct op *op)
{
	struct buf path = BUF_INIT;

	buf_printf(&path, "/v1/%s", op->name);
	json_key(j, buf_get(&path));
	buf_release(&path);
	json_object(j);
	json_key(j, "post");
	json_object(j);
	text(j, "operationId", op->name);
	text(j, "summary", op->doc);
	permissions(j, op);
	if (op->flags & OP_WRITE) {
		json_key(j, "parameters");
		json_raw(j, "[{\"$ref\":\"#/components/parameters/key\"},{\"$ref\":\"#/components/parameters/seen\"}]");
	}
	json_key(j, "requestBody");
	json_object(j);
	record_content(j, "application/json", op->in);
	json_end_object(j);
	answers(j, op);
	json_end_object(j);
	json_end_object(j);
}

#define COMPONENTS \
	"{\"securitySchemes\":{\"session\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"AGENT:TOKEN, as session.login gave them\"}}," \
	"\"parameters\":{\"key\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"schema\":{\"type\":\"string\",\"maxLength\":200}," \
	"\"description\":\"the same key with the same request does nothing twice, and gives the first answer\"}," \
	"\"seen\":{\"name\":\"IXN-Seen\",\"in\":\"header\",\"schema\":{\"type\":\"string\",\"pattern\":\"^[0-9]{1,18}$\"}," \
	"\"description\":\"the seq of the last event that was known when this was asked for: what would overwrite a later change by somebody else is refused, changed_meanwhile\"}}," \
	"\"responses\":{\"error\":{\"description\":\"what went wrong\",\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\"," \
	"\"properties\":{\"error\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"},\"class\":{\"type\":\"integer\"}," \
	"\"args\":{\"type\":\"object\"},\"message\":{\"type\":\"string\"}}}}}}}}}}"
#define EVENTS \
	"{\"get\":{\"operationId\":\"events\",\"summary\":\"what happens, as it happens\",\"security\":[{\"session\":[]}]," \
	"\"parameters\":[{\"name\":\"after\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},\"description\":\"the seq behind which to begin\"}," \
	"{\"name\":\"Last-Event-ID\",\"in\":\"header\",\"schema\":{\"type\":\"string\"},\"description\":\"the same\"}]," \
	"\"responses\":{\"200\":{\"description\":\"server-sent events\",\"content\":{\"text/event-stream\":{}}}," \
	"\"default\":{\"$ref\":\"#/components/responses/error\"}}}}"

static void
document(struct json *j)
{
	json_object(j);
	text(j, "openapi", "3.1.0");
	json_key(j, "info");
	json_object(j);
	text(j, "title", "ixn-routerd");
	text(j, "version", IXN_VERSION);
	json_end_object(j);
	json_key(j, "paths");
	json_object(j);
	for (const struct op *const *op = ops; *op; op++)
		if (!((*op)->flags & OP_CONTACT))
			operation(j, *op);
	json_key(j, "/v1/events");
	json_raw(j, EVENTS);
	json_end_object(j);
	json_key(j, "components");
	json_raw(j, COMPONENTS);
	json_end_object(j);
}

int
document_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	struct json j = json_writer(&answer->body);

	(void)request, (void)err;
	answer->type = "application/json";
	document(&j);
	return 0;
}
