/// Observes other processes on Linux: their state and CPU time.
package dev.tailbound.run.process;
