/* SPDX-License-Identifier: GPL-2.0 */
/* Descriptors through AF_UNIX sockets, after harness.h. */
#ifndef SCM_H
#define SCM_H

#include <sys/socket.h>

struct scm {
	char control[CMSG_SPACE(sizeof(int))];
	char byte;
	struct iovec iov;
	struct msghdr msg;
};

/* A message of one byte with room for one descriptor. */
static inline struct msghdr *scm_message(struct scm *scm)
{
	*scm = (struct scm){
		.iov = { .iov_base = &scm->byte, .iov_len = 1 },
		.msg = {
			.msg_iov = &scm->iov, .msg_iovlen = 1,
			.msg_control = scm->control,
			.msg_controllen = sizeof(scm->control),
		},
	};
	return &scm->msg;
}

static inline void send_fd(int sock, int fd)
{
	struct scm scm;
	struct msghdr *msg = scm_message(&scm);
	struct cmsghdr *head = CMSG_FIRSTHDR(msg);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(int));
	ASSERT_EQ(sendmsg(sock, msg, 0), 1);
}

static inline int receive_fd(int sock)
{
	struct scm scm;
	struct msghdr *msg = scm_message(&scm);
	struct cmsghdr *head;
	int fd;

	ASSERT_EQ(recvmsg(sock, msg, 0), 1);
	head = CMSG_FIRSTHDR(msg);
	ASSERT_TRUE(head);
	ASSERT_EQ(head->cmsg_type, SCM_RIGHTS);
	memcpy(&fd, CMSG_DATA(head), sizeof(int));
	return fd;
}

#endif
