/// Third-party BPF runtimes as engines: processes that are asked and answer by lines of text.
package dev.tailbound.run.external;
