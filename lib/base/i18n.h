/*
 * i18n.h - N_ marks text that is translated where it is printed; nothing on
 * this floor translates.
 */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#define N_(text) text

#endif
