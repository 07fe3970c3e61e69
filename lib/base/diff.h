/*
 * diff.h - how one text became another, line by line, in the unified form.
 *
 * The longest common subsequence of lines, where that can be had in bounded
 * time and memory; of long texts that differ all over, what lies between their
 * common beginning and end is shown as replaced.
 */
#ifndef BASE_DIFF_H
#define BASE_DIFF_H

struct buf;

/* Adds "@@ -1,3 +1,4 @@" and lines that begin by ' ', '-' or '+'; nothing where they are the same. */
void diff_lines(const char *before, const char *after, struct buf *out);

#endif
