/// The report: a campaign on one HTML page.
package dev.tailbound.report;
