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
 * the other are read together. Only while that runs: what it reads nobody may
 * change until it ends.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/priv.h"

/* More pages than most commits change. */
#define GATHER_MAX (96 << 10)
#define AHEAD_MAX (16 << 10)
/* Between two pages in the log. */
#define FRAME_HEADER 24

/* The log is written back when it has so many pages: that waits for the disk, and looking up a busy page in a long log takes its time. */
static const int usual_pages = 2000;
/* Where much is written, each time that it is written back costs more than its length. */
static const int bulk_pages = 16000;

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
	sqlite3_int64 size;
	int rc = below(file)->pMethods->xFileSize(below(file), &size);

	wal->read_n = 0;
	if (rc != SQLITE_OK || size <= at)
		return rc;
	if (!wal->read)
		wal->read = xmalloc(AHEAD_MAX);
	size = size - at < AHEAD_MAX ? size - at : AHEAD_MAX;
	rc = below(file)->pMethods->xRead(below(file), wal->read, (int)size, at);
	wal->read_n = rc == SQLITE_OK ? (int)size : 0;
	wal->read_at = at;
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

static int
wal_open(sqlite3_vfs *ours, const char *name, sqlite3_file *file, int flags, int *flags_r)
{
	int rc;

	(void)ours;
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
	vfs.szOsFile += (int)sizeof(struct wal);
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

	if (!wal)
		return;
	wal->ahead = ahead;
	wal->read_n = 0;
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
