#include "cmd/full/site_file.h"

#include "base/file.h"
#include "cmd/cmd.h"
#include "desk/site.h"

#define SITE_MAX ((size_t)64 << 20)

int
site_file_read(struct cli *cli, const char *path, struct site **site_r, struct err *err)
{
	struct json_source source = { .name = path };
	struct records sites;

	if (file_read(cli->arena, path, SITE_MAX, &source.text, &source.size, err) < 0 ||
	    cli_json_records(cli->arena, &source, &rec_site, &sites, err) < 0)
		return -1;
	if (sites.n != 1)
		return err_set(err, E_BAD_JSON, "where", path, "what", N_("one object is expected"), NULL);
	*site_r = sites.v;
	return 0;
}
