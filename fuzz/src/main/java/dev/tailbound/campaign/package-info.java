/// The campaign: a parent that hands out cases, workers that check them, and a folder that remembers what came of it.
package dev.tailbound.campaign;
