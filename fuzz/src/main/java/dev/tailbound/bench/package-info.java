/// Speed measurement: the time of cases, by stage.
package dev.tailbound.bench;
