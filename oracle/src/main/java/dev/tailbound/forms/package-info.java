/// Converts programs in other forms to cases: one reader per form, selected by content.
package dev.tailbound.forms;
