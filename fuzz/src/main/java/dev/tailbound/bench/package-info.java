/// How long cases take, and where the time goes.
package dev.tailbound.bench;
