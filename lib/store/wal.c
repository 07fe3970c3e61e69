/*
 * The write-ahead log in one stroke. SQLite writes each page of a commit by
 * itself, and 24 bytes before it; forty small writes cost more than what they
 * carry. Beneath it, a VFS: SQLite's own, but that what a commit writes to the
 * log is gathered until SQLite syncs it, which it does before anybody may look.
 *
 * Only while COMMIT runs, and so with the lock of writers: what a transaction
 * spills before is written at once, and what is left of a commit that failed is
 * dropped, or it would overwrite what others write there by then.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/priv.h"

/* More pages than most commits change. */
#define GATHER_MAX (96 << 10)

struct wal {
	sqlite3_file file; /* its methods: must be first */
	bool gathers;
	unsigned char *p; /* the bytes from offset at on, not yet written */
	int n;
	sqlite3_int64 at;
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
wal_read(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
	int rc = flush(file);

	return rc == SQLITE_OK ? below(file)->pMethods->xRead(below(file), p, n, at) : rc;
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

void
wal_gather(struct sqlite3 *db, bool gathers)
{
	sqlite3_file *file = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK || !file || file->pMethods != &methods)
		return;
	of(file)->gathers = gathers;
}
