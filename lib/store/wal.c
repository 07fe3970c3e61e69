/*
 * The write-ahead log in one stroke. SQLite writes each page of a commit by
 * itself, and 24 bytes before it; forty small writes cost more than what they
 * carry. Beneath it, a VFS: SQLite's own, but that what a commit writes to the
 * log is gathered until SQLite syncs it, which it does before anybody may look.
 *
 * Only while COMMIT runs, and so with the lock of writers: what a transaction
 * spills before is written at once, and what is left of a commit that failed is
 * dropped, or it would overwrite what others write there by then.
 *
 * The other way round when the log is written back: pages that lie one behind
 * the other are read together, and those of one commit that do so in the store's
 * own file as well are written together. Only while that runs: what it reads
 * nobody may change until it ends. SQLite stops at the end of a commit, so that of
 * this one all may be written; where a page has a newer version that comes later.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/priv.h"

/* More pages than most commits change. */
#define GATHER_MAX (96 << 10)
/* Read ahead at first, and where all of that was wanted. */
#define AHEAD_MIN (16 << 10)
#define AHEAD_MAX GATHER_MAX
/* Before each page in the log: its number; the size of the store where a commit ends, or 0; and more. */
#define FRAME_HEADER 24
#define FRAME_COMMITS 4

/* The log is written back when it has so many pages: that waits for the disk, and looking up a busy page in a long log takes its time. */
static const int usual_pages = 2000;
/* Where much is written, each time that it is written back costs more than its length. */
static const int bulk_pages = 32000;

struct wal {
	sqlite3_file file; /* its methods: must be first */
	bool gathers, ahead;
	unsigned char *p; /* the bytes from offset at on, not yet written */
	int n;
	sqlite3_int64 at;
	unsigned char *read; /* those from read_at on, read before they were asked for; behind: where the last read ended */
	int read_n;
	sqlite3_int64 read_at, behind;
};

/* The store's own file while the log is written back: behind what SQLite's own VFS needs. */
struct back {
	sqlite3_io_methods methods; /* all but one SQLite's own */
	const sqlite3_io_methods *own;
	struct wal *wal;
	sqlite3_int64 from, to; /* written ahead: these bytes of the file */
	sqlite3_int64 frame;    /* of the log, where the page at from lies */
};

/* Of either file. */
union extra {
	struct wal wal;
	struct back back;
};

static sqlite3_vfs *own, vfs;

static struct wal *
of(sqlite3_file *file)
{
	return (struct wal *)file;
}

/* SQLite's own file lies behind ours. */
static sqlite3_file *
below(sqlite3_file *file)
{
	return (sqlite3_file *)(of(file) + 1);
}

static int
flush(sqlite3_file *file)
{
	struct wal *wal = of(file);
	int n = wal->n;

	/* Where it cannot be written it is dropped. */
	wal->n = 0;
	return n ? below(file)->pMethods->xWrite(below(file), wal->p, n, wal->at) : SQLITE_OK;
}

static int
wal_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
	struct wal *wal = of(file);
	int rc = wal->n && at == wal->at + wal->n && n <= GATHER_MAX - wal->n ? SQLITE_OK : flush(file);

	if (rc != SQLITE_OK)
		return rc;
	if (!wal->gathers || n > GATHER_MAX)
		return below(file)->pMethods->xWrite(below(file), p, n, at);
	if (!wal->p)
		wal->p = xmalloc(GATHER_MAX);
	if (!wal->n)
		wal->at = at;
	memcpy(wal->p + wal->n, p, (size_t)n);
	wal->n += n;
	return SQLITE_OK;
}

static int
wal_sync(sqlite3_file *file, int flags)
{
	int rc = flush(file);

	return rc == SQLITE_OK ? below(file)->pMethods->xSync(below(file), flags) : rc;
}

static int
read_more(sqlite3_file *file, sqlite3_int64 at)
{
	struct wal *wal = of(file);
	sqlite3_int64 end = wal->read_at + wal->read_n, from = at - FRAME_HEADER, size;
	sqlite3_int64 most = wal->read_n && from <= end && at >= wal->read_at ? AHEAD_MAX : AHEAD_MIN;
	int rc = below(file)->pMethods->xFileSize(below(file), &size);

	wal->read_n = 0;
	if (rc != SQLITE_OK || from < 0 || size <= from)
		return rc;
	if (!wal->read)
		wal->read = xmalloc(AHEAD_MAX);
	size = size - from < most ? size - from : most;
	rc = below(file)->pMethods->xRead(below(file), wal->read, (int)size, from);
	wal->read_n = rc == SQLITE_OK ? (int)size : 0;
	wal->read_at = from;
	return rc;
}

static bool
was_read(const struct wal *wal, int n, sqlite3_int64 at)
{
	return wal->read_n > 0 && at >= wal->read_at && at + n <= wal->read_at + wal->read_n;
}

static int
read_ahead(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
	struct wal *wal = of(file);
	bool follows = at >= wal->behind && at - wal->behind <= FRAME_HEADER;
	int rc = SQLITE_OK;

	wal->behind = at + n;
	if (follows && !was_read(wal, n, at))
		rc = read_more(file, at);
	if (rc != SQLITE_OK || !was_read(wal, n, at))
		return below(file)->pMethods->xRead(below(file), p, n, at);
	memcpy(p, wal->read + (at - wal->read_at), (size_t)n);
	return SQLITE_OK;
}

static int
wal_read(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
	int rc = flush(file);

	if (rc != SQLITE_OK)
		return rc;
	return of(file)->ahead ? read_ahead(file, p, n, at) : below(file)->pMethods->xRead(below(file), p, n, at);
}

static int
wal_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int rc = flush(file);

	return rc == SQLITE_OK ? below(file)->pMethods->xTruncate(below(file), size) : rc;
}

static int
wal_size(sqlite3_file *file, sqlite3_int64 *size)
{
	int rc = flush(file);

	return rc == SQLITE_OK ? below(file)->pMethods->xFileSize(below(file), size) : rc;
}

static int
wal_close(sqlite3_file *file)
{
	free(of(file)->p);
	free(of(file)->read);
	return below(file)->pMethods->xClose(below(file));
}

static int
wal_control(sqlite3_file *file, int op, void *arg)
{
	return below(file)->pMethods->xFileControl(below(file), op, arg);
}

static int
wal_sector_size(sqlite3_file *file)
{
	return below(file)->pMethods->xSectorSize(below(file));
}

static int
wal_characteristics(sqlite3_file *file)
{
	return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

/* A log is never locked by itself. */
static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = wal_close,
	.xRead = wal_read,
	.xWrite = wal_write,
	.xTruncate = wal_truncate,
	.xSync = wal_sync,
	.xFileSize = wal_size,
	.xFileControl = wal_control,
	.xSectorSize = wal_sector_size,
	.xDeviceCharacteristics = wal_characteristics,
};

/* Writing back. */

static struct back *
back_of(sqlite3_file *file)
{
	return (struct back *)((char *)file + own->szOsFile);
}

static sqlite3_int64
number_at(const unsigned char *p)
{
	return (sqlite3_int64)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

/* How many pages, with this one, follow each other in both files within one commit. 1 where nothing is known of them. */
static int
pages_alike(const struct wal *wal, int n, sqlite3_int64 at, sqlite3_int64 frame)
{
	const sqlite3_int64 first = frame - FRAME_HEADER;
	const unsigned char *header;
	int step = n + FRAME_HEADER, pages = 1;

	if (!was_read(wal, step, first))
		return 1;
	header = wal->read + (first - wal->read_at);
	if (number_at(header) != at / n + 1)
		return 1;
	while ((pages + 1) * n <= GATHER_MAX && !number_at(header + FRAME_COMMITS) && was_read(wal, step, first + (sqlite3_int64)pages * step)) {
		header += step;
		if (number_at(header) != at / n + 1 + pages)
			break;
		pages++;
	}
	return pages;
}

/* A page, as it has just been read in the log. */
static int
back_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
	struct back *back = back_of(file);
	struct wal *wal = back->wal;
	sqlite3_int64 frame = wal->behind - n;
	int pages, rc;

	if (at >= back->from && at + n <= back->to && frame - back->frame == (at - back->from) / n * (n + FRAME_HEADER))
		return SQLITE_OK;
	back->to = 0;
	pages = pages_alike(wal, n, at, frame);
	if (pages == 1)
		return back->own->xWrite(file, p, n, at);
	if (!wal->p)
		wal->p = xmalloc(GATHER_MAX);
	for (int i = 0; i < pages; i++)
		memcpy(wal->p + (size_t)i * (size_t)n, wal->read + (frame - wal->read_at) + (size_t)i * (size_t)(n + FRAME_HEADER), (size_t)n);
	rc = back->own->xWrite(file, wal->p, pages * n, at);
	back->from = at;
	back->to = rc == SQLITE_OK ? at + (sqlite3_int64)pages * n : 0;
	back->frame = frame;
	return rc;
}

static int
wal_open(sqlite3_vfs *ours, const char *name, sqlite3_file *file, int flags, int *flags_r)
{
	int rc;

	(void)ours;
	if (flags & SQLITE_OPEN_MAIN_DB)
		memset(back_of(file), 0, sizeof(struct back));
	if (!(flags & SQLITE_OPEN_WAL))
		return own->xOpen(own, name, file, flags, flags_r);
	memset(file, 0, sizeof(struct wal));
	rc = own->xOpen(own, name, below(file), flags, flags_r);
	if (rc == SQLITE_OK)
		file->pMethods = &methods;
	return rc;
}

static void
make(void)
{
	own = sqlite3_vfs_find(NULL);
	vfs = *own;
	vfs.zName = "ixn";
	vfs.szOsFile += (int)sizeof(union extra);
	vfs.xOpen = wal_open;
	sqlite3_vfs_register(&vfs, 0);
}

const char *
wal_vfs(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make);
	return vfs.zName;
}

/* NULL: it has none yet. */
static struct wal *
wal_of(struct sqlite3 *db)
{
	sqlite3_file *file = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK || !file || file->pMethods != &methods)
		return NULL;
	return of(file);
}

void
wal_gather(struct sqlite3 *db, bool gathers)
{
	struct wal *wal = wal_of(db);

	if (wal)
		wal->gathers = gathers;
}

static void
set_ahead(struct sqlite3 *db, bool ahead)
{
	struct wal *wal = wal_of(db);
	sqlite3_file *file = NULL;
	struct back *back;

	if (wal) {
		wal->ahead = ahead;
		wal->read_n = 0;
	}
	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file || !file->pMethods)
		return;
	back = back_of(file);
	if (back->own)
		file->pMethods = back->own;
	*back = (struct back){ .wal = wal };
	if (!ahead || !wal)
		return;
	back->own = file->pMethods;
	back->methods = *file->pMethods;
	back->methods.xWrite = back_write;
	file->pMethods = &back->methods;
}

void
wal_write_back(struct sqlite3 *db)
{
	set_ahead(db, true);
	/* Where it cannot be done now, the next one does it. */
	sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	set_ahead(db, false);
}

static int
on_commit(void *context, struct sqlite3 *db, const char *name, int pages)
{
	(void)name;
	if (pages >= *(const int *)context)
		wal_write_back(db);
	return SQLITE_OK;
}

void
wal_limit(struct sqlite3 *db, bool bulk)
{
	union {
		const int *pages;
		void *context;
	} limit = { bulk ? &bulk_pages : &usual_pages };

	sqlite3_wal_hook(db, on_commit, limit.context);
}
