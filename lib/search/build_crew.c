#include "search/build.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/*
 * Who reads the source also cuts texts into words, and a second thread does
 * where there is a second processor and the library is not small. Texts are
 * handed over in batches; each of both numbers its words by itself.
 */
#define BATCHES 4
#define BATCH_TEXTS 512
#define BATCH_BYTES ((size_t)1 << 20)
#define ALONE_MAX 2048 /* texts that are not worth a thread */

enum batch_state { BATCH_FREE,
		   BATCH_FULL,
		   BATCH_TAKEN,
		   BATCH_DONE };

struct task {
	uint64_t at;
	uint32_t i;
	bool use;
	const char *names[BUILD_NAMES], *text, *language;
	struct build_text result;
};

struct batch {
	struct arena *arena;
	enum batch_state state;
	uint64_t turn;
	struct task *v;
	size_t n, bytes;
};

struct crew {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t change;
	bool running, refused, ends;
	struct batch batches[BATCHES], *filling;
	uint64_t turn, texts;
	struct collector *other;
};

static void
work(struct collector *c, struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		struct task *t = &batch->v[i];

		t->result = collector_add(c, t->at, t->names, t->text, t->language);
	}
}

/* The oldest of those that are full; they come in order. */
static struct batch *
take(struct crew *crew)
{
	struct batch *oldest = NULL;

	for (size_t i = 0; i < BATCHES; i++)
		if (crew->batches[i].state == BATCH_FULL && (!oldest || crew->batches[i].turn < oldest->turn))
			oldest = &crew->batches[i];
	if (oldest)
		oldest->state = BATCH_TAKEN;
	return oldest;
}

static void *
run(void *context)
{
	struct crew *crew = context;
	struct batch *batch;

	pthread_mutex_lock(&crew->lock);
	for (;;) {
		while (!(batch = take(crew)) && !crew->ends)
			pthread_cond_wait(&crew->change, &crew->lock);
		if (!batch)
			break;
		pthread_mutex_unlock(&crew->lock);
		work(crew->other, batch);
		pthread_mutex_lock(&crew->lock);
		batch->state = BATCH_DONE;
		pthread_cond_signal(&crew->change);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

/* Signals are for whoever reads the source. */
int
crew_thread(pthread_t *thread, void *(*function)(void *), void *context)
{
	sigset_t all, before;
	int rc;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return -1;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(thread, NULL, function, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc ? -1 : 0;
}

static void
begin(struct crew *crew)
{
	if (crew->running || crew->refused || crew->texts < ALONE_MAX)
		return;
	crew->refused = crew_thread(&crew->thread, run, crew) < 0;
	crew->running = !crew->refused;
}

/* What was found goes to its responses and uses. */
static void
settle(struct build *b, struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		const struct task *t = &batch->v[i];

		if (t->use)
			b->uses.v[t->i].text = t->result;
		else
			b->responses.v[t->i].text = t->result;
	}
	batch->n = batch->bytes = 0;
	arena_reset(batch->arena);
}

/* One that is free. Where the other does not come after, its work is done here. */
static struct batch *
free_batch(struct build *b)
{
	struct crew *crew = b->crew;

	for (;;) {
		struct batch *batch = NULL;

		pthread_mutex_lock(&crew->lock);
		for (size_t i = 0; i < BATCHES && !batch; i++)
			if (crew->batches[i].state == BATCH_FREE || crew->batches[i].state == BATCH_DONE)
				batch = &crew->batches[i];
		if (batch) {
			batch->state = BATCH_TAKEN;
			pthread_mutex_unlock(&crew->lock);
			settle(b, batch);
			return batch;
		}
		batch = take(crew);
		pthread_mutex_unlock(&crew->lock);
		if (batch) {
			work(&b->own, batch);
			settle(b, batch);
			return batch;
		}
	}
}

static struct crew *
crew_of(struct build *b)
{
	struct crew *crew = b->crew;

	if (crew)
		return crew;
	crew = b->crew = xcalloc(1, sizeof(*crew));
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->change, NULL);
	crew->other = &b->other;
	for (size_t i = 0; i < BATCHES; i++) {
		crew->batches[i].arena = arena_new();
		crew->batches[i].v = xcalloc(BATCH_TEXTS, sizeof(*crew->batches[i].v));
	}
	return crew;
}

static void
hand_over(struct crew *crew)
{
	pthread_mutex_lock(&crew->lock);
	crew->filling->state = BATCH_FULL;
	crew->filling->turn = crew->turn++;
	crew->filling = NULL;
	pthread_cond_signal(&crew->change);
	pthread_mutex_unlock(&crew->lock);
}

static const char *
copied(struct batch *batch, const char *s)
{
	size_t size = s ? strlen(s) : 0;

	batch->bytes += size;
	return size ? arena_memdup(batch->arena, s, size) : NULL;
}

void
crew_add(struct build *b, bool use, uint32_t i, const char *const names[BUILD_NAMES], const char *text, const char *language)
{
	struct crew *crew = crew_of(b);
	struct batch *batch;
	struct task *t;

	begin(crew);
	if (!crew->filling)
		crew->filling = free_batch(b);
	batch = crew->filling;
	t = &batch->v[batch->n++];
	*t = (struct task){ .at = ++crew->texts, .i = i, .use = use, .text = copied(batch, text), .language = copied(batch, language) };
	for (size_t k = 0; k < BUILD_NAMES; k++)
		t->names[k] = copied(batch, names[k]);
	if (batch->n == BATCH_TEXTS || batch->bytes >= BATCH_BYTES)
		hand_over(crew);
}

/* All that is left is done; the other ends. */
void
crew_end(struct build *b)
{
	struct crew *crew = b->crew;
	struct batch *batch;

	if (!crew)
		return;
	if (crew->filling)
		hand_over(crew);
	pthread_mutex_lock(&crew->lock);
	crew->ends = true;
	pthread_cond_signal(&crew->change);
	while ((batch = take(crew))) {
		pthread_mutex_unlock(&crew->lock);
		work(&b->own, batch);
		pthread_mutex_lock(&crew->lock);
		batch->state = BATCH_DONE;
	}
	pthread_mutex_unlock(&crew->lock);
	if (crew->running)
		pthread_join(crew->thread, NULL);
	for (size_t i = 0; i < BATCHES; i++) {
		settle(b, &crew->batches[i]);
		arena_free(&crew->batches[i].arena);
		free(crew->batches[i].v);
	}
	pthread_mutex_destroy(&crew->lock);
	pthread_cond_destroy(&crew->change);
	free(crew);
	b->crew = NULL;
}
