/// Engines as the command line names them, sets of them, and the tables of schemes and kernel releases.
package dev.tailbound.engines;
