// SPDX-License-Identifier: GPL-2.0
/* What one of the crowd does with names, and stores of its own that end. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "fdstorefs.h"
#include "crowd.h"
#include "fuzz.h"

static void make_nameless(const char *name, int class)
{
	char path[32];
	int e = ALLOW(open("m0", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), 0);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", e);
	if (one_in(2))
		ALLOW(linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW),
		      EEXIST);
	replace(any_of(entry[class]), e);
}

void on_names(void)
{
	int class = random_below(CLASSES);
	char a[] = { 'm', '0', '/', 'A' + class, '/', 'a' + random_below(3), '\0' };
	char b[] = { 'm', '0', '/', 'A' + class, '/', 'a' + random_below(3), '\0' };

	switch (random_below(10)) {
	case 0 ... 1:
		ALLOW(unlink(a), ENOENT);
		break;
	case 2:
		ALLOW(rename(a, b), ENOENT);
		break;
	case 3:
		ALLOW(renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE), ENOENT);
		break;
	case 4:
		ALLOW(renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_NOREPLACE), ENOENT,
		      EEXIST);
		break;
	case 5:
		ALLOW(link(a, b), ENOENT, EEXIST);
		break;
	case 6:
		ALLOW(truncate(a, 0), ENOENT);
		break;
	case 7:
		make_nameless(a, class);
		break;
	case 8:
		if (one_in(8))
			ALLOW(umount2("m0", MNT_FORCE), EBUSY);
		break;
	default:
		replace(any_of(entry[class]),
			ALLOW(open(a, O_RDWR | O_CREAT | O_CLOEXEC, 0600), ENOENT));
	}
}

/* By the administrator. It may be another's store that is on top, or none. */
static void drain_as_admin(const char *dir)
{
	char path[64];
	struct stat st;
	int fd;

	ALLOW(stat(dir, &st), 0);
	snprintf(path, sizeof(path), "/sys/fs/fdstorefs/%u:%u",
		 major(st.st_dev), minor(st.st_dev));
	fd = ALLOW(open(path, O_WRONLY | O_CLOEXEC), ENOENT, ENODEV);
	if (fd < 0)
		return;
	ALLOW(write(fd, "drain", 5), ENODEV);
	close(fd);
}

/* Another's mount may be on top, and be gone again, or at its end. */
static void put_in_own_store(int e, const struct file *f)
{
	struct fdstorefs_put arg = { .fd = f->end, .flags = random_below(4), .anchor_fd = -1 };

	if (e >= 0 && one_in(2))
		ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), EBADF, EBUSY, ESHUTDOWN, ENOENT, ENOTTY);
}

/* A store of its own that ends, in one of the ways, with something in it. */
void own_store(void)
{
	static const int how[] = { 0, MNT_FORCE, MNT_DETACH, MNT_DETACH | MNT_FORCE };
	const struct file *mine = &crowd_file[me * FILES];
	int e, anchor = eventfd_that_fires();
	char options[32];

	snprintf(options, sizeof(options), "anchor=%d", anchor);
	/* The mount below may be taken away at this very moment. */
	if (ALLOW(mount("crowd", "m1", "fdstorefs", 0, options), ENOENT, EINVAL)) {
		close(anchor);
		return;
	}
	e = ALLOW(open("m1/a", O_RDWR | O_CREAT | O_CLOEXEC, 0600), EACCES);
	put_in_own_store(e, mine);
	if (one_in(3))
		fire(anchor);
	put_in_own_store(e, mine + 1);
	if (one_in(4))
		drain_as_admin("m1");
	put_in_own_store(e, mine + 2);
	if (one_in(2))
		replace(&e, -1);
	if (ALLOW(umount2("m1", how[random_below(4)]), EINVAL, EBUSY))
		ALLOW(umount2("m1", MNT_DETACH), EINVAL);
	replace(&e, -1);
	close(anchor);
}
