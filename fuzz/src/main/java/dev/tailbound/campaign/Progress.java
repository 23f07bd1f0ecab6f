package dev.tailbound.campaign;

import dev.tailbound.campaign.check.Tally;
import java.nio.file.Path;
import java.time.Duration;

/// Whoever watches a campaign.
public interface Progress {

    /// Where the campaign stands; called several times a second.
    ///
    /// @param elapsed  of the whole campaign, earlier runs included
    /// @param session  of this run alone
    /// @param fresh    cases counted in this run
    /// @param stopped  workers that a signal has stopped: they are waited for
    record Status(Tally total, Duration elapsed, Duration session, long fresh, long stopped) {}

    void status(Status status);

    /// A signature was seen for the first time, and its case is stored in `folder`.
    void found(String signature, long index, Path folder);

    /// Something that is no finding, and worth a line.
    void note(String line);
}
