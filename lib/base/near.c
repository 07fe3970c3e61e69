#include "base/near.h"

#include <string.h>

#define WORD_MAX 63

static int
least(int a, int b, int c)
{
	int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

int
near_distance(const char *a, const char *b)
{
	int rows[3][WORD_MAX + 1];
	int *last2 = rows[0], *last = rows[1], *row = rows[2];
	size_t la = strlen(a), lb = strlen(b);

	if (la > WORD_MAX || lb > WORD_MAX)
		return WORD_MAX;
	for (size_t k = 0; k <= lb; k++)
		last[k] = last2[k] = row[k] = (int)k;
	for (size_t i = 1; i <= la; i++) {
		int *oldest = last2;

		row[0] = (int)i;
		for (size_t k = 1; k <= lb; k++) {
			row[k] = least(last[k] + 1, row[k - 1] + 1, last[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] && last2[k - 2] + 1 < row[k])
				row[k] = last2[k - 2] + 1;
		}
		last2 = last;
		last = row;
		row = oldest;
	}
	return last[lb];
}

void
near_try(struct near *near, const char *candidate)
{
	size_t size = strlen(near->word);
	int distance = near_distance(near->word, candidate), most = 1 + (int)size / 4;

	/* Somebody who stopped typing is nearer than somebody who mistyped. */
	if (size >= 3 && strncmp(near->word, candidate, size) == 0)
		distance = 1;
	if (distance > most || (near->best && distance >= near->distance))
		return;
	near->best = candidate;
	near->distance = distance;
}
