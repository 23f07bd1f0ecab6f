package dev.tailbound.campaign.worker;

import java.io.Serial;

/// The processes of a campaign end before they have seen a case: something is wrong with the environment, which the message names.
public final class WorkersDoNotStartException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    WorkersDoNotStartException(String message) {
        super(message);
    }
}
