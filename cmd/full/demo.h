/*
 * demo.h - the small site of 'ixn-setup --demo'.
 */
#ifndef CMD_FULL_DEMO_H
#define CMD_FULL_DEMO_H

/* As for --load; passwords are made anew each time and are not in it. */
extern const char demo_site[];

#endif
