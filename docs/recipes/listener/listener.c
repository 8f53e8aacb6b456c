// SPDX-License-Identifier: Apache-2.0
// listener STORE PORT: says hello to whoever connects. Kill it, and start it again: nobody is refused.
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "fdstorefs.h"

int main(int argc, char **argv)
{
	int entry = openat(open(argv[1], O_DIRECTORY), "listener", O_RDWR | O_CREAT, 0600);
	int listener = ioctl(entry, FDSTOREFS_IOC_GET, 0), client;

	if (listener < 0) { /* the first one, which listens and only then has something to put */
		struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[argc - 1])) };
		struct fdstorefs_put put = { .fd = listener = socket(AF_INET, SOCK_STREAM, 0), .anchor_fd = -1 };
		if (bind(listener, (void *)&any, sizeof(any)) || listen(listener, 128) ||
		    ioctl(entry, FDSTOREFS_IOC_PUT, &put))
			err(1, "%s/listener", argv[1]);
	}
	signal(SIGPIPE, SIG_IGN);
	for (; (client = accept(listener, NULL, NULL)) >= 0; close(client))
		dprintf(client, "hello from process %d\n", getpid());
	err(1, "accept");
}
