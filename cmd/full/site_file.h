/*
 * site_file.h - a site in a file, as 'ixn-setup --load' and 'ixn-replay --load'
 * take it.
 */
#ifndef CMD_FULL_SITE_FILE_H
#define CMD_FULL_SITE_FILE_H

struct cli;
struct err;
struct site;

/* '-' is standard input. Files of passwords are named in it, not read. */
int site_file_read(struct cli *cli, const char *path, struct site **site_r, struct err *err);

#endif
