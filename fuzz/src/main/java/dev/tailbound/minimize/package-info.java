/// Making a case smaller while it keeps showing what it shows.
package dev.tailbound.minimize;
