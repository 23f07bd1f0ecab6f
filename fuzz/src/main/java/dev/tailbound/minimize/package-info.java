/// Makes a case smaller while its finding stays the same.
package dev.tailbound.minimize;
