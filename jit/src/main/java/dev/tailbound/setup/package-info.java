/// External programs and libraries that Tailbound needs, and the packages that contain them.
package dev.tailbound.setup;
