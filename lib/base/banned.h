/*
 * banned.h - functions that are easy to misuse are compile errors. The build
 * includes this file before every other one.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Under _FORTIFY_SOURCE clang has macros by these names. */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok gets
#pragma GCC poison atoi atol atof gmtime localtime ctime asctime system popen

#endif
