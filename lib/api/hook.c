/*
 * Web hooks of text gateways: POST /hooks/v1/NAME with a message as JSON, and
 *
 *	Ixn-Signature: t=SECONDS,v1=HEX
 *
 * where HEX is the HMAC-SHA256, by the gateway's key, of "SECONDS.BODY". What was
 * signed long ago is refused; what comes twice is the same message.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "api/contact.h"
#include "api/priv.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "model/record_read.h"

#define AGE_MAX (5 * MS_MINUTE)

const char *
contact_hash(struct arena *arena, const char *text)
{
	unsigned char hash[16];
	char *hex = arena_alloc(arena, sizeof(hash) * 2 + 1);

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)text, strlen(text), NULL, 0);
	return sodium_bin2hex(hex, sizeof(hash) * 2 + 1, hash, sizeof(hash));
}

/* "t=1763712000,v1=5f...": the seconds as they stand there, and 32 bytes. */
static bool
signature_read(struct arena *arena, const char *text, const char **seconds_r, unsigned char mac[DIGEST_SIZE])
{
	size_t size = 0;
	const char *hex;

	if (!text || strncmp(text, "t=", 2) != 0)
		return false;
	text += 2;
	size = strspn(text, "0123456789");
	if (!size || size > 15 || strncmp(text + size, ",v1=", 4) != 0)
		return false;
	*seconds_r = arena_memdup(arena, text, size);
	hex = text + size + 4;
	return strlen(hex) == (size_t)2 * DIGEST_SIZE && sodium_hex2bin(mac, DIGEST_SIZE, hex, strlen(hex), NULL, &size, NULL) == 0 && size == DIGEST_SIZE;
}

static bool
signed_by(const struct api_request *request, const char *key)
{
	unsigned char given[DIGEST_SIZE], mac[DIGEST_SIZE];
	const char *seconds;
	time_ms at;

	if (!signature_read(request->arena, api_header(request, "Ixn-Signature"), &seconds, given))
		return false;
	at = strtoll(seconds, NULL, 10) * MS_SECOND;
	digest_hmac(key, strlen(key), (const struct digest_part[]){ { seconds, strlen(seconds) }, { ".", 1 }, { request->body, request->size } }, 3, mac);
	return digest_equal(mac, given, sizeof(mac)) && at > clock_now() - AGE_MAX && at < clock_now() + AGE_MAX;
}

static int
key_file(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)err;
	*(const char **)context = record_text(record, p, "key_file");
	return 0;
}

static int
written(void *context, const struct record *record, const void *p, struct err *err)
{
	struct json json = json_writer(context);

	(void)err;
	record_json(record, p, &json);
	return 0;
}

/* A gateway that there is not, one without a key, and a wrong signature are all one to who asks. */
static int
verify(struct api_request *request, struct err *err)
{
	void *in = record_new(request->arena, op_gateway_key.in);
	struct request r = { .op = &op_gateway_key, .in = in };
	struct err ignored = { 0 };
	const char *path = NULL, *key;

	record_set_text(op_gateway_key.in, in, "name", request->rest);
	if (desk_call(request->desk, &r, request->arena, key_file, &path, err) < 0 && err->code != E_NO_GATEWAY)
		return -1;
	if (path && file_secret(request->arena, path, &key, &ignored) == 0 && signed_by(request, key))
		return 0;
	return err_set(err, E_BAD_SIGNATURE, NULL);
}

int
hook_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	const struct json_source source = { "request", request->body, request->size, 0 };
	void *in = record_new(request->arena, op_gateway_message.in);
	struct request r = { .op = &op_gateway_message, .in = in };

	if (verify(request, err) < 0 || record_read(request->arena, &source, FROM_CLIENT, op_gateway_message.in, in, err) < 0)
		return -1;
	record_set_text(op_gateway_message.in, in, "gateway", request->rest);
	if (desk_call(request->desk, &r, request->arena, written, &answer->body, err) < 0)
		return -1;
	stream_wake(request->server);
	buf_char(&answer->body, '\n');
	answer->type = "application/json";
	return 0;
}
