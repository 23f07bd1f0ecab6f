package dev.tailbound.run.kernel;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Text for a kernel's error number and the verifier's log.
final class KernelError {
    // include/uapi/asm-generic/errno-base.h and errno.h; the last one is the kernel's own.
    private static final Map<Integer, String> NAMES = Map.ofEntries(Map.entry(1, "EPERM"), Map.entry(2, "ENOENT"),
            Map.entry(7, "E2BIG"), Map.entry(12, "ENOMEM"), Map.entry(13, "EACCES"), Map.entry(14, "EFAULT"),
            Map.entry(22, "EINVAL"), Map.entry(28, "ENOSPC"), Map.entry(24, "EMFILE"), Map.entry(34, "ERANGE"),
            Map.entry(38, "ENOSYS"), Map.entry(95, "EOPNOTSUPP"), Map.entry(524, "ENOTSUPP"));

    /// Lines at the end of a log that are not error messages.
    private static final Pattern STATISTICS = Pattern.compile("processed \\d+ insns.*|verification time.*|stack depth.*|");

    private KernelError() {}

    /// A size or resource limit: E2BIG, ENOMEM, EMFILE, ERANGE.
    static boolean isLimit(int error) {
        return error == 7 || error == 12 || error == 24 || error == 34;
    }

    static String describe(int error) {
        return NAMES.getOrDefault(error, "error") + " (" + error + ")";
    }

    /// The first line ends with the log's last error message; the log follows.
    static String describe(int error, String log) {
        List<String> complaints = log.lines().map(String::strip).filter(line -> !STATISTICS.matcher(line).matches()).toList();
        return complaints.isEmpty() ? describe(error)
                : describe(error) + ": " + complaints.getLast() + "\n" + log.stripTrailing();
    }
}
