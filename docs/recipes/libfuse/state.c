// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "state.h"

#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[8] = "fdstFUSE";

/* Of the layout above; to be raised with every change of it. */
#define VERSION	1

_Static_assert(sizeof(struct slot) % STATE_PAGE == 0, "slots are made of pages");
_Static_assert(offsetof(struct slot, request) == STATE_PAGE, "a page is before the request");

/* FNV-1a */
static uint64_t checksum(const struct state_head *head)
{
	const uint8_t *byte = (const uint8_t *)head;
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = 0; i < offsetof(struct state_head, checksum); i++)
		sum = (sum ^ byte[i]) * 0x100000001b3;
	return sum;
}

static struct state *map(int fd, size_t size)
{
	struct state *state = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
				   fd, 0);

	if (state == MAP_FAILED)
		err(1, "the state of %zu bytes cannot be mapped", size);
	return state;
}

struct state *state_create(uint64_t rest_version, size_t rest_size, int *fd)
{
	size_t size = sizeof(struct state) + rest_size;
	struct state *state;

	*fd = memfd_create("fuse-state", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*fd < 0)
		err(1, "memfd_create");
	/* Sparse: what is not used costs nothing. Whoever gets it cannot make it too short. */
	if (ftruncate(*fd, size) || fcntl(*fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		err(1, "the state cannot be made %zu bytes long", size);
	state = map(*fd, size);
	memcpy(state->head.magic, magic, sizeof(magic));
	state->head.version = VERSION;
	state->head.slots = STATE_SLOTS;
	state->head.slot_size = sizeof(struct slot);
	state->head.rest_version = rest_version;
	state->head.rest_size = rest_size;
	state->head.checksum = checksum(&state->head);
	return state;
}

struct state *state_open(int fd, uint64_t rest_version, size_t rest_size)
{
	static const char remedy[] =
		"start the version that served, or give the mount up: rm -r the session, and umount";
	size_t size = sizeof(struct state) + rest_size;
	struct state_head head;
	struct state *state;
	struct stat st;

	if (fstat(fd, &st))
		err(1, "the state cannot be looked at");
	if (pread(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    memcmp(head.magic, magic, sizeof(magic)))
		errx(1, "the stored state is not one of this program; %s", remedy);
	if (head.version != VERSION || head.rest_version != rest_version)
		errx(1, "the stored state has layout %u.%llu, this program knows %d.%llu only; %s",
		     head.version, (unsigned long long)head.rest_version, VERSION,
		     (unsigned long long)rest_version, remedy);
	if (head.checksum != checksum(&head))
		errx(1, "the stored state is damaged: the checksum of its head is wrong; %s", remedy);
	if (head.slots != STATE_SLOTS || head.slot_size != sizeof(struct slot) ||
	    head.rest_size != rest_size)
		errx(1, "the stored state is laid out differently; %s", remedy);
	if ((size_t)st.st_size != size)
		errx(1, "the stored state is damaged: it has %lld bytes instead of %zu; %s",
		     (long long)st.st_size, size, remedy);
	if (head.init_size > sizeof(head.init))
		errx(1, "the stored state is damaged: its INIT request is too long; %s", remedy);
	state = map(fd, size);
	for (int i = 0; i < STATE_SLOTS; i++) {
		const struct slot *slot = &state->slots[i];

		if (slot->request.header.len > sizeof(slot->request) ||
		    slot->composed > sizeof(slot->reply))
			errx(1, "the stored state is damaged: slot %d is overfull; %s", i, remedy);
	}
	return state;
}

void slot_fault_in(struct slot *slot)
{
	if (madvise(slot, sizeof(*slot), MADV_POPULATE_WRITE))
		err(1, "no memory for a slot of %zu bytes", sizeof(*slot));
}
