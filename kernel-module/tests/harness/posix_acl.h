/* SPDX-License-Identifier: GPL-2.0 */
/*
 * POSIX ACLs as text, "u::rw,u:1000:r,g::r,m::rw,o::-", set and read through
 * extended attributes; after harness.h. Their format: linux/posix_acl_xattr.h.
 */
#ifndef POSIX_ACL_H
#define POSIX_ACL_H

#include <endian.h>
#include <linux/posix_acl_xattr.h>
#include <sys/xattr.h>

#define ACCESS_ACL	"system.posix_acl_access"
#define DEFAULT_ACL	"system.posix_acl_default"

#define ACL_USER_OBJ	0x01
#define ACL_USER	0x02
#define ACL_GROUP_OBJ	0x04
#define ACL_GROUP	0x08
#define ACL_MASK	0x10
#define ACL_OTHER	0x20
#define ACL_NOBODY	0xffffffffU

#define ACL_ENTRIES	32

struct acl {
	struct posix_acl_xattr_header head;
	struct posix_acl_xattr_entry entries[ACL_ENTRIES];
};

static inline int acl_tag(char letter, bool named)
{
	switch (letter) {
	case 'u':
		return named ? ACL_USER : ACL_USER_OBJ;
	case 'g':
		return named ? ACL_GROUP : ACL_GROUP_OBJ;
	case 'm':
		return ACL_MASK;
	case 'o':
		return ACL_OTHER;
	default:
		return 0;
	}
}

/* Parses a text; returns the size of the attribute. */
static inline size_t acl_of(const char *text, struct acl *acl)
{
	struct posix_acl_xattr_entry *e = acl->entries;
	char *end;

	acl->head.a_version = htole32(POSIX_ACL_XATTR_VERSION);
	for (; *text; e++) {
		char letter = *text;
		bool named = text[2] != ':';
		int perm = 0;

		ASSERT_TRUE(text[1] == ':' && e < acl->entries + ACL_ENTRIES);
		e->e_tag = htole16(acl_tag(letter, named));
		e->e_id = htole32(named ? strtoul(text + 2, &end, 10) : ACL_NOBODY);
		text = named ? end + 1 : text + 3;
		for (; *text && *text != ','; text++)
			perm |= *text == 'r' ? 4 : *text == 'w' ? 2 : *text == 'x';
		e->e_perm = htole16(perm);
		text += *text == ',';
	}
	return (char *)e - (char *)acl;
}

static inline int set_acl(const char *path, const char *type, const char *text)
{
	struct acl acl;
	size_t size = acl_of(text, &acl);

	return setxattr(path, type, &acl, size, 0);
}

/* The text of an ACL; "none" if there is none. */
static inline const char *acl_text(const char *path, const char *type)
{
	static const char letters[] = {
		[ACL_USER_OBJ] = 'u', [ACL_USER] = 'u', [ACL_GROUP_OBJ] = 'g',
		[ACL_GROUP] = 'g', [ACL_MASK] = 'm', [ACL_OTHER] = 'o',
	};
	static char text[ACL_ENTRIES * 24];
	struct acl acl;
	ssize_t size = getxattr(path, type, &acl, sizeof(acl));
	char *p = text;

	if (size < 0) {
		ASSERT_EQ(errno, ENODATA);
		return "none";
	}
	*text = '\0';
	for (struct posix_acl_xattr_entry *e = acl.entries;
	     (char *)e < (char *)&acl + size; e++) {
		int perm = le16toh(e->e_perm);

		p += sprintf(p, "%s%c:", p == text ? "" : ",", letters[le16toh(e->e_tag)]);
		if (le32toh(e->e_id) != ACL_NOBODY)
			p += sprintf(p, "%u", le32toh(e->e_id));
		p += sprintf(p, ":%s%s%s%s", perm & 4 ? "r" : "", perm & 2 ? "w" : "",
			     perm & 1 ? "x" : "", perm ? "" : "-");
	}
	return text;
}

#endif
