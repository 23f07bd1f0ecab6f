package dev.tailbound.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/// Why a file could not be read or written, in words: many exceptions of the file system say no more than its name.
public final class IoErrors {
    private IoErrors() {}

    /// `permission denied`
    public static String reason(IOException trouble) {
        return switch (trouble) {
            case NoSuchFileException _ -> "no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "there is a file of this name";
            case CharacterCodingException _ -> "it is no UTF-8 text";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            default -> Objects.requireNonNullElse(trouble.getMessage(), trouble.getClass().getSimpleName());
        };
    }
}
