/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a server keeps in a directory of an fdstorefs:
 *
 *	DIR/lease		locked (flock) by the server that is in charge
 *	DIR/session/connection	the open /dev/fuse
 *	DIR/session/state	the memfd
 *	DIR/open/ID		a file that has no name any more, but may be open
 *
 * The two of the session are put into a draft, which is then renamed: there
 * are both or none. Functions end the program if they fail, unless they say
 * otherwise.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stdint.h>

void session_open_store(const char *directory);

/* Is no other server in charge? Then this one is, as below. */
bool session_try_lease(void);

/*
 * Wait until no other server is in charge. This one is then, until its
 * process has ended: all threads of it, so none of them can still be at work
 * when the next one is in charge. From time to time the function is called,
 * to end the program if there is nothing to wait for.
 */
void session_await_lease(void (*check)(void));

/*
 * The state of the session, if there is one and it is mounted, or -1. Changes
 * nothing, and may be called while another server is in charge.
 */
int session_look(void);

/* Is there a session? Clears what an unmounted one has left. */
bool session_load(int *connection, int *state);
void session_save(int connection, int state);

/* The file system has been unmounted. */
void session_clear(void);

/* These return -1 and errno if they fail. */
int session_keep_file(uint64_t id, int fd);
int session_get_file(uint64_t id);
int session_drop_file(uint64_t id);

/* Drop those kept files of which the function says so. */
void session_drop_files(bool (*unwanted)(uint64_t id));

#endif
