// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.cli;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.fdstorefs.FdEntry;
import org.fdstorefs.StoredFile;

/** An entry as JSON has it: as {@link Details}, but null for what the entry does not have. */
final class EntryDocument {
    private EntryDocument() {}

    static Map<String, Object> of(FdEntry entry) {
        StoredFile stored = entry.stored().orElse(null);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", entry.name());
        document.put("state", entry.state().name().toLowerCase(Locale.ROOT));
        document.put("type", stored == null ? null : stored.type());
        document.put("access", stored == null ? null : stored.access().word());
        document.put("flags", stored == null ? null : stored.flags());
        document.put("device", stored == null ? null : stored.device());
        document.put("inode", stored == null ? null : new BigInteger(Long.toUnsignedString(stored.inode())));
        document.put("put_time", stored == null ? null : stored.putTime().toString());
        HowPut how = HowPut.of(entry);
        document.put("hangup", stored == null ? null : how.hangup());
        document.put("peer", stored == null ? null : how.peer());
        document.put("remove", stored == null ? null : how.remove());
        document.put("anchor", how.anchor().orElse(null));
        return document;
    }

    static Map<String, Object> ofDirectory(String name) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("state", "directory");
        return document;
    }
}
