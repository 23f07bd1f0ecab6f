/// How files are read and written: within limits, without following links that somebody else made, and as a whole.
package dev.tailbound.files;
