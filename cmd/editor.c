#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/cmd.h"

#define EDIT_MAX ((size_t)16 << 20)

bool
cli_program(const char *command, const char *argument)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		/* It may be set with arguments, as in "emacs -nw". */
		execl("/bin/sh", "sh", "-c", "exec $0 \"$1\"", command, argument, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int
cli_edit(struct cli *cli, const char *text, const char **text_r, struct err *err)
{
	const char *editor = getenv("VISUAL"), *folder = getenv("TMPDIR");
	char *path = arena_printf(cli->arena, "%s/ixn-XXXXXX", folder && *folder ? folder : "/tmp");
	size_t size;
	int fd, rc;

	if (!cli_interactive(cli))
		return err_set(err, E_NEEDS_TERMINAL, "what", "--edit", NULL);
	if (!editor || !*editor)
		editor = getenv("EDITOR");
	if (!editor || !*editor)
		editor = "vi";
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return err_set(err, E_CANNOT_CREATE, "path", path, "reason", strerror(errno), NULL);
	close(fd);
	rc = file_write(path, text, strlen(text), true, false, err);
	if (rc == 0)
		rc = cli_program(editor, path) ? 0 : err_set(err, E_NO_FILE, "path", editor, "reason", "the editor failed; nothing was changed", NULL);
	if (rc == 0)
		rc = file_read(cli->arena, path, EDIT_MAX, text_r, &size, err);
	unlink(path);
	return rc;
}
