/// What this machine has of all that Tailbound uses.
package dev.tailbound.doctor;
