package dev.tailbound.campaign.folder;

/// The first case with a signature, as stored.
///
/// @param signature one word, the name of the finding's folder
/// @param source    the text of the case; empty if it could not be generated
/// @param evidence  the evidence, in Markdown
public record Finding(String signature, long index, String source, String evidence) {}
