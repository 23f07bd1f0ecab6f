/// Third-party BPF runtimes as engines: processes with a line protocol on standard input and output.
package dev.tailbound.run.external;
