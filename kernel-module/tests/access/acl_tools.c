// SPDX-License-Identifier: GPL-2.0
/* ACLs with the programs that people use. */
#define SUITE "acl_tools"
#include "harness.h"
#include "store.h"
#include "posix_acl.h"
#include "shell.h"

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
