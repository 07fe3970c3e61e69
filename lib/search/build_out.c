#include "search/build.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

void
out_open(struct out *out, int fd, const char *path, struct err *err)
{
	*out = (struct out){ .fd = fd, .path = path, .err = err, .piece = xcalloc(1, INDEX_PIECE), .block = xmalloc(OUT_BLOCK) };
}

static void
out_flush(struct out *out)
{
	const unsigned char *p = out->block;
	size_t size = out->block_n;

	out->block_n = 0;
	while (size && !out->failed) {
		ssize_t n = write(out->fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			out->failed = true;
			err_set(out->err, errno == ENOSPC || errno == EDQUOT ? E_STORE_FULL : E_IO, "path", out->path, "reason", strerror(errno), NULL);
			return;
		}
		p += n;
		size -= (size_t)n;
	}
	/* The disk need not wait for the end, and so the end not for the disk. Where that is not to be had, it does. */
	sync_file_range(out->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

static void
out_bytes(struct out *out, const unsigned char *p, size_t size)
{
	while (size) {
		size_t room = OUT_BLOCK - out->block_n, n = size < room ? size : room;

		memcpy(out->block + out->block_n, p, n);
		out->block_n += n;
		p += n;
		size -= n;
		if (out->block_n == OUT_BLOCK)
			out_flush(out);
	}
}

void
out_close(struct out *out)
{
	out_flush(out);
	free(out->piece);
	free(out->block);
}

static void
out_piece(struct out *out)
{
	if (!out->piece_n)
		return;
	out->section->sum = index_sum(out->piece, out->piece_n, out->section->sum);
	out_bytes(out, out->piece, out->piece_n);
	out->piece_n = 0;
}

void
out_begin(struct out *out, struct file_section *section)
{
	out->section = section;
	*section = (struct file_section){ .at = out->at, .sum = (uint32_t)(out->at / 64) };
}

void
out_write(struct out *out, const void *data, size_t size)
{
	const unsigned char *p = data;

	out->at += size;
	while (size) {
		size_t room = INDEX_PIECE - out->piece_n, n = size < room ? size : room;

		memcpy(out->piece + out->piece_n, p, n);
		out->piece_n += n;
		p += n;
		size -= n;
		if (out->piece_n == INDEX_PIECE)
			out_piece(out);
	}
}

void
out_end(struct out *out)
{
	static const unsigned char zeros[64];

	out_write(out, zeros, (0 - out->at) % sizeof(zeros));
	out->section->size = out->at - out->section->at;
	out_piece(out);
}

void
out_lines(struct out *out, enum section section, struct line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		lines[i].sum = index_sum(lines[i].v, sizeof(lines[i].v), sum_seed(section, i));
		out_write(out, &lines[i], sizeof(lines[i]));
	}
}

void
out_rows(struct build *b, struct out *out, enum section section, const void *v, size_t n, size_t numbers)
{
	size_t size = numbers * sizeof(uint32_t), each = LINE_NUMBERS / numbers, line = 0;

	out_begin(out, &b->h.section[section]);
	for (size_t i = 0; i < n; i += each, line++) {
		struct line l = { .v = { 0 } };

		memcpy(l.v, (const char *)v + i * size, (n - i < each ? n - i : each) * size);
		l.sum = index_sum(l.v, sizeof(l.v), sum_seed(section, line));
		out_write(out, &l, sizeof(l));
	}
	out_end(out);
}

void
out_numbers(struct build *b, struct out *out, enum section section, const uint32_t *v, size_t n)
{
	out_rows(b, out, section, v, n, 1);
}

void
out_record_begin(struct buf *scratch)
{
	const uint32_t sum = 0;

	buf_reset(scratch);
	buf_add(scratch, &sum, sizeof(sum));
}

uint32_t
out_record(struct build *b, struct out *out, enum section section, uint32_t i, unsigned shift)
{
	static const char zeros[1 << RECORD_SHIFT_MAX];
	struct buf *s = &b->scratch;
	uint64_t at = out->at - out->section->at;
	uint32_t sum;

	buf_add(s, zeros, (0 - s->n) & ((UINT32_C(1) << shift) - 1));
	sum = index_sum(s->p + sizeof(sum), s->n - sizeof(sum), sum_seed(section, i));
	memcpy(s->p, &sum, sizeof(sum));
	out_write(out, s->p, s->n);
	return (uint32_t)(at >> shift);
}
