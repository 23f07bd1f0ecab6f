package dev.tailbound.campaign.worker;

import java.io.Serial;

/// The workers of a campaign end before their first case, because of a problem with the environment, which the message names.
public final class WorkersDoNotStartException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    WorkersDoNotStartException(String message) {
        super(message);
    }
}
