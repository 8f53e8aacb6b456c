/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Labels, domains and the audit log, after harness.h. SELinux is enforcing the
 * distribution's policy, with kernel-module/selinux/fdstorefs.cil and the
 * domains and types of vm-tests/suites/selinux/guest/fdst.cil, which are named fdst_*.
 * vm-tests/suites/selinux/guest/tests-selinux sees to that.
 */
#ifndef SELINUX_H
#define SELINUX_H

#include "store.h"
#include "audit.h"
#include <sys/xattr.h>

#define SELINUXFS	"/sys/fs/selinux/"
#define LABEL		"security.selinux"
#define LABEL_MAX	256
#define SOMEBODY	1000

static inline bool enforcing(void)
{
	return number_in(SELINUXFS "enforce") == 1;
}

/* --- Labels --- */

/* USER:ROLE:TYPE[:LEVEL] with another type. */
static inline const char *with_type(const char *label, const char *type, char *result)
{
	const char *start = strchr(strchr(label, ':') + 1, ':') + 1;

	snprintf(result, LABEL_MAX, "%.*s%s%s", (int)(start - label), label,
		 type, strchrnul(start, ':'));
	return result;
}

/* The type in a label. */
static inline const char *type_in(const char *label)
{
	static char type[LABEL_MAX];
	const char *start = strchr(strchr(label, ':') + 1, ':') + 1;

	snprintf(type, sizeof(type), "%.*s", (int)(strchrnul(start, ':') - start),
		 start);
	return type;
}

static inline const char *label_of(const char *path)
{
	static char label[LABEL_MAX];
	int n = ASSERT_OK(lgetxattr(path, LABEL, label, sizeof(label) - 1));

	label[n] = '\0';
	return label;
}

static inline const char *type_of(const char *path)
{
	return type_in(label_of(path));
}

static inline int relabel(const char *path, const char *type)
{
	char label[LABEL_MAX];

	with_type(label_of(path), type, label);
	return lsetxattr(path, LABEL, label, strlen(label) + 1, 0);
}

/* A directory of that label. */
static inline void make_dir(const char *path, const char *type)
{
	ASSERT_OK(mkdir(path, 0777));
	ASSERT_OK(relabel(path, type));
}

/* An entry of that label, which holds fd, and which any user may open. */
static inline void fill_as(const char *path, const char *type, int fd)
{
	fill(path, fd);
	ASSERT_OK(chmod(path, 0666));
	ASSERT_OK(relabel(path, type));
}

/* What a mount option takes: of the system, since commas part options. */
static inline const char *option(const char *name, const char *type)
{
	static char text[LABEL_MAX];

	snprintf(text, sizeof(text), "%s=system_u:object_r:%s:s0", name, type);
	return text;
}

/* --- Domains --- */

/* This process goes on in that domain. */
static inline void enter(const char *domain)
{
	char old[LABEL_MAX], new[LABEL_MAX];
	int fd;

	ASSERT_TRUE(enforcing());
	with_type(slurp("/proc/self/attr/current", old, sizeof(old)), domain, new);
	fd = ASSERT_OK(open("/proc/self/attr/current", O_WRONLY | O_CLOEXEC));
	ASSERT_EQ(write(fd, new, strlen(new)), (ssize_t)strlen(new));
	ASSERT_OK(close(fd));
}

static inline bool as_domain(const char *domain)
{
	if (!harness_in_child())
		return false;
	ABOUT("%s", domain);
	enter(domain);
	return true;
}

/* AS_DOMAIN(type) { ... }: the block runs in a child in that domain. */
#define AS_DOMAIN(type) \
	for (bool as_ = as_domain(type); as_; finish())

/* --- The audit log --- */

#define EXPECT_DENIED(log, ...)	EXPECT_AUDITED(log, "avc:  denied", __VA_ARGS__)

#endif
