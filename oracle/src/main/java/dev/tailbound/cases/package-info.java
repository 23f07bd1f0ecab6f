/// The case file: programs, maps, input and expectations; read, printed, and bounded in size.
package dev.tailbound.cases;
