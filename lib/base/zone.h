/*
 * zone.h - local times; for base/time.c only, others take clock.h.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/clock.h"

/* Midnight of the local day of now, in milliseconds as if it were UTC's. E_BAD_ZONE. */
int zone_today(const char *zone, time_ms now, int64_t *day_r, struct err *err) ATTR_MUSTUSE;
/*
 * When is it clock milliseconds past midnight of that day? With clock -1: when
 * does the day begin? text is for messages. E_BAD_ZONE, E_TIME_GAP, E_TIME_TWICE.
 */
int zone_resolve(const char *zone, const char *text, int64_t day, int64_t clock, time_ms *t_r, struct err *err) ATTR_MUSTUSE;

#endif
