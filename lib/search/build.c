#include "search/build.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "search/index_log.h"
#include "search/terms.h"

#include "base/err.h"
#include "base/lockfile.h"
#include "base/mem.h"
#include "base/rand.h"

/* Whoever builds a larger one may take longer; another then builds besides, and the last one stays. */
#define WAIT_MS (30 * MS_MINUTE)
#define PROGRESS_EVERY 1000

static void
build_release(struct build *b)
{
	collector_release(&b->own);
	collector_release(&b->other);
	arena_free(&b->arena);
	buf_release(&b->scratch);
	buf_release(&b->past);
	free(b->classes.v);
	free(b->responses.v);
	free(b->uses.v);
	table_release(&b->by_class);
	table_release(&b->by_id);
	free(b->order);
	free(b->place);
	free(b->term_order);
	free(b->term_id);
	free(b->word_order);
	free(b->word_term);
	free(b->word_grams);
	free(b->phrases.v);
	free(b->pairs.v);
	free(b->pairs.sift);
	free(b->file_terms);
	hand_release(&b->hand);
}

static int
collect(struct build *b, const struct search_source *source, struct err *err)
{
	struct search_item item;
	size_t done = 0;
	int rc;

	while ((rc = source->next(source->context, &item, err)) > 0) {
		build_add(b, &item);
		if (++done % PROGRESS_EVERY == 0 && source->progress)
			source->progress(source->context, done);
	}
	if (rc == 0 && source->progress)
		source->progress(source->context, done);
	return rc;
}

static void
write_header(struct build *b, struct out *out, const struct search_source *source)
{
	struct file_header *h = &b->h;

	memcpy(h->magic, INDEX_MAGIC, sizeof(h->magic));
	h->version = INDEX_VERSION;
	h->terms_version = TERMS_VERSION;
	h->order = INDEX_ORDER;
	h->size = out->at;
	h->seq = source->seq;
	rand_bytes(&h->identity, sizeof(h->identity));
	h->sum = index_sum(h, offsetof(struct file_header, sum), sum_seed(SUM_HEADER, 0));
	if (pwrite(out->fd, h, sizeof(*h), 0) != (ssize_t)sizeof(*h) || fsync(out->fd) < 0) {
		out->failed = true;
		err_set(out->err, errno == ENOSPC ? E_STORE_FULL : E_IO, "path", out->path, "reason", strerror(errno), NULL);
	}
}

/* A header of zeros, the sections, and at last the header: what was left half done is no index. */
static int
write_file(struct build *b, int fd, const char *path, const struct search_source *source, struct err *err)
{
	struct lists *lists = lists_begin(b);
	struct file_section head;
	uint64_t *keys = NULL;
	struct out out;

	out_open(&out, fd, path, err);
	out_begin(&out, &head);
	out_write(&out, out.piece, INDEX_HEADER);
	out_end(&out);
	build_learn(b);
	build_records(b, &out);
	build_lists(b, lists, &out, &keys);
	build_meta(b, &out);
	build_terms(b, &out);
	build_keys(b, keys, &out);
	free(keys);
	/* What is packed may be read a little behind its end. */
	out_begin(&out, &head);
	memset(out.piece, 0, PACK_PAD);
	out_write(&out, out.piece, PACK_PAD);
	out_end(&out);
	out_close(&out);
	if (!out.failed)
		write_header(b, &out, source);
	return out.failed ? -1 : 0;
}

static int
make(const char *temp, const char *path, const struct search_source *source, struct err *err)
{
	struct build b = { .arena = arena_new(), .other.which = 1 };
	int fd = -1, rc = collect(&b, source, err);

	crew_end(&b);
	if (rc == 0) {
		fd = open(temp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			rc = err_set(err, E_CANNOT_CREATE, "path", temp, "reason", strerror(errno), NULL);
	}
	if (rc == 0) {
		build_order(&b);
		rc = write_file(&b, fd, path, source, err);
	}
	if (fd >= 0 && close(fd) < 0 && rc == 0)
		rc = err_set(err, E_IO, "path", path, "reason", strerror(errno), NULL);
	if (rc == 0)
		rc = index_log_replace(path, temp, err);
	if (rc < 0 && fd >= 0)
		unlink(temp);
	build_release(&b);
	return rc;
}

static uint64_t
identity_of(const char *path, int64_t *seq_r)
{
	struct file_header h;

	if (index_header(path, &h, NULL) < 0)
		return 0;
	*seq_r = h.seq;
	return h.identity;
}

static char *
beside(const char *path, const char *ending)
{
	struct buf name = BUF_INIT;

	buf_str(&name, path);
	buf_str(&name, ending);
	return name.p;
}

int
search_build(const char *path, const struct search_source *source, struct err *err)
{
	int64_t seq = INT64_MIN;
	uint64_t before = identity_of(path, &seq);
	char *lock = beside(path, "-lock"), *temp = beside(path, "-new");
	int fd = lockfile_take(lock, "response-index", WAIT_MS, err), rc = -1;

	if (fd >= 0) {
		/* Somebody else has done it while we waited. */
		bool done = identity_of(path, &seq) != before && seq >= source->seq;

		rc = done ? 0 : make(temp, path, source, err);
		close(fd);
	}
	free(lock);
	free(temp);
	return rc;
}
