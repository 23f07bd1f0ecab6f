/// Campaigns: a parent that hands out cases, workers that check them, and a folder that stores the results.
package dev.tailbound.campaign;
