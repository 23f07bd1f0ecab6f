/// How cases are made: programs valid by construction, every decision asked of a [dev.tailbound.generate.Choices].
package dev.tailbound.generate;
