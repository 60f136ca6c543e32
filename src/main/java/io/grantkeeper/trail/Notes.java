package io.grantkeeper.trail;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** What was done lately and is not written yet; the same thing done again and again is one note. */
final class Notes {

    private final int most;
    private final ConcurrentMap<Entry, Noted> notes = new ConcurrentHashMap<>();

    Notes(int most) {
        this.most = most;
    }

    /**
     * A note, taken out to be written.
     *
     * @param id of its row: whoever writes it again, not knowing whether it was written, writes the same
     */
    record Note(UUID id, Entry entry, Noted noted) {}

    /** @return false when there is no room for anything that is not noted already */
    boolean add(Entry entry, Instant at) {
        if (notes.size() >= most && !notes.containsKey(entry)) {
            return false;
        }
        notes.merge(entry, Noted.once(at), Noted::and);
        return true;
    }

    /** Takes notes out. What is added meanwhile is in one of them, or stays. */
    List<Note> take(int limit, Supplier<UUID> ids) {
        List<Note> taken = new ArrayList<>();
        for (Entry entry : notes.keySet()) {
            if (taken.size() >= limit) {
                break;
            }
            Noted noted = notes.remove(entry);
            if (noted != null) {
                taken.add(new Note(ids.get(), entry, noted));
            }
        }
        return taken;
    }

    int size() {
        return notes.size();
    }
}
