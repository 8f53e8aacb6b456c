// SPDX-License-Identifier: GPL-2.0
/* What a program does with the header, as Debian's package brings it. The argument is an entry to be made. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fdstorefs.h>

int main(int argc, char **argv)
{
	struct fdstorefs_put put = { .fd = STDOUT_FILENO, .anchor_fd = -1 };
	int entry = argc == 2 ? open(argv[1], O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	int fd;

	if (entry < 0 || ioctl(entry, FDSTOREFS_IOC_PUT, &put) != 0)
		return 1;
	fd = ioctl(entry, FDSTOREFS_IOC_TAKE, 0);
	return fd < 0 || dprintf(fd, "hello\n") != 6 || unlink(argv[1]) != 0;
}
