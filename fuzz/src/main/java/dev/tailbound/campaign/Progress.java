package dev.tailbound.campaign;

import dev.tailbound.campaign.check.Tally;
import java.nio.file.Path;
import java.time.Duration;

/// An observer of a campaign.
public interface Progress {

    /// The state of the campaign; called several times per second.
    ///
    /// @param elapsed  running time of the campaign, earlier sessions included
    /// @param session  running time of this session
    /// @param fresh    cases counted in this session
    /// @param stopped  workers that a signal has stopped; the campaign waits for them
    record Status(Tally total, Duration elapsed, Duration session, long fresh, long stopped) {}

    void status(Status status);

    /// A signature was seen for the first time, and its case is stored in `folder`.
    void found(String signature, long index, Path folder);

    /// A remark that is no finding.
    void note(String line);
}
