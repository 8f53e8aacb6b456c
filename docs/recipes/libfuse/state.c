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
#define VERSION	3

static size_t pages(size_t size, size_t page)
{
	return (size + page - 1) / page * page;
}

struct state_layout state_layout(size_t page)
{
	struct state_layout layout = { .page = page };

	layout.identity = pages(sizeof(struct state_head), page);
	layout.slots = layout.identity + pages(sizeof(struct identity), page);
	layout.slot_size = pages(sizeof(struct slot), page);
	layout.rest = layout.slots + STATE_SLOTS * layout.slot_size;
	return layout;
}

static struct state_layout own_layout(void)
{
	return state_layout(sysconf(_SC_PAGESIZE));
}

static size_t size_of(const struct state_kind *kind)
{
	return own_layout().rest + kind->rest_size;
}

/* FNV-1a */
static uint64_t checksum(const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		sum = (sum ^ byte[i]) * 0x100000001b3;
	return sum;
}

static uint64_t checksum_of(const struct state_head *head)
{
	return checksum(head, offsetof(struct state_head, checksum));
}

struct state state_map(int fd, size_t rest_size)
{
	struct state state = { .layout = own_layout() };
	size_t size = state.layout.rest + rest_size;

	state.head = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (state.head == MAP_FAILED)
		err(1, "the state of %zu bytes cannot be mapped", size);
	state.rest = (char *)state.head + state.layout.rest;
	return state;
}

struct state state_create(const struct state_kind *kind, int *fd)
{
	size_t size = size_of(kind);
	struct state_head *head;
	struct state state;

	*fd = memfd_create("fuse-state", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*fd < 0)
		err(1, "memfd_create");
	/* Sparse: what is not used costs nothing. Whoever gets it cannot make it too short. */
	if (ftruncate(*fd, size) || fcntl(*fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		err(1, "the state cannot be made %zu bytes long", size);
	state = state_map(*fd, kind->rest_size);
	head = state.head;
	memcpy((char *)head + state.layout.identity, &kind->identity, sizeof(kind->identity));
	memcpy(head->magic, magic, sizeof(magic));
	head->version = VERSION;
	head->slots = STATE_SLOTS;
	head->page_size = state.layout.page;
	head->slot_size = state.layout.slot_size;
	head->rest_version = kind->rest_version;
	head->rest_size = kind->rest_size;
	head->identity_checksum = checksum(&kind->identity, sizeof(kind->identity));
	head->checksum = checksum_of(head);
	return state;
}

static const char remedy[] =
	"start the version that served, or give the mount up: rm -r the session, and umount";

static void check_head(int fd, const struct state_kind *kind, const struct state_head *head)
{
	struct state_layout own = own_layout();
	size_t size = size_of(kind);
	struct stat st;

	if (fstat(fd, &st))
		err(1, "the state cannot be looked at");
	if (head->version != VERSION || head->rest_version != kind->rest_version)
		errx(1, "the stored state has layout %u.%llu, this program knows %d.%llu only; %s",
		     head->version, (unsigned long long)head->rest_version, VERSION,
		     (unsigned long long)kind->rest_version, remedy);
	if (head->page_size != own.page)
		errx(1, "the stored state is laid out for pages of %llu bytes, this machine has pages of "
		     "%zu; give the mount up: rm -r the session, and umount",
		     (unsigned long long)head->page_size, own.page);
	if (head->checksum != checksum_of(head))
		errx(1, "the stored state is damaged: the checksum of its head is wrong; %s", remedy);
	if (head->slots != STATE_SLOTS || head->slot_size != own.slot_size ||
	    head->rest_size != kind->rest_size)
		errx(1, "the stored state is laid out differently; %s", remedy);
	if ((size_t)st.st_size != size)
		errx(1, "the stored state is damaged: it has %lld bytes instead of %zu; %s",
		     (long long)st.st_size, size, remedy);
	if (head->init_size > sizeof(head->init))
		errx(1, "the stored state is damaged: its INIT request is too long; %s", remedy);
}

static void check_identity(int fd, const struct state_head *head, const struct identity *own)
{
	static char stored_text[IDENTITY_SIZE], own_text[IDENTITY_SIZE];
	static struct identity stored;

	if (pread(fd, &stored, sizeof(stored), own_layout().identity) != sizeof(stored) ||
	    head->identity_checksum != checksum(&stored, sizeof(stored)) ||
	    stored.size > sizeof(stored.words))
		errx(1, "the stored state is damaged: the checksum of its identity is wrong; %s",
		     remedy);
	if (!identity_equals(&stored, own))
		errx(1, "the stored session is about \"%s\", and this server about \"%s\": give it a "
		     "directory of the store of its own, or end that session by unmounting it",
		     identity_text(&stored, stored_text), identity_text(own, own_text));
}

void state_check(int fd, const struct state_kind *kind)
{
	struct state_head head;

	if (pread(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    memcmp(head.magic, magic, sizeof(magic)))
		errx(1, "the stored state is not one of this program; %s", remedy);
	check_head(fd, kind, &head);
	check_identity(fd, &head, &kind->identity);
}

struct state state_open(int fd, const struct state_kind *kind)
{
	struct state state;

	state_check(fd, kind);
	state = state_map(fd, kind->rest_size);
	for (int i = 0; i < STATE_SLOTS; i++) {
		const struct slot *slot = state_slot(&state, i);

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
