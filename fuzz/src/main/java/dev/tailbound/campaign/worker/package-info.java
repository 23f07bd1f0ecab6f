/// Worker processes: what a campaign asks of them, how they are started, watched and judged when they die.
package dev.tailbound.campaign.worker;
