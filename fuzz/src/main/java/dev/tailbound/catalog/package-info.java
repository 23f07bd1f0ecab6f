/// Known bugs of kernels, each with the cases that show it, and the check of a kernel against them.
package dev.tailbound.catalog;
