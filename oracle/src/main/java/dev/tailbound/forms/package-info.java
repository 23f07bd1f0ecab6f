/// How programs in foreign forms become cases: one reader a form, found by content.
package dev.tailbound.forms;
