/*
 * hasty - for LD_PRELOAD: who only waits for time to pass need not. tests/t compile it themselves:
 *	cc -shared -fPIC -o hasty.so hasty.c
 */
#include <poll.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

int
/* A name of the C library, parameters of ours. NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
poll(struct pollfd *fds, nfds_t n, int ms)
{
	return (int)syscall(SYS_poll, fds, n, n ? ms : 0);
}
