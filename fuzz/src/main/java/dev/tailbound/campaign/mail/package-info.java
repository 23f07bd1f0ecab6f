/// A finding as a plain-text report for a mailing list.
package dev.tailbound.campaign.mail;
