/*
 * Certificates: those that the server shows, which others may take the place
 * of while it runs; and one for trying things out, of this machine, signed by
 * itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "api/priv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/rand.h"

#define PEM_MAX ((size_t)1 << 20)
#define CHAIN_MAX 16
/* A handshake that began with the one before is over, or cut, by then. */
#define KEPT_MS (10 * MS_MINUTE)

struct credential {
	struct credential *before;
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned n;
	gnutls_privkey_t key;
	int64_t since;
};

/* GnuTLS asks without saying for whom: there is one server in a process. */
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static struct credential *shown;

static void
credential_free(struct credential *c)
{
	for (unsigned i = 0; i < c->n; i++)
		gnutls_pcert_deinit(&c->chain[i]);
	gnutls_privkey_deinit(c->key);
	free(c);
}

static void
forget(struct credential **from)
{
	while (*from) {
		struct credential *c = *from;

		*from = c->before;
		credential_free(c);
	}
}

int
tls_choose(gnutls_session_t session, const gnutls_datum_t *names, int names_n, const gnutls_pk_algorithm_t *kinds, int kinds_n,
	   gnutls_pcert_st **chain_r, unsigned *n_r, gnutls_privkey_t *key_r)
{
	(void)session, (void)names, (void)names_n, (void)kinds, (void)kinds_n;
	pthread_mutex_lock(&door);
	*chain_r = shown->chain;
	*n_r = shown->n;
	*key_r = shown->key;
	pthread_mutex_unlock(&door);
	return 0;
}

static bool
same_key(gnutls_pubkey_t certified, gnutls_privkey_t key)
{
	unsigned char a[64], b[64];
	size_t a_size = sizeof(a), b_size = sizeof(b);
	gnutls_pubkey_t own;
	bool same;

	if (gnutls_pubkey_init(&own) < 0)
		return false;
	same = gnutls_pubkey_import_privkey(own, key, 0, 0) == 0 && gnutls_pubkey_get_key_id(own, 0, a, &a_size) == 0 &&
	       gnutls_pubkey_get_key_id(certified, 0, b, &b_size) == 0 && a_size == b_size && memcmp(a, b, a_size) == 0;
	gnutls_pubkey_deinit(own);
	return same;
}

static int
read_pem(struct arena *arena, const char *path, gnutls_datum_t *text_r, struct err *err)
{
	const char *text;
	size_t size;

	if (file_read(arena, path, PEM_MAX, &text, &size, err) < 0)
		return -1;
	*text_r = (gnutls_datum_t){ (unsigned char *)arena_memdup(arena, text, size), (unsigned)size };
	return 0;
}

int
tls_load(struct arena *arena, const char *certificate, const char *key, struct err *err)
{
	struct credential *c;
	gnutls_datum_t chain_text, key_text;

	if (read_pem(arena, certificate, &chain_text, err) < 0 || read_pem(arena, key, &key_text, err) < 0)
		return -1;
	c = xcalloc(1, sizeof(*c));
	c->n = CHAIN_MAX;
	c->since = clock_monotonic();
	if (gnutls_pcert_list_import_x509_raw(c->chain, &c->n, &chain_text, GNUTLS_X509_FMT_PEM, 0) < 0)
		c->n = 0;
	if (gnutls_privkey_init(&c->key) < 0 || gnutls_privkey_import_x509_raw(c->key, &key_text, GNUTLS_X509_FMT_PEM, NULL, 0) < 0 || c->n == 0 ||
	    !same_key(c->chain[0].pubkey, c->key)) {
		credential_free(c);
		return err_set(err, E_BAD_CONFIG, "where", certificate, "what", N_("no certificate and key that fit together"), NULL);
	}
	pthread_mutex_lock(&door);
	if (shown && c->since - shown->since > KEPT_MS)
		forget(&shown->before);
	c->before = shown;
	shown = c;
	pthread_mutex_unlock(&door);
	return 0;
}

void
tls_forget(void)
{
	forget(&shown);
}

#define VALID_MS (3650 * MS_DAY)

static int
fill(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
	static const unsigned char loopback4[4] = { 127, 0, 0, 1 };
	static const unsigned char loopback6[16] = { [15] = 1 };
	unsigned char serial[16];
	time_t now = clock_now() / MS_SECOND;
	int rc = 0;

	rand_bytes(serial, sizeof(serial));
	serial[0] = (serial[0] & 0x3f) | 0x40;
	rc |= gnutls_x509_crt_set_version(crt, 3);
	rc |= gnutls_x509_crt_set_serial(crt, serial, sizeof(serial));
	rc |= gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, "localhost", 9);
	rc |= gnutls_x509_crt_set_key(crt, key);
	rc |= gnutls_x509_crt_set_activation_time(crt, now - MS_HOUR / MS_SECOND);
	rc |= gnutls_x509_crt_set_expiration_time(crt, now + VALID_MS / MS_SECOND);
	rc |= gnutls_x509_crt_set_basic_constraints(crt, 1, 0);
	rc |= gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_CERT_SIGN);
	rc |= gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
	rc |= gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, "localhost", 9, GNUTLS_FSAN_SET);
	rc |= gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, loopback4, sizeof(loopback4), GNUTLS_FSAN_APPEND);
	rc |= gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, loopback6, sizeof(loopback6), GNUTLS_FSAN_APPEND);
	rc |= gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
	return rc;
}

static int
write_file(const char *path, const gnutls_datum_t *text, mode_t mode, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	bool ok = fd >= 0 && write(fd, text->data, text->size) == (ssize_t)text->size;
	int why = errno;

	if (fd >= 0 && close(fd) < 0 && ok) {
		ok = false;
		why = errno;
	}
	return ok ? 0 : err_set(err, E_CANNOT_CREATE, "path", path, "reason", strerror(why), NULL);
}

int
api_make_certificate(struct arena *arena, const char *dir, struct err *err)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t key_text = { NULL, 0 }, crt_text = { NULL, 0 };
	int rc = -1;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return err_set(err, E_CANNOT_CREATE, "path", dir, "reason", strerror(errno), NULL);
	if (gnutls_x509_privkey_init(&key) < 0 || gnutls_x509_crt_init(&crt) < 0 ||
	    gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) < 0 || fill(crt, key) != 0 ||
	    gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_text) < 0 ||
	    gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &crt_text) < 0)
		err_set(err, E_BUG, "what", "GnuTLS makes no certificate", NULL);
	else if (write_file(arena_printf(arena, "%s/key.pem", dir), &key_text, 0600, err) == 0)
		rc = write_file(arena_printf(arena, "%s/cert.pem", dir), &crt_text, 0644, err);
	gnutls_free(key_text.data);
	gnutls_free(crt_text.data);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
	return rc;
}
