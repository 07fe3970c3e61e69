/*
 * A certificate for trying things out: of this machine, signed by itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "api/priv.h"
#include "base/rand.h"

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
