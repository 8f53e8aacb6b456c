// SPDX-License-Identifier: GPL-2.0
/*
 * Exercises one file in every way that there is to change it, and compares it
 * with a model in memory after each operation.
 *
 *   fsx [-n OPERATIONS] [-b NUMBER] DIRECTORY [REFERENCE [SEED]]
 *
 * DIRECTORY is made, and removed at the end; REFERENCE is not used: the model is
 * here. The same seed does the same. -b breaks one byte of the file behind the
 * model's back, before the operation of that NUMBER, to see it found. Prints
 * "done N" after N more operations. Exit status: 0, 3 if the file was not what it
 * must be, 1 if an operation failed, 2 if the arguments are wrong.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_SIZE = 192 * 1024, MAX_PIECE = 48 * 1024, LOG_LINES = 40, REPORT_EVERY = 100 };
enum { EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_DIFFERS = 3 };

static uint8_t model[MAX_SIZE], found[MAX_SIZE + 1], piece[MAX_PIECE];
static size_t size; /* of the file, by the model */
static char path[4096];
static int fd, append_fd;
static char journal[LOG_LINES][160]; /* the last operations */
static unsigned long number;	     /* of operations so far */
static uint64_t state;		     /* of the random numbers */

static uint64_t random64(void) /* xorshift* */
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dULL;
}

static size_t below(size_t limit)
{
	return limit ? (size_t)(random64() % limit) : 0;
}

static size_t page_size(void)
{
	static size_t size;

	if (!size)
		size = (size_t)sysconf(_SC_PAGESIZE);
	return size;
}

/* Mostly anywhere; often enough at the edge of a page. */
static size_t somewhere(size_t limit)
{
	size_t at = below(limit);

	return random64() % 4 ? at : at - at % page_size();
}

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	char *line = journal[number % LOG_LINES];
	int length = snprintf(line, sizeof(journal[0]), "%lu: ", number);
	va_list args;

	va_start(args, format);
	vsnprintf(line + length, sizeof(journal[0]) - (size_t)length, format, args);
	va_end(args);
}

__attribute__((noreturn, format(printf, 2, 3))) static void end(int status, const char *format, ...)
{
	va_list args;

	for (unsigned long i = number < LOG_LINES ? 0 : number - LOG_LINES + 1; i <= number; i++)
		puts(journal[i % LOG_LINES]);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(status);
}

static long must(long result, const char *what)
{
	if (result < 0)
		end(EXIT_FAILED, "%s: %s", what, strerror(errno));
	return result;
}

/* Whether a file system has not got it, which is said once. */
static bool unsupported(long result, const char *what, bool *said)
{
	if (result >= 0)
		return false;
	if (errno != EOPNOTSUPP && errno != ENOSYS)
		must(result, what);
	if (!*said)
		printf("%s is not supported here\n", what);
	*said = true;
	return true;
}

static void fill_piece(size_t length)
{
	for (size_t i = 0; i < length; i += 8) {
		uint64_t word = random64();

		memcpy(piece + i, &word, length - i < 8 ? length - i : 8);
	}
}

/* The file grows to SIZE at least: what is new is zero. */
static void model_grows(size_t to)
{
	if (to > size) {
		memset(model + size, 0, to - size);
		size = to;
	}
}

static void compare(const char *how, const uint8_t *bytes, size_t from, size_t length)
{
	size_t i = 0;

	if (!memcmp(model + from, bytes, length))
		return;
	while (model[from + i] == bytes[i])
		i++;
	end(EXIT_DIFFERS, "%s: byte %zu is %02x instead of %02x, of %zu bytes read from %zu; the size is %zu", how,
	    from + i, bytes[i], model[from + i], length, from, size);
}

static void verify(void)
{
	struct stat status;
	size_t length = 0;
	long more;

	must(fstat(fd, &status), "fstat");
	if ((size_t)status.st_size != size)
		end(EXIT_DIFFERS, "the size is %lld instead of %zu", (long long)status.st_size, size);
	do {
		more = must(pread(fd, found + length, sizeof(found) - length, (off_t)length), "pread");
		length += (size_t)more;
	} while (more > 0 && length < sizeof(found));
	if (length != size)
		end(EXIT_DIFFERS, "%zu bytes can be read instead of %zu", length, size);
	compare("read", found, 0, size);
}

static void open_file(int more)
{
	fd = (int)must(open(path, O_RDWR | O_CLOEXEC | more, 0600), "open");
	append_fd = (int)must(open(path, O_WRONLY | O_APPEND | O_CLOEXEC), "open to append");
}

static void close_file(void)
{
	must(close(fd), "close");
	must(close(append_fd), "close");
}

static void write_all(int to, size_t at, size_t length)
{
	for (size_t written = 0; written < length;) {
		written += (size_t)must(to == append_fd
						? write(to, piece + written, length - written)
						: pwrite(to, piece + written, length - written, (off_t)(at + written)),
					"write");
	}
	model_grows(at + length > size ? at + length : size);
	memcpy(model + at, piece, length);
}

static void do_write(void)
{
	size_t at = somewhere(MAX_SIZE - 1), length = 1 + below(MAX_PIECE < MAX_SIZE - at ? MAX_PIECE : MAX_SIZE - at);

	note("write %zu at %zu", length, at);
	fill_piece(length);
	write_all(fd, at, length);
}

static void do_append(void)
{
	size_t room = MAX_SIZE - size, length = below(room < 5000 ? room : 5000);

	note("append %zu at %zu", length, size);
	fill_piece(length);
	write_all(append_fd, size, length);
}

static void do_read(void)
{
	size_t at = somewhere(size), length = below(size - at < MAX_PIECE ? size - at : MAX_PIECE);

	note("read %zu at %zu", length, at);
	if ((size_t)must(pread(fd, found, length, (off_t)at), "pread") != length)
		end(EXIT_DIFFERS, "a short read");
	compare("read", found, at, length);
}

static void do_truncate(void)
{
	size_t to = random64() % 8 ? somewhere(MAX_SIZE) : 0;

	note("truncate from %zu to %zu", size, to);
	must(random64() % 2 ? ftruncate(fd, (off_t)to) : truncate(path, (off_t)to), "truncate");
	model_grows(to);
	size = to;
}

/* A piece of the file in memory: AT is rounded down to a page for the mapping. */
static uint8_t *map_piece(size_t at, size_t length, int protection, void **map, size_t *mapped)
{
	size_t skip = at % page_size();

	*mapped = skip + length;
	*map = mmap(NULL, *mapped, protection, MAP_SHARED, fd, (off_t)(at - skip));
	must(*map == MAP_FAILED ? -1 : 0, "mmap");
	return (uint8_t *)*map + skip;
}

static void do_map_read(void)
{
	size_t at = somewhere(size), length, mapped;
	void *map;

	if (!size)
		return;
	length = 1 + below(size - at < MAX_PIECE ? size - at : MAX_PIECE);
	length = length > size - at ? size - at : length;
	note("read mapped %zu at %zu", length, at);
	compare("mapped", map_piece(at, length, PROT_READ, &map, &mapped), at, length);
	must(munmap(map, mapped), "munmap");
}

static void do_map_write(void)
{
	size_t at = somewhere(size), length, mapped;
	unsigned int sync = random64() % 3;
	void *map;

	if (!size)
		return;
	length = 1 + below(size - at < MAX_PIECE ? size - at : MAX_PIECE);
	length = length > size - at ? size - at : length;
	note("write mapped %zu at %zu, %s", length, at, (char *[]){"no msync", "MS_SYNC", "MS_ASYNC"}[sync]);
	fill_piece(length);
	memcpy(map_piece(at, length, PROT_READ | PROT_WRITE, &map, &mapped), piece, length);
	memcpy(model + at, piece, length);
	if (sync)
		must(msync(map, mapped, sync == 1 ? MS_SYNC : MS_ASYNC), "msync");
	must(munmap(map, mapped), "munmap");
}

static void do_allocate(void)
{
	static const struct {
		const char *name;
		int mode;
		bool zeroes, grows;
	} kinds[] = {
		{"fallocate", 0, false, true},
		{"fallocate, size kept", FALLOC_FL_KEEP_SIZE, false, false},
		{"fallocate, punched", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, true, false},
		{"fallocate, zeroed", FALLOC_FL_ZERO_RANGE, true, true},
		{"fallocate, zeroed, size kept", FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, true, false},
	};
	static bool said[sizeof(kinds) / sizeof(kinds[0])];
	size_t kind = below(sizeof(kinds) / sizeof(kinds[0])), at = somewhere(MAX_SIZE - 1), length, until;

	length = 1 + below(MAX_PIECE < MAX_SIZE - at ? MAX_PIECE : MAX_SIZE - at);
	note("%s, %zu at %zu", kinds[kind].name, length, at);
	if (unsupported(fallocate(fd, kinds[kind].mode, (off_t)at, (off_t)length), kinds[kind].name, &said[kind]))
		return;
	if (kinds[kind].grows)
		model_grows(at + length);
	until = at + length < size ? at + length : size;
	if (kinds[kind].zeroes && at < until)
		memset(model + at, 0, until - at);
}

static void do_copy(void)
{
	static bool said;
	size_t half = size / 2, from = somewhere(half), length = below(half - from < MAX_PIECE ? half - from : MAX_PIECE);
	size_t to = half + below(MAX_SIZE - half - length);

	if (!length)
		return;
	note("copy_file_range %zu from %zu to %zu", length, from, to);
	for (size_t copied = 0; copied < length;) {
		off_t in = (off_t)(from + copied), out = (off_t)(to + copied);
		long more = copy_file_range(fd, &in, fd, &out, length - copied, 0);

		if (unsupported(more, "copy_file_range", &said))
			return;
		if (more == 0)
			end(EXIT_FAILED, "copy_file_range copies nothing");
		copied += (size_t)more;
	}
	model_grows(to + length);
	memcpy(model + to, model + from, length);
}

static void do_sync(void)
{
	unsigned int kind = random64() % 3;

	note("%s", (char *[]){"fsync", "fdatasync", "fsync and forget the cache"}[kind]);
	must(kind == 1 ? fdatasync(fd) : fsync(fd), "fsync");
	if (kind == 2 && (errno = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED)))
		end(EXIT_FAILED, "posix_fadvise: %s", strerror(errno));
}

static void do_reopen(void)
{
	note("close and open");
	close_file();
	open_file(0);
}

static void do_rename(void)
{
	char other[sizeof(path) + 1];

	note("rename away and back");
	snprintf(other, sizeof(other), "%s~", path);
	must(rename(path, other), "rename");
	must(rename(other, path), "rename");
}

static void break_a_byte(void)
{
	size_t at = below(size);
	uint8_t byte = (uint8_t)~model[at];

	if (!size)
		end(EXIT_FAILED, "there is no byte to break");
	printf("breaking byte %zu\n", at);
	must(pwrite(fd, &byte, 1, (off_t)at), "pwrite");
}

static void operate(void)
{
	static void (*const operations[])(void) = {
		do_write,    do_write,	   do_write,	do_append, do_read,   do_read, do_truncate, do_map_read,
		do_map_read, do_map_write, do_map_write, do_allocate, do_allocate, do_copy, do_sync,	  do_reopen,
		do_rename,
	};

	note("nothing"); /* if it is impossible on an empty file */
	operations[below(sizeof(operations) / sizeof(operations[0]))]();
	verify();
}

static unsigned long parse(const char *text)
{
	char *rest;
	unsigned long value = strtoul(text, &rest, 10);

	if (*rest || !*text || *text == '-') {
		fprintf(stderr, "not a number: %s\n", text);
		exit(EXIT_USAGE);
	}
	return value;
}

int main(int argc, char **argv)
{
	unsigned long operations = 1000, broken = 0;
	int option;

	while ((option = getopt(argc, argv, "n:b:")) != -1) {
		if (option == 'n')
			operations = parse(optarg);
		else if (option == 'b')
			broken = parse(optarg);
		else
			return EXIT_USAGE;
	}
	if (argc - optind < 1 || argc - optind > 3) {
		fprintf(stderr, "usage: fsx [-n OPERATIONS] [-b NUMBER] DIRECTORY [REFERENCE [SEED]]\n");
		return EXIT_USAGE;
	}
	state = (argc - optind == 3 ? parse(argv[optind + 2]) : 1) * 2 + 1;
	for (int i = 0; i < 10; i++) /* small seeds are far apart then */
		random64();
	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(path, sizeof(path), "%s/file", argv[optind]);
	must(mkdir(argv[optind], 0700), "mkdir");
	open_file(O_CREAT | O_EXCL);
	for (number = 1; number <= operations; number++) {
		if (number == broken)
			break_a_byte();
		operate();
		if (number % REPORT_EVERY == 0)
			printf("done %d\n", REPORT_EVERY);
	}
	printf("done %lu\n", operations % REPORT_EVERY);
	close_file();
	must(unlink(path), "unlink");
	must(rmdir(argv[optind]), "rmdir");
	return 0;
}
