// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"

#define KIND(name, weight) { #name, weight, pick_##name, run_##name }

/* The grammar: what there is, and how often. */
const struct op_kind op_kinds[] = {
	KIND(open, 110), KIND(tmpfile, 14), KIND(close, 45), KIND(dup, 8),
	KIND(mkdir, 14), KIND(symlink, 5), KIND(unlink, 30), KIND(rmdir, 12),
	KIND(link, 15), KIND(link_fd, 10), KIND(rename, 45), KIND(truncate, 8),
	KIND(ftruncate, 8), KIND(chmod, 6), KIND(chown, 3), KIND(write, 3),
	KIND(put, 120), KIND(put_odd, 6), KIND(get, 40), KIND(take, 30),
	KIND(poll, 15), KIND(read, 10),
	KIND(mount, 14), KIND(fsmount, 4), KIND(bind, 6), KIND(remount, 6),
	KIND(umount, 8), KIND(drain, 1),
	KIND(make, 60), KIND(mailbox, 12), KIND(send, 25), KIND(receive, 20),
	KIND(fire, 12), KIND(hang_up, 16),
	KIND(spawn, 10), KIND(kill, 4),
};

const int op_count = sizeof(op_kinds) / sizeof(*op_kinds);
