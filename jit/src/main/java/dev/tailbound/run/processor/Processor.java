package dev.tailbound.run.processor;

import java.util.List;

/// Executes instructions one at a time.
public interface Processor extends AutoCloseable {

    /// The effects of these trials, in order. Each starts from its own state.
    List<Effect> run(List<Trial> trials);

    @Override
    void close();
}
