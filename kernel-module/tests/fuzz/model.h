/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model: what there is, who refers to it, and what goes when the last
 * reference does. It knows nothing of system calls. Everything lives in small
 * tables, so that a place in a script ("the descriptor in slot 3 of process 2")
 * means the same in each run.
 */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define ACTORS	7	/* processes; 0 is the fuzzer itself */
#define SLOTS	12	/* descriptors of each */
#define STORES	5
#define POINTS	4	/* directories to mount on, in each mount namespace */
#define SPACES	4	/* mount namespaces; 0 is the fuzzer's */
#define MOUNTS	(POINTS * SPACES + 8)
#define INODES	320
#define DESCS	256
#define LINKS	512
#define NAMES	4	/* a, b, c, d, in each directory */
#define QUEUE	6	/* messages that wait in a socket */
#define USERS	2	/* root and user 1000 */
#define USER_ID	1000

enum kind {
	K_NONE,
	K_FILE,		/* something of a store, opened */
	K_PIPE_R, K_PIPE_W,
	K_PIPE_RW,	/* a pipe, opened once more for both */
	K_SOCKET,	/* of a pair whose other end is the witness */
	K_MAILBOX,	/* of a pair whose ends both are in play */
	K_EVENTFD,
	K_MEMFD,
	K_PIDFD,
	K_OPATH,
	KINDS
};

/* An open file description. */
struct desc {
	enum kind kind;
	int refs;		/* descriptors, entries, watches, messages */
	bool read, write;	/* what it can do */
	bool gone;		/* the last reference is gone: to be seen, then forgotten */
	/* K_FILE */
	struct inode *inode;
	struct link *link;	/* by which it was opened; NULL: the root */
	struct mnt *mnt;
	bool path;		/* O_PATH */
	/* the others */
	int witness;		/* the other end, or what it can be woken by; -1 */
	int ino;
	bool blind;		/* the witness cannot tell any more whether it is gone */
	bool in, hup;		/* poll(2) reports EPOLLIN, EPOLLHUP or EPOLLERR */
	bool soft;		/* hung up by shutdown(2): the witness has POLLHUP anyway */
	struct desc *peer;	/* both ends are in play */
	struct desc *queue[QUEUE];
	int queued;
	int target;		/* K_PIDFD: the actor */
};

/* What an entry holds. */
struct held {
	struct desc *file, *anchor;
	bool hangup;
};

enum type { T_NONE, T_REG, T_DIR, T_LINK };

/*
 * A name of an inode in a directory. What is opened by a name keeps it even if
 * it is removed, and that keeps the directory, also a removed one.
 */
struct link {
	struct inode *inode, *dir;	/* dir NULL: this place is free */
	int files;
	bool removed;		/* or never given, as with O_TMPFILE */
};

struct inode {
	enum type type;
	struct store *store;
	int nlink;		/* names; of a directory 1, until it is removed */
	int user;		/* index of the owner; the group is alike */
	int mode;
	bool dead;		/* it had a name, and has none any more */
	bool linkable;		/* O_TMPFILE without O_EXCL, no name yet */
	int opens;
	int pins;		/* removed names that keep this directory */
	struct link *self;	/* of a directory, its only name */
	struct inode *parent, *child[NAMES + 1];
	struct link *link[NAMES + 1];
	struct held held;
};

struct store {
	int mounter;		/* the user who mounted it */
	bool live;
	bool ended;		/* to be seen, then forgotten */
	int max, used, filled;
	bool sealed, fired;
	struct desc *anchor;
	int init;		/* the actor whose end is its end, or -1 */
	struct inode *root;
	/* what it looks like from outside */
	char name[24];		/* MAJOR:MINOR */
	int fd_admin;
	int seen_used, seen_sealed;
};

struct mnt {
	struct store *store;	/* NULL: this place is free */
	int space, point;	/* where it is, or -1 and -1 when detached */
	int files;
	bool locked;		/* came along into a less privileged namespace */
};

struct actor {
	bool live;
	int user;		/* index: whose charges, whose files */
	bool root;		/* may everything */
	bool userns;		/* the user, but root of a user namespace */
	int space;
	bool init;		/* of a pid namespace */
	struct desc *slot[SLOTS];
	int fd[SLOTS];
	pid_t pid;
	int sock;
};

struct model {
	struct actor actor[ACTORS];
	struct store store[STORES];
	struct mnt mnt[MOUNTS];
	struct inode inode[INODES];
	struct desc desc[DESCS];
	struct link link[LINKS];
	int in_space[SPACES];	/* how many actors */
	struct mnt *at[SPACES][POINTS];
};

extern struct model m;

/* Taking what is free; NULL when the table is full. */
struct desc *desc_new(enum kind kind, bool read, bool write);
struct inode *inode_new(struct store *store, enum type type, int user, int mode);
struct store *store_new(int user, int max, int mode);
struct mnt *mnt_new(struct store *store, int space, int point);

void desc_ref(struct desc *d);
void desc_unref(struct desc *d);
void inode_unused(struct inode *i);
void mnt_detach(struct mnt *mnt);
void drop(struct inode *i);
void drain(struct store *s);
bool fired(const struct desc *d);
void name_lost(struct inode *i);
struct link *link_new(struct inode *i, struct inode *dir, int name);
void link_remove(struct inode *dir, int name);
void link_move(struct inode *from, int name, struct inode *to, int to_name);
void link_exchange(struct inode *from, int name, struct inode *to, int to_name);

int free_slot(const struct actor *a);
void slot_set(struct actor *a, int slot, struct desc *d, int fd);
void slot_clear(struct actor *a, int slot);
void actor_died(struct actor *a);
int space_copy(int from);

/* Let hang-ups and anchors act until nothing changes any more. */
void consequences(void);

#endif
