/// File access: bounded reads, no following of untrusted links, atomic writes.
package dev.tailbound.files;
