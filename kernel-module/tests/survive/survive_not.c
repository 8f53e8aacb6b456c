// SPDX-License-Identifier: GPL-2.0
/*
 * What can be stored but does not survive, in whole or in part: what the kernel
 * binds to a process or its memory rather than to the open file.
 */
#define SUITE "survive_not"
#include "harness.h"
#include "survive.h"
#include <linux/kvm.h>
#include <linux/magic.h>
#include <linux/userfaultfd.h>
#include <linux/vhost.h>

/* Record locks of POSIX are the process's. */

static int make_posix_lock(struct scene *s)
{
	int fd = ASSERT_OK(open("file", O_RDWR));

	ASSERT_OK(set_lock(fd, F_SETLK, F_WRLCK));
	/* While it lives, it has the lock. */
	IN_CHILD
		EXPECT_ERRNO(EAGAIN, set_lock(fd, F_SETLK, F_WRLCK));
	return fd;
}

static void posix_lock_is_free(struct scene *s)
{
	EXPECT_OK(set_lock(s->fd[0], F_SETLK, F_WRLCK));
}

static void use_posix_lock(int fd, struct scene *s)
{
	/* It is the bystander's now. */
	EXPECT_ERRNO(EAGAIN, set_lock(fd, F_SETLK, F_WRLCK));
}

KIND(a_posix_record_lock_is_lost, .before = file_is_made,
     .make = make_posix_lock, .meanwhile = posix_lock_is_free,
     .use = use_posix_lock)

/* Files of /proc about the dead. */

static int make_status(struct scene *s)
{
	return open("/proc/self/status", O_RDONLY);
}

static void use_status(int fd, struct scene *s)
{
	char c;

	EXPECT_ERRNO(ESRCH, read(fd, &c, 1));
}

KIND(a_proc_file_of_the_dead_tells_nothing,
     .make = make_status, .use = use_status)

/* At an address that is the same in all three. */
static int make_mem(struct scene *s)
{
	int fd = ASSERT_OK(open("/proc/self/mem", O_RDWR));
	char c;

	ASSERT_EQ(pread(fd, &c, 1, (off_t)(uintptr_t)s), 1);
	return fd;
}

static void use_mem(int fd, struct scene *s)
{
	struct statfs st;
	char c;

	ASSERT_OK(fstatfs(fd, &st));
	EXPECT_EQ(st.f_type, PROC_SUPER_MAGIC);
	EXPECT_EQ(pread(fd, &c, 1, (off_t)(uintptr_t)s), 0);
}

KIND(memory_of_the_dead_is_empty, .make = make_mem, .use = use_mem)

/* Bound to the memory map of who made them. */

static int make_userfaultfd(struct scene *s)
{
	int fd = HERE(s, syscall(SYS_userfaultfd, UFFD_USER_MODE_ONLY));
	struct uffdio_api api = { .api = UFFD_API };

	ASSERT_OK(ioctl(fd, UFFDIO_API, &api));
	s->number[1] = sysconf(_SC_PAGESIZE);
	s->number[0] = (long)mmap(NULL, s->number[1], PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_OK(ioctl(fd, UFFDIO_REGISTER, (&(struct uffdio_register){
		.range = { .start = s->number[0], .len = s->number[1] },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	})));
	return fd;
}

static void use_userfaultfd(int fd, struct scene *s)
{
	struct uffdio_zeropage zero = {
		.range = { .start = s->number[0], .len = s->number[1] },
	};

	EXPECT_ERRNO(ESRCH, ioctl(fd, UFFDIO_ZEROPAGE, &zero));
}

KIND(a_userfaultfd_has_no_memory,
     .make = make_userfaultfd, .use = use_userfaultfd)

/*
 * KVM is not loaded before 6.12: it then switches the processors to
 * virtualization and back with the first and last machine, in which the
 * processors that QEMU emulates hang now and then, stores or not.
 */

static int make_kvm(struct scene *s)
{
	int fd = HERE(s, open("/dev/kvm", O_RDWR));

	return HERE(s, ioctl(fd, KVM_CREATE_VM, 0));
}

static void use_kvm(int fd, struct scene *s)
{
	EXPECT_ERRNO(EIO, ioctl(fd, KVM_CREATE_VCPU, 0));
	EXPECT_ERRNO(EIO, ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_NR_VCPUS));
}

KIND(a_virtual_machine_of_kvm_refuses_everything,
     .make = make_kvm, .use = use_kvm, .modules = "kvm_intel kvm_amd",
     .here = SOME_MACHINES, .since = 612)

static int make_vcpu(struct scene *s)
{
	int vm = make_kvm(s);

	/* Without one, the kernel patches itself for the slower processor. */
	ASSERT_OK(ioctl(vm, KVM_CREATE_IRQCHIP, 0));
	return ASSERT_OK(ioctl(vm, KVM_CREATE_VCPU, 0));
}

static void use_vcpu(int fd, struct scene *s)
{
	struct kvm_regs regs;

	EXPECT_ERRNO(EIO, ioctl(fd, KVM_GET_REGS, &regs));
	EXPECT_ERRNO(EIO, ioctl(fd, KVM_RUN, 0));
}

KIND(a_processor_of_kvm_refuses_everything,
     .make = make_vcpu, .use = use_vcpu, .modules = "kvm_intel kvm_amd",
     .here = SOME_MACHINES, .since = 612)

static int make_vhost(struct scene *s)
{
	int fd = HERE(s, open("/dev/vhost-net", O_RDWR));

	ASSERT_OK(ioctl(fd, VHOST_SET_OWNER, 0));
	return fd;
}

static void use_vhost(int fd, struct scene *s)
{
	struct vhost_vring_state ring = { .num = 16 };

	EXPECT_ERRNO(EBUSY, ioctl(fd, VHOST_SET_OWNER, 0));
	EXPECT_ERRNO(EPERM, ioctl(fd, VHOST_SET_VRING_NUM, &ring));
	EXPECT_ERRNO(EPERM, ioctl(fd, VHOST_RESET_OWNER, 0));
}

KIND(a_vhost_device_has_its_dead_owner, .make = make_vhost, .use = use_vhost,
     .modules = "vhost_net", .here = STOCK)
