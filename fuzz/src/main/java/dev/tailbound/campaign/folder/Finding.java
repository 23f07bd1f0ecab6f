package dev.tailbound.campaign.folder;

/// The first case seen with a signature, as it is stored.
///
/// @param signature one word, the name of the finding's folder
/// @param source    the text of the case; empty where it could not be made
/// @param evidence  what was found in it, in Markdown
public record Finding(String signature, long index, String source, String evidence) {}
