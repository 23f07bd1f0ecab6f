/// What Tailbound needs of the machine that it runs on, and the packages that bring it.
package dev.tailbound.setup;
