// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "recovery.h"

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "opcodes.h"

/* So many servers may have died of a request before it is given up. */
#define MAX_REPLAYS	16

/* With it, a reply is one to the request to interrupt that request. */
#define INTERRUPT_BIT	1

/* What handlers write to: libfuse clears bits of SETATTR, and a request must stay as it was read. */
#define MAX_COPY	(STATE_REQUEST - STATE_MAX_WRITE / 2)

static struct fuse_session *se;
static struct state state;
static int connection;
static bool restoring;

static _Thread_local struct slot *current;

static ssize_t send_reply(int fd, struct iovec *iov, int count, void *userdata)
{
	const struct fuse_out_header *header = iov[0].iov_base;
	struct slot *slot = current;
	size_t size = 0;

	if (restoring)
		return header->len;
	/*
	 * What does not fit is long because it reports much, and can be asked
	 * again. Some messages of libfuse concern other requests.
	 */
	if (slot && header->unique == slot->request.header.unique &&
	    header->len <= sizeof(slot->reply)) {
		for (int i = 0; i < count; i++) {
			memcpy(slot->reply + size, iov[i].iov_base, iov[i].iov_len);
			size += iov[i].iov_len;
		}
		atomic_store(&slot->composed, size);
	}
	return writev(fd, iov, count);
}

static ssize_t receive(int fd, void *buf, size_t size, void *userdata)
{
	return read(fd, buf, size);
}

void recovery_init(struct fuse_conn_info *conn)
{
	conn->max_write = STATE_MAX_WRITE;
	/*
	 * Opening would truncate, without the lock that keeps writers away until
	 * it is answered: done again, it would destroy what was written since.
	 */
	conn->want &= ~FUSE_CAP_ATOMIC_O_TRUNC;
}

void recovery_start(struct fuse_session *session, int fd, const struct state *memory)
{
	static const struct fuse_custom_io io = { .writev = send_reply, .read = receive };

	se = session;
	state = *memory;
	connection = fd;
	if (fuse_session_custom_io(se, &io, fd))
		errx(1, "libfuse does not take the connection");
}

void *recovery_memo(void)
{
	return current->memo;
}

/* The length is what makes the slot used, so it goes first. */
static void slot_free(struct slot *slot)
{
	slot->request.header.len = 0;
	atomic_signal_fence(memory_order_seq_cst);
	slot->composed = 0;
	slot->replays = 0;
	memset(slot->memo, 0, sizeof(slot->memo));
	atomic_signal_fence(memory_order_seq_cst);
}

static void give_to_libfuse(void *request, size_t size)
{
	struct fuse_buf buf = { .mem = request, .size = size };

	fuse_session_process_buf(se, &buf);
	if (fuse_session_exited(se))
		errx(1, "libfuse cannot serve this connection");
}

static void execute(struct slot *slot)
{
	_Alignas(8) uint8_t copy[MAX_COPY];
	const struct fuse_in_header *header = &slot->request.header;

	current = slot;
	if (header->opcode == FUSE_INIT) {
		if (header->len > sizeof(state.head->init))
			errx(1, "INIT of %u bytes is too long to be kept", header->len);
		memcpy(state.head->init, header, header->len);
		atomic_store(&state.head->init_size, header->len);
	}
	if (header->len <= sizeof(copy))
		give_to_libfuse(memcpy(copy, header, header->len), header->len);
	else
		give_to_libfuse(slot->request.bytes, header->len);
	current = NULL;
}

/*
 * Does the kernel still wait for the reply? A reply to an interrupt that says
 * nothing changes nothing, but fails if there is nothing to be interrupted.
 */
static bool is_awaited(const struct fuse_in_header *header)
{
	struct fuse_out_header probe = {
		.len = sizeof(probe),
		.unique = header->unique | INTERRUPT_BIT,
	};

	if (write(connection, &probe, sizeof(probe)) == sizeof(probe))
		return true;
	if (errno != ENOENT)
		err(1, "the kernel does not tell whether it waits for request %llu",
		    (unsigned long long)header->unique);
	return false;
}

static void give_up(const struct slot *slot)
{
	const struct fuse_in_header *header = &slot->request.header;
	struct fuse_out_header failure = {
		.len = sizeof(failure),
		.error = -EIO,
		.unique = header->unique,
	};

	warnx("%u servers died of %s of node %llu: it fails now", slot->replays,
	      opcode_name(header->opcode), (unsigned long long)header->nodeid);
	if (opcode_has_reply(header->opcode) &&
	    write(connection, &failure, sizeof(failure)) < 0 && errno != ENOENT)
		warn("request %llu", (unsigned long long)header->unique);
}

static void replay(struct slot *slot, struct recovered *recovered)
{
	const struct fuse_in_header *header = &slot->request.header;
	const char *name = opcode_name(header->opcode);

	if (opcode_has_reply(header->opcode) && !is_awaited(header)) {
		recovered->answered++;
		return;
	}
	if (header->opcode == FUSE_INTERRUPT)
		return;
	if (slot->composed) {
		if (write(connection, slot->reply, slot->composed) < 0 && errno != ENOENT)
			err(1, "a reply to %s cannot be sent", name);
		recovered->resent++;
	} else if (slot->replays >= MAX_REPLAYS) {
		give_up(slot);
	} else {
		slot->replays++;
		execute(slot);
		recovered->replayed++;
	}
	opcode_add(recovered->opcodes, sizeof(recovered->opcodes), name);
}

/* libfuse has to know what was agreed on; the kernel mostly knows. */
static void restore_init(void)
{
	union {
		struct fuse_in_header header;
		uint8_t bytes[sizeof(state.head->init)];
	} init;

	if (!state.head->init_size)
		return;
	memcpy(&init, state.head->init, sizeof(init));
	restoring = !is_awaited(&init.header);
	give_to_libfuse(&init, state.head->init_size);
	restoring = false;
}

void recovery_replay(struct recovered *recovered)
{
	memset(recovered, 0, sizeof(*recovered));
	restore_init();
	for (int i = 0; i < STATE_SLOTS; i++) {
		struct slot *slot = state_slot(&state, i);

		if (slot->request.header.len)
			replay(slot, recovered);
		slot_free(slot);
	}
}

static void *work(void *argument)
{
	struct slot *slot = argument;

	for (;;) {
		ssize_t size = read(connection, slot->request.bytes, sizeof(slot->request));

		if (size >= 0) {
			execute(slot);
		} else if (errno == ENODEV || errno == ECONNABORTED) {
			return NULL;
		} else if (errno != EINTR && errno != EAGAIN && errno != ENOENT) {
			err(1, "no request can be read");
		}
		slot_free(slot);
	}
}

void recovery_serve(unsigned int workers, void (*serving)(void))
{
	pthread_t threads[STATE_SLOTS];

	for (unsigned int i = 0; i < workers; i++)
		slot_fault_in(state_slot(&state, i));
	for (unsigned int i = 0; i < workers; i++) {
		errno = pthread_create(&threads[i], NULL, work, state_slot(&state, i));
		if (errno)
			err(1, "no thread for a worker");
	}
	serving();
	for (unsigned int i = 0; i < workers; i++)
		pthread_join(threads[i], NULL);
}
