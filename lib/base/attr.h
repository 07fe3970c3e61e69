/*
 * attr.h - compiler attributes, named for what they promise.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define ATTR_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define ATTR_MUSTUSE __attribute__((warn_unused_result))
#define ATTR_NORETURN __attribute__((noreturn))
#define ATTR_SENTINEL __attribute__((sentinel))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
