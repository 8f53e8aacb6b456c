// SPDX-License-Identifier: GPL-2.0
/* SELinux: what is stored has a label of its own; and the audit log. */
#define SUITE "selinux_received"
#include "harness.h"
#include "selinux.h"

/* The child stores it, being in that domain; the report of failures is ours. */
static void store_from(const char *domain, const char *path, int (*make_one)(void))
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		int e = ASSERT_OK(open(path, O_RDWR)), fd;

		enter(domain);
		fd = make_one();
		ASSERT_OK(put(e, fd));
		finish();
	}
	ASSERT_CHILD(pid);
}

static void empty_entry(const char *path, const char *type)
{
	make(path);
	ASSERT_OK(chmod(path, 0666));
	ASSERT_OK(relabel(path, type));
}

static int fds_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

TEST(a_file_whose_label_the_receiver_may_not_use_is_refused_and_stays)
{
	char label[LABEL_MAX];
	int secret = ASSERT_OK(open("secret", O_CREAT | O_RDWR, 0666));

	with_type(label_of("secret"), "fdst_secret_t", label);
	ASSERT_OK(fsetxattr(secret, LABEL, label, strlen(label), 0));
	fill_as("s/e", "fdst_a_t", secret);
	AS_DOMAIN("fdst_getter_t") {
		int e = ASSERT_OK(open("s/e", O_RDWR)), before = fds_open();

		EXPECT_ERRNO(EACCES, get(e));
		EXPECT_EQ(fds_open(), before);
	}
	AS_DOMAIN("fdst_taker_t") {
		int e = ASSERT_OK(open("s/e", O_RDWR)), before = fds_open();

		EXPECT_ERRNO(EACCES, take(e));
		EXPECT_EQ(await(e, POLLIN | POLLOUT), POLLIN);
		EXPECT_EQ(fds_open(), before);
	}
	AS_DOMAIN("fdst_client_t")
		EXPECT_TRUE(same(ASSERT_OK(get_from("s/e")), secret));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/e")), secret));
}

TEST(a_file_that_another_domain_opened_is_refused_and_stays)
{
	empty_entry("s/e", "fdst_a_t");
	store_from("fdst_putter_t", "s/e", memfd);
	AS_DOMAIN("fdst_getter_t")
		EXPECT_ERRNO(EACCES, get_from("s/e"));
	EXPECT_OK(get_from("s/e"));
	AS_DOMAIN("fdst_client_t")
		EXPECT_OK(get_from("s/e"));
	AS_DOMAIN("fdst_taker_t")
		EXPECT_OK(take(ASSERT_OK(open("s/e", O_RDWR))));
	EXPECT_ERRNO(ENODATA, get_from("s/e"));
}

static int unix_socket(void)
{
	return ASSERT_OK(socket(AF_UNIX, SOCK_STREAM, 0));
}

TEST(a_socket_whose_label_the_receiver_may_not_use_is_refused_and_stays)
{
	empty_entry("s/e", "fdst_a_t");
	store_from("fdst_putter_t", "s/e", unix_socket);
	AS_DOMAIN("fdst_taker_t") {
		int e = ASSERT_OK(open("s/e", O_RDWR));

		EXPECT_ERRNO(EACCES, take(e));
		EXPECT_EQ(await(e, POLLIN | POLLOUT), POLLIN);
	}
	AS_DOMAIN("fdst_client_t")
		EXPECT_OK(get_from("s/e"));
}

TEST(denials_are_in_the_audit_log)
{
	int log = open_audit_log();

	ASSERT_OK(prctl(PR_SET_NAME, "fdst-comm"));
	fill_as("s/a", "fdst_a_t", memfd());
	fill_as("s/b", "fdst_b_t", memfd());
	AS_DOMAIN("fdst_getter_t")
		EXPECT_ERRNO(EACCES, open("s/b", O_RDONLY));
	EXPECT_DENIED(log, "{ read }", "comm=\"fdst-comm\"", "name=\"b\"",
		      "dev=\"fdstorefs\"", ":fdst_getter_t:", ":fdst_b_t:",
		      "tclass=file", "permissive=0");
	AS_DOMAIN("fdst_putter_t")
		EXPECT_ERRNO(EACCES, get_from("s/a"));
	EXPECT_DENIED(log, "{ ioctl }", "comm=\"fdst-comm\"", "ioctlcmd=0xdf02",
		      ":fdst_putter_t:", ":fdst_a_t:", "tclass=file",
		      "permissive=0");
	ASSERT_OK(mkdir("t", 0755));
	AS_DOMAIN("fdst_barred_t")
		EXPECT_ERRNO(EACCES, mount("x", "t", "fdstorefs", 0, NULL));
	EXPECT_DENIED(log, "{ mount }", "comm=\"fdst-comm\"", ":fdst_barred_t:",
		      ":fdstorefs_t:", "tclass=filesystem", "permissive=0");
}

TEST(a_refused_receiver_is_in_the_audit_log_with_the_label_of_what_is_stored)
{
	int log = open_audit_log();

	empty_entry("s/e", "fdst_a_t");
	store_from("fdst_putter_t", "s/e", unix_socket);
	AS_DOMAIN("fdst_getter_t")
		EXPECT_ERRNO(EACCES, get_from("s/e"));
	EXPECT_DENIED(log, "{ use }", ":fdst_getter_t:", ":fdst_putter_t:",
		      "tclass=fd");
	AS_DOMAIN("fdst_taker_t")
		EXPECT_ERRNO(EACCES, take(ASSERT_OK(open("s/e", O_RDWR))));
	EXPECT_DENIED(log, ":fdst_taker_t:", ":fdst_putter_t:",
		      "tclass=unix_stream_socket");
}
