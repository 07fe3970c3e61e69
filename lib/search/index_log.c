#include "search/index_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "search/terms.h"

#include "base/err.h"
#include "base/i18n.h"
#include "base/lockfile.h"
#include "base/mem.h"

#define WAIT_MS (10 * MS_SECOND)

char *
index_log_path(const char *path)
{
	struct buf name = BUF_INIT;

	buf_str(&name, path);
	buf_str(&name, "-log");
	return name.p;
}

static int
fail(struct err *err, const char *path)
{
	return err_set(err, errno == ENOSPC || errno == EDQUOT ? E_STORE_FULL : E_IO, "path", path, "reason", strerror(errno), NULL);
}

/* A log that is to be written to: locked, and the one of that name. */
static int
open_locked(const char *path, struct err *err)
{
	for (;;) {
		struct stat here, there;
		int fd = lockfile_open(path);

		if (fd < 0)
			return err_set(err, E_CANNOT_CREATE, "path", path, "reason", strerror(errno), NULL);
		if (lockfile_wait(fd, clock_monotonic() + WAIT_MS) < 0) {
			close(fd);
			return err_set(err, E_LOCKED, "what", "response-index", "holder", N_("another process"), NULL);
		}
		if (fstat(fd, &here) == 0 && stat(path, &there) == 0 && here.st_ino == there.st_ino && here.st_dev == there.st_dev)
			return fd;
		close(fd);
	}
}

static int
sync_folder(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct buf folder = BUF_INIT;
	int fd, rc = -1;

	buf_add(&folder, slash ? path : ".", slash ? (size_t)(slash - path) + 1 : 1);
	fd = open(folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		rc = fsync(fd);
	if (rc < 0)
		fail(err, folder.p);
	if (fd >= 0)
		close(fd);
	buf_release(&folder);
	return rc;
}

/*
 * Who appends meanwhile waits, then finds that the log is another. Dead between
 * both steps, the old log stands beside an index that is not its own.
 */
int
index_log_replace(const char *path, const char *temp, struct err *err)
{
	char *log = index_log_path(path);
	int fd = open_locked(log, err), rc = -1;

	if (fd >= 0) {
		rc = rename(temp, path) < 0 ? fail(err, path) : sync_folder(path, err);
		if (rc == 0 && unlink(log) < 0 && errno != ENOENT)
			rc = fail(err, log);
		close(fd);
	}
	free(log);
	return rc;
}

uint32_t
log_sum(const struct log_frame *frame, const void *record, uint64_t identity, uint64_t at)
{
	uint32_t own = index_sum((const char *)frame + sizeof(frame->sum), sizeof(*frame) - sizeof(frame->sum), identity ^ term_mix(at));

	return index_sum(record, frame->size, own);
}

bool
log_walk_begin(struct log_walk *walk, const char *data, size_t size, uint64_t identity)
{
	struct log_header h;

	*walk = (struct log_walk){ .data = data, .size = size, .identity = identity };
	if (size < sizeof(h))
		return false;
	memcpy(&h, data, sizeof(h));
	if (memcmp(h.magic, LOG_MAGIC, sizeof(h.magic)) != 0 || h.version != INDEX_VERSION || h.identity != identity ||
	    h.sum != index_sum(&h, offsetof(struct log_header, sum), sum_seed(SUM_LOG, 0)))
		return false;
	walk->at = sizeof(h);
	return true;
}

bool
log_walk_next(struct log_walk *walk)
{
	size_t room = walk->size - walk->at;

	if (!walk->at || room < sizeof(walk->frame))
		return false;
	memcpy(&walk->frame, walk->data + walk->at, sizeof(walk->frame));
	walk->record = (const unsigned char *)walk->data + walk->at + sizeof(walk->frame);
	if (walk->frame.size > room - sizeof(walk->frame) || walk->frame.sum != log_sum(&walk->frame, walk->record, walk->identity, walk->at))
		return false;
	walk->at += sizeof(walk->frame) + walk->frame.size;
	return true;
}

static int
read_whole(int fd, const char *path, struct buf *out, struct err *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return fail(err, path);
	out->p = xmalloc((size_t)st.st_size + 1);
	out->cap = (size_t)st.st_size + 1;
	while (out->n < (size_t)st.st_size) {
		n = pread(fd, out->p + out->n, (size_t)st.st_size - out->n, (off_t)out->n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(err, path);
		if (n == 0)
			break;
		out->n += (size_t)n;
	}
	out->p[out->n] = '\0';
	return 0;
}

/* What is in the file of a log; an empty one where there is none. */
int
log_load(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : fail(err, path);
	rc = read_whole(fd, path, out, err);
	close(fd);
	return rc;
}

/* Behind what is right; what could not be written whole is taken back. */
static int
append(int fd, const char *path, const struct buf *add, size_t at, struct err *err)
{
	size_t done = 0;

	if (ftruncate(fd, (off_t)at) < 0)
		return fail(err, path);
	while (done < add->n) {
		ssize_t n = pwrite(fd, add->p + done, add->n - done, (off_t)(at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fail(err, path);
			if (ftruncate(fd, (off_t)at) < 0)
				errno = 0; /* Torn, then: it is cut by the next. */
			return -1;
		}
		done += (size_t)n;
	}
	return 0;
}

/* The last change that is there; where the next goes. */
static int64_t
last_of(struct search *search, const struct buf *data, size_t *at_r)
{
	struct log_walk walk;
	int64_t seq = search->h.seq;

	if (log_walk_begin(&walk, buf_get(data), data->n, search->h.identity))
		while (log_walk_next(&walk))
			seq = walk.frame.seq > seq ? walk.frame.seq : seq;
	*at_r = walk.at;
	return seq;
}

static void
put_header(struct buf *out, uint64_t identity)
{
	struct log_header h = { .identity = identity, .version = INDEX_VERSION };

	memcpy(h.magic, LOG_MAGIC, sizeof(h.magic));
	h.sum = index_sum(&h, offsetof(struct log_header, sum), sum_seed(SUM_LOG, 0));
	buf_add(out, &h, sizeof(h));
}

/* Of one change that is several items only the last says that it is there. */
static void
pack_changes(struct search *search, const struct search_change *changes, size_t n, int64_t last, size_t at, struct buf *out)
{
	struct analyser *analyser = analyser_new();
	int64_t told = last;

	for (size_t i = 0; i < n; i++) {
		struct search_change change = changes[i];

		if (change.seq <= last)
			continue;
		if (i + 1 == n || changes[i + 1].seq != change.seq)
			told = change.seq;
		change.seq = told;
		log_pack(search, analyser, &change, at, out);
	}
	analyser_free(&analyser);
}

static int
append_locked(int fd, const char *path, struct search *search, const struct search_change *changes, size_t n, struct err *err)
{
	struct buf data = BUF_INIT, add = BUF_INIT;
	int rc = read_whole(fd, path, &data, err);
	size_t at;

	if (rc == 0) {
		int64_t last = last_of(search, &data, &at);

		if (!at)
			put_header(&add, search->h.identity);
		pack_changes(search, changes, n, last, at, &add);
		rc = append(fd, path, &add, at, err);
	}
	buf_release(&data);
	buf_release(&add);
	return rc;
}

static int
by_seq(const void *a, const void *b)
{
	int64_t x = ((const struct search_change *)a)->seq, y = ((const struct search_change *)b)->seq;

	return (x > y) - (x < y);
}

void
search_changes_sort(struct search_change *changes, size_t n)
{
	if (n)
		qsort(changes, n, sizeof(*changes), by_seq);
}

int
search_log_append(const char *path, const struct search_change *changes, size_t n, struct err *err)
{
	struct search *search = NULL;
	struct file_header h;
	char *log;
	int fd, rc = -1;

	if (index_header(path, &h, err) < 0)
		return -1;
	log = index_log_path(path);
	fd = open_locked(log, err);
	/* The index is opened behind the lock: before it, it might be replaced. */
	if (fd >= 0 && search_map(path, &search, err) == 0)
		rc = append_locked(fd, log, search, changes, n, err);
	if (rc == 0)
		rc = index_damaged(search, err);
	search_close(&search);
	if (fd >= 0)
		close(fd);
	free(log);
	return rc;
}

int
search_last_seq(const char *path, int64_t *seq_r, struct err *err)
{
	char *log = index_log_path(path);
	struct buf data = BUF_INIT;
	struct file_header h;
	struct search search = { 0 };
	struct err why = { 0 };
	size_t at;
	int rc;

	*seq_r = 0;
	rc = index_header(path, &h, &why);
	if (rc < 0 && why.code == E_INDEX_MISSING)
		rc = 0;
	else if (rc < 0)
		err_copy(err, &why);
	else if ((rc = log_load(log, &data, err)) == 0) {
		search.h = h;
		*seq_r = last_of(&search, &data, &at);
	}
	buf_release(&data);
	free(log);
	return rc;
}
