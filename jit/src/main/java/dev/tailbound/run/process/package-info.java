/// Other processes as Linux shows them: what they do, and how much processor time they have used.
package dev.tailbound.run.process;
