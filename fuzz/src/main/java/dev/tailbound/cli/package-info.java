/// The command line: its commands, their options, what they print.
package dev.tailbound.cli;
