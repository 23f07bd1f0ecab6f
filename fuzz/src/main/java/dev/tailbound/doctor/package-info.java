/// Which of the tools and libraries that Tailbound uses are installed.
package dev.tailbound.doctor;
