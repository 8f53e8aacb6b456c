// SPDX-License-Identifier: GPL-2.0
/* ACLs with the programs that people use, and who pays for them. */
#define SUITE "acl_tools"
#include "harness.h"
#include "store.h"
#include "posix_acl.h"
#include "userns.h"

static const char *output(const char *command, char *buf, size_t size)
{
	FILE *pipe = popen(command, "r");
	size_t n;

	ASSERT_TRUE(pipe);
	n = fread(buf, 1, size - 1, pipe);
	buf[n] = '\0';
	ASSERT_EQ(pclose(pipe), 0);
	return buf;
}

TEST(setfacl_and_getfacl_work_on_an_entry)
{
	char buf[1024];

	make("s/e");
	ASSERT_EQ(system("setfacl -m u:1001:rw,g:2000:r s/e"), 0);
	EXPECT_STREQ(output("getfacl -cn s/e", buf, sizeof(buf)),
		     "user::rw-\nuser:1001:rw-\ngroup::r--\ngroup:2000:r--\n"
		     "mask::rw-\nother::r--\n\n");
	ASSERT_EQ(system("setfacl -x u:1001 s/e"), 0);
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "u::rw,g::r,g:2000:r,m::r,o::r");
	ASSERT_EQ(system("setfacl -b s/e"), 0);
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "none");
}

TEST(setfacl_and_getfacl_work_on_directories_recursively)
{
	char buf[1024];

	ASSERT_OK(mkdir("s/d", 0755));
	make("s/d/e");
	ASSERT_EQ(system("setfacl -R -m u:1001:rwX,d:u:1001:rwX s/d"), 0);
	EXPECT_STREQ(output("getfacl -cn s/d", buf, sizeof(buf)),
		     "user::rwx\nuser:1001:rwx\ngroup::r-x\nmask::rwx\nother::r-x\n"
		     "default:user::rwx\ndefault:user:1001:rwx\ndefault:group::r-x\n"
		     "default:mask::rwx\ndefault:other::r-x\n\n");
	EXPECT_STREQ(acl_text("s/d/e", ACCESS_ACL), "u::rw,u:1001:rw,g::r,m::rw,o::r");
	EXPECT_STREQ(output("getfacl -R s | setfacl --restore=-; getfacl -cn s/d/e", buf,
			    sizeof(buf)),
		     "user::rw-\nuser:1001:rw-\ngroup::r--\nmask::rw-\nother::r--\n\n");
}

TEST(ls_shows_that_there_is_an_acl)
{
	char buf[1024];

	make("s/e");
	ASSERT_EQ(strncmp(output("ls -l s/e", buf, sizeof(buf)), "-rw-r--r-- ", 11), 0);
	ASSERT_EQ(system("setfacl -m u:1001:r s/e"), 0);
	EXPECT_EQ(strncmp(output("ls -l s/e", buf, sizeof(buf)), "-rw-r--r--+", 11), 0);
}

#define GROUP	"/sys/fs/cgroup/fdstorefs-acl"
#define NAMES	2000	/* named users in each ACL, 8 bytes each */
#define ENTRIES	64

static void set_big_acl(const char *path, const char *type)
{
	static struct {
		struct posix_acl_xattr_header head;
		struct posix_acl_xattr_entry entries[NAMES + 4];
	} acl;
	struct posix_acl_xattr_entry *e = acl.entries;

	acl.head.a_version = htole32(POSIX_ACL_XATTR_VERSION);
	*e++ = (struct posix_acl_xattr_entry){ ACL_USER_OBJ, 6, ACL_NOBODY };
	for (int i = 0; i < NAMES; i++)
		*e++ = (struct posix_acl_xattr_entry){ ACL_USER, 4, 10000 + i };
	*e++ = (struct posix_acl_xattr_entry){ ACL_GROUP_OBJ, 4, ACL_NOBODY };
	*e++ = (struct posix_acl_xattr_entry){ ACL_MASK, 4, ACL_NOBODY };
	*e++ = (struct posix_acl_xattr_entry){ ACL_OTHER, 0, ACL_NOBODY };
	ASSERT_OK(setxattr(path, type, &acl, sizeof(acl), 0));
}

static void in_a_memory_cgroup(void (*run)(void))
{
	pid_t pid;

	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	ASSERT_OK(mkdir(GROUP, 0755));
	pid = ASSERT_OK(fork());
	if (!pid) {
		long before, charged, wanted = (long)ENTRIES * NAMES * 8;

		write_file(GROUP "/cgroup.procs", "0");
		before = number_in(GROUP "/memory.current");
		run();
		charged = number_in(GROUP "/memory.current") - before;
		EXPECT_GE(charged, wanted);
		finish();
	}
	ASSERT_CHILD(pid);
	ASSERT_OK(umount2("s", MNT_DETACH));
	ASSERT_OK(rmdir(GROUP));
}

static const char *numbered(int i)
{
	static char name[32];

	snprintf(name, sizeof(name), "s/d/%d", i);
	return name;
}

static void set_many(void)
{
	for (int i = 0; i < ENTRIES; i++) {
		make(numbered(i));
		set_big_acl(numbered(i), ACCESS_ACL);
	}
}

static void inherit_many(void)
{
	set_big_acl("s/d", DEFAULT_ACL);
	for (int i = 0; i < ENTRIES; i++)
		make(numbered(i));
}

TEST(the_memory_cgroup_pays_for_acls_that_are_set)
{
	ASSERT_OK(mkdir("s/d", 0755));
	in_a_memory_cgroup(set_many);
}

TEST(the_memory_cgroup_pays_for_acls_that_are_inherited)
{
	ASSERT_OK(mkdir("s/d", 0755));
	in_a_memory_cgroup(inherit_many);
}
