/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes a server of libfuse's low-level interface survive its death: what
 * the kernel has asked and not been told is answered by the next server.
 *
 * Three things are asked of the server. It replies to a request before its
 * handler returns. What handlers must know beyond their request is in the
 * state, or can be found there. And a handler that changes anything must bear
 * to be called again after it was killed anywhere, for which it has its memo:
 * look, note what was seen, only then act; called again, it believes the
 * note, not its eyes.
 */
#ifndef RECOVERY_H
#define RECOVERY_H

#include <fuse_lowlevel.h>
#include <stdint.h>

#include "state.h"

struct recovered {
	/* Requests executed by this server, or for the second time. */
	unsigned int replayed;
	/* Requests of which the reply was there, and only had to be sent. */
	unsigned int resent;
	/* Requests that had been answered. */
	unsigned int answered;
	/* Names of the operations that were replayed or resent. */
	char opcodes[512];
};

/* To be called in the server's init handler: settles what a slot can bear. */
void recovery_init(struct fuse_conn_info *conn);

void recovery_start(struct fuse_session *se, int connection, const struct state *state);

/* Finish what the server before has left behind. */
void recovery_replay(struct recovered *recovered);

/* Serve by some threads, until the file system is unmounted. */
void recovery_serve(unsigned int workers, void (*serving)(void));

/*
 * For the handler of a request: STATE_MEMO bytes of its own, in the state.
 * They are zero for a new request.
 */
void *recovery_memo(void);

#endif
