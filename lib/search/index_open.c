#include "search/index_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "search/index_log.h"
#include "search/index_top.h"
#include "search/rank.h"
#include "search/terms.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"

static int
damaged(const char *path, const char *reason, struct err *err)
{
	return err_set(err, E_INDEX_DAMAGED, "path", path, "reason", reason, NULL);
}

static int
open_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err_set(err, errno == ENOENT || errno == ENOTDIR ? E_INDEX_MISSING : E_IO, "path", path, "reason", strerror(errno), NULL);
	return fd;
}

/* What each section must have room for: then each later access stays within the file. */
static bool
sections_hold(const struct file_header *h)
{
	const uint64_t lines[SECTIONS] = {
		[IN_WORDS] = ((uint64_t)h->words + WORDS_LINE - 1) / WORDS_LINE,
		[IN_TERMS] = ((uint64_t)h->terms + TERMS_LINE - 1) / TERMS_LINE,
		[IN_RECORD_AT] = (uint64_t)h->responses / LINE_NUMBERS + 1,
		[IN_USE_AT] = (uint64_t)h->uses * USE_NUMBERS / LINE_NUMBERS + 1,
		[IN_NAME_AT] = (uint64_t)h->responses / NAMES_BLOCK / LINE_NUMBERS + 1,
		[IN_PHRASES] = ((uint64_t)h->phrases + PHRASE_PAIRS - 1) / PHRASE_PAIRS,
		[IN_META_AT] = ((uint64_t)h->classes + h->agents) / LINE_NUMBERS + 1,
		[IN_CLASS] = (uint64_t)h->classes / LINE_NUMBERS + 1,
		[IN_TERM_BY] = h->term_lines,
		[IN_WORD_BY] = h->word_lines,
		[IN_KEYS] = h->key_lines,
	};

	for (size_t i = 0; i < SECTIONS; i++) {
		const struct file_section *s = &h->section[i];

		if (s->at % 64 || s->at < INDEX_HEADER || s->at > h->size - PACK_PAD || s->size > h->size - PACK_PAD - s->at)
			return false;
		if (s->size < lines[i] * sizeof(struct line))
			return false;
	}
	return true;
}

static const char *
header_wrong(const struct file_header *h, uint64_t size)
{
	if (memcmp(h->magic, INDEX_MAGIC, sizeof(h->magic)) != 0)
		return "it is not an index";
	if (h->order != INDEX_ORDER || h->version != INDEX_VERSION || h->terms_version != TERMS_VERSION)
		return "it is of another version";
	if (h->sum != index_sum(h, offsetof(struct file_header, sum), sum_seed(SUM_HEADER, 0)))
		return "its header is not right";
	if (h->size != size || size < INDEX_HEADER + PACK_PAD)
		return "its size is not right";
	if (!h->term_lines || !h->word_lines || !h->key_lines || h->record_shift > RECORD_SHIFT_MAX || !sections_hold(h))
		return "its sections do not fit";
	return NULL;
}

static int
read_header(int fd, const char *path, struct file_header *h, struct err *err)
{
	const char *wrong;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(err, E_IO, "path", path, "reason", strerror(errno), NULL);
	if (pread(fd, h, sizeof(*h), 0) != (ssize_t)sizeof(*h))
		return damaged(path, "it is too short", err);
	wrong = header_wrong(h, (uint64_t)st.st_size);
	return wrong ? damaged(path, wrong, err) : 0;
}

int
index_header(const char *path, struct file_header *h, struct err *err)
{
	int fd = open_file(path, err), rc;

	if (fd < 0)
		return -1;
	rc = read_header(fd, path, h, err);
	close(fd);
	return rc;
}

/* Sections of lines, which are looked at one by one. */
static void
count_lines(struct search *s)
{
	static const bool is_other[SECTIONS] = { [IN_RECORDS] = true, [IN_USES] = true, [IN_NAMES] = true, [IN_LISTS] = true, [IN_META] = true };
	size_t n = 0;

	for (size_t i = 0; i < SECTIONS; i++) {
		s->line_first[i] = n;
		s->line_n[i] = is_other[i] ? 0 : s->h.section[i].size / sizeof(struct line);
		n += s->line_n[i];
	}
	s->right = xcalloc(n / 8 + 1, 1);
}

int
search_map(const char *path, struct search **search_r, struct err *err)
{
	struct search *s;
	int fd = open_file(path, err);
	void *map;

	if (fd < 0)
		return -1;
	s = xcalloc(1, sizeof(*s));
	if (read_header(fd, path, &s->h, err) < 0) {
		close(fd);
		free(s);
		return -1;
	}
	s->size = s->h.size;
	map = mmap(NULL, s->size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED) {
		free(s);
		return err_set(err, E_IO, "path", path, "reason", strerror(errno), NULL);
	}
	/* What has to come from the disk comes in large pages, which are mapped at a fraction of what small ones cost. */
	madvise(map, s->size, MADV_HUGEPAGE);
	s->map = map;
	s->path = xstrdup(path);
	count_lines(s);
	code_set(&s->code, &s->h.code);
	*search_r = s;
	return 0;
}

/* Between the opening of the index and of its log both may be replaced: then once more. */
int
search_open(const char *path, struct search **search_r, struct err *err)
{
	for (int attempt = 0; attempt < 3; attempt++) {
		struct file_header now;
		bool stale;

		if (search_map(path, search_r, err) < 0)
			return -1;
		if (index_log_read(*search_r, &stale, err) < 0) {
			search_close(search_r);
			return -1;
		}
		if (!stale || index_header(path, &now, NULL) < 0 || now.identity == (*search_r)->h.identity)
			return 0;
		search_close(search_r);
	}
	return search_map(path, search_r, err);
}

void
search_close(struct search **search)
{
	struct search *s = *search;

	if (!s)
		return;
	munmap(s->map, s->size);
	index_log_free(&s->log);
	index_top_free(&s->top);
	rank_free(&s->rank);
	free(s->text.v);
	free(s->use.v);
	free(s->past.v);
	free(s->right);
	buf_release(&s->name);
	free(s->path);
	free(s);
	*search = NULL;
}

const void *
index_broken(struct search *search, const char *what)
{
	if (!search->damaged)
		search->damaged = what;
	return NULL;
}

int
index_damaged(const struct search *search, struct err *err)
{
	return search->damaged ? damaged(search->path, search->damaged, err) : 0;
}

const struct line index_no_line;

const struct line *
index_line_first(struct search *search, enum section section, size_t i)
{
	const struct line *line = (const struct line *)(const void *)section_at(search, section) + i;
	size_t bit = search->line_first[section] + i;

	if (i >= search->line_n[section]) {
		index_broken(search, "a line is not there");
		return &index_no_line;
	}
	if (line->sum != index_sum_line(line->v, sum_seed(section, i))) {
		index_broken(search, "a line is not right");
		return &index_no_line;
	}
	search->right[bit / 8] |= (uint8_t)(1 << bit % 8);
	return line;
}

uint32_t
index_number(struct search *search, enum section section, size_t i)
{
	return index_line(search, section, i / LINE_NUMBERS)->v[i % LINE_NUMBERS];
}

struct cut
index_record(struct search *search, enum section section, enum section where, size_t i)
{
	unsigned shift = section == IN_META ? 0 : search->h.record_shift;
	size_t numbers = section == IN_USES ? USE_NUMBERS : 1;
	uint64_t from = (uint64_t)index_number(search, where, i * numbers) << shift, to = (uint64_t)index_number(search, where, (i + 1) * numbers) << shift;
	const unsigned char *p = section_at(search, section) + from;
	struct cut none = { NULL, NULL, true };
	uint32_t sum;

	if (from > to || to > search->h.section[section].size || to - from < sizeof(sum)) {
		index_broken(search, "a record is not there");
		return none;
	}
	memcpy(&sum, p, sizeof(sum));
	if (sum != index_sum(p + sizeof(sum), to - from - sizeof(sum), sum_seed(section, i))) {
		index_broken(search, "a record is not right");
		return none;
	}
	return (struct cut){ p + sizeof(sum), p + (to - from), false };
}

bool
index_section_right(const struct search *search, enum section section)
{
	const struct file_section *s = &search->h.section[section];
	uint32_t sum = (uint32_t)(s->at / 64);

	for (uint64_t at = 0; at < s->size; at += INDEX_PIECE)
		sum = index_sum(search->map + s->at + at, s->size - at < INDEX_PIECE ? s->size - at : INDEX_PIECE, sum);
	return sum == s->sum;
}

int
search_verify(const struct search *search, struct err *err)
{
	for (enum section i = 0; i < SECTIONS; i++)
		if (!index_section_right(search, i))
			return damaged(search->path, "the sum of a section is not right", err);
	return index_damaged(search, err);
}
