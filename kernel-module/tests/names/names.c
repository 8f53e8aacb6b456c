// SPDX-License-Identifier: GPL-2.0
/* Making, linking, renaming and removing names. */
#define SUITE "names"
#include "harness.h"
#include "store.h"

static ino_t ino(const char *path)
{
	return stat_of(path).st_ino;
}

TEST(o_creat_makes_an_empty_regular_file)
{
	int fd = ASSERT_OK(open("s/e", O_CREAT | O_RDWR, 0640));

	EXPECT_EQ(stat_of("s/e").st_mode, S_IFREG | 0640);
	EXPECT_EQ(stat_of("s/e").st_nlink, 1);
	EXPECT_EQ(stat_of("s/e").st_size, 0);
	EXPECT_ERRNO(ENODATA, get(fd));
}

TEST(o_creat_opens_what_is_there_and_o_excl_does_not)
{
	int m = memfd();

	fill("s/e", m);
	EXPECT_TRUE(same(ASSERT_OK(get(entry("s/e"))), m));
	EXPECT_ERRNO(EEXIST, open("s/e", O_CREAT | O_EXCL | O_RDWR, 0600));
}

TEST(a_missing_name_is_enoent)
{
	EXPECT_ERRNO(ENOENT, open("s/e", O_RDONLY));
	EXPECT_ERRNO(ENOENT, unlink("s/e"));
	EXPECT_ERRNO(ENOENT, rename("s/e", "s/f"));
	EXPECT_ERRNO(ENOENT, mkdir("s/d/d", 0755));
}

TEST(mknod_of_a_regular_file_makes_an_entry)
{
	int m = memfd();

	ASSERT_OK(mknod("s/e", S_IFREG | 0600, 0));
	fill("s/e", m);
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/e")), m));
}

TEST(a_fifo_works_as_one)
{
	char c = 0;
	int fd;

	ASSERT_OK(mkfifo("s/f", 0600));
	fd = ASSERT_OK(open("s/f", O_RDWR));
	ASSERT_EQ(write(fd, "x", 1), 1);
	ASSERT_EQ(read(fd, &c, 1), 1);
	EXPECT_EQ(c, 'x');
}

TEST(a_bound_socket_can_be_connected_to)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "s/u" };
	int server = ASSERT_OK(socket(AF_UNIX, SOCK_STREAM, 0));
	int client = ASSERT_OK(socket(AF_UNIX, SOCK_STREAM, 0));

	ASSERT_OK(bind(server, (struct sockaddr *)&name, sizeof(name)));
	EXPECT_TRUE(S_ISSOCK(stat_of("s/u").st_mode));
	ASSERT_OK(listen(server, 1));
	EXPECT_OK(connect(client, (struct sockaddr *)&name, sizeof(name)));
}

TEST(a_tmpfile_filled_and_linked_appears_filled)
{
	int m = memfd(), fd = ASSERT_OK(open("s", O_TMPFILE | O_RDWR, 0600));

	ASSERT_OK(put(fd, m));
	ASSERT_OK(link_fd(fd, "s/e"));
	EXPECT_EQ(stat_of("s/e").st_nlink, 1);
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/e")), m));
}

TEST(a_tmpfile_with_o_excl_cannot_be_linked)
{
	int fd = ASSERT_OK(open("s", O_TMPFILE | O_EXCL | O_RDWR, 0600));

	ASSERT_OK(put(fd, memfd()));
	EXPECT_ERRNO(ENOENT, link_fd(fd, "s/e"));
}

TEST(a_name_of_255_bytes_is_fine_and_of_256_is_enametoolong)
{
	char name[2 + 256 + 1] = "s/";
	int m = memfd();

	memset(name + 2, 'n', 255);
	fill(name, m);
	EXPECT_TRUE(same(ASSERT_OK(get_from(name)), m));
	ASSERT_OK(unlink(name));
	ASSERT_OK(mkdir(name, 0755));
	name[2 + 255] = 'n';
	EXPECT_ERRNO(ENAMETOOLONG, open(name, O_CREAT | O_RDWR, 0600));
	EXPECT_ERRNO(ENAMETOOLONG, open(name, O_RDONLY));
	EXPECT_ERRNO(ENAMETOOLONG, mkdir(name, 0755));
	EXPECT_ERRNO(ENAMETOOLONG, symlink("x", name));
	EXPECT_ERRNO(ENAMETOOLONG, mkfifo(name, 0600));
	make("s/e");
	EXPECT_ERRNO(ENAMETOOLONG, link("s/e", name));
	EXPECT_ERRNO(ENAMETOOLONG, rename("s/e", name));
	EXPECT_ERRNO(ENAMETOOLONG, unlink(name));
}

TEST(any_bytes_but_slash_and_nul_make_a_name)
{
	char name[] = "s/a?b\n\t";

	for (int c = 1; c < 256; c++) {
		name[3] = (char)c;
		if (c == '/')
			continue;
		ABOUT("byte %d", c);
		make(name);
		EXPECT_TRUE(exists(name));
	}
	EXPECT_EQ(files_in_use("s"), 254);
}

TEST(readdir_gives_every_name_once_with_type_and_inode)
{
	struct { const char *path; unsigned char type; int seen; } all[] = {
		{ "s/.", DT_DIR, 0 }, { "s/..", DT_DIR, 0 }, { "s/e", DT_REG, 0 },
		{ "s/d", DT_DIR, 0 }, { "s/l", DT_LNK, 0 }, { "s/f", DT_FIFO, 0 },
	};
	struct dirent *e;
	DIR *dir;

	make("s/e");
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(symlink("e", "s/l"));
	ASSERT_OK(mkfifo("s/f", 0600));
	dir = opendir("s");
	ASSERT_TRUE(dir);
	while ((e = readdir(dir))) {
		int i = 0;

		while (i < 6 && strcmp(all[i].path + 2, e->d_name))
			i++;
		ABOUT("%s", e->d_name);
		ASSERT_LT(i, 6);
		all[i].seen++;
		EXPECT_EQ(e->d_type, all[i].type);
		if (i != 1)
			EXPECT_EQ(e->d_ino, ino(all[i].path));
	}
	for (int i = 0; i < 6; i++)
		EXPECT_EQ(all[i].seen, 1);
}

TEST(a_directory_can_be_emptied_while_it_is_read)
{
	struct dirent *e;
	char name[300];
	DIR *dir;

	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "s/%d", i);
		make(name);
	}
	dir = opendir("s");
	ASSERT_TRUE(dir);
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.')
			ASSERT_OK(unlinkat(dirfd(dir), e->d_name, 0));
	EXPECT_EQ(files_in_use("s"), 0);
}

TEST(a_hard_link_is_the_same_entry)
{
	int m = memfd();

	make("s/a");
	ASSERT_OK(link("s/a", "s/b"));
	EXPECT_EQ(ino("s/a"), ino("s/b"));
	EXPECT_EQ(stat_of("s/a").st_nlink, 2);
	fill("s/a", m);
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/b")), m));
	ASSERT_OK(unlink("s/a"));
	EXPECT_EQ(stat_of("s/b").st_nlink, 1);
}

TEST(links_to_directories_and_over_names_fail)
{
	ASSERT_OK(mkdir("s/d", 0755));
	make("s/e");
	EXPECT_ERRNO(EPERM, link("s/d", "s/l"));
	EXPECT_ERRNO(EEXIST, link("s/e", "s/d"));
	EXPECT_ERRNO(EEXIST, symlink("e", "s/d"));
}

TEST(a_symlink_is_read_and_followed)
{
	char text[16] = "";
	int m = memfd();

	fill("s/e", m);
	ASSERT_OK(symlink("e", "s/l"));
	EXPECT_EQ(readlink("s/l", text, sizeof(text)), 1);
	EXPECT_STREQ(text, "e");
	EXPECT_EQ(stat_of("s/l").st_size, 1);
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/l")), m));
	EXPECT_ERRNO(ELOOP, open("s/l", O_RDONLY | O_NOFOLLOW));
	EXPECT_ERRNO(EINVAL, readlink("s/e", text, sizeof(text)));
}

TEST(a_dangling_symlink_is_enoent_and_a_loop_is_eloop)
{
	ASSERT_OK(symlink("none", "s/l"));
	EXPECT_ERRNO(ENOENT, open("s/l", O_RDONLY));
	ASSERT_OK(close(ASSERT_OK(open("s/l", O_CREAT | O_RDWR, 0600))));
	EXPECT_TRUE(exists("s/none"));
	ASSERT_OK(symlink("loop", "s/loop"));
	EXPECT_ERRNO(ELOOP, open("s/loop", O_RDONLY));
}

TEST(a_symlink_holds_4095_bytes)
{
	static char target[4097], got[4097];

	memset(target, 'x', 4095);
	ASSERT_OK(symlink(target, "s/l"));
	EXPECT_EQ(readlink("s/l", got, sizeof(got)), 4095);
	EXPECT_STREQ(got, target);
	EXPECT_EQ(readlink("s/l", got, 10), 10);
	target[4095] = 'x';
	EXPECT_ERRNO(ENAMETOOLONG, symlink(target, "s/m"));
}

TEST(rmdir_wants_an_empty_directory)
{
	ASSERT_OK(mkdir("s/d", 0755));
	make("s/d/e");
	EXPECT_ERRNO(ENOTEMPTY, rmdir("s/d"));
	EXPECT_ERRNO(ENOTDIR, rmdir("s/d/e"));
	EXPECT_ERRNO(EISDIR, unlink("s/d"));
	ASSERT_OK(unlink("s/d/e"));
	EXPECT_OK(rmdir("s/d"));
	EXPECT_ERRNO(EBUSY, rmdir("s"));
}

TEST(subdirectories_count_as_links)
{
	ASSERT_OK(mkdir("s/d", 0755));
	EXPECT_EQ(stat_of("s").st_nlink, 3);
	EXPECT_EQ(stat_of("s/d").st_nlink, 2);
	ASSERT_OK(mkdir("s/d/d", 0755));
	EXPECT_EQ(stat_of("s/d").st_nlink, 3);
	ASSERT_OK(rename("s/d/d", "s/e"));
	EXPECT_EQ(stat_of("s/d").st_nlink, 2);
	EXPECT_EQ(stat_of("s").st_nlink, 4);
	ASSERT_OK(rmdir("s/e"));
	ASSERT_OK(rmdir("s/d"));
	EXPECT_EQ(stat_of("s").st_nlink, 2);
}

TEST(nothing_is_made_in_a_removed_directory)
{
	int fd;

	ASSERT_OK(mkdir("s/d", 0755));
	fd = ASSERT_OK(open("s/d", O_RDONLY | O_DIRECTORY));
	ASSERT_OK(rmdir("s/d"));
	EXPECT_ERRNO(ENOENT, openat(fd, "e", O_CREAT | O_RDWR, 0600));
	EXPECT_ERRNO(ENOENT, mkdirat(fd, "d", 0755));
}
