/// The generator of cases: programs are valid by construction, and a [dev.tailbound.generate.Choices] makes every decision.
package dev.tailbound.generate;
