/* What passes the check is UTF-8 without NUL; any string that is written passes it. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT;
	struct json j = json_writer(&out);
	char *text = xmalloc(size + 1);
	struct err err = { 0 };
	double real = 0.1;

	if (size >= sizeof(real))
		memcpy(&real, data, sizeof(real));
	memcpy(text, data, size);
	text[size] = '\0';
	if (json_check("fuzz", text, size, NULL, &err) == 0)
		assert(utf8_valid(text, size) == size && strlen(text) == size);
	else
		assert(err.code == E_BAD_JSON && err_get(&err, "where") && err_get(&err, "what"));
	json_object(&j);
	json_key(&j, "text");
	json_str(&j, text);
	json_key(&j, "real");
	json_real(&j, real);
	json_end_object(&j);
	assert(strlen(out.p) == out.n);
	assert(json_check("written", out.p, out.n, NULL, &err) == 0);
	buf_release(&out);
	free(text);
	return 0;
}
