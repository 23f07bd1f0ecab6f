/// The folder of a campaign: parameters, journal, time series and findings, which survive the process.
package dev.tailbound.campaign.folder;
