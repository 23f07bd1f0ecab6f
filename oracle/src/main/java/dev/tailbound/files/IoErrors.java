package dev.tailbound.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/// Plain-text reasons for I/O errors: the message of many file system exceptions is only the file name.
public final class IoErrors {
    private IoErrors() {}

    /// `permission denied`
    public static String reason(IOException trouble) {
        return switch (trouble) {
            case NoSuchFileException _ -> "no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file with this name exists";
            case CharacterCodingException _ -> "not UTF-8 text";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            default -> Objects.requireNonNullElse(trouble.getMessage(), trouble.getClass().getSimpleName());
        };
    }
}
